#include "sync/ingest/door.h"

#include <algorithm>
#include <utility>

#include "stix/marking_schemes.h"
#include "stix/markings.h"
#include "stix/sco_id.h"
#include "stix/versions.h"
#include "sync/handling/claim.h"
#include "sync/handling/known.h"

namespace sekisho::sync {

std::optional<std::string> speaks_as(const policy::Policy& policy, std::string_view party, const stix::Object& object) {
  if (is_known_definition(object)) return std::nullopt;
  const policy::Party* giver = policy.find_party(party);
  const auto may = [&](std::string_view identity) {
    if (party.empty()) return policy::party_of_identity(policy, identity) == nullptr;
    return giver != nullptr && policy::speaks_for(policy, *giver, identity);
  };
  const auto creator = object.created_by_ref();
  if (creator && !may(*creator)) return std::string(*creator);
  const bool listed = policy::is_identity_of(policy, {}, object.id()) || policy::party_of_identity(policy, object.id()) != nullptr;
  if (!party.empty() && listed && !may(object.id())) return std::string(object.id());
  return std::nullopt;
}

bool reads_back(const policy::Compiled& policy, std::string_view party) {
  const policy::Party* giver = policy.policy().find_party(party);
  return giver != nullptr && giver->own == "show";
}

bool may_read_back(const stix::Object& object, const Provenance& provenance) { return !provenance.echo && !is_known_definition(object); }

Status Door::expect(const std::vector<std::string_view>& ids) {
  SEKISHO_ASSIGN(const auto held, store_.held(ids));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!held[i]) new_ids_.emplace(ids[i]);
  }
  return {};
}

