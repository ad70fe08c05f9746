// A translation goes without what its target lost for the same audience: by rules and profiles, in each version that it may be of, and in
// the renditions that the audience has. docs/specs/redaction.md §4, docs/specs/ownership.md §9.
#include <algorithm>
#include <charconv>

#include "sync/release/plan/making.h"

namespace sekisho::sync {
namespace {

using Kind = stix::redact::Outcome::Kind;

std::string translations_space(const std::string& id) { return "translations/" + id; }

}  // namespace

std::optional<Translates> Translates::of(const stix::Object& object) {
  if (object.type() != kTranslationType) return std::nullopt;
  const json::Value version = object.root()["object_modified"];
  Translates out;
  out.id = std::string(object.root()["object_ref"].string_or(""));
  out.names_version = version.exists();
  const auto time = parse_stix_time(version.string_or({}));
  if (time.ok()) out.version = *time;
  return out;
}

bool Translates::may_be_of(std::string_view version_text) const {
  if (!names_version) return true;
  const auto time = parse_stix_time(version_text);
  return version && time.ok() && *time == *version;
}

// ---- who translates an id

Status Planner::note_translation(store::ObjectNo no, std::vector<store::DocumentPut>& out) {
  SEKISHO_ASSIGN(const LoadedPtr loaded, load(no));
  if (const auto translates = Translates::of(*loaded->object)) out.push_back({translations_space(translates->id), std::to_string(no), ""});
  return {};
}

Result<std::set<store::ObjectNo>> Planner::translations_of(const std::string& id) {
  std::set<store::ObjectNo> out;
  SEKISHO_ASSIGN(const auto told, store_.documents(translations_space(id)));
  for (const auto& [key, nothing] : told) {
    store::ObjectNo no = 0;
    const char* end = key.data() + key.size();
    if (std::from_chars(key.data(), end, no).ptr != end) return make_error(Code::kStoreCorrupt, "who translates an object is not readable", id);
    out.insert(no);
  }
  if (const auto here = translations_.find(id); here != translations_.end()) out.insert(here->second.begin(), here->second.end());
  return out;
}

// ---- what an audience has, and lost, of a target

Result<const Planner::Alone*> Planner::Making::alone(const Loaded& loaded, store::CollectionNo where) {
  const auto [known, fresh] = planner_.alone_.try_emplace({view_.audience, loaded.stored.no, where});
  if (!fresh) return &known->second;
  // Whether it is recalled changes nothing of what its translations say.
  const auto decide = [&]() -> Result<policy::Decision> {
    if (!planner_.denied_unasked(loaded)) return planner_.decide(policy_, view_.audience, loaded, where, now_, Reasons::kOmit);
    SEKISHO_ASSIGN(const Bound bound, planner_.bound(policy_, loaded));
    return planner_.decide_by_rules(policy_, view_.audience, loaded, where, bound, now_, Reasons::kOmit);
  };
  SEKISHO_ASSIGN(const policy::Decision decision, decide());
  if (decision.effect != policy::Effect::kRedact) return &known->second;
  Alone& out = known->second;
  out.redacted = true;
  Candidate candidate;
  candidate.item.no = loaded.stored.no;
  candidate.item.collection = where;
  candidate.profiles = decision.profiles;
  SEKISHO_ASSIGN(const Renditions::Ask ask, ask_for(loaded, candidate));
  const Renditions::Answer answer = planner_.renditions_.make(policy_.policy(), ask);
  if (answer.kind == Kind::kWithheld) out.lost.add_all();
  if (answer.kind == Kind::kRendition) out.lost.add(*loaded.object, *answer.made.object);
  return &out;
}

// As the streams have it, and as this plan leaves it.
Status Planner::Making::add_forms(const Loaded& original, const std::vector<store::CollectionNo>& where, Target& target) {
  const store::ObjectNo no = original.stored.no;
  std::vector<stix::ObjectPtr> forms;
  bool whole = false;
  if (originals_.empty()) index_originals();
  const auto kept = kept_of_.find(original.stored.id);
  if (const auto candidates = targets_.find(original.stored.id); candidates != targets_.end()) {
    for (const std::size_t i : candidates->second) {
      const Candidate& candidate = candidates_[i];
      if (candidate.item.no != no || candidate.out) continue;
      whole = whole || closed_[i].as == Reads::kOriginal;
      if (closed_[i].as == Reads::kRendition && !instead_[i] && candidate.made) forms.push_back(candidate.made->object);
      if (kept == kept_of_.end()) continue;
      for (const std::size_t k : kept->second) {
        if (kept_[k].candidate != i || !alive_[k] || kept_[k].duplicate) continue;
        SEKISHO_ASSIGN(const LoadedPtr form, planner_.load(kept_[k].no));
        forms.push_back(form->object);
      }
    }
  }
  if (!is_among(original.stored.id)) {
    const std::size_t reader = planner_.readers_.view(view_.name);
    SEKISHO_ASSIGN(const auto carried, planner_.made_of(view_, original));
    std::set<store::CollectionNo> made;
    for (const CarriedMade& one : carried) {
      if (!one.made.duplicate()) forms.push_back(one.made.object);
    }
    const auto fresh = planner_.fresh_made_.find(original.stored.id);
    if (fresh != planner_.fresh_made_.end()) {
      for (const auto& one : fresh->second) {
        if (one.reader == reader && one.of == no && !one.made.duplicate()) made.insert(one.collection);
      }
    }
    for (const store::CollectionNo collection : where) {
      if (planner_.gone_in_step(reader, {no, collection})) continue;
      const bool given = made.count(collection) == 0 && planner_.given_in_step(reader, {no, collection});
      SEKISHO_ASSIGN(const bool there, given ? Result<bool>(true) : planner_.carries(view_, no, collection));
      whole = whole || there;
    }
  }
  target.had = target.had || whole || !forms.empty();
  target.original = target.original || whole;
  target.redacted = target.redacted || !forms.empty();
  for (const stix::ObjectPtr& form : forms) {
    target.forms.push_back({std::string(form->id()), std::string(form->version())});
    if (!whole) target.lost.add(*original.object, *form);
  }
  if (whole) return {};
  for (const store::CollectionNo collection : where) {
    SEKISHO_ASSIGN(const Alone* alone, this->alone(original, collection));
    target.redacted = target.redacted || alone->redacted;
    target.lost.add(alone->lost);
    // What a translation lost itself shows in what went instead of it alone.
    if (alone->redacted && forms.empty() && original.stored.type == kTranslationType) target.lost.add_all();
  }
  return {};
}

Status Planner::Making::add_version(store::ObjectNo no, const std::vector<store::CollectionNo>& where, Target& target) {
  SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(no));
  if (loaded->provenance.echo) return {};
  std::vector<store::CollectionNo> read;
  for (const store::CollectionNo collection : where) {
    const store::Collection* place = planner_.collection(collection);
    if (place != nullptr && policy_.reads(view_.audience, place->alias, now_)) read.push_back(collection);
  }
  return add_forms(*loaded, read, target);
}

