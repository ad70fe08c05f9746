#include "stix/match/search.h"

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <utility>

namespace sekisho::stix::match {
namespace {

constexpr std::uint32_t kOpen = 0xFFFFFFFF;
using Indices = std::vector<std::uint32_t>;

struct Range {
  Instant lo, hi;
};

/// A part of what can be chosen: ranges of anchors, alternatives of choices, and the supplies that are
/// still of use in it (shared with its parent while that is about as small).
struct Region {
  std::vector<Range> anchors;
  std::vector<std::uint32_t> chosen;  ///< per choice; kOpen
  std::shared_ptr<const Indices> supplies;
};

/// Supplies given to demands: what a flow found.
struct Pair {
  std::uint32_t demand, supply;
  std::int64_t amount;
};
using Found = std::optional<std::vector<Pair>>;

struct Hash {
  std::size_t operator()(const DemandSet& set) const { return set.hash(); }
};

class Search {
 public:
  /// For the first `groups` groups of the plan.
  Search(const Plan& plan, std::size_t groups, std::vector<Supply> supplies, std::uint64_t steps)
      : plan_(plan), demands_(plan.demands.size() / plan.groups * groups),
        anchors_(plan.anchors.size() / plan.groups * groups), choices_(plan.choices.size() / plan.groups * groups),
        supplies_(std::move(supplies)), steps_(steps), windows_(plan.demands.size()), wanted_(plan.demands.size()) {}

  Result<Found> run() {
    std::vector<Region> open;
    open.push_back(everything());
    while (!open.empty()) {
      Region region = std::move(open.back());
      open.pop_back();
      if (!spend(plan_.demands.size() + 1)) return out_of_steps();
      if (!narrow(region)) continue;
      share_out(region);
      Flow flow(std::move(classes_), wanted_, steps_);
      const bool possible = flow.solve();
      if (steps_ == 0) return out_of_steps();
      if (!possible) continue;
      if (const auto choice = open_choice(region)) {
        branch(region, *choice, open);
        continue;
      }
      const std::vector<Pair> pairs = pairs_of(flow);
      const std::optional<std::uint32_t> conflict = conflict_of(region, pairs);
      if (steps_ == 0) return out_of_steps();
      if (!conflict) return Found(pairs);
      split(region, *conflict, open);
    }
    return Found();
  }

 private:
  static Error out_of_steps() {
    return make_error(Code::kLimitExceeded, "combining the observations takes too many steps");
  }

  bool spend(std::uint64_t steps) {
    steps_ -= std::min(steps_, steps);
    return steps_ > 0;
  }

  Region everything() const {
    Instant lo = kFar, hi = -kFar;
    for (const Supply& supply : supplies_) {
      if (!supply.timed) continue;
      lo = std::min(lo, supply.first);
      hi = std::max(hi, supply.last);
    }
    Region all;
    all.anchors.assign(plan_.anchors.size(), Range{lo, hi});
    all.chosen.assign(plan_.choices.size(), kOpen);
    auto indices = std::make_shared<Indices>(supplies_.size());
    for (std::uint32_t i = 0; i < supplies_.size(); ++i) (*indices)[i] = i;
    all.supplies = std::move(indices);
    return all;
  }

  bool active(const Region& region, Guard guard) const {
    while (guard.choice != Guard::kNone) {
      if (region.chosen[guard.choice] != guard.alternative) return false;
      guard = plan_.choices[guard.choice].guard;
    }
    return true;
  }

