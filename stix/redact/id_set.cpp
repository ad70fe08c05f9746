#include "stix/redact/id_set.h"

#include <algorithm>

namespace sekisho::stix::redact {
namespace {

constexpr std::size_t kUuid = 36;
constexpr std::string_view kBefore = "--";

/// FNV-1a, one more character: of a head that is read backwards, so that each length costs one step.
constexpr std::uint64_t kEmpty = 0xcbf29ce484222325u;
std::uint64_t with(std::uint64_t hash, char c) { return (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u; }

}  // namespace

void IdSet::add(std::string_view id) {
  const auto place = id.size() > kUuid + kBefore.size() ? id.size() - kUuid : std::string_view::npos;
  if (place == std::string_view::npos || id.substr(place - kBefore.size(), kBefore.size()) != kBefore) {
    others_.emplace_back(id);
    return;
  }
  ids_.emplace(id);
  Tail& tail = tails_[std::string(id.substr(place))];
  tail.longest = std::max(tail.longest, place);
  std::uint64_t hash = kEmpty;
  for (std::size_t at = place; at > 0; --at) hash = with(hash, id[at - 1]);
  tail.heads.insert(hash);
}

bool IdSet::in(std::string_view text) const {
  for (const std::string& other : others_) {
    if (text.find(other) != std::string_view::npos) return true;
  }
  for (std::size_t at = text.find(kBefore); at != std::string_view::npos; at = text.find(kBefore, at + 1)) {
    const std::size_t tail = at + kBefore.size();
    if (text.size() < tail + kUuid) return false;
    const auto found = tails_.find(std::string(text.substr(tail, kUuid)));
    if (found == tails_.end()) continue;
    std::uint64_t hash = kEmpty;
    for (std::size_t head = 1; head <= std::min(found->second.longest, tail); ++head) {
      hash = with(hash, text[tail - head]);
      if (found->second.heads.contains(hash) && ids_.contains(std::string(text.substr(tail - head, head + kUuid)))) return true;
    }
  }
  return false;
}

}  // namespace sekisho::stix::redact
