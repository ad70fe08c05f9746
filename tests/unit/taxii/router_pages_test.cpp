// Pages: order, dates, more and next, manifest, object, versions (TAXII 2.1 §3.2, §3.3, §3.5, §3.7,
// §5.3-§5.8).
#include <algorithm>

#include "rig.h"
#include "taxii/http.h"
#include "tests/support/doctest.h"
#include "tests/support/property.h"

using namespace sekisho;
using namespace sekisho::taxii;
using namespace sekisho::taxii::tests;

namespace {

const std::string kObjects = Rig::at(kRw, "objects/");
const std::string kManifest = Rig::at(kRw, "manifest/");
const std::string kById = Rig::at(kRw, "objects/" + kBusyId + "/");
const std::string kVersionsOf = Rig::at(kRw, "objects/" + kBusyId + "/versions/");

std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    constexpr char kHex[] = "0123456789abcdef";
    out.push_back('%');
    out.push_back(kHex[static_cast<unsigned char>(c) >> 4]);
    out.push_back(kHex[static_cast<unsigned char>(c) & 15]);
  }
  return out;
}

std::string date(const HttpResponse& response, const char* which) {
  return std::string(
      header(response.headers, std::string("X-TAXII-Date-Added-") + which).value_or(""));
}

/// "id version" of each entry of a manifest page or an envelope.
std::vector<std::string> entries(const json::Value& root) {
  std::vector<std::string> out;
  for (const auto& entry : root["objects"]) {
    const json::Value version =
        entry.value["version"].exists() ? entry.value["version"] : entry.value["modified"];
    out.push_back(std::string(entry.value["id"].string_or("")) + " " +
                  std::string(version.string_or("")));
  }
  return out;
}

