// The client's POST and how it reads statuses (TAXII 2.1 §3.1, §4.3, §5.5).
#include <string>

#include "rig.h"
#include "scripted_transport.h"
#include "taxii/client.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::taxii;
using namespace sekisho::taxii::tests;

namespace {

const RemoteRoot kRoot = {"https://taxii.test/api1/", "First", 1000};
const std::string kEnvelope = R"({"objects":[{"id":"x--1"}]})";
const std::string kStatus = R"({"id":"s/1","status":"pending","total_count":3,"success_count":1,)"
                            R"("failure_count":1,"pending_count":1,)"
                            R"("failures":[{"id":"x--1","version":"v","message":"no\u001b[31m"}],"x_more":1})";

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("taxii/client: POST sends the envelope with both media types") {
    ScriptedTransport transport;
    Client client(transport, "sekisho/0.1", {"bearer", "", "t"});
    transport.answer(kStatus, 202);
    const auto status = client.post(kRoot, "a/b c", kEnvelope);
    REQUIRE(status.ok());
    const auto& call = transport.calls.at(0);
    CHECK(call.method == "POST");
    CHECK(call.url == "https://taxii.test/api1/collections/a%2Fb%20c/objects/");
    CHECK(call.body == kEnvelope);
    CHECK(header(call.headers, "Accept") == "application/taxii+json;version=2.1");
    CHECK(header(call.headers, "Content-Type") == "application/taxii+json;version=2.1");
    CHECK(header(call.headers, "Authorization") == "Bearer t");
    CHECK_FALSE(status->complete);
    CHECK(status->success_count == 1);
    CHECK(status->failure_count == 1);
    CHECK(status->pending_count == 1);
    REQUIRE(status->failures.size() == 1);
    CHECK(status->failures[0].message == "no[31m");

    transport.answer(R"({"id":"s/1","status":"complete","total_count":0,"success_count":0,"failure_count":0,"pending_count":0})");
    const auto later = client.status(kRoot, status->id);
    REQUIRE(later.ok());
    CHECK(later->complete);
    CHECK(transport.calls.at(1).url == "https://taxii.test/api1/status/s%2F1/");
    CHECK(transport.calls.at(1).method == "GET");
  }

  TEST_CASE("taxii/client: only 202 with a status is an answer to POST") {
    for (const auto& [code, body] : std::vector<std::pair<int, std::string>>{
             {200, kStatus}, {201, kStatus}, {202, "{}"}, {202, "["}, {202, R"({"id":"s","status":"done"})"},
             {202, R"({"id":"s","status":"complete","total_count":1,"success_count":-1,"failure_count":0,"pending_count":0})"},
             {202, R"({"id":"s","status":"complete","total_count":1,"success_count":"1","failure_count":0,"pending_count":0})"},
             {202, R"({"id":"s","status":"complete","total_count":1,"success_count":0,"failure_count":1,"pending_count":0,"failures":[1]})"}}) {
      CAPTURE(body);
      ScriptedTransport transport;
      Client client(transport, "sekisho/0.1", {});
      transport.answer(body, code);
      const auto status = client.post(kRoot, "k", kEnvelope);
      REQUIRE_FALSE(status.ok());
      CHECK(status.error().code == Code::kTaxiiPeerFault);
    }
  }

  TEST_CASE("taxii/client: posts what the router takes, and reads its status") {
    Rig rig;
    RouterTransport transport(*rig.router);
    Client client(transport, "sekisho/0.1", {"bearer", "", "alice"});
    const auto status = client.post(kRoot, kRw, R"({"objects":[{"id":"x--1"},1]})");
    REQUIRE(status.ok());
    CHECK(status->complete);
    CHECK(status->success_count == 1);
    REQUIRE(status->failures.size() == 1);
    CHECK(status->failures[0].message == "not an object");
    const auto again = client.status(kRoot, status->id);
    REQUIRE(again.ok());
    CHECK(again->failure_count == 1);
    CHECK(client.status(kRoot, "2d086da7-4bdc-4f91-900e-d77486753710").error().code == Code::kNotFound);
    CHECK(client.post(kRoot, kRo, kEnvelope).error().code == Code::kTaxiiForbidden);
    CHECK(client.post(kRoot, kRw, "{}").error().code == Code::kTaxiiBadEnvelope);
  }
}
