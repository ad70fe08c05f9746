// The flat form of a parsed text: nodes in preorder, a member as its key node and then its value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/json.h"

namespace sekisho::json {

/// The largest integer that a double holds without its neighbour meaning the same (RFC 8259 §6).
inline constexpr std::int64_t kMaxSafeInteger = 9007199254740991;

/// A piece of the source text or of the decoded strings.
struct Slice {
  std::uint32_t offset;
  std::uint32_t size;
};

struct Node {
  std::uint32_t begin;  ///< source bytes [begin, end)
  std::uint32_t end;
  std::uint32_t next;       ///< index of the node after this value and all below it
  std::uint32_t count = 0;  ///< elements or members
  union {
    std::int64_t integer;  ///< kInteger; kBoolean as 0 or 1
    double real;           ///< kReal
    Slice string;          ///< kString
  };
  Kind kind;
  bool decoded = false;  ///< the string had escapes: `string` is a slice of the decoded strings
};
static_assert(sizeof(Node) <= 40, "20 million values must stay below a gigabyte");

inline std::string_view text_of(const Node& node, std::string_view source,
                                std::string_view decoded) {
  const Slice slice = node.string;
  return {(node.decoded ? decoded : source).data() + slice.offset, slice.size};
}

/// Line and column of byte `offset` of `text`.
Position position_of(std::string_view text, std::size_t offset);

}  // namespace sekisho::json
