// Taking away has effect before the command returns, whatever the follower is doing; what changes while a page is read is no
// reason to refuse the page; a step that was not written has left nothing behind.
#include <atomic>
#include <thread>

#include "failing_store.h"
#include "sync/recall/recall.h"
#include "sync/release/follower.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

/// A world over a disk that can fail, followed by nobody but advance().
struct Busy {
  FakeRandom disk_random{9};
  FailingStore* disk = nullptr;
  World world;
  Recalls recalls;
  int rung = 0;

  Busy() : world(1, make()), recalls{*world.store, *world.release, *world.audit, *world.egress, world.clock, world.random, world.signer()} {
    world.release->follow_by([this] { ++rung; });
        world.apply(member("a", "silver"));
    world.put({Make{1}.json(), Make{2}.json(), Make{3, "GREEN", {id_of(1)}}.json()});
  }
  std::unique_ptr<store::Store> make() {
    auto made = std::make_unique<FailingStore>(store::make_memory_store(disk_random));
    disk = made.get();
    return made;
  }
  void recall(unsigned n) { must(recalls.recall(id_of(n), "wrong", "r", "op")); }
};

using Ids = std::vector<std::string>;

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("sync/recall: it holds when the command returns, in the middle of a step of the follower") {
    Busy busy;
    busy.world.commit({Make{4}.json()});
    bool inside = false;
    busy.disk->before_release = [&] {
      busy.recall(1);  // the follower is ours here: who waits for it waits for ever
      CHECK(busy.world.release->recalled("", id_of(1), std::nullopt).has_value());
      CHECK_FALSE(busy.world.release->settled());
      inside = true;
    };
    must(busy.world.release->advance());
    CHECK(inside);
    CHECK(busy.rung == 1);
    CHECK(busy.world.ids("a") == Ids{id_of(2), id_of(4)});  // what names it went with it
    CHECK(busy.world.release->settled());
  }

  TEST_CASE("sync/recall: a version that comes while the recall is written goes too") {
    Busy busy;
    busy.world.commit({Make{1, "GREEN", {}, 5}.json()});
    busy.disk->before_release = [&] { busy.recall(1); };
    must(busy.world.release->advance());
    CHECK(busy.world.ids("a") == Ids{id_of(2)});
  }

  TEST_CASE("sync/recall: nothing is served of it before the follower has come to it, nor after a restart") {
    Busy busy;
    busy.recall(1);
    const auto has = must(busy.world.outbound->has_object(must(busy.world.outbound->find("a", "weekly")), id_of(1)));
    CHECK_FALSE(has);
    CHECK(busy.world.ids("a") == Ids{id_of(2)});
    busy.recall(2);
    busy.world.restart();
    CHECK(busy.world.ids("a").empty());
  }

  TEST_CASE("sync/recall: one that cannot be written has not happened") {
    Busy busy;
    busy.disk->fail_at = 1;
    CHECK_FALSE(busy.recalls.recall(id_of(1), "wrong", "r", "op").ok());
    CHECK(busy.world.release->settled());
    CHECK(busy.world.ids("a").size() == 3);
    busy.recall(1);
    CHECK(busy.world.ids("a") == Ids{id_of(2)});
  }

  TEST_CASE("sync/recall: a switch that was under way does not say that the streams stand") {
    Busy busy;
    busy.world.apply(member("a", "silver") + kNoAmberForBronze);
    busy.disk->before_stream = [&] { busy.recall(1); };  // b gets streams of its own before anything is written
    must(busy.world.release->set_policy(policy_of(member("a", "silver") + member("b", "bronze") + kNoAmberForBronze)));
    CHECK_FALSE(busy.world.release->settled());
    busy.world.restart();
    CHECK(busy.world.ids("a") == Ids{id_of(2)});
  }

  TEST_CASE("sync/outbound: a page from which something was taken while it was read is cut again") {
    Busy busy;
    const Readable known = must(busy.world.outbound->find("a", "weekly"));
    busy.disk->before_disclose = [&] { busy.recall(1); };
    Ids given;
    const auto answer = busy.world.outbound->read("a", known, PageRequest(), [&](const store::StreamItem& item) { given.emplace_back(item.id); });
    REQUIRE(answer.ok());
    CHECK(given == Ids{id_of(2)});
    busy.world.put({Make{5}.json()});
    PageCache cache(1u << 20);
    const PageForm form{"objects", true, [](const store::StreamItem& item, std::string& out) { out += item.id; }};
    std::string text;
    busy.disk->before_disclose = [&] { busy.recall(5); };
    REQUIRE(busy.world.outbound->read("a", known, PageRequest(), cache, form, [&](const PageSlice& slice) { text += slice.text(); }).ok());
    CHECK(text == id_of(2));
  }

  TEST_CASE("sync/outbound: a page read while a policy is switched is cut from what the new one gives") {
    Busy busy;
    busy.world.put({Make{6, "AMBER"}.json()});
    const Readable known = must(busy.world.outbound->find("a", "weekly"));
    busy.disk->before_disclose = [&] { busy.world.apply(member("a", "bronze") + kNoAmberForBronze); };
    Ids given;
    const auto answer = busy.world.outbound->read("a", known, PageRequest(), [&](const store::StreamItem& item) { given.emplace_back(item.id); });
    REQUIRE(answer.ok());
    CHECK(given == Ids{id_of(1), id_of(2), id_of(3)});
  }

  TEST_CASE("sync/release: a switch that cannot be read back serves nothing, and still knows policy, collections and recalls") {
    Busy busy;
    busy.recall(2);
    must(busy.world.release->advance());
    busy.disk->after_release = [&] { busy.disk->refuse_documents = true; };
    const auto next = policy_of(member("a", "silver") + "# the same, in other words\n");
    CHECK(busy.world.release->set_policy(next).ok());
    CHECK(busy.disk->refuse_documents);
    CHECK(busy.world.release->policy() == next);
    CHECK_FALSE(busy.world.release->collections().empty());
    CHECK(busy.world.release->recalled("", id_of(2), std::nullopt).has_value());
    CHECK(busy.world.outbound->find("a", "weekly").error().code == Code::kUnavailable);
    busy.disk->refuse_documents = false;
    must(busy.world.release->advance());
    CHECK(busy.world.ids("a") == Ids{id_of(1), id_of(3)});
  }

  TEST_CASE("sync/release: what came with a step that was not written has not come") {
    const auto rows_after = [](bool fails) {
      FakeRandom random(9);
      auto made = std::make_unique<FailingStore>(store::make_memory_store(random));
      FailingStore& disk = *made;
      World world(1, std::move(made));
      world.apply(member("a", "silver"));
      std::string marked = Make{1}.json();
      marked.insert(marked.find("\"object_marking_refs\":[") + 23, "\"" + id_of(7, "marking-definition") + "\",");
      world.commit({marked, statement(7, "GREEN")});
      if (fails) {
        disk.fail_at = 1;
        CHECK_FALSE(world.release->advance().ok());
      }
      world.release->set_step(1);
      must(world.release->advance());
      std::vector<std::pair<std::string, store::Position>> out;
      for (const Row& row : world.read("a")) out.emplace_back(row.id, row.position);
      return out;
    };
    const auto whole = rows_after(false);
    CHECK(whole.size() == 2);
    CHECK(rows_after(true) == whole);
  }

  TEST_CASE("sync/follower: who has much to do lets in who waits") {
    Follower follower;
    std::atomic<bool> came{false};
    follower.lock();
    std::thread other([&] {
      const FollowerLock lock(follower);
      came = true;
    });
    while (follower.waiting() == 0) std::this_thread::yield();
    follower.unlock();
    follower.give_way();
    {
      const FollowerLock lock(follower);
      CHECK(came);
    }
    other.join();
    follower.give_way();  // nobody waits
  }
}

}  // namespace sekisho::sync::tests
