// A party reads back what it posted, over TLS: while it waits, once it has gone out, and after DELETE; nobody else sees that it waits.
#include <algorithm>

#include "tests/e2e/harness.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;

namespace {

const std::string kWeekly = "/exchange/collections/weekly/";
const std::string kObjects = kWeekly + "objects/";

/// acme and beta read and post, beta's neighbour quiet posts but wants none of it back.
struct Place {
  Place() : node(folder / "node", "Some ISAC") {
    node.must({"collection", "add", "weekly"});
    for (const std::string party : {"acme", "beta", "quiet"}) {
      node.must({"party", "add", party, "--kind", "member", "--read", "weekly", "--write", "weekly", "--unsigned", "--own",
                 party == "quiet" ? "hide" : "show"});
    }
    append_text(node.policy_path(), "\n[[import]]\nid = \"open\"\neffect = \"accept\"\nsources = [\"acme\", \"beta\", \"quiet\"]\n");
    for (const std::string party : {"acme", "beta", "quiet"}) tokens.push_back(node.token(party));
    node.start();
  }
  Caller acme() const { return Caller(node, "Bearer " + tokens[0]); }
  Caller beta() const { return Caller(node, "Bearer " + tokens[1]); }
  Caller quiet() const { return Caller(node, "Bearer " + tokens[2]); }
  Folder folder;
  Node node;
  std::vector<std::string> tokens;
};

std::string envelope(const std::string& object) { return "{\"objects\":[" + object + "]}"; }

/// Ids of what lies under `member`, without the definitions and identities that travel along.
std::vector<std::string> ids(Caller& caller, const std::string& target, const std::string& member = "objects") {
  const Json page = caller.page(target);
  std::vector<std::string> out;
  for (const auto& entry : page[member]) {
    const std::string id(entry.value["id"].string_or(""));
    if (id.starts_with("report--") || id.starts_with("indicator--")) out.push_back(id);
  }
  return out;
}

std::string id_of(const std::string& object) { return Json(object).text("id"); }

std::string later(std::string object, const std::string& modified) {
  const std::string old = "\"modified\":\"2026-04-01T09:00:00.000Z\"";
  return object.replace(object.find(old), old.size(), "\"modified\":\"" + modified + "\"");
}

/// All of a collection in pages of one, by `next` or by the last date alone.
std::vector<std::string> walk(Caller& caller, bool by_date) {
  std::vector<std::string> out;
  std::string more;
  while (true) {
    const auto answer = caller.get(kObjects + "?limit=1" + more);
    REQUIRE(answer.status == 200);
    const Json page(body_of(answer));
    for (const auto& entry : page["objects"]) out.emplace_back(entry.value["id"].string_or(""));
    if (!page["more"].boolean().value_or(false)) break;
    more = by_date ? "&added_after=" + header_of(answer, "X-TAXII-Date-Added-Last") : "&next=" + page.text("next");
  }
  std::erase_if(out, [](const std::string& id) { return !id.starts_with("report--") && !id.starts_with("indicator--"); });
  return out;
}

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("timeline: what waits is there for who posted it and for nobody else, and once when it goes out") {
    Place place;
    Caller acme = place.acme(), beta = place.beta();
    const std::string waiting = report(1, Tlp::kGreen, {indicator_id(7)}), name = id_of(waiting), of_it = kObjects + name + "/";
    const auto posted = acme.post(kObjects, envelope(waiting));
    REQUIRE(posted.status == 202);
    CHECK(Json(body_of(posted)).number("success_count") == 1);

    const std::vector<std::string> alone{name};
    CHECK(ids(acme, kObjects) == alone);
    CHECK(ids(acme, kWeekly + "manifest/") == alone);
    CHECK(ids(acme, of_it) == alone);
    CHECK(ids(acme, kObjects + "?match[type]=report") == alone);
    CHECK(ids(acme, kObjects + "?match[type]=indicator").empty());
    CHECK(acme.page(of_it + "versions/")["versions"].size() == 1);
    const auto first = acme.get(of_it);
    CHECK_FALSE(header_of(first, "X-TAXII-Date-Added-First").empty());
    CHECK(body_of(first).find(waiting) != std::string::npos);  // as it was sent
    for (const std::string& token : {place.tokens[1], place.tokens[2]}) {
      Caller other(place.node, "Bearer " + token);
      CHECK(ids(other, kObjects).empty());
      CHECK(other.get(of_it).status == 404);
      CHECK(other.get(of_it + "versions/").status == 404);
      CHECK(ids(other, kWeekly + "manifest/").empty());
    }

    const std::string date = header_of(acme.get(of_it), "X-TAXII-Date-Added-Last");
    REQUIRE(beta.post(kObjects, envelope(indicator(7, Tlp::kGreen))).status == 202);
    const std::vector<std::string> both{name, indicator_id(7)};
    CHECK(ids(acme, kObjects) == both);
    CHECK(walk(acme, false) == both);
    CHECK(walk(acme, true) == both);
    CHECK(ids(acme, kObjects + "?added_after=" + date) == std::vector<std::string>{indicator_id(7)});
    CHECK(header_of(acme.get(of_it), "X-TAXII-Date-Added-Last") == date);
    CHECK(ids(beta, kObjects).size() == 2);
    CHECK(ids(beta, of_it) == alone);
    place.node.stop();
    CHECK(fsck(place.node).number("contradictions") == 0);
    place.node.start();
    CHECK(walk(acme, true) == both);
  }

