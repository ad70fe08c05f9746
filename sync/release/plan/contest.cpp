// A further copy of an id of which claims compete, where what the view carries decides what becomes of it: so that thousands of versions of one
// id under several claims cost no walk over those before them. What it comes to is what claims.h says of all of them.
// docs/specs/ownership.md §2, §3.
#include "sync/release/plan/coming.h"
#include "sync/release/plan/planner.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kPlacesKnown = 100'000;

}  // namespace

// Only what turns nothing: it raises its claim by nothing, so the claim that counts does so still, and so does its line.
Result<bool> Planner::settle_beside(const policy::Compiled& policy, const Side& side, Coming& coming, Waiting& waiting, Timestamp now, Plan& plan) {
  const std::string& id = coming.loaded->stored.id;
  const Place place{coming.input.no, coming.input.collection};
  const auto known = contests_.find({side.place, id});
  if (known == contests_.end() || is_definition(id) || waiting.of(place) != nullptr) return false;
  if (waiting.any_for(marked(Mark::kDisplacedRendition, id))) return false;
  Contest& contest = known->second;
  SEKISHO_ASSIGN(const Family* all, family(policy, id));
  SEKISHO_ASSIGN(const auto lead, leader(side, contest, waiting, id));
  const Relative* mine = all->at(place);
  const Relative* first = lead ? all->at(*lead) : nullptr;
  if (mine == nullptr || first == nullptr || all->observable() || mine->stake.by_id || mine->stake.ours || mine->stake.settled || mine->arrival < first->arrival) return false;
  SEKISHO_ASSIGN(const auto beside, outcome_beside(side, contest, waiting, *all, *mine, *first));
  if (!beside) return false;
  const Verdict& verdict = this->verdict(policy, side, *coming.alike, now);
  decisions_.logs.add(side.log, place.first, place.second, coming.loaded->stored.content, verdict.effect, verdict.rule);
  if (*beside == ClaimOutcome::kServed) {
    release_plainly(side, coming, plan);
    contest.carried = place;
    contest.of_version[mine->version] = place;
  }
  if (*beside == ClaimOutcome::kDisplaced) {
    waiting.put(place, {marked(Mark::kDisplaced, id), std::nullopt});
    contest.displaced[{mine->stake.claim, mine->source}] = place;
  }
  touched_[id].give(side.place);
  ++contests_known_;
  return true;
}

/// A copy of the claim that counts: carried, or one whose place is kept. Nothing: it is not known.
Result<std::optional<Place>> Planner::leader(const Side& side, const Contest& contest, const Waiting& waiting, const std::string& id) {
  if (!waiting.any_for(marked(Mark::kLeft, id))) {
    if (!contest.carried) return std::optional<Place>();
    SEKISHO_ASSIGN(const bool stands, has_form(*side.view, contest.carried->first, contest.carried->second));
    return stands ? contest.carried : std::nullopt;
  }
  if (contest.carried || !contest.left) return std::optional<Place>();
  const Awaited* awaited = waiting.of(*contest.left);
  return awaited != nullptr && awaited->has(Mark::kLeft) ? contest.left : std::nullopt;
}

Result<std::optional<ClaimOutcome>> Planner::outcome_beside(const Side& side, const Contest& contest, const Waiting& waiting, const Family& all,
                                                            const Relative& mine, const Relative& lead) {
  using Outcome = std::optional<ClaimOutcome>;
  const bool lead_left = !contest.carried;
  if (lead_left && recalled_->any_gave_way(lead.source)) return Outcome();  // its giver may hand on its place
  if (mine.stake.claim != lead.stake.claim) {
    const auto before = contest.displaced.find({mine.stake.claim, mine.source});
    const Awaited* awaited = before == contest.displaced.end() ? nullptr : waiting.of(before->second);
    const Relative* other = awaited == nullptr || !awaited->has(Mark::kDisplaced) ? nullptr : all.at(before->second);
    const bool as_before = other != nullptr && other->arrival < mine.arrival;
    const bool weaker = all.copies_of(mine.stake.claim) == 1 && mine.stake.standing <= lead.stake.standing;
    return as_before || weaker ? Outcome(ClaimOutcome::kDisplaced) : Outcome();
  }
  if (lead_left) return Outcome();
  if (mine.stake.creator == lead.stake.creator && all.copies_of_version(mine.version) == 1) return Outcome(ClaimOutcome::kServed);
  if (mine.stake.standing > lead.stake.standing) return Outcome();
  if (mine.stake.creator != lead.stake.creator) return lead.stake.creator ? Outcome(ClaimOutcome::kPassedOver) : Outcome();
  const auto same = contest.of_version.find(mine.version);
  if (same == contest.of_version.end()) return Outcome();
  SEKISHO_ASSIGN(const bool there, has_form(*side.view, same->second.first, same->second.second));
  const Relative* other = all.at(same->second);
  const bool goes = there && other != nullptr && other->content != mine.content && other->arrival < mine.arrival;
  return goes ? Outcome(ClaimOutcome::kPassedOver) : Outcome();
}

Status Planner::note_contests(const policy::Compiled& policy, const Side& side, const Plan& plan, const Waiting& waiting) {
  if (plan.contested.empty()) return {};
  if (contests_known_ > kPlacesKnown) forget_contests();
  for (const std::string& id : plan.contested) {
    Contest contest;
    SEKISHO_ASSIGN(const Family* all, family(policy, id));
    if (all->observable()) {  // settle_beside() looks at none of these
      contests_.erase({side.place, id});
      continue;
    }
    for (const Relative& relative : all->all()) {
      const Place place{relative.no, relative.collection};
      SEKISHO_ASSIGN(const bool carried, has_form(*side.view, place.first, place.second));
      const Awaited* awaited = waiting.of(place);
      if (carried) contest.of_version[relative.version] = place;
      if (carried && !contest.carried) contest.carried = place;
      if (awaited != nullptr && awaited->has(Mark::kLeft)) contest.left = place;
      if (awaited != nullptr && awaited->has(Mark::kDisplaced)) contest.displaced[{relative.stake.claim, relative.source}] = place;
    }
    contests_known_ += contest.of_version.size() + contest.displaced.size() + 1;
    contests_[{side.place, id}] = std::move(contest);
  }
  return {};
}

}  // namespace sekisho::sync
