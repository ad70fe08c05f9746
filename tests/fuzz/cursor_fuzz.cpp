// `next` tokens: byte 1 says which bit of a good token to turn, the rest is a token as a caller sends it. What opens is exactly what was
// made for this scope; every other text is refused with one and the same answer.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/digest.h"
#include "sync/serve/cursor.h"
#include "tests/fuzz/require.h"

namespace {

using namespace sekisho;
using sekisho::fuzz::require;

const std::string kKey(32, 'k');

sync::CursorScope scope() {
  static const Uuid collection = *Uuid::parse("5e7a3000-0000-4000-8000-000000000001");
  static const Uuid incarnation = *Uuid::parse("5e7a3000-0000-4000-8000-000000000002");
  return {collection, incarnation, "acme", "version=last"};
}

void check_refused(const sync::CursorScope& where, std::string_view token) {
  const auto opened = sync::open_cursor(kKey, where, token);
  require(!opened.ok() && opened.error().code == Code::kCursorInvalid, "a token that was not given here is refused");
  static const std::string text = sync::open_cursor(kKey, scope(), "").error().to_string();
  require(opened.error().to_string() == text, "refusals are alike");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string token(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto opened = sync::open_cursor(kKey, scope(), token);
  if (opened.ok()) require(sync::make_cursor(kKey, scope(), *opened) == token, "a place has one token");
  else check_refused(scope(), token);

  std::uint64_t position = size;
  for (const char c : token.substr(0, 8)) position = position << 8 | static_cast<std::uint8_t>(c);
  const sync::CursorPlace place{position, static_cast<std::int64_t>(~position)};
  const std::string good = sync::make_cursor(kKey, scope(), place);
  const auto back = sync::open_cursor(kKey, scope(), good);
  require(back.ok() && back->position == place.position && back->date == place.date, "a token leads to its place");
  std::string raw = *from_base64url(good);
  raw[data[0] % raw.size()] = static_cast<char>(raw[data[0] % raw.size()] ^ (1 << (data[0] / raw.size())));
  check_refused(scope(), base64url(raw));
  if (!token.empty()) check_refused(scope(), good + token);
  sync::CursorScope other = scope();
  other.selection = token;
  if (token != scope().selection) check_refused(other, good);
  other = scope();
  other.party = token;
  if (token != scope().party) check_refused(other, good);
  return 0;
}
