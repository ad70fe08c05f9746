// References of what a plan may release, and the renditions that they ask for. docs/specs/redaction.md §4.
#include <algorithm>

#include "sync/release/plan/making.h"

namespace sekisho::sync {
namespace {

using Kind = stix::redact::Outcome::Kind;

}  // namespace

Status Planner::Making::add_meanings(const ClosureCandidate& names, Candidate& candidate) {
  const Place place{candidate.item.no, candidate.item.collection};
  for (const std::string& reference : names.references) {
    if (policy_.is_public_id(reference)) continue;
    SEKISHO_ASSIGN(const Meant meant, planner_.meant(policy_, candidate.giver, place, reference, now_));
    if (meant.kind == Meant::Kind::kAny) continue;
    const std::string key = meant.key(reference);
    divided_[reference].emplace(key, meant);
    candidate.meanings.emplace(reference, key);
  }
  return {};
}

Status Planner::Making::name_claims() {
  if (divided_.empty()) return {};
  for (Candidate& candidate : candidates_) {
    const auto divided = divided_.find(candidate.id());
    if (divided == divided_.end()) continue;
    SEKISHO_ASSIGN(const Stake mine, planner_.stake(policy_, candidate.item.no));
    for (const auto& [key, meant] : divided->second) {
      SEKISHO_ASSIGN(const bool it, planner_.is_meant(policy_, candidate.id(), meant, mine.claim));
      if (it) candidate.also.push_back(key);
    }
  }
  return {};
}

Status Planner::Making::close() {
  std::vector<ClosureNode> nodes;
  nodes.reserve(candidates_.size() + kept_.size());
  owners_.clear();
  originals_.clear();
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    const Candidate& candidate = candidates_[i];
    if (candidate.out || candidate.passed) continue;
    nodes.push_back({&candidate.names(), candidate.redacted, candidate.rigid, candidate.strips, {}, &candidate.meanings, &candidate.also});
    owners_.push_back(i);
  }
  for (const Kept& kept : kept_) {
    const Candidate& candidate = candidates_[kept.candidate];
    nodes.push_back({&kept.names, false, true, false, kept.duplicate ? std::string_view() : std::string_view(candidate.id()), &candidate.meanings, nullptr});
  }
  Status failure;
  const auto closed = close_references(nodes, [&](std::string_view key) {
    const auto [id, meant] = Meant::of_key(key);
    const bool is_public = policy_.is_public_id(id);
    const bool here = whole_ && (among_ == nullptr || among_->count(id) != 0);
    if (is_public || here || !failure.ok()) return is_public ? Reads::kOriginal : Reads::kNothing;
    const auto reads = planner_.reads(policy_, view_, id, meant);
    if (!reads.ok()) failure = reads.error();
    return reads.ok() ? *reads : Reads::kNothing;
  });
  SEKISHO_TRY(failure);
  closed_.assign(candidates_.size(), Closed{});
  for (std::size_t n = 0; n < owners_.size(); ++n) closed_[owners_[n]] = closed[n];
  alive_.assign(kept_.size(), false);
  instead_.assign(candidates_.size(), false);
  for (std::size_t k = 0; k < kept_.size(); ++k) {
    alive_[k] = closed[owners_.size() + k].as == Reads::kOriginal;
    const std::size_t i = kept_[k].candidate;
    const bool original = closed_[i].as == Reads::kOriginal;
    if (alive_[k] && !kept_[k].duplicate && !original) instead_[i] = instead_[i] || kept_[k].profiles == profile_names(candidates_[i].profiles);
  }
  return {};
}

Result<bool> Planner::Making::make_renditions() {
  by_id_.clear();
  std::vector<std::size_t> todo;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (candidates_[i].out || instead_[i] || closed_[i].as != Reads::kRendition || is_shadowed(i)) continue;
    by_id_[candidates_[i].id()].push_back(i);
    todo.push_back(i);
  }
  visits_.assign(candidates_.size(), Visit::kNot);
  bool settled = true;
  for (const std::size_t first : todo) {
    if (visits_[first] != Visit::kNot) continue;
    std::vector<std::size_t> path{first};
    while (!path.empty()) {
      const std::size_t i = path.back();
      if (visits_[i] == Visit::kDone) {
        path.pop_back();
        continue;
      }
      const bool again = visits_[i] == Visit::kOpen;
      visits_[i] = Visit::kOpen;
      std::optional<std::size_t> before = again ? std::nullopt : first_before(i, path);
      if (before) continue;
      SEKISHO_ASSIGN(const bool made, make_one(i));
      settled = settled && made;
      visits_[i] = Visit::kDone;
      path.pop_back();
    }
  }
  return settled;
}

std::optional<std::size_t> Planner::Making::first_before(std::size_t i, std::vector<std::size_t>& path) {
  std::optional<std::size_t> any;
  for (const std::string& reference : candidates_[i].names().references) {
    const auto found = by_id_.find(reference);
    if (found == by_id_.end()) continue;
    for (const std::size_t other : found->second) {
      if (visits_[other] == Visit::kOpen) candidates_[i].circle = reference;
      if (visits_[other] != Visit::kNot) continue;
      path.push_back(other);
      any = other;
    }
  }
  return any;
}

