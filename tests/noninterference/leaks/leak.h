// The switch of the seeded leaks. In the sound program nothing asks it. One thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sekisho::noninterference {

/// Whether this leak is switched on.
bool leak(std::string_view name);
/// Switches one on, all others off; empty = none.
void switch_leak(const std::string& name);
/// Those that this program was built with.
const std::vector<std::string>& leak_names();

}  // namespace sekisho::noninterference
