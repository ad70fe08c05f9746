#include "statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "rng.h"

namespace sekisho::noninterference {
namespace {

constexpr std::size_t kResamples = 1000;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double resampled_median(const std::vector<double>& from, Rng& rng, std::vector<double>& room) {
  room.clear();
  for (std::size_t i = 0; i < from.size(); ++i) room.push_back(from[rng.below(from.size())]);
  return median(room);
}

void mann_whitney(const std::vector<double>& one, const std::vector<double>& other, Comparison& out) {
  std::vector<std::pair<double, bool>> all;
  for (const double value : one) all.emplace_back(value, false);
  for (const double value : other) all.emplace_back(value, true);
  std::sort(all.begin(), all.end());
  double rank_sum = 0, ties = 0;
  for (std::size_t i = 0; i < all.size();) {
    std::size_t end = i;
    while (end < all.size() && all[end].first == all[i].first) ++end;
    const double rank = static_cast<double>(i + end + 1) / 2, count = static_cast<double>(end - i);
    ties += count * count * count - count;
    for (std::size_t k = i; k < end; ++k) rank_sum += all[k].second ? rank : 0;
    i = end;
  }
  const double n = static_cast<double>(one.size()), m = static_cast<double>(other.size()), total = n + m;
  const double u = rank_sum - m * (m + 1) / 2;
  out.above = u / (n * m);
  out.z = (u - n * m / 2) / std::sqrt(n * m / 12 * (total + 1 - ties / (total * (total - 1))));
}

void kolmogorov_smirnov(std::vector<double> one, std::vector<double> other, Comparison& out) {
  std::sort(one.begin(), one.end());
  std::sort(other.begin(), other.end());
  std::size_t i = 0, k = 0;
  while (i < one.size() && k < other.size()) {
    const double value = std::min(one[i], other[k]);
    while (i < one.size() && one[i] <= value) ++i;
    while (k < other.size() && other[k] <= value) ++k;
    const double gap = static_cast<double>(i) / static_cast<double>(one.size()) - static_cast<double>(k) / static_cast<double>(other.size());
    out.distance = std::max(out.distance, std::fabs(gap));
  }
  const double n = static_cast<double>(one.size()), m = static_cast<double>(other.size());
  const double root = std::sqrt(n * m / (n + m)), t = (root + 0.12 + 0.11 / root) * out.distance;
  double sum = 0;
  for (int j = 1; j <= 100; ++j) sum += (j % 2 == 1 ? 2.0 : -2.0) * std::exp(-2.0 * j * j * t * t);
  out.ks_p = t < 0.2 ? 1.0 : std::clamp(sum, 0.0, 1.0);
}

}  // namespace

Comparison compare(const std::vector<double>& one, const std::vector<double>& other, std::uint64_t seed) {
  Comparison out;
  out.median_one = median(one);
  out.median_other = median(other);
  out.difference = out.median_other - out.median_one;
  Rng rng(seed);
  std::vector<double> differences, room;
  for (std::size_t i = 0; i < kResamples; ++i) differences.push_back(resampled_median(other, rng, room) - resampled_median(one, rng, room));
  std::sort(differences.begin(), differences.end());
  out.low = differences[kResamples / 40];
  out.high = differences[kResamples - 1 - kResamples / 40];
  mann_whitney(one, other, out);
  kolmogorov_smirnov(one, other, out);
  return out;
}

}  // namespace sekisho::noninterference
