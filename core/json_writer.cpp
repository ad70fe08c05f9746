#include <cmath>

#include "core/json.h"
#include "core/json_node.h"
#include "core/json_scan.h"
#include "core/utf8.h"

namespace sekisho::json {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

void append_escape(char c, std::string& out) {
  constexpr std::string_view kPlain = "\"\\\b\f\n\r\t";
  constexpr std::string_view kLetters = "\"\\bfnrt";
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '\\';
  const std::size_t which = kPlain.find(c);
  if (which != std::string_view::npos) {
    out += kLetters[which];
    return;
  }
  out += "u00";
  out += kHex[static_cast<unsigned char>(c) >> 4];
  out += kHex[static_cast<unsigned char>(c) & 15];
}

}  // namespace

void append_quoted(std::string_view text, std::string& out) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const char* run = at;  // start of what is not yet written
  out += '"';
  for (;;) {
    at = skip_plain(at, end);
    if (at == end) break;
    const std::size_t length =
        is_ascii(*at) ? 0 : utf8::sequence_length({at, static_cast<std::size_t>(end - at)});
    if (length > 0) {
      at += length;
      continue;
    }
    out.append(run, at);
    if (is_ascii(*at)) {
      append_escape(*at, out);
    } else {
      out += kReplacement;
    }
    run = ++at;
  }
  out.append(run, end);
  out += '"';
}

void Writer::newline() {
  if (!pretty_) return;
  out_ += '\n';
  out_.append(first_.size() * 2, ' ');
}

void Writer::before_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (first_.empty()) return;
  if (!first_.back()) out_ += ',';
  first_.back() = false;
  newline();
}

Writer& Writer::begin_object() {
  before_value();
  out_ += '{';
  first_.push_back(true);
  return *this;
}

Writer& Writer::end_object() {
  const bool empty = first_.back();
  first_.pop_back();
  if (!empty) newline();
  out_ += '}';
  return *this;
}

Writer& Writer::begin_array() {
  before_value();
  out_ += '[';
  first_.push_back(true);
  return *this;
}

Writer& Writer::end_array() {
  const bool empty = first_.back();
  first_.pop_back();
  if (!empty) newline();
  out_ += ']';
  return *this;
}

Writer& Writer::key(std::string_view name) {
  before_value();
  append_quoted(name, out_);
  out_ += pretty_ ? ": " : ":";
  after_key_ = true;
  return *this;
}

Writer& Writer::string(std::string_view value) {
  before_value();
  append_quoted(value, out_);
  return *this;
}

Writer& Writer::integer(std::int64_t value) {
  return raw(std::to_string(value));
}

Writer& Writer::real(double value) {
  if (!std::isfinite(value)) return null();  // JSON has no spelling for it
  std::string text = canonical_number(value);
  // Without a fraction or exponent it would read as an integer, and as one too large.
  if (std::abs(value) > static_cast<double>(kMaxSafeInteger) && text.find('e') == std::string::npos) text += ".0";
  return raw(text);
}

Writer& Writer::boolean(bool value) {
  return raw(value ? "true" : "false");
}

Writer& Writer::null() {
  return raw("null");
}

Writer& Writer::raw(std::string_view json) {
  before_value();
  out_ += json;
  return *this;
}

}  // namespace sekisho::json