/// All pages of `path`, by `next` or by the header's date.
std::vector<std::string> walk(Rig& rig, const std::string& path, const std::string& query,
                              bool by_next) {
  std::vector<std::string> all;
  std::string where;
  for (int pages = 0; pages < 200; ++pages) {
    const HttpResponse response = rig.get(path, query + where);
    REQUIRE(response.status == 200);
    const auto document = parse(response);
    for (std::string& entry : entries(document->root())) all.push_back(std::move(entry));
    if (!document->root()["more"].boolean().value_or(false)) return all;
    where = by_next ? "&next=" + encoded(document->root()["next"].string_or(""))
                    : "&added_after=" + date(response, "Last");
  }
  FAIL("the walk does not end");
  return all;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("taxii/page: objects are the stored bytes in order of addition") {
    Rig rig;
    const auto document = parse(rig.get(kObjects, "match[version]=all"));
    const auto& items = rig.source.content[1].items;
    REQUIRE(document->root()["objects"].size() == items.size());
    for (std::size_t i = 0; i < items.size(); ++i)
      CHECK(document->root()["objects"].at(i).raw() == items[i].bytes);
    CHECK_FALSE(document->root()["type"].exists());
  }

  TEST_CASE("taxii/page: dates of the first and last item on every page") {
    Rig rig;
    for (const std::string& path : {kObjects, kManifest, kById, kVersionsOf}) {
      for (const char* query :
           {"limit=1", "limit=2", "", "limit=2&added_after=2025-06-15T15:06:40.000101Z"}) {
        std::string manifest_query = query;
        if (path == kById || path == kVersionsOf) manifest_query += "&match[id]=" + kBusyId;
        if (path == kVersionsOf) manifest_query += "&match[version]=all";
        const HttpResponse response = rig.get(path, query);
        const auto manifest = parse(rig.get(kManifest, manifest_query));
        const auto dates = column(manifest->root()["objects"], "date_added");
        REQUIRE_FALSE(dates.empty());
        CHECK(date(response, "First") == dates.front());
        CHECK(date(response, "Last") == dates.back());
        CHECK(dates.front().size() == 27);
        CHECK(dates.front().back() == 'Z');
      }
    }
  }

  TEST_CASE("taxii/page: an empty page is {} without dates") {
    Rig rig;
    for (const std::string& path : {kObjects, kManifest, kById, kVersionsOf}) {
      const HttpResponse response = rig.get(path, "added_after=2099-01-01T00:00:00.000000Z");
      CHECK(response.status == 200);
      CHECK(response.body == "{}");
      CHECK(date(response, "First").empty());
      CHECK(date(response, "Last").empty());
    }
  }

  TEST_CASE("taxii/page: more and next only when there is more") {
    Rig rig;
    const auto first = parse(rig.get(kObjects, "limit=25"));
    CHECK(first->root()["more"].boolean() == true);
    CHECK_FALSE(first->root()["next"].string_or("").empty());
    const auto last = parse(rig.get(kObjects, "limit=26"));
    CHECK(last->root()["objects"].size() == 26);
    CHECK_FALSE(last->root()["more"].exists());
    CHECK_FALSE(last->root()["next"].exists());
    rig.source.gives_next = false;
    const auto without = parse(rig.get(kObjects, "limit=25"));
    CHECK(without->root()["more"].boolean() == true);
    CHECK_FALSE(without->root()["next"].exists());
  }

  TEST_CASE("taxii/page: a full page without items still says more") {
    struct Filtered : MemorySource {
      Result<PageInfo> read(const Principal&, std::string_view, const Query&, Listing,
                            const std::function<void(const Run&)>&) override {
        PageInfo page;
        page.more = true;
        page.next = "\"\\\n";
        return page;
      }
    };
    Filtered source;
    MemoryAuthenticator authenticator;
    authenticator.parties = {"alice"};
    Router router({"T", "", "", {{"api1", "A", ""}}}, authenticator, source, Limits{});
    HttpRequest request;
    request.method = "GET";
    request.path = kObjects;
    request.headers = {{"Authorization", "Bearer alice"}};
    CHECK(router.handle(request).body == "{\"more\":true,\"next\":\"\\\"\\\\\\n\"}");
  }

  TEST_CASE("taxii/page: manifest and objects list the same in the same order") {
    Rig rig;
    for (const char* query :
         {"", "match[version]=all", "match[type]=indicator", "limit=7", "match[version]=first"}) {
      const auto objects = parse(rig.get(kObjects, query));
      const auto manifest = parse(rig.get(kManifest, query));
      CHECK(entries(objects->root()) == entries(manifest->root()));
      // Not defined for manifests, yet clients in the field page with it.
      CHECK(manifest->root()["next"].string_or("") == objects->root()["next"].string_or(""));
      const auto dates = column(manifest->root()["objects"], "date_added");
      CHECK(std::is_sorted(dates.begin(), dates.end()));
    }
    CHECK(parse(rig.get(kManifest, "match[version]=all&match[id]=" + kBusyId))
              ->root()["objects"]
              .size() == 3);
  }

  TEST_CASE("taxii/page: version text is the stored one, whatever its precision") {
    Rig rig;
    rig.source.content[1].items.push_back(
        make_item("tool--1", "2019-01-01T00:00:00.123456789Z", 1'800'000'000'000'000));
    rig.source.content[1].items.push_back(
        make_item("tool--2", "2019-01-01T00:00:00Z", 1'800'000'000'000'001));
    const auto document = parse(rig.get(kManifest, "match[type]=tool"));
    CHECK(column(document->root()["objects"], "version") ==
          std::vector<std::string>{"2019-01-01T00:00:00.123456789Z", "2019-01-01T00:00:00Z"});
    CHECK(rig.get(Rig::at(kRw, "objects/tool--1/versions/")).body ==
          R"({"versions":["2019-01-01T00:00:00.123456789Z"]})");
  }

  TEST_CASE("taxii/page: versions of one object in order of addition") {
    Rig rig;
    CHECK(
        rig.get(kVersionsOf).body ==
        R"({"versions":["2020-01-01T00:00:00.000001Z","2020-01-02T00:00:00.000002Z","2020-01-03T00:00:00.000003Z"]})");
    const auto page = parse(rig.get(kVersionsOf, "limit=2"));
    CHECK(page->root()["versions"].size() == 2);
    CHECK(page->root()["more"].boolean() == true);
    CHECK_FALSE(page->root()["next"].exists());
  }

  TEST_CASE("taxii/page: object by id is 404 when unknown and empty when filtered out") {
    Rig rig;
    CHECK(parse(rig.get(kById))->root()["objects"].size() == 1);
    CHECK(rig.get(kById, "match[version]=1999-01-01T00:00:00Z").body == "{}");
    for (const char* below :
         {"objects/indicator--not-there/", "objects/indicator--not-there/versions/"}) {
      CHECK(is_error_resource(rig.get(Rig::at(kRw, below)), 404));
    }
  }

  TEST_CASE("taxii/page: a next of another party, collection or selection is 400") {
    Rig rig;
    const auto page = parse(rig.get(kObjects, "limit=3&match[type]=indicator"));
    const std::string next = encoded(page->root()["next"].string_or(""));
    const std::string query = "limit=3&match[type]=indicator&next=" + next;
    CHECK(rig.get(kObjects, query).status == 200);
    CHECK(is_error_resource(rig.get(Rig::at(kRo, "objects/"), query), 400));
    CHECK(is_error_resource(rig.send("GET", kObjects, query, {}, "bob"), 400));
    CHECK(is_error_resource(rig.get(kObjects, "limit=3&match[type]=malware&next=" + next), 400));
    for (const std::string& wrong :
         {query + "0x", "limit=3&match[type]=indicator&next=" + next.substr(3),
          std::string("next=%00%ff")}) {
      CHECK(is_error_resource(rig.get(kObjects, wrong), 400));
    }
  }

  TEST_CASE("taxii/page: the same next gives the same page again") {
    Rig rig;
    const auto page = parse(rig.get(kObjects, "limit=3"));
    const std::string query = "limit=3&next=" + encoded(page->root()["next"].string_or(""));
    CHECK(whole(rig.get(kObjects, query)) == whole(rig.get(kObjects, query)));
  }

  TEST_CASE("taxii/page: rights withdrawn between two pages end the walk") {
    Rig rig;
    const auto page = parse(rig.get(kObjects, "limit=3"));
    const std::string query = "limit=3&next=" + encoded(page->root()["next"].string_or(""));
    rig.source.content[1].rights["alice"] = {false, true};
    CHECK(is_error_resource(rig.get(kObjects, query), 403));
    rig.source.content[1].rights.erase("alice");
    CHECK(is_error_resource(rig.get(kObjects, query), 404));
  }
}

TEST_SUITE("property") {
  TEST_CASE("taxii/page: walking gives every item once for any limit") {
    Rig rig;
    for (const char* selection : {"match[version]=all", "match[version]=last",
                                  "match[type]=indicator&match[version]=all"}) {
      const auto unpaged = entries(parse(rig.get(kObjects, selection))->root());
      for (const bool by_next : {true, false}) {
        rig.source.gives_next = by_next;
        for (int limit = 1; limit <= 30; ++limit) {
          const std::string query = std::string(selection) + "&limit=" + std::to_string(limit);
          CHECK(walk(rig, kObjects, query, by_next) == unpaged);
          if (!by_next) CHECK(walk(rig, kManifest, query, false) == unpaged);
        }
      }
    }
  }
}
