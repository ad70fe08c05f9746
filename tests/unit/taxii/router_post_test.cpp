// POST of objects and statuses (TAXII 2.1 §3.1, §4.3, §5.5, §8): every status code of the endpoint tables.
#include <map>
#include <string>
#include <vector>

#include "rig.h"
#include "tests/support/doctest.h"
#include "tests/support/property.h"

using namespace sekisho;
using namespace sekisho::taxii;
using namespace sekisho::taxii::tests;

namespace {

const std::string kTwo = R"({"objects":[{"id":"x--1"}, {"id":"x--2","n":1.0}]})";
const std::string kPlace = Rig::at(kRw, "objects/");

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("taxii/post: 202 with a complete status, which GET repeats byte for byte") {
    Rig rig;
    const HttpResponse posted = rig.post(kPlace, R"({"objects":[{"id":"x--1"},7]})");
    CHECK(posted.status == 202);
    CHECK(header(posted.headers, "Content-Type") == "application/taxii+json;version=2.1");
    CHECK(posted.body ==
          R"({"id":"9a000000-0000-4000-8000-000000000000","status":"complete",)"
          R"("request_timestamp":"2025-06-15T15:06:40.000000Z","total_count":2,"success_count":1,)"
          R"("successes":[{"id":"x--1","version":"v"}],"failure_count":1,)"
          R"("failures":[{"id":"x--2","version":"v","message":"not an object"}],"pending_count":0})");
    const HttpResponse status = rig.get("/api1/status/9a000000-0000-4000-8000-000000000000/");
    CHECK(status.status == 200);
    CHECK(status.body == posted.body);
    CHECK(rig.get("/api1/status/9a000000-0000-4000-8000-000000000000/").body == status.body);
  }

  TEST_CASE("taxii/post: lists of a status are left out where they are empty") {
    Rig rig;
    const auto document = parse(rig.post(kPlace, kTwo));
    CHECK(document->root()["successes"].size() == 2);
    CHECK_FALSE(document->root()["failures"].exists());
    CHECK_FALSE(document->root()["pendings"].exists());
    CHECK(document->root()["failure_count"].integer() == 0);
  }

  TEST_CASE("taxii/post: the rights table, hidden and unknown alike") {
    Rig rig;
    for (const auto& [id, status] : std::map<std::string, int>{
             {kRw, 202}, {kWo, 202}, {kRo, 403}, {kNn, 404}, {kHidden, 404}, {kUnknown, 404}}) {
      CAPTURE(id);
      const HttpResponse response = rig.post(Rig::at(id, "objects/"), kTwo);
      CHECK(response.status == status);
      if (status != 202) CHECK(is_error_resource(response, status));
      // The body and its type are not looked at before.
      if (status != 202) CHECK(whole(rig.post(Rig::at(id, "objects/"), "{", "text/html")) == whole(response));
    }
    CHECK(whole(rig.post(Rig::at(kHidden, "objects/"), kTwo)) ==
          whole(rig.post(Rig::at(kUnknown, "objects/"), kTwo)));
    CHECK(rig.post("/api1/collections/open/objects/", kTwo).status == 202);  // by alias
  }

  TEST_CASE("taxii/post: without a credential 401 before anything else") {
    Rig rig;
    CHECK(is_error_resource(rig.post(kPlace, "{", "text/html", ""), 401));
    CHECK(is_error_resource(rig.post(kPlace, kTwo, "application/taxii+json", "mallory"), 401));
    CHECK(rig.source.calls == 0);
  }

  TEST_CASE("taxii/post: Accept must cover our type") {
    Rig rig;
    CHECK(is_error_resource(rig.send("POST", kPlace, "",
                                     {{"Accept", "text/html"}, {"Content-Type", "application/taxii+json"}},
                                     "alice", kTwo),
                            406));
    CHECK(rig.source.calls == 0);
  }

  TEST_CASE("taxii/post: Content-Type with and without version, spelled in any way, else 415") {
    Rig rig;
    for (const char* good : {"application/taxii+json", "application/taxii+json;version=2.1",
                             "application/taxii+json; version=2.1", "APPLICATION/TAXII+JSON;VERSION=2.1",
                             "application/taxii+json;version=\"2.1\"; charset=utf-8"}) {
      CAPTURE(good);
      CHECK(rig.post(kPlace, kTwo, good).status == 202);
    }
    for (const char* bad : {"", "text/plain", "application/json", "application/stix+json;version=2.1",
                            "application/taxii+json;version=2.0"}) {
      CAPTURE(bad);
      CHECK(is_error_resource(rig.post(kPlace, kTwo, bad), 415));
    }
  }

  TEST_CASE("taxii/post: what is not JSON is 400") {
    Rig rig;
    for (const std::string& body :
         {std::string(), std::string("{"), std::string("<xml/>"), std::string(R"({"objects":[{}})"),
          std::string(R"({"objects":[{}]}x)"), std::string(R"({"objects":[{}],"objects":[{}]})"),
          std::string(R"({"objects":[{}],"\u006fbjects":[{}]})"), std::string(R"({"objects":[{}{}]})"),
          std::string(R"({"objects":[{},]})"), std::string(R"({"x":NaN,"objects":[{}]})"),
          std::string("{\"x\":\"\xff\",\"objects\":[{}]}"), "\xef\xbb\xbf" + kTwo}) {
      CAPTURE(body);
      CHECK(is_error_resource(rig.post(kPlace, body), 400));
    }
    CHECK(rig.source.submitted.empty());
  }

