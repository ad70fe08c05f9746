// Whether anything of the trails was altered, taken out, put in, reordered or cut off: the operators' trail, the
// decisions, the first disclosures, and the approvals that the trail tells of. docs/specs/audit.md §5. Any thread;
// reads everything it judges, so it is for operators, not for requests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "store/store.h"
#include "sync/handling/operators.h"

namespace sekisho::sync {

struct AuditReport {
  std::vector<std::string> problems;  ///< empty = sound
  std::string head;                   ///< number and hash of the last line
  std::uint64_t lines = 0;            ///< of the operators' trail
  std::uint64_t steps = 0;            ///< links of decisions …
  std::uint64_t decided = 0;          ///< … decisions computed again from stored objects …
  std::uint64_t bare = 0;             ///< … and those of which only a hash is kept
  std::uint64_t disclosures = 0;      ///< links of first disclosures
};

/// `kept_head`: a head kept elsewhere, as printed then; empty = none. Errors: those of the store; kInvalidArgument: not
/// a head.
Result<AuditReport> verify_audit(const store::Store& store, const Operators& operators, const std::string& kept_head);

}  // namespace sekisho::sync
