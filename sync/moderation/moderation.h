// Moderation: what hold rules keep back waits here for operators, who act with keys of their own.
// States per (object id, version, content), signed acts, approvals. docs/specs/moderation.md. Any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certs/keys.h"
#include "core/mutex.h"
#include "core/ports/clock.h"
#include "core/result.h"
#include "stix/object.h"
#include "store/store.h"
#include "sync/handling/approvals.h"
#include "sync/audit/audit.h"
#include "sync/recall/recall.h"
#include "sync/release/release.h"

namespace sekisho::sync {

/// Documents of states: key = SHA-256 hex of the content.
inline constexpr const char* kModerationSpace = "moderation";

enum class State { kReceived, kScreened, kEnriched, kApproved, kPublished, kUpdated, kWithdrawn };
std::string_view state_word(State state);

/// Who does not get it, and why.
struct Held {
  std::vector<std::string> parties;  ///< of one audience
  std::string collection, text, rule;
  unsigned needed = 1;               ///< different operators that must approve
};

struct Moderated {
  std::string object, version;
  Sha256 content{};
  std::vector<store::ObjectNo> copies;  ///< one for each source
  State state = State::kReceived;
  std::string since, by;                ///< of the state; empty = as it came
  std::vector<std::string> approved_by;
  std::vector<Held> held;
  State before = State::kReceived;      ///< the state that the first approval was given in
  std::vector<std::string> held_from;   ///< parties it was held from when it was first approved
  unsigned needed() const;              ///< the most that anyone it is held from needs; at least 1
};

/// One version of an object, or one content of it.
struct Which {
  std::string object;
  std::string version;  ///< empty = the newest
  std::string content;  ///< SHA-256 hex, where one version is held with several contents; else empty
};

/// Who acts: the key is used for this one call.
struct Signing {
  std::string operator_name;
  const certs::SigningKey& key;
  std::string note;
};

class Moderation {
 public:
  Moderation(store::Store& store, Release& release, Audit& audit, Recalls& recalls, const Clock& clock);

  /// Takes the operators into force and verifies every approval again; before the release's first policy, and whenever
  /// operators.toml changes. Gives the ids of the objects whose approvals became fewer. Errors: those of the store.
  Result<std::vector<std::string>> set_operators(Operators operators);
  std::shared_ptr<const Operators> operators() const;
  std::shared_ptr<const Approvals> approvals() const;

  /// What hold rules keep back now, towards whom; in the order of acceptance of its first copy.
  Result<std::vector<Moderated>> waiting();
  /// Everything with a state of its own, in order of content.
  Result<std::vector<Moderated>> all();
  /// Every version of an object. kNotFound.
  Result<std::vector<Moderated>> show(const std::string& object);

  /// One step. kNotFound, kVersionConflict (say which content), kInvalidArgument (not from this state: what is
  /// possible), kAlreadyExists (approved by this operator before), kKey* (not this operator's key, or not now);
  /// kPublish: kPolicyDenied while nobody it was held from gets it. kText: see set_texts().
  Result<Moderated> act(Act act, const Which& which, const Signing& by);
  /// The public texts of one version. kInvalidArgument: a pointer that is no free text of the object.
  Result<Moderated> set_texts(const Which& which, const Signing& by, ApprovedTexts texts);

 private:
  Result<Moderated> apply(Act act, const Which& which, const Signing& by, ApprovedTexts texts) SEKISHO_REQUIRES(working_);
  Result<std::vector<Moderated>> versions(const std::string& object, bool with_held) SEKISHO_REQUIRES(working_);
  Result<Moderated> find(const Which& which) SEKISHO_REQUIRES(working_);
  Status add_held(std::vector<Moderated>& versions, const std::string& object) SEKISHO_REQUIRES(working_);
  Status read_state(Moderated& item) const;
  /// Moves a state on that something outside moderation has moved: it has reached somebody, a newer version has come,
  /// it was recalled.
  Status settle(Moderated& item, const std::vector<Moderated>& of_object) SEKISHO_REQUIRES(working_);
  Result<bool> reached(const Moderated& item) const;
  Result<bool> others_are_out(const Moderated& item, const stix::Object& object, const ApprovedTexts& texts) const;
  Status sign(Act act, const Moderated& item, const Signing& by, ApprovedTexts texts, State next)
      SEKISHO_REQUIRES(working_);
  Status check_signer(Act act, const Moderated& item, const Signing& by) const;
  Status reload();
  unsigned needed_by(const std::vector<std::string>& parties, std::string_view level) const;

  store::Store& store_;
  Release& release_;
  Audit& audit_;
  Recalls& recalls_;
  const Clock& clock_;
  mutable Mutex working_;  ///< one act at a time; held through the trail, the follower and the store
  mutable Mutex state_mutex_;
  std::shared_ptr<const Operators> operators_ SEKISHO_GUARDED_BY(state_mutex_);
  std::shared_ptr<const Approvals> approvals_ SEKISHO_GUARDED_BY(state_mutex_);
};

}  // namespace sekisho::sync
