// Content negotiation: TAXII 2.1 §1.6.8, §3.1; RFC 9110 §12.5.1.
#include "rig.h"
#include "tests/support/doctest.h"
#include "tests/support/property.h"

using namespace sekisho;
using namespace sekisho::taxii;
using namespace sekisho::taxii::tests;

namespace {

const std::vector<std::string>& every_path() {
  static const std::vector<std::string> paths = {
      "/taxii2/",
      "/api1/",
      "/api1/collections/",
      Rig::at(kRw),
      Rig::at(kRw, "manifest/"),
      Rig::at(kRw, "objects/"),
      Rig::at(kRw, "objects/" + kBusyId + "/"),
      Rig::at(kRw, "objects/" + kBusyId + "/versions/"),
  };
  return paths;
}

int status_for(Rig& rig, const std::string& accept) {
  return rig.send("GET", "/taxii2/", "", {{"Accept", accept}}).status;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("taxii/accept: what the endpoints define is always served") {
    Rig rig;
    for (const std::string& path : every_path()) {
      for (const char* accept :
           {"application/taxii+json;version=2.1", "application/taxii+json",
            "text/html, application/taxii+json;version=2.1;q=0.5", "*/*", "application/*",
            "application/taxii+json; version=2.1",
            "application/taxii+json ;\tversion=2.1 ; q=1.000", "APPLICATION/TAXII+JSON;VERSION=2.1",
            "application/taxii+json;version=\"2.1\"",
            "application/taxii+json;charset=utf-8;version=2.1", "application/taxii+json;q=0.001",
            "application/taxii+json;version=2.0, application/taxii+json;version=2.1",
            "application/taxii+json;version=2.1, application/stix+json;version=2.1",
            "text/html;level=\"a,b;c\\\"\", */*;q=0.1", ", ,application/taxii+json,", ""}) {
        CAPTURE(accept);
        const HttpResponse response = rig.send("GET", path, "", {{"Accept", accept}});
        CHECK(response.status == 200);
        CHECK(header(response.headers, "content-type") == "application/taxii+json;version=2.1");
      }
      CHECK(rig.send("GET", path).status == 200);  // no Accept at all
    }
  }

  TEST_CASE("taxii/accept: other media types are refused with 406") {
    Rig rig;
    for (const char* accept : {"application/xml",
                               "application/json",
                               "text/html",
                               "text/*",
                               "application/taxii+json;version=9.9",
                               "application/taxii+json;version=2.0",
                               "application/taxii+json;version=2.10",
                               "application/taxii+json;version=",
                               "application/vnd.oasis.taxii+json",
                               "application/stix+json;version=2.1",
                               "application/taxii+json;version=2.1;q=0",
                               "*/*;q=0",
                               "*/*;q=0.000",
                               "*/json",
                               "garbage",
                               "/",
                               "application/",
                               "application/taxii+json;q=2",
                               "application/taxii+json;q=1.001",
                               "application/taxii+json;q=0.0001",
                               "application/taxii+json;q=x",
                               "application/taxii+json;version=\"2.1",
                               "application/taxii+json;version =2.1"}) {
      CAPTURE(accept);
      for (const std::string& path : every_path()) {
        CHECK(is_error_resource(rig.send("GET", path, "", {{"Accept", accept}}), 406));
      }
    }
  }

  TEST_CASE("taxii/accept: the most specific range decides") {
    Rig rig;
    CHECK(status_for(rig, "*/*;q=0, application/taxii+json") == 200);
    CHECK(status_for(rig, "application/*;q=0, */*") == 406);
    CHECK(status_for(rig, "application/taxii+json;q=0, */*;q=1, application/*") == 406);
    CHECK(status_for(rig, "application/taxii+json;version=2.1, application/taxii+json;q=0") == 200);
    CHECK(status_for(rig, "application/taxii+json;version=2.1;q=0, application/taxii+json") == 406);
    CHECK(status_for(rig, "application/taxii+json;q=0, application/taxii+json;q=0.1") == 200);
  }

  TEST_CASE("taxii/accept: several header lines are one list") {
    Rig rig;
    const auto status = [&rig](Headers headers) {
      return rig.send("GET", "/taxii2/", "", std::move(headers)).status;
    };
    CHECK(status({{"accept", "text/html"}, {"ACCEPT", "application/taxii+json"}}) == 200);
    CHECK(status({{"Accept", "text/html"}, {"Accept", "text/plain"}}) == 406);
  }

  TEST_CASE("taxii/accept: every answer with a body names media type and version") {
    Rig rig;
    for (const auto& [method, path, status] :
         std::vector<std::tuple<std::string, std::string, int>>{
             {"GET", "/taxii2/", 200},
             {"GET", "/nowhere/", 404},
             {"PUT", "/taxii2/", 405},
             {"POST", Rig::at(kRo, "objects/"), 403},
             {"GET", Rig::at(kWo, "objects/"), 403}}) {
      const HttpResponse response = rig.send(method, path);
      CHECK(response.status == status);
      CHECK(header(response.headers, "Content-Type") == "application/taxii+json;version=2.1");
      CHECK(header(response.headers, "Cache-Control") == "no-store");
    }
  }
}

TEST_SUITE("property") {
  TEST_CASE("taxii/accept: any header is 200 or 406") {
    Rig rig;
    PROPERTY("random bytes", [&rig](const std::string& accept) {
      const int status = status_for(rig, accept);
      RC_ASSERT(status == 200 || status == 406);
    });
    PROPERTY("random pieces", [&rig] {
      const auto pieces = *rc::gen::container<std::vector<std::string>>(
          rc::gen::element<std::string>("application", "/", "taxii+json", "*", ";", "version=2.1",
                                        "q=", "0", ".5", ",", " ", "\"", "\\"));
      std::string accept;
      for (const std::string& piece : pieces) accept += piece;
      const int status = status_for(rig, accept);
      RC_ASSERT(status == 200 || status == 406);
    });
  }
}
