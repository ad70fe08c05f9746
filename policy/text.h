// Small helpers of this folder: words in lists, and the texts of messages. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sekisho::policy {

bool lists(const std::vector<std::string>& words, std::string_view word);
/// An empty list is no condition.
bool any_or_lists(const std::vector<std::string>& words, std::string_view word);

/// `"word"`, for words of our own.
std::string quoted(std::string_view word);
/// The same for words of the file: escaped, and cut when long.
std::string shown(std::string_view word);
/// `a, b or c`.
std::string either_of(const std::vector<std::string>& words);
/// The nearest of `words` by edits if it is near enough to be meant, else empty.
std::string nearest(std::string_view word, const std::vector<std::string>& words);
/// `; did you mean "x"?`, or `; write "a" or "b"`, or nothing if there is nothing to choose from.
std::string suggestion(std::string_view word, const std::vector<std::string>& words);

}  // namespace sekisho::policy
