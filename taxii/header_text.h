// Small pieces of HTTP header syntax (RFC 9110 §5.6, §12.4.2). Any thread.
#pragma once

#include <optional>
#include <string_view>

namespace sekisho::taxii {

/// ASCII only.
bool equal_ignoring_case(std::string_view a, std::string_view b);
/// Without optional white space (space, tab) at both ends.
std::string_view trim(std::string_view text);
/// Not empty.
bool is_token(std::string_view text);
/// Cuts the part before the next `separator` outside of quoted strings off the front of `rest`.
std::string_view take_part(std::string_view& rest, char separator);
/// A quality value: 0, 1, or with up to three decimals; in thousandths. nullopt if it is none.
std::optional<int> parse_weight(std::string_view text);

}  // namespace sekisho::taxii
