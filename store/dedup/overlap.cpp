#include "store/dedup/overlap.h"

#include <algorithm>
#include <map>
#include <utility>

namespace sekisho::store::dedup {
namespace {

/// What one case adds to the figures: each vendor's first item of it.
class Tally {
 public:
  Tally(const std::vector<Item>& items, int zone_minutes) : items_(items), zone_(zone_minutes) {}

  void add(const Case& one, std::size_t case_index) {
    std::map<VendorNo, std::size_t> first;
    for (const std::size_t item : one.items) {
      for (const VendorNo vendor : items_[item].vendors) {
        first.try_emplace(vendor, item);
        ++volume(vendor).items;
      }
    }
    for (auto a = first.begin(); a != first.end(); ++a) {
      ++volume(a->first).cases;
      if (first.size() == 1) ++volume(a->first).alone;
      for (auto b = std::next(a); b != first.end(); ++b) {
        const Day lead = day_of(items_[b->second].time, zone_) - day_of(items_[a->second].time, zone_);
        shared_[{a->first, b->first}].push_back({case_index, a->second, b->second, lead});
      }
    }
  }

  void write(Overlap& out) {
    for (const auto& [unused, volume] : volumes_) out.volumes.push_back(volume);
    const bool all = out.volumes.size() <= kPairedVendors;
    for (auto a = out.volumes.begin(); a != out.volumes.end(); ++a) {
      for (auto b = std::next(a); b != out.volumes.end(); ++b) {
        if (!all && shared_.count({a->vendor, b->vendor}) == 0) continue;
        out.pairs.push_back({a->vendor, b->vendor, a->cases, b->cases, std::move(shared_[{a->vendor, b->vendor}])});
      }
    }
  }

 private:
  Volume& volume(VendorNo vendor) {
    Volume& out = volumes_[vendor];
    out.vendor = vendor;
    return out;
  }

  const std::vector<Item>& items_;
  const int zone_;
  std::map<VendorNo, Volume> volumes_;
  std::map<std::pair<VendorNo, VendorNo>, std::vector<SharedCase>> shared_;
};

}  // namespace

std::string Ratio::percent() const {
  if (denominator == 0) return "-";
  const std::size_t tenths = (2000 * numerator + denominator) / (2 * denominator);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::optional<double> PairOverlap::median_lead() const {
  if (shared.empty()) return std::nullopt;
  std::vector<Day> leads;
  for (const SharedCase& one : shared) leads.push_back(one.lead);
  std::sort(leads.begin(), leads.end());
  const std::size_t half = leads.size() / 2;
  const double upper = static_cast<double>(leads[half]);
  return leads.size() % 2 == 1 ? upper : (upper + static_cast<double>(leads[half - 1])) / 2;
}

Overlap measure(const std::vector<Item>& items, const Clusters& clusters, const Period& period, int zone_minutes) {
  Overlap out;
  out.period = period;
  Tally tally(items, zone_minutes);
  for (std::size_t n = 0; n < clusters.cases.size(); ++n) {
    const Case& one = clusters.cases[n];
    if (!period.holds(day_of(items[one.items.front()].time, zone_minutes))) continue;
    ++out.cases;
    out.items += one.items.size();
    tally.add(one, n);
  }
  tally.write(out);
  return out;
}

}  // namespace sekisho::store::dedup
