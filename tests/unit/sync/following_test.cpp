// Who follows: in place, or a thread that is woken. What is posted is answered when it is on disk, and its status is complete once the
// follower has come past it. docs/specs/taxii-post.md, docs/threads.md.
#include <algorithm>
#include <atomic>
#include <thread>

#include "failing_store.h"
#include "peer.h"
#include "sync/ingest/submission.h"

namespace sekisho::sync::tests {
namespace {

class Silent : public Log {
 public:
  void write(LogLevel, std::string_view, std::initializer_list<Field>) override {}
};

std::string report(unsigned n) { return Make{n, "GREEN", {id_of(n)}, 0, "x", kPeer}.json(); }

/// A node that serves: parties give by `intake`, and the follower is woken and comes when come() is called.
struct Serving {
  FakeRandom disk_random{9};
  FailingStore* disk = nullptr;
  Receiver node{make()};
  Silent log;
  std::unique_ptr<Inbound> intake;
  std::unique_ptr<Submissions> submissions;
  int woken = 0;

  explicit Serving(const std::string& effect = "accept") {
    node.trust("signs = false", "", agreement("peer") + "[[import]]\nid = \"open\"\neffect = \"" + effect + "\"\nsources = [\"peer\"]\n" + member("a", "silver"));
    must(node.world.release->advance());
    open();
  }
  std::unique_ptr<store::Store> make() {
    auto made = std::make_unique<FailingStore>(store::make_memory_store(disk_random));
    disk = made.get();
    return made;
  }
  void open() {
    node.world.release->follow_by([this] { ++woken; });
    intake = std::make_unique<Inbound>(*node.world.store, *node.world.release, node.world.clock, node.limits, Inbound::Returns::kDurable);
    submissions = std::make_unique<Submissions>(*node.world.store, *node.world.release, *intake, node.world.clock, node.world.random, log);
  }
  Submission post(const std::vector<std::string>& objects) {
    const std::vector<std::string_view> views(objects.begin(), objects.end());
    return must(submissions->take("peer", "weekly", views));
  }
  Submission status(const Submission& of) { return must(submissions->status("peer", of.id)); }
  void come() { must(node.world.release->advance()); }
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("sync/following: a post is answered when it is on disk; its status is complete once the follower has come past it") {
    Serving serving;
    const Submission answer = serving.post({report(1), report(2)});
    CHECK(serving.woken > 0);
    CHECK_FALSE(answer.complete);
    CHECK(answer.successes.size() == 2);
    CHECK_FALSE(serving.status(answer).complete);
    CHECK(serving.node.world.ids("a").empty());
    serving.come();
    CHECK(serving.status(answer).complete);
    CHECK(serving.status(answer).successes.size() == 2);
    CHECK(serving.node.world.ids("a").size() == 2);
  }

  TEST_CASE("sync/following: a status tells how far the follower is, and not what became of the objects") {
    Serving held("quarantine");
    const Submission waits = held.post({report(1)});
    CHECK(waits.successes.size() == 1);
    CHECK_FALSE(waits.complete);
    Serving open;
    const Submission first = open.post({report(1)});
    open.come();
    CHECK(open.status(first).complete);
    CHECK_FALSE(open.post({report(1)}).complete);  // known already
    CHECK(open.post({"{}"}).complete);             // nothing in it could be pending
  }

  TEST_CASE("sync/following: one post does not wait for those behind it") {
    Serving serving;
    const Submission first = serving.post({report(1)});
    serving.node.world.release->set_step(1);
    const Submission second = serving.post({report(2)});
    must(serving.node.world.release->advance_once());
    CHECK(serving.status(first).complete);
    CHECK_FALSE(serving.status(second).complete);
    serving.come();
    CHECK(serving.status(second).complete);
  }

  TEST_CASE("sync/following: after a restart a post is complete once all that was accepted before is planned") {
    Serving serving;
    const Submission answer = serving.post({report(1)});
    serving.open();
    CHECK_FALSE(serving.status(answer).complete);
    serving.come();
    CHECK(serving.status(answer).complete);
    const Submission later = serving.post({report(2)});
    CHECK_FALSE(serving.status(later).complete);
    CHECK(serving.status(answer).complete);
  }

  TEST_CASE("sync/following: what the follower cannot write stays accepted, is told, and comes when it is tried again") {
    Serving serving;
    const Submission answer = serving.post({report(1)});
    serving.disk->fail_at = 1;
    serving.disk->writes = 0;
    CHECK_FALSE(serving.node.world.release->advance_once().ok());
    CHECK(serving.node.world.release->trouble().has_value());
    CHECK_FALSE(serving.status(answer).complete);
    serving.come();
    CHECK_FALSE(serving.node.world.release->trouble().has_value());
    CHECK(serving.status(answer).complete);
    CHECK(serving.node.world.ids("a") == std::vector<std::string>{id_of(1)});
  }

