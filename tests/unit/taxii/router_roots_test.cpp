// Collections under an id of their own in each API root.
#include "rig.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::taxii;
using namespace sekisho::taxii::tests;

namespace {

/// Two roots: the default one, and "inner", where every id ends in "-inner".
struct TwoRoots {
  TwoRoots() {
    ServerInfo info;
    info.title = "t";
    info.roots = {{"api1", "r", ""}, {"inner", "i", "", {"open", "read only"}}};
    info.roots[1].id_here = [](std::string_view id) { return std::string(id) + "-inner"; };
    router = std::make_unique<Router>(info, rig.authenticator, rig.source, rig.limits);
  }
  HttpResponse ask(const std::string& method, const std::string& path, const std::string& body = "") {
    HttpRequest request;
    request.method = method;
    request.path = path;
    request.body = body;
    request.headers = {{"Accept", "*/*"}, {"Authorization", "Bearer alice"}, {"Content-Type", "application/taxii+json"}};
    return router->handle(request);
  }
  Rig rig;
  std::unique_ptr<Router> router;
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("taxii/roots: a collection is listed and asked for by the id that it has in the root, and by its alias") {
    TwoRoots two;
    const auto listed = parse(two.ask("GET", "/inner/collections/"));
    CHECK(column(listed->root()["collections"], "id") == std::vector<std::string>{kRw + "-inner", kRo + "-inner"});
    CHECK(column(parse(two.ask("GET", "/api1/collections/"))->root()["collections"], "id").front() == kRw);
    for (const std::string& below : std::vector<std::string>{"", "manifest/", "objects/", "objects/" + kBusyId + "/",
                                                            "objects/" + kBusyId + "/versions/"}) {
      CAPTURE(below);
      const HttpResponse here = two.ask("GET", "/inner/collections/" + kRw + "-inner/" + below);
      CHECK(here.status == 200);
      CHECK(whole(here) == whole(two.ask("GET", "/inner/collections/open/" + below)));
      if (!below.empty()) CHECK(whole(here) == whole(two.ask("GET", "/api1/collections/" + kRw + "/" + below)));
    }
    CHECK(parse(two.ask("GET", "/inner/collections/open/"))->root()["id"].string_or("") == kRw + "-inner");
    CHECK(two.ask("POST", "/inner/collections/" + kRw + "-inner/objects/", R"({"objects":[{}]})").status == 202);
    CHECK(two.ask("DELETE", "/inner/collections/" + kRw + "-inner/objects/" + kBusyId + "/").status == 200);
  }

  TEST_CASE("taxii/roots: the id of another root is unknown, like any") {
    TwoRoots two;
    const auto same = [&two](const std::string& method, const std::string& root, const std::string& id, const std::string& below) {
      const HttpResponse answer = two.ask(method, "/" + root + "/collections/" + id + "/" + below, R"({"objects":[{}]})");
      CHECK(answer.status == 404);
      CHECK(whole(answer) == whole(two.ask(method, "/" + root + "/collections/" + kUnknown + "/" + below, R"({"objects":[{}]})")));
    };
    const int calls = two.rig.source.calls;
    for (const std::string& below : std::vector<std::string>{"", "manifest/", "objects/", "objects/" + kBusyId + "/",
                                                            "objects/" + kBusyId + "/versions/"}) {
      same("GET", "inner", kRw, below);
      same("GET", "api1", kRw + "-inner", below);
      same("GET", "inner", kWo + "-inner", below);  // not in the root
    }
    CHECK(two.rig.source.calls > calls);
    same("POST", "inner", kRw, "objects/");
    same("DELETE", "inner", kRw, "objects/" + kBusyId + "/");
    CHECK(two.rig.source.submitted.empty());
    CHECK(two.rig.source.removed.empty());
  }
}
