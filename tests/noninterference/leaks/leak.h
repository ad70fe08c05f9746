// The switch of the seeded leaks, and what the parties of one leaky node share. The sound program asks neither
// from its sources: leaks.txt says where the copies do. One thread.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::noninterference {

/// Whether this leak is switched on.
bool leak(std::string_view name);
/// Switches one on, all others off; empty = none.
void switch_leak(const std::string& name);
const std::string& leak_on();
/// Those that this program was built with.
const std::vector<std::string>& leak_names();

/// A memory of the node that works now, shared by whoever asks it: a cache, a counter.
std::map<std::string, std::string>& shared_memory();
std::map<std::string, std::size_t>& shared_counts();
/// The node that works from here on. Forgets everything if `anew`.
void enter_node(std::size_t index, bool anew = false);

}  // namespace sekisho::noninterference
