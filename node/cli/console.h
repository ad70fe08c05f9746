// Where a command writes. The same command runs in the user's process or, through the control socket, in
// the serving one; either way its text goes here. One thread at a time.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace sekisho::node::cli {

struct Console {
  std::function<void(std::string_view)> out;  ///< results
  std::function<void(std::string_view)> err;  ///< errors and progress
  bool json = false;                          ///< --json: one JSON value or lines of JSON on `out`
  bool terminal = false;                      ///< a person watches `err`

  void line(std::string_view text) const {
    out(text);
    out("\n");
  }
  void complain(std::string_view text) const {
    err(text);
    err("\n");
  }
};

/// Exit codes of every command.
inline constexpr int kDone = 0;     ///< done
inline constexpr int kRefused = 1;  ///< refused, or something found wrong
inline constexpr int kUsage = 2;    ///< the command line is wrong

}  // namespace sekisho::node::cli
