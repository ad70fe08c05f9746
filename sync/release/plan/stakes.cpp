#include "sync/release/plan/stakes.h"

#include <algorithm>
#include <utility>

#include "stix/markings.h"
#include "sync/handling/claim.h"

namespace sekisho::sync {
namespace {

/// The markings of an object, in one order.
std::string markings_of(const stix::Object& object) {
  stix::MarkingRefs refs = stix::marking_refs(object);
  std::string out;
  for (auto* list : {&refs.object, &refs.granular, &refs.embedded}) {
    std::sort(list->begin(), list->end());
    for (const std::string& id : *list) out += id + "\n";
    out += "\n";
  }
  return out;
}

}  // namespace

std::uint32_t Stakes::number(std::string text) {
  const auto [found, fresh] = numbers_.try_emplace(std::move(text), static_cast<std::uint32_t>(names_.size()));
  if (fresh) names_.push_back(found->first);
  return found->second;
}

Stake Stakes::of(const stix::Object& object, std::string_view giver, const Provenance& provenance, bool observable) {
  if (observable) {
    Stake stake;
    stake.claim = number("observable");
    stake.by_id = stake.observable = true;
    stake.ours = giver.empty();
    stake.standing = giver.empty() ? 0 : standing_of(policy_, giver);  // ours comes first in any case
    stake.slot = number("slot\n" + std::string(giver) + "\n" + markings_of(object));
    return stake;
  }
  Stake stake = unsettled(object, giver, provenance);
  const std::string* party = settled_->party_of(object.id());
  stake.giver = number("giver\n" + std::string(giver));
  stake.settled = party != nullptr && *party == giver;
  return stake;
}

Stake Stakes::unsettled(const stix::Object& object, std::string_view giver, const Provenance& provenance) {
  const bool identity = object.type() == "identity";
  std::string key = std::string(giver) + "\n" + (stays_unnamed(policy_, object, giver, provenance.unnamed) ? "" : std::string(object.created_by_ref().value_or("")));
  if (const auto found = identity ? known_.end() : known_.find(key); found != known_.end()) return found->second;
  const std::string claim = claim_of(policy_, object, giver, provenance.unnamed);
  Stake stake;
  stake.claim = number(claim);
  stake.by_id = identity && claim.starts_with("party:") && claim == claim_of(policy_, object.id(), giver, {});
  stake.creator = claim == "party:" + std::string(giver);
  stake.ours = giver.empty();
  stake.standing = giver.empty() ? 0 : standing_of(policy_, giver);  // ours comes first in any case
  if (!identity) known_.emplace(std::move(key), stake);
  return stake;
}

}  // namespace sekisho::sync
