// The operator's stop: while it holds, nothing of any object leaves, by any door. It holds as a sign that whoever may write in the
// node's folder puts up (core/ports/stop_signs.h), looked at each time, and as a row of the store. Survives restarts; a state
// that cannot be read stops everything. docs/specs/egress.md. Any thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/mutex.h"
#include "core/ports/stop_signs.h"
#include "core/result.h"
#include "store/store.h"
#include "sync/audit/audit.h"

namespace sekisho::sync {

class Egress {
 public:
  /// Reads the state; never fails: what cannot be read is a stop of everything. Without `signs` stops are rows of the store alone.
  Egress(store::Store& store, Audit& audit, const Clock& clock, StopSigns* signs = nullptr);

  /// Ok, or kUnavailable while the operator has stopped all sharing or that with this party.
  Status open_for(std::string_view party) const;
  /// The same without a word, for who asks before each write.
  bool is_open_for(std::string_view party) const;

  /// Stops all sharing (`party` empty) or one party's. Holds when this is entered, durable when it returns ok: as a sign, or as a
  /// row; if it fails, the stop holds until the node ends. Where the row cannot be written the sign's line in the trail follows
  /// with settle(). Again: the new reason counts.
  Status stop(const std::string& party, const std::string& reason, const std::string& actor);
  /// kNotFound: there is no such stop. Fails, and the stop holds, if the trail cannot tell of it.
  Status lift(const std::string& party, const std::string& reason, const std::string& actor);
  /// Writes what signs say that the trail does not tell of yet, in the same form as stop().
  Status settle();

  struct Stop {
    std::string party;  ///< empty = all
    std::string reason, at, actor;
    bool recorded = true;  ///< the trail tells of it
  };
  std::vector<Stop> stops() const;

  /// The sign of a stop: its name, what is written on it, and what that says; null: no sign of ours.
  static std::string sign_of(const std::string& party);
  static std::string text_of(const Stop& stop);
  static std::optional<Stop> read_sign(const std::string& name, const std::string& text);

 private:
  void load();
  Status settle_all() SEKISHO_REQUIRES(changing_);
  Result<std::string> text_on(const std::string& sign) const;
  Status record(const Stop& stop, const std::string& text) SEKISHO_REQUIRES(changing_);

  store::Store& store_;
  Audit& audit_;
  const Clock& clock_;
  StopSigns* const signs_;
  Mutex changing_;  ///< held through the transaction: changes have one order
  mutable Mutex state_mutex_;
  std::map<std::string, Stop, std::less<>> stops_ SEKISHO_GUARDED_BY(state_mutex_);  ///< by party, "" = all; as rows or this process know them
};

}  // namespace sekisho::sync
