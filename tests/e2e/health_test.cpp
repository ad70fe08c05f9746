// What a node says of itself: metrics and health for this machine, and a log without anybody's content.
#include "core/system/system.h"
#include "node/http/client.h"
#include "tests/e2e/harness.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;

namespace {

/// Of the last line of the node's log that tells it.
std::string health_port(const Node& node) {
  std::string port;
  for (const Json& line : json_lines(read_text(node.dir + ".log"))) {
    if (line.text("event") == "serving") port = line.text("health_port");
  }
  return port;
}

taxii::HttpResponse ask(const Node& node, const std::string& path) {
  const auto clock = system::make_clock();
  node::http::ClientTrust trust;
  trust.allow_plain_loopback = true;
  taxii::HttpTransport::Call call;
  call.method = "GET";
  call.url = "http://127.0.0.1:" + health_port(node) + path;
  auto answer = node::http::make_transport(trust, *clock)->send(call);
  REQUIRE_MESSAGE(answer.ok(), answer.error().to_string());
  return std::move(*answer);
}

void with_health(const Node& node) {
  std::string config = read_text(node.dir + "/node.toml");
  const std::string off = "health = \"\"";
  REQUIRE(config.find(off) != std::string::npos);
  config.replace(config.find(off), off.size(), "health = \"127.0.0.1:0\"");
  write_text(node.dir + "/node.toml", config);
}

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("metrics count what happened, health is well, and no content is in the log") {
    Exchange exchange;
    exchange.publisher.stop();
    with_health(exchange.publisher);
    exchange.publisher.start();
    write_text(exchange.folder / "in.json",
               bundle({indicator(1, Tlp::kGreen), indicator(2, Tlp::kRed),
                       R"({"type":"indicator","spec_version":"2.1","id":"indicator--x","name":"host-3.example"})"}));
    exchange.publisher({"import", "--collection", "weekly", exchange.folder / "in.json"});
    exchange.sync();
    Caller stranger(exchange.publisher, "Bearer nobody");
    CHECK(stranger.get("/exchange/collections/weekly/objects/").status == 401);
    CHECK(stranger.get("/nowhere/host-4.example").status == 401);

    const std::string metrics = body_of(ask(exchange.publisher, "/metrics"));
    for (const char* line :
         {"# TYPE sekisho_info gauge\n", "sekisho_store{kind=\"objects\"} ", "sekisho_dead_letters{kind=\"refused\"} 1\n",
          "sekisho_dead_letters{kind=\"quarantined\"} 0\n", "sekisho_egress_stopped{party=\"\"} 0\n",
          "# TYPE sekisho_requests_total counter\n", "sekisho_requests_total{gate=\"taxii\"} ",
          "sekisho_disk_free_bytes "}) {
      CAPTURE(line);
      CHECK(metrics.find(line) != std::string::npos);
    }
    CHECK(metrics.find("sekisho_requests_total{gate=\"taxii\"} 0\n") == std::string::npos);
    const auto health = ask(exchange.publisher, "/healthz");
    CHECK(health.status == 200);
    CHECK(body_of(health) == "ok\n");
    CHECK(stranger.get("/metrics").status == 401);  // never at the gate, which tells a stranger no path

    for (const Node* node : {&exchange.publisher, &exchange.subscriber}) {
      const std::string log = read_text(node->dir + ".log");
      CHECK_FALSE(log.empty());
      CHECK(log.find("host-") == std::string::npos);
      CHECK(log.find("seen on the way") == std::string::npos);
      CHECK(log.find(read_text(exchange.folder / "token")) == std::string::npos);
      json_lines(log);  // throws if a line is not JSON
    }
  }
}
