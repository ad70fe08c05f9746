#include "sync/serve/cursor.h"

#include "certs/secrets.h"
#include "core/digest.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kMacBytes = 16;
constexpr std::size_t kPlainBytes = 16;

void append_u64(std::string& out, std::uint64_t v) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>((v >> shift) & 0xff));
}
std::uint64_t read_u64(std::string_view in) {
  std::uint64_t v = 0;
  for (std::size_t i = 0; i < 8; ++i) v = (v << 8) | static_cast<std::uint8_t>(in[i]);
  return v;
}

std::string mac_of(std::string_view key, const CursorScope& scope, std::string_view plain) {
  std::string text = "cursor2";
  text += as_chars(scope.collection.bytes);
  text += as_chars(scope.incarnation.bytes);
  text += plain;
  append_u64(text, scope.party.size());
  text += scope.party;
  text += scope.selection;
  return std::string(as_chars(certs::hmac_sha256(key, text)).substr(0, kMacBytes));
}

}  // namespace

std::string make_cursor(std::string_view key, const CursorScope& scope, const CursorPlace& place) {
  std::string plain;
  append_u64(plain, place.position);
  append_u64(plain, static_cast<std::uint64_t>(place.date));
  return base64url(plain + mac_of(key, scope, plain));
}

Result<CursorPlace> open_cursor(std::string_view key, const CursorScope& scope, std::string_view token) {
  const Error refused = make_error(Code::kCursorInvalid, "`next` was not given for this request; start without it", "next");
  const auto raw = from_base64url(token);
  if (!raw || raw->size() != kPlainBytes + kMacBytes) return refused;
  const std::string_view plain = std::string_view(*raw).substr(0, kPlainBytes);
  const std::string expected = mac_of(key, scope, plain);
  if (!certs::equal_constant_time(expected, std::string_view(*raw).substr(kPlainBytes))) return refused;
  return CursorPlace{read_u64(plain), static_cast<std::int64_t>(read_u64(plain.substr(8)))};
}

}  // namespace sekisho::sync
