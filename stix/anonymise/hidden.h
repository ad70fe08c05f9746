// The words that may not show: ids and names of a submitter, found in any text and masked.
// docs/specs/anonymous.md §3. Pure; one thread at a time. Linear in the text and in the names, however many they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace sekisho::stix::anonymise {

inline constexpr std::string_view kMask = "[withheld]";

class Hidden {
 public:
  /// Blank ones are passed over; spaces around one do not count. However it is written: stix/folded.h.
  void add(std::string_view name);
  /// Words with `@` or `.` in a text for people, and the domain behind an `@`.
  void add_contacts(std::string_view text);
  bool in(std::string_view text) const;
  /// The text with kMask for each name; what overlapping names cover together is masked once.
  std::string masked(std::string_view text) const;
  /// Folded, the longest first.
  std::vector<std::string> names() const;
  std::size_t size() const { return known_.size(); }

 private:
  /// Of a tree of all names, byte by byte, so that a text is read once (Aho and Corasick). 0 is the root, and "none".
  struct Node {
    std::uint32_t child = 0, sibling = 0;
    std::uint32_t fail = 0;    ///< the longest other beginning of a name that ends here
    std::uint32_t name = 0;    ///< the longest name that ends here, by the node of its last byte …
    std::uint32_t brief = 0;   ///< … and the longest of those that count only as a word of their own
    std::uint32_t size = 0;    ///< of the name whose last byte this is; 0 = none
    char letter = 0;
  };
  enum class Which { kLong, kBrief, kAny };
  using Span = std::pair<std::size_t, std::size_t>;  ///< from, to

  std::uint32_t child(std::uint32_t node, char letter) const;
  std::uint32_t grow(std::uint32_t node, char letter);
  void link() const;
  std::uint32_t next(std::uint32_t node, char letter) const;
  /// Calls `found` with the longest such name that ends at each place where one does, until it returns false.
  void each(const std::string& low, Which which, const std::function<bool(Span)>& found) const;

  std::unordered_set<std::string> known_;
  std::map<std::size_t, std::vector<std::string>, std::greater<>> by_size_;
  mutable std::vector<Node> tree_{Node()};
  mutable bool linked_ = true;  ///< `fail`, `name` and `brief` are right
};

}  // namespace sekisho::stix::anonymise
