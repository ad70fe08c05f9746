// The second half of AnonymousTaking: the objects themselves, what waits for an operator, and what is remembered.
#include <algorithm>
#include <set>

#include "core/json.h"
#include "stix/sharing_facts.h"
#include "sync/ingest/anonymous/anonymous_taking.h"
#include "sync/ingest/letter.h"

namespace sekisho::sync {
namespace {

namespace anonymise = stix::anonymise;

constexpr std::array<std::string_view, 2> kPrefixes{"sector:", "product:"};

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// A word of the policy or of an object: without case and prefix.
std::string plain(std::string_view word) {
  const std::string out = small(word);
  for (const std::string_view prefix : kPrefixes) {
    if (out.starts_with(prefix)) return out.substr(prefix.size());
  }
  return out;
}

bool has_prefix(std::string_view word) {
  const std::string low = small(word);
  return std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](std::string_view prefix) { return low.starts_with(prefix); });
}

/// How many parties that are valid now have each word.
std::map<std::string, std::size_t> sets_of(const policy::Policy& policy, Timestamp now) {
  std::map<std::string, std::size_t> out;
  for (const policy::Party& party : policy.parties) {
    if (!party.validity.holds(now)) continue;
    std::set<std::string> words;
    for (const std::string& role : party.roles) words.insert(plain(role));
    for (const policy::Membership& membership : party.groups) {
      if (membership.validity.holds(now)) words.insert(plain(membership.group));
    }
    if (!party.member_class.empty()) words.insert(plain(party.member_class));
    for (const std::string& word : words) ++out[word];
  }
  return out;
}

Provenance anonymous_provenance() {
  Provenance of;
  of.route = kAnonymousRoute;
  return of;
}

}  // namespace

anonymise::Request AnonymousTaking::request(std::size_t i) {
  const stix::Object& object = *incoming_.objects[i];
  const auto record = known_.find(object.id());
  anonymise::Request out;
  out.original = &object;
  out.id = record != known_.end() && record->second ? record->second->record.id : std::string(object.id());
  out.creator = entry_.office->identity();
  out.created = items_[i].created;
  out.modified = items_[i].modified;
  out.blur = intake_.blur;
  out.hidden = &hidden_;
  out.reference = [this](std::string_view id, anonymise::Mention mention) { return turn(id, mention); };
  out.keeps_marking = [this](std::string_view id) { return keeps_marking(id); };
  return out;
}

Status AnonymousTaking::make(std::size_t i) {
  if (!items_[i].open) return {};
  const auto made = anonymise::anonymise(request(i));
  SEKISHO_TRY(failed_);
  if (made.object == nullptr) {
    Known& mine = *known(incoming_.objects[i]->id(), true);
    auto& versions = mine.record.versions;  // so that the submitter may correct this very version
    const std::string_view version = incoming_.objects[i]->version();
    versions.erase(std::remove_if(versions.begin(), versions.end(), [&](const auto& one) { return one.original == version; }), versions.end());
    mine.first = mine.first && !versions.empty();
    refuse(i, make_error(Code::kStixInvalid, made.reason));
    return failed_;
  }
  take(i, made);
  return failed_;
}

void AnonymousTaking::take(std::size_t i, const anonymise::Outcome& made) {
  if (made.object->id() == incoming_.objects[i]->id()) {  // an observable of this content: one copy is enough
    const auto [ours, fresh] = ours_here_.try_emplace(std::string(made.object->id()), false);
    if (fresh) {
      const auto versions = store_.versions_of(made.object->id(), false);
      if (!versions.ok()) failed_ = versions.error();
      else ours->second = std::any_of(versions->begin(), versions->end(), [](const auto& one) { return one.source.empty(); });
    }
    if (ours->second) {
      ++report.duplicates;
      return settle(i, Verdict::Outcome::kDuplicate);
    }
  }
  if (const auto why = reason_to_wait(i, made)) {
    batch.dead_letters.push_back(
        quarantined_letter(pseudonym_, incoming_.collection->alias, *made.object, *why, anonymous_provenance(), now_));
    ++report.quarantined;
    return settle(i, Verdict::Outcome::kQuarantined, *why);
  }
  batch.objects.push_back({made.object, "", incoming_.collection->no, anonymous_provenance().to_json()});
  settle(i, Verdict::Outcome::kAccepted);
}

/// For the operator's eyes.
std::optional<Error> AnonymousTaking::reason_to_wait(std::size_t i, const anonymise::Outcome& made) {
  if (made.kind == anonymise::Outcome::Kind::kMasked) return make_error(Code::kImportDenied, made.reason);
  const std::string word = small_set(*made.object);
  if (!word.empty() && !entry_.accept_small_set) {
    return make_error(Code::kImportDenied, "fewer than " + std::to_string(intake_.smallest_set) + " parties have " + word +
                                               ": this may tell who the submitter is");
  }
  if (items_[i].to_operator) return make_error(Code::kImportDenied, "an import rule sends it to an operator");
  return std::nullopt;
}

/// The first word of the object that too few have; empty if none.
std::string AnonymousTaking::small_set(const stix::Object& object) {
  if (!sets_) sets_ = sets_of(policy_.policy(), now_);
  const stix::SharingFacts facts = stix::sharing_facts(object);
  std::vector<std::string> words;
  for (const auto* list : {&facts.sectors, &facts.products}) {
    for (const std::string_view word : *list) words.push_back(plain(word));
  }
  for (const auto& label : object.root()["labels"]) {
    const std::string_view text = label.value.string_or({});
    if (has_prefix(text) || sets_->count(plain(text)) != 0) words.push_back(plain(text));
  }
  for (const std::string& word : words) {
    const auto found = sets_->find(word);
    if (found == sets_->end() || found->second < intake_.smallest_set) return word.empty() ? "an empty word" : word;
  }
  return {};
}

void AnonymousTaking::remember() {
  for (const auto& [id, one] : known_) {
    if (!one || !one->changed) continue;
    batch.documents.push_back(vault_.record_put(incoming_.party, id, one->record));
    if (!one->first || one->record.id == id) continue;
    json::Writer w;
    w.begin_object().member("party", incoming_.party).member("id", id).end_object();
    batch.documents.push_back({kAnonymousBy, one->record.id, pseudonym_});
    batch.documents.push_back({kAnonymousSealed, one->record.id, vault_.seal(w.text())});
  }
  json::Writer link;
  link.begin_object().member("party", incoming_.party).end_object();
  const auto linked = store_.document(kAnonymousSealed, pseudonym_);
  if (linked.ok() && !*linked) batch.documents.push_back({kAnonymousSealed, pseudonym_, vault_.seal(link.text())});
  if (hidden_.size() > names_before_ && hidden_.size() <= kNames) {
    batch.documents.push_back(vault_.names_put(incoming_.party, hidden_.names()));
  }
  if (!entry_.receipt.empty()) batch.documents.push_back(vault_.receipt_put(entry_.receipt, incoming_.party));
}

}  // namespace sekisho::sync
