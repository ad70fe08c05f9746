// One object as it arrives, in one view: with those that wait for it, and without the machinery of a plan where nothing
// needs it. docs/specs/release.md.
#include <optional>
#include <set>
#include <utility>

#include "sync/planner.h"

namespace sekisho::sync {

// Directly or through one another. Those that wait come behind, in the order in which they came: that of waking depends on
// what arrived unseen in between.
Result<std::vector<Planner::Input>> Planner::with_waiting(const Input& first, const Waiting& waiting) {
  std::vector<Input> inputs{first};
  if (waiting.empty()) return inputs;
  std::set<Place> listed{{first.no, first.collection}};
  std::vector<Place> woken;
  std::size_t next = 0;
  for (store::ObjectNo no = first.no;; no = woken[next++].first) {
    SEKISHO_ASSIGN(const LoadedPtr loaded, load(no));
    for (const Place& place : waiting.for_id(loaded->stored.id)) {
      if (listed.insert(place).second) woken.push_back(place);
    }
    if (next == woken.size()) break;
  }
  SEKISHO_TRY(sort_by_arrival(woken));
  for (const Place& place : woken) inputs.push_back({place.first, place.second});
  return inputs;
}

Status Planner::absorb(const View& view, const Plan& plan) {
  auto& known = known_[view.name];
  Fresh& fresh = fresh_[view.name];
  for (const PlanItem& item : plan.released) {
    const std::string& id = item.links->closure.id;
    if (item.original) known.insert(id);
    fresh.versions[item.links->version].push_back({item.links->content, item.collection, item.no});
    for (const Made& made : item.made) {
      fresh.made[id].push_back({item.no, item.collection, made});
      fresh.versions[version_of(*made.object)].push_back({made.object->content_hash(), item.collection, 0});
    }
    for (const store::ObjectNo no : item.definitions) {
      SEKISHO_ASSIGN(const LoadedPtr definition, load(no));
      known.insert(definition->stored.id);
      fresh.versions[definition->links->version].push_back({definition->links->content, item.collection, no});
    }
  }
  return {};
}

// What Making comes to where nothing is to be made, waited for or told: most of what arrives.
Result<std::optional<Plan>> Planner::plain(const policy::Compiled& policy, const View& view, const Input& input, Timestamp now) {
  const std::optional<Plan> not_plain;
  const store::Collection* where = collection(input.collection);
  if (where == nullptr || where->companion_of || !policy.reads(view.audience, where->alias, now)) return std::optional(Plan());
  SEKISHO_ASSIGN(const LoadedPtr loaded, load(input.no));
  if (!loaded->definitions.empty()) return not_plain;
  const policy::Decision decision = decide(policy, view.audience, *loaded, input.collection, now);
  const bool permitted = decision.effect == policy::Effect::kPermit;
  if (decision.again || (!permitted && decision.effect != policy::Effect::kDeny)) return not_plain;
  Plan plan;
  if (permitted) {
    const auto fresh = fresh_.find(view.name);
    if (fresh != fresh_.end() && fresh->second.made.count(loaded->stored.id) != 0) return not_plain;
    SEKISHO_ASSIGN(const auto held, versions(loaded->stored.id));
    for (const auto& version : *held) {
      if (made_of_.count(version.no) != 0) return not_plain;
    }
    for (const std::string& id : loaded->links->closure.references) {
      if (policy.is_public_id(id)) continue;
      SEKISHO_ASSIGN(const bool there, view_reads(view, id));
      if (!there) return not_plain;
    }
    SEKISHO_ASSIGN(const bool clash, carried_already(view, key_of(*loaded), input.collection));
    if (!clash) plan.released.push_back({input.no, input.collection, loaded->links, {}, true, {}, {}});
  }
  decisions_[view.name].add(input.no, input.collection, loaded->stored.content, decision.effect,
                            decision.reasons.empty() ? std::string_view() : std::string_view(decision.reasons.back().rule));
  return std::optional(std::move(plan));
}

Result<Plan> Planner::follow(const policy::Compiled& policy, const View& view, const Input& input, Waiting& waiting,
                             Timestamp now) {
  SEKISHO_ASSIGN(const auto together, with_waiting(input, waiting));
  std::optional<Plan> plain;
  if (together.size() == 1) {
    SEKISHO_ASSIGN(plain, this->plain(policy, view, input, now));
  }
  if (!plain) {
    SEKISHO_ASSIGN(plain, this->plan(policy, view, together, false, now));
  }
  Plan& plan = *plain;
  if (!waiting.empty()) {
    for (const Input& each : together) waiting.take({each.no, each.collection});
  }
  for (const auto& held : plan.holds) waiting.put({held.object, held.collection}, Awaited::from_text(held.missing));
  SEKISHO_TRY(absorb(view, plan));
  return std::move(plan);
}

}  // namespace sekisho::sync
