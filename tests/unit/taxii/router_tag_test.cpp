// Entity tags of pages, callers that must wait, and API roots that are not for everyone.
#include <set>

#include "rig.h"
#include "taxii/page_tag.h"
#include "tests/support/doctest.h"

namespace sekisho::taxii::tests {
namespace {

std::string tag_of(const HttpResponse& response) {
  return std::string(header(response.headers, "ETag").value_or(""));
}

class Gate : public Throttle {
 public:
  std::int64_t wait_seconds(const Principal& caller) override { return caller.party == waits ? 7 : 0; }
  std::string waits;
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("taxii/tag: If-None-Match is a list compared weakly; what is malformed names nothing") {
    const std::string tag = "W/\"abc\"";
    for (const char* value : {"*", "W/\"abc\"", "\"abc\"", "\"x\", W/\"abc\"", " \"x,y\" ,\"abc\" "}) {
      CHECK(names_tag(value, tag));
    }
    for (const char* value : {"", "abc", "W/abc", "\"ABC\"", "\"abc", "abc\"", "\"a\"bc\"", "w/\"abc\"", "\"\"", ",", "W/"}) {
      CHECK_FALSE(names_tag(value, tag));
    }
    CHECK_FALSE(names_tag("\"\"", "W/\"\"x"));
  }

  TEST_CASE("taxii/tag: each caller, listing, item and continuation has another tag, the same page the same") {
    Rig rig;
    std::set<std::string> tags;
    const std::vector<std::pair<std::string, std::string>> pages = {
        {"objects/", ""}, {"objects/", "limit=1"}, {"objects/", "limit=2"}, {"manifest/", ""}, {"objects/", "match[type]=nothing"},
        {"objects/" + kBusyId + "/", ""}, {"objects/" + kBusyId + "/versions/", ""}};
    for (const auto& [below, query] : pages) {
      const HttpResponse page = rig.get(Rig::at(kRw, below), query);
      REQUIRE(page.status == 200);
      CHECK(tags.insert(tag_of(page)).second);
      CHECK(header(page.headers, "Cache-Control") == "private, no-cache");
      CHECK(tag_of(rig.get(Rig::at(kRw, below), query)) == tag_of(page));
      CHECK(tag_of(rig.send("GET", Rig::at(kRw, below), query, {{"Accept", "*/*"}}, "bob")) != tag_of(page));
      const HttpResponse kept =
          rig.send("GET", Rig::at(kRw, below), query, {{"Accept", "*/*"}, {"If-None-Match", tag_of(page)}});
      CHECK(kept.status == 304);
      CHECK(kept.body.empty());
      CHECK_FALSE(header(kept.headers, "Content-Type"));
      CHECK(tag_of(kept) == tag_of(page));
      CHECK(header(kept.headers, "Vary") == header(page.headers, "Vary"));
    }
    const std::string before = tag_of(rig.get(Rig::at(kRw, "objects/")));
    for (auto& collection : rig.source.content) {
      if (collection.view.id == kRw) collection.items.back().date_added += 1;
    }
    CHECK(tag_of(rig.get(Rig::at(kRw, "objects/"))) != before);
    CHECK(tag_of(rig.get("/api1/collections/")).empty());
  }

  TEST_CASE("taxii/throttle: who must wait gets 429 whatever it asks, before anything is looked up") {
    Rig rig;
    Gate gate;
    ServerInfo info;
    info.title = "t";
    info.roots = {{"api1", "r", ""}, {"inner", "i", "", {"open"}, {"bob"}}};
    Router router(info, rig.authenticator, rig.source, rig.limits, &gate);
    const auto ask = [&router](const std::string& party, const std::string& path, const std::string& method = "GET") {
      HttpRequest request;
      request.method = method;
      request.path = path;
      request.headers = {{"Accept", "*/*"}, {"Authorization", "Bearer " + party}};
      return router.handle(request);
    };
    CHECK(ask("alice", "/taxii2/").status == 200);
    gate.waits = "alice";
    const int calls = rig.source.calls;
    for (const char* path : {"/taxii2/", "/nowhere/", "/api1/collections/"}) {
      for (const char* method : {"GET", "PUT", "DELETE"}) {
        const HttpResponse refused = ask("alice", path, method);
        CHECK(is_error_resource(refused, 429));
        CHECK(header(refused.headers, "Retry-After") == "7");
      }
    }
    CHECK(rig.source.calls == calls);
    CHECK(ask("stranger", "/taxii2/").status == 401);
    CHECK(ask("bob", "/taxii2/").status == 200);

    gate.waits.clear();
    CHECK(ask("alice", "/taxii2/").body.find("inner") == std::string::npos);
    CHECK(ask("bob", "/taxii2/").body.find("inner") != std::string::npos);
    for (const char* method : {"GET", "PUT", "OPTIONS"}) {
      CHECK(whole(ask("alice", "/inner/", method)) == whole(ask("alice", "/outer/", method)));
    }
    CHECK(ask("bob", "/inner/collections/" + kRw + "/").status == 200);
    CHECK(whole(ask("bob", "/inner/collections/" + kRo + "/")) == whole(ask("bob", "/inner/collections/" + kUnknown + "/")));
    CHECK(whole(ask("bob", "/inner/collections/" + kRo + "/objects/")) ==
          whole(ask("bob", "/inner/collections/" + kUnknown + "/objects/")));
    CHECK(ask("bob", "/inner/collections/").body.find(kRo) == std::string::npos);
  }
}

}  // namespace sekisho::taxii::tests
