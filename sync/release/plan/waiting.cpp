#include "sync/release/plan/waiting.h"

#include <algorithm>
#include <set>
#include <utility>

namespace sekisho::sync {
namespace {

void erase_one(std::map<std::string, std::set<Place>, std::less<>>& map, std::string_view key, const Place& place) {
  const auto found = map.find(key);
  if (found == map.end()) return;
  found->second.erase(place);
  if (found->second.empty()) map.erase(found);
}

std::vector<Place> places_of(const std::map<std::string, std::set<Place>, std::less<>>& map, std::string_view key) {
  const auto found = map.find(key);
  return found == map.end() ? std::vector<Place>() : std::vector<Place>(found->second.begin(), found->second.end());
}

template <typename Visit>
void each_id(std::string_view ids, const Visit& visit) {
  while (!ids.empty()) {
    const std::size_t end = std::min(ids.find(' '), ids.size());
    if (end != 0) visit(std::string(ids.substr(0, end)));
    ids.remove_prefix(std::min(end + 1, ids.size()));
  }
}

}  // namespace

std::vector<std::string> Awaited::ids() const {
  std::vector<std::string> out;
  each_id(id, [&out](const std::string& word) {
    if (!is_mark(word)) out.push_back(word);
  });
  return out;
}

std::string Awaited::first() const {
  std::string first;
  each_id(id, [&first](const std::string& word) {
    if (first.empty() && !is_mark(word)) first = word;
  });
  return first;
}

bool Awaited::has(Mark mark) const {
  bool any = false;
  each_id(id, [&](const std::string& word) { any = any || word[0] == static_cast<char>(mark); });
  return any;
}

std::string Awaited::to_text() const { return due ? id + "@" + std::to_string(whole_micros(*due).micros()) : id; }

Awaited Awaited::from_text(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos) return {std::string(text), std::nullopt};
  std::int64_t micros = 0;
  for (const char c : text.substr(at + 1)) {
    if (c < '0' || c > '9' || micros > INT64_MAX / 10 - 1) return {std::string(text), std::nullopt};
    micros = micros * 10 + (c - '0');
  }
  return {std::string(text.substr(0, at)), Timestamp::from_micros(micros)};
}

void Waiting::load(const std::vector<store::Hold>& holds) {
  *this = Waiting();
  for (const auto& hold : holds) put({hold.object, hold.collection}, Awaited::from_text(hold.missing));
  before_.clear();
}

void Waiting::touch(const Place& place) {
  const auto now = awaited_.find(place);
  before_.emplace(place, now == awaited_.end() ? std::nullopt : std::optional<Awaited>(now->second));
}

void Waiting::put(const Place& place, const Awaited& awaited) {
  touch(place);
  take(place);
  Awaited& held = awaited_.emplace(place, awaited).first->second;
  if (held.due) held.due = whole_micros(*held.due);  // as the store has it
  each_id(held.id, [&](const std::string& id) { by_id_[id].insert(place); });
  if (held.due) by_due_.emplace(*held.due, place);
}

void Waiting::take(const Place& place) {
  const auto found = awaited_.find(place);
  if (found == awaited_.end()) return;
  touch(place);
  each_id(found->second.id, [&](const std::string& id) { erase_one(by_id_, id, place); });
  if (found->second.due) by_due_.erase({*found->second.due, place});
  if (const auto needs = needs_.find(place); needs != needs_.end()) {
    count(found->second.id, needs->second.giver, false);
    erase_one(under_, needs->second.names->id, place);
    needs_.erase(needs);
  }
  awaited_.erase(found);
}

void Waiting::count(const std::string& ids, const std::string& giver, bool more) {
  each_id(ids, [&](const std::string& id) {
    auto& givers = givers_[id];
    std::size_t& those = givers[giver];
    those += more ? 1 : static_cast<std::size_t>(-1);
    if (those == 0) givers.erase(giver);
    if (givers.empty()) givers_.erase(id);
  });
}

const std::map<std::string, std::size_t>* Waiting::givers_for(std::string_view id) const {
  const auto found = givers_.find(id);
  return found == givers_.end() ? nullptr : &found->second;
}

