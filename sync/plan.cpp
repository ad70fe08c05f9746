// How a plan is made: who may go, as what, under which references. docs/specs/release.md, docs/specs/redaction.md §4.
#include <algorithm>
#include <map>
#include <unordered_map>

#include "stix/sharing_facts.h"
#include "sync/planner.h"

namespace sekisho::sync {
namespace {

using stix::redact::Replacement;
using Kind = stix::redact::Outcome::Kind;

/// Never edited: they go as they are or not at all.
bool is_rigid(std::string_view type) {
  return type == "indicator" || stix::category_of(type) == stix::Category::kSco;
}

/// What must be readable for a rendition to go: it has a creator of its own.
ClosureCandidate names_of_rendition(const stix::Object& object, std::string id) {
  ClosureCandidate out{std::move(id), {}};
  for (auto& reference : stix::references(object)) {
    if (reference.pointer != "/created_by_ref" && reference.id != object.id()) out.references.push_back(std::move(reference.id));
  }
  std::sort(out.references.begin(), out.references.end());
  out.references.erase(std::unique(out.references.begin(), out.references.end()), out.references.end());
  return out;
}

}  // namespace

class Planner::Making {
 public:
  Making(Planner& planner, const policy::Compiled& policy, const View& view, bool whole, Timestamp now)
      : planner_(planner), policy_(policy), view_(view), whole_(whole), now_(now),
        renditions_matter_(planner.renditions_matter(policy)) {}

  Result<Plan> run(const std::vector<Input>& inputs, const Step& step) {
    for (std::size_t at = 0; at < inputs.size(); ++at) {
      if (step) SEKISHO_TRY(step(at));
      SEKISHO_TRY(consider(inputs[at]));
    }
    while (true) {
      SEKISHO_TRY(close());
      if (!renditions_matter_) break;
      if (drop_what_stood()) continue;
      SEKISHO_ASSIGN(const bool settled, make_renditions());
      if (settled && !drop_passed_over()) break;
    }
    SEKISHO_TRY(compete());
    return std::move(plan_);
  }

 private:
  /// One of the inputs that no rule is against.
  struct Candidate {
    PlanItem item;
    std::vector<const policy::RedactionProfile*> profiles;
    ClosureCandidate base;            ///< of what is redacted: what the profiles leave of its references
    bool redacted = false, rigid = false, strips = false;
    bool as_before = false;           ///< went as a rendition for its references alone: what was released is not touched
    bool out = false;                 ///< withheld or held: told in the plan already
    std::string circle;               ///< a reference that leads back to it through renditions alone
    std::optional<Timestamp> due;     ///< until when a reference may still come
    std::vector<std::string> strip;   ///< of `made`
    std::map<std::string, Replacement, std::less<>> rewrite;
    std::optional<Made> made;
    const ClosureCandidate& names() const { return redacted ? base : item.links->closure; }
    const std::string& id() const { return item.links->closure.id; }
  };
  /// What the view carries beside an original or instead of it: it stays if all that it names does.
  struct Kept {
    std::size_t candidate = 0;
    store::ObjectNo no = 0;
    bool duplicate = false;
    std::string profiles, version;
    ClosureCandidate names;
  };
  enum class Visit : std::uint8_t { kNot, kOpen, kDone };

  void hold(const Input& input, const Awaited& awaited) {
    plan_.holds.push_back({view_.name, input.no, input.collection, awaited.to_text(), now_});
  }
  void withhold(const Input& input, std::string reason) {
    plan_.withheld.push_back({input.no, input.collection, std::move(reason)});
  }

  // ---- each by itself -------------------------------------------------------------------------

