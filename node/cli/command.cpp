#include "node/cli/command.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "core/json.h"

namespace sekisho::node::cli {

const std::vector<Command>& commands() {
  static const std::vector<Command> all = [] {
    std::vector<Command> rows;
    for (auto make : {init_commands, convert_commands, validate_commands, exchange_commands, sync_commands, signing_commands, collection_commands,
                      party_commands, peer_commands, probe_commands, link_commands, policy_commands, policy_change_commands, quarantine_commands,
                      deadletter_commands, operator_commands, moderate_commands, anonymous_commands,
                      cases_commands, ids_commands, recall_commands, egress_commands, audit_commands, backup_commands, care_commands}) {
      for (Command& command : make()) rows.push_back(std::move(command));
    }
    return rows;
  }();
  return all;
}

Found find_command(const std::vector<std::string>& words) {
  Found found;
  for (const Command& command : commands()) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    while (start <= command.name.size()) {
      const std::size_t space = std::min(command.name.find(' ', start), command.name.size());
      parts.push_back(command.name.substr(start, space - start));
      start = space + 1;
    }
    if (parts.size() <= found.words || parts.size() > words.size()) continue;
    if (std::equal(parts.begin(), parts.end(), words.begin())) found = {&command, parts.size()};
  }
  return found;
}

bool is_urgent(const std::vector<std::string>& words) {
  static const std::set<std::string_view> names{
      "ids list",      "recall",          "recall list",     "recall confirm",  "stop-egress",   "party remove",    "party revoke-key", "party replace-key",
      "token remove",  "policy apply",    "policy undo",     "policy history", "policy show",    "operator remove",  "operator revoke",
      "moderate take-back", "moderate withdraw", "peer remove", "collection remove", "quarantine drop", "doctor",    "audit",
      "party list",    "party show",      "token list",      "peer list",     "peer show",       "link list",        "collection list",
      "collection show", "operator list", "operator show"};
  const Found found = find_command(words);
  return found.command != nullptr && names.count(found.command->name) != 0;
}

std::string overview() {
  std::string text =
      "sekisho: the exchange node between information-sharing organisations\n\n"
      "usage: sekisho COMMAND [ARGUMENT ...]\n\n"
      "Commands that act on a node take --dir DIR (default: the current folder). Every command takes\n"
      "--json and --help. Exit codes: 0 done, 1 refused or found wrong, 2 usage.\n\n";
  for (const Command& command : commands()) {
    std::string head = "  " + command.name;
    head.resize(std::max<std::size_t>(head.size() + 2, 24), ' ');
    text += head + command.summary + "\n";
  }
  std::string serve = "  serve";
  serve.resize(24, ' ');
  return text + serve + "run the node until it is told to stop\n";
}

std::string help_for(const Command& command) {
  std::string text = "usage: sekisho " + command.name + (command.usage.empty() ? "" : " " + command.usage) + "\n\n" +
                     command.summary + "\n";
  if (!command.options.empty()) text += "\n";
  for (const OptionSpec& option : command.options) {
    std::string head = "  " + option.name + (option.value.empty() ? "" : " " + option.value);
    head.resize(std::max<std::size_t>(head.size() + 2, 28), ' ');
    text += head + option.help + (option.repeats ? " (may be repeated)" : "") + "\n";
  }
  if (command.on_node != nullptr) text += "  --dir DIR                 the node's directory (default: .)\n";
  text += "  --json                    machine-readable output\n";
  return command.examples.empty() ? text : text + "\n" + command.examples;
}

int fail(Console& console, const Error& error) {
  if (console.json) {
    json::Writer w;
    w.begin_object().key("error").begin_object();
    w.member("code", info(error.code).text).member("where", error.where).member("detail", error.detail);
    w.member("hint", info(error.code).hint).end_object().end_object();
    console.line(w.text());
  } else {
    console.complain("sekisho: " + (error.where.empty() ? "" : error.where + ": ") + error.detail);
    console.complain("  " + std::string(info(error.code).text) + ": " + std::string(info(error.code).hint));
  }
  return error.code == Code::kUsage ? kUsage : kRefused;
}

}  // namespace sekisho::node::cli
