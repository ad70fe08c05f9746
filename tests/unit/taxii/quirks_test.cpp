// Servers with the faults of docs/specs/quirks.md: the probe finds each, and a pull by the profile gets everything,
// through breaks, and comes to an end. Those that lead nowhere end in an error that names the place.
#include "taxii/quirks.h"

#include <algorithm>
#include <set>

#include "scripted_transport.h"
#include "taxii/client.h"
#include "taxii/probe.h"
#include "tests/peers/faulty_cases.h"
#include "tests/support/doctest.h"
#include "tests/support/property.h"

using namespace sekisho;
using namespace sekisho::taxii;
using sekisho::taxii::tests::ScriptedTransport;
using sekisho::tests::faulty_cases;
using sekisho::tests::FaultyCase;
using sekisho::tests::FaultyServer;
using sekisho::tests::FaultyTransport;
using sekisho::tests::Faults;

namespace {

const RemoteRoot kRoot = {"https://taxii.test/api/", "A", 1000};
constexpr std::size_t kPage = 10;

std::string id_of(int n) { return "indicator--" + std::to_string(n); }
void fill(FaultyServer& server, int first, int count) {
  for (int n = first; n < first + count; ++n) {
    const std::string version = "2026-01-01T00:00:00.000Z";
    server.add(R"({"id":")" + id_of(n) + R"(","modified":")" + version + R"("})", id_of(n), version);
  }
}

RemoteCollection collection() {
  RemoteCollection out;
  out.id = FaultyServer::kCollection;
  return out;
}

/// What a pull keeps between runs: the state as text, and each object once.
struct Puller {
  std::string state = PullState{}.to_text();
  std::set<std::string> ids;
  std::size_t received = 0;

  /// `pages` at most; whether it came to the end. As sync/taxii does it.
  Status pull(FaultyServer& server, const Quirks& quirks, std::size_t pages = 200) {
    FaultyTransport transport(server);
    Client client(transport, "test/1", {}, quirks);
    PullState from = PullState::from_text(state).value();
    if (quirks.next == Quirks::Next::kOnce) from = from.restart();
    for (std::size_t i = 0; i < pages; ++i) {
      auto page = client.objects(kRoot, collection(), from, kPage);
      if (!page.ok() && page.error().code == Code::kTaxiiBadCursor) page = client.objects(kRoot, collection(), from.restart(), kPage);
      if (!page.ok()) return page.error();
      for (const std::string_view object : page->objects) ids.emplace(object);
      received += page->objects.size();
      if (page->after.added_after < from.added_after) return make_error(Code::kInternal, "the date went back");
      from = PullState::from_text(page->after.to_text()).value();
      state = from.to_text();
      if (!page->more) return {};
    }
    return make_error(Code::kTimeout, "no end");
  }
};

ProbeReport probed(FaultyServer& server) {
  FaultyTransport transport(server);
  Exchange exchange(transport, "test/1", {});
  auto report = probe(exchange, "https://taxii.test", FaultyServer::kAlias, 100);
  REQUIRE_MESSAGE(report.ok(), report.error().to_string());
  CHECK(server.gets <= kMaxProbeRequests);
  CHECK(report->requests == server.gets);
  CHECK(server.others == 0);
  return std::move(*report);
}

Status pulled(Faults faults, const Quirks& quirks, int count = 40) {
  FaultyServer server(faults);
  fill(server, 0, count);
  return Puller().pull(server, quirks);
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("taxii/quirks: the probe finds each fault, says so in words with the clause, and only asks") {
    for (const FaultyCase& one : faulty_cases()) {
      CAPTURE(one.name);
      FaultyServer server(one.faults);
      fill(server, 0, 40);
      const ProbeReport report = probed(server);
      CHECK(report.quirks.to_json() == one.profile);
      CHECK(report.complete());
      for (const Finding& finding : report.findings) {
        CHECK(finding.clause.rfind("TAXII 2.1 §", 0) == 0);
        CHECK_FALSE(finding.seen.empty());
        CHECK_FALSE(finding.remedy.empty());
      }
    }
  }

  TEST_CASE("taxii/quirks: a pull by the profile gets everything, also what comes later, and ends") {
    for (const FaultyCase& one : faulty_cases()) {
      CAPTURE(one.name);
      const Quirks quirks = Quirks::from_json(one.profile).value();
      FaultyServer server(one.faults);
      Puller puller;
      for (const int count : {0, 57, 0, 1, 30}) {
        fill(server, static_cast<int>(puller.ids.size()), count);
        const std::size_t wanted = puller.ids.size() + static_cast<std::size_t>(count);
        const Status status = puller.pull(server, quirks);
        CHECK_MESSAGE(status.ok(), status.error().to_string());
        CHECK(puller.ids.size() == wanted);
      }
    }
  }

  TEST_CASE("taxii/quirks: a collection that dates exclude nothing of brings nothing twice when nothing is new") {
    FaultyServer server{Faults{}};
    fill(server, 0, 40);
    Puller puller;
    REQUIRE(puller.pull(server, {}).ok());
    REQUIRE(puller.pull(server, {}).ok());
    CHECK(puller.received == 40);
  }

  TEST_CASE("taxii/quirks: without the profile the faults do harm, so these tests can see it") {
    Faults shared;
    shared.per_date = 4;
    shared.next = Faults::Next::kAbsent;
    FaultyServer server(shared);
    fill(server, 0, 40);
    Puller puller;
    REQUIRE(puller.pull(server, {}).ok());
    CHECK(puller.ids.size() < 40);
  }

  TEST_CASE("taxii/quirks: what leads nowhere ends in an error that names the place") {
    Faults endless;
    endless.next = Faults::Next::kEndless;
    Status status = pulled(endless, {});
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().code == Code::kTaxiiPeerFault);
    CHECK(status.error().where.find(FaultyServer::kCollection) != std::string::npos);
    CHECK(status.error().where.find("from the beginning") == std::string::npos);

    Faults instant;  // one instant, and no way to its rest
    instant.per_date = 1000;
    instant.cap = 10;
    instant.next = Faults::Next::kAbsent;
    Quirks shared;
    shared.shared_dates = true;
    status = pulled(instant, shared);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().detail.find("more objects of one instant") != std::string::npos);
    CHECK(status.error().where.find(", after 20") != std::string::npos);
    shared.more_untold = true;
    shared.limit = 10;
    instant.more_untold = true;
    CHECK_FALSE(pulled(instant, shared).ok());

