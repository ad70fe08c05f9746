// Who gets what answer: authentication, rights, paths, methods, error resources (TAXII 2.1 §3.1,
// §3.6, §5).
#include <algorithm>

#include "rig.h"
#include "tests/support/doctest.h"
#include "tests/support/property.h"

using namespace sekisho;
using namespace sekisho::taxii;
using namespace sekisho::taxii::tests;

namespace {

const std::string kObject = "indicator--00000000-0000-4000-8000-000000000000";

/// Every resource of a collection.
std::vector<std::string> below_collection() {
  return {"", "manifest/", "objects/", "objects/" + kObject + "/",
          "objects/" + kObject + "/versions/"};
}

int count_headers(const HttpResponse& response, std::string_view name) {
  return static_cast<int>(std::count_if(response.headers.begin(), response.headers.end(),
                                        [name](const auto& entry) { return entry.first == name; }));
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("taxii/access: without credentials everything is 401 before any look-up") {
    Rig rig;
    std::vector<std::string> paths = {"/taxii2/",
                                      "/api1/",
                                      "/api1/collections/",
                                      "/api1/status/x/",
                                      "/api1/nowhere/",
                                      "/",
                                      "",
                                      "/api1",
                                      "/elsewhere/",
                                      "/%zz/"};
    for (const std::string& id : {kRw, kHidden, kUnknown}) {
      for (const std::string& below : below_collection()) paths.push_back(Rig::at(id, below));
    }
    std::string first;
    for (const char* party : {"", "mallory"}) {
      for (const std::string& path : paths) {
        for (const char* method : {"GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT"}) {
          const HttpResponse response =
              rig.send(method, path, "limit=0", {{"Accept", "text/html"}}, party);
          CHECK(is_error_resource(response, 401));
          if (first.empty()) first = whole(response);
          CHECK(whole(response) == first);
        }
      }
    }
    CHECK(rig.source.calls == 0);
  }

  TEST_CASE("taxii/access: 401 names both schemes") {
    Rig rig;
    const HttpResponse response = rig.send("GET", "/taxii2/", "", {}, "");
    CHECK(count_headers(response, "WWW-Authenticate") == 2);
    CHECK(whole(response).find("WWW-Authenticate: Basic realm=\"sekisho\"") != std::string::npos);
    CHECK(whole(response).find("WWW-Authenticate: Bearer realm=\"sekisho\"") != std::string::npos);
  }

  TEST_CASE("taxii/access: a principal without a name is refused") {
    Rig rig;
    rig.authenticator.parties.push_back("");
    CHECK(rig.send("GET", "/taxii2/", "", {{"Authorization", "Bearer "}}, "").status == 401);
  }

  TEST_CASE("taxii/access: no free slot to verify is 503 before any look-up") {
    Rig rig;
    rig.authenticator.fails = make_error(Code::kUnavailable, "all 4 slots of argon2 busy");
    const HttpResponse response = rig.get(Rig::at(kRw, "objects/"));
    CHECK(is_error_resource(response, 503));
    CHECK(header(response.headers, "Retry-After").has_value());
    CHECK(response.body.find("argon2") == std::string::npos);
    CHECK(rig.source.calls == 0);
  }

  TEST_CASE("taxii/access: a hidden collection answers as an unknown one, byte for byte") {
    Rig rig;
    for (const char* method : {"GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT"}) {
      for (const std::string& below : below_collection()) {
        for (const char* query :
             {"", "limit=1", "limit=0", "next=x", "match%5Btype%5D=indicator"}) {
          CAPTURE(std::string(method) + " " + below + "?" + query);
          const std::string unknown = whole(rig.send(method, Rig::at(kUnknown, below), query));
          CHECK(whole(rig.send(method, Rig::at(kHidden, below), query)) == unknown);
          CHECK(whole(rig.send(method, Rig::at("secret", below), query)) == unknown);
          CHECK(unknown.find(kUnknown) == std::string::npos);
        }
      }
    }
    CHECK(is_error_resource(rig.get(Rig::at(kHidden, "objects/")), 404));
  }

  TEST_CASE("taxii/access: without the right to read it is 403") {
    Rig rig;
    for (const std::string& id : {kWo, kNn}) {
      for (const std::string& below : below_collection()) {
        if (below.empty()) continue;
        CHECK(is_error_resource(rig.get(Rig::at(id, below)), 403));
      }
    }
  }

  TEST_CASE("taxii/access: DELETE follows the rights table") {
    Rig rig;
    for (const auto& [id, status] : std::map<std::string, int>{
             {kRo, 403}, {kWo, 403}, {kNn, 404}, {kHidden, 404}, {kUnknown, 404}}) {
      CHECK(is_error_resource(rig.send("DELETE", Rig::at(id, "objects/" + kObject + "/")), status));
    }
    CHECK(rig.source.removed.empty());
    const HttpResponse done = rig.send("DELETE", Rig::at(kRw, "objects/" + kObject + "/"));
    CHECK(done.status == 200);
    CHECK(done.body.empty());
    CHECK(header(done.headers, "Content-Type") == "application/taxii+json;version=2.1");
    CHECK(is_error_resource(rig.send("DELETE", Rig::at(kRw, "objects/" + kObject + "/")), 404));
    CHECK(is_error_resource(rig.get(Rig::at(kRw, "objects/" + kObject + "/")), 404));
    // Whether the object is there does not show.
    CHECK(whole(rig.send("DELETE", Rig::at(kRo, "objects/" + kObject + "/"))) ==
          whole(rig.send("DELETE", Rig::at(kRo, "objects/indicator--not-there/"))));
    CHECK(whole(rig.send("DELETE", Rig::at(kNn, "objects/x/"))) ==
          whole(rig.send("DELETE", Rig::at(kUnknown, "objects/x/"))));
  }

  TEST_CASE("taxii/access: DELETE takes versions and specifications, and no other filter") {
    Rig rig;
    const auto removed = [&rig](const std::string& query) {
      rig.source.content = Rig().source.content;
      const HttpResponse done = rig.send("DELETE", Rig::at(kRw, "objects/" + kObject + "/"), query);
      return done.status == 200 ? rig.source.removed.back().substr(kObject.size() + 1) : std::to_string(done.status);
    };
    CHECK(removed("") == "whole version=last");
    CHECK(removed("match[version]=last") == "version=last");
    CHECK(removed("match[version]=all") == "version=all");
    CHECK(removed("match[version]=first,2024-01-01T00:00:00Z&limit=0&match[type]=x") ==
          "version=first,2024-01-01T00:00:00.000000000Z");
    CHECK(removed("match[spec_version]=2.1") == "whole spec_version=2.1&version=last");
    CHECK(removed("match[version]=never") == "400");
    CHECK(removed("match[version]=all,last") == "400");
    CHECK(removed("match[spec_version]=x") == "400");
    rig.source.fails = make_error(Code::kTaxiiForbidden, "somebody else gave it");
    CHECK(removed("") == "403");
  }

  TEST_CASE("taxii/access: methods that are not defined are 405 with Allow") {
    Rig rig;
    const std::map<std::string, std::string> allow = {
        {"/taxii2/", "GET, HEAD, OPTIONS"},
        {"/api1/", "GET, HEAD, OPTIONS"},
        {"/api1/status/x/", "GET, HEAD, OPTIONS"},
        {"/api1/collections/", "GET, HEAD, OPTIONS"},
        {Rig::at(kRw), "GET, HEAD, OPTIONS"},
        {Rig::at(kRw, "manifest/"), "GET, HEAD, OPTIONS"},
        {Rig::at(kRw, "objects/"), "GET, HEAD, POST, OPTIONS"},
        {Rig::at(kRw, "objects/x/"), "GET, HEAD, DELETE, OPTIONS"},
        {Rig::at(kRw, "objects/x/versions/"), "GET, HEAD, OPTIONS"}};
    for (const auto& [path, methods] : allow) {
      for (const std::string method :
           {"PUT", "PATCH", "TRACE", "GE", "GETS", "get", "", ",", "POST", "DELETE"}) {
        if (!method.empty() && (", " + methods + ",").find(" " + method + ",") != std::string::npos)
          continue;
        const HttpResponse response = rig.send(method, path);
        CHECK(is_error_resource(response, 405));
        CHECK(header(response.headers, "Allow") == methods);
      }
      const HttpResponse options = rig.send("OPTIONS", path);
      CHECK(options.status == 204);
      CHECK(options.body.empty());
      CHECK(header(options.headers, "Allow") == methods);
    }
    CHECK(rig.source.calls == 0);
  }

  TEST_CASE("taxii/access: HEAD has the status and headers of GET") {
    Rig rig;
    std::vector<std::string> paths = {"/taxii2/", "/api1/", "/api1/collections/", "/nowhere/",
                                      Rig::at(kWo, "objects/")};
    for (const std::string& below : below_collection()) paths.push_back(Rig::at(kRw, below));
    for (const std::string& path : paths) {
      const HttpResponse get = rig.send("GET", path, "limit=2");
      const HttpResponse head = rig.send("HEAD", path, "limit=2");
      CHECK(head.status == get.status);
      CHECK(head.headers == get.headers);
    }
  }

  TEST_CASE("taxii/access: paths are exact") {
    Rig rig;
    const std::vector<std::string> wrong = {"/taxii2",
                                            "/api1",
                                            "/api1/collections",
                                            "/api1/collections/" + kRw,
                                            "/api1/collections/" + kRw + "/objects",
                                            "//taxii2/",
                                            "/taxii2//",
                                            "/TAXII2/",
                                            "/api1//collections/",
                                            "/api1/./collections/",
                                            "/api1/../taxii2/",
                                            "/api1/collections%2F",
                                            "/api1/collections/" + kRw + "%2Fobjects/",
                                            "/%7/",
                                            "/taxii2%/",
                                            "/taxii2%zz/",
                                            "/api1/collections/" + kRw + "%00/",
                                            "/api%2520two/",
                                            "/api+two/",
                                            "/taxii2/x/",
                                            Rig::at(kRw, "objects/x/versions/y/"),
                                            Rig::at(kRw, "other/"),
                                            "/api1/status/",
                                            "/",
                                            "//",
                                            "*",
                                            "",
                                            Rig::at("1A000000-0000-4000-8000-000000000001")};
    for (const std::string& path : wrong) {
      CAPTURE(path);
      CHECK(is_error_resource(rig.get(path), 404));
    }
    const int calls = rig.source.calls;  // an empty name is not even looked up
    CHECK(is_error_resource(rig.get(Rig::at("")), 404));
    CHECK(is_error_resource(rig.get(Rig::at("", "objects/")), 404));
    CHECK(is_error_resource(rig.get(Rig::at(kRw, "objects//")), 404));
    CHECK(rig.source.calls == calls);
    CHECK(rig.get("/%74axii2/").status == 200);  // one decoding
    CHECK(rig.get("/api%20two/collections/").status == 200);
    CHECK(rig.get(Rig::at(kRw, "objects/indicator%2D%2D00000000-0000-4000-8000-000000000000/"))
              .status == 200);
  }

  TEST_CASE("taxii/access: every path asks for a credential first, and what is nowhere is 404") {
    Rig rig;
    for (const char* path :
         {"", "/", "/api", "/api11/", "taxii2/", "/healthz", "/metrics", "//taxii2/", "/%zz/"}) {
      CHECK(is_error_resource(rig.send("GET", path, {}, {}, "stranger"), 401));
      CHECK(whole(rig.get(path)) == whole(rig.get("/nowhere/")));
    }
  }

  TEST_CASE("taxii/access: a request without User-Agent is served") {
    Rig rig;
    CHECK(rig.send("GET", "/taxii2/").status == 200);
  }

  TEST_CASE("taxii/errors: a failure behind a port tells nothing of the inside") {
    Rig rig;
    const std::map<Code, int> shown = {{Code::kStoreCorrupt, 500},  {Code::kInternal, 500},
                                       {Code::kStoreWrite, 503},    {Code::kUnavailable, 503},
                                       {Code::kPolicyDenied, 500},  {Code::kTaxiiForbidden, 403},
                                       {Code::kNotFound, 404},      {Code::kTaxiiBadCursor, 400},
                                       {Code::kCursorInvalid, 400}, {Code::kStixInvalid, 500}};
    std::vector<std::string> paths = {"/api1/collections/"};
    for (const std::string& below : below_collection()) paths.push_back(Rig::at(kRw, below));
    for (const auto& [code, status] : shown) {
      rig.source.fails = make_error(code, "SECRET row 17 of /var/lib/sekisho", "SECRET.db");
      for (const std::string& path : paths) {
        const HttpResponse response = rig.get(path);
        CHECK(is_error_resource(response, status));
        CHECK(whole(response).find("SECRET") == std::string::npos);
        CHECK(response.body.find("store") == std::string::npos);
        REQUIRE(response.cause.has_value());  // the log gets all of it
        CHECK(response.cause->code == code);
        CHECK(response.cause->where == "SECRET.db");
      }
    }
  }

  TEST_CASE("taxii/errors: title, description, error_code and http_status as strings") {
    Rig rig;
    CHECK(
        rig.get(Rig::at(kRw, "objects/"), "limit=0").body ==
        R"({"title":"A query parameter is malformed.","description":"limit must be a whole number above zero",)"
        R"("error_code":"taxii-bad-query","http_status":"400"})");
    CHECK(
        rig.get("/nowhere/").body ==
        R"({"title":"What was named does not exist for this caller.","error_code":"not-found","http_status":"404"})");
  }
}

TEST_SUITE("property") {
  TEST_CASE("taxii/access: any path and method gets a TAXII answer") {
    Rig rig;
    PROPERTY("random bytes", [&rig](const std::string& method, const std::string& path) {
      const HttpResponse response = rig.send(method, "/" + path);
      RC_ASSERT(response.status == 404 || response.status == 405);
      RC_ASSERT(json::check(response.body).ok());
    });
    PROPERTY("random segments", [&rig] {
      const auto segments =
          *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
              "taxii2", "api1", "collections", kRw, kNn, kUnknown, "objects", "manifest",
              "versions", kObject, "%", "..", "%2F"));
      std::string path = "/";
      for (const std::string& segment : segments) path += segment + "/";
      const HttpResponse response = rig.get(path);
      RC_ASSERT(response.status == 200 || response.status == 403 || response.status == 404);
      RC_ASSERT(json::check(response.body).ok());
    });
  }
}
