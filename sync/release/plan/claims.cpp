#include "sync/release/plan/claims.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace sekisho::sync {
namespace {

/// By what one claim is put before another; the greater one counts.
struct Rank {
  bool by_id = false, ours = false, settled = false;
  std::int64_t standing = INT64_MIN;
  std::uint64_t first = UINT64_MAX;  ///< the earliest arrival

  void add(const ClaimCopy& copy) {
    by_id = by_id || copy.stake.by_id;
    ours = ours || copy.stake.ours;
    settled = settled || copy.stake.settled;
    standing = std::max(standing, copy.stake.standing);
    first = std::min(first, copy.arrival);
  }
  bool raised_by(const ClaimCopy& copy) const {
    return (copy.stake.by_id && !by_id) || (copy.stake.ours && !ours) || (copy.stake.settled && !settled) || copy.stake.standing > standing || copy.arrival < first;
  }
  bool before(const Rank& other) const {
    return std::tuple(by_id, ours, standing, other.first) > std::tuple(other.by_id, other.ours, other.standing, first);
  }
  /// Nothing that operators settle stands above it.
  bool outranks_settled(const Rank& settled_one) const { return std::pair(by_id, ours) > std::pair(settled_one.by_id, settled_one.ours); }
};

/// What is there of one claim. The creator's own copies and those of others who may speak for it are two lines, of which
/// the creator's counts if it is readable, or was when it left.
struct Claim {
  Rank readable, left;
  bool any_readable = false;
  bool heir = false;  ///< its giver said that it counts in the place of another
  bool creator_readable = false, creator_left = false;

  void add(const ClaimCopy& copy) {
    (copy.left ? left : readable).add(copy);
    any_readable = any_readable || !copy.left;
    if (copy.stake.creator) (copy.left ? creator_left : creator_readable) = true;
  }
  bool creators_line() const { return creator_readable || creator_left; }
  /// Nothing that counts is readable, but was.
  bool empty() const { return creators_line() ? !creator_readable : !any_readable; }
  Rank rank() const {
    Rank rank = any_readable ? readable : left;
    if (empty() || heir) rank.first = 0;  // an equal claim does not follow one that left, however early it came
    return rank;
  }
};

class Contest {
 public:
  explicit Contest(const std::vector<ClaimCopy>& copies) : copies_(copies), out_(copies.size(), ClaimOutcome::kDisplaced) {}

  std::vector<ClaimOutcome> run() {
    for (const ClaimCopy& copy : copies_) {
      if (!gave_way(copy)) claims_[copy.stake.claim].add(copy);
    }
    for (const ClaimCopy& copy : copies_) {
      if (gave_way(copy)) inherit(copy);
    }
    counts_ = find_first();
    const Claim& claim = claims_.at(counts_);
    for (std::size_t i = 0; i < copies_.size(); ++i) {
      const ClaimCopy& copy = copies_[i];
      const bool mine = copy.stake.claim == counts_;
      if (copy.left && gave_way(copy)) {
        out_[i] = claim.heir ? ClaimOutcome::kStaysEmpty : ClaimOutcome::kFilled;  // kept for as long as it hands on its place
      } else if (copy.left) {
        out_[i] = mine && claim.empty() ? ClaimOutcome::kStaysEmpty : ClaimOutcome::kFilled;
      } else if (mine && !claim.empty() && copy.stake.creator == claim.creators_line()) {
        line_[copy.version].push_back(i);
      }
    }
    for (auto& [version, who] : line_) choose_content(who);
    note_ranks();
    return std::move(out_);
  }

 private:
  /// It left with its giver's word for another claim that the giver gave, which is readable: it hands on its place. Without one it keeps it.
  bool gave_way(const ClaimCopy& copy) const {
    return copy.left && copy.gave_way && std::any_of(copies_.begin(), copies_.end(), [&copy](const ClaimCopy& other) {
      return !other.left && other.stake.giver == copy.stake.giver && other.stake.claim != copy.stake.claim;
    });
  }
  void inherit(const ClaimCopy& copy) {
    for (const ClaimCopy& other : copies_) {
      if (!other.left && other.stake.giver == copy.stake.giver && other.stake.claim != copy.stake.claim) claims_.at(other.stake.claim).heir = true;
    }
  }

