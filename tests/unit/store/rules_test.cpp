#include "store/rules.h"

#include "fixtures.h"

namespace sekisho::store::tests {

TEST_SUITE("unit") {
  TEST_CASE("store/rules: a date is the first even microsecond that is not before the clock and later than the last") {
    CHECK(next_date(100, 0) == 100);
    CHECK(next_date(101, 0) == 102);
    CHECK(next_date(100, 99) == 100);
    CHECK(next_date(100, 100) == 102);
    CHECK(next_date(100, 101) == 102);
    CHECK(next_date(100, 500) == 502);
  }

  TEST_CASE("store/rules: a date of an own entry is odd, so that no stream has it") {
    CHECK(next_own_date(100, 0) == 101);
    CHECK(next_own_date(101, 0) == 101);
    CHECK(next_own_date(100, 100) == 101);
    CHECK(next_own_date(100, 101) == 103);
    CHECK(next_own_date(100, 500) == 501);
  }

  TEST_CASE("store/rules: the parts of a version filter add up") {
    VersionFilter none;
    none.last = false;
    CHECK_FALSE(version_matches(none, true, true, version_at(1)));
    VersionFilter both = none;
    both.first = true;
    both.exact = {version_at(5)};
    CHECK(version_matches(both, true, false, version_at(1)));
    CHECK(version_matches(both, false, false, version_at(5)));
    CHECK_FALSE(version_matches(both, false, true, version_at(6)));
    CHECK(version_matches({}, false, true, version_at(6)));
    CHECK(version_matches({true, false, false, {}}, false, false, version_at(6)));
  }

  TEST_CASE("store/rules: spec versions order as numbers") {
    CHECK(spec_code("2.0") < spec_code("2.1"));
    CHECK(spec_code("2.1") == 21);
    CHECK(spec_text(spec_code("2.1")) == "2.1");
    for (const auto* bad : {"", "2", "2.10", "2,1", "x.1"}) CHECK(spec_code(bad) == 0);
  }
}

}  // namespace sekisho::store::tests
