#include "stix/match/text_test.h"

#include <re2/re2.h>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "core/utf8.h"
#include "stix/match/match.h"

namespace sekisho::stix::match {
namespace {

constexpr std::size_t kMaxPlainNeedle = 64;  // a plain search costs at most this much a byte

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string like_expression(std::string_view like) {
  std::string out = "\\A";
  std::size_t from = 0;
  for (std::size_t i = 0; i <= like.size(); ++i) {
    if (i < like.size() && like[i] != '%' && like[i] != '_') continue;
    out += RE2::QuoteMeta(re2::StringPiece(like.data() + from, i - from));
    if (i < like.size()) out += like[i] == '%' ? ".*" : ".";
    from = i + 1;
  }
  return out + "\\z";
}

}  // namespace

std::string_view to_nfc(std::string_view text, std::string& scratch) {
  if (is_ascii(text)) return text;
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
  if (U_FAILURE(error) || text.size() > INT32_MAX) return text;
  const icu::StringPiece piece(text.data(), static_cast<std::int32_t>(text.size()));
  if (nfc->isNormalizedUTF8(piece, error) && U_SUCCESS(error)) return text;
  scratch.clear();
  icu::StringByteSink<std::string> sink(&scratch);
  error = U_ZERO_ERROR;
  nfc->normalizeUTF8(0, piece, sink, nullptr, error);
  return U_SUCCESS(error) ? std::string_view(scratch) : text;
}

bool to_bytes(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    if (first < 0x80) {
      out += text[i++];
    } else if ((first == 0xC2 || first == 0xC3) && i + 1 < text.size()) {
      out += static_cast<char>(((first & 0x03u) << 6) | (static_cast<unsigned char>(text[i + 1]) & 0x3Fu));
      i += 2;
    } else {
      return false;
    }
  }
  return true;
}

Result<TextTest> TextTest::automaton(const std::string& expression, Subject subject, std::size_t memory) {
  RE2::Options options(RE2::Quiet);
  options.set_dot_nl(true);
  options.set_max_mem(static_cast<std::int64_t>(memory));
  options.set_encoding(subject == Subject::kBytes ? RE2::Options::EncodingLatin1 : RE2::Options::EncodingUTF8);
  auto compiled = std::make_shared<const RE2>(expression, options);
  if (!compiled->ok()) {
    const bool size = compiled->error_code() == RE2::ErrorPatternTooLarge || compiled->error_code() == RE2::ErrorRepeatSize;
    return make_error(size ? Code::kLimitExceeded : Code::kStixPattern,
                      "the regular expression is " +
                          std::string(size ? "too large" : "not one that can run in linear time (no lookaround, "
                                                           "backreference, possessive or atomic group)") +
                          ": " + std::string(utf8::prefix(compiled->error(), 100)));
  }
  TextTest test;
  test.form_ = Form::kAutomaton;
  test.program_size_ = static_cast<std::size_t>(std::max(compiled->ProgramSize(), 0));
  if (test.program_size_ > kMaxProgramSize) {
    return make_error(Code::kLimitExceeded, "the regular expression or LIKE text compiles to too large an automaton");
  }
  test.expression_ = std::move(compiled);
  return test;
}

Result<TextTest> TextTest::like(std::string_view constant, Subject subject, std::size_t memory) {
  std::string scratch;
  const std::string normal(to_nfc(constant, scratch));
  TextTest test;
  if (subject == Subject::kText) {
    test.text_ = normal;
  } else if (!to_bytes(normal, test.text_)) {
    return test;  // no binary property can hold it
  }
  std::string_view text = test.text_;
  const bool starts_open = !text.empty() && text.front() == '%';
  const bool ends_open = text.size() > (starts_open ? 1u : 0u) && text.back() == '%';
  if (starts_open) text.remove_prefix(1);
  if (ends_open) text.remove_suffix(1);
  const bool search = starts_open && ends_open;
  if (text.find_first_of("%_") != std::string_view::npos || (search && text.size() > kMaxPlainNeedle)) {
    return automaton(like_expression(test.text_), subject, memory);
  }
  if (starts_open) {
    test.form_ = search ? Form::kContains : Form::kEnds;
  } else {
    test.form_ = ends_open ? Form::kStarts : Form::kEqual;
  }
  test.text_ = std::string(text);
  return test;
}

Result<TextTest> TextTest::matches(std::string_view constant, Subject subject, std::size_t memory) {
  std::string scratch;
  const std::string normal(to_nfc(constant, scratch));
  if (subject == Subject::kText) return automaton(normal, subject, memory);
  std::string bytes;
  if (to_bytes(normal, bytes)) return automaton(bytes, subject, memory);
  SEKISHO_ASSIGN([[maybe_unused]] const TextTest checked, automaton(normal, Subject::kText, memory));
  return TextTest();  // no binary property can hold it
}

bool TextTest::holds(std::string_view subject) const {
  switch (form_) {
    case Form::kNever: return false;
    case Form::kEqual: return subject == text_;
    case Form::kStarts: return subject.substr(0, text_.size()) == text_;
    case Form::kEnds: return subject.size() >= text_.size() && subject.substr(subject.size() - text_.size()) == text_;
    case Form::kContains: return subject.find(text_) != std::string_view::npos;
    case Form::kAutomaton:
      return expression_->Match(re2::StringPiece(subject.data(), subject.size()), 0, subject.size(),
                                RE2::UNANCHORED, nullptr, 0);
  }
  return false;
}

}  // namespace sekisho::stix::match