  Status consider(const Input& input) {
    const store::Collection* where = planner_.collection(input.collection);
    if (where == nullptr || where->companion_of || !policy_.reads(view_.audience, where->alias, now_)) return {};
    SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(input.no));
    const policy::Decision decision = planner_.decide(policy_, view_.audience, *loaded, input.collection, now_, Reasons::kRule);
    planner_.decisions_[view_.name].add(input.no, input.collection, loaded->stored.content, decision);
    if (decision.again && *decision.again > now_) hold(input, {"", decision.again});
    if (decision.effect == policy::Effect::kHold) {
      const std::string id = planner_.awaited_marking(policy_, view_.audience, *loaded, input.collection, now_);
      if (!id.empty()) hold(input, {id, std::nullopt});
      return {};
    }
    if (decision.effect == policy::Effect::kDeny) return {};
    if (!whole_) {
      SEKISHO_ASSIGN(const bool clash, planner_.carried_already(view_, key_of(*loaded), input.collection));
      if (clash) return {};
    }
    Candidate candidate;
    candidate.item.no = input.no;
    candidate.item.collection = input.collection;
    candidate.item.links = loaded->links;
    candidate.rigid = is_rigid(loaded->stored.type);
    SEKISHO_ASSIGN(const bool defined, add_definitions(*loaded, candidate.item));
    if (!defined) return {};
    if (decision.effect == policy::Effect::kRedact) {
      candidate.profiles = decision.profiles;
      SEKISHO_ASSIGN(const bool left, redact_alone(*loaded, candidate));
      if (!left) return {};
    }
    if (renditions_matter_) SEKISHO_TRY(add_kept(candidate));
    if (whole_ && !candidate.redacted && stands_for_it(candidate)) {
      SEKISHO_ASSIGN(const bool beside, planner_.carries(view_, input.no, input.collection));
      candidate.redacted = candidate.as_before = !beside;
      if (!beside) candidate.base = names_of_rendition(*loaded->object, loaded->stored.id);
    }
    candidates_.push_back(std::move(candidate));
    return {};
  }

  /// False: held for a marking whose definition this audience may not read. Whatever is understood without its definition
  /// goes without those that may not go, and so does what was decided as if nothing were known of the marking (a rendition
  /// that lacks the marked parts): that they are here must not show.
  Result<bool> add_definitions(const Loaded& loaded, PlanItem& item) {
    SEKISHO_ASSIGN(const bool went_before, loaded.definitions.empty() || !whole_ ? Result<bool>(false) : carried_here(item));
    for (const std::string& id : loaded.definitions) {
      SEKISHO_ASSIGN(const bool known, planner_.has_arrived(id));
      if (!known) continue;
      if (went_before) {
        const std::size_t before = item.definitions.size();
        SEKISHO_ASSIGN(const bool with_one, keep_definitions(id, item));
        if (!with_one || item.definitions.size() != before || !needs_definition(id)) continue;
      }
      SEKISHO_ASSIGN(const auto definition, planner_.readable_definition(policy_, view_, id, item.collection, now_));
      if (!definition && (!needs_definition(id) || !understood(loaded, item, id))) continue;
      if (!definition) {
        hold({item.no, item.collection}, {id, std::nullopt});
        return false;
      }
      if (!whole_) {
        SEKISHO_ASSIGN(const LoadedPtr loaded_definition, planner_.load(*definition));
        SEKISHO_ASSIGN(const bool clash, planner_.carried_already(view_, key_of(*loaded_definition), item.collection));
        if (clash) continue;
      }
      item.definitions.push_back(*definition);
    }
    return true;
  }

  bool understood(const Loaded& loaded, const PlanItem& item, const std::string& id) const {
    return planner_.marking(policy_, {view_.audience, id, loaded.stored.source, item.collection}, now_).has_value();
  }

  /// Whether the view carries it in this collection, in whatever form.
  Result<bool> carried_here(const PlanItem& item) {
    SEKISHO_ASSIGN(const bool original, planner_.carries(view_, item.no, item.collection));
    if (original) return true;
    SEKISHO_ASSIGN(const auto made, planner_.carried_made(view_, item.no, item.collection));
    return !made.empty();
  }

  /// A definition travels with what is released after it has come: what went without it, or with an earlier version, stays so.
  /// False: it went without any, as a rendition does that lacks the marked parts.
  Result<bool> keep_definitions(const std::string& id, PlanItem& item) {
    bool any = false;
    SEKISHO_ASSIGN(const auto held, planner_.versions(id));
    for (const auto& version : *held) {
      SEKISHO_ASSIGN(const bool carried, planner_.carries(view_, version.no, item.collection));
      if (!carried) continue;
      SEKISHO_ASSIGN(const LoadedPtr definition, planner_.load(version.no));
      const auto decision = planner_.decide(policy_, view_.audience, *definition, item.collection, now_, Reasons::kOmit);
      any = any || decision.effect != policy::Effect::kRedact;  // there in its own right; nothing travelled with it
      if (decision.effect == policy::Effect::kPermit) item.definitions.push_back(version.no);
    }
    return any;
  }

