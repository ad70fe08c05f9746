// Two samples compared: how far their medians lie apart, and how well one of them can be told from the other.
// Pure; any thread.
#pragma once

#include <cstdint>
#include <vector>

namespace sekisho::noninterference {

struct Comparison {
  double median_one = 0, median_other = 0;
  double difference = 0;            ///< of the medians, other minus one
  double low = 0, high = 0;         ///< 95 % of its bootstrap distribution
  double above = 0;                 ///< P(other > one) + P(equal) / 2, by Mann-Whitney; 0.5 = nothing to tell
  double z = 0;                     ///< of the Mann-Whitney U, ties corrected
  double distance = 0, ks_p = 1;    ///< Kolmogorov-Smirnov
};

Comparison compare(const std::vector<double>& one, const std::vector<double>& other, std::uint64_t seed);

}  // namespace sekisho::noninterference
