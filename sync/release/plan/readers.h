// Which views are known to read which ids: what was found once need not be looked for again. Not thread safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sync/release/plan/id_table.h"
#include "sync/release/plan/masks.h"

namespace sekisho::sync {

/// Views by their places among the readers.
class ReaderSet {
 public:
  bool is_with(std::size_t reader) const { return reader / Masks::kBits < words_.size() && Masks::test(words_.data(), reader); }
  bool any() const { return !words_.empty(); }
  void give(std::size_t reader) {
    if (reader / Masks::kBits >= words_.size()) words_.resize(reader / Masks::kBits + 1);
    Masks::set(words_.data(), reader);
  }

 private:
  std::vector<Masks::Word> words_;
};

class Readers {
 public:
  /// The view's place in the rows; stays until clear().
  std::size_t view(const std::string& name);
  /// The id's row; stays until clear().
  std::uint32_t row(std::string_view id);

  bool reads(std::uint32_t row, std::size_t view) const { return view < width_ && masks_.test(row, view); }
  void note(std::uint32_t row, std::size_t view) { Masks::set(masks_.row(row), view); }
  /// What was looked for and not found, until forget_misses(), or forget_misses_of(); who gives it later notes that.
  bool misses(std::uint32_t row, std::size_t view) const { return misses_.count({row, view}) != 0; }
  void note_miss(std::uint32_t row, std::size_t view) { misses_.emplace(row, view); }
  void forget_misses() { misses_.clear(); }
  void forget_misses_of(std::string_view id);
  std::size_t ids() const { return ids_.size(); }
  /// Forgets the ids; the views keep their places.
  void forget_ids();
  void clear();

 private:
  std::unordered_map<std::string, std::size_t> views_;
  std::size_t width_ = Masks::kBits;
  IdTable ids_;
  Masks masks_{Masks::kBits};  ///< by id
  std::size_t row_count_ = 0;
  std::set<std::pair<std::uint32_t, std::size_t>> misses_;
};

}  // namespace sekisho::sync