  /// Applies the order of anchors and computes each demand's widest window; false if nothing is left.
  bool narrow(Region& region) {
    for (const auto& [a, b] : plan_.ordered) region.anchors[b].lo = std::max(region.anchors[b].lo, region.anchors[a].lo);
    for (auto i = plan_.ordered.rbegin(); i != plan_.ordered.rend(); ++i) {
      region.anchors[i->first].hi = std::min(region.anchors[i->first].hi, region.anchors[i->second].hi);
    }
    for (std::size_t a = 0; a < anchors_; ++a) {
      if (region.anchors[a].lo > region.anchors[a].hi && active(region, plan_.anchors[a])) return false;
    }
    for (std::size_t d = 0; d < plan_.demands.size(); ++d) {
      const Demand& demand = plan_.demands[d];
      wanted_[d] = d < demands_ && active(region, demand.guard) ? demand.count : 0;
      Range& window = windows_[d];
      window = {demand.lo, demand.hi};
      for (const std::uint32_t a : demand.after) window.lo = std::max(window.lo, region.anchors[a].lo);
      for (const auto& [a, span] : demand.before) window.hi = std::min(window.hi, region.anchors[a].hi + span);
      if (wanted_[d] > 0 && window.lo > window.hi) return false;
    }
    return true;
  }

  /// Sorts the region's supplies into classes by who can use them, and drops those that nobody can.
  void share_out(Region& region) {
    classes_.clear();
    members_.clear();
    std::unordered_map<DemandSet, std::uint32_t, Hash> numbers;
    auto kept = std::make_shared<Indices>();
    for (const std::uint32_t i : *region.supplies) {
      const Supply& supply = supplies_[i];
      DemandSet users;
      bool of_use = false;  // perhaps only to alternatives that are still open
      std::uint64_t looked_at = 1;
      supply.usable.each([&](std::size_t d) {
        ++looked_at;
        if (d >= demands_ || !fits(supply, d)) return;
        of_use = true;
        if (wanted_[d] > 0) users.add(d);
      });
      if (!spend(looked_at)) return;
      if (of_use) kept->push_back(i);
      if (users.empty()) continue;
      const auto [at, is_new] = numbers.emplace(users, static_cast<std::uint32_t>(classes_.size()));
      if (is_new) {
        classes_.push_back({users, 0});
        members_.emplace_back();
      }
      classes_[at->second].supply += supply.count;
      members_[at->second].push_back(i);
    }
    if (kept->size() <= region.supplies->size() / 2) region.supplies = std::move(kept);
  }

  bool fits(const Supply& supply, std::size_t d) const {
    if (!supply.timed) return plan_.demands[d].timeless();
    return std::max(supply.first, windows_[d].lo) <= std::min(supply.last, windows_[d].hi);
  }

  std::optional<std::uint32_t> open_choice(const Region& region) const {
    for (std::uint32_t c = 0; c < choices_; ++c) {
      if (region.chosen[c] == kOpen && active(region, plan_.choices[c].guard)) return c;
    }
    return std::nullopt;
  }

  void branch(const Region& region, std::uint32_t choice, std::vector<Region>& open) {
    for (std::uint32_t i = plan_.choices[choice].alternatives; i > 0; --i) {
      Region part = region;
      part.chosen[choice] = i - 1;
      open.push_back(std::move(part));
    }
  }

  std::vector<Pair> pairs_of(const Flow& flow) {
    std::vector<Pair> pairs;
    for (std::size_t c = 0; c < members_.size(); ++c) {
      std::size_t member = 0;
      std::int64_t left = members_[c].empty() ? 0 : supplies_[members_[c][0]].count;
      for (Flow::Share share : flow.shares(c)) {
        while (share.amount > 0 && spend(1)) {
          if (left == 0) left = supplies_[members_[c][++member]].count;
          const std::int64_t taken = std::min(left, share.amount);
          pairs.push_back({share.demand, members_[c][member], taken});
          left -= taken;
          share.amount -= taken;
        }
      }
    }
    return pairs;
  }

