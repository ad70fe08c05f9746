#include "sync/moderation/ids.h"

#include "stix/object.h"
#include "stix/sco_id.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kReasonBytes = 1000;
// What take_back() leaves until the streams have followed: key = the id.
constexpr const char* kTakenBackSpace = "id-taken-back";

Status check_reason(const std::string& reason) {
  if (!reason.empty() && reason.size() <= kReasonBytes) return {};
  return make_error(Code::kInvalidArgument, "write a reason of at most 1000 bytes; it stands in the trail", "--reason");
}

}  // namespace

Status Ids::start() {
  SEKISHO_ASSIGN(auto settled, SettledIds::load(store_));
  release_.set_settled(std::move(settled));
  return {};
}

Status Ids::finish() {
  const MutexLock lock(working_);
  SEKISHO_ASSIGN(const auto settled, SettledIds::load(store_));
  for (const auto& [id, one] : settled->all()) {
    if (one.open) SEKISHO_TRY(take_effect(id));
  }
  SEKISHO_ASSIGN(const auto back, store_.documents(kTakenBackSpace));
  for (const auto& [id, nothing] : back) SEKISHO_TRY(take_effect(id));
  return {};
}

// What it gave is there, and may count at all.
Status Ids::check(const std::string& id, const std::string& party) const {
  const auto policy = release_.policy();
  if (!policy) return make_error(Code::kUnavailable, "no policy is in force");
  if (party == "self") return make_error(Code::kInvalidArgument, "what this organisation gives counts by itself: import the object", "--to");
  if (policy->policy().find_party(party) == nullptr) return make_error(Code::kPeerUnknown, "no party of this name in the policy", party);
  if (id.starts_with("marking-definition--") || id.starts_with("extension-definition--")) {
    return make_error(Code::kInvalidArgument, "definitions have no claims; see docs/specs/ownership.md §6", id);
  }
  SEKISHO_ASSIGN(const auto versions, store_.versions_of(id, true));
  for (const auto& version : versions) {
    if (version.source != party) continue;
    SEKISHO_ASSIGN(const Provenance provenance, Provenance::from_json(version.provenance));
    if (provenance.echo) continue;
    SEKISHO_ASSIGN(const auto object, stix::Object::parse(version.bytes));
    if (!stix::has_computed_id(*object)) return {};
    return make_error(Code::kInvalidArgument, "its id is computed from its content, so nobody owns it", id);
  }
  return make_error(Code::kNotFound, "party " + party + " gave nothing of this id that counts; see `sekisho object versions " + id + "`", id);
}

Result<SettledId> Ids::give(const std::string& id, const std::string& party, const std::string& reason, const std::string& actor) {
  const MutexLock lock(working_);
  SEKISHO_TRY(check_reason(reason));
  SEKISHO_TRY(check(id, party));
  SEKISHO_ASSIGN(const auto before, store_.document(kSettledSpace, id));
  SettledId settled{id, party, reason, format_taxii_time(clock_.now()), actor, true};
  std::string instead;
  if (before) {
    SEKISHO_ASSIGN(const SettledId known, SettledId::from_json(id, *before));
    if (known.party == party) return make_error(Code::kAlreadyExists, "it was given to " + party + " before", id);
    instead = " instead of " + known.party;
  }
  SEKISHO_TRY(audit_.record({"ids.give", actor, id, "to " + party + instead + ": " + reason},
                            {{kSettledSpace, id, settled.to_json()}, {kTakenBackSpace, id, std::nullopt}}));
  SEKISHO_TRY(take_effect(id));
  settled.open = false;
  return settled;
}

Status Ids::take_back(const std::string& id, const std::string& reason, const std::string& actor) {
  const MutexLock lock(working_);
  SEKISHO_TRY(check_reason(reason));
  SEKISHO_ASSIGN(const auto before, store_.document(kSettledSpace, id));
  if (!before) return make_error(Code::kNotFound, "nobody settled whose claim of this id counts; see `sekisho ids list`", id);
  SEKISHO_ASSIGN(const SettledId known, SettledId::from_json(id, *before));
  SEKISHO_TRY(audit_.record({"ids.take-back", actor, id, "from " + known.party + ": " + reason},
                            {{kSettledSpace, id, std::nullopt}, {kTakenBackSpace, id, std::string("{}")}}));
  return take_effect(id);
}

// The streams follow; then it is no longer on record that they may not have.
Status Ids::take_effect(const std::string& id) {
  SEKISHO_TRY(start());
  SEKISHO_TRY(release_.settle(id));
  store::Batch batch;
  batch.documents.push_back({kTakenBackSpace, id, std::nullopt});
  SEKISHO_ASSIGN(const auto value, store_.document(kSettledSpace, id));
  if (value) {
    SEKISHO_ASSIGN(SettledId settled, SettledId::from_json(id, *value));
    settled.open = false;
    batch.documents.push_back({kSettledSpace, id, settled.to_json()});
  }
  const auto done = store_.commit(batch, clock_.now());
  return done.ok() ? Status() : Status(done.error());
}

Result<std::vector<SettledId>> Ids::list() const {
  SEKISHO_ASSIGN(const auto settled, SettledIds::load(store_));
  std::vector<SettledId> out;
  for (const auto& [id, one] : settled->all()) out.push_back(one);
  return out;
}

}  // namespace sekisho::sync
