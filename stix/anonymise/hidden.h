// The words that may not show: ids and names of a submitter, found in any text and masked.
// docs/specs/anonymous.md §3. Pure; any thread. Linear in the text for each name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sekisho::stix::anonymise {

inline constexpr std::string_view kMask = "[withheld]";

class Hidden {
 public:
  /// Blank ones are passed over; spaces around one do not count.
  void add(std::string_view name);
  /// Words with `@` or `.` in a text for people, and the domain behind an `@`.
  void add_contacts(std::string_view text);
  bool in(std::string_view text) const;
  /// The text with kMask for each name.
  std::string masked(std::string_view text) const;
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;  ///< ASCII letters small, the longest first
};

}  // namespace sekisho::stix::anonymise
