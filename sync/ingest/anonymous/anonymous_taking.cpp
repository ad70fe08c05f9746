#include "sync/ingest/anonymous/anonymous_taking.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/json.h"
#include "stix/markings.h"
#include "stix/names.h"
#include "stix/sco_id.h"
#include "sync/ingest/letter.h"

namespace sekisho::sync {
namespace {

namespace anonymise = stix::anonymise;
using anonymise::Mention;
using anonymise::Turn;

std::string_view type_of(std::string_view id) { return id.substr(0, id.find("--")); }

bool is_observable(std::string_view id) { return stix::category_of(type_of(id)) == stix::Category::kSco; }

Error refused_for(std::string why) { return make_error(Code::kStixInvalid, std::move(why)); }

/// What an observable looks like if nothing else changes; whether that leaves its id what its content makes it.
bool keeps_id(const stix::Object& original, const anonymise::Outcome& alone) {
  if (alone.object == nullptr) return false;
  const auto before = stix::sco_id(original.root()), after = stix::sco_id(alone.object->root());
  return before.ok() && after.ok() && *before == original.id() && *after == *before;
}

}  // namespace

AnonymousTaking::AnonymousTaking(const store::Store& store, const policy::Compiled& policy,
                                 const Inbound::PartyBatch& incoming, const AnonymousIntake& intake,
                                 const AnonymousVault& vault, Timestamp now)
    : store_(store), policy_(policy), incoming_(incoming), entry_(*incoming.anonymous), intake_(intake), vault_(vault),
      party_(policy.policy().find_party(incoming.party)), now_(now), pseudonym_(vault.pseudonym(incoming.party)),
      items_(incoming.objects.size()) {
  batch.documents = incoming.documents;
  report.verdicts.resize(incoming.objects.size());
}

Status AnonymousTaking::run(const Judge& judge, const AttestationPool& pool) {
  judge_all(judge, pool);
  learn_names();
  SEKISHO_TRY(sort_observables());
  std::vector<std::size_t> order(items_.size());  // older versions of one id first
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
    return incoming_.objects[a]->version_time() < incoming_.objects[b]->version_time();
  });
  for (const std::size_t i : order) SEKISHO_TRY(plan(i));
  for (const std::size_t i : order) SEKISHO_TRY(make(i));
  SEKISHO_TRY(failed_);
  for (std::size_t i = 0; i < incoming_.unreadable.size(); ++i) {
    const Refusal& refusal = incoming_.unreadable[i];
    refuse_letter(refusal, incoming_.unreadable_payloads[i]);
    report.refused.push_back(refusal);
    report.verdicts.push_back({Verdict::Outcome::kRefused, refusal.object_id, refusal.version, refusal.reason, {}});
  }
  remember();
  return {};
}

// ---- verdicts -----------------------------------------------------------------------------------

void AnonymousTaking::settle(std::size_t i, Verdict::Outcome outcome, Error reason) {
  items_[i].open = false;
  const stix::Object& object = *incoming_.objects[i];
  report.verdicts[i] = {outcome, std::string(object.id()), std::string(object.version()), std::move(reason), {}};
}

void AnonymousTaking::refuse(std::size_t i, Error reason) {
  const stix::Object& object = *incoming_.objects[i];
  const Refusal refusal{std::string(object.id()), std::string(object.version()), reason};
  refuse_letter(refusal, object.bytes());
  report.refused.push_back(refusal);
  settle(i, Verdict::Outcome::kRefused, std::move(reason));
}

std::string AnonymousTaking::sealed_payload(std::string_view id, std::string_view payload) {
  json::Writer w;
  w.begin_object().member("party", incoming_.party).member("id", id).member("payload", payload).end_object();
  std::string box = vault_.seal(w.text());
  if (box.empty()) failed_ = make_error(Code::kCryptoFailure, "the opening key cannot be sealed to");
  return box;
}

/// Nothing of it can be read but that there was something, from whom by pseudonym, and the kind of fault.
void AnonymousTaking::refuse_letter(const Refusal& refusal, std::string_view payload) {
  store::DeadLetter letter;
  letter.at = now_;
  letter.key = vault_.letter_key(incoming_.party, payload, info(refusal.reason.code).text);
  letter.party = pseudonym_;
  letter.collection = incoming_.collection->alias;
  letter.reason = make_error(refusal.reason.code, "sealed; its submitter was told why");
  json::Writer w;
  w.begin_object().member("sealed", sealed_payload(refusal.object_id, payload)).end_object();
  letter.payload = w.take();
  LetterContext context;
  context.provenance.route = kAnonymousRoute;
  letter.context = context.to_json();
  batch.dead_letters.push_back(std::move(letter));
}

