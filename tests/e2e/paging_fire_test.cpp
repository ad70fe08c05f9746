// Paging while everything happens at once: eight writers post, the operator changes the policy, the reader changes its
// audience, the node is killed with -9 and started again. By `next` and by `added_after` alone, each object comes once.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include "core/system/system.h"
#include "node/http/client.h"
#include "tests/e2e/harness.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;

namespace {

constexpr int kWriters = 8;
constexpr int kEnvelopes = 20;  // of each writer: one GREEN and one AMBER indicator
const std::string kObjects = "/exchange/collections/weekly/objects/";

/// What the threads share of the node: its port, and how many envelopes were taken.
struct Shared {
  std::string pin;
  std::atomic<std::uint16_t> port{0};
  std::atomic<bool> done{false};
  std::mutex mutex;
  std::condition_variable grown;
  int taken = 0;

  void count() {
    const std::lock_guard lock(mutex);
    ++taken;
    grown.notify_all();
  }
  void wait_for(int envelopes) {
    std::unique_lock lock(mutex);
    grown.wait(lock, [&] { return taken >= envelopes; });
  }
};

/// A caller that asks again until the node is there and has time.
class Stubborn {
 public:
  Stubborn(Shared& shared, std::string token) : shared_(shared), token_(std::move(token)), clock_(system::make_clock()) {}

  taxii::HttpResponse ask(const std::string& method, const std::string& target, const std::string& body = {}) {
    while (true) {
      const std::uint16_t port = shared_.port;
      if (!transport_ || port != port_) {
        node::http::ClientTrust trust;
        trust.pinned_sha256 = shared_.pin;
        transport_ = node::http::make_transport(trust, *clock_);
        port_ = port;
      }
      taxii::HttpTransport::Call call;
      call.method = method;
      call.url = "https://127.0.0.1:" + std::to_string(port) + target;
      call.headers = {{"Accept", "application/taxii+json;version=2.1"}, {"Authorization", "Bearer " + token_}};
      if (!body.empty()) call.headers.emplace_back("Content-Type", "application/taxii+json;version=2.1");
      call.body = body;
      auto answer = transport_->send(call);
      if (answer.ok() && answer->status != 503) return std::move(*answer);
      std::this_thread::yield();
    }
  }

 private:
  Shared& shared_;
  std::string token_;
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<taxii::HttpTransport> transport_;
  std::uint16_t port_ = 0;
};

struct Seen {
  std::vector<std::string> ids, dates;  ///< dates: first and last of each page
  int refused = 0;
};

/// Walks to the end again and again, and once more after the writers are done.
Seen read_all(Stubborn caller, bool by_next, Shared& shared) {
  Seen seen;
  std::string after;
  while (true) {
    const bool last = shared.done;
    std::string next;
    const std::string start = after;
    for (bool more = true; more;) {
      const std::string from = by_next ? start : after;
      const auto response = caller.ask("GET", kObjects + "?match[version]=all&limit=7" + (from.empty() ? "" : "&added_after=" + from) +
                                                  (next.empty() || !by_next ? "" : "&next=" + next));
      if (response.status != 200) ++seen.refused;
      const Json page(body_of(response));
      for (const auto& entry : page["objects"]) seen.ids.emplace_back(entry.value["id"].string_or(""));
      if (page["objects"].size() > 0) {
        if (page["objects"].size() > 1) seen.dates.push_back(header_of(response, "X-TAXII-Date-Added-First"));
        after = header_of(response, "X-TAXII-Date-Added-Last");
        seen.dates.push_back(after);
      }
      next = page.text("next");
      more = page["more"].boolean().value_or(false);
    }
    if (last || seen.refused > 0) return seen;
  }
}

void write_all(Stubborn caller, int writer, Shared& shared) {
  for (int i = 0; i < kEnvelopes; ++i) {
    const int n = 1 + 2 * (writer * kEnvelopes + i);
    const auto answer = caller.ask("POST", kObjects, "{\"objects\":[" + indicator(n, Tlp::kGreen) + "," + indicator(n + 1, Tlp::kAmber) + "]}");
    if (answer.status != 202) continue;
    // As a client does: until what readers may have of it they have.
    std::string body = body_of(answer);
    while (Json(body).text("status") == "pending") {
      body = body_of(caller.ask("GET", "/exchange/status/" + Json(body).text("id") + "/"));
    }
    if (Json(body).number("success_count") == 2) shared.count();
  }
}

void check(const Seen& seen, std::size_t expected) {
  CHECK(seen.refused == 0);
  CHECK(seen.ids.size() == expected);
  CHECK(std::set<std::string>(seen.ids.begin(), seen.ids.end()).size() == seen.ids.size());
  CHECK(std::adjacent_find(seen.dates.begin(), seen.dates.end(), std::greater_equal<>()) == seen.dates.end());
}

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("taxii: nothing is lost or repeated while writers post, the policy and the audience change, and the node dies") {
    Folder folder;
    Node node(folder / "node", "Busy ISAC");
    node.must({"collection", "add", "weekly"});
    node.must({"party", "add", "writer", "--kind", "member", "--write", "weekly", "--unsigned"});
    for (const std::string party : {"alice", "carol"}) {
      node.must({"party", "add", party, "--kind", "member", "--class", "bronze", "--read", "weekly"});
    }
    append_text(node.policy_path(), "\n[[import]]\nid = \"open\"\neffect = \"accept\"\nsources = [\"writer\"]\n"
                                    "[[rule]]\nid = \"bronze\"\neffect = \"deny\"\nclasses = [\"bronze\"]\ntlp = [\"TLP:AMBER\"]\nreason = \"bronze\"\n");
    const std::string writer = node.token("writer"), alice = node.token("alice"), carol = node.token("carol");
    node.start();
    Shared shared;
    shared.pin = node.pin;
    shared.port = node.port;
    Seen by_next, by_date, bronze;
    std::vector<std::thread> writers;
    for (int w = 0; w < kWriters; ++w) writers.emplace_back([&, w] { write_all(Stubborn(shared, writer), w, shared); });
    std::thread first([&] { by_next = read_all(Stubborn(shared, alice), true, shared); });
    std::thread second([&] { by_date = read_all(Stubborn(shared, alice), false, shared); });
    std::thread third([&] { bronze = read_all(Stubborn(shared, carol), true, shared); });

    constexpr int kAll = kWriters * kEnvelopes;
    shared.wait_for(kAll / 5);
    node.add_policy("[[rule]]\nid = \"tools\"\neffect = \"deny\"\ntypes = [\"tool\"]\nreason = \"not here\"\n");
    shared.wait_for(2 * kAll / 5);
    node.kill9();
    node.start();
    shared.port = node.port;
    shared.wait_for(3 * kAll / 5);
    std::string policy = read_text(node.policy_path());
    const std::string old = "class = \"bronze\"";
    policy.replace(policy.find(old, policy.find("id = \"alice\"")), old.size(), "class = \"silver\"");
    write_text(node.policy_path(), policy);
    node.must({"policy", "apply"});
    shared.wait_for(4 * kAll / 5);
    node.kill9();
    node.start();
    shared.port = node.port;

    for (auto& one : writers) one.join();
    CHECK(shared.taken == kAll);
    shared.done = true;
    for (std::thread* one : {&first, &second, &third}) one->join();
    check(by_next, 2 * kAll + 1);  // with the node's identity
    check(by_date, 2 * kAll + 1);
    check(bronze, kAll + 1);
    CHECK(by_next.ids == by_date.ids);
    CHECK(fsck(node).number("contradictions") == 0);
  }
}
