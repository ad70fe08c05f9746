// A node against servers with the faults of docs/specs/quirks.md, over sockets and TLS: `peer probe` finds each and
// writes the profile, `sync` gets everything exactly once, and a second `sync` nothing new.
#include "certs/tls.h"
#include "core/system/system.h"
#include "tests/e2e/harness.h"
#include "tests/peers/faulty_cases.h"
#include "tests/peers/name_server.h"
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
  std::string pin, ca_pem, authorization;  ///< the last that came
  std::unique_ptr<Clock> clock = system::make_clock();
  std::unique_ptr<Log> log = system::make_null_log();
  std::unique_ptr<node::http::Server> gate;

  explicit Behind(const Faults& faults) : server(faults) {
    const auto ca = certs::make_ca("Peer", clock->now(), 2).value();
    const auto leaf = certs::make_leaf(ca, "Peer", {"127.0.0.1", "localhost"}, clock->now(), 2).value();
    ca_pem = ca.certificate_pem;
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
      CHECK(Json(probed.out)["profile"].raw() == one.profile);
      CHECK(behind.authorization == "Bearer secret-token");
      CHECK(behind.server.others == 0);
      CHECK(behind.server.gets <= 20);
      CHECK(Json(subscriber.node.must({"peer", "show", party, "--json"}))["quirks"].raw() == one.profile);

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

  TEST_CASE("a server is found by its domain: shown first, taken once confirmed, and checked like any other (T-8.4-2)") {
    Behind behind{Faults{}};
    Subscriber subscriber;
    subscriber.trust("acme");
    write_text(subscriber.folder / "ca.pem", behind.ca_pem);
    std::string target = "localhost";
    sekisho::tests::NameServer dns([&](std::string_view question) {
      const std::string name = "_taxii2._tcp.example.org";
      const auto port = static_cast<std::uint16_t>(behind.gate->port());
      return sekisho::tests::NameAnswer(question).service(name, {20, 0, 1, "second.example.org"}).service(name, {10, 0, port, target}).bytes();
    });
    std::vector<std::string> add = {"peer", "add", "acme", "--srv", "example.org", "--resolver", dns.address(), "--ca", subscriber.folder / "ca.pem",
                                    "--token-file", subscriber.folder / "token", "--private-network"};
    const std::string url = "https://localhost:" + std::to_string(behind.gate->port()) + "/";
    const Outcome shown = subscriber.node(add);
    CHECK(shown.exit == 1);
    CHECK(shown.out.find("names " + url) < shown.out.find("names https://second.example.org:1/"));
    CHECK(subscriber.node({"peer", "show", "acme"}).exit == 1);
    CHECK(behind.server.gets == 0);
    CHECK(behind.authorization.empty());
    add.push_back("--yes");
    subscriber.node.must(add);
    CHECK(Json(subscriber.node.must({"peer", "show", "acme", "--json"})).text("url") == url);
    const int questions = dns.questions();
    subscriber.node.must({"peer", "probe", "acme", "--collection", "feed", "--write", "acme"});
    CHECK(behind.authorization == "Bearer secret-token");
    subscriber.node.must({"sync", "--once"});
    CHECK(dns.questions() == questions);  // the URL is what is kept
    // By the probe: neither a private address without leave, nor one in digits, nor a name that the certificate does not bear.
    const auto probe = [&](std::vector<std::string> more) {
      more.insert(more.begin(), {"peer", "probe", "--srv", "example.org", "--resolver", dns.address(), "--collection", "feed", "--yes"});
      return subscriber.node(more);
    };
    const std::size_t gets = behind.server.gets;
    CHECK(probe({"--pin", behind.pin}).err.find("private") != std::string::npos);
    CHECK(probe({"--private-network"}).exit == 1);  // no CA that we know
    target = "127.0.0.1";
    CHECK(probe({"--pin", behind.pin, "--private-network"}).out.find("127.0.0.1") == std::string::npos);
    CHECK(behind.server.gets == gets);
    target = "LOCALHOST";
    CHECK(probe({"--pin", behind.pin, "--private-network"}).exit == 0);
    CHECK(behind.server.gets > gets);
  }
}