Status Door::pass(const stix::Object& object, Judged& judged) {
  if (is_known_definition(object)) return {};
  SEKISHO_ASSIGN(const Beside beside, look(object, judged.provenance.unnamed));
  if (beside.revoked && !beside.own_same && !beside.read_same) {
    return make_error(Code::kStixInvalid, "STIX 2.1 S-3.6-8: this object was revoked with its version of " +
                                              format_stix_time(*beside.revoked) + ", and nothing follows that; give a new object a new id",
                      "/modified");
  }
  if (beside.other && !party_.empty() && !judged.quarantine && !is_free_id(policy_->policy(), party_, object.id())) {
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
  kept_[std::string(object.id())].add({claim_of(policy_->policy(), object, party_, provenance.unnamed), standing_of(policy_->policy(), party_), object.version_time(), object.revoked(),
                                       std::string(object.root()["created"].string_or(""))});
}

Result<bool> Door::is_ours_everywhere(const stix::Object& object) {
  if (party_.empty() || !is_known_definition(object)) return false;
  SEKISHO_ASSIGN(const auto line, held_.of(object.id()));
  const auto& same = line->of_content(object.content_hash());
  return std::any_of(same.begin(), same.end(), [](const store::StoredObject* version) { return version->source.empty(); });
}

Result<bool> Door::here_already(const stix::Object& object, store::CollectionNo collection) {
  SEKISHO_ASSIGN(const auto line, held_.of(object.id()));
  for (const store::StoredObject* version : line->of_content(object.content_hash())) {
    if (version->source != party_) continue;
    SEKISHO_ASSIGN(const auto where, store_.collections_of(version->no));
    if (std::find(where.begin(), where.end(), collection) != where.end()) return true;
  }
  return false;
}

Result<std::vector<store::ObjectNo>> Door::said_before(const stix::Object& object, store::CollectionNo collection) {
  std::vector<store::ObjectNo> nothing;
  if (is_new(object.id())) return nothing;
  SEKISHO_ASSIGN(const auto line, held_.of(object.id()));
  if (!line->differs(object)) return nothing;
  const auto [said, fresh] = said_.try_emplace({std::string(object.id()), object.version_time()});
  for (const store::StoredObject* version : fresh ? line->at(object.version_time()) : HeldVersions::Line::Versions()) {
    if (version->source != party_) continue;
    SEKISHO_ASSIGN(const auto where, store_.collections_of(version->no));
    if (std::find(where.begin(), where.end(), collection) == where.end()) continue;
    SEKISHO_ASSIGN(const Provenance provenance, Provenance::from_json(version->provenance));
    if (provenance.echo) continue;  // to its giver it is like one that waits
    SEKISHO_ASSIGN(const Sha256 saying, saying_of(store_, *version));
    said->second.add(saying, *version);
    first_said_[version->no] = provenance.handling;
  }
  return said->second.others(object);
}

Result<std::vector<Tightening>> Door::tightened(const stix::Object& object, const Provenance& provenance,
                                                const std::vector<store::ObjectNo>& said_before) {
  std::vector<Tightening> out;
  const bool says_nothing = party_.empty() ? provenance.handling == certs::Handling() : provenance.jws.empty();
  if (says_nothing || provenance.echo || is_new(object.id())) return out;
  const auto compare = [&](store::ObjectNo no, const certs::Handling& first) {
    if (tightest(first, provenance.handling) != first) out.push_back({no, provenance.handling});
  };
  for (const store::ObjectNo no : said_before) compare(no, first_said_.at(no));
  SEKISHO_ASSIGN(const auto line, held_.of(object.id()));
  for (const store::StoredObject* version : line->of_content(object.content_hash())) {
    if (version->source != party_) continue;
    SEKISHO_ASSIGN(const Provenance first, Provenance::from_json(version->provenance));
    if (!first.echo) compare(version->no, first.handling);
  }
  return out;
}

// "From its creator, from this organisation or from a relay": from whoever may speak for the creator that it names.
bool Door::counts(const store::StoredObject& version, const Provenance& provenance, std::optional<std::string_view> creator) const {
  if (provenance.echo || provenance.unnamed) return false;
  if (version.source.empty()) return true;
  const policy::Party* giver = policy_->policy().find_party(version.source);
  return giver != nullptr && creator && policy::speaks_for(policy_->policy(), *giver, *creator);
}

void Door::Line::add(const Known& known, std::size_t order) {
  ++by_standing_[known.standing];
  if (known.revoked) revoked_ = std::min(revoked_.value_or(known.at), known.at);
  if (known.created.empty()) return;
  if (last_created_ && !stix::same_instant(last_created_->second, known.created)) before_ = std::move(last_created_);
  last_created_ = {order, known.created};
}

std::optional<std::pair<std::size_t, std::string>> Door::Line::other_created(std::string_view created) const {
  if (created.empty() || !last_created_) return std::nullopt;
  return stix::same_instant(last_created_->second, created) ? before_ : last_created_;
}

std::size_t Door::Line::count(unsigned standing) const {
  std::size_t out = 0;
  for (auto at = by_standing_.lower_bound(standing); at != by_standing_.end(); ++at) out += at->second;
  return out;
}

void Door::Lines::add(const Known& known) {
  all.add(known, count);
  by_claim[known.claim].add(known, count++);
}

Result<bool> Door::knows(const store::StoredObject& version, const Provenance& provenance) const {
  if ((version.source == party_ || sight_ == nullptr) && !provenance.echo) return true;
  return sight_ != nullptr ? sight_->carries(version) : Result<bool>(false);
}

Result<const Door::Lines*> Door::lines_of(std::string_view id) {
  if (const auto found = lines_.find(id); found != lines_.end()) return &found->second;
  Lines lines;
  SEKISHO_ASSIGN(const auto versions, store_.versions_of(id, true));
  for (const store::StoredObject& version : versions) {
    // What it said itself that another claim counts in its place is no claim of its.
    if (sight_ != nullptr && version.source == party_ && sight_->gave_way(version)) continue;
    SEKISHO_ASSIGN(const Provenance provenance, Provenance::from_json(version.provenance));
    SEKISHO_ASSIGN(const bool known, knows(version, provenance));
    if (!known) continue;
    SEKISHO_ASSIGN(const auto before, stix::Object::parse_kept(version.bytes, version.content));
    const Known one{claim_of(policy_->policy(), *before, version.source, provenance.unnamed), standing_of(policy_->policy(), version.source), version.version_time, before->revoked(),
                    std::string(before->root()["created"].string_or(""))};
    if (version.source == party_ && provenance.unnamed) {
      auto& [claim, line] = lines.unnamed[std::optional<std::string>(before->created_by_ref())];
      claim = one.claim;
      line.add(one, lines.count);
    }
    lines.add(one);
  }
  return &lines_.emplace(id, std::move(lines)).first->second;
}

Result<Door::Beside> Door::look(const stix::Object& object, bool unnamed) {
  Beside out;
  const std::string mine = claim_of(policy_->policy(), object, party_, unnamed);
  if (const auto kept = kept_.find(object.id()); kept != kept_.end()) compare(kept->second, object, mine, out);
  if (is_new(object.id())) return out;
  SEKISHO_ASSIGN(const Lines* held, lines_of(object.id()));
  compare(*held, object, mine, out);
  SEKISHO_ASSIGN(const auto line, held_.of(object.id()));
  for (const store::StoredObject* version : line->of_content(object.content_hash())) SEKISHO_TRY(look_at_same(*version, object, out));
  return out;
}

/// A version of the same content, from whomever.
Status Door::look_at_same(const store::StoredObject& version, const stix::Object& object, Beside& out) const {
  SEKISHO_ASSIGN(const Provenance provenance, Provenance::from_json(version.provenance));
  if (version.source == party_) {
    out.own_same = out.own_same || !provenance.echo;
    return {};
  }
  SEKISHO_ASSIGN(const bool known, knows(version, provenance));
  out.read_same = out.read_same || (known && sight_ != nullptr);
  out.held_same = out.held_same || counts(version, provenance, object.created_by_ref());
  return {};
}

void Door::compare(const Lines& lines, const stix::Object& object, const std::string& mine, Beside& out) const {
  std::vector<const Line*> same;
  if (const auto found = lines.by_claim.find(mine); found != lines.by_claim.end()) same.push_back(&found->second);
  // What its giver named without being believed, it may be believed later.
  const auto creator = object.created_by_ref();
  const auto once = lines.unnamed.find(creator ? std::optional<std::string>(*creator) : std::nullopt);
  if (once != lines.unnamed.end() && once->second.first != mine) same.push_back(&once->second.second);
  // A claim that would give way to this one keeps it out of nothing: docs/specs/ownership.md §1.3.
  const unsigned standing = standing_of(policy_->policy(), party_);
  std::size_t count = 0;
  for (const Line* line : same) count += line->count(standing);
  out.other = out.other || count < lines.all.count(standing);
  std::optional<std::pair<std::size_t, std::string>> created;
  for (const Line* line : same) {
    const auto& ended = line->revoked();
    if (ended && *ended < object.version_time() && (!out.revoked || *ended < *out.revoked)) out.revoked = *ended;
    auto other = line->other_created(object.root()["created"].string_or(""));
    if (other && (!created || created->first < other->first)) created = std::move(other);
  }
  if (created) out.created = std::move(created->second);
}

}  // namespace sekisho::sync
