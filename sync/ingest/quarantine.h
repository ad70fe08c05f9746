// What an operator does with objects that were not let in: release, drop, judge again. Each is one
// transaction with its line in the trail. docs/specs/quarantine.md. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/limits.h"
#include "core/ports/clock.h"
#include "core/result.h"
#include "store/store.h"
#include "sync/audit/audit.h"
#include "sync/ingest/bundles.h"
#include "sync/release/release.h"

namespace sekisho::sync {

/// What became of a letter: of its object, or, where it held a bundle, of each member.
struct Replayed {
  std::size_t accepted = 0, quarantined = 0, refused = 0;
  explicit operator bool() const { return quarantined == 0 && refused == 0; }  ///< all of it is in
};

class Quarantine {
 public:
  Quarantine(store::Store& store, Release& release, Audit& audit, const Clock& clock, const Limits& limits)
      : store_(store), release_(release), audit_(audit), clock_(clock), limits_(limits) {}

  /// Lets a quarantined object in: everything but the signature and the quarantine rules is judged again now.
  /// kNotFound: no such letter; kInvalidArgument: not a quarantined one; else why it may not come in. A letter that holds a
  /// bundle is opened: each member is judged alone, and what may not come in becomes a letter of its own.
  Status let_in(std::uint64_t no, const std::string& actor, const std::string& reason);
  /// Forgets it; the same content from the same party is refused from now on.
  Status drop(std::uint64_t no, const std::string& actor, const std::string& reason);

  /// Judges a refused object again, with the policy and the keys of now: it is in, or in quarantine now. Refused again:
  /// the error, and the letter stays. Bundles as in let_in().
  Result<Replayed> replay(std::uint64_t no, const std::string& actor);

 private:
  Result<store::DeadLetter> letter(std::uint64_t no, store::LetterKind kind) const;
  Result<store::Collection> collection(const std::string& alias) const;
  Status write(const AuditLine& line, store::Batch batch);
  Result<Replayed> open_bundle(const store::DeadLetter& held, const store::Collection& where, std::vector<Handed> members,
                               bool release, const std::string& actor, const std::string& reason);

  store::Store& store_;
  Release& release_;
  Audit& audit_;
  const Clock& clock_;
  Limits limits_;
};

}  // namespace sekisho::sync
