// The strict reader behind core/json.h: one pass, no recursion.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json.h"
#include "core/json_node.h"

namespace sekisho::json {

/// Reads one text into `nodes` and `decoded`. Used once, by one thread.
class Parser {
 public:
  Parser(std::string_view text, const ParseLimits& limits, std::vector<Node>& nodes,
         std::string& decoded);
  Status run();

 private:
  /// An object or array that is still open.
  struct Frame {
    std::uint32_t node;
    std::uint32_t key;  ///< node of the member name read last
  };
  /// Whether a message is about the value being read or about the object or array around it.
  enum class Place : std::uint8_t { kValue, kContainer };

  bool check_size();
  bool read_text();
  bool read_value(bool& opened);
  bool open_container(Kind kind, bool& opened);
  bool close_container();
  bool continue_container(bool& more);
  bool read_key();
  bool read_literal(std::string_view word, Kind kind, std::int64_t payload);
  bool read_number();
  bool finish_integer(const char* digits, const char* begin);
  bool finish_real(const char* begin);
  bool read_string(Place place);
  bool skip_encoded();
  bool read_escape(Place place);
  bool read_unicode_escape(const char* begin, Place place);
  bool read_hex4(const char* begin, Place place, std::uint32_t& unit);
  bool check_names(const Node& object);
  bool check_many_names(const Node& object);
  bool fail_duplicate(std::uint32_t key);

  bool fail_value();
  bool fail_key();
  bool fail(Code code, const char* at, Place place, std::string_view message);
  std::string pointer(Place place) const;
  std::string found() const;

  void skip_space();
  Node& add(Kind kind, const char* begin);
  std::uint32_t offset(const char* at) const { return static_cast<std::uint32_t>(at - begin_); }
  std::uint32_t index() const { return static_cast<std::uint32_t>(nodes_.size()); }
  std::string_view name(std::uint32_t key) const { return text_of(nodes_[key], text_, decoded_); }

  std::string_view text_;
  const ParseLimits& limits_;
  std::vector<Node>& nodes_;
  std::string& decoded_;
  const char* begin_;
  const char* end_;
  const char* at_;  ///< the next byte
  std::vector<Frame> open_;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> hashed_;  ///< scratch of check_many_names
  std::size_t values_ = 0;
  Error error_;
};

}  // namespace sekisho::json