  TEST_CASE("taxii/post: JSON that is no envelope of objects is 422") {
    Rig rig;
    for (const char* body :
         {"{}", "[]", "null", "7", R"({"objects":[]})", R"({"objects":{}})", R"({"objects":null})",
          R"({"objects":"x"})", R"({"more":true})", R"([{"id":"x--1"}])",
          R"({"type":"bundle","id":"bundle--1","objects":[{"id":"x--1"}]})"}) {
      CAPTURE(body);
      CHECK(is_error_resource(rig.post(kPlace, body), 422));
    }
    CHECK(rig.source.submitted.empty());
  }

  TEST_CASE("taxii/post: bodies within max_content_length are never 413") {
    Rig rig;
    std::string deep = R"({"x":)" + std::string(5000, '[') + std::string(5000, ']') + R"(,"objects":[{}]})";
    CHECK(is_error_resource(rig.post(kPlace, deep), 422));
    std::string many = R"({"objects":[0)";
    for (std::size_t i = 0; i < rig.limits.envelope_objects; ++i) many += ",0";
    CHECK(is_error_resource(rig.post(kPlace, many + "]}"), 422));
    CHECK(rig.post(kPlace, kTwo + std::string(rig.limits.max_content_length - kTwo.size(), ' ')).status == 202);
  }

  TEST_CASE("taxii/post: the source gets the bytes of each object, faulty ones too") {
    Rig rig;
    const std::vector<std::string> objects = {
        R"({ "id":"x--1" , "n":1.0, "s":"\u00e9 ]} \"" })", R"({"a":1,"a":2})", "[]", "\"text\"", "-0.0",
        R"({"deep":[[{"x":["]"]}]]})", "{\"bad\":\"\xff\"}", "NaN"};
    std::string body = R"( { "x_acme_tag" : [1, {"objects":[]}] , "objects" : [)";
    for (std::size_t i = 0; i < objects.size(); ++i) body += (i == 0 ? " " : " ,\n") + objects[i];
    CHECK(rig.post(kPlace, body + " ] , \"more\":false } ").status == 202);
    CHECK(rig.source.submitted == objects);
    CHECK(rig.post(kPlace, R"({"\u006fbjects":[{"id":"x--9"}]})").status == 202);
    CHECK(rig.source.submitted == std::vector<std::string>{R"({"id":"x--9"})"});
  }

  TEST_CASE("taxii/status: of others, unknown and malformed ids are 404 alike") {
    Rig rig;
    const HttpResponse posted = rig.post(kPlace, kTwo, "application/taxii+json", "bob");
    REQUIRE(posted.status == 202);
    const std::string path = "/api1/status/9a000000-0000-4000-8000-000000000000/";
    CHECK(rig.send("GET", path, "", {}, "bob").status == 200);
    const HttpResponse others = rig.get(path);
    CHECK(is_error_resource(others, 404));
    for (const char* id : {"2d086da7-4bdc-4f91-900e-d77486753710", "no-uuid", "%20"}) {
      CHECK(whole(rig.get("/api1/status/" + std::string(id) + "/")) == whole(others));
    }
    CHECK(is_error_resource(rig.send("GET", path, "", {}, ""), 401));
    CHECK(is_error_resource(rig.send("GET", path, "", {{"Accept", "text/html"}}, "bob"), 406));
  }

  TEST_CASE("taxii/post: a failure behind the port tells nothing of the inside") {
    Rig rig;
    for (const auto& [code, status] : std::map<Code, int>{{Code::kStoreWrite, 503}, {Code::kInternal, 500},
                                                          {Code::kNotFound, 404}, {Code::kStixInvalid, 500}}) {
      rig.source.fails = make_error(code, "SECRET", "SECRET.db");
      for (const HttpResponse& response : {rig.post(kPlace, kTwo), rig.get("/api1/status/x/")}) {
        CHECK(is_error_resource(response, status));
        CHECK(whole(response).find("SECRET") == std::string::npos);
      }
    }
  }
}

TEST_SUITE("property") {
  TEST_CASE("taxii/post: any body gets a TAXII answer, and only an envelope is taken") {
    Rig rig;
    PROPERTY("changed bytes", [&rig](std::size_t place, char byte, std::size_t length) {
      std::string body = kTwo;
      body[place % body.size()] = byte;
      body.resize(length % 3 == 0 ? length % body.size() : body.size());
      const HttpResponse response = rig.post(kPlace, body);
      RC_ASSERT(response.status == 202 || response.status == 400 || response.status == 422);
      RC_ASSERT(json::check(response.body).ok());
      const auto strict = json::Document::parse(body);
      if (!strict.ok()) return;
      const json::Value list = (*strict)->root()["objects"];
      RC_ASSERT((response.status == 202) == (list.is_array() && list.size() > 0));
    });
  }
}
