#include "sync/ingest/submission.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "core/digest.h"
#include "core/json_split.h"
#include "core/uuid.h"
#include "sync/handling/attestation.h"
#include "sync/ingest/bundles.h"
#include "sync/ingest/door.h"
#include "sync/ingest/sight.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kMaxLabelBytes = 300;

/// The poster's own words for an object that could not be read, as far as they can be made out.
Submission::Detail label_of(std::string_view bytes) {
  Submission::Detail label{"unknown", std::string(stix::kUnversioned), ""};
  const auto read = json::Document::parse(std::string(bytes));
  if (!read.ok()) return label;
  const json::Value root = (*read)->root();
  const auto text = [&root](const char* name) { return root[name].string_or("").substr(0, kMaxLabelBytes); };
  if (!text("id").empty()) label.id = text("id");
  for (const char* name : {"created", "modified"}) {
    if (!text(name).empty()) label.version = text(name);
  }
  return label;
}

/// Whether the detail of such an error is about the object's own bytes and nothing else.
bool is_about_content(Code code) {
  switch (code) {
    case Code::kLimitExceeded:
    case Code::kJsonSyntax:
    case Code::kJsonDuplicateKey:
    case Code::kJsonNumber:
    case Code::kJsonEncoding:
    case Code::kStixNotObject:
    case Code::kStixInvalid:
      return true;
    default:
      return false;
  }
}

std::string tellable(const Error& error) {
  std::string out(info(error.code).meaning);
  if (!error.where.empty()) out += " At " + error.where + ".";
  if (is_about_content(error.code) && !error.detail.empty()) out += " " + error.detail;
  return out;
}

/// One envelope on its way to the inbound pipeline, and back as a status.
class Sorting {
 public:
  Sorting(const std::string& party, const store::Collection& collection, std::size_t count, const Limits& limits,
          std::size_t levels = kBundleLevels)
      : pool(std::max(count, limits.envelope_objects)), limits_(limits), levels_(levels) {
    batch.party = party;
    batch.collection = &collection;
    batch.want_verdicts = true;
  }

  Inbound::PartyBatch batch;
  AttestationPool pool;

  Status sort(Sight& sight, const std::vector<std::string_view>& objects) {
    std::vector<std::vector<Handed>> handed;
    std::vector<std::string_view> ids;
    handed.reserve(objects.size());
    std::size_t room = std::max(limits_.envelope_objects, objects.size()) - objects.size();  // for members beyond one for each
    for (const std::string_view bytes : objects) {
      handed.push_back(opened(bytes, {limits_.object_bytes, levels_, room + 1}));
      room -= std::max<std::size_t>(1, handed.back().size()) - 1;
      for (const Handed& one : handed.back()) {
        if (one.object.ok() && (*one.object)->type() != kAttestationType) ids.push_back((*one.object)->id());
      }
    }
    SEKISHO_TRY(sight.expect(ids));
    for (std::size_t i = 0; i < objects.size(); ++i) {
      if (handed[i].empty()) places_.push_back({Kind::kEmpty, 0, label_of(objects[i]), ""});
      for (Handed& one : handed[i]) SEKISHO_TRY(place(sight, std::move(one)));
    }
    return {};
  }

  /// Fills in what the pipeline found, in the order of the envelope.
  void conclude(const InboundReport& report, Submission& status) const {
    for (const Place& place : places_) {
      if (place.kind == Kind::kEmpty) {
        status.successes.push_back(place.detail);
        continue;
      }
      if (place.kind == Kind::kAttestation) {
        const bool here = targets_.count(place.target) != 0;
        (here ? status.successes : status.failures).push_back(place.detail);
        if (!here) status.failures.back().message = place.detail.message.empty() ? kNoTarget : place.detail.message;
        continue;
      }
      const std::size_t at = place.kind == Kind::kObject ? place.index : batch.objects.size() + place.index;
      const Verdict& verdict = report.verdicts[at];
      Submission::Detail detail = place.detail;
      if (verdict.outcome != Verdict::Outcome::kRefused) {
        detail.message = verdict.warning;
        status.successes.push_back(std::move(detail));
      } else {
        detail.message = tellable(verdict.reason);
        status.failures.push_back(std::move(detail));
      }
    }
  }

