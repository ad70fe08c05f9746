// Pulling: docs/specs/pull.md. Interrupted anywhere, each object is accepted exactly once and none is lost.
#include <stdlib.h>

#include <filesystem>

#include "peer.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/support/property.h"

namespace sekisho::sync::tests {
namespace {

constexpr std::int64_t kWait = 900'000'000;

std::string signed_object(unsigned n) { return Make{n, "GREEN", {id_of(n)}, 0, "x", kPeer}.json(); }
Versions numbers(unsigned count) {
  Versions out;
  for (unsigned n = 1; n <= count; ++n) out.emplace(id_of(n), "2024-01-01T00:00:00.000Z");
  return out;
}
void offer(Receiver& node, unsigned count) {
  for (unsigned n = 1; n <= count; ++n) {
    node.peer.offered["weekly"].push_back(signed_object(n));
    node.peer.offered["weekly-attestations"].push_back(node.attest(signed_object(n)));
  }
}

TEST_SUITE("unit") {
  TEST_CASE("everything once; again, nothing") {
    Receiver node;
    offer(node, 7);
    CHECK(node.pull_once(3).report.accepted == 7);
    CHECK(node.accepted() == numbers(7));
    const auto again = node.pull_once(3);
    CHECK(again.received == 0);
    CHECK(again.report.duplicates == 0);
    CHECK(node.letters().empty());
  }

  TEST_CASE("without attestation an object waits, then becomes a dead letter") {
    Receiver node;
    offer(node, 2);
    node.peer.offered["weekly-attestations"].pop_back();
    const auto first = node.pull_once();
    CHECK(first.report.accepted == 1);
    CHECK(first.waiting == 1);
    CHECK(node.letters().empty());
    node.world.clock.advance_micros(kWait - 1);
    CHECK(node.pull_once().waiting == 1);
    CHECK(node.letters().empty());
    node.restart();
    node.world.clock.advance_micros(1);
    CHECK(node.pull_once().waiting == 0);
    const auto letters = node.letters();
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].reason.code == Code::kSignatureMissing);
    CHECK(letters[0].payload == signed_object(2));
    node.pull_once();
    CHECK(node.letters().size() == 1);
    CHECK(node.accepted() == numbers(1));
  }

  TEST_CASE("what has waited too long leaves in parts, all of it in one pull, and what is attested meanwhile is accepted") {
    Receiver node;
    offer(node, 11);
    auto& proofs = node.peer.offered["weekly-attestations"];
    const std::string one = proofs[6];
    proofs.clear();
    CHECK(node.pull_once(1).waiting == 11);
    CHECK(node.letters().empty());
    node.world.clock.advance_micros(kWait);
    proofs.push_back(one);
    const auto last = node.pull_once(1);  // a part is four objects
    CHECK(last.waiting == 0);
    CHECK(last.report.refused.size() == 10);
    CHECK(node.letters().size() == 10);
    CHECK(node.accepted() == Versions{{id_of(7), "2024-01-01T00:00:00.000Z"}});
    CHECK(node.pull_once(1).report.refused.empty());
  }

  TEST_CASE("an attestation that comes late, also after a restart, makes its object count") {
    Receiver node;
    offer(node, 3);
    auto& proofs = node.peer.offered["weekly-attestations"];
    const std::string late = proofs.back();
    proofs.pop_back();
    CHECK(node.pull_once().waiting == 1);
    node.restart();
    node.world.clock.advance_micros(1000);
    proofs.push_back(late);
    CHECK(node.pull_once().waiting == 0);
    CHECK(node.accepted() == numbers(3));
    CHECK(node.letters().empty());
  }

  TEST_CASE("an attestation that comes before its object is remembered over a restart") {
    Receiver node;
    offer(node, 3);
    auto& objects = node.peer.offered["weekly"];
    const std::string late = objects.back();
    objects.pop_back();
    node.pull_once(1);
    node.restart();
    objects.push_back(late);
    node.pull_once(1);
    CHECK(node.accepted() == numbers(3));
  }

  TEST_CASE("an altered object is refused at once, not after the wait") {
    Receiver node;
    offer(node, 1);
    auto& object = node.peer.offered["weekly"].front();
    object.replace(object.find("\"name\":\"x\""), 10, "\"name\":\"y\"");
    CHECK(node.pull_once().waiting == 0);
    REQUIRE(node.letters().size() == 1);
    CHECK(node.letters()[0].reason.code == Code::kSignatureInvalid);
  }

  TEST_CASE("what cannot be read is a dead letter, and the rest goes on") {
    Receiver node;
    offer(node, 2);
    node.peer.offered["weekly"].insert(node.peer.offered["weekly"].begin() + 1, {"{\"type\":\"report\"}", "17", "\"x\""});
    CHECK(node.pull_once(2).report.accepted == 2);
    const auto letters = node.letters();
    REQUIRE(letters.size() == 3);
    CHECK(letters[0].payload == "{\"type\":\"report\"}");
    CHECK(letters[1].payload == "17");
  }

  TEST_CASE("an object with a member twice stops nothing: it is a dead letter, and the place moves on") {
    Receiver node;
    offer(node, 3);
    const std::string twice = R"({"type":"report","id":"a","id":"b"})";
    node.peer.offered["weekly"].insert(node.peer.offered["weekly"].begin() + 1, {twice, R"({"n":9007199254740993})"});
    CHECK(node.pull_once(2).report.accepted == 3);
    REQUIRE(node.letters().size() == 2);
    CHECK(node.letters()[0].payload == twice);
    CHECK(node.letters()[0].reason.code == Code::kJsonDuplicateKey);
    CHECK(node.pull_once(2).received == 0);
  }

