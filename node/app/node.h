// A node opened from its directory: the only place that names the concrete parts.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/system/system.h"
#include "node/app/config.h"
#include "node/cli/house.h"

namespace sekisho::node::app {

class Links;

/// The machine behind one process; made before its threads.
struct SystemPorts {
  SystemPorts() { system::keep_freed_memory(); }
  std::unique_ptr<Clock> clock = system::make_clock();
  std::unique_ptr<Random> random = system::make_random();
  std::unique_ptr<Files> files = system::make_files();
  std::unique_ptr<Names> names = system::make_names();
  std::unique_ptr<Log> log = system::make_stderr_log(*clock, LogLevel::kInfo);
  cli::Machine machine() { return {*clock, *random, *files, *log, *names}; }
};

class Node {
 public:
  /// Locks the directory, opens the store and takes the policy into force. What was accepted and is not planned yet is planned at
  /// once, or (kLater) by a FollowerThread of the caller's: streams are served as they were left.
  /// Errors: kStoreLocked (someone else has it), kConfig, kPolicyInvalid, store errors.
  enum class Plans : std::uint8_t { kAtOnce, kLater };
  static Result<std::unique_ptr<Node>> open(const std::string& dir, cli::Machine machine, Plans plans = Plans::kAtOnce);
  ~Node();

  /// A house over this node, with the ports of one command.
  cli::House house(cli::Machine machine);
  const Config& config() const;
  Links& links();
  /// By which parties give: returns as soon as what was taken is on disk. That of a house returns once it is planned.
  sync::Inbound& intake();
  /// How much parties may send.
  sync::Budgets& budgets();
  /// 32 secret bytes for one purpose.
  std::string derived_key(const std::string& purpose) const;

 private:
  Node();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::node::app
