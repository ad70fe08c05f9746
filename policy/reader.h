// Checked reading of one table of policy.toml: each key asked for is known, the rest is an error.
// One thread at a time.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time.h"
#include "policy/model.h"
#include "core/toml.h"

namespace sekisho::policy {

/// What all tables of one text share.
struct ReadContext {
  std::vector<Problem> problems;
  int zone_minutes = 0;  ///< of dates and times without offset
  std::set<std::pair<std::string, std::string>> known;  ///< what readers asked for: names of tables, and keys that may stand in them

  void error(std::size_t line, std::string message) {
    problems.push_back({true, line, std::move(message)});
  }
  void warning(std::size_t line, std::string message) {
    problems.push_back({false, line, std::move(message)});
  }
  bool has_error() const {
    for (const Problem& problem : problems) {
      if (problem.error) return true;
    }
    return false;
  }
};

enum class Need { kRequired, kOptional };
/// An empty list where an absent key means "all" would be a trap.
enum class Empty { kAllowed, kRefused };
/// What a date without time stands for: its first instant, or the instant after its last.
enum class Edge { kStart, kEnd };

class TableReader {
 public:
  /// `name` is how messages call the table, e.g. `[[party]]`.
  TableReader(const TomlNode& table, std::string name, ReadContext& context)
      : table_(table), name_(std::move(name)), context_(context) {}

  std::string text(std::string_view key, Need need = Need::kOptional);
  std::vector<std::string> texts(std::string_view key, Empty empty = Empty::kAllowed);
  bool flag(std::string_view key, bool fallback);
  std::optional<unsigned> count(std::string_view key);
  std::optional<Timestamp> instant(std::string_view key, Edge edge);
  /// `from` and `until`; refuses an empty span.
  Validity validity();
  /// The value as it stands; nullptr if absent.
  const TomlNode* node(std::string_view key);
  /// The items of a list of tables; other things are errors.
  std::vector<const TomlNode*> tables(std::string_view key);

  /// Errors for the keys that nobody asked for.
  void finish();

  std::size_t line() const { return table_.line; }
  /// Line of a key, or of the table.
  std::size_t line_of(std::string_view key) const;
  const std::string& name() const { return name_; }

 private:
  const TomlMember* ask(std::string_view key);
  void wrong_kind(const TomlMember& member, std::string_view wanted);

  const TomlNode& table_;
  std::string name_;
  ReadContext& context_;
  std::vector<std::string> known_;
};

}  // namespace sekisho::policy
