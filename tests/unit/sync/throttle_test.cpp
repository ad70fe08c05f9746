// How often a caller may ask: a bucket of its own for each.
#include "sync/peer/taxii/throttle.h"

#include "tests/support/doctest.h"
#include "tests/support/fakes.h"

namespace sekisho::sync::tests {

TEST_SUITE("unit") {
  TEST_CASE("throttle: a minute's worth at once, then one token after the other, told to the second") {
    sekisho::tests::FakeClock clock;
    RequestThrottle throttle(clock, 6);  // one in ten seconds
    for (int i = 0; i < 6; ++i) CHECK(throttle.wait_seconds({"a"}) == 0);
    CHECK(throttle.wait_seconds({"a"}) == 10);
    clock.advance_micros(9'000'001);
    CHECK(throttle.wait_seconds({"a"}) == 1);
    clock.advance_micros(999'999);
    CHECK(throttle.wait_seconds({"a"}) == 0);
    CHECK(throttle.wait_seconds({"a"}) == 10);
    clock.advance_micros(3'600'000'000);  // no more than a bucket is saved up
    for (int i = 0; i < 6; ++i) CHECK(throttle.wait_seconds({"a"}) == 0);
    CHECK(throttle.wait_seconds({"a"}) == 10);
  }

  TEST_CASE("throttle: what one asks changes nothing for another, and what is refused costs nothing") {
    sekisho::tests::FakeClock clock;
    RequestThrottle throttle(clock, 2);
    for (int i = 0; i < 100; ++i) throttle.wait_seconds({"busy"});
    CHECK(throttle.wait_seconds({"calm"}) == 0);
    CHECK(throttle.wait_seconds({"calm"}) == 0);
    CHECK(throttle.wait_seconds({"calm"}) == 30);
    clock.advance_micros(30'000'000);
    CHECK(throttle.wait_seconds({"busy"}) == 0);
  }

  TEST_CASE("throttle: zero is no limit") {
    sekisho::tests::FakeClock clock;
    RequestThrottle throttle(clock, 0);
    for (int i = 0; i < 10'000; ++i) CHECK(throttle.wait_seconds({"a"}) == 0);
  }
}

}  // namespace sekisho::sync::tests
