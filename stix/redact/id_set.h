// Ids to be found inside texts, however many they are: linear in the text. One thread while they are added, then any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace sekisho::stix::redact {

class IdSet {
 public:
  /// Copies it. What does not end in the 36 characters of a UUID is looked for by itself.
  void add(std::string_view id);
  /// Whether one of them stands anywhere in the text, as it was added.
  bool in(std::string_view text) const;

 private:
  std::unordered_set<std::string> ids_;
  /// The ids that end in one UUID.
  struct Tail {
    std::size_t longest = 0;                  ///< of what stands before the UUID
    std::unordered_set<std::uint64_t> heads;  ///< hashes of it, from its end
  };
  std::unordered_map<std::string, Tail> tails_;  ///< by UUID
  std::vector<std::string> others_;
};

}  // namespace sekisho::stix::redact
