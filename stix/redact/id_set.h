// Ids to be found inside texts, however many they are: linear in the text. One thread while they are added, then any.
#pragma once

#include <cstddef>
#include <set>
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
  std::unordered_map<std::string, std::set<std::size_t>> lengths_;  ///< the UUID -> of the ids that end in it
  std::vector<std::string> others_;
};

}  // namespace sekisho::stix::redact
