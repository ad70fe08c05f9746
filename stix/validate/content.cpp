#include "stix/validate/content.h"

#include <bit>
#include <cstring>

#include "core/time.h"
#include "stix/versions.h"

namespace sekisho::stix {

ContentHash::ContentHash(const SipKey& key)
    : text_(key.derived("text")),
      number_(key.derived("number")),
      word_(key.derived("word")),
      list_(key.derived("list")),
      member_(key.derived("member")),
      object_(key.derived("object")) {}

std::uint64_t ContentHash::pair(const SipKey& key, std::uint64_t left, std::uint64_t right) {
  char bytes[16];
  std::memcpy(bytes, &left, 8);
  std::memcpy(bytes + 8, &right, 8);
  return sip_hash(key, {bytes, sizeof bytes});
}

std::uint64_t ContentHash::of_object(const json::Value& object, const Reference& reference) const {
  return members(object, reference, true);
}

std::uint64_t ContentHash::members(const json::Value& object, const Reference& reference, bool outermost) const {
  const std::string_view type = outermost ? object["type"].string_or({}) : std::string_view{};
  std::uint64_t sum = 0, count = 0;  // a sum of keyed hashes: the order makes no difference
  for (const auto& [name, at] : object) {
    if (name.ends_with("_ref") && at.is_string()) reference(*at.string());
    if (name.ends_with("_refs") && at.is_array()) {
      for (const auto& entry : at) {
        if (entry.value.is_string()) reference(*entry.value.string());
      }
    }
    if (outermost && (name == "modified" || is_default(type, name, at))) continue;
    std::uint64_t hash = value(at, reference);
    if (outermost && name == "created") {
      const auto time = parse_stix_time(at.string_or({}));
      if (time.ok()) hash = pair(number_, static_cast<std::uint64_t>(time->seconds), time->nanos);
    }
    sum += sip_hash({member_.first, member_.second ^ hash}, name);
    ++count;
  }
  return pair(object_, sum, count);
}

std::uint64_t ContentHash::value(const json::Value& at, const Reference& reference) const {
  switch (at.kind()) {
    case json::Kind::kObject:
      return members(at, reference, false);
    case json::Kind::kArray: {
      std::uint64_t hash = 0;
      for (const auto& entry : at) hash = pair(list_, hash, value(entry.value, reference) + 1);
      return pair(list_, hash, 0);
    }
    case json::Kind::kString:
      return sip_hash(text_, *at.string());
    case json::Kind::kInteger:
    case json::Kind::kReal:
      return pair(number_, std::bit_cast<std::uint64_t>(*at.number() + 0.0), ~std::uint64_t{0});  // -0 becomes 0
    case json::Kind::kBoolean:
      return pair(word_, 1, at.boolean().value_or(false) ? 1 : 0);
    case json::Kind::kNull:
      break;
  }
  return pair(word_, 0, 0);
}

}  // namespace sekisho::stix
