// Posting to a node and pushing from one, with the process killed right after its acknowledgement.
#include <signal.h>

#include <algorithm>
#include <stdexcept>

#include "tests/e2e/harness.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;

namespace {

const std::string kObjects = "/exchange/collections/weekly/objects/";

std::string envelope(int first, int count, const std::string& more = {}) {
  std::string text = "{\"objects\":[" + more;
  for (int n = first; n < first + count; ++n) {
    text += (n == first && more.empty() ? "" : ",") + indicator(n, Tlp::kGreen);
  }
  return text + "]}";
}

/// Indicators among what the reader holds.
std::vector<std::string> indicators(const Node& node, const std::string& party) {
  auto all = held(node, "weekly", party);
  all.erase(std::remove_if(all.begin(), all.end(), [](const std::string& one) { return !one.starts_with("indicator--"); }),
            all.end());
  return all;
}

/// The publisher pushes `weekly` to the subscriber, through a proxy of its own.
struct Push {
  Exchange exchange;
  Proxy proxy{exchange.subscriber};

  Push() {
    write_text(exchange.folder / "push-token", exchange.subscriber.token("publisher"));
    exchange.publisher.must({"peer", "add", "subscriber", "--url", proxy.url(), "--pin", proxy.pin, "--token-file",
                             exchange.folder / "push-token", "--push", "weekly"});
  }
  Outcome run() const { return exchange.publisher({"sync", "--once", "--no-wait", "--json"}); }
  Json row(const Outcome& outcome) const {
    for (Json& line : json_lines(outcome.out)) {
      if (line.text("push") == "weekly") return std::move(line);
    }
    throw std::runtime_error("no push in: " + outcome.out + outcome.err);
  }
};

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("killed right after 202, objects and status are there") {
    Folder folder;
    Node hub(folder / "hub", "Hub");
    hub.start();
    hub.must({"collection", "add", "weekly"});
    hub.must({"party", "add", "vendor", "--kind", "vendor", "--write", "weekly", "--unsigned"});
    hub.must({"party", "add", "reader", "--kind", "member", "--read", "weekly"});
    hub.add_policy("[[import]]\nid = \"open\"\neffect = \"accept\"\nsources = [\"vendor\"]\n");
    Caller vendor(hub, "Bearer " + hub.token("vendor"));
    const auto posted = vendor.post(kObjects, envelope(1, 300, R"({"type":"indicator","type":"indicator"})"));
    hub.kill9();
    REQUIRE(posted.status == 202);
    const Json status(body_of(posted));
    CHECK(status.text("status") == "complete");
    CHECK(status.number("total_count") == 301);
    CHECK(status.number("success_count") == 300);
    CHECK(status.number("failure_count") == 1);
    hub.start();
    CHECK(body_of(vendor.get("/exchange/status/" + status.text("id") + "/")) == body_of(posted));
    CHECK(indicators(hub, "reader").size() == 300);
    CHECK(fsck(hub).number("contradictions") == 0);

    const auto again = vendor.post(kObjects, envelope(1, 300));
    CHECK(again.status == 202);
    CHECK(Json(body_of(again)).number("success_count") == 300);
    CHECK(Json(body_of(again)).text("id") != status.text("id"));
    CHECK(indicators(hub, "reader").size() == 300);

    CHECK(vendor.get(kObjects).status == 403);  // may write only
    Caller reader(hub, "Bearer " + hub.token("reader"));
    CHECK(reader.post(kObjects, envelope(1, 1)).status == 403);
    CHECK(reader.get("/exchange/status/" + status.text("id") + "/").status == 404);
    const std::int64_t limit = Json(body_of(vendor.get("/exchange/"))).number("max_content_length");
    CHECK(vendor.post(kObjects, std::string(static_cast<std::size_t>(limit) + 1, ' ')).status == 413);
  }

  TEST_CASE("killed when a post is on disk and not planned: the next start plans it") {
    Folder folder;
    Node hub(folder / "hub", "Hub");
    hub.start();
    hub.must({"collection", "add", "weekly"});
    hub.must({"party", "add", "vendor", "--kind", "vendor", "--write", "weekly", "--unsigned"});
    hub.must({"party", "add", "reader", "--kind", "member", "--read", "weekly"});
    hub.add_policy("[[import]]\nid = \"open\"\neffect = \"accept\"\nsources = [\"vendor\"]\n");
    const std::string token = "Bearer " + hub.token("vendor");
    const Json first(body_of(Caller(hub, token).post(kObjects, envelope(1, 2))));
    CHECK(first.text("status") == "complete");
    hub.stop();
    Start dying;
    dying.crash_at = "release-before-commit";
    hub.start(dying);
    Caller vendor(hub, token);
    std::string pending;
    try {
      pending = body_of(vendor.post_at_once(kObjects, envelope(100, 200)));
    } catch (const std::exception&) {  // it died before the answer was on its way
    }
    CHECK(hub.wait_end() == 128 + SIGKILL);
    hub.start();
    if (!pending.empty()) {
      const Json answer(pending);
      CHECK(answer.text("status") == "pending");
      CHECK(answer.number("pending_count") == 200);
      CHECK(answer.number("success_count") == 0);
      const Json later(body_of(vendor.get("/exchange/status/" + answer.text("id") + "/")));
      CHECK(later.number("total_count") == 200);
    }
    CHECK(indicators(hub, "reader").size() == 202);
    CHECK(body_of(vendor.get("/exchange/status/" + first.text("id") + "/")).find("\"complete\"") != std::string::npos);
    CHECK(Json(body_of(vendor.post(kObjects, envelope(100, 200)))).number("success_count") == 200);
    CHECK(indicators(hub, "reader").size() == 202);
    CHECK(fsck(hub).number("contradictions") == 0);
  }

