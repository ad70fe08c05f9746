#include "leaks/leak.h"

namespace sekisho::noninterference {
namespace {
std::string& on() {
  static std::string name;
  return name;
}
}  // namespace

bool leak(std::string_view name) { return on() == name; }
void switch_leak(const std::string& name) { on() = name; }

}  // namespace sekisho::noninterference