  Renditions::Ask ask_for(const Loaded& loaded, const Candidate& candidate) const {
    Renditions::Ask ask;
    ask.original = loaded.object.get();
    ask.source = loaded.stored.source;
    ask.provenance = &loaded.provenance;
    ask.profiles = candidate.profiles;
    ask.approved = approved_texts(loaded);
    ask.meanings = [this, &giver = loaded.stored.source, where = candidate.item.collection](std::string_view id) {
      return planner_.marking(policy_, {view_.audience, std::string(id), giver, where}, now_);
    };
    return ask;
  }

  /// As many operators must agree on them as the audience needs; what it needs does not depend on who else there is.
  ApprovedTexts approved_texts(const Loaded& loaded) const {
    const auto& approvals = *planner_.approvals_;
    if (approvals.texts(loaded.stored.content, 1) == nullptr) return {};
    const auto level = stix::sharing_facts(*loaded.object).level;
    const ApprovedTexts* texts = approvals.texts(loaded.stored.content, policy_.approvals_needed(view_.audience, level, now_));
    return texts == nullptr ? ApprovedTexts() : *texts;
  }

  /// What the profiles leave of it, whatever becomes of its references. False: nothing may go.
  Result<bool> redact_alone(const Loaded& loaded, Candidate& candidate) {
    const Renditions::Answer answer = planner_.renditions_.make(policy_.policy(), ask_for(loaded, candidate));
    if (answer.kind == Kind::kWithheld) {
      withhold({candidate.item.no, candidate.item.collection}, answer.reason);
      return false;
    }
    candidate.strips = std::all_of(candidate.profiles.begin(), candidate.profiles.end(),
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
    if (candidate.redacted) candidate.base = names_of_rendition(*answer.made.object, loaded.stored.id);
    return true;
  }

  Status add_kept(const Candidate& candidate) {
    const auto where = whole_ ? std::optional<store::CollectionNo>(candidate.item.collection) : std::nullopt;
    SEKISHO_ASSIGN(const auto carried, planner_.carried_made(view_, candidate.item.no, where));
    for (const CarriedMade& each : carried) {
      const Made& made = each.made;
      const bool stays = made.duplicate() || candidate.profiles.empty() || profile_names(candidate.profiles) == made.provenance.profiles;
      if (!stays) continue;
      kept_.push_back({candidates_.size(), each.no, made.duplicate(), made.provenance.profiles, std::string(made.object->version()),
                       names_of_rendition(*made.object, std::string(made.object->id()))});
    }
    return {};
  }

  /// Whether the view carries a rendition of the candidate at hand made under the same profiles.
  bool stands_for_it(const Candidate& candidate) const {
    return std::any_of(kept_.begin(), kept_.end(), [&](const Kept& kept) {
      return kept.candidate == candidates_.size() && !kept.duplicate && kept.profiles == profile_names(candidate.profiles);
    });
  }

  /// Where what the view carries instead of an original cannot stay, the original may go. True: close again.
  bool drop_what_stood() {
    bool any = false;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (!candidates_[i].as_before || instead_[i]) continue;
      candidates_[i].as_before = candidates_[i].redacted = false;
      any = true;
    }
    return any;
  }

  // ---- references -----------------------------------------------------------------------------

