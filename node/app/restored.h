// The first opening of a restored directory. docs/specs/backup.md.
#pragma once

#include <string>

#include "core/result.h"
#include "node/cli/house.h"

namespace sekisho::node::app {

/// Where `dir` bears the mark of a restore: begins a new incarnation of the store above every date that may
/// have been given out, notes it in the audit trail and takes the mark away. Else does nothing.
Status begin_restored_life(const std::string& dir, cli::Machine machine, store::Store& store, sync::Audit& audit);

}  // namespace sekisho::node::app
