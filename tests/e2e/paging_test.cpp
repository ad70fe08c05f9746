// Pages while others write: every object exactly once, in rising date_added, by either way of paging.
#include <algorithm>
#include <atomic>
#include <functional>
#include <set>
#include <stdexcept>
#include <thread>

#include "tests/e2e/harness.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;

namespace {

constexpr int kWriters = 8;
constexpr int kEach = 60;
const std::string kObjects = "/exchange/collections/weekly/objects/?match[version]=all&limit=7";

struct Seen {
  std::vector<std::string> ids, dates;  ///< dates: first and last of each page
};

/// One page; what it held goes into `seen`, the last date into `after`, the token into `next`.
bool read_page(Caller& caller, std::string& after, std::string& next, bool by_next, const std::string& walk_after, Seen& seen) {
  std::string target = kObjects;
  const std::string from = by_next ? walk_after : after;
  if (!from.empty()) target += "&added_after=" + from;
  if (by_next && !next.empty()) target += "&next=" + next;
  const auto response = caller.get(target);
  if (response.status != 200) throw std::runtime_error(target + " gave " + std::to_string(response.status));
  const Json page(body_of(response));
  for (const auto& entry : page["objects"]) seen.ids.emplace_back(entry.value["id"].string_or(""));
  if (page["objects"].size() > 0) {
    if (page["objects"].size() > 1) seen.dates.push_back(header_of(response, "X-TAXII-Date-Added-First"));
    after = header_of(response, "X-TAXII-Date-Added-Last");
    seen.dates.push_back(after);
  }
  next = page.text("next");
  return page["more"].boolean().value_or(false);
}

/// Walks to the end again and again, and once more after the writers are done.
Seen read_all(Caller caller, bool by_next, const std::atomic<bool>& done) {
  Seen seen;
  std::string after;
  while (true) {
    const bool last = done.load();
    std::string next;
    const std::string walk_after = after;
    while (read_page(caller, after, next, by_next, walk_after, seen)) {
    }
    if (last) return seen;
  }
}

struct Place {
  Place() : node(folder / "node", "Busy ISAC") {
    node.start();
    node.must({"collection", "add", "weekly"});
    for (const std::string party : {"alice", "bob"}) {
      // Two histories: bob is of a kind that gets no GREEN without an agreement.
      node.must({"party", "add", party, "--kind", party == "alice" ? "member" : "vendor", "--read", "weekly"});
    }
    alice = "Bearer " + node.token("alice");
    bob = "Bearer " + node.token("bob");
  }
  Folder folder;
  Node node;
  std::string alice, bob;
};

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("two readers see each object once while eight writers write") {
    Place place;
    std::atomic<bool> done{false};
    Seen by_next, by_date;
    std::vector<Outcome> imports(kWriters);
    std::vector<std::thread> writers;
    for (int w = 0; w < kWriters; ++w) {
      const std::string file = indicator_file(place.folder / ("w" + std::to_string(w) + ".json"), 1 + w * kEach, kEach,
                                              w % 2 == 0 ? Tlp::kGreen : Tlp::kClear);
      writers.emplace_back([&place, &imports, w, file] { imports[static_cast<std::size_t>(w)] = place.node({"import", "--collection", "weekly", file}); });
    }
    std::thread first([&] { by_next = read_all(Caller(place.node, place.alice), true, done); });
    std::thread second([&] { by_date = read_all(Caller(place.node, place.alice), false, done); });
    for (auto& writer : writers) writer.join();
    done = true;
    first.join();
    second.join();
    for (const Outcome& import : imports) CHECK_MESSAGE(import.exit == 0, import.err);

    for (const Seen* seen : {&by_next, &by_date}) {
      CAPTURE((seen == &by_next ? "next" : "added_after"));
      CHECK(seen->ids.size() == kWriters * kEach + 1);  // with the node's identity
      CHECK(std::set<std::string>(seen->ids.begin(), seen->ids.end()).size() == seen->ids.size());
      CHECK(std::adjacent_find(seen->dates.begin(), seen->dates.end(), std::greater_equal<>()) == seen->dates.end());
    }
    CHECK(by_next.ids == by_date.ids);
    CHECK(fsck(place.node).number("contradictions") == 0);
  }

  TEST_CASE("a token is a function of the request, and of the caller") {
    Place place;
    place.node.must({"import", "--collection", "weekly", indicator_file(place.folder / "a.json", 1, 40, Tlp::kClear)});
    Caller alice(place.node, place.alice), bob(place.node, place.bob);
    const std::string token = alice.page(kObjects).text("next");
    REQUIRE(token.size() == 43);
    CHECK(alice.page(kObjects).text("next") == token);
    CHECK(bob.page(kObjects).text("next") != token);
    const std::string second = alice.page(kObjects + "&next=" + token).text("next");
    CHECK(alice.page(kObjects + "&next=" + token).text("next") == second);
    CHECK(second != token);

    const auto refused = bob.get(kObjects + "&next=" + token);
    CHECK(refused.status == 400);
    std::string altered = token;
    altered[10] = altered[10] == 'A' ? 'B' : 'A';
    const std::string weekly = "/exchange/collections/weekly/objects/?limit=7&next=";
    for (const std::string& target :
         {kObjects + "&next=" + altered, kObjects + "&next=" + token.substr(0, 42), kObjects + "&next=" + token + "A",
          weekly + token /* another selection: the last versions */,
          "/exchange/collections/weekly-attestations/objects/?match[version]=all&limit=7&next=" + token}) {
      CAPTURE(target);
      const auto response = alice.get(target);
      CHECK(response.status == 400);
      CHECK(body_of(response) == body_of(refused));  // whatever is wrong with it
    }

    // Neither more objects nor another process change what was given.
    place.node.must({"import", "--collection", "weekly", indicator_file(place.folder / "b.json", 41, 40, Tlp::kClear)});
    CHECK(alice.page(kObjects).text("next") == token);
    place.node.kill9();
    place.node.start();
    CHECK(alice.page(kObjects + "&next=" + token).text("next") == second);
  }
}
