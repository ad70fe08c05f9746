// An ISAC that listens and a member that dials it, over a cable. Both publish: the ISAC `weekly` to the member, the
// member `submissions` to the ISAC. Each has a party `reader` that sees what it accepted.
#pragma once

#include <string>
#include <vector>

#include "tests/e2e/cable.h"
#include "tests/e2e/harness.h"

namespace sekisho::e2e {

struct Linked {
  Linked();

  /// Indicators first … first + count - 1 at both sides (in the other collection other ids).
  void both_publish(int first, int count) const;
  /// `sync --once --json` at the member until both sides have all there is; throws if that fails.
  Json catch_up() const;
  /// Throws unless exactly `count` objects arrived at each side, in order, nothing twice, and both are sound.
  void check_complete(int count) const;
  /// Start a side again, the cable with it.
  void start_isac(const Start& how = {});
  void start_member(const Start& how = {}) { member.start(how); }
  std::string target() const { return "127.0.0.1:" + std::to_string(cable.port()); }

  static constexpr int kOther = 100'000;  ///< what the member publishes is numbered from here

  Folder folder;
  Node isac, member;
  Cable cable;
};

}  // namespace sekisho::e2e
