// Who gets in, what a stranger can learn, and how the commands behave around a serving node.
#include <algorithm>

#include "core/digest.h"
#include "tests/e2e/harness.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;

namespace {

const std::string kCollections = "/exchange/collections/";

/// Status, headers in their order (but Date, which the clock makes) and body as one text.
std::string whole(const taxii::HttpResponse& response) {
  std::string out = std::to_string(response.status) + "\n";
  for (const auto& [name, value] : response.headers) {
    if (name != "Date") out += name + ": " + value + "\n";
  }
  return out + "\n" + body_of(response);
}

/// A node with collections `open` and `closed`, of which party `alice` reads the first.
struct Place {
  Place() : node(folder / "node", "Some ISAC") {
    node.start();
    node.must({"collection", "add", "open"});
    closed_id = Json(node.must({"collection", "add", "closed", "--json"})).text("id");
    node.must({"party", "add", "alice", "--kind", "member", "--read", "open"});
    write_text(folder / "in.json", bundle({indicator(1, Tlp::kGreen), indicator(2, Tlp::kRed)}));
    node.must({"import", "--collection", "open", folder / "in.json"});
    node.must({"import", "--collection", "closed", indicator_file(folder / "more.json", 3, 1, Tlp::kGreen)});
  }
  Folder folder;
  Node node;
  std::string closed_id;
};

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("what is hidden and what does not exist look the same to the last byte") {
    Place place;
    Caller alice(place.node, "Bearer " + place.node.token("alice"));
    const std::string nowhere = "0b7e1d3c-1f5b-4b57-9c0f-1a5f0e9d2b11";
    REQUIRE(alice.get(kCollections + "open/objects/").status == 200);
    const std::vector<std::string> tails = {"", "objects/", "manifest/", "objects/?limit=1", "objects/" + indicator_id(3) + "/",
                                            "objects/" + indicator_id(3) + "/versions/"};
    for (const std::string& tail : tails) {
      CAPTURE(tail);
      const std::string unknown = whole(alice.get(kCollections + nowhere + "/" + tail));
      CHECK(unknown.rfind("404", 0) == 0);
      CHECK(whole(alice.get(kCollections + place.closed_id + "/" + tail)) == unknown);
      CHECK(whole(alice.get(kCollections + "closed/" + tail)) == unknown);
      CHECK(whole(alice.get(kCollections + "closed-attestations/" + tail)) == unknown);
    }
    // 2 is RED, 3 is in the other collection, 999 is nowhere.
    for (const std::string tail : {"/", "/versions/"}) {
      const std::string unknown = whole(alice.get(kCollections + "open/objects/" + indicator_id(999) + tail));
      CHECK(whole(alice.get(kCollections + "open/objects/" + indicator_id(2) + tail)) == unknown);
      CHECK(whole(alice.get(kCollections + "open/objects/" + indicator_id(3) + tail)) == unknown);
      CHECK(whole(alice.get(kCollections + "open/objects/" + indicator_id(1) + tail)) != unknown);
    }
    const std::string none = whole(alice.get(kCollections + "open/objects/?match[id]=" + indicator_id(999)));
    CHECK(whole(alice.get(kCollections + "open/objects/?match[id]=" + indicator_id(2))) == none);
    CHECK(whole(alice.get(kCollections + "open/manifest/?match[id]=" + indicator_id(2))) ==
          whole(alice.get(kCollections + "open/manifest/?match[id]=" + indicator_id(999))));
  }

  TEST_CASE("Basic and bearer both let in; anything wrong is 401 with a challenge") {
    Place place;
    const std::string token = place.node.token("alice");
    const std::string password =
        Json(place.node.must({"token", "add", "alice", "--kind", "basic", "--id", "alice-basic", "--json"})).text("secret");
    CHECK(Caller(place.node, "Bearer " + token).get(kCollections).status == 200);
    CHECK(Caller(place.node, "Basic " + base64("alice-basic:" + password)).get(kCollections).status == 200);
    std::string longer = token + "x";
    std::string other = token;
    other.back() = other.back() == 'A' ? 'B' : 'A';
    const std::vector<std::string> wrong = {
        "", "Bearer " + longer, "Bearer " + other, "Bearer alice", "Bearer nobody.abc",
        "Basic " + base64("alice-basic:" + password + "x"), "Basic " + base64("alice-basic:"), "Basic " + base64("nobody:" + password),
        "Basic " + base64("alice:" + token), "Basic %%%", "Negotiate abc"};
    std::string first;
    for (const std::string& authorization : wrong) {
      CAPTURE(authorization);
      for (const std::string& path : {std::string("/taxii2/"), kCollections, kCollections + "open/objects/", kCollections + "nowhere/"}) {
        const auto response = Caller(place.node, authorization).get(path);
        CHECK(response.status == 401);
        CHECK_FALSE(header_of(response, "WWW-Authenticate").empty());
        if (first.empty()) first = whole(response);
        CHECK(whole(response) == first);
      }
    }
  }

