// Short ways to upgrade and to look at what came out.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stix/object.h"
#include "stix/upgrade/upgrade.h"

namespace sekisho::tests {

/// What one 2.0 object became; the objects parsed.
struct Made {
  std::vector<stix::ObjectPtr> objects;
  std::vector<stix::upgrade::Loss> losses;
  std::vector<std::string> texts;

  json::Value last() const { return objects.back()->root(); }
  /// True if a loss at `where` has `part` in its sentence.
  bool loses(std::string_view where, std::string_view part) const;
  /// The first object of the type.
  stix::ObjectPtr of(std::string_view type) const;
};

/// Upgrades JSON that must be accepted; each object must parse and have no error of the validator.
Made made(std::string_view json);
/// Why it is not accepted.
Error refusal(std::string_view json, const stix::upgrade::Limits& limits = {});
stix::upgrade::UpgradedBundle bundle_of(std::string_view json);

/// A 2.0 object of `type` with common properties, then `members` (JSON without braces).
std::string object_20(std::string_view type, std::string_view members);
/// A 2.0 observed-data over `objects` (JSON), with further `members`.
std::string observed_20(std::string_view objects, std::string_view members = {});

/// The validator's errors, one a line; empty if there is none.
std::string errors_of(const stix::Object& object);
/// The string at a path such as "extensions/socket-ext/x"; "[json]" of other values; "" if missing.
std::string at(const json::Value& value, std::string_view path);

}  // namespace sekisho::tests
