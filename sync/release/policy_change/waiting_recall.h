// A recall that a policy change caused, as an operator is shown it. docs/specs/recall.md. Value; any thread.
#pragma once

#include <string>
#include <vector>

namespace sekisho::sync {

/// An object that a policy took from a party that had been given it.
struct WaitingRecall {
  std::string party, object_id;
  std::vector<std::string> versions;  ///< those it was given
  std::string state;                  ///< waiting, cancelled (the party reads it again), confirmed
  std::string at;                     ///< of the last change of state
  std::string notice;                 ///< id of the notice, once confirmed
};

}  // namespace sekisho::sync
