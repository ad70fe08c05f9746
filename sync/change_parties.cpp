// What a change means for each party, for the operator to read.
#include <algorithm>
#include <map>

#include "sync/change.h"

namespace sekisho::sync {
namespace {

/// Everything that a view carries, attestations left out.
Status each_carried(const store::Store& store, const Planner& planner, const View& view,
                    const std::function<void(const store::Collection&, const store::StreamItem&)>& visit) {
  for (const auto& [no, stream] : view.streams) {
    const store::Collection* where = planner.collection(no);
    if (where == nullptr || where->companion_of) continue;
    store::StreamQuery query;
    query.versions.all = true;
    query.spec_versions = {"2.0", "2.1"};
    query.want_bytes = false;
    query.limit = 1000;
    while (true) {
      SEKISHO_ASSIGN(const auto end, store.read_stream(stream, query, [&](const store::StreamItem& item) {
        if (item.type != "sekisho-attestation") visit(*where, item);
      }));
      if (!end.more) break;
      query.after_position = end.last_position;
    }
  }
  return {};
}

void add(ChangeList& list, const store::Collection& where, const store::StreamItem& item, const policy::Reason& reason) {
  ++list.count;
  if (list.examples.size() < kChangeExamples) {
    list.examples.push_back({std::string(item.id), std::string(item.version), where.alias, reason});
  }
}

}  // namespace

Result<std::string> Change::version_of(const Place& place) {
  SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(place.no));
  return loaded->links->version + "\n" + std::to_string(place.collection);
}

Result<ChangeList::Example> Change::example(const Target& target, const Place& place) {
  SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(place.no));
  const store::Collection* where = planner_.collection(place.collection);
  ChangeList::Example out{loaded->stored.id, loaded->stored.version, where == nullptr ? "" : where->alias, {}};
  const auto decision = planner_.decide(*policy_, target.move.audience, *loaded, place.collection, now_);
  if (!decision.reasons.empty()) out.reason = decision.reasons.back();
  const auto wait = std::find_if(target.holds.begin(), target.holds.end(), [&](const store::Hold& hold) {
    return hold.object == place.no && hold.collection == place.collection;
  });
  if (decision.effect == policy::Effect::kPermit && wait != target.holds.end()) {
    out.reason = {"It refers to " + wait->missing + ", which the party does not read.", "references"};
  }
  return out;
}

// A version that goes and comes in one collection is one that changes its form.
Status Change::compare(Target& target, PartyChange& out) {
  const std::vector<PlanItem> came = gained(target);
  const std::vector<Place> went = lost(target);
  std::map<std::string, Place> forms;
  if (!came.empty()) {
    for (const Place& place : went) {
      SEKISHO_ASSIGN(const std::string version, version_of(place));
      forms.emplace(version, place);
    }
  }
  std::set<Place> changed;
  const auto note = [&](ChangeList& list, const Place& place) -> Status {
    if (list.count++ >= kChangeExamples) return {};
    SEKISHO_ASSIGN(auto shown, example(target, place));
    list.examples.push_back(std::move(shown));
    return {};
  };
  for (const PlanItem& item : came) {
    const Place place{item.no, item.collection};
    if (forms.empty()) {
      SEKISHO_TRY(note(out.gained, place));
      continue;
    }
    SEKISHO_ASSIGN(const std::string version, version_of(place));
    const auto before = forms.find(version);
    if (before != forms.end()) changed.insert(before->second);
    SEKISHO_TRY(note(before != forms.end() ? out.changed : out.gained, place));
  }
  for (const Place& place : went) {
    if (changed.count(place) == 0) SEKISHO_TRY(note(out.lost, place));
  }
  return {};
}

Result<std::vector<PartyChange>> Change::parties(const Views& views, const std::set<std::string>& before) {
  std::map<std::string, PartyChange> out;
  for (Target& target : targets_) {
    PartyChange shared;
    SEKISHO_TRY(compare(target, shared));
    for (const std::string& party : target.move.parties) {
      PartyChange change = shared;
      change.party = party;
      change.arrives = before.count(party) == 0;
      if (target.move.newcomers.count(party) != 0 && !target.move.rebuild) {
        const policy::Reason reason{"It joins parties that read the same.", "built-in"};
        SEKISHO_TRY(each_carried(store_, planner_, target.from, [&](const auto& where, const auto& item) {
          add(change.gained, where, item, reason);
        }));
      }
      out[party] = std::move(change);
    }
  }
  for (const std::string& party : before) {
    if (out.count(party) != 0) continue;
    PartyChange& change = out[party];
    change.party = party;
    change.leaves = true;
    const View* view = views.of_party(party);
    if (view == nullptr) continue;
    const policy::Reason reason{"It is no party now.", "built-in"};
    SEKISHO_TRY(each_carried(store_, planner_, *view, [&](const auto& where, const auto& item) {
      add(change.lost, where, item, reason);
    }));
  }
  std::vector<PartyChange> list;
  for (auto& [party, change] : out) list.push_back(std::move(change));
  return list;
}

std::set<std::string> Change::kept_ids(const Target& target, const std::set<std::string>& among) {
  std::set<std::string> out;
  for (std::uint32_t at = 0; at < rows_.size(); ++at) {
    if (!rows_[at].definition && target.wanted[at] && among.count(rows_[at].links->closure.id) != 0) {
      out.insert(rows_[at].links->closure.id);
    }
  }
  for (const Place& place : target.wanted_definitions) {
    const auto loaded = planner_.load(place.no);
    if (loaded.ok() && among.count((*loaded)->stored.id) != 0) out.insert((*loaded)->stored.id);
  }
  return out;
}

}  // namespace sekisho::sync
