// Named places at which a test may end the process as a power cut would. In the program that users run the hook is
// never set, and a crash point costs one load. Any thread.
#pragma once

#include <atomic>

namespace sekisho {

using CrashHook = void (*)(const char* name);
/// Set once, before threads start, by the test program only (tests/e2e/crashing_main.cpp).
extern std::atomic<CrashHook> crash_hook;

/// `name` is a literal, listed in docs/testing.md.
inline void crash_point(const char* name) {
  if (const CrashHook hook = crash_hook.load(std::memory_order_relaxed)) hook(name);
}

}  // namespace sekisho
