// The dedupe key of a link: one text for the spellings of one page. docs/specs/cases.md "URLs".
// It is for comparing reports only; an indicator's value is never touched. Any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sekisho::store::dedup {

inline constexpr std::size_t kMaxUrlBytes = 8192;  ///< of the text and of its key

/// The key of an http or https link, defanged or not: ASCII, and its own key again. nullopt: no such link,
/// or one beyond kMaxUrlBytes. Takes any bytes.
std::optional<std::string> canonical_url(std::string_view text);
/// Whether a key names a host's home page, which too many reports share to say anything.
bool is_home_page(std::string_view canonical);

}  // namespace sekisho::store::dedup
