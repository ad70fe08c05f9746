#include "core/result.h"

#include <memory>

#include "tests/support/doctest.h"

namespace sekisho {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return make_error(Code::kInvalidArgument, "odd", "/n");
  return number / 2;
}

Status even(int number) {
  SEKISHO_TRY(half(number));
  return {};
}

Result<std::unique_ptr<int>> quarter(int number) {
  SEKISHO_ASSIGN(const int first, half(number));
  SEKISHO_ASSIGN(const int second, half(first));
  return std::make_unique<int>(second);
}

TEST_SUITE("unit") {
  TEST_CASE("core/result: carries a value or an error") {
    CHECK(half(4).ok());
    CHECK(*half(4) == 2);
    CHECK_FALSE(half(3).ok());
    CHECK(half(3).error().code == Code::kInvalidArgument);
    CHECK(even(2).ok());
    CHECK(even(3).error().where == "/n");
  }

  TEST_CASE("core/result: the macros pass values and errors on") {
    auto result = quarter(12);
    REQUIRE(result.ok());
    const std::unique_ptr<int> moved = std::move(result).value();
    CHECK(*moved == 3);
    CHECK(quarter(6).error().detail == "odd");
    CHECK(quarter(1).error().detail == "odd");
  }

  TEST_CASE("core/result: error as one line") {
    CHECK(make_error(Code::kIo, "disk full", "/a").to_string() == "io at /a: disk full");
    CHECK(make_error(Code::kIo, "disk full").to_string() == "io: disk full");
    CHECK(make_error(Code::kIo, "").to_string() == "io");
  }
}

}  // namespace
}  // namespace sekisho
