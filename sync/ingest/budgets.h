// How much each party may send: objects, bytes, ids named and letters, so much an hour and an hour's worth at once. Counted is what
// the party sent, never time nor what it caused elsewhere; each party by itself. Not durable. Any thread. docs/specs/taxii-server.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/mutex.h"
#include "core/ports/clock.h"

namespace sekisho::sync {

/// Of one hour; 0: as much as they like. A first synchronisation of 200,000 objects is far within the defaults.
struct BudgetLimits {
  std::uint64_t objects = 2'000'000;
  std::uint64_t bytes = std::uint64_t{16} << 30;
  std::uint64_t ids = 100'000'000;
  std::uint64_t letters = 1'000'000;
};

/// What one envelope or batch brings.
struct Sent {
  std::uint64_t objects = 0, bytes = 0, ids = 0;
  void add(std::string_view object);
};
/// Places at which a text has a STIX id: two hyphens and a UUID. Linear.
std::uint64_t ids_in(std::string_view text);

class Budgets {
 public:
  Budgets(const Clock& clock, const BudgetLimits& limits);

  /// Counts what a party sends; 0: take it. Else it is over one of its budgets: the seconds until it is not, and nothing is counted.
  /// What is larger than an hour's worth is taken when the budget is not used up, and then owed.
  std::int64_t wait_seconds(const std::string& party, const Sent& sent) SEKISHO_EXCLUDES(mutex_);
  /// Letters that came of what was taken.
  void add_letters(const std::string& party, std::uint64_t letters) SEKISHO_EXCLUDES(mutex_);

 private:
  enum Kind : std::size_t { kObjects, kBytes, kIds, kLetters, kKinds };
  using Free = std::array<std::int64_t, kKinds>;  ///< when all that was sent will be worked off, on the monotonic clock
  void charge(Free& free, Kind kind, std::uint64_t amount, std::int64_t now) const;

  const Clock& clock_;
  const std::array<std::uint64_t, kKinds> limits_;
  Mutex mutex_;
  std::map<std::string, Free> free_ SEKISHO_GUARDED_BY(mutex_);  ///< as many rows as parties ever sent something
};

}  // namespace sekisho::sync
