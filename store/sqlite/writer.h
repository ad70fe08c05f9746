// The one writer: callers on any thread hand in work; whoever comes first leads, runs all that waits in
// one transaction, and wakes the others once it is on disk (group commit).
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/mutex.h"
#include "store/sqlite/damage.h"
#include "store/sqlite/database.h"
#include "store/store.h"

namespace sekisho::store::sqlite {

/// Small numbers for type and source texts, remembered; only the writer gives new ones.
class Names {
 public:
  enum Kind : std::size_t { kType = 1, kSource = 2 };
  std::uint32_t code(Connection& db, Kind kind, std::string_view text);
  void forget() { known_ = {}; }

 private:
  std::array<std::map<std::string, std::uint32_t, std::less<>>, kSource + 1> known_;  ///< by kind
};

/// Objects written a moment ago that are the only version of their id and in no stream yet: a release need not read
/// them back. Only the writer uses it.
class Newcomers {
 public:
  struct Newcomer {
    std::string id;
    Timestamp version;
    std::uint16_t spec = 0;
    std::uint32_t type = 0, source = 0;  ///< Names codes
    Sha256 content{};
  };
  void add(ObjectNo no, Newcomer newcomer);
  /// Another version of its id was written.
  void drop(ObjectNo no) { known_.erase(no); }
  /// Once: what is done with it is known to the tables from then on.
  std::optional<Newcomer> take(ObjectNo no);
  void forget() { known_.clear(); }

 private:
  std::unordered_map<ObjectNo, Newcomer> known_;
};

/// What a job works with.
struct Writing {
  Connection& db;
  Names& names;
  Newcomers& newcomers;
  Damage& damage;
};

/// Any thread may call run().
class Writer {
 public:
  using Job = std::function<Status(Writing&)>;

  /// `damage` outlives this.
  Writer(std::unique_ptr<Connection> connection, Damage& damage) : connection_(std::move(connection)), damage_(damage) {}

  /// Runs `job` in a transaction and returns after COMMIT: ok means durable. A job that fails is undone
  /// alone. kStoreWrite (disk refused) and other failures of the transaction reach every job in it.
  Status run(const Job& job) SEKISHO_EXCLUDES(mutex_);

 private:
  struct Waiting {
    const Job* job = nullptr;
    Status result;
    bool done = false;
  };

  void lead(const std::vector<Waiting*>& group);
  Status run_group(const std::vector<Waiting*>& group);
  Status run_one(Waiting& waiting, bool alone);

  /// What was undone.
  void forget() {
    names_.forget();
    newcomers_.forget();
  }

  Mutex mutex_;
  ConditionVariable woken_;
  std::deque<Waiting*> queue_ SEKISHO_GUARDED_BY(mutex_);
  bool leading_ SEKISHO_GUARDED_BY(mutex_) = false;
  std::unique_ptr<Connection> connection_;  ///< of the leader
  Damage& damage_;
  Names names_;          ///< of the leader
  Newcomers newcomers_;  ///< likewise
};

}  // namespace sekisho::store::sqlite
