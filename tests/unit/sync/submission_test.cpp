// Submissions: docs/specs/taxii-post.md. Each object alone, against what its poster may see, in one transaction
// with the status; delivered again, nothing changes.
#include <algorithm>
#include <tuple>

#include "peer.h"
#include "sync/ingest/submission.h"
#include "tests/support/property.h"

namespace sekisho::sync::tests {
namespace {

const std::string kAccepts = "[[import]]\nid = \"open\"\neffect = \"accept\"\nsources = [\"peer\"]\n";
constexpr std::int64_t kDay = StatusShelf::kKeptMicros;

std::string report(unsigned n, const std::string& text = "x") {
  return Make{n, "GREEN", {id_of(n)}, 0, text, kPeer}.json();
}

/// Under the marking of statement(`marking`).
std::string marked(unsigned n, unsigned marking) {
  return Make{n, id_of(marking, "marking-definition"), {id_of(n)}, 0, "x", kPeer}.json();
}

/// A marking that is not understood is tighter than any ceiling; one that says nothing of TLP counts as AMBER.
std::string tight(const std::string& effect) {
  return "[[import]]\nid = \"tight\"\neffect = \"" + effect + "\"\ntlp_ceiling = \"TLP:AMBER\"\n";
}

std::vector<std::string_view> views(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

class Lines : public Log {
 public:
  void write(LogLevel, std::string_view event, std::initializer_list<Field> fields) override {
    text += event;
    for (const auto& [name, value] : fields) text.append(" ").append(name).append("=").append(value);
    text += "\n";
  }
  std::string text;
};

/// A node with a party `peer` that posts to `weekly`; `more` are members of it.
struct Desk {
  Receiver node;
  Lines log;
  std::unique_ptr<Submissions> submissions;

  explicit Desk(const std::string& more = "signs = false", const std::string& rows = {}) {
    node.trust(more, "", agreement("peer") + rows + kAccepts);
    open();
  }
  void open() {
    submissions = std::make_unique<Submissions>(*node.world.store, *node.world.release,
                                                *node.inbound, node.world.clock, node.world.random, log);
  }
  Submission post(const std::vector<std::string>& objects, const std::string& party = "peer") {
    return must(submissions->take(party, "weekly", views(objects)));
  }
  Submission status(const Submission& of) { return must(submissions->status("peer", of.id)); }
};

/// All that the answer tells, but for id and time.
std::string told(const Submission& status) {
  std::string out;
  for (const auto* list : {&status.successes, &status.failures}) {
    out += "\n" + std::to_string(list->size());
    for (const auto& detail : *list) out += "\n" + detail.id + " " + detail.version + " " + detail.message;
  }
  return out;
}

bool is_told_of(const Submission& status, const std::string& id, const std::string& part) {
  return std::any_of(status.failures.begin(), status.failures.end(), [&](const Submission::Detail& detail) {
    return detail.id == id && detail.message.find(part) != std::string::npos;
  });
}

TEST_SUITE("unit") {
  TEST_CASE("submission: one faulty object concerns nobody but itself") {
    Desk desk;
    const std::string twice = R"({"type":"report","type":"report"})";
    const Submission done = desk.post({report(1), twice, "17", R"({"type":"report","id":"report--x"})",
                                       R"({"type":"report","spec_version":"2.1","id":")" + id_of(4) + "\"}", report(2)});
    REQUIRE(done.successes.size() == 2);
    CHECK(done.successes[0].id == id_of(1));
    CHECK(done.successes[0].version == "2024-01-01T00:00:00.000Z");
    CHECK(done.successes[0].message.empty());
    REQUIRE(done.failures.size() == 4);
    CHECK(done.failures[0].id == "unknown");
    CHECK(done.failures[0].message.find("same member name twice") != std::string::npos);
    CHECK(done.failures[2].id == "report--x");
    CHECK(done.failures[2].version == stix::kUnversioned);
    CHECK(done.failures[3].id == id_of(4));
    CHECK(done.failures[3].message.find("STIX 2.1 S-") != std::string::npos);
    CHECK(desk.node.accepted().size() == 2);
    CHECK(desk.node.letters().size() == 4);
    CHECK(desk.node.letters()[1].payload.size() > 0);
    CHECK(told(desk.status(done)) == told(done));
    CHECK(desk.status(done).requested == done.requested);
  }

  TEST_CASE("submission: the same again changes nothing and gives a new status") {
    Desk desk;
    const Submission first = desk.post({report(1), report(2)});
    const auto before = desk.node.world.read("m");
    desk.node.world.clock.advance_micros(5);
    const Submission second = desk.post({report(1), report(2), report(2)});
    CHECK(second.id != first.id);
    CHECK(second.successes.size() == 3);
    CHECK(second.failures.empty());
    CHECK(desk.node.world.read("m") == before);
    CHECK(must(desk.node.world.store->changes(0, 100)).size() == 3);  // the peer's identity, and two
    CHECK(told(desk.status(first)) == told(first));
  }

  TEST_CASE("submission: new versions are entries of their own, and all come back unchanged") {
    Desk desk;
    const std::string later = Make{1, "GREEN", {id_of(1)}, 5, "later", kPeer}.json();
    desk.post({report(1)});
    desk.post({later});
    const auto rows = desk.node.world.read("m");
    REQUIRE(rows.size() >= 2);
    CHECK(rows[rows.size() - 2].bytes == report(1));
    CHECK(rows.back().bytes == later);
  }

  TEST_CASE("submission: attestations stand anywhere and count with their object") {
    Desk desk("");
    const std::string a = report(1), b = report(2), unsigned_one = report(3);
    const std::string stray = desk.node.attest(report(9));
    const Submission done = desk.post({desk.node.attest(b), a, stray, b, unsigned_one, desk.node.attest(a)});
    CHECK(desk.node.accepted().size() == 2);
    CHECK(done.successes.size() == 4);
    REQUIRE(done.failures.size() == 2);
    CHECK(done.failures[0].id.starts_with(kAttestationType));
    CHECK(is_told_of(done, id_of(3), "No attestation"));
    REQUIRE(desk.node.letters().size() == 1);
    CHECK(desk.node.letters()[0].reason.code == Code::kSignatureMissing);
  }

  TEST_CASE("submission: an attestation over other content fails the object, not its neighbours") {
    Desk desk("");
    const Submission done = desk.post({desk.node.attest(report(1)), report(1, "altered"), desk.node.attest(report(2)), report(2)});
    CHECK(desk.node.accepted() == Versions{{id_of(2), "2024-01-01T00:00:00.000Z"}});
    CHECK(is_told_of(done, id_of(1), "does not verify"));
  }

  TEST_CASE("submission: other content of a version that the poster sent or reads is a conflict") {
    Desk desk;
    desk.post({report(1)});
    desk.node.world.put({Make{2, "GREEN", {id_of(2)}, 0, "ours"}.json()});
    const Submission done = desk.post({report(1, "other"), report(2, "other"), report(3), report(3, "other")});
    CHECK(done.successes.size() == 1);
    CHECK(done.failures.size() == 3);
    for (const unsigned n : {1U, 2U, 3U}) CHECK(is_told_of(done, id_of(n), "exist with other content"));
    CHECK(desk.node.letters().size() == 3);
    CHECK(desk.node.letters()[0].reason.code == Code::kVersionConflict);
  }

  TEST_CASE("submission: copies of a computed observable are no conflict, and a forgery keeps none out") {
    const auto address = [](const std::string& value, const std::string& more = {}) {
      return R"({"type":"ipv4-addr","spec_version":"2.1","id":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","value":")" + value +
             R"(","object_marking_refs":["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"])" + more + "}";
    };
    const std::string real = address("198.51.100.3"), more = address("198.51.100.3", R"(,"defanged":true)"), forged = address("203.0.113.9");
    Desk desk;
    desk.node.world.put({forged});
    CHECK(desk.post({real}).failures.empty());  // the one that is read is not computed from what it says
    CHECK(desk.post({more, real}).failures.empty());
    CHECK(is_told_of(desk.post({address("203.0.113.10")}), "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4", "exist with other content"));
    const auto versions = must(desk.node.world.store->versions_of("ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4", false));
    CHECK(std::count_if(versions.begin(), versions.end(), [](const auto& one) { return one.source == "peer"; }) == 2);
    Desk beside;
    beside.node.world.put({more});
    CHECK(beside.post({real}).failures.empty());
    CHECK(beside.log.text.find("conflicts=1") == std::string::npos);
  }

