// How commands show what the inbound pipeline did.
#pragma once

#include <string>

#include "core/json.h"
#include "node/cli/console.h"
#include "sync/ingest/inbound.h"

namespace sekisho::node::cli {

/// One line for each refusal, `what` in front.
void print_report(Console& console, const sync::InboundReport& report, const std::string& what);
/// Its counts as members of the object that is open.
void report_members(json::Writer& w, const sync::InboundReport& report);

}  // namespace sekisho::node::cli