  TEST_CASE("two contents of one version that both wait are both judged, also after a restart") {
    Receiver node;
    const std::string one = signed_object(1), two = Make{1, "GREEN", {id_of(1)}, 0, "y", kPeer}.json();
    node.peer.offered["weekly"] = {one, two};
    CHECK(node.pull_once().waiting == 2);
    node.restart();
    node.world.clock.advance_micros(kWait);
    node.pull_once();
    CHECK(node.letters().size() == 2);
  }

  TEST_CASE("a page far larger than asked for is taken in parts, and the state moves with the last one") {
    Receiver node;
    offer(node, 31);
    node.peer.offered.erase("weekly-attestations");
    node.trust("signs = false", "", "\n[[import]]\nid = \"open\"\neffect = \"accept\"\nsources = [\"peer\"]\n");
    node.peer.whole = true;
    std::vector<std::size_t> received;
    std::vector<std::string> states;
    PullOptions options;
    options.party = "peer";
    options.page = 3;
    const auto rows = must(pull(*node.world.store, *node.inbound, node.world.clock, node.peer, options, [&](const CollectionPull& so_far) {
      received.push_back(so_far.received);
      states.push_back(must(node.world.store->document("pull/peer", "id-of-weekly")).value_or(""));
    }));
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].report.accepted == 31);
    CHECK(received == std::vector<std::size_t>{12, 24, 31});
    CHECK(states == std::vector<std::string>{"", "", "31"});
    CHECK(node.accepted() == numbers(31));
  }

  TEST_CASE("a collection that is not here is named, and the command that makes it") {
    Receiver node;
    node.peer.offered.clear();
    node.peer.offered["other"];
    const auto row = node.pull_once();
    REQUIRE_FALSE(row.status.ok());
    CHECK(row.status.error().detail.find("sekisho collection add other") != std::string::npos);
  }
}

/// Objects and attestations in any order and distance, pages of any size, cut at any page, restarted at will.
void pull_through(Receiver& node, const std::vector<unsigned>& cuts, std::size_t page, bool restart) {
  for (const unsigned cut : cuts) {
    node.peer.pages = 0;
    node.peer.fail_after = cut;
    node.pull_once(page);
    if (restart) node.restart();
    node.world.clock.advance_micros(1000);
  }
  node.peer.fail_after = SIZE_MAX;
  node.pull_once(page);
  node.pull_once(page);
}

TEST_SUITE("property") {
  TEST_CASE("cut anywhere, then again: each object exactly once") {
    PROPERTY("pull", [] {
      const unsigned count = *rc::gen::inRange(1U, 16U);
      const auto shuffle = *rc::gen::container<std::vector<unsigned>>(count, rc::gen::inRange(0U, count));
      const auto cuts = *rc::gen::container<std::vector<unsigned>>(*rc::gen::inRange(0U, 6U), rc::gen::inRange(0U, 30U));
      const std::size_t page = *rc::gen::inRange<std::size_t>(1, 6);
      const bool restart = *rc::gen::arbitrary<bool>();
      Receiver node;
      offer(node, count);
      auto& proofs = node.peer.offered["weekly-attestations"];
      if (*rc::gen::arbitrary<bool>()) {
        for (unsigned i = 0; i < count; ++i) std::swap(proofs[i], proofs[shuffle[i]]);
      }
      pull_through(node, cuts, page, restart);
      const bool all = node.accepted() == numbers(count);
      RC_ASSERT(all);
      RC_ASSERT(node.letters().empty());
      RC_ASSERT(node.world.versions("m") == numbers(count));
    });
  }

  TEST_CASE("attestations inline, cut anywhere: each object exactly once") {
    PROPERTY("pull inline", [] {
      const unsigned count = *rc::gen::inRange(1U, 8U);
      const auto cuts = *rc::gen::container<std::vector<unsigned>>(*rc::gen::inRange(0U, 6U), rc::gen::inRange(0U, 16U));
      const std::size_t page = *rc::gen::inRange<std::size_t>(1, 6);
      Receiver node;
      node.peer.offered.erase("weekly-attestations");
      for (unsigned n = 1; n <= count; ++n) {
        node.peer.offered["weekly"].push_back(node.attest(signed_object(n)));
        node.peer.offered["weekly"].push_back(signed_object(n));
      }
      pull_through(node, cuts, page, true);
      const bool all = node.accepted() == numbers(count);
      RC_ASSERT(all);
      RC_ASSERT(node.letters().empty());
    });
  }
}

TEST_SUITE("contract") {
  TEST_CASE("each page may be the last before the process ends, in SQLite") {
    std::string folder = (std::filesystem::temp_directory_path() / "sekisho-pull-XXXXXX").string();
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    for (unsigned cut = 0; cut < 14; ++cut) {
      const std::string file = folder + "/store" + std::to_string(cut) + ".db";
      FakeRandom random;
      Receiver first(must(store::open_sqlite_store(file, random)));
      offer(first, 6);
      first.peer.fail_after = cut;
      first.pull_once(2);
      first.world.release.reset();
      first.world.store.reset();
      first.world.store = must(store::open_sqlite_store(file, random));
      first.restart();
      first.peer.fail_after = SIZE_MAX;
      first.pull_once(2);
      CHECK(first.accepted() == numbers(6));
      CHECK(first.letters().empty());
      CHECK(must(first.world.store->check([](std::size_t, std::size_t) {})).empty());
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
}

}  // namespace
}  // namespace sekisho::sync::tests