  TEST_CASE("submission: a conflict with what is hidden is for the operator alone") {
    Desk desk;
    desk.node.world.put({Make{1, "RED", {id_of(1)}, 0, "hidden"}.json()});
    const Submission done = desk.post({report(1)});
    CHECK(done.failures.empty());
    CHECK(desk.node.accepted().size() == 1);
    CHECK(desk.node.letters().empty());
    CHECK(desk.log.text.find("conflicts=1") != std::string::npos);
  }

  TEST_CASE("submission: that an object is held for the operator does not show") {
    Desk desk("signs = false");
    desk.node.trust("signs = false", "", agreement("peer"));  // no rule accepts: all of it is held
    const Submission done = desk.post({report(1)});
    REQUIRE(done.successes.size() == 1);
    CHECK(done.successes[0].message.empty());
    CHECK(done.failures.empty());
    CHECK(desk.node.accepted().empty());
    REQUIRE(desk.node.letters().size() == 1);
    CHECK(desk.node.letters()[0].kind == store::LetterKind::kQuarantined);
    CHECK(told(desk.post({report(1)})) == told(done));
    CHECK(desk.node.letters().size() == 1);
  }

  TEST_CASE("submission: what is held counts as sent before") {
    Desk desk;
    desk.node.trust("signs = false", "", agreement("peer"));
    desk.post({report(1)});
    desk.node.restart();
    desk.open();
    const Submission other = desk.post({report(1, "other"), report(2)});
    CHECK(other.successes.size() == 1);
    CHECK(is_told_of(other, id_of(1), "exist with other content"));
    CHECK(desk.post({report(1)}).failures.empty());
  }

