// kill -9 of either side in the middle of things. The proxy's hook is the moment: the k-th answer is in its
// hands when the process dies, so nothing here depends on timing.
#include <algorithm>
#include <set>
#include <thread>

#include "tests/e2e/harness.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;

namespace {

constexpr int kPage = 20;
constexpr int kReleasable = 150;

/// 150 indicators that may go, with RED ones between them.
void import_mixture(const Exchange& exchange) {
  std::vector<std::string> objects;
  for (int n = 1; n <= kReleasable; ++n) {
    objects.push_back(indicator(n, n % 2 == 0 ? Tlp::kGreen : Tlp::kClear));
    if (n % 5 == 0) objects.push_back(indicator(1000 + n, Tlp::kRed));
  }
  write_text(exchange.folder / "in.json", bundle(objects));
  exchange.publisher.must({"import", "--collection", "weekly", exchange.folder / "in.json"});
}

/// Exactly the releasable objects, nothing twice, both nodes sound.
void check_complete(const Exchange& exchange) {
  const auto offered = held(exchange.publisher, "weekly", "subscriber");
  const auto taken = held(exchange.subscriber, "weekly", "reader");
  CHECK(offered.size() == kReleasable);
  CHECK(taken == offered);
  CHECK(std::set<std::string>(taken.begin(), taken.end()).size() == taken.size());
  CHECK(fsck(exchange.publisher).number("contradictions") == 0);
  const Json report = fsck(exchange.subscriber);
  CHECK(report.number("contradictions") == 0);
  // Each stored once: the indicators, the publisher's identity, its own identity.
  CHECK(report.number("changes") == kReleasable + 2);
  CHECK(report.number("dead_letters") == 0);
  const Json again = sync_row(exchange.sync(), "weekly");
  CHECK(again.number("received") == 0);
}

bool is_page(const taxii::HttpRequest& request) { return request.path.find("/objects/") != std::string::npos; }

/// What a reader has seen of a collection, and how it goes on.
struct Walk {
  Caller caller;
  int limit;
  std::string next, after;
  std::vector<std::string> ids;

  /// One page; true if there is more.
  bool step() {
    std::string target = "/exchange/collections/weekly/objects/?match[version]=all&limit=" + std::to_string(limit);
    if (!after.empty()) target += "&added_after=" + after;
    if (!next.empty()) target += "&next=" + next;
    const auto response = caller.get(target);
    REQUIRE(response.status == 200);
    const Json page(body_of(response));
    for (const auto& entry : page["objects"]) ids.emplace_back(entry.value["id"].string_or(""));
    next = page.text("next");
    return page["more"].boolean().value_or(false);
  }
};

/// id and date_added of all that the party reads, by the manifest.
std::vector<std::pair<std::string, std::string>> manifest(Caller& caller) {
  std::vector<std::pair<std::string, std::string>> out;
  std::string after;
  while (true) {
    const Json page = caller.page("/exchange/collections/weekly/manifest/?match[version]=all" +
                                  (after.empty() ? "" : "&added_after=" + after));
    for (const auto& entry : page["objects"]) {
      out.emplace_back(entry.value["id"].string_or(""), entry.value["date_added"].string_or(""));
      after = out.back().second;
    }
    if (!page["more"].boolean().value_or(false)) return out;
  }
}

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("the publisher dies while the subscriber pulls") {
    for (const int k : {1, 3, 4, 11}) {
      CAPTURE(k);
      Exchange exchange(kPage);
      import_mixture(exchange);
      int pages = 0;
      exchange.proxy.set_hook([&](const taxii::HttpRequest& request, taxii::HttpResponse&) {
        if (is_page(request) && ++pages == k) exchange.publisher.kill9();
      });
      const Outcome interrupted = exchange.sync();
      REQUIRE(pages >= k);
      CHECK(interrupted.exit == 1);
      const Json first = sync_row(interrupted, "weekly");
      CHECK_FALSE(first.text("error").empty());
      exchange.proxy.set_hook({});
      exchange.publisher.start();
      const Json second = sync_row(exchange.sync(), "weekly");
      CHECK(second.text("error").empty());
      // What was accepted before the fault counts once: with the identity, all, and none of it again.
      CHECK(first.number("accepted") + second.number("accepted") == kReleasable + 1);
      CHECK(second.number("duplicates") == 0);
      check_complete(exchange);
    }
  }

