// Arms the crash points of the program under test: SEKISHO_CRASH_AT=POINT or POINT:N ends it at the N-th passing.
#include <signal.h>
#include <stdlib.h>

#include <atomic>
#include <string>

#include "core/crash_point.h"

namespace {

struct Plan {
  std::string point;
  std::atomic<long> left{1};
};
Plan plan;

void at(const char* name) {
  if (plan.point == name && --plan.left == 0) ::raise(SIGKILL);
}

bool arm() {
  const char* text = ::getenv("SEKISHO_CRASH_AT");
  if (text == nullptr) return false;
  plan.point = text;
  const auto colon = plan.point.rfind(':');
  if (colon != std::string::npos) {
    plan.left = std::stol(plan.point.substr(colon + 1));
    plan.point.resize(colon);
  }
  sekisho::crash_hook = at;
  return true;
}

const bool armed = arm();

}  // namespace
