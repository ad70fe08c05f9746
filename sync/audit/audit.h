// The operator's trail: append-only, each line bound to the one before by its hash, each written in the
// same transaction as what it tells of. docs/specs/audit.md. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/mutex.h"
#include "core/ports/clock.h"
#include "core/result.h"
#include "store/store.h"

namespace sekisho::sync {

inline constexpr const char* kAuditChain = "audit";
/// Decisions of the release follower, one link for each step that made some (sync/release/plan/decision_root.h).
inline constexpr const char* kDecisionsChain = "decisions";

/// Who did what to what.
struct AuditLine {
  std::string action;   ///< "egress.stop", "recall", …
  std::string actor;    ///< user, or "party NAME"
  std::string subject;  ///< object, party, file
  std::string detail;   ///< one sentence; no marked content, no secrets
};

struct AuditEntry {
  std::uint64_t no = 0;
  std::string at;
  AuditLine line;
  std::string previous;  ///< SHA-256 hex of the value before
};

class Audit {
 public:
  Audit(store::Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  /// Writes a line, and `together` in the same transaction. Errors: those of the store; then nothing is written.
  Status record(const AuditLine& line, std::vector<store::DocumentPut> together = {});
  /// The same where more than documents belongs to it: `write` stores the given documents with its own,
  /// in one transaction, or fails as a whole. It must not come back here.
  Status record_with(const AuditLine& line, const std::function<Status(std::vector<store::DocumentPut> puts)>& write);
  /// The same where what is written must name the line that tells of it, by its number.
  Status record_numbered(const AuditLine& line,
                         const std::function<std::vector<store::DocumentPut>(std::uint64_t no)>& together);

  /// At most `limit` lines after number `after`, in order.
  Result<std::vector<AuditEntry>> list(std::uint64_t after, std::size_t limit) const;
  /// One line; kNotFound.
  Result<AuditEntry> line(std::uint64_t no) const;
  /// What is wrong with the trail; empty = sound. verify_audit() (sync/moderation/audit_verify.h) looks at all there is.
  Result<std::vector<std::string>> check() const;
  /// Number and hash of the last line ("0 …" if there is none), to be kept elsewhere.
  Result<std::string> head() const;

 private:
  Status append(const AuditLine& line,
                const std::function<Status(std::uint64_t no, std::vector<store::DocumentPut> puts)>& write);

  store::Store& store_;
  const Clock& clock_;
  Mutex writing_;  ///< held through the transaction: lines have one order
};

/// The line as stored. kStoreCorrupt.
Result<AuditEntry> audit_entry(const std::string& value);

}  // namespace sekisho::sync
