// Which claim of each id counts in each view of a sweep. docs/specs/release.md, docs/specs/ownership.md §2, §4.
#include <algorithm>
#include <numeric>

#include "stix/sco_id.h"
#include "sync/release/plan/sweep.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kAskedAtOnce = 4096;  // then what is known of ids is thrown away if it is much

}  // namespace

Status Sweep::find_contested() {
  std::vector<std::uint32_t> order(rows_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) { return graph_.id[a] < graph_.id[b]; });
  for (std::size_t at = 0; at < order.size();) {
    std::size_t end = at + 1;
    while (end < order.size() && graph_.id[order[end]] == graph_.id[order[at]]) ++end;
    std::vector<std::uint32_t> group(order.begin() + static_cast<std::ptrdiff_t>(at), order.begin() + static_cast<std::ptrdiff_t>(end));
    at = end;
    if (rows_[group.front()].definition) continue;
    if (!is_contested(group)) continue;
    for (const std::uint32_t row : group) {
      if (!rows_[row].may_be_observable) continue;
      SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(rows_[row].no));
      const stix::Object& object = *loaded->object;
      if (stix::has_computed_id(object)) rows_[row].stake = stakes_.of(object, loaded->stored.source, loaded->provenance, true);
    }
    contested_.push_back(std::move(group));
  }
  return {};
}

// Where all are of one line, and none is of the same version, none stands in the way of another.
bool Sweep::is_contested(const std::vector<std::uint32_t>& group) const {
  const Row& first = rows_[group.front()];
  if (!displaced_.empty() && displaced_.count(ids_.text(graph_.id[group.front()])) != 0) return true;
  std::vector<std::pair<std::int64_t, store::ObjectNo>> versions;
  for (const std::uint32_t number : group) {
    const Row& row = rows_[number];
    if (row.stake.claim != first.stake.claim || row.stake.creator != first.stake.creator) return true;
    if (!left_.empty() && left_.count({row.no, row.collection}) != 0) return true;
    versions.emplace_back(row.version, row.no);
  }
  std::sort(versions.begin(), versions.end());
  return std::adjacent_find(versions.begin(), versions.end(), [](const auto& a, const auto& b) {
           return a.first == b.first && a.second != b.second;
         }) != versions.end();
}

std::uint32_t Sweep::giver_number(const std::string& giver) {
  const auto [found, fresh] = giver_numbers_.try_emplace(giver, static_cast<std::uint32_t>(givers_.size()));
  if (fresh) givers_.push_back(giver);
  return found->second;
}

void Sweep::note_copy(std::uint32_t id, std::uint32_t giver, std::uint32_t claim) {
  if (sole_.size() <= id) sole_.resize(std::max<std::size_t>(id + std::size_t{1}, sole_.size() * 2));
  const auto note = [](std::uint32_t& known, std::uint32_t now) { known = known == kNone || known == now ? now : kMixed; };
  note(sole_[id].giver, giver);
  note(sole_[id].claim, claim);
}

Status Sweep::find_meanings() {
  std::map<std::uint32_t, std::map<std::uint32_t, Planner::Meant>> divided;  // by id, by the number of what is meant
  std::size_t asked = 0;
  for (std::uint32_t row = 0; row < rows_.size(); ++row) {
    const std::uint32_t giver = rows_[row].giver;
    for (std::uint64_t at = row == 0 ? 0 : graph_.end[row - 1]; at < graph_.end[row]; ++at) {
      const std::uint32_t number = graph_.references[at];
      const Sole sole = number < sole_.size() ? sole_[number] : Sole{};
      const bool alike = sole.giver == giver || sole.giver == 0 || (giver == 0 && sole.giver != kMixed);
      if (sole.giver == kNone || (alike && sole.claim != kMixed)) continue;
      const std::string id = ids_.text(number);
      if (policy_.is_public_id(id)) continue;
      if (++asked % kAskedAtOnce == 0) planner_.next_step();
      SEKISHO_ASSIGN(const Planner::Meant meant, planner_.meant(policy_, givers_[giver], {rows_[row].no, rows_[row].collection}, id, now_));
      if (meant.kind == Planner::Meant::Kind::kAny) continue;
      graph_.references[at] = ids_.number(meant.key(id));
      divided[number].emplace(graph_.references[at], meant);
    }
  }
  if (divided.empty()) return {};
  for (std::uint32_t row = 0; row < rows_.size(); ++row) {
    const auto meanings = divided.find(graph_.id[row]);
    if (meanings == divided.end()) continue;
    SEKISHO_ASSIGN(const Stake mine, planner_.stake(policy_, rows_[row].no));
    for (const auto& [number, meant] : meanings->second) {
      SEKISHO_ASSIGN(const bool it, planner_.is_meant(policy_, ids_.text(graph_.id[row]), meant, mine.claim));
      if (it) graph_.also.emplace(row, number);
    }
  }
  return {};
}

std::vector<ClaimOutcome> Sweep::outcomes(std::size_t view) const {
  std::vector<ClaimOutcome> out(rows_.size(), ClaimOutcome::kServed);
  for (const auto& group : contested_) settle_group(view, group, out);
  return out;
}

void Sweep::settle_group(std::size_t view, const std::vector<std::uint32_t>& rows, std::vector<ClaimOutcome>& out) const {
  const Before& before = views_[view].before;
  std::vector<ClaimCopy> copies;
  std::vector<std::uint32_t> who;
  bool readable = false, taken = false;
  for (const std::uint32_t number : rows) {
    const Row& row = rows_[number];
    const bool may = may_.test(number, view), carried = carried_.test(number, view);
    const bool kept = before.left.count({row.no, row.collection}) != 0;
    out[number] = ClaimOutcome::kFilled;
    if (!may && !carried && !kept) continue;
    readable = readable || may;
    taken = taken || (!may && kept);
    copies.push_back({row.stake, number + std::uint64_t{1}, row.version, row.content, row.collection, may && carried, !may,
                      !may && planner_.recalled().gave_way(givers_[row.giver], ids_.text(graph_.id[number]), row.content)});
    who.push_back(number);
  }
  if (copies.empty()) return;
  taken = taken || before.displaced.count(ids_.text(graph_.id[rows.front()])) != 0;
  if (!readable && !taken) return;
  const auto outcomes = settle_claims(copies);
  for (std::size_t i = 0; i < who.size(); ++i) out[who[i]] = outcomes[i];
}

/// What is displaced is known, and so is what keeps its place.
void Sweep::add_claims(std::size_t view, std::map<Place, std::string>& out) const {
  const std::vector<ClaimOutcome> claims = outcomes(view);
  for (const auto& group : contested_) {
    const std::string id = ids_.text(graph_.id[group.front()]);
    for (const std::uint32_t row : group) {
      const Place place{rows_[row].no, rows_[row].collection};
      const bool displaced = claims[row] == ClaimOutcome::kDisplaced || claims[row] == ClaimOutcome::kNoted;
      if (!displaced && claims[row] != ClaimOutcome::kStaysEmpty) continue;
      const auto known = out.find(place);
      Awaited awaited = known == out.end() ? Awaited() : Awaited::from_text(known->second);
      awaited.add(marked(displaced ? Mark::kDisplaced : Mark::kLeft, id));
      out[place] = awaited.to_text();
    }
  }
}

}  // namespace sekisho::sync
