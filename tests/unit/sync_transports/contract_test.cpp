// What every transport keeps, whatever carries it: one suite over each of them.
#include "transport.h"

using namespace sekisho;
using namespace sekisho::sync;
using namespace sekisho::sync::tests;

namespace {

struct Pair {
  Node a{"a", 1, {"weekly", "vulns"}}, b{"b", 2, {"weekly", "vulns"}};
  Pair() { befriend(a, b); }
};

/// Ids from a party in the order in which they were accepted.
std::vector<std::string> order(const Node& node, const std::string& source) {
  std::vector<std::string> out;
  for (const auto& change : must(node.kept->changes(0, 1'000'000))) {
    const auto object = must(node.kept->object(change.object));
    if (object.source == source) out.push_back(object.id);
  }
  return out;
}

const std::string kVersion = "2024-01-01T00:00:00.000Z";

}  // namespace

TEST_SUITE("contract") {
  TEST_CASE_TEMPLATE("sync/transport: everything arrives, in order, once, byte for byte", Way, OverLink, OverTaxii) {
    Pair p;
    p.a.put_range(1, 30);
    p.a.put({Make{.n = 3, .version = 2}.json(), "{ \"x_b\" : [1, 2] ," + Make{.n = 40}.json().substr(1)});
    REQUIRE(Way::bring(p.a, p.b));
    CHECK(order(p.b, "a") == order(p.a, ""));
    CHECK(p.b.held("a") == p.a.held(""));
    CHECK(most(p.b.held("a")) == 1);
    CHECK(must(p.b.kept->versions_of(id_of(40), true)).at(0).bytes == must(p.a.kept->versions_of(id_of(40), true)).at(0).bytes);
    CHECK(p.b.letters().empty());
  }

  TEST_CASE_TEMPLATE("sync/transport: cut after any step and resumed, no gap and no repeat", Way, OverLink, OverTaxii) {
    bool whole = false;
    for (std::size_t steps = 0; !whole; ++steps) {
      CAPTURE(steps);
      REQUIRE(steps < 100);
      Pair p;
      p.a.put_range(1, 6);
      whole = Way::bring(p.a, p.b, {.steps = steps});
      p.b.restart();
      p.a.put_range(7, 8);
      REQUIRE(Way::bring(p.a, p.b));
      CHECK(p.b.held("a") == p.a.held(""));
      CHECK(most(p.b.held("a")) == 1);
      CHECK(p.b.letters().empty());
    }
  }

  TEST_CASE_TEMPLATE("sync/transport: an object altered on the way is refused, the others are not touched", Way, OverLink, OverTaxii) {
    Pair p;
    p.a.put({Make{.n = 1}.json(), Make{.n = 2, .text = "harmless"}.json(), Make{.n = 3}.json()});
    Way::bring(p.a, p.b, {.find = "harmless", .put = "HARMLESS"});
    CHECK(p.b.held("a").size() == 2);
    CHECK(p.b.held("a").count({id_of(2), kVersion}) == 0);
    const auto letters = p.b.letters();
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].object_id == id_of(2));
    CHECK(letters[0].reason.code == Code::kSignatureInvalid);
  }

  TEST_CASE_TEMPLATE("sync/transport: nothing counts before its signature was checked with a key of that party", Way, OverLink, OverTaxii) {
    Pair p;
    const Node stranger("a", 7);
    p.b.apply(stranger.as_party("identities = [\"" + p.a.identity + "\"]\n"));  // another key is pinned for it
    p.a.put_range(1, 4);
    Way::bring(p.a, p.b);
    CHECK(p.b.held("a").empty());
    const auto letters = p.b.letters();
    REQUIRE(letters.size() == 4);
    for (const auto& letter : letters) CHECK(letter.reason.code == Code::kKeyUnknown);
  }

  TEST_CASE_TEMPLATE("sync/transport: nothing hidden shows", Way, OverLink, OverTaxii) {
    Pair p;
    p.a.apply(p.b.as_party("collections = [\"weekly\"]\n"));
    p.b.apply(p.a.as_party("write = [\"weekly\", \"vulns\"]\n"));
    p.a.put({Make{.n = 1}.json(), Make{.n = 2, .tlp = "AMBER"}.json(), Make{.n = 3, .tlp = "GREEN"}.json()});
    p.a.put_range(10, 12, "vulns");
    REQUIRE(Way::bring(p.a, p.b));
    CHECK(order(p.b, "a") == std::vector{id_of(1)});
    CHECK(p.b.letters().empty());
  }

  TEST_CASE_TEMPLATE("sync/transport: delivered again from the start, nothing changes", Way, OverLink, OverTaxii) {
    Pair p;
    p.a.put_range(1, 12);
    REQUIRE(Way::bring(p.a, p.b));
    const auto changes = must(p.b.kept->last_change());
    store::Batch forget;
    for (const auto& [key, value] : must(p.b.kept->documents(Way::space(p.a)))) {
      forget.documents.push_back({Way::space(p.a), key, std::nullopt});
    }
    REQUIRE_FALSE(forget.documents.empty());
    must(p.b.store->commit(forget, p.b.clock.now()));
    REQUIRE(Way::bring(p.a, p.b));
    CHECK(must(p.b.kept->last_change()) == changes);
    CHECK(p.b.letters().empty());
  }

  TEST_CASE_TEMPLATE("sync/transport: a right or a key that is revoked bites at once", Way, OverLink, OverTaxii) {
    Pair p;
    p.a.put_range(1, 2);
    REQUIRE(Way::bring(p.a, p.b));
    p.a.put_range(3, 4);
    SUBCASE("the right to read") {
      p.a.apply(p.b.as_party("collections = []\n"));
      Way::bring(p.a, p.b);
      CHECK(p.b.letters().empty());
    }
    SUBCASE("the right to write") {
      p.b.apply(p.a.as_party("write = []\n"));
      Way::bring(p.a, p.b);
    }
    SUBCASE("the key") {
      p.b.apply(p.a.as_party() + "revoked = 2025-01-01\n");
      Way::bring(p.a, p.b);
      CHECK(p.b.letters().size() == 2);
    }
    SUBCASE("everything, by the operator") {
      must(p.a.egress->stop("", "incident", "ops"));
      Way::bring(p.a, p.b);
      must(p.a.egress->lift("", "over", "ops"));
      CHECK(p.b.held("a").size() == 2);
      REQUIRE(Way::bring(p.a, p.b));
      CHECK(p.b.held("a").size() == 4);
      return;
    }
    CHECK(p.b.held("a").size() == 2);
  }

  TEST_CASE_TEMPLATE("sync/transport: what is released later arrives later, and only that travels", Way, OverLink, OverTaxii) {
    Pair p;
    for (unsigned n = 1; n <= 9; n += 3) {
      p.a.put_range(n, n + 2);
      REQUIRE(Way::bring(p.a, p.b));
      CHECK(p.b.held("a").size() == n + 2);
    }
    p.a.put({Make{.n = 5, .version = 1}.json()});
    REQUIRE(Way::bring(p.a, p.b));
    CHECK(p.b.held("a").count({id_of(5), "2024-01-01T00:01:00.000Z"}) == 1);
    CHECK(p.b.held("a") == p.a.held(""));
    CHECK(most(p.b.held("a")) == 1);
  }

  TEST_CASE_TEMPLATE("sync/transport: a collection of many pages arrives whole", Way, OverLink, OverTaxii) {
    Pair p;
    std::vector<std::string> many;
    for (unsigned n = 1; n <= 2300; ++n) many.push_back(Make{.n = n}.json());
    p.a.put(many);
    REQUIRE(Way::bring(p.a, p.b));
    CHECK(order(p.b, "a") == order(p.a, ""));
    CHECK(p.b.letters().empty());
  }

  TEST_CASE_TEMPLATE("sync/transport: what the receiver's disk refuses comes again", Way, OverLink, OverTaxii) {
    Pair p;
    p.a.put_range(1, 5);
    p.b.refuse_commits = true;
    CHECK((Way::bring(p.a, p.b), p.b.held("a").empty()));
    p.b.refuse_commits = false;
    p.b.restart();
    REQUIRE(Way::bring(p.a, p.b));
    CHECK(p.b.held("a") == p.a.held(""));
  }
}
