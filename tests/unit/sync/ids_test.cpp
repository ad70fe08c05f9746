// Operators say whose claim of an id counts, and see all claims side by side. docs/specs/ownership.md §2, §4.
#include <algorithm>

#include "stix/sco_id.h"
#include "sync/moderation/ids.h"
#include "sync/release/plan/recalled.h"
#include "sync/release/policy_change/applied.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

using Texts = std::vector<std::string>;

std::string rows() {
  const auto giver = [](const std::string& id) { return party(id, "vendor", "write = [\"*\"]\nclass = \"silver\""); };
  return giver("acme") + giver("beta") + giver("gamma") + member("r", "silver") + member("g", "bronze") + kNoAmberForBronze;
}

Texts texts(World& world, const std::string& party) {
  Texts out;
  for (const Row& row : world.read(party)) out.emplace_back(must(stix::Object::parse(row.bytes))->root()["name"].string_or(""));
  return out;
}

/// acme's counts, beta's is displaced; g does not read acme's.
struct Case {
  World world;
  Ids ids{*world.store, *world.release, *world.audit, world.clock};

  Case() {
    world.apply(rows());
    world.put({Make{1, "AMBER", {}, 0, "acme's"}.json()}, "weekly", "acme");
    world.put({Make{1, "GREEN", {}, 0, "beta's"}.json()}, "weekly", "beta");
    world.put({Make{2, "GREEN", {id_of(1)}, 0, "names it"}.json()}, "weekly", "beta");
  }
  void recall(const std::string& source) {
    std::vector<store::ObjectNo> numbers;
    for (const auto& version : must(world.store->versions_of(id_of(1), false))) {
      if (version.source == source) numbers.push_back(version.no);
    }
    must(world.release->recall(numbers, {{kRecallSpace, recall_key(source, id_of(1)),
                                          "{\"source\":\"" + source + "\",\"object\":\"" + id_of(1) + "\",\"at\":\"x\",\"reason_code\":\"x\",\"reason\":\"x\"}"}}));
    must(world.release->advance());
  }
  void anew() {
    store::Batch batch;
    batch.documents.push_back({kReleaseSpace, kAppliedKey, std::nullopt});
    must(world.store->commit(batch, world.clock.now()));
    world.restart();
  }
  /// What is said of one giver's copies towards a party.
  Texts states(const std::string& giver, const std::string& to) {
    Texts out;
    must(world.release->each_copy(id_of(1), [&](const CopyStanding& copy) {
      if (copy.source != giver) return;
      for (const auto& one : copy.towards) {
        if (std::find(one.parties.begin(), one.parties.end(), to) != one.parties.end()) out.push_back(one.state);
      }
    }));
    return out;
  }
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("ids: what an operator gives counts from then on, until it is taken back; nothing that names it moves") {
    Case it;
    CHECK(texts(it.world, "r") == Texts{"acme's", "names it"});
    const auto recomputed = it.world.release->computed_anew();
    CHECK(must(it.ids.give(id_of(1), "beta", "it is theirs", "operator")).party == "beta");
    CHECK(texts(it.world, "r") == Texts{"names it", "beta's"});
    CHECK(texts(it.world, "g") == Texts{"beta's", "names it"});
    CHECK(it.world.release->computed_anew() == recomputed);
    const auto settled = must(it.ids.list());
    REQUIRE(settled.size() == 1);
    CHECK(settled.front().reason == "it is theirs");
    CHECK_FALSE(settled.front().open);
    it.world.restart();
    CHECK(texts(it.world, "r") == Texts{"names it", "beta's"});
    it.anew();
    CHECK(texts(it.world, "r") == Texts{"names it", "beta's"});
    Ids again(*it.world.store, *it.world.release, *it.world.audit, it.world.clock);
    must(again.take_back(id_of(1), "it is not", "operator"));
    CHECK(texts(it.world, "r") == Texts{"names it", "acme's"});
    CHECK(texts(it.world, "g") == Texts{"beta's", "names it"});
    CHECK(must(again.list()).empty());
    std::vector<std::string> told;
    for (const auto& entry : must(it.world.audit->list(0, 100))) told.push_back(entry.line.action + " " + entry.line.detail);
    CHECK(std::find(told.begin(), told.end(), "ids.give to beta: it is theirs") != told.end());
    CHECK(std::find(told.begin(), told.end(), "ids.take-back from beta: it is not") != told.end());
  }

