#include "store/dedup/overlap.h"

#include <string>

#include "make.h"
#include "tests/support/property.h"

namespace sekisho::store::dedup {
namespace {

using tests::day;
using tests::items_of;
using tests::Make;

Overlap july(const std::vector<Item>& items, int zone_minutes = 0) {
  return measure(items, cluster(items), {day("2025-07-01"), day("2025-07-31"), "2025-07", ""}, zone_minutes);
}

std::string fraction(const Ratio& ratio) {
  return std::to_string(ratio.numerator) + "/" + std::to_string(ratio.denominator) + " " + ratio.percent();
}

Make report(const std::string& id, const std::string& on, const std::vector<std::string>& vendors, int cve) {
  return {.id = id, .day = on, .vendors = vendors, .cves = {"CVE-2025-" + std::to_string(10000 + cve)}};
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("dedup/overlap: one ratio can be read four ways") {
    std::vector<Make> makes;  // A 60 cases, B 50, 15 of both
    for (int n = 0; n < 60; ++n) makes.push_back(report("a" + std::to_string(n), "2025-07-02", {"a"}, n));
    for (int n = 45; n < 95; ++n) makes.push_back(report("b" + std::to_string(n), "2025-07-04", {"b"}, n));
    const auto items = items_of(makes);
    const Overlap got = july(items);
    CHECK(got.items == 110);
    CHECK(got.cases == 95);
    REQUIRE(got.pairs.size() == 1);
    CHECK(fraction(got.pairs[0].jaccard()) == "15/95 15.8");
    CHECK(fraction(got.pairs[0].dice()) == "30/110 27.3");
    CHECK(fraction(got.pairs[0].a_in_b()) == "15/60 25.0");
    CHECK(fraction(got.pairs[0].b_in_a()) == "15/50 30.0");
    CHECK(fraction(got.pairs[0].a_over_b()) == "45/60 75.0");
    CHECK(fraction(got.pairs[0].b_over_a()) == "35/50 70.0");
    CHECK(fraction(got.volumes[0].exclusive()) == "45/60 75.0");
    CHECK(got.pairs[0].median_lead() == 2.0);
  }

  TEST_CASE("dedup/overlap: a case is of the period of its first item, whoever gave it") {
    const auto items = items_of({report("a1", "2025-07-31", {"a"}, 1), report("b1", "2025-08-02", {"b"}, 1),
                                 report("b2", "2025-06-30", {"b"}, 2), report("a2", "2025-07-01", {"a"}, 2)});
    const Overlap got = july(items);
    CHECK(got.cases == 1);
    CHECK(got.items == 2);
    REQUIRE(got.pairs.size() == 1);
    REQUIRE(got.pairs[0].shared.size() == 1);
    CHECK(items[got.pairs[0].shared[0].item_a].id == "a1");
    CHECK(items[got.pairs[0].shared[0].item_b].id == "b1");
  }

  TEST_CASE("dedup/overlap: before and after de-duplication; one item of two vendors counts for both") {
    const auto items = items_of({report("a1", "2025-07-01", {"a"}, 1), report("a2", "2025-07-03", {"a"}, 1),
                                 report("x", "2025-07-05", {"a", "b"}, 2)});
    const Overlap got = july(items);
    CHECK(got.items == 3);
    CHECK(got.cases == 2);
    CHECK(got.volumes[0].items == 3);
    CHECK(got.volumes[0].cases == 2);
    CHECK(got.volumes[0].alone == 1);
    CHECK(got.volumes[1].items == 1);
    CHECK(got.pairs[0].shared[0].lead == 0);
  }

  TEST_CASE("dedup/overlap: the lead is between each vendor's first items") {
    const auto items = items_of({report("a1", "2025-07-01", {"a"}, 1), report("a2", "2025-07-03", {"a"}, 1),
                                 report("b1", "2025-07-05", {"b"}, 1), report("b2", "2025-07-09", {"b"}, 1)});
    const Overlap got = july(items);
    REQUIRE(got.pairs[0].shared.size() == 1);
    CHECK(items[got.pairs[0].shared[0].item_a].id == "a1");
    CHECK(items[got.pairs[0].shared[0].item_b].id == "b1");
    CHECK(got.pairs[0].shared[0].lead == 4);
  }

  TEST_CASE("dedup/overlap: the zone decides the day; leads are in its days") {
    auto items = items_of({report("a1", "2025-06-30", {"a"}, 1), report("b1", "2025-07-01", {"b"}, 1)});
    items[0].time.seconds += 20 * 3600;  // 1 July, 05:00 in Tokyo
    items[1].time.seconds += 1 * 3600;   // 1 July, 10:00 in Tokyo
    CHECK(july(items, 0).cases == 0);
    const Overlap tokyo = july(items, 540);
    REQUIRE(tokyo.cases == 1);
    CHECK(tokyo.pairs[0].shared[0].lead == 0);
  }

  TEST_CASE("dedup/overlap: median of an even number, and of none; percentages round half up") {
    std::vector<Make> makes;
    const char* later[] = {"2025-07-01", "2025-07-02", "2025-07-05", "2025-07-09"};
    for (int n = 0; n < 4; ++n) {
      makes.push_back(report("a" + std::to_string(n), "2025-07-02", {"a"}, n));
      makes.push_back(report("b" + std::to_string(n), later[n], {"b"}, n));
    }
    CHECK(july(items_of(makes)).pairs[0].median_lead() == 1.5);
    const auto apart = july(items_of({report("a", "2025-07-02", {"a"}, 1), report("b", "2025-07-02", {"b"}, 2)}));
    CHECK_FALSE(apart.pairs[0].median_lead().has_value());
    CHECK(Ratio{0, 0}.percent() == "-");
    CHECK(Ratio{1, 16}.percent() == "6.3");  // 6.25
    CHECK(Ratio{1, 3}.percent() == "33.3");
    CHECK(Ratio{2, 3}.percent() == "66.7");
    CHECK(Ratio{7, 7}.percent() == "100.0");
  }

  TEST_CASE("dedup/overlap: with very many vendors only pairs that share something") {
    std::vector<Make> makes{report("x", "2025-07-01", {"v0", "v1"}, 1)};
    for (std::size_t n = 0; n < kPairedVendors; ++n) {
      makes.push_back(report("r" + std::to_string(n), "2025-07-01", {"v" + std::to_string(n)}, 2 + static_cast<int>(n)));
    }
    CHECK(july(items_of(makes)).pairs.size() == kPairedVendors * (kPairedVendors - 1) / 2);
    makes.push_back(report("r", "2025-07-01", {"one more"}, 99));
    CHECK(july(items_of(makes)).pairs.size() == 1);
  }
}

TEST_SUITE("property") {
  TEST_CASE("dedup/overlap: months add up to the quarter, and the figures fit one another") {
    PROPERTY("random deliveries", [] {
      std::vector<Make> makes;
      const auto count = *rc::gen::inRange(0, 40);
      for (int n = 0; n < count; ++n) {
        const std::string date = "2025-0" + std::to_string(*rc::gen::inRange(7, 10)) + "-1" + std::to_string(*rc::gen::inRange(0, 10));
        makes.push_back(report("r" + std::to_string(n), date, {"v" + std::to_string(*rc::gen::inRange(0, 3))}, *rc::gen::inRange(0, 15)));
      }
      const auto items = items_of(makes);
      const auto clusters = cluster(items);
      const Overlap all = measure(items, clusters, whole(day("2025-07-01"), day("2025-09-30")), 0);
      std::size_t cases = 0, shared = 0, volume = 0, exclusive = 0;
      for (const Period& month : periods(day("2025-07-01"), day("2025-09-30"), Grain::kMonth)) {
        const Overlap one = measure(items, clusters, month, 0);
        cases += one.cases;
        for (const PairOverlap& pair : one.pairs) {
          shared += pair.shared.size();
          RC_ASSERT(pair.shared.size() <= std::min(pair.cases_a, pair.cases_b));
          RC_ASSERT(pair.jaccard().denominator <= one.cases);
        }
        for (const Volume& v : one.volumes) {
          volume += v.cases;
          exclusive += v.alone;
        }
      }
      for (const PairOverlap& pair : all.pairs) shared -= pair.shared.size();
      for (const Volume& v : all.volumes) {
        volume -= v.cases;
        exclusive -= v.alone;
      }
      RC_ASSERT(cases == all.cases);
      RC_ASSERT(shared == 0u);
      RC_ASSERT(volume == 0u);
      RC_ASSERT(exclusive == 0u);
    });
  }
}

}  // namespace sekisho::store::dedup