 private:
  enum class Kind { kObject, kUnreadable, kAttestation, kEmpty };  ///< kEmpty: a bundle without members
  struct Place {
    Kind kind = Kind::kObject;
    std::size_t index = 0;  ///< in the batch's objects, or its unreadable ones
    Submission::Detail detail;
    std::string target;  ///< content hash of what an attestation is over
  };
  static constexpr const char* kNoTarget = "An attestation counts together with its object only: post both in one envelope.";

  Status place(Sight& sight, Handed handed) {
    if (!handed.object.ok()) {
      refuse(label_of(handed.unreadable), handed.object.error(), handed.unreadable);
      return {};
    }
    stix::ObjectPtr parsed = *handed.object;
    const stix::Object& object = *parsed;
    Submission::Detail detail{std::string(object.id()), std::string(object.version()), ""};
    if (object.type() == kAttestationType) {
      attestation(std::move(parsed), std::move(detail));
      return {};
    }
    SEKISHO_ASSIGN(const bool new_or_same, sight.add(parsed));
    if (!new_or_same) {
      refuse(std::move(detail), make_error(Code::kVersionConflict, "the sender knows this version with other content"), object.bytes());
      return {};
    }
    targets_.insert(hex(object.content_hash()));
    places_.push_back({Kind::kObject, batch.objects.size(), std::move(detail), ""});
    batch.objects.push_back(std::move(parsed));
    return {};
  }

  void attestation(stix::ObjectPtr object, Submission::Detail detail) {
    auto parsed = parse_attestation(*object);
    Place place{Kind::kAttestation, 0, std::move(detail), ""};
    if (parsed.ok()) {
      place.target = parsed->target_sha256;
      pool.add(std::move(object), std::move(*parsed));
    } else {
      place.detail.message = tellable(parsed.error());
    }
    places_.push_back(std::move(place));
  }

  void refuse(Submission::Detail detail, Error reason, std::string_view bytes) {
    const bool named = detail.id != "unknown";
    batch.unreadable.push_back({named ? detail.id : "", named ? detail.version : "", std::move(reason)});
    batch.unreadable_payloads.emplace_back(bytes);
    places_.push_back({Kind::kUnreadable, batch.unreadable.size() - 1, std::move(detail), ""});
  }

  const Limits& limits_;
  std::size_t levels_;
  std::vector<Place> places_;
  std::set<std::string> targets_;
};

void write_details(json::Writer& w, const char* name, const std::vector<Submission::Detail>& details) {
  w.key(name).begin_array();
  for (const auto& detail : details) {
    w.begin_array().string(detail.id).string(detail.version);
    if (!detail.message.empty()) w.string(detail.message);
    w.end_array();
  }
  w.end_array();
}

std::string to_text(const Submission& status) {
  json::Writer w;
  w.begin_object();
  write_details(w, "successes", status.successes);
  write_details(w, "failures", status.failures);
  w.end_object();
  return w.take();
}

std::vector<Submission::Detail> read_details(const json::Value& list) {
  std::vector<Submission::Detail> out;
  for (const auto& entry : list) {
    const auto part = [&entry](std::size_t i) { return std::string(entry.value.at(i).string_or("")); };
    out.push_back({part(0), part(1), part(2)});
  }
  return out;
}

/// Counts alone: no id, no content.
void log_taken(Log& log, const std::string& party, const store::Collection& collection, const InboundReport& report) {
  log.write(report.conflicts == 0 ? LogLevel::kInfo : LogLevel::kWarning, "submission",
            {{"party", party},
             {"collection", collection.alias},
             {"accepted", std::to_string(report.accepted)},
             {"duplicates", std::to_string(report.duplicates)},
             {"refused", std::to_string(report.refused.size())},
             {"conflicts", std::to_string(report.conflicts)}});
}

}  // namespace

Submissions::Submissions(store::Store& store, Release& release, Inbound& inbound, const Clock& clock, Random& random,
                         Log& log, Anonymous* anonymous, Budgets* budgets)
    : store_(store), release_(release), inbound_(inbound), clock_(clock), random_(random), log_(log),
      anonymous_(anonymous), budgets_(budgets), shelf_(store), pending_(store) {}

// Whatever became of the objects, and however far the follower is: neither may show.
Status Submissions::note_pending(Submission& status) {
  status.complete = inbound_.returns() == Inbound::Returns::kPlanned || status.successes.empty();
  return status.complete ? Status() : pending_.add(status.id);
}

