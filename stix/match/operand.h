// Constants of a pattern against values of JSON (STIX 2.1 §9.2, §9.6.1 to §9.6.4). Immutable; any thread.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "stix/pattern/ast.h"

namespace sekisho::stix::match {

/// How a property's text stands for bytes, by the end of its name (§3.9.1): `_hex`, `_bin`.
enum class Encoding { kNone, kHex, kBase64 };
Encoding encoding_of(std::string_view property);

/// Room that comparisons use again and again.
struct Room {
  std::string text, bytes;
};

/// The bytes of a binary property's text; nothing if it is not of its encoding.
std::optional<std::string_view> decoded(std::string_view text, Encoding encoding, Room& room);

/// One constant, converted once to what it is compared as.
class Operand {
 public:
  Operand(const pattern::Constant& constant, Encoding encoding);
  /// Order of the value against the constant; nothing if their types are incompatible.
  std::optional<std::strong_ordering> order(const json::Value& value, Encoding encoding, Room& room) const;

 private:
  using Kind = pattern::Constant::Kind;
  std::optional<std::strong_ordering> order_text(std::string_view value, Encoding encoding, Room& room) const;
  Kind kind_;
  bool usable_ = true;  ///< false: a string with no bytes, against a binary property
  bool boolean_ = false;
  std::int64_t integer_ = 0;
  double real_ = 0;
  Timestamp time_;
  std::string text_;
};

/// The constants of IN.
class OperandSet {
 public:
  OperandSet(const std::vector<pattern::Constant>& constants, Encoding encoding);
  bool contains(const json::Value& value, Encoding encoding, Room& room) const;

 private:
  bool texts_only_ = false;
  std::vector<std::string> texts_;  ///< sorted, if all are strings
  std::vector<Operand> others_;
};

}  // namespace sekisho::stix::match
