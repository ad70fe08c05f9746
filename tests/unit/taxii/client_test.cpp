// The client's requests and how it reads answers (TAXII 2.1 §3.1, §3.2, §3.6, §4, §5.1; §8.4,
// §8.5).
#include <algorithm>

#include "core/digest.h"
#include "rig.h"
#include "scripted_transport.h"
#include "taxii/client.h"
#include "tests/support/doctest.h"
#include "tests/support/property.h"

using namespace sekisho;
using namespace sekisho::taxii;
using namespace sekisho::taxii::tests;

namespace {

const std::string kAgent = "sekisho/0.1 (test)";
const RemoteRoot kRoot = {"https://taxii.test/api1/", "First", 1000};
const RemoteCollection kCollection = {"a/b c", "", "T", "", true, false};
const std::string kDate = "2025-06-15T15:06:40.000001Z";

struct Scripted {
  ScriptedTransport transport;
  Client client{transport, kAgent, {}};
};

Code objects_code(const std::string& body) {
  Scripted s;
  s.transport.answer(body, 200, {{"X-TAXII-Date-Added-Last", kDate}});
  const auto page = s.client.objects(kRoot, kCollection, {}, 10);
  if (page.ok()) return Code::kNotFound;
  CHECK_FALSE(page.error().detail.empty());
  return page.error().code;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("taxii/client: request line and headers") {
    Scripted s;
    s.transport.answer(R"({"title":"x"})");
    s.transport.answer(
        R"({"title":"x","versions":["application/taxii+json;version=2.1"],"max_content_length":1})");
    s.transport.answer("{}");
    s.transport.answer("{}");
    CHECK(s.client.discover("https://taxii.test").ok());
    CHECK(s.client.root("https://taxii.test/api1").ok());
    CHECK(s.client.collections(kRoot).ok());
    CHECK(s.client.objects(kRoot, kCollection, {}, 10).ok());
    const std::vector<std::string> urls = {
        "https://taxii.test/taxii2/", "https://taxii.test/api1/",
        "https://taxii.test/api1/collections/",
        "https://taxii.test/api1/collections/a%2Fb%20c/objects/?match%5Bversion%5D=all&limit=10"};
    REQUIRE(s.transport.calls.size() == urls.size());
    for (std::size_t i = 0; i < urls.size(); ++i) {
      const HttpTransport::Call& call = s.transport.calls[i];
      CHECK(call.url == urls[i]);
      CHECK(call.method == "GET");
      CHECK(header(call.headers, "Accept") == "application/taxii+json;version=2.1");
      CHECK(header(call.headers, "User-Agent") == kAgent);
      CHECK_FALSE(header(call.headers, "Authorization").has_value());
      CHECK(call.body.empty());
    }
  }

  TEST_CASE("taxii/client: credentials are Basic or bearer") {
    const auto sent = [](const Credentials& credentials) {
      ScriptedTransport transport;
      transport.answer(R"({"title":"x"})");
      Client client(transport, kAgent, credentials);
      const auto result = client.discover("https://taxii.test");
      if (!result.ok()) return std::string(info(result.error().code).text);
      return std::string(header(transport.calls.at(0).headers, "Authorization").value_or("none"));
    };
    CHECK(sent({"basic", "Aladdin", "open sesame"}) == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    CHECK(sent({"basic", "test", "123\xc2\xa3"}) == "Basic dGVzdDoxMjPCow==");  // RFC 7617 §2.1
    CHECK(sent({"bearer", "", "abc.DEF-1"}) == "Bearer abc.DEF-1");
    CHECK(sent({}) == "none");
    CHECK(sent({"basic", "a:b", "c"}) == "invalid-argument");
    CHECK(sent({"bearer", "", "x\r\nX-Evil: 1"}) == "invalid-argument");
    CHECK(sent({"bearer", "", ""}) == "invalid-argument");
    CHECK(sent({"digest", "a", "b"}) == "invalid-argument");
  }

  TEST_CASE("taxii/client: only https, or http on loopback, is called") {
    Scripted s;
    for (const char* origin :
         {"http://taxii.test", "ftp://taxii.test", "taxii.test", "https://", "https://a@b", "",
          "https://taxii.test/x", "https://taxii.test?x", "http://127.0.0.1.evil.test",
          "http://localhost.evil", "https://a b", "https://a\\b", "https://:443"}) {
      CAPTURE(origin);
      const auto roots = s.client.discover(origin);
      REQUIRE_FALSE(roots.ok());
      CHECK(roots.error().code == Code::kInvalidArgument);
    }
    CHECK_FALSE(s.client.root("https://taxii.test/api1/?x=1").ok());
    CHECK_FALSE(s.client.root("http://taxii.test/api1/").ok());
    CHECK(s.transport.calls.empty());
    s.transport.answer(R"({"title":"x"})");
    CHECK(s.client.discover("http://127.0.0.1:8080/").ok());
    CHECK(s.transport.calls.back().url == "http://127.0.0.1:8080/taxii2/");
  }

  TEST_CASE("taxii/client: roots are resolved, others' left out") {
    Scripted s;
    s.transport.answer(
        R"({"title":"x","default":"/api1/","api_roots":["/api1/","/api2","https://taxii.test/api3/",
      "https://TAXII.test:443/api4/","https://other.test/api/","https://taxii.test:8443/api/","/api1/"],"x_more":{}})");
    const auto roots = s.client.discover("https://taxii.test/");
    REQUIRE(roots.ok());
    CHECK(*roots == std::vector<std::string>{"https://taxii.test/api1/", "https://taxii.test/api2/",
                                             "https://taxii.test/api3/",
                                             "https://taxii.test/api4/"});
  }

