#include "core/crash_point.h"

namespace sekisho {

std::atomic<CrashHook> crash_hook{nullptr};

}  // namespace sekisho
