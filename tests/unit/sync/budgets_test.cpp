// How much a party may send: of each kind an hour's worth, counted by what was sent alone.
#include "sync/ingest/budgets.h"

#include "tests/support/doctest.h"
#include "tests/support/fakes.h"

namespace sekisho::sync::tests {
namespace {

constexpr std::int64_t kHourMicros = 3'600'000'000;

Sent of(std::uint64_t objects, std::uint64_t bytes, std::uint64_t ids) { return {objects, bytes, ids}; }

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("budgets: each kind has its own, and over one of them nothing is counted") {
    struct Row {
      const char* kind;
      BudgetLimits limits;
      Sent half;
      std::uint64_t letters;
    };
    const Row rows[] = {{"objects", {100, 0, 0, 0}, of(60, 1, 1), 0},
                        {"bytes", {0, 100, 0, 0}, of(1, 60, 1), 0},
                        {"ids", {0, 0, 100, 0}, of(1, 1, 60), 0},
                        {"letters", {0, 0, 0, 100}, of(1, 1, 1), 60}};
    for (const Row& row : rows) {
      CAPTURE(row.kind);
      sekisho::tests::FakeClock clock;
      Budgets budgets(clock, row.limits);
      for (int i = 0; i < 2; ++i) {
        CHECK(budgets.wait_seconds("a", row.half) == 0);  // the second one goes beyond, and is owed
        budgets.add_letters("a", row.letters);
      }
      CHECK(budgets.wait_seconds("a", of(1, 1, 1)) == 721);  // 20 too many, 36 seconds each
      CHECK(budgets.wait_seconds("a", of(1, 1, 1)) == 721);  // and nothing was counted
      CHECK(budgets.wait_seconds("b", row.half) == 0);       // what one sends changes nothing for another
      clock.advance_micros(720'000'001);
      CHECK(budgets.wait_seconds("a", of(1, 1, 1)) == 0);
      clock.advance_micros(10 * kHourMicros);  // no more than an hour's worth is saved up
      CHECK(budgets.wait_seconds("a", row.half) == 0);
      budgets.add_letters("a", row.letters);
      CHECK(budgets.wait_seconds("a", row.half) == 0);
      budgets.add_letters("a", row.letters);
      CHECK(budgets.wait_seconds("a", of(1, 1, 1)) == 721);
    }
  }

  TEST_CASE("budgets: what is larger than an hour's worth is taken once, and owed") {
    sekisho::tests::FakeClock clock;
    Budgets budgets(clock, {10, 0, 0, 0});
    CHECK(budgets.wait_seconds("a", of(30, 0, 0)) == 0);
    CHECK(budgets.wait_seconds("a", of(1, 0, 0)) == 2 * 3600 + 1);
  }

  TEST_CASE("budgets: a first synchronisation of 200,000 objects never meets the defaults, nor does zero limit anything") {
    sekisho::tests::FakeClock clock;
    Budgets defaults(clock, {}), none(clock, {0, 0, 0, 0});
    for (int post = 0; post < 2000; ++post) {
      CHECK(defaults.wait_seconds("a", of(100, 400'000, 1000)) == 0);
      defaults.add_letters("a", 100);
      CHECK(none.wait_seconds("a", of(1'000'000, 1u << 30, 1'000'000'000)) == 0);
    }
  }

  TEST_CASE("budgets: ids are counted wherever they stand") {
    const std::string id = "report--5e7a1000-0000-4000-8000-000000000001";
    CHECK(ids_in("") == 0);
    CHECK(ids_in("{\"id\":\"" + id + "\",\"object_refs\":[\"" + id + "\",\"" + id + "\"],\"name\":\"a -- b ----\"}") == 3);
    CHECK(ids_in(id.substr(0, id.size() - 1)) == 0);
    Sent sent;
    sent.add(id);
    CHECK(sent.objects == 1);
    CHECK(sent.bytes == id.size());
    CHECK(sent.ids == 1);
  }
}

}  // namespace sekisho::sync::tests
