// Ids as dense numbers, small enough to hold by the million: an id in its usual form (type--uuid in lower case) takes 20
// bytes and its place in the index; any other text is kept whole. Not thread safe. At most 2^32 - 2 ids.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sekisho::sync {

class IdTable {
 public:
  using Number = std::uint32_t;  ///< from 0, in the order in which they came

  Number number(std::string_view id);
  std::optional<Number> find(std::string_view id) const;
  std::string text(Number number) const;
  std::size_t size() const { return entries_.size(); }

 private:
  /// `text` is the number of a type in texts_, or of a whole id if `whole`.
  struct Entry {
    std::array<std::uint8_t, 16> uuid{};
    std::uint32_t text : 31 = 0;
    std::uint32_t whole : 1 = 0;
    bool operator==(const Entry&) const = default;
  };
  static std::size_t hash(const Entry& entry);
  /// As an entry, if all its texts are known.
  std::optional<Entry> entry_of(std::string_view id) const;
  Entry make_entry(std::string_view id);
  std::size_t slot_of(const Entry& entry) const;
  void grow();

  std::vector<Entry> entries_;
  std::vector<Number> slots_;  ///< number + 1, or 0; a power of two, at most half full
  std::vector<std::string> texts_;
  std::unordered_map<std::string, std::uint32_t> text_numbers_;
};

}  // namespace sekisho::sync
