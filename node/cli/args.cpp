#include "node/cli/args.h"

#include <algorithm>

namespace sekisho::node::cli {
namespace {

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string_view>& known) {
  std::string_view best;
  std::size_t best_distance = 4;
  if (word.size() > 100) return {};
  for (const std::string_view candidate : known) {
    const std::size_t d = distance(word, candidate);
    if (d < best_distance) {
      best_distance = d;
      best = candidate;
    }
  }
  return std::string(best);
}

Result<Args> Args::parse(const std::vector<std::string>& words, const std::vector<OptionSpec>& options) {
  std::vector<OptionSpec> known = options;
  known.push_back({"--dir", "DIR", "", false});
  known.push_back({"--json", "", "", false});
  known.push_back({"--help", "", "", false});
  Args args;
  bool only_positional = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (only_positional || word == "-" || word.empty() || word[0] != '-') {
      args.positional_.push_back(word);
      continue;
    }
    if (word == "--") {
      only_positional = true;
      continue;
    }
    std::string name = word;
    std::optional<std::string> value;
    if (const auto equals = word.find('='); equals != std::string::npos && word.compare(0, 2, "--") == 0) {
      name = word.substr(0, equals);
      value = word.substr(equals + 1);
    }
    const auto option =
        std::find_if(known.begin(), known.end(), [&](const OptionSpec& o) { return o.name == name; });
    if (option == known.end()) {
      std::vector<std::string_view> names;
      for (const OptionSpec& spec : known) names.push_back(spec.name);
      const std::string near = nearest(name, names);
      return make_error(Code::kUsage, "unknown option " + name + (near.empty() ? "" : "; did you mean " + near + "?"));
    }
    if (option->value.empty()) {
      if (value) return make_error(Code::kUsage, name + " takes no value");
      args.values_[name].push_back("");
      continue;
    }
    if (!value) {
      if (i + 1 == words.size()) return make_error(Code::kUsage, name + " needs a value: " + name + " " + option->value);
      value = words[++i];
    }
    auto& list = args.values_[name];
    if (!list.empty() && !option->repeats) return make_error(Code::kUsage, name + " is given twice");
    list.push_back(*value);
  }
  return args;
}

std::string Args::get(std::string_view name, std::string_view fallback) const {
  const auto found = values_.find(std::string(name));
  return found == values_.end() || found->second.empty() ? std::string(fallback) : found->second.front();
}

std::vector<std::string> Args::all(std::string_view name) const {
  const auto found = values_.find(std::string(name));
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

}  // namespace sekisho::node::cli