  /// Gives the anchors their earliest instants under the pairs. Nothing if all rules hold then; else
  /// an anchor that cannot be both early and late enough. (A simple temporal network: every way
  /// around a circle of rules leads back in time or nowhere, so the rounds end.)
  std::optional<std::uint32_t> conflict_of(const Region& region, const std::vector<Pair>& pairs) {
    std::vector<Instant> at;
    for (const Range& range : region.anchors) at.push_back(range.lo);
    for (bool moved = true; moved;) {
      moved = false;
      if (!spend(pairs.size() + 1)) return std::nullopt;
      for (const Pair& pair : pairs) {
        const Demand& demand = plan_.demands[pair.demand];
        if (demand.timeless()) continue;
        Instant earliest = std::max(supplies_[pair.supply].first, demand.lo);
        std::uint32_t pushed_by = demand.after.empty() ? kOpen : demand.after[0];
        for (const std::uint32_t a : demand.after) {
          if (at[a] > earliest) pushed_by = a;
          earliest = std::max(earliest, at[a]);
        }
        if (earliest > std::min(supplies_[pair.supply].last, demand.hi)) return pushed_by;
        for (const auto& [a, span] : demand.before) {
          if (earliest - span <= at[a]) continue;
          at[a] = earliest - span;
          if (at[a] > region.anchors[a].hi) return a;
          moved = true;
        }
      }
    }
    return std::nullopt;
  }

  /// Halves the range of an anchor where that makes a difference: at an instant where a supply drops
  /// out of one side. If the anchor has none left, of another one; then by time alone.
  void split(const Region& region, std::uint32_t conflict, std::vector<Region>& open) {
    std::optional<std::pair<std::uint32_t, Instant>> cut = cut_of(region, conflict);
    for (std::uint32_t a = 0; a < anchors_ && !cut; ++a) {
      if (a != conflict && active(region, plan_.anchors[a])) cut = cut_of(region, a);
    }
    for (std::uint32_t a = 0; a < anchors_ && !cut; ++a) {
      const Range range = region.anchors[a];
      if (range.lo < range.hi && active(region, plan_.anchors[a])) cut.emplace(a, range.lo + (range.hi - range.lo) / 2);
    }
    if (!cut) return;
    Region later = region, earlier = region;
    later.anchors[cut->first].lo = cut->second + 1;
    earlier.anchors[cut->first].hi = cut->second;
    open.push_back(std::move(later));
    open.push_back(std::move(earlier));
  }

  std::optional<std::pair<std::uint32_t, Instant>> cut_of(const Region& region, std::uint32_t anchor) {
    const Range range = region.anchors[anchor];
    std::vector<Instant> cuts;
    const auto offer = [&](Instant last_of_left) {
      if (last_of_left >= range.lo && last_of_left < range.hi) cuts.push_back(last_of_left);
    };
    for (const std::uint32_t i : *region.supplies) {
      const Supply& supply = supplies_[i];
      std::uint64_t looked_at = 1;
      supply.usable.each([&](std::size_t d) {
        ++looked_at;
        if (wanted_[d] == 0 || !fits(supply, d)) return;
        for (const std::uint32_t a : plan_.demands[d].after) {
          if (a == anchor) offer(supply.last);
        }
        for (const auto& [a, span] : plan_.demands[d].before) {
          if (a == anchor) offer(supply.first - span - 1);
        }
      });
      if (!spend(looked_at)) return std::nullopt;
    }
    if (cuts.empty()) return std::nullopt;
    const auto middle = cuts.begin() + static_cast<std::ptrdiff_t>(cuts.size() / 2);
    std::nth_element(cuts.begin(), middle, cuts.end());
    return std::pair(anchor, *middle);
  }

  const Plan& plan_;
  const std::size_t demands_, anchors_, choices_;  ///< those of the groups at hand
  const std::vector<Supply> supplies_;
  std::uint64_t steps_;
  std::vector<Range> windows_;        ///< per demand, of the region at hand
  std::vector<std::int64_t> wanted_;  ///< per demand; 0: not (yet) asked for
  std::vector<Flow::Class> classes_;
  std::vector<Indices> members_;      ///< per class
};

/// `[a] REPEATS n TIMES WITHIN x SECONDS`, the commonest hard one: a window pushed along the time line.
std::optional<std::vector<std::size_t>> slide(const Demand& demand, const std::vector<Supply>& supplies) {
  struct Event {
    Instant at;
    bool enters;
    const Supply* supply;
  };
  const Instant span = demand.before[0].span;
  std::vector<Event> events;
  for (const Supply& supply : supplies) {
    const Instant first = std::max(supply.first, demand.lo), last = std::min(supply.last, demand.hi);
    if (!supply.timed || first > last) continue;
    events.push_back({first - span, true, &supply});  // the earliest begin of a window that reaches it
    events.push_back({last, false, &supply});         // the latest
  }
  std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
    return a.at != b.at ? a.at < b.at : a.enters > b.enters;
  });
  std::int64_t inside = 0;
  for (const Event& event : events) {
    inside += event.enters ? event.supply->count : -event.supply->count;
    if (inside < demand.count) continue;
    std::vector<std::size_t> out;
    std::int64_t left = demand.count;
    for (const Supply& supply : supplies) {
      const Instant first = std::max(supply.first, demand.lo), last = std::min(supply.last, demand.hi);
      if (left <= 0 || !supply.timed || first > last || first - span > event.at || last < event.at) continue;
      out.push_back(supply.observation);
      left -= supply.count;
    }
    return out;
  }
  return std::nullopt;
}

