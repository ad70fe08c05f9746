#include <pthread.h>

#include <array>
#include <atomic>
#include <future>
#include <latch>

#include "core/system/system.h"
#include "tests/support/doctest.h"
#include "tests/support/fakes.h"

namespace sekisho {
namespace {

std::string own_name() {
  std::array<char, 16> name{};
  pthread_getname_np(pthread_self(), name.data(), name.size());
  return name.data();
}

TEST_SUITE("unit") {
  TEST_CASE("core/executor: runs every task, the waiting ones before it ends") {
    std::atomic<int> ran = 0;
    {
      const auto executor = system::make_executor("pool", 3, 1000);
      for (int i = 0; i < 500; ++i) REQUIRE(executor->post([&] { ++ran; }));
    }
    CHECK(ran == 500);
  }

  TEST_CASE("core/executor: one thread keeps the order") {
    std::vector<int> order;
    {
      const auto executor = system::make_executor("pool", 1, 1000);
      for (int i = 0; i < 100; ++i) executor->post([&order, i] { order.push_back(i); });
    }
    REQUIRE(order.size() == 100);
    CHECK(std::is_sorted(order.begin(), order.end()));
  }

  TEST_CASE("core/executor: the queue is bounded") {
    std::latch started(1);
    std::latch release(1);
    std::atomic<int> ran = 0;
    {
      const auto executor = system::make_executor("pool", 1, 2);
      REQUIRE(executor->post([&] {
        started.count_down();
        release.wait();
      }));
      started.wait();
      CHECK(executor->post([&] { ++ran; }));
      CHECK(executor->post([&] { ++ran; }));
      CHECK_FALSE(executor->post([&] { ran += 100; }));
      release.count_down();
    }
    CHECK(ran == 2);
  }

  TEST_CASE("core/executor: a task may post, but not once the executor stops") {
    std::latch twice(2);
    std::atomic<bool> told = false;
    std::function<void()> again;  // outlives the executor, whose worker still looks at it while it ends
    {
      const auto executor = system::make_executor("pool", 1, 10);
      // Posts itself for ever: the end of the executor must end it.
      again = [&again, &twice, &told, raw = executor.get()] {
        if (!twice.try_wait()) twice.count_down();
        told = !raw->post(again);
      };
      executor->post(again);
      twice.wait();
    }
    CHECK(told);
  }

  TEST_CASE("core/executor: threads are named") {
    std::promise<std::string> name;
    const auto executor = system::make_executor("a-rather-long-name", 1, 10);
    executor->post([&] { name.set_value(own_name()); });
    CHECK(name.get_future().get() == "a-rather-long-0");
  }

  TEST_CASE("core/timers: wake in order of time, once the clock is there") {
    tests::FakeClock clock;
    const auto executor = system::make_executor("pool", 1, 100);
    const auto timers = system::make_timers(clock, *executor);
    std::string order;
    std::promise<void> first;
    std::promise<void> done;
    const Timestamp start = clock.now();
    timers->at(start.plus_micros(60'000'000), [&] { order += 'b'; });
    timers->at(start.plus_micros(30'000'000), [&] { order += 'a'; });
    const Timers::Id cancelled = timers->at(start.plus_micros(40'000'000), [&] { order += 'x'; });
    timers->at(start, [&] { first.set_value(); });
    first.get_future().get();
    CHECK(order.empty());
    timers->cancel(cancelled);
    timers->cancel(cancelled);
    timers->cancel(999);
    clock.advance_micros(60'000'000);
    timers->at(clock.now(), [&] { done.set_value(); });  // also makes the thread look at the clock
    done.get_future().get();
    CHECK(order == "ab");
  }

  TEST_CASE("core/timers: a full queue delays a task but does not lose it") {
    /// Refuses the first posts.
    class Reluctant : public Executor {
     public:
      bool post(std::function<void()> task) override {
        if (refusals_++ < 3) return false;
        task();
        return true;
      }

     private:
      int refusals_ = 0;
    };
    tests::FakeClock clock;
    Reluctant executor;
    const auto timers = system::make_timers(clock, executor);
    std::promise<void> done;
    timers->at(clock.now(), [&] { done.set_value(); });
    done.get_future().get();
  }

  TEST_CASE("core/timers: ends with tasks waiting") {
    tests::FakeClock clock;
    tests::InlineExecutor executor;
    const auto timers = system::make_timers(clock, executor);
    timers->at(clock.now().plus_micros(1'000'000'000), [] { FAIL("too early"); });
  }
}

}  // namespace
}  // namespace sekisho
