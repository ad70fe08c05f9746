// How much vendors repeat each other: volumes, ratios with their numerators and denominators, and the pairs
// behind them. Pure; any thread. Definitions: docs/specs/overlap.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/dedup/calendar.h"
#include "store/dedup/cases.h"
#include "store/dedup/items.h"

namespace sekisho::store::dedup {

struct Ratio {
  std::size_t numerator = 0, denominator = 0;
  /// "17.6", rounded half up to one decimal in whole numbers; "-" where there is nothing to divide by.
  std::string percent() const;
};

/// Beyond so many vendors in a period, pairs that share nothing are left out.
inline constexpr std::size_t kPairedVendors = 40;

/// One case that both vendors of a pair gave.
struct SharedCase {
  std::size_t case_index = 0;      ///< into Clusters::cases
  std::size_t item_a = 0, item_b = 0;  ///< each vendor's first item of it
  Day lead = 0;                    ///< days that A was ahead; negative: B was
};

struct PairOverlap {
  VendorNo a = 0, b = 0;           ///< a < b
  std::size_t cases_a = 0, cases_b = 0;
  std::vector<SharedCase> shared;  ///< in order of Clusters::cases

  std::size_t united() const { return cases_a + cases_b - shared.size(); }
  Ratio jaccard() const { return {shared.size(), united()}; }
  Ratio dice() const { return {2 * shared.size(), cases_a + cases_b}; }
  Ratio a_in_b() const { return {shared.size(), cases_a}; }
  Ratio b_in_a() const { return {shared.size(), cases_b}; }
  Ratio a_over_b() const { return {cases_a - shared.size(), cases_a}; }  ///< differential contribution
  Ratio b_over_a() const { return {cases_b - shared.size(), cases_b}; }
  /// Median of SharedCase::lead; nullopt if nothing is shared.
  std::optional<double> median_lead() const;
};

struct Volume {
  VendorNo vendor = 0;
  std::size_t items = 0;  ///< before de-duplication
  std::size_t cases = 0;  ///< after
  std::size_t alone = 0;  ///< cases that no other vendor gave
  Ratio exclusive() const { return {alone, cases}; }
};

struct Overlap {
  Period period;
  std::size_t items = 0, cases = 0;
  std::vector<Volume> volumes;      ///< by vendor; those with a case in the period
  std::vector<PairOverlap> pairs;   ///< every two of them; with more than kPairedVendors, those that share a case
};

/// The period's figures. A case belongs to the day of its first item, whoever gave that, with all its items.
Overlap measure(const std::vector<Item>& items, const Clusters& clusters, const Period& period, int zone_minutes);

}  // namespace sekisho::store::dedup
