#include "sync/release/plan/readers.h"

namespace sekisho::sync {

// Rows that are too narrow are begun anew: they are found out again.
std::size_t Readers::view(const std::string& name) {
  const std::size_t number = views_.try_emplace(name, views_.size()).first->second;
  if (number >= width_) {
    width_ = (number / Masks::kBits + 1) * Masks::kBits;
    forget_ids();
  }
  return number;
}

std::uint32_t Readers::row(std::string_view id) {
  const std::uint32_t row = ids_.number(id);
  if (ids_.size() > row_count_) {
    masks_.add();
    ++row_count_;
  }
  return row;
}

void Readers::forget_misses_of(std::string_view id) {
  if (misses_.empty()) return;
  const auto row = ids_.find(id);
  if (row) misses_.erase(misses_.lower_bound({*row, 0}), misses_.lower_bound({*row + 1, 0}));
}

void Readers::forget_ids() {
  ids_ = IdTable();
  misses_.clear();
  masks_ = Masks(width_);
  row_count_ = 0;
}

void Readers::clear() {
  views_.clear();
  width_ = Masks::kBits;
  forget_ids();
}

}  // namespace sekisho::sync
