// Clock, randomness and log of the machine.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <thread>

#include "core/json.h"
#include "core/system/system.h"
#include "core/uuid.h"
#include "tests/support/doctest.h"
#include "tests/support/fakes.h"

namespace sekisho {
namespace {

/// What `act` writes to standard error.
template <typename Act>
std::string standard_error_of(Act act) {
  std::FILE* const file = std::tmpfile();
  REQUIRE(file != nullptr);
  const int saved = dup(STDERR_FILENO);
  dup2(fileno(file), STDERR_FILENO);
  act();
  dup2(saved, STDERR_FILENO);
  close(saved);
  std::string text(1u << 20, '\0');
  std::rewind(file);
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
}

TEST_SUITE("unit") {
  TEST_CASE("core/system: the clock tells the time") {
    const auto clock = system::make_clock();
    CHECK(clock->now() > Timestamp{1'700'000'000, 0});
    const std::int64_t before = clock->monotonic_micros();
    CHECK(clock->monotonic_micros() >= before);
  }

  TEST_CASE("core/system: randomness fills any size and does not repeat") {
    const auto random = system::make_random();
    std::vector<std::uint8_t> bytes(100'000);
    random->fill(bytes, "test");
    CHECK(std::set<std::uint8_t>(bytes.end() - 10'000, bytes.end()).size() > 200);
    CHECK(Uuid::v4(*random, "test") != Uuid::v4(*random, "test"));
    random->fill({}, "test");
  }

  TEST_CASE("core/system: log lines are JSON, at or above the level") {
    tests::FakeClock clock(Timestamp{1'463'041'047, 0});
    const auto log = system::make_stderr_log(clock, LogLevel::kWarning);
    const std::string text = standard_error_of([&] {
      log->write(LogLevel::kInfo, "hidden", {});
      log->write(LogLevel::kWarning, "peer.refused", {{"peer", "a\nb\xFF"}, {"code", "3001"}});
      log->write(LogLevel::kError, "x", {});
      system::make_null_log()->write(LogLevel::kError, "hidden", {});
    });
    CHECK(text ==
          "{\"time\":\"2016-05-12T08:17:27.000000Z\",\"level\":\"warning\",\"event\":\"peer."
          "refused\","
          "\"peer\":\"a\\nb\xEF\xBF\xBD\",\"code\":\"3001\"}\n"
          "{\"time\":\"2016-05-12T08:17:27.000000Z\",\"level\":\"error\",\"event\":\"x\"}\n");
  }

  TEST_CASE("core/system: lines of several threads stay whole") {
    tests::FakeClock clock;
    const auto log = system::make_stderr_log(clock, LogLevel::kDebug);
    const std::string text = standard_error_of([&] {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
          for (int k = 0; k < 50; ++k)
            log->write(LogLevel::kDebug, "e", {{"filler", std::string(300, 'f')}});
        });
      }
    });
    CHECK(std::count(text.begin(), text.end(), '\n') == 200);
    std::size_t from = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos;
         from = end + 1, end = text.find('\n', from)) {
      if (!json::check(text.substr(from, end - from)).ok()) FAIL(text.substr(from, end - from));
    }
  }
}

TEST_SUITE("unit") {
  TEST_CASE("tests/fakes: randomness is a function of seed, purpose and count") {
    tests::FakeRandom a(1);
    tests::FakeRandom b(1);
    std::array<std::uint8_t, 70> first{};
    std::array<std::uint8_t, 70> second{};
    a.fill(first, "x");
    b.fill(second, "other");
    b.fill(second, "x");
    CHECK(first == second);
    b.fill(second, "x");
    CHECK(first != second);
    CHECK_FALSE(std::equal(first.begin(), first.begin() + 32, first.begin() + 32));
  }

  TEST_CASE("tests/fakes: the clock moves by script") {
    tests::FakeClock clock(Timestamp{10, 0});
    clock.advance_micros(1'500'000);
    CHECK(clock.now() == Timestamp{11, 500'000'000});
    CHECK(clock.monotonic_micros() == 1'500'000);
    clock.set(Timestamp{5, 0});
    CHECK(clock.now() == Timestamp{5, 0});
    CHECK(clock.monotonic_micros() == 1'500'000);
  }
}

}  // namespace
}  // namespace sekisho
