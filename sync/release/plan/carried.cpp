// What a view carries of an id or of a version, and what its readers have of it. docs/specs/release.md.
#include <algorithm>
#include <utility>

#include "sync/handling/claim.h"
#include "sync/release/plan/planner.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kClaimsOfRenditions = 100'000;
constexpr std::size_t kGivenKnown = 200'000;

}  // namespace

Result<bool> Planner::carries(const View& view, store::ObjectNo no, store::CollectionNo where) const {
  const auto stream = view.streams.find(where);
  if (stream == view.streams.end()) return false;
  SEKISHO_ASSIGN(const auto where_placed, placed(no));
  return std::find(where_placed.begin(), where_placed.end(), stream->second) != where_placed.end();
}

// As the store has it, and as the step at hand leaves it.
Result<bool> Planner::has_form(const View& view, store::ObjectNo no, store::CollectionNo where) {
  const std::size_t reader = readers_.view(view.name);
  if (gone_in_step(reader, {no, where})) return false;
  if (given_in_step(reader, {no, where})) return true;
  SEKISHO_ASSIGN(const bool original, carries(view, no, where));
  if (original || made_of_.empty()) return original;
  SEKISHO_ASSIGN(const auto made, carried_made(view, no, where));
  return std::any_of(made.begin(), made.end(), [](const CarriedMade& one) { return !one.made.duplicate(); });
}

Result<std::vector<store::StreamNo>> Planner::placed(store::ObjectNo no) const {
  if (supposed_ == nullptr) return store_.placements(no);
  std::vector<store::StreamNo> out;
  for (auto at = std::lower_bound(supposed_->begin(), supposed_->end(), Place{no, 0}); at != supposed_->end() && at->first == no; ++at) {
    out.push_back(supposed_first_ + at->second);
  }
  return out;
}

Result<bool> Planner::view_reads(const View& view, std::string_view id) {
  const std::size_t reader = readers_.view(view.name);
  const std::uint32_t row = readers_.row(id);
  if (readers_.reads(row, reader)) return true;
  const std::string key(id);
  if (!readers_.misses(row, reader)) {
    SEKISHO_ASSIGN(const auto held, versions(key));
    for (const auto& version : *held) {
      SEKISHO_ASSIGN(const auto placed, placed(version.no));
      for (const store::StreamNo stream : placed) {
        for (const auto& [collection_no, mine] : view.streams) {
          if (mine != stream) continue;
          readers_.note(row, reader);
          return true;
        }
      }
    }
    readers_.note_miss(row, reader);
  }
  // What is displaced is not served, and met all the same.
  const bool displaced = waiting_ != nullptr && waiting_->any_for(marked(Mark::kDisplaced, id));
  if (displaced) readers_.note(row, reader);
  return displaced;
}

// Once is for ever.
Result<bool> Planner::is_given(store::ObjectNo no) {
  if (given_.count(no) != 0) return true;
  SEKISHO_ASSIGN(const auto where, store_.collections_of(no));
  for (const store::CollectionNo collection : where) {
    SEKISHO_ASSIGN(const auto came, store_.arrival(no, collection));
    if (!came) continue;
    if (given_.size() >= kGivenKnown) given_.clear();
    given_.insert(no);
    return true;
  }
  return false;
}

Result<bool> Planner::carried_already(const View& view, const Key& key, store::CollectionNo collection_no, bool made) {
  const auto clashes = [&](const Sha256& content, store::CollectionNo place) {
    return content != key.content || place == collection_no;
  };
  const std::size_t reader = readers_.view(view.name);
  const auto [from, to] = fresh_versions_.equal_range(key.version);
  for (auto fresh = from; fresh != to; ++fresh) {
    const FreshVersion& other = fresh->second;
    if (key.no != 0 && other.no == key.no) continue;
    if (made && other.no != 0) continue;
    if (other.is_with(reader) && clashes(other.links->content, other.collection)) return true;
  }
  SEKISHO_ASSIGN(const auto held, versions(std::string(key.id)));
  if (key.no != 0 && held->size() < 2) return false;
  SEKISHO_ASSIGN(const auto same, of_version(std::string(key.id), key.version.substr(key.id.size() + 1)));
  for (const store::StoredObject* other : same) {
    if (other->no == key.no) continue;
    SEKISHO_ASSIGN(const bool given, made ? is_given(other->no) : Result<bool>(false));
    if (given) continue;
    std::vector<store::ObjectNo> forms{other->no};
    if (const auto those = made_of_.find(other->no); those != made_of_.end()) {
      forms.insert(forms.end(), those->second.begin(), those->second.end());
    }
    for (const store::ObjectNo form : forms) {
      SEKISHO_ASSIGN(const auto placed, placed(form));
      for (const auto& [place, stream] : view.streams) {
        const bool carried = std::find(placed.begin(), placed.end(), stream) != placed.end();
        if (carried && clashes(other->content, place)) return true;
      }
    }
  }
  return false;
}

