// LIKE and MATCHES as tests of linear time (STIX 2.1 §9.6.1): RE2 automata, or plain text where that is
// enough. Confines RE2 and ICU. Immutable; any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

namespace re2 {
class RE2;
}

namespace sekisho::stix::match {

/// `text` in Unicode normal form C: itself if it is already, else a copy kept in `scratch`.
std::string_view to_nfc(std::string_view text, std::string& scratch);

/// UTF-8 to one byte a code point; false if one is above U+00FF. Appends to `out`.
bool to_bytes(std::string_view text, std::string& out);

class TextTest {
 public:
  /// What is tested: text in NFC, or bytes (binary properties).
  enum class Subject { kText, kBytes };

  /// Errors: kStixPattern, kLimitExceeded.
  static Result<TextTest> like(std::string_view constant, Subject subject, std::size_t memory);
  static Result<TextTest> matches(std::string_view constant, Subject subject, std::size_t memory);

  bool holds(std::string_view subject) const;
  /// Steps that `holds` may take for so many bytes: an automaton whose states do not fit its memory
  /// visits much of its program at each.
  std::size_t cost(std::size_t bytes) const { return bytes * (1 + program_size_ / 4); }

 private:
  enum class Form { kNever, kEqual, kStarts, kEnds, kContains, kAutomaton };
  static Result<TextTest> automaton(const std::string& expression, Subject subject, std::size_t memory);
  Form form_ = Form::kNever;
  std::string text_;
  std::shared_ptr<const re2::RE2> expression_;
  std::size_t program_size_ = 0;
};

}  // namespace sekisho::stix::match
