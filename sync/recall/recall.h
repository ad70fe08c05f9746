// Recalls: taking back what was shared, telling everyone who holds it, and obeying those who tell us.
// What is recalled leaves every stream at once and is never released again. docs/specs/recall.md. Any thread.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/mutex.h"
#include "core/ports/clock.h"
#include "core/ports/random.h"
#include "core/result.h"
#include "stix/object.h"
#include "store/store.h"
#include "sync/audit/audit.h"
#include "sync/handling/attestation.h"
#include "sync/handling/held_versions.h"
#include "sync/serve/egress.h"
#include "sync/release/release.h"
#include "sync/release/policy_change/waiting_recall.h"

namespace sekisho::sync {

/// `typ` of the two signatures.
inline constexpr std::string_view kTypRecall = "sekisho-recall+jws";
inline constexpr std::string_view kTypRecallAck = "sekisho-recall-ack+jws";
inline constexpr std::size_t kRecallBytes = 1u << 20;  ///< of a notice or an acknowledgement

/// One version of one object, as it was given.
struct GivenContent {
  std::string id, version, sha256;
};

/// A notice on its way to one holder.
struct Notice {
  std::string id;    ///< UUID
  std::vector<GivenContent> contents;  ///< of one of scope `contents`: what gives way
  std::string text;  ///< what is sent
  std::string queued, delivered, acknowledged;  ///< TAXII timestamps; empty = not yet
};

/// Somebody who was given the object, or may have been.
struct Holder {
  std::string party;
  Notice notice;
};

struct RecallReport {
  std::string object_id;
  std::string version;  ///< that one alone; empty = the whole object
  std::string content;  ///< SHA-256 hex; that one alone, in whose place another one counts: docs/specs/recall.md, "Contents"
  bool all = false;     ///< with `version`: its source took back all that it had given
  std::string source;  ///< party whose copies were taken back; empty = every copy, by our operator
  std::string reason_code, reason, at, actor;
  std::size_t versions = 0;  ///< stored versions that left the streams
  std::vector<Holder> holders;
};

class Recalls {
 public:
  Recalls(store::Store& store, Release& release, Audit& audit, const Egress& egress, const Clock& clock,
          Random& random, Signer signer);

  /// Takes back every version of an object, whoever gave it; out of every answer when it returns. `code`: wrong, over-shared, licence,
  /// personal-data. kNotFound: nothing of it is stored; kAlreadyExists: recalled before; kInvalidArgument.
  Result<RecallReport> recall(const std::string& object_id, const std::string& code, const std::string& reason,
                              const std::string& actor);

  /// What waits to be delivered to a party or acknowledged by it, oldest first. kUnavailable while sharing
  /// with it is stopped.
  Result<std::vector<Notice>> pending(const std::string& party) const;
  /// The party has received it. kNotFound.
  Status delivered(const std::string& party, const std::string& notice_id);
  /// The party's answer. kNotFound, kJws*, kKey*, kSignatureInvalid, kSyncProtocol; then the notice stays pending.
  Status acknowledged(const std::string& party, const std::string& notice_id, const std::string& ack);

  /// A notice from a party: withdraws its copies here, passes the notice on to whoever was given them, and
  /// gives back the signed acknowledgement. The same notice again: the same answer, nothing changes.
  /// kPeerUnknown, kSyncProtocol, kJws*, kKey*, kSignatureInvalid, kVersionConflict (that id, other content),
  /// kLimitExceeded.
  Result<std::string> take(const std::string& party, const std::string& notice_text);

  /// What a caller withdraws of one object. docs/specs/taxii-delete.md.
  struct Withdrawal {
    std::string party;                  ///< who withdraws
    std::string object_id;
    std::vector<std::string> versions;  ///< empty = the whole object
    bool every_copy = false;            ///< by right; else the party's own copies only
    bool all = false;                   ///< `versions` are all that it gave: it is not given the object by others either
  };
  /// Durable, and out of every answer, when it returns; notices are queued, and the streams are computed anew, as for any recall.
  Status withdraw(const Withdrawal& withdrawal);

  /// What a party gave once more, after it had said that others count in its place: it may go again. Nothing happens if it said nothing of the
  /// kind of any of them.
  Status given_again(const std::string& party, const std::vector<stix::ObjectPtr>& objects);

  /// What policy changes took from parties that had been given it, in order of party and object; also what is cancelled or
  /// confirmed since.
  Result<std::vector<WaitingRecall>> waiting() const;
  /// The operator calls it back from this party alone: a notice is queued, over-shared. There is no way back: the party
  /// refuses the object from us from then on. Empty `object_id`: everything that waits. Gives what was confirmed.
  /// kNotFound: nothing of the kind waits.
  Result<std::vector<WaitingRecall>> confirm(const std::string& party, const std::string& object_id, const std::string& actor);

  /// Every recall in force here, own and taken, with its holders.
  Result<std::vector<RecallReport>> list() const;

 private:
  Status settle() const SEKISHO_REQUIRES(working_);
  static std::vector<const store::StoredObject*> copies(const RecallReport& recall, const HeldVersions::Line& line);
  /// What was given: versions, by the id under which they were given (that of a rendition where it went redacted); and each for itself.
  struct Given {
    std::map<std::string, std::vector<std::string>> versions;
    std::vector<GivenContent> contents;
  };
  // recall_contents.cpp: what was displaced
  Status settle_displaced() const SEKISHO_REQUIRES(working_);
  Notice contents_notice(const std::string& party, std::vector<GivenContent> contents) const;
  /// Without what the party is given now: nullopt if that is all.
  Result<std::optional<Notice>> still_displaced(const std::string& party, Notice notice) const SEKISHO_REQUIRES(working_);
  Result<bool> is_given(const PartyView& view, const GivenContent& content) const;
  struct Spread;
  static std::map<std::string, Given> holders_of(const std::string& key, const Spread& spread);  ///< by party
  Status refuse_rendition(const std::vector<const store::StoredObject*>& versions) const;
  Status notify(const std::string& key, RecallReport recall, const Spread& spread) const;
  std::string notice_text(const std::string& id, const Given& given, const RecallReport& recall) const;
  /// An object, or one version of it, and the line of the trail that tells of all that goes at once.
  struct Target {
    std::string object_id, version, content;
  };
  struct Cause {
    std::string action, actor, detail;
  };
  static Result<std::vector<Target>> objects_named(const json::Value& notice);
  /// Of a notice of scope `contents`: what this party gave of it, and no more.
  static Result<std::vector<Target>> contents_held(const std::string& party, const json::Value& notice, HeldVersions& held);
  Status accept(const RecallReport& why, const std::vector<Target>& targets, const Cause& cause,
                std::vector<store::DocumentPut> puts) SEKISHO_REQUIRES(working_);
  Result<bool> remembers_too_many(const std::string& party, std::size_t more) SEKISHO_REQUIRES(working_);
  Result<Notice> notice(const std::string& party, const std::string& id) const;
  Result<RecallReport> with_notices(const std::string& value) const;

  store::Store& store_;
  Release& release_;
  Audit& audit_;
  const Egress& egress_;
  const Clock& clock_;
  Random& random_;
  Signer signer_;
  mutable Mutex working_;  ///< one recall at a time; held through store calls
  /// Keys of recalls that may not have their notices queued; not known before all recalls were read once.
  mutable std::optional<std::set<std::string>> unsettled_ SEKISHO_GUARDED_BY(working_);
  std::map<std::string, std::size_t> remembered_ SEKISHO_GUARDED_BY(working_);  ///< objects that each party has taken back, once asked
};

}  // namespace sekisho::sync