  TEST_CASE("taxii/client: malformed discovery is a fault") {
    for (const char* body :
         {R"({})", R"([])", R"("x")", R"({"title":1})", R"({"title":"x","api_roots":{}})",
          R"({"title":"x","api_roots":["//evil/"]})", R"({"title":"x","api_roots":["../x/"]})",
          R"({"title":"x","api_roots":["api/"]})",
          R"({"title":"x","api_roots":["http://taxii.test/a/"]})",
          R"({"title":"x","api_roots":["/a/?q"]})", R"({"title":"x","api_roots":[1]})",
          R"({"title":"x","api_roots":["https://taxii.test@evil/"]})",
          R"({"title":"x","api_roots":["/a\u0000/"]})",
          R"({"title":"x","api_roots":["/a\r\nX: y/"]})"}) {
      CAPTURE(body);
      Scripted s;
      s.transport.answer(body);
      const auto roots = s.client.discover("https://taxii.test");
      REQUIRE_FALSE(roots.ok());
      CHECK(roots.error().code == Code::kTaxiiPeerFault);
      CHECK_FALSE(roots.error().to_string().empty());
    }
  }

  TEST_CASE("taxii/client: every member of discovery, root, collection and status is read with its type") {
    const std::pair<std::string, std::string> full[] = {
        {"https://taxii.test", R"({"title":"T","description":"D","contact":"C","default":"/b/","api_roots":["/a/","/b/"]})"},
        {"root", R"({"title":"T","description":"D","versions":["application/taxii+json;version=2.1"],"max_content_length":9})"},
        {"collections", R"({"collections":[{"id":"k","title":"T","description":"D","alias":"A","can_read":true,"can_write":true,)"
                        R"("media_types":["application/stix+json;version=2.1"]}]})"},
        {"status", R"({"id":"s","status":"complete","request_timestamp":"2026-01-01T00:00:00.000000Z","total_count":2,)"
                   R"("success_count":1,"failure_count":1,"pending_count":0,"successes":[{"id":"a","version":"v","message":"m"}],)"
                   R"("failures":[{"id":"b","version":"v","message":"m"}],"pendings":[{"id":"c","version":"v"}]})"}};
    const auto read = [](const std::string& what, const std::string& body) {
      ScriptedTransport transport;
      transport.answer(body);
      Client client(transport, "test/1", {});
      const RemoteRoot root = {"https://taxii.test/api/", "T", 1};
      if (what == "root") return client.root(root.url).ok();
      if (what == "collections") return client.collections(root).ok();
      if (what == "status") return client.status(root, "s").ok();
      const auto roots = client.discover(what);
      if (roots.ok()) CHECK(roots->front() == "https://taxii.test/b/");  // the default
      return roots.ok();
    };
    for (const auto& [what, body] : full) {
      CAPTURE(body);
      CHECK(read(what, body));
      // Each value as one of another type, one at a time, is noticed.
      const std::string colon = "\":";
      std::size_t tried = 0;
      for (std::size_t at = body.find(colon); at != std::string::npos; at = body.find(colon, at + 1), ++tried) {
        CHECK_FALSE(read(what, body.substr(0, at + 2) + "{\"x\":" + body.substr(at + 2, body.find_first_of(",}]", at) - at - 2) + "}" +
                                   body.substr(body.find_first_of(",}]", at))));
      }
      CHECK(tried >= 4);
    }
  }

