// The control socket: commands of the same user reach the serving node through it, so there is one writer.
// Unix socket DIR/control.sock, mode 0600; docs/specs/control.md.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/log.h"
#include "core/result.h"
#include "node/cli/console.h"

namespace sekisho::node::app {

struct ControlRequest {
  std::vector<std::string> words;  ///< the command line after the program's name
  std::string cwd;                 ///< relative file names are meant from here
};

class ControlServer {
 public:
  using Run = std::function<int(const ControlRequest&, cli::Console&)>;
  using IsUrgent = std::function<bool(const std::vector<std::string>& words)>;
  /// Listens and runs each request on a thread of its own: a few at the same time, the others wait, but for those that are urgent,
  /// which wait for none that is not. kIo with the path.
  static Result<std::unique_ptr<ControlServer>> start(const std::string& path, Log& log, IsUrgent urgent, Run run);
  virtual ~ControlServer() = default;  ///< stops listening, removes the socket and waits for what runs
};

/// Runs a command in the serving process; its text arrives at `console` while it runs. The exit code, or
/// kNotFound if nobody listens, kUnavailable if the connection broke before the end. `patience_micros`: how long each
/// step may take before it counts as broken; 0: for ever.
Result<int> run_remotely(const std::string& path, const ControlRequest& request, cli::Console& console,
                         std::int64_t patience_micros = 0);

}  // namespace sekisho::node::app