Result<bool> Planner::Making::make_one(std::size_t i) {
  SEKISHO_TRY(planner_.go_on());
  Candidate& candidate = candidates_[i];
  const Input input{candidate.item.no, candidate.item.collection};
  if (!candidate.circle.empty()) {
    candidate.out = true;
    hold(input, {candidate.circle, std::nullopt});
    return false;
  }
  std::vector<std::string> strip;
  std::map<std::string, Replacement, std::less<>> rewrite;
  SEKISHO_TRY(edits_of(candidate, strip, rewrite));
  Target target;
  if (candidate.translates) {
    SEKISHO_ASSIGN(target, target_of(candidate));
    if (misses(*candidate.translates, target)) {
      candidate.out = true;
      hold(input, {candidate.translates->id, candidate.due});
      return false;
    }
    if (candidate.translates->names_version && !target.original && !target.forms.empty()) rewrite[candidate.translates->id] = target.forms.front();
  }
  if (!strip.empty() && !candidate.strips) {
    // What it names fell out just now, or goes as a rendition that is not served: neither comes back within a plan, so this ends.
    candidate.out = true;
    hold(input, {strip.front(), candidate.due});
    return false;
  }
  SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(input.no));
  std::string said = target.lost.said(*loaded->object);
  if (candidate.made && strip == candidate.strip && said == candidate.said && rewrite.size() == candidate.rewrite.size() &&
      std::equal(rewrite.begin(), rewrite.end(), candidate.rewrite.begin(), [](const auto& a, const auto& b) {
        return a.first == b.first && a.second.id == b.second.id && a.second.modified == b.second.modified;
      })) {
    return true;
  }
  SEKISHO_ASSIGN(Renditions::Ask ask, ask_for(*loaded, candidate));
  ask.lost = std::move(target.lost);
  candidate.said = std::move(said);
  ask.strip = candidate.strip = std::move(strip);
  ask.rewrite = candidate.rewrite = std::move(rewrite);
  Renditions::Answer answer = planner_.renditions_.make(policy_.policy(), ask);
  if (answer.kind == Kind::kRendition) {
    candidate.made = std::move(answer.made);
    return true;
  }
  candidate.out = true;
  // Whichever of these comes may leave enough of it.
  std::string awaited;
  for (const std::string& id : candidate.strip) awaited += (awaited.empty() ? "" : " ") + id;
  for (const auto& [id, instead] : candidate.rewrite) awaited += (awaited.empty() ? "" : " ") + id;
  if (awaited.empty() && candidate.translates) awaited = candidate.translates->id;
  if (!awaited.empty()) hold(input, {std::move(awaited), std::nullopt});
  if (!candidate.said.empty()) answer.reason = "its target lost what it translates; " + answer.reason;
  withhold(input, answer.kind == Kind::kWithheld ? answer.reason : "a reference would have to change, but nothing does");
  return false;
}

Status Planner::Making::edits_of(const Candidate& candidate, std::vector<std::string>& strip, std::map<std::string, Replacement, std::less<>>& rewrite) {
  strip = candidate.lost;
  for (const std::string& reference : candidate.names().references) {
    SEKISHO_ASSIGN(const auto there, stands_instead(candidate, reference));
    if (there.first == Reads::kNothing) strip.push_back(reference);
    if (there.first == Reads::kRendition) rewrite[reference] = there.second;
  }
  return {};
}

Result<std::pair<Reads, stix::redact::Replacement>> Planner::Making::stands_instead(const Candidate& by, const std::string& id) {
  std::pair<Reads, Replacement> out{Reads::kNothing, {}};
  if (policy_.is_public_id(id)) return std::pair(Reads::kOriginal, Replacement{});
  const auto means = by.meanings.find(id);
  const std::string& key = means == by.meanings.end() ? id : means->second;
  const Meant meant = Meant::of_key(key).second;
  if (!whole_) {
    SEKISHO_ASSIGN(out.first, planner_.reads(policy_, view_, id, meant));
    if (out.first == Reads::kRendition) {
      SEKISHO_ASSIGN(const auto carried, planner_.replacement(policy_, view_, id, meant));
      if (carried) out.second = *carried;
    }
  }
  if (out.first == Reads::kOriginal) return out;
  if (originals_.empty()) index_originals();
  if (originals_.count(key) != 0) return std::pair(Reads::kOriginal, Replacement{});
  const auto is_meant = [&](std::size_t i) { return meant.kind == Meant::Kind::kAny || candidates_[i].is_also(key); };
  const auto better = [&out](const std::string& rendition, const std::string& modified) {
    if (out.first == Reads::kRendition && out.second.modified >= modified) return;
    out = {Reads::kRendition, {rendition, modified}};
  };
  if (const auto kept = kept_of_.find(id); kept != kept_of_.end()) {
    for (const std::size_t k : kept->second) {
      const std::size_t i = kept_[k].candidate;
      if (alive_[k] && !kept_[k].duplicate && is_meant(i) && !is_shadowed(i)) better(kept_[k].names.id, kept_[k].version);
    }
  }
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return out;
  for (const std::size_t i : found->second) {
    const auto& made = candidates_[i].made;
    if (made && !candidates_[i].out && is_meant(i)) better(std::string(made->object->id()), std::string(made->object->version()));
  }
  return out;
}

}  // namespace sekisho::sync