  TEST_CASE("the subscriber dies in the middle of its pull") {
    for (const int k : {1, 2, 5, 8, 15}) {
      CAPTURE(k);
      Exchange exchange(kPage);
      import_mixture(exchange);
      int pages = 0;
      exchange.proxy.set_hook([&](const taxii::HttpRequest& request, taxii::HttpResponse&) {
        if (is_page(request) && ++pages == k) exchange.subscriber.kill9();
      });
      const Outcome interrupted = exchange.sync();
      REQUIRE(pages >= k);
      CHECK(interrupted.exit != 0);
      exchange.proxy.set_hook({});
      exchange.subscriber.start();
      const Json row = sync_row(exchange.sync(), "weekly");
      CHECK(row.text("error").empty());
      if (k > 4) CHECK(row.number("received") < kReleasable + 1);  // it went on where it was, not from the start
      check_complete(exchange);
    }
  }

  TEST_CASE("the publisher dies in the middle of an import") {
    constexpr int kAcknowledged = 1000, kBig = 6000;
    Exchange exchange;
    Node& publisher = exchange.publisher;
    const std::string authorization = "Bearer " + read_text(exchange.folder / "token");
    publisher.must({"import", "--collection", "weekly", indicator_file(exchange.folder / "a.json", 1, kAcknowledged, Tlp::kGreen)});
    Walk reader{Caller(publisher, authorization), 70, "", "", {}};
    for (int i = 0; i < 5; ++i) REQUIRE(reader.step());

    // The import runs until the first of its objects can be read; then the node dies. Should the import be
    // done by then after all, the next one is tried.
    int first = kAcknowledged + 1;
    Outcome import;
    std::string file;
    for (int attempt = 0; attempt < 5; ++attempt, first += kBig) {
      file = indicator_file(exchange.folder / "b.json", first, kBig, Tlp::kGreen);
      std::thread importer([&] { import = publisher({"import", "--collection", "weekly", file}); });
      Caller watcher(publisher, authorization);
      while (watcher.get("/exchange/collections/weekly/objects/" + indicator_id(first) + "/").status == 404) {
      }
      publisher.kill9();
      importer.join();
      publisher.start();
      if (import.exit != 0) break;
    }
    REQUIRE(import.exit != 0);

    CHECK(fsck(publisher).number("contradictions") == 0);
    Caller caller(publisher, authorization);
    const auto before = manifest(caller);
    const Json again(publisher.must({"import", "--collection", "weekly", "--json", file}));
    CHECK(again.number("duplicates") > 0);  // part of it was there,
    CHECK(again.number("accepted") > 0);    // part was not,
    CHECK(again.number("accepted") + again.number("duplicates") == kBig);
    CHECK(again.number("refused") == 0);

    // What was there stays as it was, the rest follows with later dates; the identity came first of all.
    const auto after = manifest(caller);
    REQUIRE(after.size() == static_cast<std::size_t>(first + kBig));
    CHECK(std::equal(before.begin(), before.end(), after.begin()));
    for (std::size_t i = 1; i < after.size(); ++i) {
      if (after[i - 1].second >= after[i].second) FAIL_CHECK("dates do not rise at " << i << ": " << after[i].second);
    }
    std::set<std::string> ids;
    for (const auto& [id, date] : after) ids.insert(id);
    CHECK(ids.size() == after.size());
    for (int n = 1; n < first + kBig; ++n) {
      if (ids.count(indicator_id(n)) == 0) FAIL_CHECK("missing: " << indicator_id(n));
    }

    // A cursor given before the kill goes on without gap or repeat.
    while (reader.step()) {
    }
    REQUIRE(reader.ids.size() == after.size());
    for (std::size_t i = 0; i < after.size(); ++i) {
      if (reader.ids[i] != after[i].first) FAIL_CHECK("another object at " << i);
    }
    CHECK(fsck(publisher).number("contradictions") == 0);
  }
}
