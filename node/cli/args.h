// Command-line arguments of one command. Value; any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace sekisho::node::cli {

/// An option a command knows. `value` is the placeholder shown in help; empty = a switch.
struct OptionSpec {
  std::string name;   ///< with dashes: "--collection", "-o"
  std::string value;
  std::string help;
  bool repeats = false;
};

/// The one of `known` that differs from `word` in the fewest letters, at most three; empty if none does.
std::string nearest(std::string_view word, const std::vector<std::string_view>& known);

class Args {
 public:
  /// kUsage names what is wrong and the nearest known option. `--` ends options. `--dir`, `--json` and
  /// `--help` are known to every command.
  static Result<Args> parse(const std::vector<std::string>& words, const std::vector<OptionSpec>& options);

  bool has(std::string_view name) const { return values_.count(std::string(name)) != 0; }
  std::string get(std::string_view name, std::string_view fallback = "") const;
  std::vector<std::string> all(std::string_view name) const;
  const std::vector<std::string>& positional() const { return positional_; }

 private:
  std::map<std::string, std::vector<std::string>> values_;
  std::vector<std::string> positional_;
};

}  // namespace sekisho::node::cli