Result<std::vector<Planner::CarriedMade>> Planner::carried_made(const View& view, store::ObjectNo no,
                                                                std::optional<store::CollectionNo> where) {
  std::vector<CarriedMade> out;
  const auto made = made_of_.find(no);
  if (made == made_of_.end()) return out;
  for (const store::ObjectNo each : made->second) {
    SEKISHO_ASSIGN(const auto placed, placed(each));
    const bool carried = std::any_of(view.streams.begin(), view.streams.end(), [&](const auto& stream) {
      if (where && stream.first != *where) return false;
      return std::find(placed.begin(), placed.end(), stream.second) != placed.end();
    });
    if (!carried) continue;
    SEKISHO_ASSIGN(const LoadedPtr loaded, load(each));
    out.push_back({each, no, {loaded->object, loaded->provenance}});
  }
  return out;
}

Result<std::vector<std::string>> Planner::renditions_in(const View& view, store::ObjectNo no, store::CollectionNo where) {
  SEKISHO_ASSIGN(const auto carried, carried_made(view, no, where));
  std::vector<std::string> ids;
  for (const CarriedMade& made : carried) {
    if (!made.made.duplicate()) ids.emplace_back(made.made.object->id());
  }
  return ids;
}

Result<std::string> Planner::key_of_renditions(const policy::Compiled& policy, const Loaded& loaded) {
  std::string claim = claim_of(policy.policy(), *loaded.object, loaded.stored.source, loaded.provenance.unnamed);
  const std::string_view ours;
  if (claim == claim_of(policy.policy(), ours, ours, ours)) return std::string();
  if (not_keyed_.size() > kClaimsOfRenditions) not_keyed_.clear();
  const auto [known, fresh] = not_keyed_.emplace(std::pair(loaded.stored.id, claim), false);
  if (!fresh) return known->second ? std::string() : claim;
  SEKISHO_ASSIGN(const bool any, may_be_made(loaded.stored.id));
  if (!any) return claim;
  SEKISHO_ASSIGN(const auto held, versions(loaded.stored.id));
  SEKISHO_ASSIGN(const Stake mine, stake(policy, loaded.stored.no));
  for (const auto& version : *held) {
    const auto made = made_of_.find(version.no);
    if (made == made_of_.end()) continue;
    SEKISHO_ASSIGN(const Stake other, stake(policy, version.no));
    if (other.claim != mine.claim) continue;
    for (const store::ObjectNo no : made->second) {
      SEKISHO_ASSIGN(const LoadedPtr rendition, load(no));
      if (rendition->provenance.route == kDuplicateRoute) continue;
      known->second = rendition->provenance.claim.empty();
      return known->second ? std::string() : claim;
    }
  }
  return known->second ? std::string() : claim;
}

// What has travelled is known to its readers: it stays when what it came with leaves.
Result<bool> Planner::stays_by_itself(const policy::Compiled& policy, const std::string& audience, const Place& place, Timestamp now) {
  SEKISHO_ASSIGN(const LoadedPtr loaded, load(place.first));
  if (!is_definition(loaded->stored.id)) return false;
  const store::Collection* where = collection(place.second);
  if (where == nullptr || !policy.reads(audience, where->alias, now)) return false;
  return decide(policy, audience, *loaded, place.second, now, Reasons::kOmit).effect == policy::Effect::kPermit;
}

Result<std::vector<Planner::CarriedMade>> Planner::made_of(const View& view, const Loaded& original, std::optional<store::CollectionNo> where) {
  SEKISHO_ASSIGN(auto out, carried_made(view, original.stored.no, where));
  const auto fresh = fresh_made_.find(original.stored.id);
  if (fresh == fresh_made_.end()) return out;
  const std::size_t reader = readers_.view(view.name);
  for (const FreshMade& one : fresh->second) {
    if (one.reader == reader && one.of == original.stored.no && (!where || *where == one.collection)) out.push_back({0, one.of, one.made});
  }
  return out;
}

Result<std::vector<Planner::CarriedMade>> Planner::all_made(const View& view, std::string_view id,
                                                            std::optional<store::CollectionNo> where) {
  std::vector<CarriedMade> out;
  SEKISHO_ASSIGN(const bool any, any_made(std::string(id)));
  if (any) {
    SEKISHO_ASSIGN(const auto held, versions(std::string(id)));
    for (const auto& version : *held) {
      SEKISHO_ASSIGN(auto carried, carried_made(view, version.no, where));
      std::move(carried.begin(), carried.end(), std::back_inserter(out));
    }
  }
  const auto fresh = fresh_made_.find(std::string(id));
  if (fresh == fresh_made_.end()) return out;
  const std::size_t reader = readers_.view(view.name);
  for (const FreshMade& one : fresh->second) {
    if (one.reader == reader && (!where || *where == one.collection)) out.push_back({0, one.of, one.made});
  }
  return out;
}

