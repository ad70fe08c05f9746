#include "sync/release/views/views.h"

#include <algorithm>

#include "core/uuid.h"

namespace sekisho::sync {
namespace {

constexpr std::string_view kStaged = "staged";  // audience of streams that no change has taken into force

struct Wanted {
  std::string audience, attestations;
};

std::map<std::string, Wanted> wanted_audiences(const policy::Compiled& policy, Timestamp now) {
  std::map<std::string, Wanted> wanted;
  for (const auto& audience : policy.audiences(now)) {
    for (const std::string& party : audience.parties) wanted[party] = {audience.key, audience.attestations};
  }
  return wanted;
}

/// Parties of one view that now belong to different audiences part ways. Those that are not valid now get nothing until they
/// are valid again, so they part from those that are: or what came meanwhile would tell them by its date that there are such.
void part(const View& view, const std::map<std::string, Wanted>& wanted, bool everything, std::vector<Move>& out) {
  std::map<std::string, Move> groups;
  Move idle;
  idle.from = view.name;
  idle.audience = kIdle;
  idle.attestations = view.attestations;
  for (const std::string& party : view.parties) {
    const auto found = wanted.find(party);
    if (found == wanted.end()) {
      idle.parties.insert(party);
      continue;
    }
    Move& move = groups[found->second.audience];
    move.from = view.name;
    move.audience = found->second.audience;
    move.attestations = found->second.attestations;
    move.parties.insert(party);
  }
  if (groups.empty()) {
    out.push_back(std::move(idle));
    return;
  }
  if (!idle.parties.empty()) {
    idle.fork = true;
    out.push_back(idle);
  }
  const std::string heir = groups.count(view.audience) != 0 ? view.audience : groups.begin()->first;
  for (auto& [audience, move] : groups) {
    move.fork = audience != heir;
    move.rebuild = everything || audience != view.audience;
    out.push_back(std::move(move));
  }
}

}  // namespace

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
    const std::size_t colon = stream.audience.find(':');
    if (colon == std::string::npos) {
      return make_error(Code::kStoreCorrupt, "a stream's audience has no view name", stream.id.to_string());
    }
    if (stream.audience.substr(0, colon) == kStaged) continue;
    const auto [it, fresh] = by_tag.emplace(stream.audience, views_.size());
    if (fresh) {
      View view;
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

void Views::read_ways(const policy::Compiled& policy, Timestamp now) {
  for (const auto& audience : policy.audiences(now)) {
    for (View& view : views_) {
      if (view.audience == audience.key) view.attestations = audience.attestations;
    }
  }
}

const View* Views::of_party(const std::string& party) const {
  for (const View& view : views_) {
    if (view.parties.count(party) != 0) return &view;
  }
  return nullptr;
}

const View* Views::named(const std::string& name) const {
  const auto found = std::find_if(views_.begin(), views_.end(), [&](const View& view) { return view.name == name; });
  return found == views_.end() ? nullptr : &*found;
}

std::vector<Move> Views::moves(const policy::Compiled& policy, Timestamp now, bool everything) const {
  const auto wanted = wanted_audiences(policy, now);
  std::vector<Move> out;
  for (const View& view : views_) part(view, wanted, everything, out);
  for (const auto& [party, want] : wanted) {
    if (of_party(party) != nullptr) continue;
    auto home = std::find_if(out.begin(), out.end(), [&, &want = want](const Move& move) {
      if (move.audience != want.audience || move.fork) return false;
      return move.from.empty() || (!move.rebuild && named(move.from)->pristine);
    });
    if (home == out.end()) {
      Move fresh;
      fresh.audience = want.audience;
      fresh.attestations = want.attestations;
      fresh.rebuild = true;
      home = out.insert(out.end(), std::move(fresh));
    }
    home->parties.insert(party);
    home->newcomers.insert(party);
  }
  return out;
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

Result<View> Views::stage(const Move& move) {
  if (move.from.empty()) {
    SEKISHO_ASSIGN(View view, start(move.audience));
    view.attestations = move.attestations;
    return view;
  }
  const View* from = named(move.from);
  if (from == nullptr) return make_error(Code::kStoreCorrupt, "a view is missing", move.from);
  View view = *from;
  if (move.fork) {
    SEKISHO_ASSIGN(view, fork(*from, move.audience));
  }
  view.audience = move.audience;
  view.attestations = move.attestations;
  return view;
}

void Views::commit(const Move& move, const View& staged, store::Release& release) {
  if (move.rebuild || move.audience == kIdle) {
    for (const auto& [collection, stream] : staged.streams) release.audiences.emplace_back(stream, staged.tag());
  }
  const bool all = move.fork || move.from.empty();
  for (const std::string& party : all ? move.parties : move.newcomers) {
    for (const auto& [collection, stream] : staged.streams) release.assignments.push_back({party, collection, stream});
  }
}

Result<View> Views::start(const std::string& audience) {
  View view;
  view.audience = audience;
  view.name = new_name(audience);
  for (const auto& collection : collections_) {
    const Uuid id = Uuid::v4(random_, "stream/" + view.name + "/" + collection.alias);
    SEKISHO_ASSIGN(const auto stream, store_.create_stream(collection.no, std::string(kStaged) + ":" + view.name, id));
    view.streams[collection.no] = stream.no;
  }
  return view;
}

Result<View> Views::fork(const View& from, const std::string& audience) {
  View view;
  view.audience = audience;
  view.name = new_name(audience);
  view.pristine = from.pristine;
  for (const auto& [collection, stream] : from.streams) {
    const Uuid id = Uuid::v4(random_, "stream/" + view.name + "/" + std::to_string(collection));
    SEKISHO_ASSIGN(const auto copy, store_.fork_stream(stream, std::string(kStaged) + ":" + view.name, id));
    view.streams[collection] = copy.no;
  }
  return view;
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
