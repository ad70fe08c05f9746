#include "sync/views.h"

#include <algorithm>

#include "core/uuid.h"

namespace sekisho::sync {

std::string Views::new_name(const std::string& audience) {
  return Uuid::v4(random_, "view/" + audience).to_string();
}

Status Views::load() {
  views_.clear();
  SEKISHO_ASSIGN(const auto streams, store_.streams());
  SEKISHO_ASSIGN(const auto assignments, store_.assignments());
  SEKISHO_ASSIGN(collections_, store_.collections());
  std::map<std::string, std::size_t> by_tag;
  std::map<store::StreamNo, std::size_t> by_stream;
  for (const auto& stream : streams) {
    const auto [it, fresh] = by_tag.emplace(stream.audience, views_.size());
    if (fresh) {
      View view;
      const std::size_t colon = stream.audience.find(':');
      if (colon == std::string::npos) {
        return make_error(Code::kStoreCorrupt, "a stream's audience has no view name", stream.id.to_string());
      }
      view.audience = stream.audience.substr(0, colon);
      view.name = stream.audience.substr(colon + 1);
      views_.push_back(std::move(view));
    }
    View& view = views_[it->second];
    view.streams[stream.collection] = stream.no;
    view.pristine = view.pristine && stream.pristine;
    by_stream[stream.no] = it->second;
  }
  for (const auto& assignment : assignments) {
    const auto found = by_stream.find(assignment.stream);
    if (found != by_stream.end()) views_[found->second].parties.insert(assignment.party);
  }
  return {};
}

const View* Views::of_party(const std::string& party) const {
  for (const View& view : views_) {
    if (view.parties.count(party) != 0) return &view;
  }
  return nullptr;
}

std::map<std::string, Views::Wanted> Views::wanted_audiences(const policy::Compiled& policy, Timestamp now) const {
  std::map<std::string, Wanted> wanted;
  for (const auto& audience : policy.audiences(now)) {
    for (const std::string& party : audience.parties) wanted[party] = {audience.key, audience.attestations};
  }
  return wanted;
}

Status Views::reconcile(const policy::Compiled& policy, Timestamp now, bool rebuild_all) {
  const auto wanted = wanted_audiences(policy, now);
  if (rebuild_all) {
    for (View& view : views_) view.rebuild = true;
  }
  SEKISHO_TRY(regroup(wanted));
  SEKISHO_TRY(adopt_newcomers(wanted));
  for (View& view : views_) {
    for (const std::string& party : view.parties) {
      const auto found = wanted.find(party);
      if (found != wanted.end()) view.attestations = found->second.attestations;
    }
  }
  return {};
}

// Parties of one view that now belong to different audiences part ways. Parties that are not valid now
// stay where they are: nothing is served to them until they are valid again.
Status Views::regroup(const std::map<std::string, Wanted>& wanted) {
  const std::size_t count = views_.size();
  for (std::size_t i = 0; i < count; ++i) {
    std::map<std::string, std::set<std::string>> groups;
    for (const std::string& party : views_[i].parties) {
      const auto found = wanted.find(party);
      if (found != wanted.end()) groups[found->second.audience].insert(party);
    }
    if (groups.empty()) continue;
    if (groups.count(views_[i].audience) == 0) {
      const std::string heir = groups.begin()->first;
      SEKISHO_TRY(retag(views_[i], heir));
    }
    groups.erase(views_[i].audience);
    for (const auto& [audience, parties] : groups) {
      SEKISHO_ASSIGN(View forked, fork(views_[i], audience));
      for (const std::string& party : parties) views_[i].parties.erase(party);
      SEKISHO_TRY(assign(forked, parties));
      views_.push_back(std::move(forked));
    }
  }
  return {};
}

Status Views::adopt_newcomers(const std::map<std::string, Wanted>& wanted) {
  for (const auto& [party, want] : wanted) {
    if (of_party(party) != nullptr) continue;
    auto home = std::find_if(views_.begin(), views_.end(), [&want = want](const View& view) {
      return view.audience == want.audience && view.pristine && (!view.rebuild || view.fresh);
    });
    if (home == views_.end()) {
      View view;
      view.audience = want.audience;
      view.name = new_name(want.audience);
      view.attestations = want.attestations;
      view.rebuild = view.fresh = true;
      views_.push_back(std::move(view));
      home = std::prev(views_.end());
      SEKISHO_TRY(fill_collections(collections_));
    }
    SEKISHO_TRY(assign(*home, {party}));
  }
  return {};
}

Status Views::fill_collections(const std::vector<store::Collection>& collections) {
  collections_ = collections;
  for (View& view : views_) {
    bool added = false;
    for (const auto& collection : collections) {
      if (view.streams.count(collection.no) != 0) continue;
      const Uuid id = Uuid::v4(random_, "stream/" + view.name + "/" + collection.alias);
      SEKISHO_ASSIGN(const auto stream, store_.create_stream(collection.no, view.tag(), id));
      view.streams[collection.no] = stream.no;
      added = true;
    }
    if (added && !view.parties.empty()) SEKISHO_TRY(assign(view, view.parties));
  }
  return {};
}

Result<View> Views::fork(const View& from, const std::string& audience) {
  View view;
  view.audience = audience;
  view.name = new_name(audience);
  view.attestations = from.attestations;
  view.pristine = from.pristine;
  view.rebuild = true;
  for (const auto& [collection, stream] : from.streams) {
    const Uuid id = Uuid::v4(random_, "stream/" + view.name + "/" + std::to_string(collection));
    SEKISHO_ASSIGN(const auto copy, store_.fork_stream(stream, view.tag(), id));
    view.streams[collection] = copy.no;
  }
  return view;
}

Status Views::retag(View& view, const std::string& audience) {
  view.audience = audience;
  view.rebuild = true;
  for (const auto& [collection, stream] : view.streams) SEKISHO_TRY(store_.set_stream_audience(stream, view.tag()));
  return {};
}

Status Views::assign(View& view, const std::set<std::string>& parties) {
  std::vector<store::Assignment> rows;
  for (const std::string& party : parties) {
    view.parties.insert(party);
    for (const auto& [collection, stream] : view.streams) rows.push_back({party, collection, stream});
  }
  return store_.assign(rows);
}

}  // namespace sekisho::sync
