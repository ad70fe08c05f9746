// What a change means for each party, for the operator to read.
#include <algorithm>

#include "sync/release/policy_change/change.h"

namespace sekisho::sync {
namespace {

/// Everything that a view carries, attestations left out.
Status add_carried(const store::Store& store, const Planner& planner, const View& view, ChangeList& out,
                   const policy::Reason& reason) {
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
        if (item.type == kAttestationType || out.count++ >= kChangeExamples) return;
        out.examples.push_back({std::string(item.id), std::string(item.version), where->alias, reason});
      }));
      if (!end.more) break;
      query.after_position = end.last_position;
    }
  }
  return {};
}

}  // namespace

/// The original's id and version, whatever form it has, and where.
Result<std::string> Change::version_of(const Place& place) {
  const auto original = original_of_.find(place.first);
  SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(original == original_of_.end() ? place.first : original->second));
  return loaded->links->version + "\n" + std::to_string(place.second);
}

Result<ChangeList::Example> Change::example(const Target& target, const Place& place, bool comes) {
  const auto made = original_of_.find(place.first);
  const store::ObjectNo no = made == original_of_.end() ? place.first : made->second;
  SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(no));
  const store::Collection* where = planner_.collection(place.second);
  ChangeList::Example out{loaded->stored.id, loaded->stored.version, where == nullptr ? "" : where->alias, {}};
  const auto decision = planner_.decide(*policy_, target.move.audience, *loaded, place.second, now_);
  if (!decision.reasons.empty()) out.reason = decision.reasons.back();
  const auto wait = target.holds.find({no, place.second});
  if (!comes && decision.effect == policy::Effect::kPermit) {
    const bool displaced = wait != target.holds.end() && is_mark(wait->second);
    out.reason = displaced ? policy::Reason{"Another claim of its id counts for this party, or the place of what counted is kept.", "claims"}
                 : wait == target.holds.end()
                     ? policy::Reason{"Another content or copy of this version goes instead.", "one content per version"}
                     : policy::Reason{"It refers to " + Awaited::from_text(wait->second).first() + ", which the party does not read.", "references"};
  }
  return out;
}

// A version that goes and comes in one collection is one that changes its form.
Status Change::compare(const Target& target, PartyChange& out) {
  const Places went = lost(target);
  std::map<std::string, Place> forms;
  for (const Place& place : went) {
    if (target.gains.empty()) break;
    SEKISHO_ASSIGN(const std::string version, version_of(place));
    forms.emplace(version, place);
  }
  const auto note = [&](ChangeList& list, const Place& place, bool comes) -> Status {
    if (list.count++ >= kChangeExamples) return {};
    SEKISHO_ASSIGN(auto shown, example(target, place, comes));
    list.examples.push_back(std::move(shown));
    return {};
  };
  const auto is_new = [&](const Place& place) { return !std::binary_search(target.had.begin(), target.had.end(), place); };
  std::set<Place> noted, changed;
  for (const PlanItem& item : target.gains) {
    const Place place{item.no, item.collection};
    for (const store::ObjectNo definition : item.definitions) {
      const Place beside{definition, item.collection};
      if (is_new(beside) && noted.insert(beside).second) SEKISHO_TRY(note(out.gained, beside, true));
    }
    const bool comes = (item.original && is_new(place)) || !item.made.empty() ||
                       std::any_of(item.stored.begin(), item.stored.end(), [&](store::ObjectNo no) { return is_new({no, item.collection}); });
    if (!comes || !noted.insert(place).second) continue;
    const auto before = forms.find(item.links->version + "\n" + std::to_string(item.collection));
    if (before != forms.end()) changed.insert(before->second);
    SEKISHO_TRY(note(before != forms.end() ? out.changed : out.gained, place, true));
  }
  for (const Place& place : went) {
    if (changed.count(place) == 0) SEKISHO_TRY(note(out.lost, place, false));
  }
  return {};
}

Result<std::vector<PartyChange>> Change::parties(const Views& views, const std::set<std::string>& before) {
  std::map<std::string, PartyChange> out;
  for (const Target& target : targets_) {
    if (target.move.audience == kIdle) continue;
    PartyChange shared;
    if (target.move.rebuild) SEKISHO_TRY(compare(target, shared));
    for (const std::string& party : target.move.parties) {
      PartyChange change = shared;
      change.party = party;
      change.arrives = before.count(party) == 0;
      if (target.move.newcomers.count(party) != 0 && !target.move.rebuild) {
        SEKISHO_TRY(add_carried(store_, planner_, target.from, change.gained, {"It joins parties that read the same.", "built-in"}));
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
    if (view != nullptr) SEKISHO_TRY(add_carried(store_, planner_, *view, change.lost, {"It is no party now.", "built-in"}));
  }
  std::vector<PartyChange> list;
  for (auto& [party, change] : out) list.push_back(std::move(change));
  return list;
}

}  // namespace sekisho::sync