  TEST_CASE("a post of more than a turn is there as a whole, once") {
    Folder folder;
    Node hub(folder / "hub", "Hub");
    hub.start();
    hub.must({"collection", "add", "weekly"});
    hub.must({"party", "add", "vendor", "--kind", "vendor", "--write", "weekly", "--unsigned"});
    hub.must({"party", "add", "reader", "--kind", "member", "--read", "weekly"});
    hub.add_policy("[[import]]\nid = \"open\"\neffect = \"accept\"\nsources = [\"vendor\"]\n");
    Caller vendor(hub, "Bearer " + hub.token("vendor"));
    CHECK(vendor.post(kObjects, envelope(1, 1200)).status == 202);  // more than a turn
    CHECK(indicators(hub, "reader").size() == 1200);
    CHECK(fsck(hub).number("contradictions") == 0);
  }

  TEST_CASE("a party over its budget is told when to come back, and nothing of its post is accepted") {
    Folder folder;
    Node hub(folder / "hub", "Hub");
    append_text(hub.dir + "/node.toml", "objects_per_hour = 10\n");
    hub.start();
    hub.must({"collection", "add", "weekly"});
    hub.must({"party", "add", "vendor", "--kind", "vendor", "--write", "weekly", "--unsigned"});
    hub.must({"party", "add", "other", "--kind", "vendor", "--write", "weekly", "--unsigned"});
    hub.must({"party", "add", "reader", "--kind", "member", "--read", "weekly"});
    hub.add_policy("[[import]]\nid = \"open\"\neffect = \"accept\"\nsources = [\"vendor\", \"other\"]\n");
    Caller vendor(hub, "Bearer " + hub.token("vendor")), other(hub, "Bearer " + hub.token("other"));
    CHECK(vendor.post(kObjects, envelope(1, 20)).status == 202);  // ten are owed
    const auto refused = vendor.post(kObjects, envelope(100, 1));
    CHECK(refused.status == 429);
    CHECK(std::stol("0" + header_of(refused, "Retry-After")) > 0);
    CHECK(other.post(kObjects, envelope(200, 1)).status == 202);
    CHECK(indicators(hub, "reader").size() == 21);
  }

  TEST_CASE("a push is verified object by object, and what was refused is told to both sides") {
    Push push;
    push.exchange.publisher.must({"import", "--collection", "weekly",
                                  indicator_file(push.exchange.folder / "in.json", 1, 40, Tlp::kGreen)});
    push.exchange.publisher.must({"import", "--collection", "weekly",
                                  indicator_file(push.exchange.folder / "red.json", 100, 5, Tlp::kRed)});
    const Json first = push.row(push.run());
    CHECK(first.text("error").empty());
    CHECK(first.number("sent") == 41);  // with the publisher's identity
    CHECK(first.number("refused") == 0);
    CHECK(indicators(push.exchange.subscriber, "reader") == indicators(push.exchange.publisher, "subscriber"));
    CHECK(indicators(push.exchange.subscriber, "reader").size() == 40);
    CHECK(push.row(push.run()).number("sent") == 0);
  }

  TEST_CASE("the receiver dies with its 202 on the way: pushed again, everything is there once") {
    Push push;
    push.exchange.publisher.must({"import", "--collection", "weekly",
                                  indicator_file(push.exchange.folder / "in.json", 1, 1200, Tlp::kGreen)});
    int posts = 0;
    push.proxy.set_hook([&](const taxii::HttpRequest& request, taxii::HttpResponse& response) {
      if (request.method != "POST" || ++posts != 2) return;
      push.exchange.subscriber.kill9();
      response.status = 502;
      response.body.clear();
    });
    const Outcome interrupted = push.run();
    CHECK(posts == 2);
    CHECK(interrupted.exit == 1);
    push.proxy.set_hook({});
    push.exchange.subscriber.start();
    CHECK(push.row(push.run()).text("error").empty());
    const auto taken = indicators(push.exchange.subscriber, "reader");
    CHECK(taken.size() == 1200);
    CHECK(taken == indicators(push.exchange.publisher, "subscriber"));
    CHECK(fsck(push.exchange.subscriber).number("contradictions") == 0);
    CHECK(fsck(push.exchange.subscriber).number("dead_letters") == 0);
  }
}
