// TOML text as plain nodes with line numbers: the only door to toml++ (core/toml.cpp). Values; any thread.
// Limits: kMaxTomlBytes, 32 levels of nesting, 32 dots in one key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace sekisho {

inline constexpr std::size_t kMaxTomlBytes = 4u << 20;

struct TomlMember;

/// One value. A table or array made by headers (`[x]`, `[[x]]`) spans only its header line.
struct TomlNode {
  enum class Kind {
    kString,
    kInteger,
    kReal,
    kBoolean,
    kDate,           ///< text = YYYY-MM-DD
    kLocalDateTime,  ///< text = YYYY-MM-DDTHH:MM:SS.nnnnnnnnn, no offset
    kDateTime,       ///< text = RFC 3339 with offset
    kTime,
    kArray,
    kTable
  };
  Kind kind = Kind::kTable;
  std::string text;
  std::int64_t integer = 0;
  bool boolean = false;
  bool written_inline = false;      ///< a table in braces
  std::size_t line = 0, last_line = 0;
  std::vector<TomlNode> items;      ///< of an array
  std::vector<TomlMember> members;  ///< of a table, in order of line

  bool is_table() const { return kind == Kind::kTable; }
  bool is_array() const { return kind == Kind::kArray; }
  bool is_string() const { return kind == Kind::kString; }
  const TomlMember* find(std::string_view key) const;
};

struct TomlMember {
  std::string key;
  std::size_t line = 0;  ///< of the key
  TomlNode value;
};

/// "a string", "a date", … for messages.
std::string_view toml_kind_name(TomlNode::Kind kind);
/// A basic string with its quotes, escaped. `text` is UTF-8.
std::string toml_quoted(std::string_view text);

/// The root table. Error: kConfig with a sentence; where = the line in decimal.
Result<TomlNode> parse_toml(std::string_view text);

}  // namespace sekisho
