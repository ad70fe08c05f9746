// What a view carries of an id or of a version, and what its readers have of it. docs/specs/release.md.
#include <algorithm>

#include "sync/release/plan/planner.h"

namespace sekisho::sync {

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

Result<bool> Planner::is_given(store::ObjectNo no) const {
  SEKISHO_ASSIGN(const auto where, store_.collections_of(no));
  for (const store::CollectionNo collection : where) {
    SEKISHO_ASSIGN(const auto came, store_.arrival(no, collection));
    if (came) return true;
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

}  // namespace sekisho::sync