  TEST_CASE("a removed credential and a removed party are cut off with the next request") {
    Place place;
    place.node.must({"party", "add", "bob", "--kind", "member", "--read", "open"});
    const std::string password =
        Json(place.node.must({"token", "add", "bob", "--kind", "basic", "--id", "bob-basic", "--json"})).text("secret");
    // On connections that are kept open, and with a password that the node has just verified.
    Caller alice(place.node, "Bearer " + place.node.token("alice"));
    Caller bob(place.node, "Basic " + base64("bob-basic:" + password));
    Caller bob_too(place.node, "Bearer " + place.node.token("bob"));
    for (Caller* caller : {&alice, &bob, &bob_too}) REQUIRE(caller->get(kCollections).status == 200);
    place.node.must({"token", "remove", "bob", "bob-basic"});
    CHECK(bob.get(kCollections).status == 401);
    CHECK(bob_too.get(kCollections).status == 200);
    CHECK(alice.get(kCollections).status == 200);
    place.node.must({"party", "remove", "bob"});
    CHECK(bob_too.get(kCollections).status == 401);
    CHECK(alice.get(kCollections).status == 200);
  }

  TEST_CASE("one process has a node's folder; commands reach it through the socket or open it themselves") {
    Place place;
    const Outcome second = run({"serve", "--dir", place.node.dir});
    CHECK(second.exit == 1);
    CHECK(second.err.find("store-locked") != std::string::npos);
    CHECK(place.node({"collection", "list"}).exit == 0);  // and the first still serves
    const auto listed = json_lines(place.node.must({"collection", "list", "--json"}));
    CHECK(listed.size() == 4);
    const Outcome refused = place.node({"collection", "add", "Not An Alias"});
    CHECK(refused.exit == 2);
    CHECK(place.node({"import", "--collection", "nowhere", place.folder / "in.json"}).exit == 1);
    place.node.stop();
    CHECK(json_lines(place.node.must({"collection", "list", "--json"})).size() == 4);
    place.node.start();
    place.node.kill9();  // a socket without a process stays behind
    CHECK(json_lines(place.node.must({"collection", "list", "--json"})).size() == 4);
  }

  TEST_CASE("a wrong policy.toml is named by file and line, and the one in force stays") {
    Place place;
    Caller alice(place.node, "Bearer " + place.node.token("alice"));
    const std::string good = read_text(place.node.policy_path());
    const auto lines = std::count(good.begin(), good.end(), '\n');
    const std::string where = "policy.toml:" + std::to_string(lines + 2);
    for (const std::string bad : {"[[party]]\nkinf = \"member\"\n", "[[party]]\nkind = 7\n", "[[party\n"}) {
      CAPTURE(bad);
      write_text(place.node.policy_path(), good + bad);
      const std::string expected = bad == "[[party\n" ? "policy.toml:" + std::to_string(lines + 1) : where;
      const Outcome checked = place.node({"policy", "check"});
      CHECK(checked.exit == 1);
      const std::string said = checked.out + checked.err;
      CHECK_MESSAGE(said.find(expected) != std::string::npos, said);
      const Outcome applied = place.node({"policy", "apply"});
      CHECK(applied.exit == 1);
      CHECK_MESSAGE(applied.err.find("policy.toml:") != std::string::npos, applied.err);
      CHECK(alice.get(kCollections + "open/objects/").status == 200);
    }
    place.node.stop();
    const Outcome served = run({"serve", "--dir", place.node.dir});
    CHECK(served.exit == 1);
    CHECK(served.err.find("policy.toml:") != std::string::npos);
  }

  TEST_CASE("a wrong node.toml is named by file and line") {
    Folder folder;
    const Node node(folder / "node", "Some ISAC");
    const std::string good = read_text(node.dir + "/node.toml");
    const std::string line = std::to_string(std::count(good.begin(), good.end(), '\n') + 1);
    for (const std::string bad : {"page_item = 5\n", "connections = \"many\"\n", "connections = 0\n", "= 3\n"}) {
      CAPTURE(bad);
      write_text(node.dir + "/node.toml", good + bad);
      const Outcome served = run({"serve", "--dir", node.dir});
      CHECK(served.exit == 1);
      CHECK_MESSAGE(served.err.find("node.toml:" + line) != std::string::npos, served.err);
    }
  }
}
