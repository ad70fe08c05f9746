// The text of a constant to its value, and back for the printer. Private to stix/pattern; any thread.
// Source: STIX 2.1 §9.2.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stix/pattern/ast.h"
#include "stix/pattern/lexer.h"

namespace sekisho::stix::pattern {

inline constexpr double kExactIntegers = 9007199254740992.0;  ///< 2^53: below it a real and an integer compare exactly

/// What a quoted token stands for, with \' and \\ resolved.
std::string unescaped(const Token& token);
/// True if the token is a constant; then fills `out`, or `trouble` and leaves `out` unusable.
bool is_constant(TokenKind kind);
bool read_constant(const Token& token, Constant& out, Trouble& trouble);
/// The instant of `YYYY-MM-DDTHH:MM:SS[.d+]Z`. The grammar allows days 01 to 31 in every month, so a day after
/// the month's last counts on into the next (30 February is 1 or 2 March); the checks warn of it.
std::optional<Timestamp> read_time(std::string_view text);
/// A finite double in decimal digits without exponent, always with a point.
std::string real_text(double value);

}  // namespace sekisho::stix::pattern
