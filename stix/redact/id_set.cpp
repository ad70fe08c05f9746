#include "stix/redact/id_set.h"

namespace sekisho::stix::redact {
namespace {

constexpr std::size_t kUuid = 36;
constexpr std::string_view kBefore = "--";

}  // namespace

void IdSet::add(std::string_view id) {
  const auto place = id.size() > kUuid + kBefore.size() ? id.size() - kUuid : std::string_view::npos;
  if (place == std::string_view::npos || id.substr(place - kBefore.size(), kBefore.size()) != kBefore) {
    others_.emplace_back(id);
    return;
  }
  ids_.emplace(id);
  lengths_[std::string(id.substr(place))].insert(id.size());
}

bool IdSet::in(std::string_view text) const {
  for (const std::string& other : others_) {
    if (text.find(other) != std::string_view::npos) return true;
  }
  for (std::size_t at = text.find(kBefore); at != std::string_view::npos; at = text.find(kBefore, at + 1)) {
    const std::size_t tail = at + kBefore.size();
    if (text.size() < tail + kUuid) return false;
    const auto found = lengths_.find(std::string(text.substr(tail, kUuid)));
    if (found == lengths_.end()) continue;
    for (const std::size_t length : found->second) {
      if (length <= tail + kUuid && ids_.contains(std::string(text.substr(tail + kUuid - length, length)))) return true;
    }
  }
  return false;
}

}  // namespace sekisho::stix::redact
