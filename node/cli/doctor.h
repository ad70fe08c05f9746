// sekisho doctor: looks at what usually goes wrong and says it in plain words.
#pragma once

#include "node/cli/command.h"

namespace sekisho::node::cli {

/// kRefused if something needs a person.
int run_doctor(House& house, const Args& args, Console& console);

}  // namespace sekisho::node::cli
