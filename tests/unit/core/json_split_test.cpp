// Cutting a list out of a text: the same elements as the strict reader wherever that reads all.
#include <string>
#include <vector>

#include "core/json_split.h"
#include "tests/support/doctest.h"
#include "tests/support/property.h"

using namespace sekisho;

namespace {

std::vector<std::string> cut(const std::string& text) {
  const auto split = json::split(text, "objects");
  REQUIRE_MESSAGE(split.ok(), text);
  return {split->elements.begin(), split->elements.end()};
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("json/split: elements keep their bytes, faulty ones too") {
    CHECK(cut(R"({"objects":[]})").empty());
    CHECK(cut(R"({"objects":[ ]})").empty());
    CHECK(cut(R"({})").empty());
    CHECK(cut(R"({"objects":7})").empty());
    CHECK(cut(R"([1,2])").empty());
    CHECK(cut(R"( {"a":{"objects":[1]}, "objects" : [ {"k":"]\\"} ,"x", 1e5 ,NaN,{"a":1,"a":2},[{]}] , "z":1 } )") ==
          std::vector<std::string>{R"({"k":"]\\"})", R"("x")", "1e5", "NaN", R"({"a":1,"a":2})", "[{]}"});
    CHECK(cut(R"({"\u006fbjects":[1,{}]})") == std::vector<std::string>{"1", "{}"});
  }

  TEST_CASE("json/split: what cannot be cut is refused with its place") {
    for (const char* text :
         {"", "{", R"({"objects":[})", R"({"objects":[1,]})", R"({"objects":[,1]})", R"({"objects":[1 2]})",
          R"({"objects":[{}{}]})", R"({"objects":[1],})", R"({"objects":[1]}{})", R"({"objects":["a]})",
          R"({"objects":[{"a":1]})", R"({"objects":[1],"objects":[2]})", R"({"objects":[1],"x":01})"}) {
      CAPTURE(text);
      const auto split = json::split(text, "objects");
      REQUIRE_FALSE(split.ok());
      CHECK_FALSE(split.error().detail.empty());
    }
  }

  TEST_CASE("json/split: the number of elements and the size are bounded") {
    json::ParseLimits limits;
    limits.max_values = 5;
    CHECK(json::split(R"({"objects":[1,2,3,4,5]})", "objects", limits).ok());
    CHECK(json::split(R"({"objects":[1,2,3,4,5,6]})", "objects", limits).error().code == Code::kLimitExceeded);
    limits.max_bytes = 10;
    CHECK(json::split(R"({"objects":[]})", "objects", limits).error().code == Code::kLimitExceeded);
  }
}

TEST_SUITE("property") {
  TEST_CASE("json/split: the strict reader finds the same, or something is faulty") {
    PROPERTY("pieces", [] {
      const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
          "{", "}", "[", "]", ",", ":", "\"objects\"", "\"a\"", "\"\\\"]\"", "1", "NaN", "{\"objects\":[", "]}", " ",
          "{\"a\":1}", "\"\\u006fbjects\"", "\""));
      std::string text;
      for (const std::string& piece : pieces) text += piece;
      if (*rc::gen::arbitrary<bool>()) text = "{\"objects\":[" + text + "]}";
      const auto whole = json::Document::parse(text);
      const auto split = json::split(text, "objects");
      if (whole.ok()) {
        RC_ASSERT(split.ok());
        std::vector<std::string_view> raw;
        for (const auto& entry : (*whole)->root()["objects"]) {
          if ((*whole)->root()["objects"].is_array()) raw.push_back(entry.value.raw());
        }
        const bool same = raw == split->elements;
        RC_ASSERT(same);
      } else if (split.ok()) {
        bool sound = true;
        for (const std::string_view element : split->elements) sound = sound && json::check(element).ok();
        RC_ASSERT_FALSE(sound);
      }
    });
  }
}
