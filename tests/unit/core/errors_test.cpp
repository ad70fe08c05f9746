#include "core/errors.h"

#include <map>
#include <set>
#include <sstream>

#include "core/tools/errors_markdown.h"
#include "tests/support/data.h"
#include "tests/support/doctest.h"

namespace sekisho {
namespace {

const std::string kRoot = SEKISHO_SOURCE_DIR;

std::map<int, std::string> pinned() {
  std::map<int, std::string> rows;
  std::istringstream in(tests::read_file(kRoot + "/tests/data/error_numbers.tsv"));
  int number = 0;
  std::string text;
  while (in >> number >> text) {
    INFO(number);
    CHECK(rows.emplace(number, text).second);
  }
  return rows;
}

TEST_SUITE("unit") {
  TEST_CASE("core/errors: numbers and names never change") {
    const std::map<int, std::string> pins = pinned();
    std::set<int> seen;
    for (const CodeInfo& row : all_codes()) {
      const int number = static_cast<int>(row.code);
      seen.insert(number);
      const auto pin = pins.find(number);
      CHECK_MESSAGE(pin != pins.end(), "new code: append the line '", number, "\\t", row.text,
                    "' to tests/data/error_numbers.tsv");
      if (pin != pins.end()) {
        CHECK_MESSAGE(pin->second == row.text, number, " is published as ", pin->second,
                      "; take a new number instead");
      }
    }
    for (const auto& pin : pins) {
      CHECK_MESSAGE(seen.count(pin.first) == 1, pin.first, " ", pin.second,
                    " is published and must stay in core/errors.def");
    }
  }

  TEST_CASE("core/errors: every row is complete") {
    std::set<std::string_view> names;
    const std::set<std::string_view> grpc = {
        "INTERNAL",          "INVALID_ARGUMENT",   "UNAVAILABLE",       "NOT_FOUND",
        "ALREADY_EXISTS",    "RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED", "FAILED_PRECONDITION",
        "PERMISSION_DENIED", "UNAUTHENTICATED",    "UNIMPLEMENTED",     "DATA_LOSS",
        "ABORTED",           "CANCELLED",          "OUT_OF_RANGE"};
    for (const CodeInfo& row : all_codes()) {
      INFO(row.text);
      const int number = static_cast<int>(row.code);
      CHECK(number >= 1001);
      CHECK(number <= 8999);
      CHECK(names.insert(row.text).second);
      CHECK(row.text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") ==
            std::string_view::npos);
      CHECK(row.http_status >= 400);
      CHECK(row.http_status <= 599);
      CHECK(grpc.count(row.grpc) == 1);
      CHECK(row.meaning.back() == '.');
      CHECK_FALSE(row.hint.empty());
    }
  }

  TEST_CASE("core/errors: looks up rows") {
    for (const CodeInfo& row : all_codes()) CHECK(&info(row.code) == &row);
    CHECK(info(static_cast<Code>(9999)).code == Code::kInternal);
    CHECK(info(static_cast<Code>(1999)).code == Code::kInternal);
    CHECK(info(static_cast<Code>(0)).code == Code::kInternal);
  }

  TEST_CASE("core/errors: docs/errors.md is up to date") {
    const bool same = tests::read_file(kRoot + "/docs/errors.md") == tools::errors_markdown();
    CHECK_MESSAGE(same,
                  "run: ninja -C build/dev sekisho_errors_md && "
                  "build/dev/core/tools/sekisho_errors_md > docs/errors.md");
  }
}

}  // namespace
}  // namespace sekisho
