#include "stix/convert/journal.h"

namespace sekisho::stix::convert {
namespace {
constexpr std::size_t kMaxKinds = 200;
}

Journal::Tally* Journal::tally(std::string_view what) {
  auto found = tallies_.find(what);
  if (found == tallies_.end()) {
    if (tallies_.size() >= kMaxKinds) {
      ++further_;
      return nullptr;
    }
    found = tallies_.emplace(std::string(what), Tally{}).first;
    order_.emplace_back(what);
  }
  ++found->second.places;
  return &found->second;
}

void Journal::lose(std::string_view what, const json::Value& where) {
  Tally* entry = tally(what);
  if (entry != nullptr && entry->places == 1) entry->where = where.pointer();
}

void Journal::lose(std::string_view what, std::string_view where) {
  Tally* entry = tally(what);
  if (entry != nullptr && entry->places == 1) entry->where = where;
}

std::vector<Loss> Journal::losses() const {
  std::vector<Loss> out;
  for (const std::string& what : order_) {
    const Tally& entry = tallies_.find(what)->second;
    std::string text = what;
    if (entry.places > 1)
      text += " (" + std::to_string(entry.places) + " places, the first is named)";
    out.push_back(Loss{entry.where, text + "."});
  }
  if (further_ > 0) {
    out.push_back(
        Loss{"", std::to_string(further_) + " more losses of other kinds are not listed."});
  }
  return out;
}

}  // namespace sekisho::stix::convert
