// What an operator signs: one act of moderation over exactly one content. Text, signature, document.
// docs/specs/moderation.md §3. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/digest.h"
#include "core/result.h"
#include "core/time.h"
#include "store/store.h"
#include "sync/handling/operators.h"

namespace sekisho::sync {

/// `typ` of the signature: it can stand for nothing else.
inline constexpr std::string_view kTypApproval = "sekisho-approval+jws";
/// Documents of the last approval (or its taking back) and the last texts of each operator: key `CONTENT ACT OPERATOR`.
inline constexpr const char* kApprovalSpace = "approval";

inline constexpr std::size_t kNoteBytes = 10'000;   ///< of a note
inline constexpr std::size_t kTextsBytes = 1u << 20;  ///< of all approved texts of a version together
inline constexpr std::size_t kTextCount = 200;

/// JSON Pointer -> text.
using ApprovedTexts = std::map<std::string, std::string, std::less<>>;

enum class Act { kScreen, kEnrich, kApprove, kPublish, kWithdraw, kTakeBack, kText };
std::string_view act_word(Act act);  ///< screen, enrich, approve, publish, withdraw, take-back, text

struct Statement {
  Act act = Act::kApprove;
  std::string object, version;  ///< id, and `modified` or `created` as stored; empty if the object has none
  Sha256 content{};             ///< of the canonical form
  std::string scope = "all";    ///< towards whom: every party; nothing else is known
  Sha256 note{};                ///< SHA-256 of the note's bytes
  std::string operator_name;
  Timestamp at;
  ApprovedTexts texts;          ///< of kText alone
};

/// The canonical text (JCS) that is signed.
std::string statement_text(const Statement& statement);
/// kStoreCorrupt.
Result<Statement> statement_from(std::string_view canonical);

/// An act as it is kept.
struct SignedAct {
  Statement statement;
  std::string note;
  std::string jws;
  std::uint64_t line = 0;  ///< of the audit trail that tells of it

  std::string key() const;  ///< a taking back stands in the place of the approval
  std::string to_json() const;
  /// kStoreCorrupt.
  static Result<SignedAct> from_json(const std::string& value);
};

SignedAct sign_act(const certs::SigningKey& key, Statement statement, std::string note);
/// What the line of the trail says of it, so that neither can be exchanged without the other.
std::string act_detail(const SignedAct& act);
/// Whether it counts: the signature verifies over the statement with a key of the operator named, the key counts at
/// the instant signed and at that of the trail's line, the note is the one signed, and the line tells of this very
/// act. The operator's name, or the reason: kJws*, kKey*, kSignatureInvalid, kStoreCorrupt.
Result<std::string> check_act(const store::Store& store, const Operators& operators, const SignedAct& act);

}  // namespace sekisho::sync
