// Sharing out: can each demand have as many observations as it asks for, none given twice? A maximum
// flow over classes of observations that the same demands can use (Ford and Fulkerson, shortest paths).
// Owner thread only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "stix/match/match.h"

namespace sekisho::stix::match {

/// A set of demands.
class DemandSet {
 public:
  void add(std::size_t demand) { words_[demand / 64] |= std::uint64_t{1} << (demand % 64); }
  bool has(std::size_t demand) const { return (words_[demand / 64] >> (demand % 64) & 1) != 0; }
  bool empty() const { return words_ == Words{}; }
  bool operator==(const DemandSet&) const = default;
  std::size_t hash() const;
  /// Calls `visit(demand)` for each, in order.
  template <typename Visit>
  void each(Visit visit) const {
    for (std::size_t w = 0; w < words_.size(); ++w) {
      for (std::uint64_t rest = words_[w]; rest != 0; rest &= rest - 1) {
        visit(64 * w + static_cast<std::size_t>(__builtin_ctzll(rest)));
      }
    }
  }

 private:
  using Words = std::array<std::uint64_t, kMaxDemands / 64>;
  Words words_{};
};

class Flow {
 public:
  struct Class {
    DemandSet users;
    std::int64_t supply = 0;
  };
  struct Share {
    std::uint32_t demand;
    std::int64_t amount;
  };

  /// `wanted[d]` is what demand d asks for; zero if it is idle. `work` is counted down; at zero the
  /// answer is no and means nothing.
  Flow(std::vector<Class> classes, std::vector<std::int64_t> wanted, std::uint64_t& work);
  bool solve();
  /// What each demand got of the class.
  const std::vector<Share>& shares(std::size_t index) const { return given_[index]; }

 private:
  bool serve(std::uint32_t demand);
  bool augment(std::uint32_t demand);
  void give(std::size_t index, std::uint32_t demand, std::int64_t amount);
  std::int64_t amount_of(std::size_t index, std::uint32_t demand) const;
  bool spend(std::uint64_t steps);

  std::vector<Class> classes_;
  std::vector<std::int64_t> wanted_;
  std::uint64_t& work_;
  std::vector<std::vector<std::uint32_t>> usable_;  ///< per demand: classes
  std::vector<std::vector<Share>> given_;           ///< per class
};

}  // namespace sekisho::stix::match