void AnonymousTaking::judge_all(const Judge& judge, const AttestationPool& pool) {
  for (std::size_t i = 0; i < items_.size(); ++i) {
    const stix::Object& object = *incoming_.objects[i];
    if (entry_.by_operator) {
      const Status good = validated(object);
      if (!good.ok()) refuse(i, good.error());
      continue;
    }
    const Inbound::Proof* proof = incoming_.proofs.empty() ? nullptr : &incoming_.proofs[i];
    const auto judged = judge.judge(object, proof, pool);
    if (!judged.ok()) refuse(i, judged.error());
    else items_[i].to_operator = judged->quarantine.has_value();
  }
}

// ---- whose names ----------------------------------------------------------------------------------

bool AnonymousTaking::is_own_identity(const stix::Object& object) const {
  return object.type() == "identity" && identities_.count(object.id()) != 0;
}

void AnonymousTaking::learn(const stix::Object& identity) {
  hidden_.add(identity.root()["name"].string_or({}));
  hidden_.add_contacts(identity.root()["contact_information"].string_or({}));
}

void AnonymousTaking::learn_names() {
  const std::string& own = entry_.office->identity();
  if (party_ != nullptr) {
    hidden_.add(party_->id);
    hidden_.add(party_->name);
    identities_.insert(party_->identities.begin(), party_->identities.end());
  }
  for (const auto& object : incoming_.objects) {  // a maker whom nobody else has told of is taken for the submitter
    const auto creator = object->created_by_ref();
    if (creator && *creator != own && !policy_.is_public_id(*creator) && !reads(*creator)) identities_.emplace(*creator);
  }
  identities_.erase(own);
  const auto locked = store_.document(kAnonymousNames, vault_.names_key(incoming_.party));
  if (!locked.ok()) failed_ = locked.error();
  else if (*locked) {
    for (const std::string& name : vault_.names(incoming_.party, **locked)) hidden_.add(name);
  }
  for (const std::string& id : identities_) {
    hidden_.add(id);
    const auto held = store_.versions_of(id, true);
    if (!held.ok()) failed_ = held.error();
    else {
      for (const auto& version : *held) {
        if (const auto object = stix::Object::parse(version.bytes); object.ok()) learn(**object);
      }
    }
  }
  names_before_ = hidden_.size();
  for (std::size_t i = 0; i < items_.size(); ++i) {
    const stix::Object& object = *incoming_.objects[i];
    if (is_own_identity(object)) learn(object);
    if (!items_[i].open) continue;
    // A fixed or readable definition came along as bundles have it: the node has its own.
    const bool definition = object.type() == "marking-definition" || object.type() == "extension-definition";
    if (is_own_identity(object) || object.id() == own || (definition && keeps_marking(object.id()))) {
      settle(i, Verdict::Outcome::kAccepted);
    } else if (!is_observable(object.id())) {
      here_.emplace(object.id());
    }
  }
}

bool AnonymousTaking::reads(std::string_view id) {
  const auto [found, fresh] = reads_.try_emplace(std::string(id), false);
  if (fresh) {
    const auto answer = entry_.reads(id);
    if (!answer.ok()) failed_ = answer.error();
    else found->second = *answer;
  }
  return found->second;
}

bool AnonymousTaking::keeps_marking(std::string_view id) {
  return stix::tlp_from_marking_id(id).has_value() || id == stix::kTlpExtensionId || policy_.is_public_id(id) || reads(id);
}

// ---- ids ------------------------------------------------------------------------------------------

AnonymousTaking::Known* AnonymousTaking::known(std::string_view id, bool draw) {
  const auto [found, fresh] = known_.try_emplace(std::string(id));
  if (fresh) {
    const auto locked = store_.document(kAnonymousObjects, vault_.object_key(incoming_.party, id));
    if (!locked.ok()) failed_ = locked.error();
    else if (*locked) {
      const auto record = vault_.record(incoming_.party, id, **locked);
      if (!record) failed_ = make_error(Code::kStoreCorrupt, "a record of an anonymous submission does not open", kAnonymousObjects);
      else found->second = Known{*record, false};
    }
  }
  if (!found->second && draw) {
    if (++drawn_ > kNewIds) failed_ = make_error(Code::kLimitExceeded, "one submission names more than 50000 objects");
    AnonymousRecord record;
    record.id = std::string(type_of(id)) + "--" + vault_.fresh_uuid().to_string();
    found->second = Known{std::move(record), true};
  }
  return found->second ? &*found->second : nullptr;
}

