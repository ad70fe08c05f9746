#include "stix/match/operand.h"

#include <algorithm>
#include <cmath>

#include "core/digest.h"
#include "stix/match/text_test.h"

namespace sekisho::stix::match {
namespace {

using Order = std::optional<std::strong_ordering>;

std::strong_ordering by_real(double a, double b) {
  if (a < b) return std::strong_ordering::less;
  return a > b ? std::strong_ordering::greater : std::strong_ordering::equal;
}

/// Exact: neither side is rounded to the other's type.
std::strong_ordering by_mixed(double a, std::int64_t b) {
  constexpr double kTwoTo63 = 9223372036854775808.0;
  if (a >= kTwoTo63) return std::strong_ordering::greater;
  if (a < -kTwoTo63) return std::strong_ordering::less;
  const double whole = std::floor(a);
  const auto integer = static_cast<std::int64_t>(whole);
  if (integer != b) return integer <=> b;
  return a > whole ? std::strong_ordering::greater : std::strong_ordering::equal;
}

std::strong_ordering reversed(std::strong_ordering order) { return 0 <=> order; }

/// Unsigned octets; for UTF-8 that is the order of code points.
std::strong_ordering by_bytes(std::string_view a, std::string_view b) { return a.compare(b) <=> 0; }

/// Cheap, so that ordinary text does not pay for an error message.
bool may_be_time(std::string_view text) {
  return text.size() >= 20 && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text.back() == 'Z';
}

bool is_bytes(pattern::Constant::Kind kind) {
  return kind == pattern::Constant::Kind::kBinary || kind == pattern::Constant::Kind::kHex;
}

}  // namespace

Encoding encoding_of(std::string_view property) {
  if (property.ends_with("_hex")) return Encoding::kHex;
  return property.ends_with("_bin") ? Encoding::kBase64 : Encoding::kNone;
}

std::optional<std::string_view> decoded(std::string_view text, Encoding encoding, Room& room) {
  auto bytes = encoding == Encoding::kHex ? from_hex(text) : from_base64(text);
  if (!bytes) return std::nullopt;
  room.bytes = *std::move(bytes);
  return room.bytes;
}

Operand::Operand(const pattern::Constant& constant, Encoding encoding)
    : kind_(constant.kind), boolean_(constant.boolean), integer_(constant.integer), real_(constant.real),
      time_(constant.time), text_(constant.text) {
  if (kind_ != Kind::kString || encoding == Encoding::kNone) return;
  std::string bytes;
  usable_ = to_bytes(text_, bytes);
  text_ = std::move(bytes);
}

Order Operand::order(const json::Value& value, Encoding encoding, Room& room) const {
  switch (value.kind()) {
    case json::Kind::kBoolean:
      if (kind_ != Kind::kBoolean) return std::nullopt;
      return *value.boolean() <=> boolean_;
    case json::Kind::kInteger:
      if (kind_ == Kind::kInteger) return *value.integer() <=> integer_;
      if (kind_ == Kind::kReal) return reversed(by_mixed(real_, *value.integer()));
      return std::nullopt;
    case json::Kind::kReal:
      if (kind_ == Kind::kInteger) return by_mixed(*value.number(), integer_);
      if (kind_ == Kind::kReal) return by_real(*value.number(), real_);
      return std::nullopt;
    case json::Kind::kString: return order_text(*value.string(), encoding, room);
    default: return std::nullopt;
  }
}

Order Operand::order_text(std::string_view value, Encoding encoding, Room& room) const {
  if (kind_ == Kind::kTimestamp) {
    if (!may_be_time(value)) return std::nullopt;
    const auto time = parse_stix_time(value);
    if (!time.ok()) return std::nullopt;
    return time.value() <=> time_;
  }
  if (!usable_ || (kind_ != Kind::kString && !is_bytes(kind_))) return std::nullopt;
  if (encoding != Encoding::kNone) {
    const auto bytes = decoded(value, encoding, room);
    if (!bytes) return std::nullopt;
    return by_bytes(*bytes, text_);
  }
  if (kind_ == Kind::kString) return by_bytes(value, text_);
  room.bytes.clear();
  if (!to_bytes(value, room.bytes)) return std::nullopt;
  return by_bytes(room.bytes, text_);
}

OperandSet::OperandSet(const std::vector<pattern::Constant>& constants, Encoding encoding) {
  texts_only_ = encoding == Encoding::kNone &&
                std::all_of(constants.begin(), constants.end(),
                            [](const auto& c) { return c.kind == pattern::Constant::Kind::kString; });
  for (const auto& constant : constants) {
    if (texts_only_) {
      texts_.push_back(constant.text);
    } else {
      others_.emplace_back(constant, encoding);
    }
  }
  std::sort(texts_.begin(), texts_.end());
}

bool OperandSet::contains(const json::Value& value, Encoding encoding, Room& room) const {
  if (texts_only_) {
    const auto text = value.string();
    if (!text) return false;
    const auto at = std::lower_bound(texts_.begin(), texts_.end(), *text);
    return at != texts_.end() && *at == *text;
  }
  return std::any_of(others_.begin(), others_.end(), [&](const Operand& operand) {
    const Order order = operand.order(value, encoding, room);
    return order && *order == std::strong_ordering::equal;
  });
}

}  // namespace sekisho::stix::match
