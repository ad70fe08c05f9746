// A failing world made small: what can be left out while some answer still differs. One thread.
#pragma once

#include <cstddef>
#include <string>

#include "scenario.h"

namespace sekisho::noninterference {

/// Leaves out slots, objects, changes and requests, one by one. At most `plays` worlds are played.
Scenario shrink(Scenario scenario, std::size_t plays);
/// What is left, for people.
std::string script_of(const Scenario& scenario);

}  // namespace sekisho::noninterference
