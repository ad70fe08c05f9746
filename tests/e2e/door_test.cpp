// What an operator types about the rules at the door: docs/specs/ownership.md §1.
#include "tests/e2e/harness.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;

namespace {

const std::string kAcme = "identity--ac3e0000-0000-4000-8000-0000000000d1";
const std::string kElse = "identity--ac3e0000-0000-4000-8000-0000000000d2";

/// An object of its own; `more`: further members.
std::string tool(unsigned n, const std::string& minute, const std::string& more = "") {
  const std::string uuid = std::to_string(10000000 + n) + "-0000-4000-8000-0000000000d0";
  return R"({"type":"tool","spec_version":"2.1","id":"tool--)" + uuid + R"(","created":"2026-03-01T00:00:00.000Z","modified":"2026-03-01T00:)" + minute +
         R"(:00.000Z","name":"t")" + (more.find("object_marking_refs") == std::string::npos
             ? R"(,"object_marking_refs":["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"])" : "") + more + "}";
}
std::string by(const std::string& creator) { return ",\"created_by_ref\":\"" + creator + "\""; }
const std::string kRed = R"(,"object_marking_refs":["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"])";

/// A node that takes from `acme`, which cannot sign, and serves `reader`.
struct Place {
  Place() : node(folder / "node", "Some ISAC") {
    node.must({"collection", "add", "open"});
    node.must({"party", "add", "reader", "--kind", "vendor", "--read", "open"});
    node.must({"party", "add", "acme", "--kind", "member", "--read", "open", "--write", "open", "--unsigned", "--identity", kAcme});
    for (const std::string& id : {kAcme, kElse}) {  // who is named must be readable too
      CHECK(import(R"({"type":"identity","spec_version":"2.1","id":")" + id + R"(","created":"2026-03-01T00:00:00.000Z","modified":"2026-03-01T00:00:00.000Z","name":"n","object_marking_refs":["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"]})").exit == 0);
    }
    node.add_policy("\n[[import]]\nid = \"acme\"\neffect = \"accept\"\nsources = [\"acme\"]\n");
  }
  std::string file(const std::string& name, const std::string& text) {
    write_text(folder / name, text);
    return folder / name;
  }
  Outcome import(const std::string& text, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"import", "--collection", "open"};
    words.insert(words.end(), more.begin(), more.end());
    words.push_back(file("in.json", text));
    return node(words);
  }
  std::string read() { return node.must({"export", "--collection", "open", "--as", "reader"}); }
  Folder folder;
  Node node;
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("door: a RED object in a CLEAR bundle in an envelope is opened, and no reader gets it") {
    Place place;
    const std::string inner = R"({"type":"bundle","id":"bundle--5eed0000-0000-4000-8000-0000000000d0","object_marking_refs":["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"],"objects":[)" +
                              tool(1, "00", kRed) + "," + tool(2, "00") + "]}";
    CHECK(place.import("{\"objects\":[" + inner + "]}").exit == 0);
    CHECK(has(place.read(), "tool--10000002"));
    CHECK_FALSE(has(place.read(), "tool--10000001"));
    CHECK_FALSE(has(place.read(), "bundle--5eed"));
    std::string deep = tool(3, "00");
    for (int i = 0; i < 9; ++i) deep = bundle({deep});
    const Outcome refused = place.import(deep);
    CHECK(refused.exit == 1);
    CHECK(has(refused.err, "more than 8 deep"));
  }

  TEST_CASE("door: posted, a bundle in an envelope is opened, what speaks for another waits, and the poster is told success") {
    Place place;
    place.node.start();
    Caller acme(place.node, "Bearer " + place.node.token("acme"));
    const auto answer = acme.post("/exchange/collections/open/objects/", "{\"objects\":[" + bundle({tool(1, "00", kRed), tool(2, "00", by(kAcme))}) + "," + tool(3, "00", by(kElse)) + "]}");
    REQUIRE(answer.status == 202);
    const Json status(body_of(answer));
    CHECK(status.number("success_count") == 3);
    CHECK(status.number("failure_count") == 0);
    CHECK(has(place.read(), "tool--10000002"));
    CHECK_FALSE(has(place.read(), "tool--10000001"));
    CHECK_FALSE(has(place.read(), "tool--10000003"));
  }

  TEST_CASE("door: nothing follows a revoked version, a conflict is named, the same in other words is known") {
    Place place;
    CHECK(place.import(tool(1, "00")).exit == 0);
    CHECK(place.import(tool(1, "01", ",\"revoked\":true")).exit == 0);
    const Outcome late = place.import(tool(1, "02"));
    CHECK(late.exit == 1);
    CHECK(has(late.err, "nothing follows"));
    CHECK(place.import(tool(2, "00")).exit == 0);
    const Outcome conflict = place.import(tool(2, "00", ",\"description\":\"d\""));
    CHECK(conflict.exit == 1);
    CHECK(has(conflict.err, "tool--10000002-0000-4000-8000-0000000000d0"));
    CHECK(has(conflict.out, "1 in conflict"));
    CHECK(place.import(tool(3, "00")).exit == 0);
    for (const std::string& words : {std::string(",\"revoked\":false"), std::string(",\"lang\":\"en\"")}) {
      const Outcome same = place.import(tool(3, "00", words));
      CHECK(same.exit == 0);
      CHECK(has(same.out, "0 new, 1 known"));
      CHECK(has(same.out, "0 in conflict"));
    }
  }

  TEST_CASE("door: an import says what waits for an id that is not here, and what of others waits it does not say") {
    Place place;
    const std::string missing = "tool--10000009-0000-4000-8000-0000000000d0";
    const Outcome waits = place.import("{\"objects\":[" + tool(1, "00", ",\"x_ref\":\"" + missing + "\"") + "," + tool(2, "00") + "]}");
    CHECK(waits.exit == 0);
    CHECK(has(waits.err, "tool--10000001-0000-4000-8000-0000000000d0 2026-03-01T00:00:00.000Z waits: it names " + missing + ", which is not here"));
    CHECK(has(waits.out, "1 wait for what they name"));
    CHECK_FALSE(has(waits.err, "tool--10000002"));
    const Outcome other = place.import(tool(3, "00"));
    CHECK_FALSE(has(other.err, "waits"));
    CHECK_FALSE(has(other.out, "wait for"));
    const Outcome comes = place.import(tool(9, "00"));
    CHECK_FALSE(has(comes.out, "wait for"));
    CHECK(has(place.read(), "tool--10000001"));
  }

  TEST_CASE("door: our file that names a party: not our word unless the operator says so; the party's where it gave it") {
    Place place;
    const Outcome refused = place.import(tool(1, "00", by(kAcme)));
    CHECK(refused.exit == 1);
    CHECK(has(refused.err, "--given-by acme"));
    CHECK(place.import(tool(1, "00", by(kAcme)), {"--given-by", "acme"}).exit == 0);
    CHECK(place.import(tool(2, "00", by(kAcme)), {"--as-owner", "they asked us to"}).exit == 0);
    CHECK(has(place.read(), "tool--10000001"));
    CHECK(has(place.read(), "tool--10000002"));
    CHECK(has(place.node.must({"audit"}), "they asked us to"));
    CHECK(place.import(tool(3, "00"), {"--given-by", "reader"}).exit != 0);
    CHECK(place.import(tool(3, "00"), {"--given-by", "acme", "--as-owner", "x"}).exit == 2);
  }

  TEST_CASE("door: creators that wait are listed, one is trusted, and what waited comes in as the creator's") {
    Place place;
    const std::string two = bundle({tool(1, "00", by(kElse)), tool(2, "00", by(kElse)), tool(3, "00", by(place.node.identity))});
    const Outcome given = place.import(two, {"--given-by", "acme"});
    CHECK(given.exit == 0);
    CHECK(has(given.out, "3 in quarantine"));
    const std::string listed = place.node.must({"quarantine", "list", "--by", "creator"});
    CHECK(has(listed, "acme  " + kElse + "  2 waiting"));
    CHECK(has(listed, "party add-creator acme " + kElse));
    place.node.must({"party", "add-creator", "acme", kElse, "--as", "relay", "--reason", "their contractor"});
    CHECK(has(read_text(place.node.policy_path()), "relay = [\"" + kElse + "\"]"));
    place.node.must({"quarantine", "release", "--party", "acme", "--creator", kElse, "--all", "--reason", "trusted"});
    CHECK(has(place.read(), "tool--10000001"));
    CHECK_FALSE(has(place.read(), "tool--10000003"));
    CHECK(place.node({"party", "add-creator", "acme", kElse, "--as", "relay", "--reason", "again"}).exit != 0);
    place.node.must({"party", "add-creator", "acme", kElse, "--as", "identity", "--reason", "it is theirs"});
    CHECK(has(read_text(place.node.policy_path()), "identities = [\"" + kAcme + "\", \"" + kElse + "\"]"));
    CHECK(place.import(tool(4, "00", by(kElse)), {"--given-by", "acme"}).exit == 0);
    CHECK(has(place.read(), "tool--10000004"));
  }
}
