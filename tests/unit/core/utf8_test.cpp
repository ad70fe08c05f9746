#include "core/utf8.h"

#include "tests/support/doctest.h"

namespace sekisho::utf8 {
namespace {

TEST_SUITE("unit") {
  TEST_CASE("core/utf8: every scalar value survives, nothing else is valid") {
    for (std::uint32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
      if (code_point == 0xD800) code_point = 0xE000;
      std::string text;
      append(code_point, text);
      if (sequence_length(text) != text.size()) FAIL(code_point);
      for (std::size_t cut = 1; cut < text.size(); ++cut) {
        if (sequence_length(std::string_view(text).substr(0, cut)) != 0) FAIL(code_point);
      }
    }
    for (const char* bad :
         {"\x80", "\xBF", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80",
          "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
          "\xF5\x80\x80\x80", "\xFE", "\xFF", "\xC3(", "\xE2\x82(", "\xF0\x9F\x98("}) {
      CHECK_FALSE(valid(bad));
      CHECK_FALSE(valid(std::string("ok ") + bad));
    }
    CHECK(valid(""));
    CHECK(valid("\xE9\x96\xA2\xE6\x89\x80"));
  }

  TEST_CASE("core/utf8: a prefix cuts no character") {
    const std::string text = "a\xE2\x82\xAC\xF0\x9F\x98\x82";
    CHECK(prefix(text, 100) == text);
    CHECK(prefix(text, 8) == text);
    CHECK(prefix(text, 7) == "a\xE2\x82\xAC");
    CHECK(prefix(text, 3) == "a");
    CHECK(prefix(text, 0).empty());
  }
}

}  // namespace
}  // namespace sekisho::utf8
