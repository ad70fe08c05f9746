// How a plan is made: each input by itself, whom no rule is against. docs/specs/release.md.
#include <algorithm>

#include "stix/sharing_facts.h"
#include "sync/release/plan/making.h"

namespace sekisho::sync {
namespace {

using Kind = stix::redact::Outcome::Kind;

}  // namespace

bool is_rigid(std::string_view type) { return type == "indicator" || stix::category_of(type) == stix::Category::kSco; }

Needs Planner::Making::needs_of(const Candidate& candidate) const {
  if (candidate.redacted) return {std::make_shared<ClosureCandidate>(candidate.base), candidate.giver, candidate.rigid, nullptr, nullptr, {}};
  const auto& links = candidate.item.links;
  return {std::shared_ptr<const ClosureCandidate>(links, &links->closure), candidate.giver, candidate.rigid, nullptr, nullptr, {}};
}

Result<std::optional<Needs>> Planner::Making::needs_alone(const Input& input) {
  tells_ = false;
  SEKISHO_TRY(consider(input));
  if (candidates_.empty()) return std::optional<Needs>();
  const Candidate& candidate = candidates_.front();
  return std::optional(candidate.strips ? Needs{} : needs_of(candidate));
}

Result<Plan> Planner::Making::run(const std::vector<Input>& inputs, const Step& step) {
  for (std::size_t at = 0; at < inputs.size(); ++at) {
    if (step) SEKISHO_TRY(step(at));
    SEKISHO_TRY(consider(inputs[at]));
  }
  SEKISHO_TRY(name_claims());
  index_targets();
  while (true) {
    SEKISHO_TRY(close());
    SEKISHO_TRY(contend());
    if (!renditions_matter_) break;
    if (among_ != nullptr) {
      const auto rewritten = [](const Closed& closed) { return closed.as == Reads::kRendition; };
      plan_.renditions = plan_.renditions || std::any_of(closed_.begin(), closed_.end(), rewritten);
      SEKISHO_ASSIGN(const bool trimmed, plan_.renditions ? Result<bool>(true) : trim_translations());
      plan_.renditions = trimmed;
      if (plan_.renditions) return std::move(plan_);
      break;
    }
    if (drop_what_stood()) continue;
    SEKISHO_ASSIGN(const bool settled, make_renditions());
    if (!settled) continue;
    SEKISHO_ASSIGN(const bool trimmed, trim_translations());
    if (!trimmed && !drop_passed_over()) break;
  }
  if (!whole_) SEKISHO_TRY(find_overtaken());
  SEKISHO_TRY(compete());
  return std::move(plan_);
}

Status Planner::Making::consider(const Input& input) {
  SEKISHO_TRY(planner_.go_on());
  const store::Collection* where = planner_.collection(input.collection);
  if (where == nullptr || where->companion_of) return {};
  const bool reads = policy_.reads(view_.audience, where->alias, now_);
  const bool was = before_ != nullptr && before_->had({input.no, input.collection});
  if (!reads && !was) return {};
  SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(input.no));
  const bool keeps_place = was && !is_definition(loaded->stored.id);
  if (keeps_place) was_.push_back({{input.no, input.collection}, loaded->links, std::nullopt});
  if (!reads) return {};
  const policy::Decision decision = planner_.decide(policy_, view_.audience, *loaded, input.collection, now_, Reasons::kRule);
  if (tells_) planner_.decisions_.logs.add(log_, input.no, input.collection, loaded->stored.content, decision);
  if (decision.again && *decision.again > now_) hold(input, {"", decision.again});
  if (decision.effect == policy::Effect::kHold) {
    const std::string id = planner_.awaited_marking(policy_, view_.audience, *loaded, input.collection, now_);
    if (id.empty()) return {};
    hold(input, {id, std::nullopt});
    const auto& links = loaded->links;
    Needs needs{std::shared_ptr<const ClosureCandidate>(links, &links->closure), loaded->stored.source, false,
                std::shared_ptr<const std::vector<std::string>>(links, &links->markings), nullptr, bearer_for(policy_, *loaded).creator};
    plan_.needs.emplace_back(Place{input.no, input.collection}, std::move(needs));
    return {};
  }
  if (decision.effect == policy::Effect::kDeny) return {};
  if (decision.effect == policy::Effect::kRedact && !whole_) redacted_[loaded->stored.id].insert(input.no);
  if (!whole_ || (among_ != nullptr && !was)) {
    SEKISHO_ASSIGN(const bool clash, planner_.carried_already(view_, key_of(*loaded), input.collection, !is_definition(loaded->stored.id)));
    if (clash) return {};
  }
  Candidate candidate;
  if (decision.again && *decision.again > now_) candidate.again = decision.again;
  candidate.item.no = input.no;
  candidate.item.collection = input.collection;
  candidate.item.links = loaded->links;
  candidate.rigid = is_rigid(loaded->stored.type);
  const bool with_definitions = !loaded->definitions.empty() || !loaded->named.empty();
  SEKISHO_ASSIGN(const bool went_before, whole_ && with_definitions ? carried_here(candidate.item) : Result<bool>(false));
  SEKISHO_ASSIGN(const bool defined, add_definitions(*loaded, went_before, candidate.item));
  if (!defined) return {};
  SEKISHO_ASSIGN(candidate.lost, add_named(*loaded, went_before, candidate.item));
  if (decision.effect == policy::Effect::kRedact) {
    plan_.renditions = true;
    candidate.profiles = decision.profiles;
    SEKISHO_ASSIGN(const bool left, redact_alone(*loaded, candidate));
    if (!left) return {};
  }
  if (!candidate.lost.empty() && !candidate.strips) {
    hold(input, {candidate.lost.front(), candidate.due});
    Needs needs{std::shared_ptr<const ClosureCandidate>(loaded->links, &loaded->links->closure), loaded->stored.source, false, nullptr,
                std::make_shared<std::vector<std::string>>(std::move(candidate.lost)), {}};
    plan_.needs.emplace_back(Place{input.no, input.collection}, std::move(needs));
    return {};
  }
  if (!candidate.lost.empty() && !candidate.redacted) {  // without these it is another object
    candidate.redacted = true;
    candidate.base = {loaded->stored.id, named_by_rendition(*loaded->object, planner_.opaque())};
  }
  if (renditions_matter_) SEKISHO_TRY(add_kept(candidate));
  if (whole_ && !candidate.redacted && stands_for_it(candidate)) {
    SEKISHO_ASSIGN(const bool beside, planner_.carries(view_, input.no, input.collection));
    candidate.redacted = candidate.as_before = !beside;
    if (!beside) candidate.base = {loaded->stored.id, named_by_rendition(*loaded->object, planner_.opaque())};
  }
  candidate.giver = loaded->stored.source;
  if (renditions_matter_) candidate.translates = Translates::of(*loaded->object);
  if (candidate.translates) targets_[candidate.translates->id];
  SEKISHO_TRY(add_meanings(candidate.item.links->closure, candidate));
  if (!candidate.base.references.empty()) SEKISHO_TRY(add_meanings(candidate.base, candidate));
  if (keeps_place) was_.back().candidate = candidates_.size();
  candidates_.push_back(std::move(candidate));
  return {};
}

