// DELETE: docs/specs/taxii-delete.md. What a party takes back is gone for everyone who had it from it, and for itself
// whoever else has it; the answer tells nothing of what it does not see.
#include "sync/ingest/withdrawal.h"

#include <algorithm>

#include "peer.h"
#include "sync/ingest/quarantine.h"
#include "sync/ingest/submission.h"

namespace sekisho::sync::tests {
namespace {

const std::string kAccepts =
    "[[import]]\nid = \"open\"\neffect = \"accept\"\nsources = [\"p\", \"q\"]\n"
    "[[import]]\nid = \"hold\"\neffect = \"quarantine\"\nsources = [\"p\"]\ntypes = [\"note\"]\n";

std::string poster(const std::string& id, const std::string& more = {}) {
  return party(id, "member", "class = \"silver\"\nwrite = [\"weekly\", \"vulns\"]\nsigns = false\nrelay = true\n" + more) +
         agreement(id);
}

class Quiet : public Log {
  void write(LogLevel, std::string_view, std::initializer_list<Field>) override {}
};

/// p and q post to and read `weekly` and `vulns`; r only reads.
struct Counter {
  World world;
  Limits limits;
  Quiet log;
  std::unique_ptr<Inbound> inbound;
  std::unique_ptr<Submissions> submissions;
  std::unique_ptr<Recalls> recalls;
  std::unique_ptr<Withdrawals> withdrawals;

