// TAXII 2.1 over a served node: who may what, the codes and resources of every endpoint and method, DELETE, API roots of
// their own, and a caller that asks too often.
#include <algorithm>
#include <map>
#include <set>
#include <thread>
#include <tuple>

#include "tests/e2e/harness.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;

namespace {

const std::string kRoot = "/exchange/collections/";

/// Collections rw, ro, wo and nn as alice sees them; bob gives what she reads.
struct Place {
  Place() : node(folder / "node", "Some ISAC") {
    for (const std::string name : {"rw", "ro", "wo", "nn"}) {
      ids[name] = Json(node.must({"collection", "add", name, "--json"})).text("id");
    }
    node.must({"party", "add", "alice", "--kind", "member", "--read", "rw", "--read", "ro", "--write", "rw", "--write", "wo", "--unsigned"});
    node.must({"party", "add", "bob", "--kind", "member", "--read", "rw", "--write", "rw", "--write", "ro", "--unsigned"});
    node.must({"party", "add", "carol", "--kind", "member", "--read", "rw"});
    append_text(node.policy_path(), "\n[[import]]\nid = \"open\"\neffect = \"accept\"\nsources = [\"alice\", \"bob\"]\n");
    token_of_alice = node.token("alice");
    token_of_bob = node.token("bob");
    token_of_carol = node.token("carol");
  }
  void start() { node.start(); }
  Caller caller(const std::string& token) const { return Caller(node, "Bearer " + token); }
  Folder folder;
  Node node;
  std::map<std::string, std::string> ids;
  std::string token_of_alice, token_of_bob, token_of_carol;
};

std::string envelope(const std::vector<int>& numbers, Tlp tlp = Tlp::kGreen) {
  std::string out = "{\"objects\":[";
  for (const int n : numbers) out += (out.size() > 12 ? "," : "") + indicator(n, tlp);
  return out + "]}";
}

std::string version_of(int n, const std::string& modified) {
  std::string text = indicator(n, Tlp::kGreen);
  const std::string old = "\"modified\":\"2026-04-01T09:00:00.000Z\"";
  return text.replace(text.find(old), old.size(), "\"modified\":\"" + modified + "\"");
}

std::vector<std::string> names(const json::Value& list, std::string_view member) {
  std::vector<std::string> out;
  for (const auto& entry : list) out.emplace_back(entry.value[member].string_or(""));
  return out;
}

bool snake(std::string_view name) {
  if (name == "id") return true;  // the standard's own exception
  return name.size() >= 3 && name.size() <= 250 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}
/// Names as they must be, no empty list, at every depth of what TAXII itself defines.
void check_shape(const json::Value& value) {
  if (value.is_array()) CHECK(value.size() > 0);
  if (!value.is_array() && !value.is_object()) return;
  for (const auto& entry : value) {
    if (value.is_object()) CHECK(snake(entry.key));
    check_shape(entry.value);
  }
}
bool is_v4(const std::string& id) {
  return id.size() == 36 && id[14] == '4' && std::string("89ab").find(id[19]) != std::string::npos;
}
void check_error(const taxii::HttpResponse& answer, int status) {
  CHECK(answer.status == status);
  CHECK(header_of(answer, "Content-Type") == "application/taxii+json;version=2.1");
  const Json error(body_of(answer));
  CHECK_FALSE(error.text("title").empty());
  CHECK(error.text("http_status") == std::to_string(status));
}

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("taxii: every endpoint and method has its codes, and every answer its resource") {
    Place place;
    place.start();
    Caller alice = place.caller(place.token_of_alice), bob = place.caller(place.token_of_bob), none(place.node, "");
    const auto posted = bob.post(kRoot + "rw/objects/", envelope({1, 2}));
    REQUIRE(posted.status == 202);
    const std::string own_status = Json(body_of(alice.post(kRoot + "rw/objects/", envelope({3})))).text("id");
    const std::string others_status = Json(body_of(posted)).text("id"), rw = place.ids["rw"];
    const std::string object = "objects/" + indicator_id(1) + "/";
    const std::map<std::string, std::vector<std::string>> required = {
        {"/taxii2/", {"title"}},
        {"/exchange/", {"title", "versions", "max_content_length"}},
        {"/exchange/status/" + own_status + "/", {"id", "status", "total_count", "success_count", "failure_count", "pending_count"}},
        {kRoot, {"collections"}},
        {kRoot + rw + "/", {"id", "title", "can_read", "can_write"}},
        {kRoot + rw + "/manifest/", {"objects"}},
        {kRoot + rw + "/objects/", {"objects"}},
        {kRoot + rw + "/" + object, {"objects"}},
        {kRoot + rw + "/" + object + "versions/", {"versions"}}};
    for (const auto& [path, members] : required) {
      CAPTURE(path);
      const auto answer = alice.get(path);
      CHECK(answer.status == 200);
      CHECK(header_of(answer, "Content-Type") == "application/taxii+json;version=2.1");
      const Json resource(body_of(answer));
      for (const std::string& member : members) CHECK(resource[member].exists());
      if (path.find("/objects/") == std::string::npos) check_shape(resource.root());
      const auto head = alice.ask("HEAD", path);
      CHECK(head.status == 200);
      CHECK(body_of(head).empty());
      const auto options = alice.ask("OPTIONS", path);
      CHECK(options.status == 204);
      check_error(none.get(path), 401);
      CHECK_FALSE(header_of(none.get(path), "WWW-Authenticate").empty());
      for (const std::string accept : {"text/html", "application/taxii+json;version=9.9", "*/*;q=0", "application/taxii+json;version=2.1;q=0.0"}) {
        check_error(alice.ask("GET", path, {{"Accept", accept}}), 406);
      }
      for (const std::string accept : {"*/*", "application/*;q=0.1", "APPLICATION/TAXII+JSON ; Version=\"2.1\"",
                                       "text/html, application/taxii+json;version=2.1;q=0.5", "application/taxii+json"}) {
        CHECK(alice.ask("GET", path, {{"Accept", accept}}).status == 200);
      }
      for (const std::string method : {"PUT", "PATCH", "POST", "DELETE"}) {
        if (header_of(options, "Allow").find(method) != std::string::npos) continue;
        const auto refused = alice.ask(method, path);
        check_error(refused, 405);
        CHECK(header_of(refused, "Allow") == header_of(options, "Allow"));
      }
      check_error(alice.get(path.substr(0, path.size() - 1)), 404);
    }
    CHECK(is_v4(own_status));
    check_error(alice.get("/exchange/status/" + others_status + "/"), 404);
    check_error(alice.get("/exchange/status/2d086da7-4bdc-4f91-900e-d77486753710/"), 404);
    const auto refused = [&alice](const taxii::Headers& headers, const std::string& body) {
      return alice.ask("POST", kRoot + "rw/objects/", headers, body);
    };
    const std::string taxii = "application/taxii+json;version=2.1";
    check_error(refused({{"Content-Type", "text/plain"}}, envelope({4})), 415);
    check_error(refused({{"Content-Type", taxii}, {"Accept", "text/html"}}, envelope({4})), 406);
    check_error(refused({{"Content-Type", taxii}}, "{\"objects\":["), 400);
    check_error(refused({{"Content-Type", taxii}}, "{\"objects\":[]}"), 422);
    check_error(refused({{"Content-Type", taxii}}, std::string(11u << 20, ' ')), 413);
    check_error(alice.ask("GET", kRoot, {{"X-Long", std::string(20'000, 'x')}}), 431);
    CHECK(refused({{"Content-Type", "application/taxii+json"}}, envelope({4})).status == 202);
  }

  TEST_CASE("taxii: the rights that a collection shows are those that hold, under its id and its alias") {
    Place place;
    place.start();
    Caller alice = place.caller(place.token_of_alice), carol = place.caller(place.token_of_carol);
    const Json listed = alice.page(kRoot);
    std::set<std::string> seen;
    for (const auto& entry : listed["collections"]) {
      const json::Value one = entry.value;
      const std::string id(one["id"].string_or("")), alias(one["alias"].string_or(""));
      CAPTURE(alias);
      CHECK(is_v4(id));
      CHECK(seen.insert(id).second);
      CHECK(seen.insert(alias).second);  // unique, and no id is an alias
      const bool reads = one["can_read"].boolean().value_or(false), writes = one["can_write"].boolean().value_or(false);
      for (const std::string& name : {id, alias}) {
        CHECK(body_of(alice.get(kRoot + name + "/")) == body_of(alice.get(kRoot + id + "/")));
        const int read_status = reads ? 200 : 403, write_status = writes ? 202 : 403;
        CHECK(alice.get(kRoot + name + "/objects/").status == read_status);
        CHECK(alice.get(kRoot + name + "/manifest/").status == read_status);
        CHECK(body_of(alice.get(kRoot + name + "/objects/")) == body_of(alice.get(kRoot + id + "/objects/")));
        CHECK(alice.post(kRoot + name + "/objects/", envelope({7})).status == write_status);
        const int gone = reads && writes ? 404 : 403;  // nothing of that id is there
        CHECK(alice.ask("DELETE", kRoot + name + "/objects/" + indicator_id(99) + "/").status == gone);
      }
    }
    CHECK(seen.count("wo") == 1);
    CHECK(seen.count("nn") == 0);
    check_error(alice.ask("DELETE", kRoot + "nn/objects/" + indicator_id(1) + "/"), 404);
    CHECK(body_of(alice.ask("DELETE", kRoot + "nn/objects/x/")) == body_of(alice.ask("DELETE", kRoot + "nowhere/objects/x/")));
    const Json carols = carol.page(kRoot);
    CHECK_FALSE(carols["collections"].at(0)["can_write"].boolean().value_or(true));
    // Rights are looked at on each page, and a token is good where it was given.
    Caller bob = place.caller(place.token_of_bob);
    bob.post(kRoot + "rw/objects/", envelope({11, 12, 13}));
    const std::string token = carol.page(kRoot + "rw/objects/?limit=1").text("next");
    CHECK(carol.get(kRoot + "rw/objects/?limit=2&next=" + token).status == 200);
    for (const std::string& target : {"rw/objects/?match[type]=indicator&limit=1&next=" + token, "rw/objects/?next=" + token.substr(1),
                                      "rw/manifest/?match[version]=all&next=" + token}) {
      check_error(carol.get(kRoot + target), 400);
    }
    check_error(alice.get(kRoot + "rw/objects/?limit=1&next=" + token), 400);
    check_error(alice.get(kRoot + "ro/objects/?limit=1&next=" + token), 400);
    place.node.must({"party", "remove", "carol"});
    CHECK(carol.get(kRoot + "rw/objects/?limit=1&next=" + token).status == 401);
  }

  TEST_CASE("taxii: DELETE takes back what was sent, for good, through kill -9, and tells the operator") {
    Place place;
    place.start();
    Caller alice = place.caller(place.token_of_alice), bob = place.caller(place.token_of_bob), carol = place.caller(place.token_of_carol);
    const auto path = [](int n) { return kRoot + "rw/objects/" + indicator_id(n) + "/"; };
    REQUIRE(alice.post(kRoot + "rw/objects/", envelope({1, 2, 3})).status == 202);
    REQUIRE(bob.post(kRoot + "rw/objects/", envelope({2, 4})).status == 202);
    REQUIRE(bob.post(kRoot + "rw/objects/", envelope({5}, Tlp::kRed)).status == 202);
    for (const char* modified : {"2026-05-01T00:00:00.000Z", "2026-06-01T00:00:00.000Z"}) {
      REQUIRE(alice.post(kRoot + "rw/objects/", "{\"objects\":[" + version_of(3, modified) + "]}").status == 202);
    }
    CHECK(names(carol.page(path(3) + "?match[version]=all")["objects"], "modified").size() == 3);
    const auto done = alice.ask("DELETE", path(1));
    CHECK(done.status == 200);
    CHECK(body_of(done).empty());
    CHECK(header_of(done, "Content-Type") == "application/taxii+json;version=2.1");
    place.node.kill9();
    place.node.start();
    const auto gone = [&](int n) {
      for (Caller* caller : {&alice, &carol}) {
        CHECK(caller->get(path(n)).status == 404);
        CHECK(caller->get(path(n) + "versions/").status == 404);
        for (const std::string list : {"objects/?match[version]=all", "manifest/?match[version]=all"}) {
          const auto ids = names(caller->page(kRoot + "rw/" + list)["objects"], "id");
          CHECK(std::find(ids.begin(), ids.end(), indicator_id(n)) == ids.end());
        }
      }
    };
    gone(1);
    check_error(alice.ask("DELETE", path(1)), 404);
    check_error(alice.ask("DELETE", path(5)), 404);   // bob's, hidden
    check_error(alice.ask("DELETE", path(99)), 404);
    check_error(alice.ask("DELETE", path(4)), 403);   // bob's, read
    check_error(alice.ask("DELETE", path(3), {{"Accept", "text/html"}}), 406);
    check_error(alice.ask("DELETE", path(3) + "?match[version]=never"), 400);
    check_error(Caller(place.node, "").ask("DELETE", path(3)), 401);
    CHECK(Json(body_of(alice.post(kRoot + "rw/objects/", envelope({1})))).number("failure_count") == 1);
    // Versions: the first, then the rest.
    CHECK(alice.ask("DELETE", path(3) + "?match[version]=first").status == 200);
    CHECK(names(carol.page(path(3) + "?match[version]=all")["objects"], "modified") ==
          std::vector<std::string>{"2026-05-01T00:00:00.000Z", "2026-06-01T00:00:00.000Z"});
    CHECK(alice.ask("DELETE", path(3) + "?match[version]=2026-05-01T00:00:00Z").status == 200);
    check_error(alice.ask("DELETE", path(3) + "?match[version]=2026-05-01T00:00:00Z"), 404);
    check_error(alice.ask("DELETE", path(3) + "?match[spec_version]=2.0"), 404);
    CHECK(names(carol.page(path(3))["objects"], "modified") == std::vector<std::string>{"2026-06-01T00:00:00.000Z"});
    CHECK(alice.ask("DELETE", path(3) + "?match[version]=all&match[spec_version]=2.1").status == 200);
    gone(3);
    // bob gave number 2 back as he had read it: his copy does not count, so that nobody has it once alice took hers away.
    CHECK(alice.ask("DELETE", path(2)).status == 200);
    for (Caller* caller : {&alice, &bob, &carol}) CHECK(caller->get(path(2)).status == 404);
    CHECK(place.node.must({"recall", "list"}).find("withdrawn") != std::string::npos);
    const Json audit = fsck(place.node);
    CHECK(audit.number("contradictions") == 0);
    CHECK(place.node.must({"audit"}).find("object.delete") != std::string::npos);
    place.node.must({"audit", "verify"});
  }

  TEST_CASE("taxii: with the right, others' objects can be withdrawn; for everyone else it changes nothing") {
    Place place;
    std::string policy = read_text(place.node.policy_path());
    const std::string anchor = "id = \"alice\"\n";
    policy.insert(policy.find(anchor) + anchor.size(), "withdraw = [\"rw\"]\n");
    write_text(place.node.policy_path(), policy);
    place.start();
    Caller alice = place.caller(place.token_of_alice), bob = place.caller(place.token_of_bob), carol = place.caller(place.token_of_carol);
    const auto path = [](int n) { return kRoot + "rw/objects/" + indicator_id(n) + "/"; };
    REQUIRE(bob.post(kRoot + "rw/objects/", envelope({1, 2})).status == 202);
    check_error(carol.ask("DELETE", path(1)), 403);
    CHECK(alice.ask("DELETE", path(1)).status == 200);
    for (Caller* caller : {&alice, &bob, &carol}) CHECK(caller->get(path(1)).status == 404);
    CHECK(carol.get(path(2)).status == 200);
  }

  TEST_CASE("taxii: an API root exists for its parties and holds its collections; elsewhere nothing tells of it") {
    Place place;
    append_text(place.node.dir + "/node.toml",
                "\n[[root]]\nname = \"partners\"\ntitle = \"Partners\"\ncollections = [\"rw\"]\nparties = [\"alice\", \"bob\"]\n");
    place.start();
    Caller alice = place.caller(place.token_of_alice), carol = place.caller(place.token_of_carol), none(place.node, "");
    CHECK(alice.page("/taxii2/")["api_roots"].size() == 2);
    CHECK(alice.page("/taxii2/").text("default") == "/exchange/");
    CHECK(carol.page("/taxii2/")["api_roots"].size() == 1);
    CHECK(alice.page("/partners/").text("title") == "Partners");
    auto aliases = names(alice.page("/partners/collections/")["collections"], "alias");  // in order of id
    std::sort(aliases.begin(), aliases.end());
    CHECK(aliases == std::vector<std::string>{"rw", "rw-attestations"});
    CHECK(alice.get("/partners/collections/rw/objects/").status == 200);
    // An id of its own in each root; that of the other is as unknown as any.
    const std::string id = alice.page("/partners/collections/rw/").text("id"), elsewhere = place.ids["rw"];
    CHECK(is_v4(id));
    CHECK(id != elsewhere);
    CHECK(names(alice.page("/partners/collections/")["collections"], "id").size() == 2);
    for (const std::string& below : std::vector<std::string>{"", "objects/", "manifest/", "objects/" + indicator_id(1) + "/versions/"}) {
      CHECK(alice.get("/partners/collections/" + id + "/" + below).status == alice.get(kRoot + elsewhere + "/" + below).status);
      check_error(alice.get("/partners/collections/" + elsewhere + "/" + below), 404);
      check_error(alice.get(kRoot + id + "/" + below), 404);
    }
    check_error(alice.post("/partners/collections/" + elsewhere + "/objects/", envelope({1})), 404);
    check_error(alice.ask("DELETE", kRoot + id + "/objects/" + indicator_id(1) + "/"), 404);
    CHECK(alice.post("/partners/collections/" + id + "/objects/", envelope({2})).status == 202);
    CHECK(place.caller(place.token_of_bob).get(kRoot + elsewhere + "/objects/" + indicator_id(2) + "/").status == 200);
    place.node.kill9();
    place.node.start();
    CHECK(alice.page("/partners/collections/rw/").text("id") == id);
    for (const std::string& below : std::vector<std::string>{"", "objects/", "manifest/", "objects/" + indicator_id(1) + "/"}) {
      CHECK(body_of(alice.get("/partners/collections/ro/" + below)) == body_of(alice.get("/partners/collections/nowhere/" + below)));
      CHECK(alice.get("/partners/collections/" + place.ids["ro"] + "/" + below).status == 404);
    }
    CHECK(alice.post("/partners/collections/wo/objects/", envelope({1})).status == 404);
    CHECK(alice.post("/partners/collections/rw/objects/", envelope({1})).status == 202);
    check_error(alice.ask("DELETE", "/partners/collections/wo/objects/" + indicator_id(1) + "/"), 404);
    for (const std::string below : {"", "collections/", "collections/rw/", "collections/rw/objects/", "status/x/"}) {
      for (const std::string method : {"GET", "PUT", "OPTIONS", "DELETE"}) {
        const auto hidden = carol.ask(method, "/partners/" + below), unknown = carol.ask(method, "/nowhere/" + below);
        CHECK(hidden.status == 404);
        CHECK(body_of(hidden) == body_of(unknown));
        CHECK(none.ask(method, "/partners/" + below).status == 401);
        CHECK(body_of(none.ask(method, "/partners/" + below)) == body_of(none.ask(method, "/nowhere/" + below)));
      }
    }
  }

  TEST_CASE("taxii: a caller that asks too often is told when to come again, and no other notices") {
    Place place;
    append_text(place.node.dir + "/node.toml", "requests_per_minute = 10\n");
    place.start();
    Caller alice = place.caller(place.token_of_alice), bob = place.caller(place.token_of_bob);
    int refused = 0;
    for (int i = 0; i < 25; ++i) {
      const auto answer = alice.get(kRoot);
      if (answer.status == 200) continue;
      check_error(answer, 429);
      const int wait = std::stoi(header_of(answer, "Retry-After"));
      CHECK(wait >= 1);
      CHECK(wait <= 6);
      ++refused;
    }
    CHECK(refused >= 10);
    CHECK(alice.ask("PUT", "/nowhere/").status == 429);  // whatever it asks
    CHECK(bob.get(kRoot).status == 200);
    CHECK(Caller(place.node, "").get(kRoot).status == 401);
  }
}