  std::uint32_t find_first() const {
    auto first = claims_.begin(), settled = claims_.end();
    for (auto it = claims_.begin(); it != claims_.end(); ++it) {
      const Rank rank = it->second.rank();
      if (rank.before(first->second.rank())) first = it;
      if (rank.settled && (settled == claims_.end() || rank.before(settled->second.rank()))) settled = it;
    }
    if (settled == claims_.end()) return first->first;
    // What it stands below counts only while it is there: the place of what left is not kept against what operators settled.
    const bool below = std::any_of(claims_.begin(), claims_.end(), [&](const auto& one) {
      return !one.second.empty() && one.second.rank().outranks_settled(settled->second.rank());
    });
    return below ? first->first : settled->first;
  }

  /// Whose content of a version comes first.
  bool stronger(std::size_t a, std::size_t b) const {
    const ClaimCopy &one = copies_[a], &other = copies_[b];
    if (!one.stake.observable) return std::tuple(!one.stake.ours, one.arrival) < std::tuple(!other.stake.ours, other.arrival);
    return std::tuple(!kept(a), !one.stake.ours, -one.stake.standing, one.arrival) <
           std::tuple(!kept(b), !other.stake.ours, -other.stake.standing, other.arrival);
  }

  /// Served now, or put by its giver in the place of what is.
  bool kept(std::size_t i) const {
    return copies_[i].carried || std::find(heirs_.begin(), heirs_.end(), i) != heirs_.end();
  }

  void choose_content(std::vector<std::size_t>& who) {
    for (const std::size_t i : who) out_[i] = ClaimOutcome::kPassedOver;
    if (copies_[who.front()].stake.observable) keep_latest(who);
    std::sort(who.begin(), who.end(), [this](std::size_t a, std::size_t b) { return stronger(a, b); });
    const Sha256& content = copies_[who.front()].content;
    // Of copies of one content in one collection the one that is carried stays: nothing is gained by the other.
    std::map<std::uint32_t, std::size_t> by_collection;
    for (const std::size_t i : who) {
      if (copies_[i].content != content) continue;
      const auto [at, fresh] = by_collection.emplace(copies_[i].collection, i);
      if (!fresh && copies_[i].carried && !copies_[at->second].carried) at->second = i;
    }
    for (const auto& [collection, i] : by_collection) out_[i] = ClaimOutcome::kServed;
  }

  /// One copy for each giver, collection and set of markings: the latest, in the place of the earlier ones.
  void keep_latest(std::vector<std::size_t>& who) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::size_t>> slots;
    for (const std::size_t i : who) slots[{copies_[i].stake.slot, copies_[i].collection}].push_back(i);
    who.clear();
    for (const auto& [slot, copies] : slots) {
      const std::size_t latest = *std::max_element(copies.begin(), copies.end(), [this](std::size_t a, std::size_t b) {
        return copies_[a].arrival < copies_[b].arrival;
      });
      who.push_back(latest);
      if (std::any_of(copies.begin(), copies.end(), [this](std::size_t i) { return copies_[i].carried; })) heirs_.push_back(latest);
    }
  }

  /// What is remembered of the claim that counts gives it the rank that all of it does.
  void note_ranks() {
    Rank told;
    std::vector<std::size_t> rest;
    for (std::size_t i = 0; i < copies_.size(); ++i) {
      if (copies_[i].stake.claim != counts_ || copies_[i].left) continue;
      if (out_[i] == ClaimOutcome::kPassedOver) rest.push_back(i);
      else told.add(copies_[i]);
    }
    for (const std::size_t i : rest) {
      if (!told.raised_by(copies_[i])) continue;
      out_[i] = ClaimOutcome::kNoted;
      told.add(copies_[i]);
    }
  }

  const std::vector<ClaimCopy>& copies_;
  std::vector<ClaimOutcome> out_;
  std::map<std::uint32_t, Claim> claims_;
  std::uint32_t counts_ = 0;
  std::map<std::int64_t, std::vector<std::size_t>> line_;  ///< of what counts, by version
  std::vector<std::size_t> heirs_;
};

}  // namespace

std::vector<ClaimOutcome> settle_claims(const std::vector<ClaimCopy>& copies) {
  if (copies.empty()) return {};
  return Contest(copies).run();
}

}  // namespace sekisho::sync
