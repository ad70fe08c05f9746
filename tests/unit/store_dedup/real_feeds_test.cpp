// Real publishers: which CVE ids two of them reported was computed apart, and we must find the same.
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "make.h"
#include "store/dedup/overlap.h"
#include "tests/support/data.h"

namespace sekisho::store::dedup {
namespace {

using tests::Make;

std::vector<std::vector<std::string>> read_csv(const std::string& path) {
  std::vector<std::vector<std::string>> out;
  std::istringstream lines(sekisho::tests::read_file(path));
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::vector<std::string> fields;
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) fields.push_back(cell);
    if (!fields.empty()) out.push_back(std::move(fields));
  }
  out.erase(out.begin());
  return out;
}

/// Shared cases of each two feeds.
std::map<std::pair<std::string, std::string>, PairOverlap> pairs_of(const std::vector<Make>& makes) {
  ItemSet set;
  for (const Make& make : makes) set.add(make.delivery());
  const auto items = set.finish();
  const auto all = measure(items, cluster(items), {tests::day("0001-01-01"), tests::day("2100-01-01"), "", ""}, 0);
  std::map<std::pair<std::string, std::string>, PairOverlap> out;
  for (const PairOverlap& pair : all.pairs) out[{set.vendors()[pair.a], set.vendors()[pair.b]}] = pair;
  return out;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("dedup/real: shared CVE ids of each two publishers") {
    const std::string folder = sekisho::tests::shared_data("overlap-cve");
    if (folder.empty()) return;
    std::vector<Make> by_cve;
    std::map<std::string, Make> by_record;
    for (const auto& row : read_csv(folder + "/cve-in-two-or-more-feeds.csv")) {
      REQUIRE(row.size() >= 4);
      const std::string date = row[2].empty() ? "0001-01-01" : row[2];  // some have none
      by_cve.push_back({.id = row[1] + "/" + row[0], .day = date, .vendors = {row[1]}, .cves = {row[0]}});
      Make& record = by_record[row[1] + "/" + row[3]];
      record.id = row[1] + "/" + row[3];
      record.day = date;
      record.vendors = {row[1]};
      record.cves.push_back(row[0]);
    }
    auto found = pairs_of(by_cve);
    for (const auto& row : read_csv(folder + "/_pairwise.csv")) {
      REQUIRE(row.size() == 5);
      const auto key = std::minmax(row[0], row[1]);
      CHECK_MESSAGE(std::to_string(found[{key.first, key.second}].shared.size()) == row[4], row[0] << " " << row[1]);
    }
    std::vector<Make> records;
    for (const auto& [unused, record] : by_record) records.push_back(record);
    for (const auto& [names, pair] : pairs_of(records)) {
      std::cout << names.first << " and " << names.second << ": as CVE ids " << found[names].shared.size() << ", as whole advisories "
                << pair.shared.size() << " of " << pair.united() << " cases (" << pair.jaccard().percent() << " %), median lead of the first "
                << pair.median_lead().value_or(0) << " days\n";
    }
  }
}

}  // namespace sekisho::store::dedup