Turn AnonymousTaking::turn(std::string_view id, Mention mention) {
  const Turn keep{Turn::Kind::kKeep, "", ""}, strip{Turn::Kind::kStrip, "", ""};
  if (id == entry_.office->identity()) return keep;
  if (identities_.count(id) != 0) return strip;
  if (policy_.is_public_id(id)) return keep;
  if (const auto one = observables_.find(id); one != observables_.end()) {
    if (one->second == Observable::kKept) return keep;
    if (one->second == Observable::kRefused) return strip;
  }
  const std::string_view type = type_of(id);
  if (type == "marking-definition" || type == "extension-definition") return keeps_marking(id) ? keep : strip;
  const bool mine = here_.count(id) != 0 || observables_.count(id) != 0;
  if (const Known* one = known(id, mine)) {
    const auto& versions = one->record.versions;
    return {one->record.id == id ? Turn::Kind::kKeep : Turn::Kind::kRewrite, one->record.id, versions.empty() ? "" : versions.back().fresh};
  }
  if (reads(id)) return keep;
  if (mention == Mention::kText || is_observable(id) || !stix::split_id(id)) return strip;
  return {Turn::Kind::kRewrite, known(id, true)->record.id, ""};  // the submitter's own, which may come later
}

// ---- observables ----------------------------------------------------------------------------------

// One keeps its id if nothing that enters the id changes: neither it itself nor, which may enter it, an observable
// that it names.
Status AnonymousTaking::sort_observables() {
  std::multimap<std::string, std::string, std::less<>> named_by;
  std::vector<std::string> leaving;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    const stix::Object& object = *incoming_.objects[i];
    if (!items_[i].open || !is_observable(object.id())) continue;
    anonymise::Request alone = request(i);
    alone.reference = [](std::string_view, Mention) { return Turn{Turn::Kind::kKeep, "", ""}; };
    const auto made = anonymise::anonymise(alone);
    const std::string id(object.id());
    const auto place = observables_.emplace(id, Observable::kKept).first;
    if (made.object == nullptr) {
      place->second = Observable::kRefused;
      refuse(i, refused_for(made.reason));
    } else if (!keeps_id(object, made) && place->second == Observable::kKept) {
      place->second = Observable::kRandom;
    }
    if (place->second != Observable::kKept) leaving.push_back(id);
    for (const stix::Reference& reference : stix::references(object)) named_by.emplace(reference.id, id);
  }
  for (const auto& [named, by] : named_by) {  // named, but not at hand
    if (observables_.count(named) == 0 && turn(named, Mention::kText).kind != Turn::Kind::kKeep) leaving.push_back(named);
  }
  std::set<std::string> left;
  while (!leaving.empty()) {
    const std::string gone = std::move(leaving.back());
    leaving.pop_back();
    if (!left.insert(gone).second) continue;  // as often as it is named
    const auto [from, to] = named_by.equal_range(gone);
    for (auto it = from; it != to; ++it) {
      Observable& state = observables_.find(it->second)->second;
      if (state != Observable::kKept) continue;
      state = Observable::kRandom;
      leaving.push_back(it->second);
    }
  }
  return failed_;
}

// ---- versions -------------------------------------------------------------------------------------

Status AnonymousTaking::plan(std::size_t i) {
  if (!items_[i].open) return {};
  const stix::Object& object = *incoming_.objects[i];
  Known& mine = *known(object.id(), true);
  const auto kept = observables_.find(object.id());
  if (kept != observables_.end() && kept->second == Observable::kKept && mine.record.versions.empty()) {
    mine.record.id = std::string(object.id());
    mine.changed = true;
  }
  auto& versions = mine.record.versions;
  mine.first = mine.first || versions.empty();
  const std::string version(object.version()), mark = vault_.content_mark(object.content_hash());
  for (const auto& before : versions) {
    if (before.original != version) continue;
    if (before.content == mark) {
      ++report.duplicates;
      settle(i, Verdict::Outcome::kDuplicate);
    } else {
      refuse(i, make_error(Code::kVersionConflict, "the sender knows this version with other content"));
    }
    return failed_;
  }
  const auto last = versions.empty() ? Result<Timestamp>(Timestamp{}) : parse_stix_time(versions.back().original);
  if (!versions.empty() && last.ok() && object.version_time() < *last) {
    refuse(i, make_error(Code::kVersionConflict, "a newer version was taken before; post the newest"));
    return failed_;
  }
  if (!versions.empty() && versions.back().revoked) {
    refuse(i, make_error(Code::kStixInvalid, "STIX 2.1 S-3.6-8: this object was revoked before, and nothing follows that; give a new object a new id"));
    return failed_;
  }
  Item& item = items_[i];
  item.created = mine.record.created.empty() ? anonymise::cut(object.root()["created"].string_or({}), intake_.blur) : mine.record.created;
  item.modified = std::max(anonymise::cut(object.root()["modified"].string_or({}), intake_.blur), item.created);
  if (!versions.empty() && item.modified <= versions.back().fresh) {
    const auto before = parse_stix_time(versions.back().fresh);
    if (before.ok()) item.modified = format_stix_time(before->plus_micros(1000));
  }
  mine.record.created = item.created;
  versions.push_back({version, item.modified, mark, object.revoked()});
  if (versions.size() > AnonymousRecord::kVersions) versions.erase(versions.begin());
  mine.changed = true;
  return failed_;
}

}  // namespace sekisho::sync
