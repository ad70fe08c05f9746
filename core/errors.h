// The failure codes of the whole tree, generated from core/errors.def. Any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sekisho {

/// One enum for every failure; numbers are stable and never reused (docs/errors.md).
enum class Code : std::uint16_t {
#define SEKISHO_ERROR(number, name, text, http, grpc, retryable, meaning, hint) name = number,
#include "core/errors.def"
#undef SEKISHO_ERROR
};

/// One row of the catalogue.
struct CodeInfo {
  Code code;
  std::string_view text;     ///< stable text name, e.g. "json-syntax"
  int http_status;           ///< status of an HTTP or TAXII answer that carries it
  std::string_view grpc;     ///< canonical gRPC status name
  bool retryable;            ///< the same call may succeed later
  std::string_view meaning;  ///< one sentence for people; TAXII error title
  std::string_view hint;     ///< what an operator does about it
};

/// All rows in ascending order of number.
std::span<const CodeInfo> all_codes();
/// The row of `code`; the row of kInternal for a number that does not exist.
const CodeInfo& info(Code code);

}  // namespace sekisho