Status Planner::note_made(const policy::Compiled& policy, const CarriedMade& made, store::CollectionNo where, MadeKnown& known) {
  if (made.made.duplicate()) {
    const MadeKnown::Key key(where, made.made.object->root()["source_ref"].string_or({}));
    known.told.insert(key);
    known.untold.erase(key);
    return {};
  }
  const stix::Object& object = *made.made.object;
  SEKISHO_ASSIGN(const Stake mine, stake(policy, made.of));
  const MadeKnown::Key key(where, object.id());
  const MadeKnown::One one{made.no, made.of, made.no == 0 ? made.made : Made(), object.version_time(), {std::string(object.id()), std::string(object.version())}};
  const auto newer = [&one](const MadeKnown::One& other) { return other.time <= one.time; };
  const auto [at, first] = known.newest.try_emplace(key, one);
  if (!first && newer(at->second)) at->second = one;
  const auto [last, only] = known.last.try_emplace(mine.claim, where, one);
  if (!only && newer(last->second.second)) last->second = {where, one};
  if (known.told.count(key) == 0) known.untold.insert(key);
  return {};
}

Status Planner::note_made_of(const policy::Compiled& policy, const View& view, store::ObjectNo of, MadeKnown& known) {
  if (made_of_.count(of) == 0) return {};
  for (const auto& [where, stream] : view.streams) {
    SEKISHO_ASSIGN(const auto carried, carried_made(view, of, where));
    for (const CarriedMade& made : carried) SEKISHO_TRY(note_made(policy, made, where, known));
  }
  return {};
}

Result<Planner::CarriedMade> Planner::whole_of(const MadeKnown::One& one) {
  if (one.no == 0) return CarriedMade{0, one.of, one.fresh};
  SEKISHO_ASSIGN(const LoadedPtr loaded, load(one.no));
  return CarriedMade{one.no, one.of, {loaded->object, loaded->provenance}};
}

// What came since is looked at, and nothing that was known before.
Result<Planner::MadeKnown*> Planner::made_known(const policy::Compiled& policy, const View& view, const std::string& id) {
  SEKISHO_ASSIGN(const auto held, versions(id));
  // What claims are called is settled first: that may take with it all that is known.
  if (!held->empty()) SEKISHO_TRY(stake(policy, held->front().no));
  const ReaderOfId key{readers_.view(view.name), id};
  const auto [at, fresh] = made_known_.try_emplace(key);
  MadeKnown& known = at->second;
  if (fresh) {
    for (const auto& version : *held) SEKISHO_TRY(note_made_of(policy, view, version.no, known));
    if (const auto given = fresh_made_.find(id); given != fresh_made_.end()) {
      for (const FreshMade& one : given->second) {
        if (one.reader == key.first) known.lately.emplace_back(step_, one.of);
      }
    }
  }
  if (!known.lately.empty() && known.lately.front().first != step_) {
    for (const auto& [step, of] : std::exchange(known.lately, {})) {
      if (step == step_) known.lately.emplace_back(step, of);
      else SEKISHO_TRY(note_made_of(policy, view, of, known));
    }
  }
  return &known;
}

void Planner::MadeThere::add(const CarriedMade& made) {
  if (made.made.duplicate()) {
    told.emplace(made.made.object->root()["source_ref"].string_or({}));
    return;
  }
  const auto [at, first] = newest.try_emplace(std::string(made.made.object->id()), made);
  if (!first && at->second.made.object->version_time() < made.made.object->version_time()) at->second = made;
}

Result<Planner::MadeThere> Planner::made_there(const policy::Compiled& policy, const View& view, const std::string& id, store::CollectionNo where,
                                               bool all) {
  MadeThere out;
  SEKISHO_ASSIGN(const bool may, may_be_made(id));
  if (!may) return out;
  if (supposed_ != nullptr) {
    SEKISHO_ASSIGN(const auto carried, all_made(view, id, where));
    for (const CarriedMade& made : carried) out.add(made);
    return out;
  }
  SEKISHO_ASSIGN(const MadeKnown* known, made_known(policy, view, id));
  const auto fresh = fresh_known_.find({readers_.view(view.name), id});
  const MadeKnown* in_step = fresh == fresh_known_.end() ? nullptr : &fresh->second;
  for (const MadeKnown* which : {known, in_step}) {
    if (which == nullptr) continue;
    const MadeKnown* other = which == known ? in_step : known;
    const auto add = [&](const MadeKnown::Key& key) -> Status {
      const bool told = which->told.count(key) != 0 || (other != nullptr && other->told.count(key) != 0);
      if (told && !all) return {};
      SEKISHO_ASSIGN(const CarriedMade made, whole_of(which->newest.at(key)));
      out.add(made);
      if (told) out.told.insert(key.second);
      return {};
    };
    if (all) {
      for (auto at = which->newest.lower_bound({where, {}}); at != which->newest.end() && at->first.first == where; ++at) SEKISHO_TRY(add(at->first));
    } else {
      for (auto at = which->untold.lower_bound({where, {}}); at != which->untold.end() && at->first == where; ++at) SEKISHO_TRY(add(*at));
    }
  }
  return out;
}

}  // namespace sekisho::sync
