#include <array>

#include "leaks/leak.h"

namespace sekisho::noninterference {
namespace {

struct Shared {
  std::map<std::string, std::string> memory;
  std::map<std::string, std::size_t> counts;
};

struct State {
  std::string on;
  std::array<Shared, 2> nodes;
  std::size_t node = 0;
};

State& state() {
  static State value;
  return value;
}

}  // namespace

bool leak(std::string_view name) { return state().on == name; }
void switch_leak(const std::string& name) { state().on = name; }
const std::string& leak_on() { return state().on; }

std::map<std::string, std::string>& shared_memory() { return state().nodes[state().node].memory; }
std::map<std::string, std::size_t>& shared_counts() { return state().nodes[state().node].counts; }

void enter_node(std::size_t index, bool anew) {
  state().node = index;
  if (anew) state().nodes[index] = Shared();
}

}  // namespace sekisho::noninterference
