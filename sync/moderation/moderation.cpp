#include "sync/moderation/moderation.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "core/json.h"
#include "stix/sharing_facts.h"
#include "sync/moderation/moderation_text.h"

namespace sekisho::sync {
namespace {

Error refused(const Moderated& item, Act act) {
  return make_error(Code::kInvalidArgument,
                    "it is " + std::string(state_word(item.state)) + ", and " + std::string(act_word(act)) +
                        " is not possible then; possible: " + possible_acts(item.state),
                    item.object);
}

bool has(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

unsigned Moderated::needed() const {
  unsigned most = 1;
  for (const Held& one : held) most = std::max(most, one.needed);
  return most;
}

Moderation::Moderation(store::Store& store, Release& release, Audit& audit, Recalls& recalls, const Clock& clock)
    : store_(store), release_(release), audit_(audit), recalls_(recalls), clock_(clock),
      operators_(std::make_shared<const Operators>()), approvals_(std::make_shared<const Approvals>()) {}

std::shared_ptr<const Operators> Moderation::operators() const {
  const MutexLock lock(state_mutex_);
  return operators_;
}

std::shared_ptr<const Approvals> Moderation::approvals() const {
  const MutexLock lock(state_mutex_);
  return approvals_;
}

Status Moderation::reload() {
  SEKISHO_ASSIGN(const auto loaded, Approvals::load(store_, *operators()));
  {
    const MutexLock lock(state_mutex_);
    approvals_ = loaded;
  }
  release_.set_approvals(loaded);
  return {};
}

Result<std::vector<std::string>> Moderation::set_operators(Operators operators) {
  const MutexLock lock(working_);
  const auto before = approvals();
  {
    const MutexLock state(state_mutex_);
    operators_ = std::make_shared<const Operators>(std::move(operators));
  }
  SEKISHO_TRY(reload());
  const auto after = approvals();
  std::vector<std::string> fewer;
  std::vector<store::ObjectNo> more;
  SEKISHO_ASSIGN(const auto rows, store_.documents(kModerationSpace));
  for (const auto& [key, value] : rows) {
    SEKISHO_ASSIGN(const Moderated item, state_from_json(key, value));
    const unsigned then = before->count(item.content), now = after->count(item.content);
    if (now < then) fewer.push_back(item.object);
    if (now <= then || !release_.policy()) continue;
    SEKISHO_ASSIGN(const auto stored, store_.versions_of(item.object, false));
    for (const auto& version : stored) {
      if (version.content == item.content) more.push_back(version.no);
    }
  }
  if (!more.empty()) SEKISHO_TRY(release_.look_at(more));
  return fewer;
}

Status Moderation::read_state(Moderated& item) const {
  const std::string key = hex(item.content);
  SEKISHO_ASSIGN(const auto value, store_.document(kModerationSpace, key));
  if (value) {
    SEKISHO_ASSIGN(const Moderated kept, state_from_json(key, *value));
    item.state = kept.state;
    item.since = kept.since;
    item.by = kept.by;
    item.before = kept.before;
    item.held_from = kept.held_from;
  }
  item.approved_by = approvals()->operators_of(item.content);
  return {};
}

Result<std::vector<Moderated>> Moderation::versions(const std::string& object, bool with_held) {
  SEKISHO_ASSIGN(auto stored, store_.versions_of(object, false));
  if (stored.empty()) return make_error(Code::kNotFound, "no version of this object is stored", object);
  std::stable_sort(stored.begin(), stored.end(),
                   [](const auto& a, const auto& b) { return a.version_time < b.version_time; });
  std::vector<Moderated> out;
  for (const auto& version : stored) {
    const auto same = std::find_if(out.begin(), out.end(), [&](const Moderated& m) { return m.content == version.content; });
    if (same != out.end()) {
      same->copies.push_back(version.no);
      continue;
    }
    Moderated item;
    item.object = version.id;
    item.version = version.version;
    item.content = version.content;
    item.copies.push_back(version.no);
    SEKISHO_TRY(read_state(item));
    out.push_back(std::move(item));
  }
  if (with_held) SEKISHO_TRY(add_held(out, object));
  for (Moderated& item : out) SEKISHO_TRY(settle(item, out));
  return out;
}

unsigned Moderation::needed_by(const std::vector<std::string>& parties, std::string_view level) const {
  unsigned needed = 1;
  const auto policy = release_.policy();
  for (const std::string& name : parties) {
    const policy::Party* party = policy ? policy->policy().find_party(name) : nullptr;
    needed = std::max(needed, policy::approvals_needed(party == nullptr ? std::string_view("peer-isac") : party->kind, level));
  }
  return needed;
}

Status Moderation::add_held(std::vector<Moderated>& versions, const std::string& object) {
  const auto policy = release_.policy();
  if (!policy) return make_error(Code::kUnavailable, "no policy is in force");
  for (const auto& audience : policy->audiences(clock_.now())) {
    const auto standings = release_.explain(object, audience.parties.front());
    if (!standings.ok()) return standings.error();
    for (const Standing& standing : *standings) {
      if (standing.decision.effect != policy::Effect::kHold) continue;
      for (Moderated& item : versions) {
        if (std::find(item.copies.begin(), item.copies.end(), standing.object) == item.copies.end()) continue;
        SEKISHO_ASSIGN(const auto stored, store_.object(standing.object));
        SEKISHO_ASSIGN(const auto parsed, stix::Object::parse(stored.bytes));
        const auto level = stix::sharing_facts(*parsed).level;
        item.held.push_back(held_of(standing, audience.parties, needed_by(audience.parties, level)));
      }
    }
  }
  return {};
}

// A copy, or a rendition of one, is carried for somebody it was held from.
Result<bool> Moderation::reached(const Moderated& item) const {
  std::set<store::StreamNo> carrying;
  for (const store::ObjectNo no : item.copies) {
    SEKISHO_ASSIGN(auto gone_out, store_.renditions_of(no));
    gone_out.push_back(no);
    for (const store::ObjectNo one : gone_out) {
      SEKISHO_ASSIGN(const auto placed, store_.placements(one));
      carrying.insert(placed.begin(), placed.end());
    }
  }
  if (item.held_from.empty()) return !carrying.empty();
  for (const std::string& party : item.held_from) {
    const auto view = release_.view_of(party);
    if (!view.ok()) continue;  // no party now
    for (const auto& [collection, stream] : view->streams) {
      if (carrying.count(stream) != 0) return true;
    }
  }
  return false;
}

// One (id, modified) of a rendition never has two contents; another operator may still agree to what is out.
Result<bool> Moderation::others_are_out(const Moderated& item, const stix::Object& object, const ApprovedTexts& texts) const {
  const unsigned least = policy::approvals_needed("", stix::sharing_facts(object).level);
  const auto signed_so_far = approvals();
  const ApprovedTexts* in_use = signed_so_far->texts(object.content_hash(), least);
  if (in_use != nullptr && *in_use == texts) return false;
  if (item.state == State::kPublished) return true;
  if (in_use == nullptr) return false;
  for (const store::ObjectNo no : item.copies) {
    SEKISHO_ASSIGN(const auto made, store_.renditions_of(no));
    if (!made.empty()) return true;
  }
  return false;
}

Status Moderation::settle(Moderated& item, const std::vector<Moderated>& of_object) {
  State next = item.state;
  if (next == State::kApproved) {
    SEKISHO_ASSIGN(const bool out, reached(item));
    if (out) next = State::kPublished;
  }
  if (next == State::kPublished && of_object.back().version != item.version) next = State::kUpdated;
  const auto version = parse_stix_time(item.version);
  const std::optional<Timestamp> at = version.ok() ? std::optional(*version) : std::nullopt;
  if (next != State::kReceived && release_.recalled("", item.object, at)) next = State::kWithdrawn;
  if (next == item.state) return {};
  item.state = next;
  item.since = format_taxii_time(clock_.now());
  item.by = "node";
  return audit_.record({"moderate." + std::string(state_word(next)), "node", item.object,
                        "version " + item.version + ", content " + hex(item.content)},
                       {{kModerationSpace, hex(item.content), state_to_json(item)}});
}

Result<std::vector<Moderated>> Moderation::waiting() {
  const MutexLock lock(working_);
  const auto policy = release_.policy();
  if (!policy) return make_error(Code::kUnavailable, "no policy is in force");
  std::set<std::pair<store::ObjectNo, std::string>> objects;
  for (const auto& audience : policy->audiences(clock_.now())) {
    SEKISHO_TRY(release_.each_withheld(audience.parties.front(), [&](const Standing& standing) {
      if (standing.decision.effect == policy::Effect::kHold) objects.emplace(standing.object, standing.id);
    }));
  }
  std::vector<Moderated> out;
  std::set<std::string> seen;
  for (const auto& [no, id] : objects) {
    if (!seen.insert(id).second) continue;
    SEKISHO_ASSIGN(auto items, versions(id, true));
    for (Moderated& item : items) {
      if (!item.held.empty()) out.push_back(std::move(item));
    }
  }
  return out;
}

Result<std::vector<Moderated>> Moderation::all() {
  const MutexLock lock(working_);
  SEKISHO_ASSIGN(const auto rows, store_.documents(kModerationSpace));
  std::vector<Moderated> out;
  for (const auto& [key, value] : rows) {
    SEKISHO_ASSIGN(const Moderated kept, state_from_json(key, value));
    SEKISHO_ASSIGN(const auto items, versions(kept.object, false));
    const auto same = std::find_if(items.begin(), items.end(), [&](const Moderated& m) { return m.content == kept.content; });
    if (same != items.end()) out.push_back(*same);
  }
  return out;
}

Result<std::vector<Moderated>> Moderation::show(const std::string& object) {
  const MutexLock lock(working_);
  return versions(object, true);
}

Result<Moderated> Moderation::find(const Which& which) {
  SEKISHO_ASSIGN(auto items, versions(which.object, true));
  const std::string version = which.version.empty() ? items.back().version : which.version;
  std::erase_if(items, [&](const Moderated& item) {
    return item.version != version || (!which.content.empty() && hex(item.content) != which.content);
  });
  if (items.empty()) return make_error(Code::kNotFound, "no such version is stored; see `sekisho moderate show`", which.object);
  if (items.size() > 1) {
    std::string contents;
    for (const Moderated& item : items) contents += " " + hex(item.content);
    return make_error(Code::kVersionConflict, "this version is held with several contents; say --content:" + contents, which.object);
  }
  return std::move(items.front());
}

Status Moderation::check_signer(Act act, const Moderated& item, const Signing& by) const {
  SEKISHO_ASSIGN(const Operator* signer, operators()->usable(by.key.kid(), clock_.now()));
  if (signer->name != by.operator_name) {
    return make_error(Code::kKeyNotAllowed, "this is the key of operator " + signer->name, "--operator");
  }
  if (by.note.size() > kNoteBytes) return make_error(Code::kLimitExceeded, "a note has at most 10000 bytes", "--note");
  if (act == Act::kWithdraw && by.note.empty()) {
    return make_error(Code::kInvalidArgument, "say why; everyone who was given it will read it", "--note");
  }
  const bool mine = has(item.approved_by, by.operator_name);
  if (act == Act::kApprove && mine) {
    return make_error(Code::kAlreadyExists, "operator " + by.operator_name + " has approved this content; another one must", item.object);
  }
  if (act == Act::kTakeBack && !mine) {
    return make_error(Code::kNotFound, "operator " + by.operator_name + " has not approved this content", item.object);
  }
  return {};
}

Status Moderation::sign(Act act, const Moderated& item, const Signing& by, ApprovedTexts texts, State next) {
  Statement statement;
  statement.act = act;
  statement.object = item.object;
  statement.version = item.version;
  statement.content = item.content;
  statement.operator_name = by.operator_name;
  statement.at = clock_.now();
  statement.texts = std::move(texts);
  SignedAct done = sign_act(by.key, std::move(statement), by.note);
  Moderated after = item;
  if (next != item.state) {
    after.state = next;
    after.since = format_taxii_time(done.statement.at);
    after.by = by.operator_name;
  }
  if (next == State::kApproved && item.state != State::kApproved) {
    after.before = item.state;
    after.held_from.clear();
    for (const Held& held : item.held) {
      for (const std::string& party : held.parties) {
        if (!has(after.held_from, party)) after.held_from.push_back(party);
      }
    }
  }
  const AuditLine line{"moderate." + std::string(act_word(act)), by.operator_name, item.object, act_detail(done)};
  return audit_.record_numbered(line, [&](std::uint64_t no) {
    done.line = no;
    std::vector<store::DocumentPut> puts{{kModerationSpace, hex(item.content), state_to_json(after)}};
    puts.push_back({kApprovalSpace, done.key(), done.to_json()});
    return puts;
  });
}

Result<Moderated> Moderation::apply(Act act, const Which& which, const Signing& by, ApprovedTexts texts) {
  SEKISHO_ASSIGN(const Moderated item, find(which));
  const auto next = next_state(item.state, act);
  if (!next) return refused(item, act);
  SEKISHO_TRY(check_signer(act, item, by));
  if (act == Act::kText) {
    SEKISHO_ASSIGN(const auto stored, store_.object(item.copies.front()));
    SEKISHO_ASSIGN(const auto object, stix::Object::parse(stored.bytes));
    SEKISHO_TRY(check_texts(*object, texts));
    SEKISHO_ASSIGN(const bool used, others_are_out(item, *object, texts));
    if (used) return make_error(Code::kInvalidArgument, "its public texts have gone out; make a new version to say something else", item.object);
  }
  if (act == Act::kWithdraw) {
    const auto recall = recalls_.recall(item.object, "wrong", by.note, by.operator_name);
    if (!recall.ok()) return recall.error();
  }
  const bool last_back = act == Act::kTakeBack && item.approved_by.size() < 2;
  SEKISHO_TRY(sign(act, item, by, std::move(texts), last_back ? item.before : *next));
  SEKISHO_TRY(reload());
  SEKISHO_TRY(release_.look_at(item.copies));
  SEKISHO_ASSIGN(const Moderated after, find(which));
  if (act != Act::kPublish || after.state == State::kPublished || after.state == State::kUpdated) return after;
  std::string why = "nobody it was held from gets it yet";
  for (const Held& held : after.held) why += "; " + held.parties.front() + ": " + held.text;
  return make_error(Code::kPolicyDenied, why, item.object);
}

Result<Moderated> Moderation::act(Act act, const Which& which, const Signing& by) {
  const MutexLock lock(working_);
  if (act == Act::kText) return make_error(Code::kInvalidArgument, "texts are set with their texts", which.object);
  return apply(act, which, by, {});
}

Result<Moderated> Moderation::set_texts(const Which& which, const Signing& by, ApprovedTexts texts) {
  const MutexLock lock(working_);
  return apply(Act::kText, which, by, std::move(texts));
}

}  // namespace sekisho::sync
