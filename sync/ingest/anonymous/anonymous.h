// Anonymous submission, the operator's side: the key that opens, the secret behind the pseudonyms, intakes, openings, replies.
// What takes objects in is Inbound. docs/specs/anonymous.md. Any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certs/sealed.h"
#include "core/mutex.h"
#include "core/ports/clock.h"
#include "core/ports/random.h"
#include "core/result.h"
#include "stix/redact/redact.h"
#include "store/store.h"
#include "sync/ingest/anonymous/anonymous_vault.h"
#include "sync/audit/audit.h"

namespace sekisho::sync {

/// How a collection takes anonymous submissions.
struct AnonymousIntake {
  stix::redact::Blur blur = stix::redact::Blur::kDay;
  std::size_t smallest_set = 5;

  std::string to_json() const;
  static Result<AnonymousIntake> from_json(const std::string& text);
  /// hour, day, week or month.
  static std::optional<stix::redact::Blur> blur_of(std::string_view word);
};
/// Nothing: the collection is an ordinary one.
Result<std::optional<AnonymousIntake>> anonymous_intake(const store::Store& store, std::string_view alias);

class Anonymous {
 public:
  /// `identity`: of the organisation, the creator of everything. Not ready until it has a secret.
  Anonymous(store::Store& store, Audit& audit, const Clock& clock, Random& random, std::string identity)
      : store_(store), audit_(audit), clock_(clock), random_(random), identity_(std::move(identity)) {}

  void set_secret(std::string secret32);
  bool has_secret() const;
  const std::string& identity() const { return identity_; }
  /// kUnavailable: no opening key was made here, or the secret waits to be unsealed.
  Result<AnonymousVault> vault() const;
  /// Held from reading records to having stored the new ones.
  Mutex& taking() SEKISHO_TSA(lock_returned(taking_)) { return taking_; }

  /// From now on everything is sealed to this key; so is the secret, which must be set.
  Status adopt_key(const certs::SealingKey& key, const std::string& actor);
  /// The secret, from its seal, for a restored node. It becomes this node's.
  Result<std::string> unseal(const certs::OpeningKey& key, const std::string& actor, const std::string& reason);
  /// Whether a secret is sealed in the store.
  Result<bool> sealed() const;

  /// What a seal holds; empty where it says nothing of it.
  struct Opened {
    std::string party, id, payload;
  };
  /// `what`: a pseudonym, a new id, the number of a dead letter. The line of the trail is durable before the key is
  /// tried. kNotFound; kCryptoFailure: another key; what the trail says: then nothing was opened.
  Result<Opened> open(const std::string& what, const std::string& key_file, const std::string& actor, const std::string& reason);

  struct Row {
    std::string pseudonym, id;
  };
  Result<std::vector<Row>> list() const;

  struct Reply {
    std::string at, actor, text;
  };
  static constexpr std::size_t kReplyBytes = 16u << 10;
  static constexpr std::size_t kReplies = 1000;  ///< to one submitter
  /// kNotFound: nobody of this pseudonym has submitted anything; kLimitExceeded.
  Status reply(const std::string& pseudonym, const std::string& actor, const std::string& text);
  Result<std::vector<Reply>> replies(const std::string& pseudonym) const;
  /// To whoever holds the receipt of a submission. kNotFound.
  Result<std::vector<Reply>> replies_by_receipt(const std::string& receipt) const;

 private:
  Result<std::string> sealed_text(const std::string& what) const;

  store::Store& store_;
  Audit& audit_;
  const Clock& clock_;
  Random& random_;
  std::string identity_;
  mutable Mutex mutex_;
  std::string secret_ SEKISHO_GUARDED_BY(mutex_);
  Mutex taking_;
  Mutex replying_;
};

}  // namespace sekisho::sync
