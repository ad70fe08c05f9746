// Duplicate member names: small objects by comparison, large ones by sorting.
#include <algorithm>
#include <array>
#include <limits>

#include "core/json_parser.h"

namespace sekisho::json {
namespace {

constexpr std::size_t kPairwiseNames = 24;  // objects up to this size compare names directly

std::uint64_t hash_name(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

}  // namespace

/// RFC 7493 §2.3: names are unique, compared after decoding.
bool Parser::check_names(const Node& object) {
  if (object.count > kPairwiseNames) return check_many_names(object);
  std::array<std::string_view, kPairwiseNames> names;
  std::uint64_t seen = 0;  // one bit per weak hash: most names need no comparison
  std::size_t known = 0;
  std::uint32_t key = open_.back().node + 1;
  for (std::uint32_t member = 0; member < object.count; ++member, key = nodes_[key + 1].next) {
    const std::string_view own = name(key);
    const std::size_t weak = own.empty()
                                 ? 0
                                 : own.size() * 7 + static_cast<unsigned char>(own.front()) +
                                       static_cast<unsigned char>(own.back()) * 5u;
    const std::uint64_t bit = std::uint64_t{1} << (weak & 63);
    const auto last = names.begin() + static_cast<std::ptrdiff_t>(known);
    if ((seen & bit) != 0 && std::find(names.begin(), last, own) != last)
      return fail_duplicate(key);
    seen |= bit;
    names[known++] = own;
  }
  return true;
}

/// Sorts by hash and then by name, so names made to collide cost no more than a sort.
bool Parser::check_many_names(const Node& object) {
  hashed_.clear();
  hashed_.reserve(object.count);
  std::uint32_t key = open_.back().node + 1;
  for (std::uint32_t member = 0; member < object.count; ++member, key = nodes_[key + 1].next) {
    hashed_.emplace_back(hash_name(name(key)), key);
  }
  const auto same = [&](const auto& a, const auto& b) {
    return a.first == b.first && name(a.second) == name(b.second);
  };
  std::sort(hashed_.begin(), hashed_.end(), [&](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    const int order = name(a.second).compare(name(b.second));
    return order != 0 ? order < 0 : a.second < b.second;
  });
  std::uint32_t first = std::numeric_limits<std::uint32_t>::max();
  for (std::size_t i = 1; i < hashed_.size(); ++i) {
    if (same(hashed_[i - 1], hashed_[i])) first = std::min(first, hashed_[i].second);
  }
  return first == std::numeric_limits<std::uint32_t>::max() || fail_duplicate(first);
}

bool Parser::fail_duplicate(std::uint32_t key) {
  open_.back().key = key;
  return fail(Code::kJsonDuplicateKey, begin_ + nodes_[key].begin, Place::kValue,
              "the object has this member name already; remove one of the two");
}

}  // namespace sekisho::json
