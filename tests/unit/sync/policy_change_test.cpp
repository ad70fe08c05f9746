// A policy beside the one in force: shown, switched as one, undone; what fails changes nothing.
#include <algorithm>

#include "failing_store.h"
#include "sync/release/policy_changes.h"
#include "sync/recall/recall.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

const std::string kBoth = member("a", "silver") + member("b", "silver");
const std::string kBronzeA = member("a", "bronze") + member("b", "silver") + kNoAmberForBronze;
const std::string kSilverA = member("a", "silver") + member("b", "silver") + kNoAmberForBronze;

std::string text_of(const std::string& rows) { return policy::initial_policy("Example", kOwn, "isac") + "\n" + rows; }

/// A world whose policies go the whole way, with history and trail.
struct House {
  FailingStore* failing = nullptr;
  World world;
  std::string file;  ///< policy.toml

  explicit House() : world(1, make()) { failing = static_cast<FailingStore*>(world.store.get()); }
  static std::unique_ptr<store::Store> make() {
    static FakeRandom random;
    return std::make_unique<FailingStore>(store::make_memory_store(random));
  }
  PolicyChanges changes() { return {*world.store, *world.release, *world.audit, world.clock}; }
  Recalls recalls() { return {*world.store, *world.release, *world.audit, *world.egress, world.clock, world.random, world.signer()}; }
  Result<InForce> try_apply(const std::string& rows, const std::string& action = "policy.apply") {
    auto candidate = changes().prepare(text_of(rows), "policy.toml");
    if (!candidate.ok()) return candidate.error();
    return take(std::move(*candidate), action);
  }
  Result<InForce> take(Candidate candidate, const std::string& action = "policy.apply") {
    const PolicyChanges::File written{file, [this](const std::string& text) {
      file = text;
      return Status();
    }};
    return changes().apply(std::move(candidate), "policy.toml", action, "operator", written);
  }
  InForce apply(const std::string& rows) {
    auto taken = must(try_apply(rows));
    must(world.release->advance());
    return taken;
  }
  PartyChange of(const std::vector<PartyChange>& parties, const std::string& party) {
    const auto found = std::find_if(parties.begin(), parties.end(), [&](const auto& change) { return change.party == party; });
    REQUIRE(found != parties.end());
    return *found;
  }
};

