// An object path followed through what one observation reaches (STIX 2.1 §9.7). Immutable; any thread,
// each with its own Walk.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "stix/match/observations.h"
#include "stix/match/operand.h"
#include "stix/pattern/ast.h"

namespace sekisho::stix::match {

/// What one call of matches() carries along: where it is, its work left, room to use again.
struct Walk {
  const ObservationSet* set = nullptr;
  std::size_t observation = 0;
  std::uint64_t work_left = 0;
  Room room;
  /// Per (reference step, object of the observation): the round that came by. See Path::visit.
  std::vector<std::uint32_t> seen;
  std::uint32_t round = 0;

  /// False when the work allowed is used up.
  bool spend(std::uint64_t steps) {
    work_left -= steps < work_left ? steps : work_left;
    return work_left > 0;
  }
};

class Path {
 public:
  /// Errors: kStixPattern, kLimitExceeded.
  static Result<Path> compile(const pattern::ObjectPath& path);

  Encoding encoding() const { return encoding_; }
  /// Shows the values that the path leads to, one by one, until `judge(value)` is true; then true.
  template <typename Judge>
  bool any(const json::Value& object, Walk& walk, Judge judge) const {
    if (remembers_) begin_round(walk);
    return step(object, 0, walk, judge);
  }

 private:
  struct Step {
    pattern::PathStep::Kind kind;
    std::uint32_t index;
    std::string key;
    bool follows;            ///< its value names an object, whose member is next
    std::uint32_t hop = 0;   ///< which of the following steps it is
  };

  /// The object that a reference names, or missing; also missing if it was reached before by this
  /// step in this round: what it led to then, it leads to now. So loops and fans end.
  json::Value visit(const json::Value& reference, const Step& step, Walk& walk) const;
  void begin_round(Walk& walk) const;

  template <typename Judge>
  bool step(json::Value value, std::size_t at, Walk& walk, Judge& judge) const {
    for (; at < steps_.size(); ++at) {
      const Step& now = steps_[at];
      if (!walk.spend(1 + value.size() / 4)) return false;
      if (now.kind == pattern::PathStep::Kind::kAnyIndex) {
        if (!value.is_array()) return false;
        for (const json::Value::Entry entry : value) {
          const json::Value next = now.follows ? visit(entry.value, now, walk) : entry.value;
          if (next.exists() && step(next, at + 1, walk, judge)) return true;
        }
        return false;
      }
      value = now.kind == pattern::PathStep::Kind::kKey ? value[now.key] : value.at(now.index);
      if (now.follows && value.exists()) value = visit(value, now, walk);
      if (!value.exists()) return false;
    }
    return judge(value);
  }

  std::vector<Step> steps_;
  Encoding encoding_ = Encoding::kNone;
  std::uint32_t hops_ = 0;
  bool remembers_ = false;  ///< hops and a list: the only way to reach an object twice
};

}  // namespace sekisho::stix::match
