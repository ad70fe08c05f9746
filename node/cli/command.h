// The commands of `sekisho` as data. Adding one: a row in its file's table, a function, a line in README.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "node/cli/args.h"
#include "node/cli/console.h"
#include "node/cli/house.h"

namespace sekisho::node::cli {

/// One command or subcommand, such as "collection add".
struct Command {
  std::string name;
  std::string usage;                ///< after the name: "ALIAS [--title TEXT]"
  std::string summary;              ///< one line
  std::vector<OptionSpec> options;
  /// Exactly one of the two: works alone, or on an open node.
  int (*alone)(Machine&, const Args&, Console&) = nullptr;
  int (*on_node)(House&, const Args&, Console&) = nullptr;
  std::string examples = {};        ///< lines at the end of its help
};

/// All commands, in the order that help shows them.
const std::vector<Command>& commands();
/// The longest command that `words` begin with, and how many words that is; null if none.
struct Found {
  const Command* command = nullptr;
  std::size_t words = 0;
};
Found find_command(const std::vector<std::string>& words);
/// Whether a command takes something away or only looks, and is soon done: it waits for no other. docs/specs/control.md.
bool is_urgent(const std::vector<std::string>& words);
/// Text of `sekisho --help` and `sekisho COMMAND --help`.
std::string overview();
std::string help_for(const Command& command);
/// Prints an error in the form that --json asks for and returns the exit code for it.
int fail(Console& console, const Error& error);

/// What `stop-egress --status` prints.
void show_stops(const std::vector<sync::Egress::Stop>& stops, const Console& console);

// One function per file gives its rows.
std::vector<Command> init_commands();
std::vector<Command> convert_commands();
std::vector<Command> validate_commands();
std::vector<Command> signing_commands();     // sign, verify
std::vector<Command> exchange_commands();    // import, export
std::vector<Command> sync_commands();
std::vector<Command> collection_commands();
std::vector<Command> party_commands();       // party, token
std::vector<Command> peer_commands();
std::vector<Command> probe_commands();       // peer probe
std::vector<Command> link_commands();
std::vector<Command> policy_commands();       // what a policy says
std::vector<Command> policy_change_commands();
std::vector<Command> deadletter_commands();
std::vector<Command> quarantine_commands();
std::vector<Command> anonymous_commands();   // anonymous, reply
std::vector<Command> cases_commands();       // case, overlap
std::vector<Command> ids_commands();          // object versions, ids
std::vector<Command> recall_commands();
std::vector<Command> operator_commands();
std::vector<Command> moderate_commands();
std::vector<Command> egress_commands();      // stop-egress
std::vector<Command> audit_commands();
std::vector<Command> backup_commands();      // backup, restore
std::vector<Command> care_commands();        // fsck, doctor

}  // namespace sekisho::node::cli
