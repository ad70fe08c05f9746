// The clauses of STIX 2.1 by number: what a finding names, a report explains and `--ignore` takes. Constant data;
// any thread; nothing here fails.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/result.h"

namespace sekisho::stix {

enum class Severity { kError, kWarning, kNote };  ///< MUST, SHOULD, for information

enum class Clause : std::uint8_t {
#define SEKISHO_CLAUSE(name, id, severity, section, text) name,
#include "stix/validate/clauses.def"
#undef SEKISHO_CLAUSE
};

struct ClauseInfo {
  std::string_view id;  ///< "S-4.7-1": stable, never reused
  Severity severity;
  std::string_view section;  ///< of STIX 2.1
  std::string_view text;     ///< what the clause asks
};

/// What there is to know of a clause.
const ClauseInfo& info(Clause clause);
/// All clauses, in the order of the standard.
std::span<const ClauseInfo> clauses();
/// The clause of that id, as "S-4.7-1"; nothing if there is none.
std::optional<Clause> clause_of(std::string_view id);
/// The clause that a text breaks which core/json.h or stix/object.h refuses to read: S-1-2 for what only
/// I-JSON forbids, S-0-2 for a limit of this program, S-1-1 for everything else.
Clause clause_of(const Error& error);

}  // namespace sekisho::stix
