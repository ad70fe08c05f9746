// The quarter of tests/data/vendors, over a store, against the count by hand.
#include <sstream>
#include <string>
#include <vector>

#include "make.h"
#include "shelf.h"
#include "stix/convert/convert.h"
#include "store/dedup/collector.h"
#include "store/dedup/overlap.h"
#include "tests/support/data.h"

namespace sekisho::store::dedup {
namespace {

using tests::day;
using tests::must;
using tests::Shelf;

constexpr int kTokyo = 540;
const std::string kFolder = std::string(SEKISHO_SOURCE_DIR) + "/tests/data/vendors/";

/// The store of an ISAC that received the quarter: the vendors' files as from them, the SOC's as its own.
void deliver(Shelf& shelf, CollectionNo collection, bool backwards) {
  std::vector<std::string> months = {"2025-07", "2025-08", "2025-09"};
  if (backwards) months = {"2025-09", "2025-08", "2025-07"};
  for (const std::string& month : months) {
    for (const std::string vendor : {"vendor-a", "vendor-b"}) {
      const auto container = must(stix::open_container(sekisho::tests::read_file(kFolder + vendor + "/" + month + ".json")));
      for (const std::string_view object : container.slices) shelf.put(collection, vendor, object);
    }
    stix::convert::Context context;
    context.id_namespace = stix::convert::local_namespace();
    const auto soc = must(stix::convert::convert_all("weekly", sekisho::tests::read_file(kFolder + "soc/" + month + ".csv"), {}, context));
    REQUIRE(soc.refused.empty());
    for (const auto& document : soc.documents) {
      for (const std::string& object : document.objects) shelf.put(collection, "", object);
    }
  }
}

std::string row(const Overlap& one, const Collected& collected) {
  for (const PairOverlap& pair : one.pairs) {
    if (collected.vendors[pair.a] != "vendor-a" || collected.vendors[pair.b] != "vendor-b") continue;
    std::size_t items_a = 0, items_b = 0;
    for (const Volume& volume : one.volumes) {
      if (volume.vendor == pair.a) items_a = volume.items;
      if (volume.vendor == pair.b) items_b = volume.items;
    }
    std::ostringstream out;
    out << one.period.label << '\t' << items_a << '\t' << items_b << '\t' << pair.cases_a << '\t' << pair.cases_b << '\t'
        << pair.shared.size() << '\t' << pair.united() << '\t' << pair.jaccard().percent() << '\t' << pair.dice().percent() << '\t'
        << pair.a_in_b().percent() << '\t' << pair.b_in_a().percent();
    return out.str();
  }
  return "no such pair";
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("dedup/vendors: the figures are those counted by hand, in whatever order the months come") {
    for (const bool backwards : {false, true}) {
      Shelf shelf;
      deliver(shelf, shelf.collection("weekly"), backwards);
      const Collected got = must(collect(*shelf.store, {}));
      const Clusters clusters = cluster(got.items);
      CHECK(got.problem_count == 0);
      CHECK(got.items.size() == 134);
      CHECK(clusters.cases.size() == 113);
      auto spans = periods(day("2025-07-01"), day("2025-09-30"), Grain::kMonth);
      spans.push_back(whole(day("2025-07-01"), day("2025-09-30")));
      std::string table = "period\titems_a\titems_b\tcases_a\tcases_b\tshared\tunion\tjaccard\tdice\ta_in_b\tb_in_a\n";
      for (const Period& span : spans) table += row(measure(got.items, clusters, span, kTokyo), got) + "\n";
      CHECK(table == sekisho::tests::read_file(kFolder + "expected.tsv"));
      // In UTC three items are of the month before: what the zone is for.
      CHECK(row(measure(got.items, clusters, spans[0], 0), got) != row(measure(got.items, clusters, spans[0], kTokyo), got));
    }
  }

  TEST_CASE("dedup/vendors: the catalogue page is the only key refused") {
    Shelf shelf;
    deliver(shelf, shelf.collection("weekly"), false);
    const Collected got = must(collect(*shelf.store, {}));
    const Clusters clusters = cluster(got.items);
    REQUIRE(clusters.refused.size() == 1);
    CHECK(clusters.refused[0].reason == RefusedKey::Reason::kContradicted);
    CHECK(clusters.refused[0].link.key == url_key("https://catalog.example/known-exploited"));
  }
}

}  // namespace sekisho::store::dedup