  TEST_CASE("sync/following: who asked for it waits for the thread, and is sent away when that ends or fails") {
    Serving serving;
    Release& release = *serving.node.world.release;
    serving.node.world.commit({report(1)}, "weekly", "peer");
    const store::ChangeNo last = must(serving.node.world.store->last_change());
    std::atomic<bool> asked{false};
    release.follow_by([&asked] { asked = true; });
    Status waited;
    std::thread who([&] { waited = release.follow_to(last); });
    while (!asked) std::this_thread::yield();
    must(release.advance());
    who.join();
    CHECK(waited.ok());
    CHECK(release.follow_to(last).ok());  // it has come past that

    asked = false;
    std::thread in_vain([&] { waited = release.follow_to(last + 1); });
    while (!asked) std::this_thread::yield();
    release.follow_by(nullptr);
    in_vain.join();
    CHECK(waited.error().code == Code::kUnavailable);

    serving.open();
    serving.node.world.commit({report(2)}, "weekly", "peer");
    asked = false;
    release.follow_by([&asked] { asked = true; });
    serving.disk->fail_at = 1;
    serving.disk->writes = 0;
    std::thread fails([&] { waited = release.follow_to(last + 1); });
    while (!asked) std::this_thread::yield();
    CHECK_FALSE(release.advance_once().ok());
    fails.join();
    CHECK_FALSE(waited.ok());
    must(release.advance());
  }

  TEST_CASE("sync/following: a node that stops gives up what it is planning between two objects, and its next start plans it") {
    Serving serving;
    auto& release = *serving.node.world.release;
    std::vector<std::string> objects;
    for (unsigned n = 0; n < 200; ++n) objects.push_back(Make{n, "GREEN", {id_of(1000 + n)}, 0, "x", kPeer}.json());
    const Submission answer = serving.post(objects);
    const store::ChangeNo before = must(serving.disk->released_through());
    int asked = 0;
    serving.disk->on_versions = [&] {
      if (++asked == 5) release.stop_following();
    };
    const auto done = release.advance_once();
    REQUIRE_FALSE(done.ok());
    CHECK(done.error().code == Code::kUnavailable);
    CHECK(asked < 10);
    CHECK(must(serving.disk->released_through()) == before);
    must(release.follow());  // a reader: it plans nothing
    CHECK_FALSE(release.follow_to(before + 1).ok());
    CHECK(asked < 10);
    CHECK_FALSE(serving.status(answer).complete);
    serving.disk->on_versions = nullptr;
    serving.node.world.restart();
    CHECK(must(serving.disk->released_through()) == before + 200);
  }

  TEST_CASE("sync/following: so does one that computes all anew, and what is in force stays") {
    Serving serving;
    auto& release = *serving.node.world.release;
    for (unsigned n = 0; n < 50; ++n) serving.node.world.put({report(n)});
    const auto carried = serving.node.world.versions("a");
    int rows = 0;
    serving.disk->on_change_row = [&] {
      if (++rows == 5) release.stop_following();
    };
    const auto done = release.set_policy(policy_of(party("peer", "peer-isac") + agreement("peer") + member("a", "bronze") + kNoAmberForBronze));
    REQUIRE_FALSE(done.ok());
    CHECK(done.error().code == Code::kUnavailable);
    serving.disk->on_change_row = nullptr;
    release.follow_by(nullptr);
    CHECK(serving.node.world.versions("a") == carried);
  }

  TEST_CASE("sync/following: what an operator imports is there when the import is done") {
    Serving serving;
    Release& release = *serving.node.world.release;
    std::atomic<bool> asked{false}, done{false};
    release.follow_by([&asked] { asked = true; });
    Result<InboundReport> report = InboundReport();
    std::thread importing([&] {
      const std::string own = Make{7, "GREEN", {id_of(7)}}.json();
      report = serving.node.inbound->import_own(serving.node.world.collections.at(0), {own}, {});
      done = true;
    });
    while (!asked) std::this_thread::yield();
    CHECK_FALSE(done);
    must(release.advance());
    importing.join();
    CHECK(must(std::move(report)).accepted == 1);
    CHECK(serving.node.world.ids("a") == std::vector<std::string>{id_of(7)});
  }

  TEST_CASE("sync/turns: of a large post a turn is accepted, and others come in between; posted again nothing is there twice") {
    Serving serving;
    Release& release = *serving.node.world.release;
    std::vector<std::string> many;
    for (unsigned n = 100; n < 1300; ++n) many.push_back(report(n));
    std::atomic<int> asked{0};
    release.follow_by([&asked] { ++asked; });
    std::thread giant([&] { serving.post(many); });
    while (asked == 0) std::this_thread::yield();
    CHECK(must(serving.node.world.store->last_change()) < 1200);  // the rest waits for its turn
    serving.node.world.commit({report(1)}, "weekly", "peer");
    std::atomic<bool> over{false};
    std::thread follower([&] {
      while (!over) must(release.advance());
    });
    giant.join();
    over = true;
    follower.join();
    must(release.advance());
    std::vector<std::string> ids;
    std::optional<std::string> next;
    for (const Row& row : serving.node.world.read("a")) ids.push_back(row.id);
    REQUIRE(ids.size() == 1201);
    const auto small = std::find(ids.begin(), ids.end(), id_of(1)), last = std::find(ids.begin(), ids.end(), id_of(1299));
    CHECK(small < last);
    const store::ChangeNo before = must(serving.node.world.store->last_change());
    release.follow_by(nullptr);
    CHECK(serving.post(many).successes.size() == 1200);
    CHECK(must(serving.node.world.store->last_change()) == before);
  }
}

}  // namespace sekisho::sync::tests