  TEST_CASE("ids: the place of what left is filled by what an operator gives, and kept for that when it leaves") {
    Case it;
    it.recall("acme");
    CHECK(texts(it.world, "r") == Texts{"names it"});
    must(it.ids.give(id_of(1), "beta", "acme is gone", "operator"));
    CHECK(texts(it.world, "r") == Texts{"names it", "beta's"});
    it.world.put({Make{1, "GREEN", {}, 3, "gamma's"}.json()}, "weekly", "gamma");
    CHECK(texts(it.world, "r") == Texts{"names it", "beta's"});
    it.recall("beta");
    CHECK(texts(it.world, "r").empty());
    it.anew();
    CHECK(texts(it.world, "r").empty());
    Ids again(*it.world.store, *it.world.release, *it.world.audit, it.world.clock);
    must(again.give(id_of(1), "gamma", "so is beta", "operator"));
    CHECK(texts(it.world, "r") == Texts{"gamma's"});
    // Ours comes before it.
    it.world.put({Make{1, "GREEN", {}, 0, "ours"}.json()});
    CHECK(texts(it.world, "r") == Texts{"ours"});
  }

  TEST_CASE("ids: what was not finished is finished when the node comes back") {
    Case it;
    store::Batch batch;
    batch.documents.push_back({kSettledSpace, id_of(1), SettledId{id_of(1), "beta", "r", "t", "operator", true}.to_json()});
    must(it.world.store->commit(batch, it.world.clock.now()));
    it.world.restart();
    CHECK(texts(it.world, "r") == Texts{"acme's", "names it"});
    Ids again(*it.world.store, *it.world.release, *it.world.audit, it.world.clock);
    must(again.start());
    must(again.finish());
    CHECK(texts(it.world, "r") == Texts{"names it", "beta's"});
    CHECK_FALSE(must(again.list()).front().open);
  }

  TEST_CASE("ids: what cannot be settled is refused, and says why") {
    Case it;
    const auto code = [&](const std::string& id, const std::string& to, const std::string& reason = "r") {
      return it.ids.give(id, to, reason, "operator").error().code;
    };
    CHECK(code(id_of(1), "gamma") == Code::kNotFound);
    CHECK(code(id_of(7), "beta") == Code::kNotFound);
    CHECK(code(id_of(1), "nobody") == Code::kPeerUnknown);
    CHECK(code(id_of(1), "self") == Code::kInvalidArgument);
    CHECK(code(id_of(1), "beta", "") == Code::kInvalidArgument);
    CHECK(code(id_of(1, "marking-definition"), "beta") == Code::kInvalidArgument);
    const auto document = must(json::Document::parse(R"({"type":"ipv4-addr","value":"198.51.100.7"})"));
    const std::string address = must(stix::sco_id(document->root()));
    it.world.put({R"({"type":"ipv4-addr","spec_version":"2.1","value":"198.51.100.7","id":")" + address + "\"}"}, "weekly", "beta");
    CHECK(code(address, "beta") == Code::kInvalidArgument);
    Provenance given_back;
    given_back.echo = true;
    it.world.put({Make{1, "GREEN", {}, 0, "beta's"}.json()}, "weekly", "gamma", given_back);
    CHECK(code(id_of(1), "gamma") == Code::kNotFound);
    must(it.ids.give(id_of(1), "beta", "r", "operator"));
    CHECK(code(id_of(1), "beta") == Code::kAlreadyExists);
    CHECK(it.ids.take_back(id_of(2), "r", "operator").error().code == Code::kNotFound);
  }

  TEST_CASE("ids: all copies of an id are shown, by claim, and how each stands towards every audience") {
    Case it;
    it.world.put({Make{1, "GREEN", {}, 0, "acme's other"}.json()}, "weekly", "acme");
    CHECK(it.states("acme", "r") == Texts{"counts", "passed-over"});
    CHECK(it.states("beta", "r") == Texts{"displaced"});
    CHECK(it.states("acme", "g") == Texts{"denied", "displaced"});
    CHECK(it.states("beta", "g") == Texts{"counts"});
    Texts claims;
    must(it.world.release->each_copy(id_of(1), [&](const CopyStanding& copy) { claims.push_back(copy.claim + " " + copy.source + " " + copy.collection); }));
    CHECK(claims == Texts{"party:acme acme weekly", "party:acme acme weekly", "party:beta beta weekly"});
    must(it.ids.give(id_of(1), "beta", "r", "operator"));
    CHECK(it.states("acme", "r").front() == "displaced");
    CHECK(it.states("beta", "r") == Texts{"counts"});
    it.recall("beta");
    CHECK(it.states("beta", "r") == Texts{"kept"});
    CHECK(it.world.release->each_copy(id_of(9), [](const CopyStanding&) {}).error().code == Code::kNotFound);
  }
}

}  // namespace sekisho::sync::tests