Result<std::vector<store::Collection>> Submissions::writable(std::string_view party) {
  SEKISHO_TRY(release_.view_of(party));
  const auto policy = release_.policy();
  const Timestamp now = clock_.now();
  std::vector<store::Collection> out;
  for (const store::Collection& collection : release_.collections()) {
    if (!collection.companion_of && policy->writes(party, collection.alias, now)) out.push_back(collection);
  }
  return out;
}

Result<Submission> Submissions::take(const std::string& party, std::string_view id_or_alias,
                                     const std::vector<std::string_view>& objects, const std::optional<Entered>& entered) {
  SEKISHO_ASSIGN(const auto collections, writable(party));
  const auto collection = std::find_if(collections.begin(), collections.end(), [&](const store::Collection& one) {
    return one.alias == id_or_alias || one.id.to_string() == id_or_alias;
  });
  if (collection == collections.end()) return make_error(Code::kNotFound, "no such collection to write to");
  SEKISHO_ASSIGN(const auto intake, anonymous_intake(store_, collection->alias));
  if (intake && anonymous_ != nullptr) return take_anonymously(party, *collection, objects, entered);
  if (entered) return make_error(Code::kInvalidArgument, "not an anonymous intake", collection->alias);
  return take_openly(party, *collection, objects);
}

Submission Submissions::begun(const std::string& party) {
  Submission status;
  status.id = Uuid::v4(random_, "uuid/status/" + party).to_string();
  status.requested = clock_.now();
  return status;
}

Result<Submission> Submissions::take_openly(const std::string& party, const store::Collection& collection,
                                            const std::vector<std::string_view>& objects) {
  SEKISHO_TRY(shelf_.open(party));
  SEKISHO_ASSIGN(Sight sight, Sight::make(store_, release_, party, clock_.now()));
  Sorting sorting(party, collection, objects.size(), inbound_.limits());
  SEKISHO_TRY(sorting.sort(sight, objects));

  Submission status = begun(party);
  sorting.batch.sight = &sight;
  sorting.batch.reads_back = reads_back(*release_.policy(), party);
  sorting.batch.conclude = [&](const InboundReport& report) {
    sorting.conclude(report, status);
    auto puts = shelf_.put(party, status.id, status.requested, to_text(status));
    for (auto& put : sight.remember_held(sorting.batch.objects, collection.alias, report.verdicts)) puts.push_back(std::move(put));
    return puts;
  };
  SEKISHO_ASSIGN(const InboundReport report, inbound_.take(sorting.batch, sorting.pool));
  if (budgets_ != nullptr) budgets_->add_letters(party, report.quarantined + report.refused.size());
  log_taken(log_, party, collection, report);
  SEKISHO_TRY(note_pending(status));
  return status;
}

// An attestation counts for its object in the same step only, so a step is as large as an envelope may be.
Result<InboundReport> Submissions::take_given(const std::string& party, const store::Collection& collection,
                                              const std::vector<std::string_view>& objects, std::size_t levels) {
  SEKISHO_ASSIGN(const auto intake, anonymous_intake(store_, collection.alias));
  if (intake) return make_error(Code::kInvalidArgument, "an anonymous intake; say --anonymous --from-party " + party, collection.alias);
  const auto policy = release_.policy();
  if (!policy) return make_error(Code::kUnavailable, "no policy is in force");
  if (policy->policy().find_party(party) == nullptr) return make_error(Code::kPeerUnknown, "no party of this name in the policy", party);
  if (!policy->writes(party, collection.alias, clock_.now())) {
    return make_error(Code::kImportDenied, "party " + party + " may not write to collection " + collection.alias + " (policy.toml: write)");
  }
  InboundReport total;
  const std::size_t step = inbound_.limits().envelope_objects;
  for (std::size_t start = 0; start < objects.size(); start += step) {
    const std::vector<std::string_view> some(objects.begin() + static_cast<std::ptrdiff_t>(start),
                                             objects.begin() + static_cast<std::ptrdiff_t>(std::min(objects.size(), start + step)));
    SEKISHO_ASSIGN(Sight sight, Sight::make(store_, release_, party, clock_.now()));
    Sorting sorting(party, collection, some.size(), inbound_.limits(), levels);
    SEKISHO_TRY(sorting.sort(sight, some));
    sorting.batch.route = "given";
    sorting.batch.sight = &sight;
    sorting.batch.reads_back = reads_back(*release_.policy(), party);
    sorting.batch.conclude = [&](const InboundReport& report) {
      return sight.remember_held(sorting.batch.objects, collection.alias, report.verdicts);
    };
    SEKISHO_ASSIGN(const InboundReport report, inbound_.take(sorting.batch, sorting.pool));
    log_taken(log_, party, collection, report);
    total.add(report);
  }
  return total;
}

