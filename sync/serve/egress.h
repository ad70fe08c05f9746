// The operator's stop: while it holds, nothing of any object leaves, by any door. Survives restarts; a
// state that cannot be read stops everything. docs/specs/audit.md. Any thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/mutex.h"
#include "core/result.h"
#include "store/store.h"
#include "sync/audit/audit.h"

namespace sekisho::sync {

class Egress {
 public:
  /// Reads the state; never fails: what cannot be read is a stop of everything.
  Egress(store::Store& store, Audit& audit, const Clock& clock);

  /// Ok, or kUnavailable while the operator has stopped all sharing or that with this party.
  Status open_for(std::string_view party) const;

  /// Stops all sharing (`party` empty) or one party's. Holds when this is entered, durable when it returns ok;
  /// if it fails, the stop holds until the node ends. Again: the new reason counts.
  Status stop(const std::string& party, const std::string& reason, const std::string& actor);
  /// kNotFound: there is no such stop.
  Status lift(const std::string& party, const std::string& reason, const std::string& actor);

  struct Stop {
    std::string party;  ///< empty = all
    std::string reason, at, actor;
  };
  std::vector<Stop> stops() const;

 private:
  void load();

  store::Store& store_;
  Audit& audit_;
  const Clock& clock_;
  Mutex changing_;  ///< held through the transaction: changes have one order
  mutable Mutex state_mutex_;
  std::map<std::string, Stop, std::less<>> stops_ SEKISHO_GUARDED_BY(state_mutex_);  ///< by party, "" = all
};

}  // namespace sekisho::sync
