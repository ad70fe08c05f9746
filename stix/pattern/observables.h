// The cyber-observable types of STIX 2.1 §6 with their properties and the kinds of their values, as far as
// the checks of patterns need them. Private to stix/pattern; constant, any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sekisho::stix::pattern {

enum class ValueKind : std::uint8_t {
  kText, kNumber, kBoolean, kTime, kBytes,
  kTexts,   ///< a list of texts, ids among them
  kNested   ///< a dictionary, an object or a list of these
};

struct ObservableProperty {
  std::string_view name;
  ValueKind kind;
};

/// The properties of a type, or an empty span for a type that §6 does not have.
std::span<const ObservableProperty> properties_of(std::string_view type);
/// A property that all types have, or nothing.
const ObservableProperty* common_property(std::string_view name);

}  // namespace sekisho::stix::pattern
