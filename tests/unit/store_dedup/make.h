// Items by hand for the tests of cases and figures.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "store/dedup/calendar.h"
#include "store/dedup/items.h"
#include "tests/support/doctest.h"

namespace sekisho::store::dedup::tests {

inline Timestamp at(std::string_view day) {
  const auto time = parse_date(day);
  REQUIRE(time.ok());
  return *time;
}

inline Day day(std::string_view text) { return day_of(at(text), 0); }

/// A report with these CVE ids and links, from these vendors.
struct Make {
  std::string id;
  std::string day = "2025-07-01";
  std::vector<std::string> vendors = {"a"};
  std::vector<std::string> cves = {};
  std::vector<std::string> urls = {};
  std::string version = "2025-07-01";
  std::string advisory = {};

  Delivery delivery() const {
    Delivery out;
    out.id = id;
    out.version = at(version);
    out.vendors = vendors;
    out.keys.time = at(day);
    for (const std::string& cve : cves) out.keys.cves.push_back({cve, ""});
    for (const std::string& url : urls) out.keys.urls.push_back({url, ""});
    if (!advisory.empty()) out.keys.advisories.push_back({advisory, ""});
    return out;
  }
};

inline std::vector<Item> items_of(const std::vector<Make>& makes) {
  ItemSet set;
  for (const Make& make : makes) set.add(make.delivery());
  return set.finish();
}

}  // namespace sekisho::store::dedup::tests
