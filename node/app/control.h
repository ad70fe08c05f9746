// The control socket: commands of the same user reach the serving node through it, so there is one writer.
// Unix socket DIR/control.sock, mode 0600; docs/specs/control.md.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/log.h"
#include "core/ports/executor.h"
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
  /// Listens and runs each request on `executor`. kIo with the path.
  static Result<std::unique_ptr<ControlServer>> start(const std::string& path, Executor& executor, Log& log, Run run);
  virtual ~ControlServer() = default;  ///< stops listening and removes the socket
};

/// Runs a command in the serving process; its text arrives at `console` while it runs. The exit code, or
/// kNotFound if nobody listens, kUnavailable if the connection broke before the end.
Result<int> run_remotely(const std::string& path, const ControlRequest& request, cli::Console& console);

}  // namespace sekisho::node::app
