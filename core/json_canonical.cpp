// RFC 8785 (JCS). Iterative like the parser.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "core/json.h"

namespace sekisho::json {
namespace {

/// Order by UTF-16 code units (RFC 8785 §3.2.3) of two valid UTF-8 texts. It differs from the order
/// of bytes only where a character above U+FFFF (first byte F0..F4, in UTF-16 D800..DFFF) meets
/// one of U+E000..U+FFFF (first byte EE or EF).
bool utf16_less(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  const auto [in_a, in_b] =
      std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(common), b.begin());
  if (in_a == a.begin() + static_cast<std::ptrdiff_t>(common)) return a.size() < b.size();
  const auto left = static_cast<unsigned char>(*in_a);
  const auto right = static_cast<unsigned char>(*in_b);
  const bool left_pair = left >= 0xF0;
  const bool right_pair = right >= 0xF0;
  if (left_pair != right_pair && left >= 0xEE && right >= 0xEE) return left_pair;
  return left < right;
}

/// An object or array that is being written; members are in canonical order.
struct Frame {
  std::vector<Value::Entry> entries;
  std::size_t next = 0;
  bool object = false;
};

Frame open(const Value& container) {
  Frame frame;
  frame.object = container.is_object();
  frame.entries.reserve(container.size());
  for (const Value::Entry entry : container) frame.entries.push_back(entry);
  if (frame.object) {
    std::sort(
        frame.entries.begin(), frame.entries.end(),
        [](const Value::Entry& a, const Value::Entry& b) { return utf16_less(a.key, b.key); });
  }
  return frame;
}

void append_scalar(const Value& value, std::string& out) {
  switch (value.kind()) {
    case Kind::kBoolean:
      out += *value.boolean() ? "true" : "false";
      break;
    case Kind::kInteger:
      out += std::to_string(*value.integer());
      break;
    case Kind::kReal:
      out += canonical_number(*value.number());
      break;
    case Kind::kString:
      append_quoted(*value.string(), out);
      break;
    default:
      out += "null";
      break;
  }
}

}  // namespace

void canonical_append(const Value& value, std::string& out) {
  std::vector<Frame> open_frames;
  const auto write = [&](const Value& each) {
    if (!each.is_object() && !each.is_array()) return append_scalar(each, out);
    open_frames.push_back(open(each));
    out += open_frames.back().object ? '{' : '[';
  };
  write(value);
  while (!open_frames.empty()) {
    Frame& frame = open_frames.back();
    if (frame.next == frame.entries.size()) {
      out += frame.object ? '}' : ']';
      open_frames.pop_back();
      continue;
    }
    if (frame.next > 0) out += ',';
    const Value::Entry entry = frame.entries[frame.next++];
    if (frame.object) {
      append_quoted(entry.key, out);
      out += ':';
    }
    write(entry.value);
  }
}

std::string canonical(const Value& value) {
  std::string out;
  out.reserve(value.raw().size());
  canonical_append(value, out);
  return out;
}

// ECMA-262 Number::toString with radix 10: `digits` x 10^(point - digits.size()).
std::string canonical_number(double value) {
  if (value == 0 || !std::isfinite(value)) return "0";
  std::array<char, 32> buffer{};
  const auto end =
      std::to_chars(buffer.begin(), buffer.end(), std::abs(value), std::chars_format::scientific)
          .ptr;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.begin()));
  const std::size_t mark = text.find('e');
  int exponent = 0;
  std::from_chars(text.data() + mark + (text[mark + 1] == '+' ? 2 : 1), end, exponent);
  std::string digits(text.substr(0, 1));
  if (mark > 1) digits += text.substr(2, mark - 2);

  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;
  std::string out = value < 0 ? "-" : "";
  if (point >= count && point <= 21) {
    out += digits + std::string(static_cast<std::size_t>(point - count), '0');
  } else if (point > 0 && point <= 21) {
    out += digits.substr(0, static_cast<std::size_t>(point)) + "." +
           digits.substr(static_cast<std::size_t>(point));
  } else if (point > -6 && point <= 0) {
    out += "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  } else {
    out += digits.substr(0, 1);
    if (count > 1) out += "." + digits.substr(1);
    out += (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
  }
  return out;
}

}  // namespace sekisho::json