  TEST_CASE("timeline: own = hide gives a party nothing that came from it alone") {
    Place place;
    Caller quiet = place.quiet(), beta = place.beta();
    REQUIRE(quiet.post(kObjects, envelope(indicator(1, Tlp::kGreen))).status == 202);
    REQUIRE(quiet.post(kObjects, envelope(report(2, Tlp::kGreen, {indicator_id(9)}))).status == 202);
    CHECK(ids(quiet, kObjects).empty());
    CHECK(ids(beta, kObjects) == std::vector<std::string>{indicator_id(1)});
  }

  TEST_CASE("timeline: after DELETE its poster uses the id again and reads that back") {
    Place place;
    Caller acme = place.acme(), beta = place.beta();
    const std::string of_it = kObjects + indicator_id(1) + "/";
    const std::vector<std::string> one{indicator_id(1)};
    REQUIRE(acme.post(kObjects, envelope(indicator(1, Tlp::kGreen))).status == 202);
    CHECK(ids(acme, kObjects) == one);
    CHECK(ids(beta, kObjects) == one);
    CHECK(acme.ask("DELETE", of_it).status == 200);
    for (Caller* each : {&acme, &beta}) {
      CHECK(each->get(of_it).status == 404);
      CHECK(ids(*each, kObjects).empty());
    }
    const std::string anew = later(indicator(1, Tlp::kGreen), "2026-04-02T09:00:00.000Z");
    CHECK(Json(body_of(acme.post(kObjects, envelope(anew)))).number("success_count") == 1);
    CHECK(ids(acme, kObjects) == one);
    CHECK(ids(beta, kObjects) == one);
    CHECK(body_of(acme.get(of_it)).find("2026-04-02") != std::string::npos);
    CHECK(acme.page(of_it + "versions/")["versions"].size() == 1);
    CHECK(acme.ask("DELETE", of_it).status == 200);
    CHECK(acme.get(of_it).status == 404);
  }

  TEST_CASE("timeline: what this organisation recalls leaves the timeline of who gave it too") {
    Place place;
    Caller acme = place.acme();
    const std::string waiting = report(1, Tlp::kGreen, {indicator_id(7)});
    REQUIRE(acme.post(kObjects, envelope(waiting)).status == 202);
    CHECK(ids(acme, kObjects).size() == 1);
    place.node.must({"recall", id_of(waiting), "--reason", "it was wrong"});
    CHECK(ids(acme, kObjects).empty());
    CHECK(acme.get(kObjects + id_of(waiting) + "/").status == 404);
  }
}
