#include "sync/ingest/door.h"

#include <algorithm>
#include <utility>

#include "stix/marking_schemes.h"
#include "stix/markings.h"
#include "stix/versions.h"
#include "sync/handling/claim.h"
#include "sync/handling/known.h"

namespace sekisho::sync {
namespace {

bool lists_id(const std::vector<std::string>& ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// Tools compute ids of UUID version 5 from what the object says, so two that never met have the same.
bool is_computed(std::string_view id) {
  const auto uuid = id.find("--");
  return uuid != std::string_view::npos && id.size() > uuid + 16 && id[uuid + 16] == '5';
}

}  // namespace

bool names_another(const policy::Policy& policy, std::string_view party, const stix::Object& object) {
  const auto creator = object.created_by_ref();
  if (!creator || is_known_definition(object)) return false;
  if (party.empty()) return policy::party_of_identity(policy, *creator) != nullptr;
  const policy::Party* giver = policy.find_party(party);
  return giver == nullptr || !policy::speaks_for(policy, *giver, *creator);
}

Status Door::expect(const std::vector<std::string_view>& ids) {
  SEKISHO_ASSIGN(const auto held, store_.held(ids));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!held[i]) new_ids_.emplace(ids[i]);
  }
  return {};
}

Status Door::pass(const stix::Object& object, Judged& judged) const {
  if (is_known_definition(object)) return {};
  SEKISHO_ASSIGN(const Beside beside, look(object, judged.provenance.unnamed));
  if (beside.revoked && !beside.own_same && !beside.read_same) {
    return make_error(Code::kStixInvalid, "STIX 2.1 S-3.6-8: this object was revoked with its version of " +
                                              format_stix_time(*beside.revoked) + ", and nothing follows that; give a new object a new id",
                      "/modified");
  }
  if (beside.other && !party_.empty() && !judged.quarantine && !is_free(object)) {
    judged.quarantine = make_error(Code::kImportDenied, "Party " + party_ + " knows the id as somebody else's [ownership.ids]");
  }
  if (judged.quarantine && (beside.read_same || (judged.foreign && beside.held_same))) {
    judged.quarantine.reset();
    judged.provenance.echo = true;
  }
  if (party_.empty() && beside.own_same) judged.quarantine.reset();  // delivered again
  if (!beside.created.empty()) judged.warning = "created differs from that of an earlier version, " + beside.created;
  return {};
}

void Door::keep(const stix::Object& object, const Provenance& provenance) {
  if (provenance.echo) return;
  kept_.emplace(object.id(), Known{claim_of(policy_->policy(), object, party_, provenance.unnamed), object.version_time(), object.revoked(),
                                   std::string(object.root()["created"].string_or(""))});
}

Result<bool> Door::is_ours_everywhere(const stix::Object& object) const {
  if (party_.empty() || !is_known_definition(object)) return false;
  SEKISHO_ASSIGN(const auto versions, store_.versions_of(object.id(), false));
  return std::any_of(versions.begin(), versions.end(), [&object](const store::StoredObject& version) {
    return version.source.empty() && version.content == object.content_hash();
  });
}

Result<bool> Door::said_before(const stix::Object& object, store::CollectionNo collection) const {
  if (is_new(object.id())) return false;
  SEKISHO_ASSIGN(const auto versions, store_.versions_of(object.id(), false));
  for (const store::StoredObject& version : versions) {
    if (version.source != party_ || version.content == object.content_hash() || version.version_time != object.version_time()) continue;
    SEKISHO_ASSIGN(const auto where, store_.collections_of(version.no));
    if (std::find(where.begin(), where.end(), collection) == where.end()) continue;
    SEKISHO_ASSIGN(const Provenance provenance, Provenance::from_json(version.provenance));
    if (provenance.echo) continue;  // to its giver it is like one that waits
    SEKISHO_ASSIGN(auto stored, store_.object(version.no));
    SEKISHO_ASSIGN(const auto before, stix::Object::parse_kept(std::move(stored.bytes), version.content));
    if (stix::compare_versions(*before, object) == stix::VersionRelation::kSame) return true;
  }
  return false;
}

// Published definitions are nobody's, and an identity belongs to whom it names.
bool Door::is_free(const stix::Object& object) const {
  if (is_computed(object.id()) || stix::tlp_from_marking_id(object.id()) || stix::pap_from_marking_id(object.id())) return true;
  const policy::Party* giver = policy_->policy().find_party(party_);
  return giver != nullptr && lists_id(giver->identities, object.id());
}

// "From its creator, from this organisation or from a relay": from whoever may speak for the creator that it names.
bool Door::counts(const store::StoredObject& version, const Provenance& provenance, std::optional<std::string_view> creator) const {
  if (provenance.echo || provenance.unnamed) return false;
  if (version.source.empty()) return true;
  const policy::Party* giver = policy_->policy().find_party(version.source);
  return giver != nullptr && creator && policy::speaks_for(policy_->policy(), *giver, *creator);
}

Result<Door::Beside> Door::look(const stix::Object& object, bool unnamed) const {
  Beside out;
  const std::string mine = claim_of(policy_->policy(), object, party_, unnamed);
  const auto [from, to] = kept_.equal_range(object.id());
  for (auto it = from; it != to; ++it) compare(it->second, object, mine, out);
  if (is_new(object.id())) return out;
  SEKISHO_ASSIGN(const auto versions, store_.versions_of(object.id(), true));
  for (const store::StoredObject& version : versions) SEKISHO_TRY(look_at(version, object, mine, out));
  return out;
}

Status Door::look_at(const store::StoredObject& version, const stix::Object& object, const std::string& mine, Beside& out) const {
  const bool own = version.source == party_;
  const bool same = version.content == object.content_hash();
  SEKISHO_ASSIGN(const Provenance provenance, Provenance::from_json(version.provenance));
  bool known = (own || sight_ == nullptr) && !provenance.echo;
  if (!known && sight_ != nullptr) {
    SEKISHO_ASSIGN(known, sight_->carries(version));
  }
  if (same && own && !provenance.echo) out.own_same = true;
  if (same && !own) {
    out.read_same = out.read_same || (known && sight_ != nullptr);
    out.held_same = out.held_same || counts(version, provenance, object.created_by_ref());
  }
  if (!known) return {};
  SEKISHO_ASSIGN(const auto before, stix::Object::parse_kept(version.bytes, version.content));
  // What its giver named without being believed, it may be believed later.
  const bool once_unnamed = own && provenance.unnamed && before->created_by_ref() == object.created_by_ref();
  compare({once_unnamed ? mine : claim_of(policy_->policy(), *before, version.source, provenance.unnamed), version.version_time,
           before->revoked(), std::string(before->root()["created"].string_or(""))},
          object, mine, out);
  return {};
}

void Door::compare(const Known& known, const stix::Object& object, const std::string& mine, Beside& out) const {
  if (known.claim != mine) {
    out.other = true;
    return;
  }
  if (known.revoked && known.at < object.version_time() && (!out.revoked || known.at < *out.revoked)) out.revoked = known.at;
  const std::string_view created = object.root()["created"].string_or("");
  if (!known.created.empty() && !created.empty() && !stix::same_instant(known.created, created)) out.created = known.created;
}

}  // namespace sekisho::sync