Result<bool> Planner::Making::add_definitions(const Loaded& loaded, bool went_before, PlanItem& item) {
  for (const std::string& id : loaded.definitions) {
    SEKISHO_ASSIGN(const bool known, planner_.has_arrived(id));
    if (!known) continue;
    if (went_before) {
      SEKISHO_ASSIGN(const Went went, keep_definitions(id, item));
      if (!went.any || went.kept || !needs_definition(id)) continue;
    }
    SEKISHO_ASSIGN(const auto definition, planner_.readable_definition(policy_, view_, id, item.collection, now_));
    if (!definition && (!needs_definition(id) || !understood(loaded, item, id))) continue;
    if (!definition) {
      hold({item.no, item.collection}, {id, std::nullopt});
      return false;
    }
    SEKISHO_TRY(add_if_new(*definition, item));
  }
  return true;
}

Result<std::vector<std::string>> Planner::Making::add_named(const Loaded& loaded, bool went_before, PlanItem& item) {
  std::vector<std::string> lost;
  for (const std::string& id : loaded.named) {
    if (policy_.is_public_id(id)) continue;
    if (went_before) {
      SEKISHO_ASSIGN(const Went went, keep_definitions(id, item));
      if (went.kept) continue;
    }
    SEKISHO_ASSIGN(const auto definition, planner_.readable_definition(policy_, view_, id, item.collection, now_));
    if (!definition) {
      lost.push_back(id);
      continue;
    }
    SEKISHO_TRY(add_if_new(*definition, item));
  }
  return lost;
}

