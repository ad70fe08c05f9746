// Discovery, API root, collections: TAXII 2.1 §2, §4.1, §4.2, §5.1, §5.2.
#include <algorithm>
#include <set>

#include "rig.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::taxii;
using namespace sekisho::taxii::tests;

namespace {

bool is_uuid4(std::string_view text) {
  if (text.size() != 36 || text[14] != '4') return false;
  if (std::string_view("89ab").find(text[19]) == std::string_view::npos) return false;
  return std::count(text.begin(), text.end(), '-') == 4;
}

/// Names are 3 to 250 of a-z, 0-9 and '_' (§1.5.1; the standard's own `id` is shorter); no list is
/// empty (§2). Stored objects are passed over.
void check_shape(const json::Value& value) {
  if (value.is_array()) CHECK(value.size() > 0);
  for (const auto& entry : value) {
    CHECK((!value.is_object() || entry.key == "id" || entry.key.size() >= 3));
    CHECK(entry.key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
          std::string_view::npos);
    if (entry.key != "objects") check_shape(entry.value);
  }
}

std::set<std::string> names(const json::Value& object) {
  std::set<std::string> out;
  for (const auto& entry : object) out.emplace(entry.key);
  return out;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("taxii/discovery: title and relative roots, the default among them") {
    Rig rig;
    const auto document = parse(rig.get("/taxii2/"));
    const json::Value root = document->root();
    CHECK(root["title"].string_or("") == "Test server");
    CHECK(root["default"].string_or("") == "/api1/");
    REQUIRE(root["api_roots"].size() == 2);
    CHECK(root["api_roots"].at(0).string_or("") == "/api1/");
    CHECK(root["api_roots"].at(1).string_or("") == "/api%20two/");
    CHECK(rig.get("/api%20two/").status == 200);
  }

  TEST_CASE("taxii/discovery: empty members are left out") {
    MemorySource source;
    MemoryAuthenticator authenticator;
    authenticator.parties = {"alice"};
    ServerInfo info;
    info.title = "Bare";
    Router router(info, authenticator, source, Limits{});
    HttpRequest request;
    request.method = "GET";
    request.path = "/taxii2/";
    request.headers = {{"Authorization", "Bearer alice"}};
    CHECK(router.handle(request).body == R"({"title":"Bare"})");
  }

  TEST_CASE("taxii/root: title, versions and max_content_length") {
    Rig rig;
    const auto document = parse(rig.get("/api1/"));
    const json::Value root = document->root();
    CHECK(names(root) ==
          std::set<std::string>{"title", "description", "versions", "max_content_length"});
    CHECK(root["title"].string_or("") == "First");
    REQUIRE(root["versions"].size() == 1);
    CHECK(root["versions"].at(0).string_or("") == "application/taxii+json;version=2.1");
    CHECK(root["max_content_length"].integer() == 10 << 20);
    CHECK(names(parse(rig.get("/api%20two/"))->root()) ==
          std::set<std::string>{"title", "versions", "max_content_length"});
    CHECK(is_error_resource(rig.get("/api3/"), 404));
  }

  TEST_CASE("taxii/collections: sorted by id, each as the collection itself") {
    Rig rig;
    const HttpResponse response = rig.get("/api1/collections/");
    const auto document = parse(response);
    const json::Value list = document->root()["collections"];
    CHECK(column(list, "id") == std::vector<std::string>{kRw, kRo, kWo, kNn});
    for (const auto& entry : list) {
      const std::string id(entry.value["id"].string_or(""));
      CHECK(is_uuid4(id));
      CHECK(rig.get(Rig::at(id)).body == entry.value.raw());
    }
    CHECK(whole(rig.get("/api1/collections/")) == whole(response));
  }

  TEST_CASE("taxii/collections: none visible gives an empty object") {
    Rig rig;
    CHECK(rig.send("GET", "/api1/collections/", "", {}, "nobody").body == "{}");
  }

  TEST_CASE("taxii/collection: rights are those of the caller") {
    Rig rig;
    const std::map<std::string, std::pair<bool, bool>> expected = {
        {kRw, {true, true}}, {kRo, {true, false}}, {kWo, {false, true}}, {kNn, {false, false}}};
    for (const auto& [id, rights] : expected) {
      const auto alice = parse(rig.get(Rig::at(id)));
      CHECK(alice->root()["can_read"].boolean() == rights.first);
      CHECK(alice->root()["can_write"].boolean() == rights.second);
      CHECK(alice->root()["title"].is_string());
      const auto bob = parse(rig.send("GET", Rig::at(id), "", {}, "bob"));
      CHECK(bob->root()["can_read"].boolean() == true);
      CHECK(rig.get(Rig::at(id, "objects/")).status == (rights.first ? 200 : 403));
    }
  }

  TEST_CASE("taxii/collection: the alias stands for the id in every path") {
    Rig rig;
    for (const char* below :
         {"", "manifest/", "objects/", "objects/indicator--00000000-0000-4000-8000-000000000000/",
          "objects/indicator--00000000-0000-4000-8000-000000000000/versions/"}) {
      const HttpResponse by_id = rig.get(Rig::at(kRo, below));
      CHECK(by_id.status == 200);
      CHECK(whole(rig.get(Rig::at("read%20only", below))) == whole(by_id));
    }
  }

  TEST_CASE("taxii/collection: media types list what a manifest names") {
    Rig rig;
    rig.source.content[1].items.push_back(make_item("tool--00000000-0000-4000-8000-000000000900",
                                                    "2019-01-01T00:00:00Z", 1'800'000'000'000'000,
                                                    "2.0"));
    const auto collection = parse(rig.get(Rig::at(kRw)));
    std::set<std::string> types;
    for (const auto& entry : collection->root()["media_types"])
      types.emplace(entry.value.string_or(""));
    const auto manifest = parse(rig.get(Rig::at(kRw, "manifest/")));
    std::set<std::string> named;
    for (const auto& entry : manifest->root()["objects"])
      named.emplace(entry.value["media_type"].string_or(""));
    CHECK(named.size() == 2);
    CHECK(std::includes(types.begin(), types.end(), named.begin(), named.end()));
  }

  TEST_CASE("taxii/resources: names as declared and no empty list anywhere") {
    Rig rig;
    for (const std::string& path :
         {std::string("/taxii2/"), std::string("/api1/"), std::string("/api1/collections/"),
          Rig::at(kRw), Rig::at(kRw, "manifest/"), Rig::at(kRw, "objects/"),
          Rig::at(kRw, "objects/" + kBusyId + "/versions/"), std::string("/nowhere/")}) {
      check_shape(parse(rig.get(path))->root());
    }
    for (const char* below :
         {"manifest/", "objects/",
          "objects/indicator--00000000-0000-4000-8000-000000000000/versions/"}) {
      const HttpResponse response =
          rig.get(Rig::at(kRw, below), "added_after=2099-01-01T00:00:00.000000Z");
      CHECK(response.status == 200);
      CHECK(response.body == "{}");
    }
  }
}
