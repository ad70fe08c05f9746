#include "node/cli/cases.h"

namespace sekisho::node::cli {
namespace {

namespace dedup = store::dedup;

/// Progress is shown for change logs of more than this, and every so many rows.
constexpr store::ChangeNo kProgressRows = 50'000;

Result<dedup::CollectOptions> options_of(House& house, const Args& args, Console& console) {
  dedup::CollectOptions out;
  for (const std::string& alias : args.all("--collection")) {
    SEKISHO_ASSIGN(const auto collection, find_collection(house, alias));
    out.collections.push_back(collection.no);
  }
  for (const auto& party : house.release.policy()->policy().parties) {
    for (const std::string& identity : party.identities) out.party_of_identity.emplace(identity, party.id);
    if (!party.name.empty()) out.party_of_name.emplace(party.name, party.id);
  }
  out.progress = [&console, next = kProgressRows](store::ChangeNo done, store::ChangeNo total) mutable {
    if (total < kProgressRows || done < next) return;
    console.complain("  " + std::to_string(done) + " of " + std::to_string(total) + " changes read");
    next = done + kProgressRows;
  };
  return out;
}

}  // namespace

std::string CaseBook::vendors_of(const dedup::Item& item) const {
  std::string out;
  for (const dedup::VendorNo vendor : item.vendors) out += (out.empty() ? "" : ", ") + collected.vendors[vendor];
  return out;
}

dedup::Day CaseBook::day_of(const dedup::Item& item) const { return dedup::day_of(item.time, zone_minutes); }

Result<CaseBook> read_cases(House& house, const Args& args, Console& console) {
  SEKISHO_ASSIGN(const auto options, options_of(house, args, console));
  CaseBook out;
  out.zone_minutes = house.release.policy()->policy().zone_minutes;
  SEKISHO_ASSIGN(out.collected, dedup::collect(house.store, options));
  out.clusters = dedup::cluster(out.collected.items);
  return out;
}

Result<dedup::Day> day_option(const Args& args, const std::string& name, dedup::Day otherwise) {
  if (!args.has(name)) return otherwise;
  const auto time = parse_date(args.get(name));
  if (!time.ok()) return make_error(Code::kUsage, "write a day as 2025-07-01", name + " " + args.get(name));
  return dedup::day_of(*time, 0);
}

}  // namespace sekisho::node::cli