  Status close() {
    std::vector<ClosureNode> nodes;
    nodes.reserve(candidates_.size() + kept_.size());
    owners_.clear();
    originals_.clear();
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      const Candidate& candidate = candidates_[i];
      if (candidate.out) continue;
      nodes.push_back({&candidate.names(), candidate.redacted, candidate.rigid, candidate.redacted && candidate.strips, {}});
      owners_.push_back(i);
    }
    for (const Kept& kept : kept_) {
      nodes.push_back({&kept.names, false, true, false, kept.duplicate ? std::string_view() : std::string_view(candidates_[kept.candidate].id())});
    }
    Status failure;
    const auto closed = close_references(nodes, [&](std::string_view id) {
      const bool is_public = policy_.is_public_id(id);
      if (is_public || whole_ || !failure.ok()) return is_public ? Reads::kOriginal : Reads::kNothing;
      const auto reads = planner_.reads(policy_, view_, id);
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

  // ---- renditions -----------------------------------------------------------------------------

  /// Those that only a rendition of can go, each after those that it names. False: something fell out; close again.
  Result<bool> make_renditions() {
    by_id_.clear();
    std::vector<std::size_t> todo;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (candidates_[i].out || instead_[i] || closed_[i].as != Reads::kRendition) continue;
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

  /// Puts what `i` names and is not made yet on the path; those on it already are a circle, of which none can go.
  std::optional<std::size_t> first_before(std::size_t i, std::vector<std::size_t>& path) {
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

  Result<bool> make_one(std::size_t i) {
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
    if (!strip.empty() && !(candidate.redacted && candidate.strips)) return false;  // what it names fell out just now
    if (candidate.made && strip == candidate.strip && rewrite.size() == candidate.rewrite.size() &&
        std::equal(rewrite.begin(), rewrite.end(), candidate.rewrite.begin(), [](const auto& a, const auto& b) {
          return a.first == b.first && a.second.id == b.second.id && a.second.modified == b.second.modified;
        })) {
      return true;
    }
    SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(input.no));
    Renditions::Ask ask = ask_for(*loaded, candidate);
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
    if (!awaited.empty()) hold(input, {std::move(awaited), std::nullopt});
    withhold(input, answer.kind == Kind::kWithheld ? answer.reason : "a reference would have to change, but nothing does");
    return false;
  }

  /// What has to be done about each reference, that of the creator included where it leads nowhere.
  Status edits_of(const Candidate& candidate, std::vector<std::string>& strip,
                  std::map<std::string, Replacement, std::less<>>& rewrite) {
    for (const std::string& reference : candidate.names().references) {
      SEKISHO_ASSIGN(const auto there, stands_instead(reference));
      if (there.first == Reads::kNothing) strip.push_back(reference);
      if (there.first == Reads::kRendition) rewrite[reference] = there.second;
    }
    return {};
  }

  /// What readers have of an id once this plan is carried out.
  Result<std::pair<Reads, Replacement>> stands_instead(const std::string& id) {
    std::pair<Reads, Replacement> out{Reads::kNothing, {}};
    if (policy_.is_public_id(id)) return std::pair(Reads::kOriginal, Replacement{});
    if (!whole_) {
      SEKISHO_ASSIGN(out.first, planner_.reads(policy_, view_, id));
      if (out.first == Reads::kRendition) {
        SEKISHO_ASSIGN(const auto carried, planner_.replacement(view_, id));
        if (carried) out.second = *carried;
      }
    }
    if (out.first == Reads::kOriginal) return out;
    if (originals_.empty()) index_originals();
    if (originals_.count(id) != 0) return std::pair(Reads::kOriginal, Replacement{});
    const auto better = [&out](const std::string& rendition, const std::string& modified) {
      if (out.first == Reads::kRendition && out.second.modified >= modified) return;
      out = {Reads::kRendition, {rendition, modified}};
    };
    for (std::size_t k = 0; k < kept_.size(); ++k) {
      if (alive_[k] && !kept_[k].duplicate && candidates_[kept_[k].candidate].id() == id) better(kept_[k].names.id, kept_[k].version);
    }
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return out;
    for (const std::size_t i : found->second) {
      const auto& made = candidates_[i].made;
      if (made && !candidates_[i].out) better(std::string(made->object->id()), std::string(made->object->version()));
    }
    return out;
  }

  // ---- one content per version ----------------------------------------------------------------

  // Once per collection. Whoever is passed over here leaves its id readable.
  Status compete() {
    Taken taken;
    taken.reserve(candidates_.size());
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      Candidate& candidate = candidates_[i];
      if (candidate.out) continue;
      if (closed_[i].as == Reads::kNothing && !instead_[i]) {
        hold({candidate.item.no, candidate.item.collection}, {closed_[i].missing, candidate.due});
        continue;
      }
      PlanItem& item = candidate.item;
      if (!take(taken, *item.links, item.no, item.collection)) continue;
      SEKISHO_TRY(take_definitions(taken, item));
      item.original = closed_[i].as == Reads::kOriginal;
      if (renditions_matter_) {
        SEKISHO_TRY(finish(i));
        SEKISHO_ASSIGN(const bool any, take_made(taken, i));
        if (!any) continue;
      }
      plan_.released.push_back(std::move(item));
    }
    return {};
  }

  /// Where the copy that goes is a rendition, nobody may be pointed at the id of those that are passed over. True: close again.
  bool drop_passed_over() {
    Taken taken;
    std::set<std::string_view> originals;
    std::vector<std::size_t> passed;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      const Candidate& candidate = candidates_[i];
      if (candidate.out || (closed_[i].as == Reads::kNothing && !instead_[i])) continue;
      const bool takes = take(taken, *candidate.item.links, candidate.item.no, candidate.item.collection);
      if (closed_[i].as != Reads::kOriginal) continue;
      if (takes) {
        originals.insert(candidate.id());
      } else {
        passed.push_back(i);
      }
    }
    bool any = false;
    for (const std::size_t i : passed) {
      if (originals.count(candidates_[i].id()) != 0) continue;
      candidates_[i].out = any = true;
    }
    return any;
  }

  struct Content {
    Sha256 content;
    std::vector<std::pair<store::CollectionNo, store::ObjectNo>> where;
  };
  using Taken = std::unordered_map<std::string, Content>;

  /// In one collection only one of several copies; `no` again, which may have travelled with others, is no other copy.
  static bool take(Taken& taken, const std::string& version, const Sha256& content, store::ObjectNo no, store::CollectionNo collection) {
    Content& same = taken.try_emplace(version, Content{content, {}}).first->second;
    if (same.content != content) return false;
    for (const auto& [place, copy] : same.where) {
      if (place == collection) return copy == no;
    }
    same.where.emplace_back(collection, no);
    return true;
  }
  static bool take(Taken& taken, const Links& links, store::ObjectNo no, store::CollectionNo collection) {
    return take(taken, links.version, links.content, no, collection);
  }

  /// A definition of which the view has another content, or there another copy, does not travel.
  Status take_definitions(Taken& taken, PlanItem& item) {
    std::vector<store::ObjectNo> travel;
    for (const store::ObjectNo no : item.definitions) {
      SEKISHO_ASSIGN(const LoadedPtr definition, planner_.load(no));
      if (take(taken, *definition->links, no, item.collection)) travel.push_back(no);
    }
    item.definitions = std::move(travel);
    return {};
  }

  /// Renditions, and words about them, have versions of their own, of which somebody may have given another content. False:
  /// nothing of the item is left.
  Result<bool> take_made(Taken& taken, std::size_t i) {
    PlanItem& item = candidates_[i].item;
    const auto goes = [&](const stix::Object& form, store::ObjectNo no) -> Result<bool> {
      const std::string version = version_of(form);
      if (!whole_ && no == 0) {
        SEKISHO_ASSIGN(const bool clash, planner_.carried_already(view_, {form.id(), version, form.content_hash(), 0}, item.collection));
        if (clash) return false;
      }
      return take(taken, version, form.content_hash(), no, item.collection);
    };
    std::vector<store::ObjectNo> stored;
    for (const store::ObjectNo no : item.stored) {
      SEKISHO_ASSIGN(const LoadedPtr form, planner_.load(no));
      SEKISHO_ASSIGN(const bool may, goes(*form->object, no));
      if (may) stored.push_back(no);
    }
    std::vector<Made> made;
    for (Made& one : item.made) {
      SEKISHO_ASSIGN(const bool may, goes(*one.object, 0));
      if (may) made.push_back(std::move(one));
    }
    item.stored = std::move(stored);
    item.made = std::move(made);
    return item.original || !item.stored.empty() || !item.made.empty();
  }

  Status finish(std::size_t i) {
    Candidate& candidate = candidates_[i];
    if (!candidate.item.original && !instead_[i] && candidate.made) candidate.item.made.push_back(std::move(*candidate.made));
    for (std::size_t k = 0; k < kept_.size(); ++k) {
      if (kept_[k].candidate != i || !alive_[k]) continue;
      candidate.item.stored.push_back(kept_[k].no);
    }
    return add_words(candidate);
  }

  /// Revocations of earlier renditions with their original, and `duplicate-of` where the original now goes too.
  Status add_words(Candidate& candidate) {
    SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(candidate.item.no));
    const bool revoked = loaded->object->root()["revoked"].boolean().value_or(false);
    // Computed anew, what is carried as it goes had its words when it came.
    bool went_before = whole_ && !candidate.item.original && candidate.item.made.empty();
    if (whole_ && candidate.item.original) {
      SEKISHO_ASSIGN(went_before, planner_.carries(view_, candidate.item.no, candidate.item.collection));
    }
    if (went_before || (!candidate.item.original && !revoked)) return {};
    std::map<std::string, CarriedMade> latest;  // by id of the rendition
    std::vector<std::string> joined;
    SEKISHO_ASSIGN(const auto all, planner_.all_made(view_, loaded->stored.id, candidate.item.collection));
    for (const CarriedMade& each : all) {
      if (whole_ && !stays(each.no)) continue;  // of what goes away now nothing is said
      if (each.made.duplicate()) {
        joined.emplace_back(each.made.object->root()["source_ref"].string_or({}));
        continue;
      }
      const auto [at, first] = latest.try_emplace(std::string(each.made.object->id()), each);
      if (!first && at->second.made.object->version_time() < each.made.object->version_time()) at->second = each;
    }
    for (const auto& [id, each] : latest) {
      const stix::Object& before = *each.made.object;
      const bool done = std::any_of(candidate.item.made.begin(), candidate.item.made.end(),
                                    [&id = id](const Made& other) { return other.object->id() == id; });
      if (revoked && !done && !before.root()["revoked"].boolean().value_or(false)) {
        SEKISHO_ASSIGN(const LoadedPtr original, planner_.load(each.of));
        Made word = planner_.renditions_.revocation(before, *original->object, *loaded->object, each.made.provenance);
        if (word.object) candidate.item.made.push_back(std::move(word));
      }
      if (candidate.item.original && std::find(joined.begin(), joined.end(), id) == joined.end()) {
        Made word = planner_.renditions_.duplicate_of(before, *loaded->object, loaded->provenance);
        if (word.object) candidate.item.made.push_back(std::move(word));
      }
    }
    return {};
  }

