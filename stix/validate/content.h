// What an object says and names, by one walk: a keyed hash of its content and the ids it refers to. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "core/json.h"
#include "core/sip_hash.h"

namespace sekisho::stix {

/// Hashes values so that equal JSON is equal: order of members, spelling of numbers and escapes make no difference.
/// Recursion is as deep as the value, which core/json.h bounds.
class ContentHash {
 public:
  using Reference = std::function<void(std::string_view id)>;
  explicit ContentHash(const SipKey& key);

  /// Of an object without `modified` and members that say their default, `created` as an instant. Hands out every
  /// string of a property in _ref or _refs, at any depth.
  std::uint64_t of_object(const json::Value& object, const Reference& reference) const;

 private:
  std::uint64_t value(const json::Value& at, const Reference& reference) const;
  std::uint64_t members(const json::Value& object, const Reference& reference, bool outermost) const;
  static std::uint64_t pair(const SipKey& key, std::uint64_t left, std::uint64_t right);

  SipKey text_, number_, word_, list_, member_, object_;
};

}  // namespace sekisho::stix