  TEST_CASE("submission: import rules know a marking that the poster reads, sent, or sends along, and no other") {
    Desk desk("signs = false", tight("deny"));
    desk.node.world.put({statement(1, "RED"), statement(2, "GREEN"), Make{20, "GREEN", {id_of(20)}}.json(),
                         marked(21, 2)});
    CHECK(desk.post({marked(1, 1)}).failures.size() == 1);
    CHECK(desk.post({marked(2, 2)}).failures.empty());
    CHECK(desk.post({marked(3, 3)}).failures.size() == 1);
    CHECK(desk.post({marked(3, 3), statement(3, "GREEN")}).failures.empty());
    CHECK(desk.post({marked(4, 3)}).failures.empty());
  }

  TEST_CASE("submission: only collections that the party may write to, and no companion") {
    Desk desk("signs = false\nwrite = [\"*\"]");
    std::vector<std::string> names;
    for (const auto& one : must(desk.submissions->writable("peer"))) names.push_back(one.alias);
    CHECK(names == std::vector<std::string>{"weekly", "vulns"});
    CHECK(must(desk.submissions->writable("m")).empty());
    CHECK(desk.submissions->writable("nobody").error().code == Code::kNotFound);
    for (const char* name : {"weekly-attestations", "nowhere"}) {
      CHECK(desk.submissions->take("peer", name, {}).error().code == Code::kNotFound);
    }
    CHECK(desk.submissions->take("m", "weekly", {}).error().code == Code::kNotFound);
  }

  TEST_CASE("submission: a status is for its poster, for a day at least, also after a restart") {
    Desk desk("signs = false", party("other", "vendor", "write = [\"weekly\"]\nsigns = false"));
    const Submission first = desk.post({report(1)});
    CHECK(desk.submissions->status("other", first.id).error().code == Code::kNotFound);
    CHECK(desk.submissions->status("peer", "x").error().code == Code::kNotFound);
    desk.node.restart();
    desk.open();
    desk.node.world.clock.advance_micros(kDay);
    const Submission second = desk.post({report(2)});
    CHECK(told(desk.status(first)) == told(first));
    desk.node.world.clock.advance_micros(1);
    desk.post({report(3)}, "other");
    CHECK(told(desk.status(first)) == told(first));
    desk.post({report(3)});
    CHECK(desk.submissions->status("peer", first.id).error().code == Code::kNotFound);
    CHECK(told(desk.status(second)) == told(second));
  }

  TEST_CASE("submission: the statuses kept for one party are bounded") {
    sekisho::tests::FakeRandom random;
    const auto store = store::make_memory_store(random);
    StatusShelf shelf(*store);
    const std::string text(StatusShelf::kBytesPerParty / 3, 'x');
    for (unsigned n = 1; n <= 5; ++n) {
      must(shelf.open("p"));
      store::Batch batch;
      batch.documents = shelf.put("p", Uuid::v4(random, "x").to_string(), Timestamp::from_micros(n), text);
      must(store->commit(batch, Timestamp::from_micros(n)));
      CHECK(must(store->documents("status/p")).size() == std::min(n, 2U));
    }
  }
}

TEST_SUITE("property") {
  TEST_CASE("submission: answers do not tell of what is hidden") {
    PROPERTY("two worlds", [] {
      const std::string rules = *rc::gen::element<std::string>("", tight("deny"), tight("quarantine"));
      Desk with("signs = false", rules), without("signs = false", rules);
      // The same visible past; one world also holds RED content, of other sources, under the same ids.
      for (Desk* desk : {&with, &without}) {
        desk->node.world.put({Make{1, "GREEN", {id_of(1)}, 0, "seen"}.json()});
        desk->post({report(2)});
      }
      const auto hidden = *rc::gen::container<std::vector<unsigned>>(rc::gen::inRange(1U, 8U));
      for (const unsigned n : hidden) {
        with.node.world.put({Make{n, "RED", {id_of(n)}, 0, *rc::gen::element<std::string>("x", "seen", "z")}.json()});
        with.node.world.put({statement(n, "RED")});
      }
      using Post = std::tuple<unsigned, std::string, unsigned>;  // number, text, marking
      const auto draw = [] {
        return *rc::gen::container<std::vector<Post>>(rc::gen::tuple(
            rc::gen::inRange(1U, 8U), rc::gen::element<std::string>("x", "seen", "y", "definition"), rc::gen::inRange(0U, 8U)));
      };
      for (int round = 0; round < 3; ++round) {
        std::vector<std::string> envelope;
        for (const auto& [n, text, marking] : draw()) {
          const std::string under = marking == 0 ? "GREEN" : id_of(marking, "marking-definition");
          envelope.push_back(text == "definition" ? statement(n, "GREEN") : Make{n, under, {id_of(n)}, 0, text, kPeer}.json());
        }
        const Submission a = with.post(envelope), b = without.post(envelope);
        RC_ASSERT(told(a) == told(b));
        RC_ASSERT(a.id == b.id);
        RC_ASSERT(a.requested == b.requested);
        RC_ASSERT(told(with.status(a)) == told(without.status(b)));
      }
    });
  }
}

}  // namespace
}  // namespace sekisho::sync::tests