void Planner::Making::add_definition(store::ObjectNo no, PlanItem& item) {
  if (std::find(item.definitions.begin(), item.definitions.end(), no) == item.definitions.end()) item.definitions.push_back(no);
}

Status Planner::Making::add_if_new(store::ObjectNo no, PlanItem& item) {
  if (!whole_ || among_ != nullptr) {
    SEKISHO_ASSIGN(const LoadedPtr definition, planner_.load(no));
    SEKISHO_ASSIGN(const bool clash, planner_.carried_already(view_, key_of(*definition), item.collection));
    if (clash) return {};
  }
  add_definition(no, item);
  return {};
}

Result<bool> Planner::Making::carried_here(const PlanItem& item) {
  SEKISHO_ASSIGN(const bool original, planner_.carries(view_, item.no, item.collection));
  if (original) return true;
  SEKISHO_ASSIGN(const auto made, planner_.carried_made(view_, item.no, item.collection));
  return !made.empty();
}

// The same for all that use it: looked up once.
Result<Planner::Making::Went> Planner::Making::keep_definitions(const std::string& id, PlanItem& item) {
  const auto [known, fresh] = kept_definitions_.try_emplace({id, item.collection});
  KeptDefinitions& there = known->second;
  if (fresh) {
    SEKISHO_ASSIGN(const auto held, planner_.versions(id));
    for (const auto& version : *held) {
      SEKISHO_ASSIGN(const bool carried, planner_.carries(view_, version.no, item.collection));
      if (!carried) continue;
      SEKISHO_ASSIGN(const LoadedPtr definition, planner_.load(version.no));
      const auto decision = planner_.decide(policy_, view_.audience, *definition, item.collection, now_, Reasons::kOmit);
      there.went.any = there.went.any || decision.effect != policy::Effect::kRedact;  // there in its own right; nothing travelled with it
      if (decision.effect != policy::Effect::kPermit) continue;
      there.kept.push_back(version.no);
      there.went.kept = true;
    }
  }
  for (const store::ObjectNo no : there.kept) add_definition(no, item);
  return there.went;
}

Result<Renditions::Ask> Planner::Making::ask_for(const Loaded& loaded, const Candidate& candidate) {
  Renditions::Ask ask;
  ask.original = loaded.object.get();
  ask.source = loaded.stored.source;
  SEKISHO_ASSIGN(ask.claim, planner_.key_of_renditions(policy_, loaded));
  SEKISHO_ASSIGN(ask.further_givers, planner_.further_givers(loaded));
  SEKISHO_ASSIGN(ask.handling, planner_.handling_of(policy_, loaded));
  ask.profiles = candidate.profiles;
  SEKISHO_ASSIGN(const store::ObjectNo known, known_as_made(candidate.item));
  SEKISHO_ASSIGN(ask.source_names, planner_.source_names(policy_.policy(), ask, known));
  ask.approved = approved_texts(loaded);
  ask.opaque = planner_.opaque();
  ask.meanings = [this, bearer = bearer_for(policy_, loaded), where = candidate.item.collection](std::string_view id) {
    return planner_.marking(policy_, {view_.audience, std::string(id), bearer, where}, now_);
  };
  return ask;
}

// What went under the same profiles is looked at as it was then: a name that its source gives itself later takes nothing back.
Result<store::ObjectNo> Planner::Making::known_as_made(const PlanItem& item) {
  store::ObjectNo last = planner_.horizon();
  if (before_ == nullptr || !before_->same_audience) return last;
  SEKISHO_ASSIGN(const auto carried, planner_.carried_made(view_, item.no, item.collection));
  store::ObjectNo made = 0;
  for (const CarriedMade& one : carried) {
    if (!one.made.duplicate()) made = std::max(made, one.no);
  }
  return made == 0 ? last : std::min(last, made);
}