// The same, but nothing of the party is written down: its shelf bears the pseudonym, and what lies there opens with
// the status id alone. docs/specs/anonymous.md.
Result<Submission> Submissions::take_anonymously(const std::string& party, const store::Collection& collection,
                                                 const std::vector<std::string_view>& objects,
                                                 const std::optional<Entered>& entered) {
  SEKISHO_ASSIGN(const AnonymousVault vault, anonymous_->vault());
  const std::string pseudonym = vault.pseudonym(party);
  SEKISHO_TRY(shelf_.open(pseudonym));
  SEKISHO_ASSIGN(Sight sight, Sight::make(store_, release_, party, clock_.now()));
  Sorting sorting(party, collection, objects.size(), inbound_.limits());
  SEKISHO_TRY(sorting.sort(sight, objects));

  Submission status = begun(party);
  sorting.batch.sight = &sight;
  sorting.batch.anonymous = Inbound::AnonymousEntry{anonymous_, [&sight](std::string_view id) { return sight.reads(id); }, status.id,
                                                    entered.has_value(), entered && entered->accept_small_set};
  sorting.batch.conclude = [&](const InboundReport& report) {
    sorting.conclude(report, status);
    if (entered) return std::vector<store::DocumentPut>();  // the command shows it at once
    return shelf_.put(pseudonym, vault.status_id(party, status.id), status.requested,
                      vault.status_lock(party, status.id, to_text(status)));
  };
  SEKISHO_ASSIGN(const InboundReport report, inbound_.take(sorting.batch, sorting.pool));
  if (budgets_ != nullptr) budgets_->add_letters(party, report.quarantined + report.refused.size());
  log_taken(log_, pseudonym, collection, report);
  SEKISHO_TRY(note_pending(status));
  return status;
}

Result<StatusShelf::Kept> Submissions::anonymous_status(std::string_view party, std::string_view id) {
  const Error unknown = make_error(Code::kNotFound, "no such status");
  const auto given = Uuid::parse(id);
  if (anonymous_ == nullptr || !given || given->to_string() != id) return unknown;
  const auto vault = anonymous_->vault();
  if (!vault.ok()) return unknown;
  SEKISHO_ASSIGN(StatusShelf::Kept kept, shelf_.find(vault->pseudonym(party), vault->status_id(party, id)));
  const auto text = vault->status_text(party, id, kept.text);
  if (!text) return unknown;
  kept.text = *text;
  return kept;
}

Status Submissions::add_replies(std::string_view party, Submission& status) {
  SEKISHO_ASSIGN(const AnonymousVault vault, anonymous_->vault());
  SEKISHO_ASSIGN(auto replies, anonymous_->replies(vault.pseudonym(party)));
  std::size_t bytes = 0;
  auto first = replies.end();
  while (first != replies.begin() && bytes + std::prev(first)->text.size() <= Submission::kReplyBytesShown) bytes += (--first)->text.size();
  status.replies.assign(std::make_move_iterator(first), std::make_move_iterator(replies.end()));
  return {};
}

Result<Submission> Submissions::status(const std::string& party, std::string_view id) {
  auto found = shelf_.find(party, id);
  const bool elsewhere = !found.ok() && found.error().code == Code::kNotFound;
  if (elsewhere) found = anonymous_status(party, id);
  SEKISHO_ASSIGN(const StatusShelf::Kept kept, std::move(found));
  SEKISHO_ASSIGN(const auto document, json::Document::parse(kept.text));
  Submission status;
  status.id = std::string(id);
  status.requested = kept.at;
  status.successes = read_details(document->root()["successes"]);
  status.failures = read_details(document->root()["failures"]);
  SEKISHO_ASSIGN(const bool pending, status.successes.empty() ? Result<bool>(false) : pending_.holds(status.id));
  status.complete = !pending;
  if (elsewhere) SEKISHO_TRY(add_replies(party, status));
  return status;
}

}  // namespace sekisho::sync