  bool stays(store::ObjectNo no) const {
    for (std::size_t k = 0; k < kept_.size(); ++k) {
      if (kept_[k].no == no && alive_[k]) return true;
    }
    return false;
  }

  void index_originals() {
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (!candidates_[i].out && closed_[i].as == Reads::kOriginal) originals_.insert(candidates_[i].id());
    }
    for (std::size_t k = 0; k < kept_.size(); ++k) {
      if (alive_[k]) originals_.insert(kept_[k].names.id);
    }
    originals_.insert(std::string());  // so that it is not empty
  }

  Planner& planner_;
  const policy::Compiled& policy_;
  const View& view_;
  const bool whole_;
  const Timestamp now_;
  const bool renditions_matter_;
  Plan plan_;
  std::vector<Candidate> candidates_;
  std::vector<Kept> kept_;
  std::vector<std::size_t> owners_;  ///< candidate of each node of the closure
  std::vector<Closed> closed_;       ///< by candidate
  std::vector<bool> alive_;          ///< by kept
  std::vector<bool> instead_;        ///< by candidate: a kept rendition stands for it
  std::unordered_map<std::string_view, std::vector<std::size_t>> by_id_;  ///< candidates whose renditions are made
  std::vector<Visit> visits_;
  std::set<std::string> originals_;  ///< ids that go as they are; index_originals()
};

Result<Plan> Planner::plan(const policy::Compiled& policy, const View& view, const std::vector<Input>& inputs, bool whole,
                           Timestamp now, const Step& step) {
  return Making(*this, policy, view, whole, now).run(inputs, step);
}

}  // namespace sekisho::sync
