// Rows of bits, one bit for each view: what may go to whom, for millions of objects at once. Value; not thread safe.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sekisho::sync {

class Masks {
 public:
  using Word = std::uint64_t;
  static constexpr std::size_t kBits = 64;

  explicit Masks(std::size_t bits, std::size_t rows = 0) : words_((bits + kBits - 1) / kBits), data_(words_ * rows) {}

  std::size_t words() const { return words_; }
  /// One row more, of zeros. Rows given before move.
  Word* add() {
    data_.resize(data_.size() + words_);
    return data_.data() + data_.size() - words_;
  }
  /// Takes back the last row.
  void drop() { data_.resize(data_.size() - words_); }
  Word* row(std::size_t i) { return data_.data() + i * words_; }
  const Word* row(std::size_t i) const { return data_.data() + i * words_; }
  bool test(std::size_t i, std::size_t bit) const { return test(row(i), bit); }

  static bool test(const Word* row, std::size_t bit) { return (row[bit / kBits] >> (bit % kBits) & 1U) != 0; }
  static void set(Word* row, std::size_t bit) { row[bit / kBits] |= Word{1} << (bit % kBits); }
  bool any(const Word* row) const {
    return std::any_of(row, row + words_, [](Word word) { return word != 0; });
  }
  void join(Word* into, const Word* from) const {
    for (std::size_t w = 0; w < words_; ++w) into[w] |= from[w];
  }
  /// Whether any bit went.
  bool cut(Word* into, const Word* to) const {
    Word gone = 0;
    for (std::size_t w = 0; w < words_; ++w) {
      gone |= into[w] & ~to[w];
      into[w] &= to[w];
    }
    return gone != 0;
  }
  /// Calls `visit(bit)` for each bit that is set, ascending.
  template <typename Visit>
  void each(const Word* row, Visit visit) const {
    for (std::size_t w = 0; w < words_; ++w) {
      for (Word left = row[w]; left != 0; left &= left - 1) {
        visit(w * kBits + static_cast<std::size_t>(std::countr_zero(left)));
      }
    }
  }

 private:
  std::size_t words_;
  std::vector<Word> data_;
};

}  // namespace sekisho::sync