/// Tries the earliest supplies alone, more and more of them: what matches a part matches the whole, and
/// where matches abound the part is found at once. Errors only mean that a part was not decided.
Found search_early(const Plan& plan, std::size_t groups, const std::vector<Supply>& supplies, std::uint64_t max_steps) {
  constexpr std::size_t kLeast = 128, kPerDemand = 4, kGrowth = 8;
  for (std::size_t size = kLeast + kPerDemand * plan.demands.size(); size < supplies.size(); size *= kGrowth) {
    const auto end = supplies.begin() + static_cast<std::ptrdiff_t>(size);
    auto found = Search(plan, groups, {supplies.begin(), end}, max_steps).run();
    if (found.ok() && found.value()) return std::move(found).value();
  }
  return std::nullopt;
}

std::vector<std::size_t> sorted(std::vector<std::size_t> observations) {
  std::sort(observations.begin(), observations.end());
  observations.erase(std::unique(observations.begin(), observations.end()), observations.end());
  return observations;
}

/// Group by group, each from what the earlier ones left. Finds most matches of many groups quickly; if
/// it finds none there may still be one.
std::optional<std::vector<std::size_t>> pack(const Plan& plan, std::vector<Supply> supplies, std::uint64_t max_steps) {
  std::vector<std::size_t> out;
  for (std::size_t group = 0; group < plan.groups; ++group) {
    Found found = search_early(plan, 1, supplies, max_steps / plan.groups);
    if (!found) {
      auto last = Search(plan, 1, supplies, max_steps / plan.groups).run();
      if (!last.ok() || !last.value()) return std::nullopt;
      found = std::move(last).value();
    }
    for (const Pair& pair : *found) {
      out.push_back(supplies[pair.supply].observation);
      supplies[pair.supply].count -= pair.amount;
    }
    std::erase_if(supplies, [](const Supply& supply) { return supply.count == 0; });
  }
  return sorted(std::move(out));
}

}  // namespace

Result<std::optional<std::vector<std::size_t>>> search(const Plan& plan, std::vector<Supply> supplies,
                                                       std::uint64_t max_steps) {
  constexpr std::uint64_t kShareOfSteps = 4;
  if (plan.demands.size() == 1 && plan.anchors.size() == 1 && plan.choices.empty()) {
    return slide(plan.demands[0], supplies);
  }
  Found found;
  if (!plan.anchors.empty()) {
    std::stable_sort(supplies.begin(), supplies.end(),
                     [](const Supply& a, const Supply& b) { return a.first < b.first; });
    if (plan.groups > 1) {
      if (auto packed = pack(plan, supplies, max_steps / kShareOfSteps)) return packed;
    } else {
      found = search_early(plan, 1, supplies, max_steps / kShareOfSteps);
    }
  }
  if (!found) {
    SEKISHO_ASSIGN(found, Search(plan, plan.groups, supplies, max_steps).run());
  }
  if (!found) return std::optional<std::vector<std::size_t>>();
  std::vector<std::size_t> out;
  for (const Pair& pair : *found) out.push_back(supplies[pair.supply].observation);
  return std::optional(sorted(std::move(out)));
}

}  // namespace sekisho::stix::match