Result<Planner::Making::Target> Planner::Making::target_of(const Translates& translates, const Meant& meant, const std::set<store::ObjectNo>* only) {
  Target target;
  SEKISHO_ASSIGN(const Family* family, planner_.family(policy_, translates.id));
  std::map<store::ObjectNo, std::vector<store::CollectionNo>> named, others;
  // Of what names no version nothing else is asked: a version costs no walk over those before it.
  std::vector<const Relative*> asked_of;
  if (only != nullptr && !translates.names_version) {
    for (const store::ObjectNo no : *only) {
      for (const Relative* relative : family->of_object(no)) asked_of.push_back(relative);
    }
  } else {
    for (const Relative& relative : family->all()) asked_of.push_back(&relative);
  }
  for (const Relative* each : asked_of) {
    const Relative& relative = *each;
    if (meant.kind != Meant::Kind::kAny && !meant.covers(relative.stake.claim, family->is_ours(relative.stake.claim))) continue;
    const bool asked = only == nullptr || translates.names_version || only->count(relative.no) != 0;
    (asked && translates.may_be_of(relative.version) ? named : others)[relative.no].push_back(relative.collection);
  }
  for (const auto& [no, where] : named) SEKISHO_TRY(add_version(no, where, target));
  if (!translates.names_version) target.had = true;
  for (auto other = others.begin(); other != others.end() && !target.had && !target.redacted; ++other) {
    Target version;
    SEKISHO_TRY(add_version(other->first, other->second, version));
    target.redacted = version.redacted;
  }
  return target;
}

Result<Planner::Making::Target> Planner::Making::target_of(const Candidate& candidate) {
  const auto means = candidate.meanings.find(candidate.translates->id);
  return target_of(*candidate.translates, means == candidate.meanings.end() ? Meant{} : Meant::of_key(means->second).second);
}

// ---- translations of this plan

/// `targets_` has the ids.
void Planner::Making::index_targets() {
  for (auto& [id, mine] : targets_) mine.clear();
  if (targets_.empty()) return;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (const auto found = targets_.find(candidates_[i].id()); found != targets_.end()) found->second.push_back(i);
  }
}

