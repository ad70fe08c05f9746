// A text as words and names are looked for in it: case, width, style and blanks make no difference, nor do characters that nobody sees.
// docs/specs/markings.md §4 says what is alike. Pure; any thread; linear in the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sekisho::stix {

/// Character by character, what NFKC and case folding leave of it, taken apart; blanks as one space. So what is a part of a text stays one when both
/// are folded. The text must outlive this.
class Folded {
 public:
  explicit Folded(std::string_view text);
  const std::string& text() const { return text_; }
  /// Whether nothing is cut off that belongs to the letter before this place, as of が the two dots.
  bool is_end(std::size_t to) const;
  /// Whether this name (as folded_name() gives it) stands in it; an empty one does not.
  bool holds(std::string_view name) const;
  /// The bytes of the text that a part of the folded one comes from.
  std::pair<std::size_t, std::size_t> origin(std::size_t from, std::size_t to) const;

 private:
  bool holds_long(std::string_view name) const;
  void put(std::string_view folded, std::size_t from, std::size_t size);
  void put_blank(std::size_t from, std::size_t size);

  std::string_view original_;
  std::string text_;
  bool places_ = false;              ///< something is not where it stood
  std::vector<std::uint32_t> from_;  ///< then, by byte: where the character begins that it comes from
};

/// Without blanks around it.
std::string folded_name(std::string_view name);

}  // namespace sekisho::stix
