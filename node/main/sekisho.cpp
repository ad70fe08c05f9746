// sekisho: parses the command line and runs the command here or, through the control socket, in the node
// that serves the directory.
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "node/app/control.h"
#include "node/app/serve.h"
#include "node/app/stop.h"
#include "node/cli/command.h"

namespace {

using namespace sekisho;            // NOLINT: the program's own names
using node::cli::Console;

std::string absolute(const std::string& dir) {
  char* resolved = ::realpath(dir.c_str(), nullptr);
  if (resolved == nullptr) return dir;
  std::string out(resolved);
  ::free(resolved);
  return out;
}

std::string current_folder() { return absolute("."); }

sigset_t stop_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  ::sigaddset(&set, SIGTERM);
  return set;
}

int run_serve(const std::vector<std::string>& words, Console& console) {
  const auto args = node::cli::Args::parse({words.begin() + 1, words.end()}, {});
  if (!args.ok()) return node::cli::fail(console, args.error());
  if (args->has("--help")) {
    console.line("usage: sekisho serve [--dir DIR]\n\nrun the node until SIGTERM or Ctrl-C; prints its address when ready");
    return node::cli::kDone;
  }
  // Before any thread starts, so that all of them leave these signals to sigwait below.
  const sigset_t signals = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  node::app::SystemPorts ports;
  node::app::ServeHooks hooks;
  hooks.wait_for_stop = [&signals] {
    int which = 0;
    ::sigwait(&signals, &which);
  };
  hooks.ready = [&console](std::uint16_t port, std::uint16_t grpc_port) {
    console.line("ready on port " + std::to_string(port) +
                 (grpc_port == 0 ? std::string() : ", links on port " + std::to_string(grpc_port)));
    std::fflush(stdout);
  };
  const Status served = node::app::serve(absolute(args->get("--dir", ".")), ports, hooks);
  return served.ok() ? node::cli::kDone : node::cli::fail(console, served.error());
}

int run_on_node(const std::vector<std::string>& words, const node::cli::Args& args, Console& console) {
  const std::string dir = absolute(args.get("--dir", "."));
  if (words[0] == "stop-egress") {
    node::app::SystemPorts ports;
    if (const auto stopped = node::app::stop_directly(dir, args, ports, console)) return *stopped;
  }
  const auto remote = node::app::run_remotely(dir + "/control.sock", {words, current_folder()}, console);
  if (remote.ok()) return *remote;
  if (remote.error().code != Code::kNotFound) return node::cli::fail(console, remote.error());
  node::app::SystemPorts ports;
  const auto opened = node::app::Node::open(dir, ports.machine());
  if (!opened.ok()) return node::cli::fail(console, opened.error());
  node::cli::House house = (*opened)->house(ports.machine());
  return node::app::execute(house, words, console);
}

int run(const std::vector<std::string>& words, Console& console) {
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    console.out(node::cli::overview());
    return words.empty() ? node::cli::kUsage : node::cli::kDone;
  }
  if (words[0] == "--version") {
    console.line("sekisho 0.1.0");
    return node::cli::kDone;
  }
  if (words[0] == "serve") return run_serve(words, console);
  const node::cli::Found found = node::cli::find_command(words);
  if (found.command == nullptr) {
    console.complain("sekisho: unknown command `" + words[0] + "`; see sekisho --help");
    return node::cli::kUsage;
  }
  const auto args = node::cli::Args::parse({words.begin() + static_cast<std::ptrdiff_t>(found.words), words.end()},
                                           found.command->options);
  if (!args.ok()) return node::cli::fail(console, args.error());
  if (args->has("--help")) {
    console.out(node::cli::help_for(*found.command));
    return node::cli::kDone;
  }
  console.json = args->has("--json");
  if (found.command->on_node != nullptr) return run_on_node(words, *args, console);
  node::app::SystemPorts ports;
  node::cli::Machine machine = ports.machine();
  return found.command->alone(machine, *args, console);
}

}  // namespace

int main(int argc, char** argv) {
  Console console;
  console.out = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); };
  console.err = [](std::string_view text) {
    std::fflush(stdout);
    std::fwrite(text.data(), 1, text.size(), stderr);
  };
  console.terminal = ::isatty(STDERR_FILENO) == 1;
  return run({argv + 1, argv + argc}, console);
}
