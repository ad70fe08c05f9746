#include "store/dedup/cases.h"

#include <algorithm>
#include <set>
#include <string>

#include "make.h"
#include "tests/support/property.h"

namespace sekisho::store::dedup {
namespace {

using tests::items_of;
using tests::Make;

/// "r1 r2 | r3" : the ids of each case, cases and ids in order of id.
std::string shown(const std::vector<Item>& items, const Clusters& clusters) {
  std::set<std::string> cases;
  for (const Case& one : clusters.cases) {
    std::set<std::string> ids;
    for (const std::size_t n : one.items) ids.insert(items[n].id);
    std::string text;
    for (const std::string& id : ids) text += (text.empty() ? "" : " ") + id;
    cases.insert(text);
  }
  std::string out;
  for (const std::string& text : cases) out += (out.empty() ? "" : " | ") + text;
  return out;
}

std::string clustered(const std::vector<Make>& makes) {
  const auto items = items_of(makes);
  return shown(items, cluster(items));
}

}  // namespace

TEST_SUITE("unit") {
  const std::string kU = "https://u.example/1", kV = "https://v.example/1";

  TEST_CASE("dedup/cases: equal CVE sets, whatever their order; a subset is another case") {
    CHECK(clustered({{.id = "r1", .cves = {"CVE-2025-0001", "CVE-2025-0002"}}, {.id = "r2", .cves = {"CVE-2025-0002", "CVE-2025-0001"}}}) ==
          "r1 r2");
    CHECK(clustered({{.id = "r1", .cves = {"CVE-2025-0001", "CVE-2025-0002"}}, {.id = "r2", .cves = {"CVE-2025-0001"}}}) == "r1 | r2");
    CHECK(clustered({{.id = "r1", .cves = {"CVE-2025-0001"}}, {.id = "r2", .cves = {"CVE-2025-0002"}}}) == "r1 | r2");
    CHECK(clustered({{.id = "r1"}, {.id = "r2"}}) == "r1 | r2");  // no keys are no shared key
  }

  TEST_CASE("dedup/cases: one link joins, and what is joined to one is joined") {
    CHECK(clustered({{.id = "r1", .urls = {kU}}, {.id = "r2", .urls = {kU, kV}}, {.id = "r3", .urls = {kV}}}) == "r1 r2 r3");
    CHECK(clustered({{.id = "r1", .cves = {"CVE-2025-0001"}, .urls = {kU}}, {.id = "r2", .urls = {kU}}}) == "r1 r2");
    CHECK(clustered({{.id = "r1", .cves = {"CVE-2025-0002", "CVE-2025-0001"}, .urls = {kU}}, {.id = "r2", .cves = {"CVE-2025-0001"}, .urls = {kU}}}) ==
          "r1 r2");
  }

  TEST_CASE("dedup/cases: advisory ids count only where no CVE is named") {
    CHECK(clustered({{.id = "r1", .advisory = "JVN#12345678"}, {.id = "r2", .advisory = "JVN#12345678"}}) == "r1 r2");
    CHECK(clustered({{.id = "r1", .cves = {"CVE-2025-0001"}, .advisory = "JVN#12345678"}, {.id = "r2", .advisory = "JVN#12345678"}}) ==
          "r1 | r2");
  }

  TEST_CASE("dedup/cases: a link under CVE ids without one in common is no key") {
    const auto items = items_of({{.id = "r1", .cves = {"CVE-2025-0001"}, .urls = {kU}},
                                 {.id = "r2", .cves = {"CVE-2025-0002"}, .urls = {kU}},
                                 {.id = "r3", .urls = {kU}}});
    const auto clusters = cluster(items);
    CHECK(shown(items, clusters) == "r1 | r2 | r3");
    REQUIRE(clusters.refused.size() == 1);
    CHECK(clusters.refused[0].reason == RefusedKey::Reason::kContradicted);
    CHECK(clusters.refused[0].link.key == url_key(kU));
    CHECK(clusters.refused[0].link.items.size() == 3);
  }

  TEST_CASE("dedup/cases: a chain between CVE ids without one in common keeps what equal sets join") {
    const auto items = items_of({{.id = "r1", .cves = {"CVE-2025-0001"}, .urls = {kU}},
                                 {.id = "r2", .urls = {kU, kV}},
                                 {.id = "r3", .cves = {"CVE-2025-0002"}, .urls = {kV}},
                                 {.id = "r4", .cves = {"CVE-2025-0002"}}});
    const auto clusters = cluster(items);
    CHECK(shown(items, clusters) == "r1 | r2 | r3 r4");
    REQUIRE(clusters.refused.size() == 2);
    CHECK(clusters.refused[0].reason == RefusedKey::Reason::kChained);
  }

  TEST_CASE("dedup/cases: a key that too many share joins none") {
    std::vector<Make> makes;
    for (std::size_t n = 0; n < kHotKeyItems; ++n) makes.push_back({.id = "r" + std::to_string(n), .urls = {kU}});
    CHECK(cluster(items_of(makes)).cases.size() == 1);
    makes.push_back({.id = "one-more", .urls = {kU}});
    const auto clusters = cluster(items_of(makes));
    CHECK(clusters.cases.size() == kHotKeyItems + 1);
    REQUIRE(clusters.refused.size() == 1);
    CHECK(clusters.refused[0].reason == RefusedKey::Reason::kHot);
  }

  TEST_CASE("dedup/cases: the first item names the case, and each link is kept") {
    const auto items = items_of({{.id = "r1", .day = "2025-07-02", .cves = {"CVE-2025-0001"}, .urls = {kU}},
                                 {.id = "r2", .day = "2025-07-01", .cves = {"CVE-2025-0001"}, .urls = {kU}}});
    const auto clusters = cluster(items);
    REQUIRE(clusters.cases.size() == 1);
    CHECK(items[clusters.cases[0].items[0]].id == "r2");
    CHECK(clusters.cases[0].id == "case-db77fd01af957221");  // sha256("r2")
    CHECK(clusters.cases[0].links.size() == 2);
  }

  TEST_CASE("dedup/items: one id is one item; the newest version counts; all who gave it") {
    const auto items = items_of({{.id = "r1", .vendors = {"b"}, .cves = {"CVE-2025-0002"}, .version = "2025-07-02"},
                                 {.id = "r1", .vendors = {"a"}, .cves = {"CVE-2025-0001"}, .version = "2025-07-01"},
                                 {.id = "r1", .vendors = {"c", "a"}, .cves = {"CVE-2025-0002"}, .version = "2025-07-02"}});
    REQUIRE(items.size() == 1);
    REQUIRE(items[0].cves.size() == 1);
    CHECK(items[0].cves[0].to_string() == "CVE-2025-0002");
    CHECK(items[0].vendors == std::vector<VendorNo>{0, 1, 2});
  }

  TEST_CASE("dedup/items: revoked reports and stated cases are no items") {
    ItemSet set;
    Delivery revoked = Make{.id = "r1"}.delivery();
    revoked.keys.revoked = true;
    Delivery stated = Make{.id = "g1"}.delivery();
    stated.keys.is_case = true;
    set.add(revoked);
    set.add(stated);
    set.add(Make{.id = "r2"}.delivery());
    set.add(Make{.id = "r1", .version = "2025-06-30"}.delivery());  // the version before it was revoked
    const auto items = set.finish();
    REQUIRE(items.size() == 1);
    CHECK(items[0].id == "r2");
  }

  TEST_CASE("dedup/items: CVE ids of vulnerabilities referred to, before or after") {
    const Uuid uuid = *Uuid::parse("00000000-0000-4000-8000-000000000001");
    for (const bool before : {true, false}) {
      ItemSet set;
      Delivery report = Make{.id = "r1"}.delivery();
      report.keys.vulnerabilities = {uuid};
      if (before) set.add_vulnerability(uuid, {{"CVE-2025-0001", ""}});
      set.add(report);
      if (!before) set.add_vulnerability(uuid, {{"CVE-2025-0001", ""}});
      const auto items = set.finish();
      REQUIRE(items[0].cves.size() == 1);
      CHECK(items[0].keys == std::vector<Key>{cve_set_key(items[0].cves)});
    }
  }
}

TEST_SUITE("property") {
  TEST_CASE("dedup/cases: the order of arrival and repeated deliveries change nothing") {
    PROPERTY("shuffled and doubled", [] {
      std::vector<Make> makes;
      const auto count = *rc::gen::inRange(0, 14);
      for (int n = 0; n < count; ++n) {
        const auto pick = [](int below) { return std::to_string(*rc::gen::inRange(0, below)); };
        Make make;
        make.id = "r" + pick(10);
        make.day = "2025-07-0" + std::to_string(*rc::gen::inRange(1, 5));
        make.vendors = {"vendor " + pick(3)};
        make.version = "2025-07-0" + std::to_string(*rc::gen::inRange(1, 4));
        for (int k = *rc::gen::inRange(0, 3); k > 0; --k) make.cves.push_back("CVE-2025-000" + pick(4));
        for (int k = *rc::gen::inRange(0, 3); k > 0; --k) make.urls.push_back("https://u.example/" + pick(6));
        makes.push_back(make);
      }
      std::vector<Delivery> deliveries;
      for (std::size_t n = 0; n < makes.size(); ++n) {
        Delivery one = makes[n].delivery();
        one.content[0] = static_cast<std::uint8_t>(n);  // what is told apart has different content
        deliveries.push_back(one);
      }
      const auto run = [](const std::vector<Delivery>& list) {
        ItemSet set;
        for (const Delivery& one : list) set.add(one);
        const auto items = set.finish();
        const auto clusters = cluster(items);
        std::string out;
        for (const Case& one : clusters.cases) {
          out += one.id + ":";
          for (const std::size_t n : one.items) {
            out += " " + items[n].id;
            for (const VendorNo v : items[n].vendors) out += "/" + set.vendors()[v];
          }
          out += " " + std::to_string(one.links.size()) + "\n";
        }
        return out + std::to_string(clusters.refused.size());
      };
      const std::string expected = run(deliveries);
      std::vector<Delivery> again = deliveries;
      again.insert(again.end(), deliveries.begin(), deliveries.end());
      std::vector<std::size_t> keys = *rc::gen::container<std::vector<std::size_t>>(again.size(), rc::gen::arbitrary<std::size_t>());
      std::vector<std::pair<std::size_t, std::size_t>> order;
      for (std::size_t n = 0; n < again.size(); ++n) order.emplace_back(keys[n], n);
      std::sort(order.begin(), order.end());
      std::vector<Delivery> shuffled;
      for (const auto& [unused, n] : order) shuffled.push_back(again[n]);
      RC_ASSERT(run(shuffled) == expected);
    });
  }

  TEST_CASE("dedup/cases: every item is in exactly one case, and equal CVE sets are always together") {
    PROPERTY("random items", [] {
      std::vector<Make> makes;
      const auto count = *rc::gen::inRange(0, 14);
      for (int n = 0; n < count; ++n) {
        Make make;
        make.id = "r" + std::to_string(n);
        for (int k = *rc::gen::inRange(0, 3); k > 0; --k) make.cves.push_back("CVE-2025-000" + std::to_string(*rc::gen::inRange(0, 3)));
        for (int k = *rc::gen::inRange(0, 3); k > 0; --k) make.urls.push_back("https://u.example/" + std::to_string(*rc::gen::inRange(0, 6)));
        makes.push_back(make);
      }
      const auto items = items_of(makes);
      const auto clusters = cluster(items);
      std::vector<int> case_of(items.size(), -1);
      for (std::size_t c = 0; c < clusters.cases.size(); ++c) {
        for (const std::size_t n : clusters.cases[c].items) {
          RC_ASSERT(case_of[n] == -1);
          case_of[n] = static_cast<int>(c);
        }
      }
      for (std::size_t a = 0; a < items.size(); ++a) {
        RC_ASSERT(case_of[a] != -1);
        for (std::size_t b = 0; b < a; ++b) {
          if (!items[a].cves.empty() && items[a].cves == items[b].cves) RC_ASSERT(case_of[a] == case_of[b]);
        }
      }
    });
  }
}

}  // namespace sekisho::store::dedup
