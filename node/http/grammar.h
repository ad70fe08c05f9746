// Character classes and small productions of RFC 9110/9112, shared by the server and the client; beside those of
// taxii/header_text.h. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "taxii/http.h"

namespace sekisho::node::http {

bool is_method(std::string_view text);       ///< 1 to 16 letters A-Z
/// Visible ASCII, space and tab only: no control character, nothing above 0x7e.
bool is_field_value(std::string_view text);

/// Only digits, `max_digits` at most (no sign, no space).
std::optional<std::uint64_t> decimal(std::string_view text, std::size_t max_digits);
std::optional<std::uint64_t> hexadecimal(std::string_view text, std::size_t max_digits);

/// Origin form without the query: begins with '/', pchar only, percent escapes complete and none that
/// decodes to a control character, no segment that decodes to "." or "..".
bool is_path(std::string_view text);
/// pchar, '/', '?', '[' and ']' (TAXII's `match[type]` as clients send it), escapes as in is_path.
bool is_query(std::string_view text);
/// uri-host [":" port], no user information, not empty.
bool is_authority(std::string_view text);

/// The only field of that name; nullptr without one; `twice` is set if there are more.
const std::string* only_field(const taxii::Headers& headers, std::string_view name, bool& twice);
/// True if one of the comma separated values of a field of that name equals `token`.
bool lists_token(const taxii::Headers& headers, std::string_view name, std::string_view token);

}  // namespace sekisho::node::http