  explicit Counter(const std::string& more = {}, std::unique_ptr<store::Store> store = nullptr) : world(1, std::move(store)) {
    if (!has("vulns")) world.add_collection("vulns");
    world.apply(poster("p", more) + poster("q") + member("r", "silver") + kAccepts);
    open();
  }
  bool has(const std::string& alias) const {
    return std::any_of(world.collections.begin(), world.collections.end(), [&](const auto& one) { return one.alias == alias; });
  }
  void open() {
    inbound = std::make_unique<Inbound>(*world.store, *world.release, world.clock, limits);
    submissions = std::make_unique<Submissions>(*world.store, *world.release, *inbound, world.clock, world.random, log);
    recalls = std::make_unique<Recalls>(*world.store, *world.release, *world.audit, *world.egress, world.clock, world.random,
                                        world.signer());
    withdrawals = std::make_unique<Withdrawals>(*world.store, *world.release, *world.outbound, *recalls, world.clock);
  }
  bool post(const std::string& party, const std::string& object, const std::string& alias = "weekly") {
    const auto done = must(submissions->take(party, alias, {object}));
    return done.failures.empty();
  }
  Code remove(const std::string& party, const std::string& id, const Withdrawals::Selection& selection = {},
              const std::string& alias = "weekly") {
    const Readable from = must(world.outbound->find(party, alias));
    const Status done = withdrawals->remove(from, id, selection);
    return done.ok() ? Code{} : done.error().code;
  }
  bool there(const std::string& party, const std::string& id, const std::string& alias = "weekly") {
    return must(world.outbound->has_object(must(world.outbound->find(party, alias)), id));
  }
};

std::string report(unsigned n, int version = 0, const std::string& text = "x") {
  return Make{n, "GREEN", {id_of(n)}, version, text}.json();
}
std::string note(unsigned n) {
  return R"({"type":"note","spec_version":"2.1","id":")" + id_of(n, "note") +
         R"(","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","content":"x","object_refs":[")" +
         id_of(n) + R"("],"object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"]})";
}
Withdrawals::Selection by_version(bool first, bool last, std::vector<Timestamp> exact = {}) {
  Withdrawals::Selection selection;
  selection.by_version = true;
  selection.versions = {false, first, last, std::move(exact)};
  return selection;
}
std::vector<std::string> versions(World& world, const std::string& party) {
  std::vector<std::string> out;
  for (const Row& row : world.read(party)) out.push_back(row.version.substr(14, 2));
  return out;
}
constexpr Code kDone{};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("withdrawal: its own goes from every stream and collection, and does not come again") {
    Counter node;
    CHECK(node.post("p", report(1)));
    CHECK(node.post("p", report(1), "vulns"));
    CHECK(node.post("p", report(2)));
    CHECK(node.world.ids("r") == std::vector<std::string>{id_of(1), id_of(2)});
    CHECK(node.there("p", id_of(1)));
    CHECK(node.remove("p", id_of(1)) == kDone);
    for (const std::string party : {"p", "q", "r"}) {
      CHECK_FALSE(node.there(party, id_of(1)));
      CHECK_FALSE(node.there(party, id_of(1), "vulns"));
    }
    CHECK(node.world.ids("r") == std::vector<std::string>{id_of(2)});
    CHECK(node.remove("p", id_of(1)) == Code::kNotFound);
    CHECK_FALSE(node.post("p", report(1)));
    node.world.restart();
    node.open();
    CHECK(node.world.ids("r") == std::vector<std::string>{id_of(2)});
    CHECK(node.remove("p", id_of(1)) == Code::kNotFound);
    const auto told = must(node.recalls->list());
    REQUIRE(told.size() == 1);
    CHECK(told[0].source == "p");
    CHECK(told[0].reason_code == "withdrawn");
    REQUIRE(told[0].holders.size() == 1);  // q read nothing
    CHECK(told[0].holders[0].party == "r");
    CHECK(must(node.world.audit->check()).empty());
  }

  TEST_CASE("withdrawal: its poster, and nobody else, may use the id again, with another version") {
    Counter node;
    CHECK(node.post("p", report(1)));
    CHECK(node.post("p", report(1, 3), "vulns"));
    CHECK(node.remove("p", id_of(1)) == kDone);
    CHECK_FALSE(node.there("r", id_of(1), "vulns"));
    CHECK_FALSE(node.post("p", report(1)));
    CHECK_FALSE(node.post("p", report(1, 3)));
    node.post("q", report(1, 5));
    CHECK_FALSE(node.there("r", id_of(1)));
    node.world.restart();
    node.open();
    CHECK_FALSE(node.there("r", id_of(1)));
    CHECK(node.post("p", report(1, 7)));
    CHECK(node.there("r", id_of(1)));
    node.world.restart();
    node.open();
    CHECK(node.there("r", id_of(1)));
  }

  TEST_CASE("withdrawal: the answer knows what the party sent and reads, and nothing else") {
    Counter node;
    node.post("q", report(1));
    node.post("q", Make{2, "RED", {id_of(2)}, 0, "x"}.json());
    CHECK(node.remove("p", id_of(1)) == Code::kTaxiiForbidden);           // p reads it
    CHECK(node.remove("p", id_of(2)) == Code::kNotFound);                 // q's, hidden
    CHECK(node.remove("p", id_of(3)) == Code::kNotFound);                 // nowhere
    CHECK(node.remove("r", id_of(1)) == Code::kTaxiiForbidden);           // may not write
    CHECK(node.post("p", report(4), "vulns"));
    CHECK(node.remove("p", id_of(4)) == Code::kNotFound);                 // sent elsewhere
    CHECK(node.post("p", report(2, 0, "mine")));                          // same version, other content
    CHECK(node.remove("p", id_of(2)) == kDone);
    CHECK(node.remove("p", id_of(2)) == Code::kNotFound);
    CHECK(must(node.world.store->versions_of(id_of(2), false)).size() == 2);
    CHECK(must(node.world.release->explain(id_of(2), "q")).at(0).decision.reasons.back().text.find("recalled") == std::string::npos);
  }

  TEST_CASE("withdrawal: what waits for an operator, or waited, is answered like what was let in") {
    Counter node;
    CHECK(node.post("p", note(1)));
    CHECK(node.post("p", note(2)));
    CHECK(node.post("p", note(3)));
    auto letters = must(node.world.store->dead_letters(0, 10));
    REQUIRE(letters.size() == 3);
    Quarantine quarantine(*node.world.store, *node.world.release, *node.world.audit, node.world.clock, node.limits);
    must(quarantine.let_in(letters[1].no, "op", "good"));
    must(quarantine.drop(letters[2].no, "op", "bad"));
    CHECK(node.remove("p", id_of(1, "note"), {}, "vulns") == Code::kNotFound);
    for (const unsigned n : {1U, 2U, 3U}) {
      CHECK(node.remove("p", id_of(n, "note")) == kDone);
      CHECK(node.remove("p", id_of(n, "note")) == Code::kNotFound);
    }
    CHECK_FALSE(quarantine.let_in(letters[0].no, "op", "late").ok());
    CHECK(node.world.ids("r").empty());
  }

  TEST_CASE("withdrawal: another source's copy stays for others, and is not given back to whoever withdrew") {
    Counter node;
    const std::string creator = "identity--55555555-5555-4555-8555-555555555555";
    const auto relayed = [&creator](int version) { return Make{1, "GREEN", {id_of(1)}, version, "x", creator}.json(); };
    node.world.put({R"({"type":"identity","spec_version":"2.1","id":")" + creator +
                    R"(","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","name":"n","object_marking_refs":[")" +
                    std::string(stix::tlp_marking_id(stix::Tlp::kClear)) + "\"]}"},
                   "vulns");
    node.post("p", relayed(0));
    node.post("q", relayed(0));
    node.post("q", relayed(5));
    node.world.clock.advance_micros(1000);  // what p gave has a date, and that is over
    CHECK(node.world.versions("p").count({id_of(1), "2024-01-01T00:05:00.000Z"}) == 1);
    CHECK(node.remove("p", id_of(1)) == kDone);
    CHECK(node.world.versions("r").size() == 2);
    CHECK(node.world.read("p").empty());
    CHECK_FALSE(node.there("p", id_of(1)));
    CHECK(node.there("r", id_of(1)));
    node.post("q", relayed(6));
    CHECK(node.world.versions("r").size() == 3);
    CHECK(node.world.read("p").empty());
    node.world.restart();
    node.open();
    CHECK(node.world.read("p").empty());
    std::size_t previewed = 0;
    must(node.world.release->preview("p", "weekly", [&previewed](std::string_view) { ++previewed; }));
    CHECK(previewed == 0);
    const auto followed = must(node.world.outbound->follow("p", must(node.world.outbound->find("p", "weekly")), "", 10, 1 << 20,
                                                           [](const store::StreamItem&) {}));
    CHECK(followed.count == 0);
  }

  TEST_CASE("withdrawal: versions are chosen among what was sent, and the rest stays") {
    Counter node;
    for (const int version : {1, 2, 3, 4}) node.post("p", report(1, version));
    CHECK(node.remove("p", id_of(1), by_version(true, false)) == kDone);
    CHECK(versions(node.world, "r") == std::vector<std::string>{"02", "03", "04"});
    CHECK(node.remove("p", id_of(1), by_version(false, true)) == kDone);
    CHECK(versions(node.world, "r") == std::vector<std::string>{"02", "03"});
    const Timestamp second = must(parse_stix_time("2024-01-01T00:02:00Z"));
    CHECK(node.remove("p", id_of(1), by_version(false, false, {second})) == kDone);
    CHECK(node.remove("p", id_of(1), by_version(false, false, {second})) == Code::kNotFound);
    CHECK(versions(node.world, "r") == std::vector<std::string>{"03"});
    CHECK_FALSE(node.post("p", report(1, 2)));
    CHECK(node.post("p", report(1, 5)));
    CHECK(versions(node.world, "r") == std::vector<std::string>{"03", "05"});
    node.world.restart();
    node.open();
    CHECK(versions(node.world, "r") == std::vector<std::string>{"03", "05"});
    Withdrawals::Selection old;
    old.spec_versions = {"2.0"};
    CHECK(node.remove("p", id_of(1), old) == Code::kNotFound);
    old.spec_versions = {"2.1"};
    CHECK(node.remove("p", id_of(1), old) == kDone);
    CHECK(node.world.read("r").empty());
    CHECK(node.post("p", report(1, 6)));  // versions went, not the id
  }

  TEST_CASE("withdrawal: with the right everything that is read there goes, whoever gave it, and no more") {
    Counter node("withdraw = [\"weekly\"]\n");
    node.post("q", report(1));
    node.post("q", report(2), "vulns");
    node.post("q", Make{3, "RED", {id_of(3)}, 0, "x"}.json());
    node.world.put({report(4)});
    CHECK(node.remove("p", id_of(1)) == kDone);
    CHECK(node.remove("p", id_of(4)) == kDone);
    CHECK(node.remove("p", id_of(3)) == Code::kNotFound);
    CHECK(node.remove("p", id_of(2), {}, "vulns") == Code::kTaxiiForbidden);
    CHECK(node.remove("p", std::string(kAttestationType) + id_of(1).substr(6)) == Code::kNotFound);
    CHECK(node.world.read("r").empty());
    CHECK(node.world.ids("r", "vulns").size() == 1);
    CHECK(node.remove("p", id_of(1)) == Code::kNotFound);
    const auto told = must(node.recalls->list());
    REQUIRE(told.size() == 2);
    CHECK(told[0].actor == "party p");
  }

  TEST_CASE("withdrawal: one version's notice takes back that version alone at the holder") {
    Counter node;
    node.post("p", report(1, 1));
    node.post("p", report(1, 2));
    CHECK(node.world.read("r").size() == 2);
    CHECK(node.remove("p", id_of(1), by_version(true, false)) == kDone);
    const auto notices = must(node.recalls->pending("r"));
    REQUIRE(notices.size() == 1);
    CHECK(notices[0].text.find(R"("scope":"versions")") != std::string::npos);
    CHECK(notices[0].text.find("00:02:00") == std::string::npos);
  }
}

}  // namespace sekisho::sync::tests
