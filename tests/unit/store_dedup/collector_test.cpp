#include "store/dedup/collector.h"

#include <string>

#include "shelf.h"

namespace sekisho::store::dedup {
namespace {

using tests::must;
using tests::Shelf;

std::string uuid_text(int n) { return "00000000-0000-4000-8000-00000000000" + std::to_string(n); }

/// Report number `n` with more members.
std::string report(int n, const std::string& more, const std::string& modified = "2025-07-01T00:00:00.000Z") {
  return R"({"type":"report","spec_version":"2.1","id":"report--)" + uuid_text(n) +
         R"(","created":"2025-07-01T00:00:00.000Z","modified":")" + modified + R"(","name":"n","published":"2025-07-01T00:00:00Z")" + more + "}";
}

std::string vendors_of(const Collected& got, const Item& item) {
  std::string out;
  for (const VendorNo no : item.vendors) out += got.vendors[no] + ";";
  return out;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("dedup/collector: who is the vendor") {
    Shelf shelf;
    const auto c = shelf.collection("c");
    const std::string weekly = R"(,"extensions":{"extension-definition--8d6b8421-2505-402c-8f67-b6c5c89e6e3f":{"vendors":["Vendor A","Other"]}})";
    shelf.put(c, "vendor-b", report(1, ""));
    shelf.put(c, "vendor-b", report(2, R"(,"created_by_ref":"identity--a")"));
    shelf.put(c, "", report(3, weekly));
    shelf.put(c, "", report(4, ""));
    shelf.put(c, "vendor-b", report(5, weekly));  // what others name is not for us to count
    CollectOptions options;
    options.party_of_identity["identity--a"] = "vendor-a";
    options.party_of_name["Vendor A"] = "vendor-a";
    const Collected got = must(collect(*shelf.store, options));
    REQUIRE(got.items.size() == 5);
    CHECK(vendors_of(got, got.items[0]) == "vendor-b;");
    CHECK(vendors_of(got, got.items[1]) == "vendor-a;");
    CHECK(vendors_of(got, got.items[2]) == "Other;vendor-a;");
    CHECK(vendors_of(got, got.items[3]) == "SOC;");
    CHECK(vendors_of(got, got.items[4]) == "vendor-b;");
  }

  TEST_CASE("dedup/collector: one item by two routes and in two collections; only the collections asked for") {
    Shelf shelf;
    const auto c = shelf.collection("c"), d = shelf.collection("d");
    shelf.put(c, "vendor-a", report(1, ""));
    shelf.put(c, "peer", report(1, ""));
    shelf.put(d, "vendor-a", report(1, ""));
    shelf.put(d, "vendor-a", report(2, ""));
    const Collected all = must(collect(*shelf.store, {}));
    REQUIRE(all.items.size() == 2);
    CHECK(vendors_of(all, all.items[0]) == "peer;vendor-a;");
    CollectOptions only;
    only.collections = {c};
    CHECK(must(collect(*shelf.store, only)).items.size() == 1);
    only.collections = {d};
    const Collected second = must(collect(*shelf.store, only));
    CHECK(second.items.size() == 2);
    CHECK(vendors_of(second, second.items[0]) == "vendor-a;");
  }

  TEST_CASE("dedup/collector: indicators are never items") {
    Shelf shelf;
    const auto c = shelf.collection("c");
    shelf.put(c, "a", R"({"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-000000000001","created":"2025-07-01T00:00:00.000Z","modified":"2025-07-01T00:00:00.000Z","name":"CVE-2025-0001"})");
    CHECK(must(collect(*shelf.store, {})).items.empty());
  }

  TEST_CASE("dedup/collector: nothing is lost between blocks of the change log") {
    Shelf shelf;
    const auto c = shelf.collection("c");
    for (int n = 1000; n < 3001; ++n) {
      std::string text = report(1, "");
      text.replace(text.find(uuid_text(1)), 4, std::to_string(n));
      shelf.put(c, "a", text);
    }
    CHECK(must(collect(*shelf.store, {})).items.size() == 2001);
  }

  TEST_CASE("dedup/collector: evidence names object and place, through a vulnerability too") {
    Shelf shelf;
    const auto c = shelf.collection("c");
    shelf.put(c, "a", report(1, R"(,"object_refs":["vulnerability--)" + uuid_text(9) + R"("],"external_references":[{"source_name":"s","url":"https://u.example/1/"}])"));
    shelf.put(c, "a", R"({"type":"vulnerability","spec_version":"2.1","id":"vulnerability--)" + uuid_text(9) +
                          R"(","created":"2025-07-01T00:00:00.000Z","modified":"2025-07-01T00:00:00.000Z","name":"ＣＶＥ-2025-0001"})");
    const Collected got = must(collect(*shelf.store, {}));
    REQUIRE(got.items.size() == 1);
    const Item& item = got.items[0];
    REQUIRE(item.cves.size() == 1);
    const auto cve = must(evidence(*shelf.store, item, cve_set_key(item.cves)));
    REQUIRE(cve.size() == 1);
    CHECK(cve[0].object_id == "vulnerability--" + uuid_text(9));
    CHECK(cve[0].pointer == "/name");
    CHECK(cve[0].value == "CVE-2025-0001");
    const auto url = must(evidence(*shelf.store, item, url_key("https://u.example/1")));
    REQUIRE(url.size() == 1);
    CHECK(url[0].pointer == "/external_references/0/url");
    CHECK(must(evidence(*shelf.store, item, url_key("https://u.example/2"))).empty());
  }

  TEST_CASE("dedup/collector: problems are counted and named; progress ends at the end") {
    Shelf shelf;
    const auto c = shelf.collection("c");
    shelf.put(c, "a", report(1, R"(,"external_references":[{"source_name":"cve","external_id":"CVE-1"}])"));
    CollectOptions options;
    ChangeNo last = 0, total = 0;
    options.progress = [&](ChangeNo done, ChangeNo all) {
      last = done;
      total = all;
    };
    const Collected got = must(collect(*shelf.store, options));
    CHECK(got.problem_count == 1);
    REQUIRE(got.problems.size() == 1);
    CHECK(got.problems[0].object_id == "report--" + uuid_text(1));
    CHECK(last == 1);
    CHECK(total == 1);
  }
}

}  // namespace sekisho::store::dedup