    Faults inclusive;
    inclusive.inclusive = true;
    inclusive.per_date = 1000;
    inclusive.next = Faults::Next::kAbsent;
    status = pulled(inclusive, {});
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().detail.find("sekisho peer probe") != std::string::npos);
  }

  TEST_CASE("taxii/quirks: neither next nor dates: the probe says that nothing helps") {
    Faults faults;
    faults.dates = Faults::Dates::kAbsent;
    faults.manifest = false;
    faults.next = Faults::Next::kAbsent;
    FaultyServer server(faults);
    fill(server, 0, 40);
    CHECK_FALSE(probed(server).complete());
  }

  TEST_CASE("taxii/quirks: an empty or tiny collection shows nothing and is no fault") {
    for (const int count : {0, 1, 2}) {
      FaultyServer server{Faults{}};
      fill(server, 0, count);
      const ProbeReport report = probed(server);
      CHECK(report.objects == static_cast<std::size_t>(count));
      CHECK(report.quirks == Quirks());
    }
  }

  TEST_CASE("taxii/quirks: the collection is the one named, or the first that may be read") {
    FaultyServer server{Faults{}};
    FaultyTransport transport(server);
    Exchange exchange(transport, "test/1", {});
    CHECK(probe(exchange, "https://taxii.test/api/", "", 100)->collection.alias == "feed");
    CHECK(probe(exchange, "https://taxii.test/api", FaultyServer::kCollection, 100).ok());
    CHECK(probe(exchange, "https://taxii.test/", "other", 100).error().code == Code::kNotFound);
    CHECK(probe(exchange, "taxii.test", "", 100).error().code == Code::kInvalidArgument);
  }

  TEST_CASE("taxii/quirks: a pull begins so much earlier as the overlap says, and every page of the walk with it") {
    Faults faults;
    faults.next = Faults::Next::kGiven;
    FaultyServer server(faults);
    fill(server, 0, 40);
    Quirks quirks;
    quirks.overlap_seconds = 25;
    Puller puller;
    REQUIRE(puller.pull(server, quirks).ok());
    server.queries.clear();
    REQUIRE(puller.pull(server, quirks).ok());
    REQUIRE(server.queries.size() == 3);  // 25 objects, one a second
    const std::size_t at = server.queries[0].find("&added_after=");
    REQUIRE(at != std::string::npos);
    CHECK(server.queries[1].substr(0, server.queries[0].size()) == server.queries[0]);
    CHECK(puller.received == 65);
  }

  TEST_CASE("taxii/quirks: a next that holds once is never sent a second time by itself") {
    Faults faults;
    faults.next = Faults::Next::kOnce;
    for (std::size_t cut = 1; cut < 6; ++cut) {
      FaultyServer server(faults);
      fill(server, 0, 57);
      Puller puller;
      Quirks once;
      once.next = Quirks::Next::kOnce;
      CHECK_FALSE(puller.pull(server, once, cut).ok());
      CHECK(puller.pull(server, once).ok());
      CHECK(puller.ids.size() == 57);
    }
  }

  TEST_CASE("taxii/quirks: a profile as text and back; what is none is refused") {
    for (const FaultyCase& one : faulty_cases()) CHECK(Quirks::from_json(one.profile)->to_json() == one.profile);
    const std::string full =
        R"({"added_after":"inclusive","dates":"shared","date_headers":"loose","date_unit":1000,"next":"once","more":"untold",)"
        R"("limit":100,"whole":true,"media_types":["application/json",""],"overlap":300})";
    CHECK(Quirks::from_json(full)->to_json() == full);
    for (const char* bad :
         {"", "[]", "7", R"({"next":"twice"})", R"({"next":1})", R"({"limit":0})", R"({"limit":100001})", R"({"limit":"9"})",
          R"({"date_unit":86400000001})", R"({"overlap":-1})", R"({"overlap":2678401})", R"({"whole":false})",
          R"({"media_types":[]})", R"({"media_types":["Text/html"]})", R"({"media_types":["a b/c"]})", R"({"media_types":"a/b"})",
          R"({"media_types":["a/b","a/b","a/b","a/b","a/b","a/b","a/b","a/b","a/b"]})", R"({"other":1})"}) {
      CAPTURE(bad);
      const auto refused = Quirks::from_json(bad);
      REQUIRE_FALSE(refused.ok());
      CHECK(refused.error().code == Code::kInvalidArgument);
    }
  }

  TEST_CASE("taxii/quirks: a server that gives no object where fewer are asked for, or a new label each time, fools no probe") {
    ScriptedTransport transport;
    const auto list = [&transport](const std::string& body, const std::string& type) {
      HttpResponse answer;
      answer.headers = {{"Content-Type", type}, {"X-TAXII-Date-Added-Last", "2026-01-01T00:00:00.000001Z"}};
      answer.body = body;
      transport.script.emplace_back(answer);
    };
    const auto begin = [&](const std::string& type) {
      transport.script.clear();
      list(R"({"title":"A","versions":["application/taxii+json;version=2.1"],"max_content_length":1000})", type + "1");
      list(R"({"collections":[{"id":"k","title":"K","can_read":true,"can_write":false}]})", type + "2");
      list(R"({"objects":[{"id":"tool--1"},{"id":"tool--2"},{"id":"tool--3"}]})", type + "3");
      list(R"({"objects":[]})", type + "4");
    };
    Exchange exchange(transport, "test/1", {});
    begin("application/json; x=");
    list(R"({"objects":[]})", "application/json");
    const auto none = probe(exchange, kRoot.url, "", kPage);
    REQUIRE_FALSE(none.ok());
    CHECK(none.error().code == Code::kTaxiiPeerFault);
    begin("application/odd");
    for (int n = 5; n < 20; ++n) list(R"({"objects":[{"id":"tool--)" + std::to_string(n) + R"("}],"more":true,"next":"n)" + std::to_string(n) + "\"}", "application/odd" + std::to_string(n));
    const auto many = probe(exchange, kRoot.url, "", kPage);
    REQUIRE(many.ok());
    CHECK(many->quirks.media_types.size() > 5);
    CHECK(many->quirks.media_types.size() <= Quirks::kMostMediaTypes);
    CHECK(Quirks::from_json(many->quirks.to_json()).ok());
  }
}

TEST_SUITE("property") {
  TEST_CASE("taxii/quirks: any faults that can be lived with, cut anywhere: everything is got") {
    PROPERTY("cut and go on", [] {
      const FaultyCase one = *rc::gen::elementOf(faulty_cases());
      const Quirks quirks = Quirks::from_json(one.profile).value();
      FaultyServer server(one.faults);
      Puller puller;
      int count = 0;
      for (int round = 0; round < 4; ++round) {
        const int more = *rc::gen::inRange(0, 40);
        fill(server, count, more);
        count += more;
        (void)puller.pull(server, quirks, *rc::gen::inRange<std::size_t>(0, 6));
      }
      RC_ASSERT(puller.pull(server, quirks).ok());
      RC_ASSERT(puller.ids.size() == static_cast<std::size_t>(count));
    });
  }
}