  TEST_CASE("taxii/client: API root must offer TAXII 2.1 and a length") {
    const auto read = [](const std::string& body) {
      Scripted s;
      s.transport.answer(body);
      return s.client.root("https://taxii.test/api1");
    };
    const auto root =
        read(R"({"title":"T","description":"d","versions":["application/taxii+json;version=2.0",
      "application/taxii+json; version=2.1"],"max_content_length":104857600,"x_extra":[]})");
    REQUIRE(root.ok());
    CHECK(root->url == "https://taxii.test/api1/");
    CHECK(root->title == "T");
    CHECK(root->max_content_length == 104857600);
    for (
        const char* body :
        {R"({"versions":["application/taxii+json;version=2.1"],"max_content_length":1})",
         R"({"title":"T","max_content_length":1})",
         R"({"title":"T","versions":[],"max_content_length":1})",
         R"({"title":"T","versions":["application/taxii+json;version=2.0"],"max_content_length":1})",
         R"({"title":"T","versions":"application/taxii+json;version=2.1","max_content_length":1})",
         R"({"title":"T","versions":["application/taxii+json;version=2.1"]})",
         R"({"title":"T","versions":["application/taxii+json;version=2.1"],"max_content_length":0})",
         R"({"title":"T","versions":["application/taxii+json;version=2.1"],"max_content_length":"1"})",
         R"({"title":"T","versions":["application/taxii+json;version=2.1",7],"max_content_length":1})"}) {
      CAPTURE(body);
      const auto bad = read(body);
      REQUIRE_FALSE(bad.ok());
      CHECK(bad.error().code == Code::kTaxiiPeerFault);
    }
  }

  TEST_CASE("taxii/client: collections with every member, or none") {
    Scripted s;
    s.transport.answer(
        R"({"collections":[{"id":"k","title":"T","description":"D","alias":"A","can_read":true,
      "can_write":false,"media_types":["application/stix+json;version=2.1"],"x_any":1},
      {"id":"l","title":"U","can_read":false,"can_write":true}]})");
    s.transport.answer("{}");
    const auto list = s.client.collections(kRoot);
    REQUIRE(list.ok());
    REQUIRE(list->size() == 2);
    CHECK(list->at(0).id == "k");
    CHECK(list->at(0).alias == "A");
    CHECK(list->at(0).description == "D");
    CHECK(list->at(0).can_read);
    CHECK(list->at(1).can_write);
    CHECK(s.client.collections(kRoot)->empty());
    for (const char* body :
         {R"({"collections":{}})", R"({"collections":[1]})", R"({"collections":[{"id":"k"}]})",
          R"({"collections":[{"id":"k","title":"T","can_read":"true","can_write":false}]})",
          R"({"collections":[{"id":"k","title":"T","can_read":true}]})",
          R"({"collections":[{"id":7,"title":"T","can_read":true,"can_write":true}]})",
          R"({"collections":[{"id":"","title":"T","can_read":true,"can_write":true}]})",
          R"({"collections":[{"id":"..","title":"T","can_read":true,"can_write":true}]})",
          R"({"collections":[{"id":"k","title":"T","can_read":true,"can_write":true},)"
          R"({"id":"k","title":"T","can_read":true,"can_write":true}]})"}) {
      CAPTURE(body);
      s.transport.answer(body);
      const auto bad = s.client.collections(kRoot);
      REQUIRE_FALSE(bad.ok());
      CHECK(bad.error().code == Code::kTaxiiPeerFault);
    }
  }

  TEST_CASE("taxii/client: status codes become errors with the server's title") {
    const std::map<int, Code> expected = {
        {400, Code::kTaxiiBadQuery},  {401, Code::kTaxiiUnauthorized},
        {403, Code::kTaxiiForbidden}, {404, Code::kNotFound},
        {413, Code::kLimitExceeded},  {422, Code::kTaxiiBadEnvelope},
        {406, Code::kTaxiiPeerFault}, {429, Code::kUnavailable},
        {500, Code::kTaxiiPeerFault}, {503, Code::kUnavailable},
        {302, Code::kTaxiiPeerFault}, {204, Code::kTaxiiPeerFault},
        {206, Code::kTaxiiPeerFault}, {202, Code::kTaxiiPeerFault}};
    for (const auto& [status, code] : expected) {
      Scripted s;
      s.transport.answer(R"({"title":"Not today","error_code":"odd-42","details":{"a":1}})",
                         status);
      const auto list = s.client.collections(kRoot);
      REQUIRE_FALSE(list.ok());
      CHECK(list.error().code == code);
      CHECK(list.error().detail == "the server answered " + std::to_string(status) + ": Not today");
    }
  }

  TEST_CASE("taxii/client: an error title is made printable, cut, or left out") {
    const auto detail = [](const std::string& body, const std::string& type = {}) {
      Scripted s;
      s.transport.answer(body, 403);
      if (!type.empty()) s.transport.script.back()->headers = {{"Content-Type", type}};
      return s.client.collections(kRoot).error().detail;
    };
    const std::string bare = "the server answered 403";
    CHECK(detail(R"({"title":"a\u001b[31mb\r\n\u0000\u007f\u0085\u009b\u202e\u2066c\u00e9"})") ==
          bare + ": a[31mbcé");
    CHECK(detail(R"({"title":")" + std::string(199, 'x') + R"(éyz"})") ==
          bare + ": " + std::string(199, 'x'));
    CHECK(detail(R"({"title":"ok"})", "text/html") == bare);
    CHECK(detail("<html>") == bare);
    CHECK(detail(R"({"title":7})") == bare);
    CHECK(detail("") == bare);
    CHECK(detail(R"({"title":"x","pad":")" + std::string(70'000, 'x') + R"("})") == bare);
  }

  TEST_CASE("taxii/client: the media type of an answer is checked") {
    for (const auto& entry : std::vector<std::pair<std::string, bool>>{
             {"application/taxii+json;version=2.1", true},
             {"Application/TAXII+JSON; Version=\"2.1\"; charset=utf-8", true},
             {"application/taxii+json", true},
             {"application/taxii+json;version=2.0", false},
             {"application/json", false},
             {"text/html", false},
             {"*/*", false},
             {"", false}}) {
      const std::string& type = entry.first;
      CAPTURE(type);
      Scripted s;
      s.transport.answer("{}");
      s.transport.script.back()->headers = {{"Content-Type", type}};
      CHECK(s.client.collections(kRoot).ok() == entry.second);
    }
    Scripted s;
    s.transport.answer("{}");
    s.transport.script.back()->headers.clear();
    CHECK_FALSE(s.client.collections(kRoot).ok());
  }

  TEST_CASE("taxii/client: hostile bodies are faults") {
    std::string deep(5000, '[');
    for (const std::string& body : {std::string(),
                                    std::string("{"),
                                    std::string("<html>"),
                                    std::string("{}{}"),
                                    std::string("\xef\xbb\xbf{}"),
                                    std::string(R"({"more":true,"more":false})"),
                                    std::string("{\"x\":\"\xff\"}"),
                                    std::string(R"({"x":NaN})"),
                                    std::string(R"({"x":"\ud800"})"),
                                    std::string(R"({"x":9007199254740993})"),
                                    "{\"objects\":" + deep,
                                    "{\"objects\":[{\"x\":" + deep,
                                    std::string(R"({"objects":[{"id":"a"}{"id":"b"}]})"),
                                    std::string(R"({"objects":[],"objects":[]})"),
                                    std::string("[]"),
                                    std::string("null"),
                                    std::string(R"({"objects":{}})"),
                                    std::string(R"({"objects":"x"})"),
                                    std::string(R"({"objects":null})"),
                                    std::string(R"({"more":"true"})"),
                                    std::string(R"({"more":1})"),
                                    std::string(R"({"more":true,"next":1})"),
                                    std::string(R"({"more":true,"next":{}})")}) {
      CAPTURE(body.substr(0, 60));
      CHECK(objects_code(body) == Code::kTaxiiPeerFault);
    }
  }

  TEST_CASE("taxii/client: a faulty object does not spoil its page") {
    Scripted s;
    const std::string twice = R"({"id":"a","id":"b"})";
    s.transport.answer(R"({"objects":[{"id":"c"},)" + twice + R"(,NaN,{"n":9007199254740993}]})", 200,
                       {{"x-taxii-date-added-last", kDate}});
    const auto page = s.client.objects(kRoot, kCollection, {}, 10);
    REQUIRE(page.ok());
    REQUIRE(page->objects.size() == 4);
    CHECK(page->objects[0] == R"({"id":"c"})");
    CHECK(page->objects[1] == twice);
    CHECK(page->objects[2] == "NaN");
  }

  TEST_CASE("taxii/client: unknown members are passed over and objects keep their bytes") {
    Scripted s;
    s.transport.answer(
        R"({"x_acme":{"a":[1]}, "objects" : [ {"id":"a" , "n":1.0,"s":"\u00e9"},{} ] ,"next":null})",
        200, {{"x-taxii-date-added-last", kDate}});
    const auto page = s.client.objects(kRoot, kCollection, {}, 10);
    REQUIRE(page.ok());
    REQUIRE(page->objects.size() == 2);
    CHECK(page->objects[0] == R"({"id":"a" , "n":1.0,"s":"\u00e9"})");
    CHECK(page->objects[1] == "{}");
  }

  TEST_CASE("taxii/client: transport failures come through and answers are bounded") {
    Scripted s;
    s.transport.script.emplace_back(make_error(Code::kTimeout, "slow"));
    const auto list = s.client.collections(kRoot);
    REQUIRE_FALSE(list.ok());
    CHECK(list.error().code == Code::kTimeout);
    CHECK(s.transport.calls[0].max_body == 4u << 20);
    CHECK(s.transport.calls[0].timeout_micros > 0);
    s.transport.answer("{\"x\":\"" + std::string(5u << 20, 'x') +
                       "\"}");  // a transport that did not bound it
    CHECK_FALSE(s.client.collections(kRoot).ok());
  }

  TEST_CASE("taxii/client: reads what the router writes") {
    Rig rig;
    RouterTransport transport(*rig.router);
    Client client(transport, kAgent, {"bearer", "", "alice"});
    const auto roots = client.discover("https://taxii.test");
    REQUIRE(roots.ok());
    CHECK(*roots ==
          std::vector<std::string>{"https://taxii.test/api1/", "https://taxii.test/api%20two/"});
    const auto root = client.root(roots->at(1));
    REQUIRE(root.ok());
    CHECK(root->max_content_length == 10 << 20);
    const auto collections = client.collections(*root);
    REQUIRE(collections.ok());
    REQUIRE(collections->size() == 4);
    CHECK(collections->at(1).alias == "read only");
    const auto refused = client.objects(*root, collections->at(2), {}, 5);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::kTaxiiForbidden);
    CHECK(refused.error().detail == "the server answered 403: The caller may not do this here.");
    Client stranger(transport, kAgent, {});
    CHECK(stranger.discover("https://taxii.test").error().code == Code::kTaxiiUnauthorized);
  }
}

TEST_SUITE("property") {
  TEST_CASE("taxii/client: any body is a fault or a page") {
    const std::string good =
        R"({"more":true,"next":"n","objects":[{"id":"a"},{"id":"b","x":[1,2]}]})";
    PROPERTY("changed bytes", [&good](std::size_t place, char byte, std::size_t length) {
      std::string body = good;
      body[place % body.size()] = byte;
      body.resize(length % 3 == 0 ? length % body.size() : body.size());
      Scripted s;
      s.transport.answer(body, 200, {{"X-TAXII-Date-Added-Last", kDate}});
      const auto page = s.client.objects(kRoot, kCollection, {}, 10);
      if (!page.ok()) {
        RC_ASSERT(page.error().code == Code::kTaxiiPeerFault);
        return;
      }
      if (!json::check(body).ok()) return;
      for (const std::string_view object : page->objects) RC_ASSERT(json::check(object).ok());
    });
  }
}
