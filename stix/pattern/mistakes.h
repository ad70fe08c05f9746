// What to tell someone whose text is no pattern: the mistake that people make there, and what to write
// instead. Private to stix/pattern; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "stix/pattern/lexer.h"

namespace sekisho::stix::pattern {

/// "`word`", "the string 'text'", "the end of the pattern": cut to a few characters, controls as `?`.
std::string shown(const Token& token);
/// The sentence for a sign that begins no token.
std::string stray_sign(std::string_view text, std::size_t at);
/// The sentence for digits that go on with letters: a hash, an address, an exponent.
std::string number_with_letters(std::string_view text, std::size_t at);
/// "found X; expected Y", with a hint where X is a known mistake.
std::string unexpected(const Token& found, std::string_view expected);
/// The sentence where a constant should be.
std::string no_constant(const Token& found);

}  // namespace sekisho::stix::pattern