ApprovedTexts Planner::Making::approved_texts(const Loaded& loaded) const {
  const auto& approvals = *planner_.approvals_;
  if (approvals.texts(loaded.stored.content, 1) == nullptr) return {};
  const auto level = stix::sharing_facts(*loaded.object).level;
  const ApprovedTexts* texts = approvals.texts(loaded.stored.content, policy_.approvals_needed(view_.audience, level, now_));
  return texts == nullptr ? ApprovedTexts() : *texts;
}

Result<bool> Planner::Making::redact_alone(const Loaded& loaded, Candidate& candidate) {
  SEKISHO_ASSIGN(const Renditions::Ask ask, ask_for(loaded, candidate));
  const Renditions::Answer answer = planner_.renditions_.make(policy_.policy(), ask);
  if (answer.kind == Kind::kWithheld) {
    withhold({candidate.item.no, candidate.item.collection}, answer.reason);
    return false;
  }
  candidate.strips = !candidate.rigid && std::all_of(candidate.profiles.begin(), candidate.profiles.end(),
                                                     [](const auto* profile) { return profile->strip_references; });
  if (candidate.strips) {
    SEKISHO_ASSIGN(const auto came, planner_.store_.arrival(candidate.item.no, candidate.item.collection));
    std::int64_t wait = 0;
    for (const auto* profile : candidate.profiles) wait = std::max(wait, profile->wait_micros);
    candidate.due = (came ? came->accepted_at : loaded.stored.accepted_at).plus_micros(wait);
    candidate.strips = *candidate.due <= now_;
    if (candidate.strips) candidate.due.reset();
  }
  candidate.redacted = answer.kind == Kind::kRendition;
  if (!candidate.redacted) return true;
  candidate.base = {loaded.stored.id, named_by_rendition(*answer.made.object, planner_.opaque())};
  if (!candidate.lost.empty()) {
    const auto left = named_by(*answer.made.object, planner_.opaque()).definitions;
    std::erase_if(candidate.lost, [&left](const std::string& id) { return !std::binary_search(left.begin(), left.end(), id); });
  }
  return true;
}

Status Planner::Making::add_kept(const Candidate& candidate) {
  const auto where = whole_ ? std::optional<store::CollectionNo>(candidate.item.collection) : std::nullopt;
  SEKISHO_ASSIGN(const auto carried, planner_.carried_made(view_, candidate.item.no, where));
  for (const CarriedMade& each : carried) {
    const Made& made = each.made;
    const bool stays = made.duplicate() || candidate.profiles.empty() || profile_names(candidate.profiles) == made.provenance.profiles;
    const auto named = candidate.lost.empty() ? std::vector<std::string>() : named_by(*made.object, planner_.opaque()).definitions;
    const bool lost = std::any_of(named.begin(), named.end(), [&candidate](const std::string& id) {
      return std::find(candidate.lost.begin(), candidate.lost.end(), id) != candidate.lost.end();
    });
    plan_.renditions = true;
    if (!stays || lost) continue;
    kept_.push_back({candidates_.size(), each.no, made.duplicate(), made.provenance.profiles, std::string(made.object->version()),
                     {std::string(made.object->id()), named_by_rendition(*made.object, planner_.opaque())}, each.of, candidate.item.collection});
  }
  return {};
}

bool Planner::Making::stands_for_it(const Candidate& candidate) const {
  return std::any_of(kept_.begin(), kept_.end(), [&](const Kept& kept) {
    return kept.candidate == candidates_.size() && !kept.duplicate && kept.profiles == profile_names(candidate.profiles);
  });
}

bool Planner::Making::drop_what_stood() {
  bool any = false;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (!candidates_[i].as_before || instead_[i]) continue;
    candidates_[i].as_before = candidates_[i].redacted = false;
    any = true;
  }
  return any;
}

Result<Plan> Planner::plan(const policy::Compiled& policy, const View& view, const std::vector<Input>& inputs, Timestamp now) {
  return Making(*this, policy, view, nullptr, now).run(inputs, nullptr);
}

Result<Plan> Planner::plan_whole(const policy::Compiled& policy, const View& view, const std::vector<Input>& inputs,
                                 const Before& before, Timestamp now, const Step& step) {
  return Making(*this, policy, view, &before, now).run(inputs, step);
}

}  // namespace sekisho::sync