TEST_SUITE("unit") {
  TEST_CASE("sync/policy_changes: a diff says who gains and loses what and why, and changes nothing") {
    House place;
    place.apply(kSilverA);
    place.world.put({Make{1}.json(), Make{2, "AMBER"}.json(), Make{3, "GREEN", {id_of(2)}}.json()});
    const auto before = place.world.read("a"), other = place.world.read("b");
    const auto streams = must(place.world.store->streams()).size();
    place.failing->writes = 0;
    const auto candidate = must(place.changes().prepare(text_of(kBronzeA), "policy.toml"));
    CHECK(place.failing->writes == 0);
    const PartyChange a = place.of(candidate.prepared.parties, "a");
    CHECK(a.lost.count == 2);
    CHECK(a.gained.count == 0);
    REQUIRE(a.lost.examples.size() == 2);
    CHECK(a.lost.examples[0].id == id_of(2));
    CHECK(a.lost.examples[0].reason.text == "Rule bronze denies it: bronze");
    CHECK(a.lost.examples[1].reason.rule == "references");
    CHECK_FALSE(place.of(candidate.prepared.parties, "b").differs());
    CHECK(must(place.world.store->streams()).size() == streams);
    CHECK(place.world.read("a") == before);
    CHECK(place.world.read("b") == other);
  }

  TEST_CASE("sync/policy_changes: what was accepted between diff and switch is decided before anything is seen") {
    House place;
    place.apply(kSilverA);
    place.world.put({Make{1}.json(), Make{2, "GREEN", {id_of(9)}}.json()});
    auto candidate = must(place.changes().prepare(text_of(kBronzeA), "policy.toml"));
    // Carried under the old policy, not under the new one; and one that a held object waited for.
    place.world.put({Make{3, "AMBER"}.json(), Make{4}.json(), Make{5, "GREEN", {id_of(3)}}.json(), Make{9}.json()});
    const auto old = place.world.read("a");
    CHECK(old.size() == 6);
    must(place.take(std::move(candidate)));
    const auto now = place.world.versions("a");
    CHECK(now == Versions{{id_of(1), "2024-01-01T00:00:00.000Z"}, {id_of(2), "2024-01-01T00:00:00.000Z"},
                          {id_of(4), "2024-01-01T00:00:00.000Z"}, {id_of(9), "2024-01-01T00:00:00.000Z"}});
    for (const Row& row : place.world.read("a")) CHECK(std::count(old.begin(), old.end(), row) == 1);  // nothing comes twice
    CHECK(place.world.ids("b").size() == 6);
    place.world.put({statement(7, "CLEAR")});
    CHECK(place.world.ids("a").size() == 5);
  }

  TEST_CASE("sync/policy_changes: a store that refuses any one write leaves policy, streams and file as they were") {
    for (long at = 1;; ++at) {
      CAPTURE(at);
      House place;
      place.apply(kSilverA + party("s", "supplier"));
      place.world.put({Make{1}.json(), Make{2, "AMBER"}.json(), Make{3, "CLEAR"}.json()});
      const auto a = place.world.read("a"), b = place.world.read("b"), s = place.world.read("s");
      const std::string file = place.file;
      auto candidate = must(place.changes().prepare(text_of(kBronzeA + party("s", "supplier") + agreement("s")), "policy.toml"));
      place.failing->fail_at = at;
      const auto taken = place.take(std::move(candidate));
      place.failing->fail_at = 0;
      if (taken.ok()) {
        CHECK(at > 4);
        CHECK(place.world.ids("a").size() == 2);
        break;
      }
      CHECK(must(PolicyHistory(*place.world.store).last())->no == 1);
      CHECK(place.file == file);
      CHECK(place.world.read("a") == a);
      CHECK(place.world.read("b") == b);
      CHECK(place.world.read("s") == s);
      place.world.put({Make{4, "AMBER"}.json()});
      CHECK(place.world.ids("a").size() == 4);
      CHECK(place.world.ids("s") == std::vector<std::string>{id_of(3)});
      CHECK(must(place.world.audit->check()).empty());
      place.apply(kBronzeA + party("s", "supplier") + agreement("s"));
      CHECK(place.world.ids("a") == std::vector<std::string>{id_of(1), id_of(3)});
      CHECK(place.world.ids("s") == std::vector<std::string>{id_of(3), id_of(1)});
    }
  }

  TEST_CASE("sync/policy_changes: another change in between is counted in, not overwritten") {
    House place;
    place.apply(kSilverA);
    place.world.put({Make{1}.json(), Make{2, "AMBER"}.json()});
    auto candidate = must(place.changes().prepare(text_of(kBronzeA), "policy.toml"));
    place.apply(kBoth);
    CHECK_FALSE(place.world.release->stands(candidate.prepared));
    const Status late = place.world.release->switch_to(candidate.prepared, {});
    REQUIRE_FALSE(late.ok());
    CHECK(late.error().code == Code::kUnavailable);
    CHECK(place.world.ids("a").size() == 2);
    must(place.take(std::move(candidate)));
    CHECK(place.world.ids("a") == std::vector<std::string>{id_of(1)});
  }

  TEST_CASE("sync/policy_changes: every policy in force is kept; undo gives back with new dates") {
    House place;
    CHECK(place.apply(kSilverA).no == 1);
    place.world.put({Make{1}.json(), Make{2, "AMBER"}.json()});
    const auto last = place.world.read("a").back().date;
    CHECK(place.apply(kBronzeA).no == 2);
    const PolicyHistory history(*place.world.store);
    const auto first = must(history.version(1));
    CHECK(first.text == text_of(kSilverA));
    const auto taken = must(place.take(must(place.changes().prepare(first.text, "policy 1")), "policy.undo"));
    CHECK(taken.no == 3);
    const auto rows = place.world.read("a");
    REQUIRE(rows.size() == 2);
    CHECK(rows[1].id == id_of(2));
    CHECK(rows[1].date > last);
    CHECK(place.file == first.text);
    const auto versions = must(history.newest(10));
    REQUIRE(versions.size() == 3);
    CHECK(versions[0].action == "policy.undo");
    CHECK(versions[0].digest == versions[2].digest);
    CHECK(must(place.world.audit->check()).empty());
    CHECK(must(place.world.audit->list(0, 10)).back().line.action == "policy.undo");
    const auto none = history.version(9);
    REQUIRE_FALSE(none.ok());
    CHECK(none.error().code == Code::kNotFound);
  }

  TEST_CASE("sync/policy_recalls: what was disclosed and is lost waits; undo cancels, confirming sends one notice") {
    House place;
    place.apply(kSilverA);
    place.world.put({Make{1}.json(), Make{2, "AMBER"}.json(), Make{3, "AMBER"}.json()});
    std::optional<std::string> next;
    place.world.page("a", "weekly", 2, next);  // 1 and 2 are disclosed to a, nothing to b
    place.apply(member("a", "bronze") + member("b", "bronze") + kNoAmberForBronze);
    const auto waits = [&] {
      std::vector<std::string> out;
      for (const auto& recall : must(place.recalls().waiting())) {
        if (recall.state == "waiting") out.push_back(recall.party + " " + recall.object_id);
      }
      return out;
    };
    const std::vector<std::string> two{"a " + id_of(2)};
    CHECK(waits() == two);
    CHECK(must(place.recalls().pending("a")).empty());
    place.apply(kSilverA);
    CHECK(waits().empty());
    place.apply(kBronzeA);
    CHECK(waits() == two);  // its new place was never read, but the party holds it from before
    Recalls recalls = place.recalls();
    CHECK_FALSE(recalls.confirm("b", "", "operator").ok());
    CHECK(must(recalls.confirm("a", id_of(2), "operator")).size() == 1);
    CHECK(waits().empty());
    const auto notices = must(recalls.pending("a"));
    REQUIRE(notices.size() == 1);
    CHECK(notices[0].text.find(id_of(2)) != std::string::npos);
    CHECK(must(recalls.pending("b")).empty());
    CHECK(must(recalls.list()).empty());  // no recall for anyone else
    CHECK(place.world.ids("b").size() == 3);
    CHECK_FALSE(recalls.confirm("a", id_of(2), "operator").ok());
  }

  TEST_CASE("sync/policy_recalls: a version goes, another stays: the party keeps the object") {
    House place;
    place.apply(kSilverA);
    place.world.put({Make{2, "AMBER", {}, 0}.json(), Make{2, "GREEN", {}, 1}.json()});
    place.world.read("a");
    place.apply(kBronzeA);
    CHECK(place.world.ids("a").size() == 1);
    CHECK(must(place.recalls().waiting()).empty());
  }

  TEST_CASE("sync/release: a newcomer to an audience that is there recomputes no decision and reads the same") {
    House place;
    place.apply(kSilverA);
    place.world.put({Make{1}.json(), Make{2, "AMBER"}.json()});
    const auto rows = place.world.read("a");
    const auto candidate = must(place.changes().prepare(text_of(kSilverA + member("c", "silver")), "policy.toml"));
    CHECK(candidate.prepared.decisions == 0);
    const PartyChange c = place.of(candidate.prepared.parties, "c");
    CHECK(c.arrives);
    CHECK(c.gained.count == 2);
    must(place.take(candidate));
    CHECK(place.world.read("c") == rows);
    CHECK(place.world.stream("c") == place.world.stream("a"));
    // What no audience key covers is everybody's ground.
    const std::string other = "[[rule]]\nid = \"x\"\neffect = \"deny\"\nkinds = [\"vendor\"]\nreason = \"r\"\n";
    CHECK(must(place.changes().prepare(text_of(kSilverA + member("c", "silver") + other), "f")).prepared.decisions > 0);
  }

  TEST_CASE("sync/release: with two hundred distinct streams a newcomer recomputes no decision") {
    House place;
    std::string rows;
    for (int i = 0; i < 200; ++i) {
      const std::string n = std::to_string(i);
      rows += member("p" + n, "silver") + "[[rule]]\nid = \"r" + n + "\"\neffect = \"deny\"\nparties = [\"p" + n +
              "\"]\nobjects = [\"" + id_of(static_cast<unsigned>(i)) + "\"]\nreason = \"r\"\n";
    }
    place.apply(rows);
    place.world.put({Make{1}.json(), Make{2, "AMBER"}.json(), Make{500}.json()});
    CHECK(place.world.ids("p1").size() == 2);
    const auto candidate = must(place.changes().prepare(text_of(rows + member("new", "silver")), "policy.toml"));
    CHECK(candidate.prepared.decisions == 3);  // an audience of its own, and of nobody else
    const auto second = must(place.changes().prepare(text_of(rows), "policy.toml"));
    CHECK(second.prepared.decisions == 0);
  }

  TEST_CASE("sync/release: a source that leaves the file is judged anew for everyone") {
    House place;
    const std::string with = kBoth + party("feed", "vendor");
    place.apply(with);
    place.world.put({Make{1, "AMBER"}.json()}, "weekly", "feed");
    CHECK(place.world.ids("a").size() == 1);
    place.apply(kBoth);  // no party any more: its AMBER needs consent
    CHECK(place.world.ids("a").empty());
    place.apply(with);
    CHECK(place.world.ids("a").size() == 1);
  }

  TEST_CASE("sync/release: a preview shows the very bytes of before and after, and discloses nothing") {
    House place;
    place.apply(kBronzeA);
    place.world.put({Make{1}.json(), Make{2, "AMBER"}.json(), Make{3, "AMBER"}.json()});
    const auto shown = [&](const Prepared* prepared, const std::string& party, const std::string& alias) {
      std::vector<std::string> out;
      const auto visit = [&](std::string_view bytes) { out.emplace_back(bytes); };
      must(prepared != nullptr ? place.world.release->preview(*prepared, party, alias, visit)
                               : place.world.release->preview(party, alias, visit));
      return out;
    };
    CHECK(shown(nullptr, "a", "weekly") == std::vector<std::string>{Make{1}.json()});
    CHECK(must(place.world.store->disclosures("a")).empty());
    const std::string rows = kSilverA + party("s", "supplier", "attestations = \"inline\"") + agreement("s");
    const auto candidate = must(place.changes().prepare(text_of(rows), "policy.toml"));
    std::map<std::string, std::vector<std::string>> before;
    for (const std::string who : {"a", "b", "s"}) {
      for (const std::string alias : {"weekly", "weekly-attestations"}) before[who + alias] = shown(&candidate.prepared, who, alias);
    }
    must(place.take(candidate));
    for (const auto& [key, bytes] : before) {
      CAPTURE(key);
      CHECK(bytes == shown(nullptr, key.substr(0, 1), key.substr(1)));
    }
    CHECK(must(place.world.store->disclosures("s")).empty());
  }

  TEST_CASE("sync/release: a computation that is cancelled has changed nothing") {
    House place;
    place.apply(kSilverA);
    place.world.put({Make{1}.json()});
    Watch watch;
    watch.cancelled = [] { return true; };
    const auto prepared = place.changes().prepare(text_of(kBronzeA), "policy.toml", watch);
    REQUIRE_FALSE(prepared.ok());
    CHECK(prepared.error().code == Code::kUnavailable);
    CHECK(place.world.ids("a").size() == 1);
  }
}

}  // namespace
}  // namespace sekisho::sync::tests
