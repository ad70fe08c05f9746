// A node against servers with the faults of docs/specs/quirks.md, over sockets and TLS: `peer probe` finds each and
// writes the profile, `sync` gets everything exactly once, and a second `sync` nothing new.
#include "certs/tls.h"
#include "core/system/system.h"
#include "tests/e2e/harness.h"
#include "tests/peers/faulty_cases.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;
using sekisho::tests::faulty_cases;
using sekisho::tests::FaultyCase;
using sekisho::tests::FaultyServer;
using sekisho::tests::Faults;

namespace {

constexpr int kObjects = 45;
constexpr int kPage = 20;

/// The faulty server behind TLS.
struct Behind {
  FaultyServer server;
  std::string pin, authorization;  ///< the last that came
  std::unique_ptr<Clock> clock = system::make_clock();
  std::unique_ptr<Log> log = system::make_null_log();
  std::unique_ptr<node::http::Server> gate;

  explicit Behind(const Faults& faults) : server(faults) {
    const auto ca = certs::make_ca("Peer", clock->now(), 2).value();
    const auto leaf = certs::make_leaf(ca, "Peer", {"127.0.0.1", "localhost"}, clock->now(), 2).value();
    pin = certs::certificate_fingerprint(leaf.certificate_pem).value();
    node::http::ServerOptions options;
    options.certificate_pem = leaf.certificate_pem;
    options.key_pem = leaf.key_pem;
    options.workers = 1;
    gate = std::move(node::http::Server::start(options, [this](const taxii::HttpRequest& request) {
             authorization = std::string(taxii::header(request.headers, "Authorization").value_or(""));
             return server.handle(request.method, request.path, request.query);
           }, *clock, *log)).value();
    add(0, kObjects);
  }
  void add(int first, int count) {
    for (int n = first; n < first + count; ++n) {
      server.add(indicator(n, Tlp::kGreen), indicator_id(n), "2026-04-01T09:00:00.000Z");
    }
  }
  std::string url(const std::string& host = "127.0.0.1") const { return "https://" + host + ":" + std::to_string(gate->port()) + "/api/"; }
};

struct Subscriber {
  Folder folder;
  Node node{folder / "subscriber", "Subscribing Member", kPage};
  Subscriber() {
    node.start();
    node.must({"collection", "add", "feed"});
    write_text(folder / "token", "secret-token\n");
  }
  /// A party of its own for each server, so that what one gave is nothing to the next.
  void trust(const std::string& party) {
    node.must({"party", "add", party, "--kind", "vendor", "--relay", "--write", "feed", "--unsigned"});
    node.add_policy("[[import]]\nid = \"from-" + party + "\"\neffect = \"accept\"\nsources = [\"" + party + "\"]\n");
  }
};

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("each fault: the probe finds it and writes the profile, and the pull by it gets everything once") {
    int number = 0;
    for (const FaultyCase& one : faulty_cases()) {
      CAPTURE(one.name);
      Behind behind(one.faults);
      Subscriber subscriber;
      const std::string party = "peer" + std::to_string(++number);
      subscriber.trust(party);
      subscriber.node.must({"peer", "add", party, "--url", behind.url(), "--pin", behind.pin, "--token-file", subscriber.folder / "token"});
      const Outcome probed = subscriber.node({"peer", "probe", party, "--collection", "feed", "--write", party, "--json"});
      CHECK_MESSAGE(probed.exit == 0, probed.out << probed.err);
      CHECK(Json(probed.out).text("profile") == one.profile);
      CHECK(behind.authorization == "Bearer secret-token");
      CHECK(behind.server.others == 0);
      CHECK(behind.server.gets <= 20);
      CHECK(Json(subscriber.node.must({"peer", "show", party, "--json"})).text("quirks") == one.profile);

      const Json first = sync_row(subscriber.node({"sync", "--once", "--no-wait", "--json"}), "feed");
      CHECK(first.text("error").empty());
      CHECK(first.number("accepted") == kObjects);
      behind.add(kObjects, 3);
      const Json second = sync_row(subscriber.node({"sync", "--once", "--no-wait", "--json"}), "feed");
      CHECK(second.text("error").empty());
      CHECK(second.number("accepted") == 3);
      CHECK(fsck(subscriber.node).number("dead_letters") <= 0);
    }
  }

  TEST_CASE("a server that leads nowhere: the pull ends with the place in the error, and the probe says why") {
    Faults faults;
    faults.next = Faults::Next::kEndless;
    Behind behind(faults);
    Subscriber subscriber;
    subscriber.trust("vendor");
    subscriber.node.must({"peer", "add", "vendor", "--url", behind.url(), "--pin", behind.pin});
    const Outcome outcome = subscriber.node({"sync", "--once", "--no-wait", "--json"});
    CHECK(outcome.exit == 1);
    const std::string error = sync_row(outcome, "feed").text("error");
    CHECK(error.find("collection feed, after 20") != std::string::npos);
    CHECK(behind.server.gets < 100);
  }

  TEST_CASE("a name that leads to this machine is called only when the peer's configuration says so") {
    Behind behind({});
    Subscriber subscriber;
    const std::vector<std::string> probe = {"peer", "probe", behind.url("localhost"), "--pin", behind.pin};
    const Outcome refused = subscriber.node(probe);
    CHECK(refused.exit == 1);
    CHECK(refused.err.find("--private-network") != std::string::npos);
    CHECK(behind.server.gets == 0);
    auto allowed = probe;
    allowed.push_back("--private-network");
    const Outcome outcome = subscriber.node(allowed);
    CHECK(outcome.exit == 0);
    CHECK(outcome.out.find("nothing found") != std::string::npos);
  }

  TEST_CASE("probe: words for people, exit 1 when pulls cannot be complete, exit 2 for a command line that is wrong") {
    Faults faults;
    faults.dates = Faults::Dates::kAbsent;
    faults.manifest = false;
    faults.next = Faults::Next::kAbsent;
    Behind behind(faults);
    Subscriber subscriber;
    const Outcome outcome = subscriber.node({"peer", "probe", behind.url(), "--pin", behind.pin});
    CHECK(outcome.exit == 1);
    CHECK(outcome.out.find("(TAXII 2.1 §3.2): the page has no X-TAXII-Date-Added-Last") != std::string::npos);
    CHECK(outcome.out.find("cannot be read") != std::string::npos);
    CHECK(subscriber.node({"peer", "probe"}).exit == 2);
    CHECK(subscriber.node({"peer", "probe", "http://127.0.0.1/"}).exit == 2);
    CHECK(subscriber.node({"peer", "probe", behind.url(), "--write", "nobody"}).exit == 1);
    CHECK(subscriber.node({"peer", "probe", "nobody"}).exit == 1);
  }
}