// What names a version points at a form of that one.
bool Planner::Making::may_stay(const stix::Object& form, const Translates& translates, const Target& target) {
  if (target.lost.said_by(form)) return false;
  if (!translates.names_version || !target.redacted) return true;
  const std::string_view ref = form.root()["object_ref"].string_or({}), version = form.root()["object_modified"].string_or({});
  if (ref == translates.id) return target.original;
  return std::any_of(target.forms.begin(), target.forms.end(), [&](const Replacement& one) { return one.id == ref && one.modified == version; });
}

Result<bool> Planner::Making::trim_translations() {
  if (targets_.empty()) return false;
  std::set<std::size_t> dropped;
  bool any = false;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (!candidates_[i].translates || candidates_[i].out || closed_[i].as == Reads::kNothing) continue;
    SEKISHO_ASSIGN(const bool trimmed, trim(i, dropped));
    any = any || trimmed;
  }
  std::size_t k = 0;
  std::erase_if(kept_, [&](const Kept&) { return dropped.count(k++) != 0; });
  return any || !dropped.empty();
}

Result<bool> Planner::Making::trim(std::size_t i, std::set<std::size_t>& dropped) {
  Candidate& candidate = candidates_[i];
  const Translates& translates = *candidate.translates;
  SEKISHO_ASSIGN(const Target target, target_of(candidate));
  if (const auto kept = kept_of_.find(candidate.id()); kept != kept_of_.end()) {
    for (const std::size_t k : kept->second) {
      if (kept_[k].candidate != i || kept_[k].duplicate) continue;
      SEKISHO_ASSIGN(const LoadedPtr form, planner_.load(kept_[k].no));
      if (!may_stay(*form->object, translates, target)) dropped.insert(k);
    }
  }
  if (closed_[i].as != Reads::kOriginal) return false;
  if (misses(translates, target)) {
    candidate.out = true;
    hold({candidate.item.no, candidate.item.collection}, {translates.id, candidate.due});
    return true;
  }
  SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(candidate.item.no));
  if (may_stay(*loaded->object, translates, target)) return false;
  candidate.redacted = true;
  candidate.base = {loaded->stored.id, named_by_rendition(*loaded->object, planner_.opaque())};
  SEKISHO_TRY(add_meanings(candidate.base, candidate));
  return true;
}

// ---- translations that went before

Status Planner::Making::find_overtaken() {
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (!candidates_[i].out && closed_[i].as == Reads::kRendition) redacted_[candidates_[i].id()].insert(candidates_[i].item.no);
  }
  for (const auto& [id, numbers] : redacted_) {
    SEKISHO_ASSIGN(const auto translations, planner_.translations_of(id));
    if (translations.empty()) continue;
    if (targets_.try_emplace(id).second) index_targets();
    for (const store::ObjectNo no : translations) SEKISHO_TRY(look_at_translation(no, id, numbers));
  }
  return {};
}

Status Planner::Making::look_at_translation(store::ObjectNo no, const std::string& of, const std::set<store::ObjectNo>& redacted) {
  SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(no));
  const auto translates = Translates::of(*loaded->object);
  if (no > planner_.horizon_ || !translates || translates->id != of) return {};
  const std::size_t reader = planner_.readers_.view(view_.name);
  SEKISHO_ASSIGN(const auto where, planner_.store_.collections_of(no));
  for (const store::CollectionNo collection : where) {
    const Place place{no, collection};
    if (planner_.supposed_ != nullptr) {  // what it is to carry may not be made yet: it is not told apart
      plan_.overtaken.push_back(place);
      continue;
    }
    SEKISHO_ASSIGN(const bool carried, planner_.has_form(view_, no, collection));
    if (!carried) continue;
    SEKISHO_ASSIGN(const Meant meant, planner_.meant(policy_, loaded->stored.source, place, of, now_));
    SEKISHO_ASSIGN(const Target target, target_of(*translates, meant, &redacted));
    std::vector<stix::ObjectPtr> forms;
    SEKISHO_ASSIGN(const auto made, planner_.made_of(view_, *loaded, collection));
    for (const CarriedMade& one : made) {
      if (!one.made.duplicate()) forms.push_back(one.made.object);
    }
    SEKISHO_ASSIGN(const bool original, planner_.carries(view_, no, collection));
    if (original || forms.empty()) forms.push_back(loaded->object);
    const bool stay = std::all_of(forms.begin(), forms.end(), [&](const stix::ObjectPtr& form) { return may_stay(*form, *translates, target); });
    if (stay && !misses(*translates, target)) continue;
    // One transaction cannot give and take the same.
    if (planner_.given_in_step(reader, place)) plan_.cut = true;
    else plan_.overtaken.push_back(place);
  }
  return {};
}

}  // namespace sekisho::sync