bool Waiting::any_unknown_for(std::string_view id) const {
  const auto all = by_id_.find(id);
  if (all == by_id_.end()) return false;
  std::size_t known = 0;
  if (const auto* givers = givers_for(id)) {
    for (const auto& [giver, those] : *givers) known += those;
  }
  return known < all->second.size();
}

void Waiting::set_needs(const Place& place, Needs needs) {
  const auto awaited = awaited_.find(place);
  if (awaited == awaited_.end()) return;
  if (const auto known = needs_.find(place); known != needs_.end()) {
    count(awaited->second.id, known->second.giver, false);
    erase_one(under_, known->second.names->id, place);
  }
  count(awaited->second.id, needs.giver, true);
  under_[needs.names->id].insert(place);
  needs_[place] = std::move(needs);
}

const Needs* Waiting::needs(const Place& place) const {
  const auto found = needs_.find(place);
  return found == needs_.end() ? nullptr : &found->second;
}

void Waiting::wait_for(const Place& place, const std::string& id) {
  const Awaited* before = of(place);
  if (before == nullptr) return;
  const Needs* known = needs(place);
  std::optional<Needs> kept = known == nullptr ? std::nullopt : std::optional(*known);
  put(place, {id, before->due});
  if (kept) set_needs(place, std::move(*kept));
}

const std::set<Place>* Waiting::find_held_under(std::string_view id) const {
  const auto found = under_.find(id);
  return found == under_.end() ? nullptr : &found->second;
}

// What was touched has no known needs then: it is planned again when something wakes it.
void Waiting::go_back() {
  const auto touched = std::exchange(before_, {});
  for (const auto& [place, before] : touched) {
    if (before) put(place, *before);
    else take(place);
  }
  before_.clear();
}

void Waiting::add(const Place& place, const std::string& word) {
  const Awaited* before = of(place);
  Awaited after = before == nullptr ? Awaited() : *before;
  bool there = false;
  each_id(after.id, [&](const std::string& one) { there = there || one == word; });
  if (there) return;
  after.add(word);
  put(place, after);
}

void Waiting::remove(const Place& place, const std::string& word) {
  const Awaited* before = of(place);
  if (before == nullptr) return;
  Awaited after{"", before->due};
  each_id(before->id, [&](const std::string& one) {
    if (one != word) after.add(one);
  });
  if (after.id.empty() && !after.due) take(place);
  else put(place, after);
}

const Awaited* Waiting::of(const Place& place) const {
  const auto found = awaited_.find(place);
  return found == awaited_.end() ? nullptr : &found->second;
}

std::vector<Place> Waiting::for_id(std::string_view id) const { return places_of(by_id_, id); }

std::vector<Place> Waiting::due(Timestamp now) const {
  std::vector<Place> out;
  for (auto it = by_due_.begin(); it != by_due_.end() && it->first <= now; ++it) out.push_back(it->second);
  return out;
}

std::optional<Timestamp> Waiting::next_due() const {
  if (by_due_.empty()) return std::nullopt;
  return by_due_.begin()->first;
}

// The store forgets all rows of an object in a view at once, so those that stay are written again.
void Waiting::write(const std::string& view, Timestamp now, store::Release& out) {
  std::set<store::ObjectNo> forgotten;
  for (const auto& [place, before] : before_) {
    const Awaited* after = of(place);
    if (before && (after == nullptr || !(*after == *before))) forgotten.insert(place.first);
    if (after != nullptr && !(before && *before == *after)) {
      out.holds.push_back({view, place.first, place.second, after->to_text(), now});
    }
  }
  for (const store::ObjectNo no : forgotten) {
    out.unholds.emplace_back(view, no);
    for (auto it = awaited_.lower_bound({no, 0}); it != awaited_.end() && it->first.first == no; ++it) {
      const bool told = before_.count(it->first) != 0 && !(before_[it->first] && *before_[it->first] == it->second);
      if (!told) out.holds.push_back({view, no, it->first.second, it->second.to_text(), now});
    }
  }
  before_.clear();
}

}  // namespace sekisho::sync
