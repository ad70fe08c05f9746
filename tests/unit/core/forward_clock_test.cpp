#include "core/forward_clock.h"

#include "tests/support/doctest.h"
#include "tests/support/fakes.h"

namespace sekisho {

TEST_SUITE("unit") {
  TEST_CASE("core/forward_clock: a clock that is set back stands still until it has caught up") {
    tests::FakeClock machine(Timestamp{1000, 0});
    const ForwardClock clock(machine);
    CHECK(clock.now() == Timestamp{1000, 0});
    machine.set(Timestamp{1000, 500'000'000});
    CHECK(clock.now() == Timestamp{1000, 500'000'000});
    CHECK(clock.behind_micros() == 0);
    machine.set(Timestamp{400, 0});
    CHECK(clock.now() == Timestamp{1000, 500'000'000});
    CHECK(clock.behind_micros() == 600'500'000);
    machine.set(Timestamp{1001, 7});
    CHECK(clock.now() == Timestamp{1001, 7});
    CHECK(clock.behind_micros() == 0);
  }

  TEST_CASE("core/forward_clock: nothing before what is on record") {
    tests::FakeClock machine(Timestamp{1000, 0});
    ForwardClock clock(machine);
    clock.not_before(Timestamp{2000, 0});
    CHECK(clock.now() == Timestamp{2000, 0});
    CHECK(clock.behind_micros() == 1'000'000'000);
    clock.not_before(Timestamp{1500, 0});
    CHECK(clock.now() == Timestamp{2000, 0});
  }

  TEST_CASE("core/forward_clock: durations are those of the machine") {
    tests::FakeClock machine;
    const ForwardClock clock(machine);
    machine.advance_micros(17);
    CHECK(clock.monotonic_micros() == 17);
  }
}

}  // namespace sekisho
