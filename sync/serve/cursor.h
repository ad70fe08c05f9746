// The `next` token: a deterministic MAC over party, collection, selection, position, date and incarnation. It never
// expires, tells nothing, and a foreign or altered one is refused. Any thread. docs/specs/cursor.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/uuid.h"

namespace sekisho::sync {

struct CursorScope {
  Uuid collection;
  Uuid incarnation;
  std::string_view party;
  std::string_view selection;  ///< canonical text of the filters
};
struct CursorPlace {
  std::uint64_t position = 0;
  std::int64_t date = 0;
};

std::string make_cursor(std::string_view key, const CursorScope& scope, const CursorPlace& place);
/// The place, if the token was made with this key and scope; else kCursorInvalid.
Result<CursorPlace> open_cursor(std::string_view key, const CursorScope& scope, std::string_view token);

}  // namespace sekisho::sync
