#include "core/json.h"

#include <string>
#include <vector>

#include "tests/support/doctest.h"

namespace sekisho::json {
namespace {

std::unique_ptr<const Document> parse(std::string text, const ParseLimits& limits = {}) {
  auto document = Document::parse(std::move(text), limits);
  if (!document.ok()) FAIL(document.error().to_string());
  return std::move(document).value();
}

Error refusal(const std::string& text, const ParseLimits& limits = {}) {
  INFO(text);
  const auto document = Document::parse(text, limits);
  REQUIRE_FALSE(document.ok());
  const Status checked = check(text, limits);
  REQUIRE_FALSE(checked.ok());
  CHECK(checked.error().to_string() == document.error().to_string());
  return document.error();
}

std::string object_with(std::size_t members, const std::string& extra_name) {
  std::string text = "{";
  for (std::size_t i = 0; i < members; ++i)
    text += "\"name" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  return text + "\"" + extra_name + "\":0}";
}

TEST_SUITE("unit") {
  TEST_CASE("core/json: reads every kind of value") {
    const auto document = parse(
        R"( {"n":null,"t":true,"f":false,"i":-12,"r":2.5,"s":"x","a":[1,[],{}],"o":{"k":"v"}} )");
    const Value root = document->root();
    CHECK(root.is_object());
    CHECK(root.size() == 8);
    CHECK(root["n"].exists());
    CHECK(root["n"].kind() == Kind::kNull);
    CHECK(root["t"].boolean() == true);
    CHECK(root["f"].boolean() == false);
    CHECK(root["i"].integer() == -12);
    CHECK(root["i"].number() == -12.0);
    CHECK(root["r"].number() == 2.5);
    CHECK(root["s"].string() == "x");
    CHECK(root["a"].size() == 3);
    CHECK(root["a"].at(0).integer() == 1);
    CHECK(root["a"].at(1).is_array());
    CHECK(root["a"].at(2).is_object());
    CHECK_FALSE(root["a"].at(3).exists());
    CHECK(root["o"]["k"].string() == "v");
  }

  TEST_CASE("core/json: a missing value fails softly") {
    const auto document = parse(R"({"a":1})");
    const Value missing = document->root()["x"]["y"].at(3);
    CHECK_FALSE(missing.exists());
    CHECK(missing.kind() == Kind::kNull);
    CHECK_FALSE(missing.boolean().has_value());
    CHECK_FALSE(missing.integer().has_value());
    CHECK_FALSE(missing.number().has_value());
    CHECK_FALSE(missing.string().has_value());
    CHECK(missing.string_or("other") == "other");
    CHECK(missing.size() == 0);
    CHECK(missing.begin() == missing.end());
    CHECK(missing.raw().empty());
    CHECK(missing.pointer().empty());
    CHECK(missing.position().line == 1);
    CHECK_FALSE(document->root()["a"]["b"].exists());
    CHECK_FALSE(document->root().at(0).exists());
    CHECK_FALSE(document->root()["a"].string().has_value());
  }

  TEST_CASE("core/json: iterates members and elements in order") {
    const auto document = parse(R"({"b":[10,{"x":[1,2]},30],"a":{},"c":1})");
    std::string keys;
    for (const auto& [key, value] : document->root()) keys += key;
    CHECK(keys == "bac");
    std::vector<std::string> elements;
    for (const auto& [key, value] : document->root()["b"]) {
      CHECK(key.empty());
      elements.emplace_back(value.raw());
    }
    CHECK(elements == std::vector<std::string>{"10", R"({"x":[1,2]})", "30"});
    CHECK(document->root()["a"].begin() == document->root()["a"].end());
  }

  TEST_CASE("core/json: a real with an integral value is an integer too") {
    const auto document =
        parse("[85.0, 1e2, 2.5, 9007199254740991.0, 9007199254740992.0, -0.0, 1e300]");
    CHECK(document->root().at(0).integer() == 85);
    CHECK(document->root().at(0).kind() == Kind::kReal);
    CHECK(document->root().at(1).integer() == 100);
    CHECK_FALSE(document->root().at(2).integer().has_value());
    CHECK(document->root().at(3).integer() == 9007199254740991);
    CHECK_FALSE(document->root().at(4).integer().has_value());
    CHECK(document->root().at(5).integer() == 0);
    CHECK_FALSE(document->root().at(6).integer().has_value());
  }

  TEST_CASE("core/json: decodes escapes, and views strings without them") {
    const auto document = parse(
        "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u20aC\\uD83D\\uDE02z\",\"plain "
        "\xE2\x82\xAC\",\"\\u0000\"]");
    CHECK(document->root().at(0).string() == "\"\\/\b\f\n\r\tA\xE2\x82\xAC\xF0\x9F\x98\x82z");
    const std::string_view plain = *document->root().at(1).string();
    CHECK(plain == "plain \xE2\x82\xAC");
    CHECK(plain.data() > document->text().data());
    CHECK(plain.data() < document->text().data() + document->text().size());
    CHECK(document->root().at(2).string() == std::string_view("\0", 1));
  }

  TEST_CASE("core/json: names are found and compared decoded") {
    const auto document = parse(R"({"\u0061b":1,"":2,"a/b~c":3})");
    CHECK(document->root()["ab"].integer() == 1);
    CHECK(document->root()[""].integer() == 2);
    CHECK(document->root()["ab"].raw() == "1");
  }

  TEST_CASE("core/json: raw gives the bytes as received") {
    const auto document = parse("{ \"a\" : [ 1.50 , \"\\u0041\" ] , \"b\":{ } }");
    CHECK(document->root()["a"].raw() == "[ 1.50 , \"\\u0041\" ]");
    CHECK(document->root()["a"].at(0).raw() == "1.50");
    CHECK(document->root()["a"].at(1).raw() == "\"\\u0041\"");
    CHECK(document->root()["b"].raw() == "{ }");
    CHECK(document->root().raw() == document->text());
  }

  TEST_CASE("core/json: pointer and positions") {
    const auto document = parse("{\n \"a/b\": [\n  7,\n  {\"~\": \"x\"}\n ],\n\"k\":1}");
    const Value tilde = document->root()["a/b"].at(1)["~"];
    CHECK(tilde.pointer() == "/a~1b/1/~0");
    CHECK(tilde.position().line == 4);
    CHECK(tilde.position().column == 9);
    CHECK(document->text().substr(tilde.position().offset, 3) == "\"x\"");
    CHECK(tilde.key_position().column == 4);
    CHECK(document->root().pointer().empty());
    CHECK(document->root().position().column == 1);
    CHECK(document->root()["k"].pointer() == "/k");
    CHECK(document->root()["k"].key_position().line == 6);
    CHECK(document->root()["k"].key_position().column == 1);
    CHECK(document->root()["a/b"].at(0).key_position().column == 3);
    const auto strings = parse(R"(["a:","b"])");
    CHECK(strings->root().at(1).key_position().column == 7);
  }

  TEST_CASE("core/json: refuses what is not strict JSON, and says where") {
    struct Row {
      std::string text;
      Code code;
      std::string place;  ///< start of the detail
      std::string where;
    };
    const std::vector<Row> rows = {
        {"", Code::kJsonSyntax, "line 1, column 1: ", ""},
        {"  \n ", Code::kJsonSyntax, "line 2, column 2: ", ""},
        {"[1,]", Code::kJsonSyntax, "line 1, column 4: write a value, or remove the ','", "/1"},
        {"[1 2]", Code::kJsonSyntax,
         "line 1, column 4: write ',' and an element, or ']'; '2' stands", ""},
        {"{\"a\":1,}", Code::kJsonSyntax, "line 1, column 8: remove the ','", ""},
        {"{\"a\":[{\"b\" 1}]}", Code::kJsonSyntax, "line 1, column 12: write ':'", "/a/0/b"},
        {"{\"a\":{b:1}}", Code::kJsonSyntax,
         "line 1, column 7: write a member name in double quotes", "/a"},
        {"{\"a\":}", Code::kJsonSyntax, "line 1, column 6: write a value before '}'", "/a"},
        {"{\"a\":'x'}", Code::kJsonSyntax, "line 1, column 6: write strings in double quotes",
         "/a"},
        {"[1]x", Code::kJsonSyntax, "line 1, column 4: nothing may follow", ""},
        {"[1", Code::kJsonSyntax,
         "line 1, column 3: write ',' and an element, or ']'; the text ends", ""},
        {"{\"a\":[1}", Code::kJsonSyntax, "line 1, column 8: write ','", "/a"},
        {"[\n // x\n1]", Code::kJsonSyntax, "line 2, column 2: remove the comment", "/0"},
        {"[NaN]", Code::kJsonSyntax, "line 1, column 2: ", "/0"},
        {"[Infinity]", Code::kJsonSyntax, "line 1, column 2: write a finite number", "/0"},
        {"[+1]", Code::kJsonSyntax, "line 1, column 2: write the number without '+'", "/0"},
        {"[.5]", Code::kJsonSyntax, "line 1, column 2: write '0' before '.'", "/0"},
        {"[01]", Code::kJsonSyntax, "line 1, column 2: write the number without leading zeros",
         "/0"},
        {"[-01]", Code::kJsonSyntax, "line 1, column 3: write the number without leading zeros",
         "/0"},
        {"[-]", Code::kJsonSyntax, "line 1, column 3: write a digit after '-'", "/0"},
        {"[1.]", Code::kJsonSyntax, "line 1, column 4: write a digit after '.'", "/0"},
        {"[1e+]", Code::kJsonSyntax, "line 1, column 5: write digits for the exponent", "/0"},
        {"[0x1]", Code::kJsonSyntax, "line 1, column 3: ", ""},
        {"[True]", Code::kJsonSyntax, "line 1, column 2: write 'true'", "/0"},
        {"[tru]", Code::kJsonSyntax, "line 1, column 2: ", "/0"},
        {"[nulll]", Code::kJsonSyntax, "line 1, column 6: ", ""},
        {"[\"a]", Code::kJsonSyntax, "line 1, column 2: the string that starts here has no end",
         "/0"},
        {"[\"a\tb\"]", Code::kJsonSyntax, "line 1, column 4: write control characters", "/0"},
        {std::string("[\"a\0b\"]", 7), Code::kJsonSyntax, "line 1, column 4: ", "/0"},
        {std::string("[1]\0", 4), Code::kJsonSyntax, "line 1, column 4: ", ""},
        {"[\"\\x41\"]", Code::kJsonSyntax, "line 1, column 3: no such escape", "/0"},
        {"[\"\\u00g0\"]", Code::kJsonSyntax, "line 1, column 3: write four hexadecimal digits",
         "/0"},
        {"[\"\\u-123\"]", Code::kJsonSyntax, "line 1, column 3: write four hexadecimal digits",
         "/0"},
        {"[\"\\u12", Code::kJsonSyntax, "line 1, column 3: ", "/0"},
        {"[\"\\", Code::kJsonSyntax, "line 1, column 3: ", "/0"},
        {"[\"\\uD800\"]", Code::kJsonEncoding, "line 1, column 3: half of a surrogate pair", "/0"},
        {"[\"\\uDC00\\uD800\"]", Code::kJsonEncoding, "line 1, column 3: ", "/0"},
        {"[\"\\uD800\\u0041\"]", Code::kJsonEncoding, "line 1, column 3: ", "/0"},
        {"[\"\\uD800\\uE000\"]", Code::kJsonEncoding, "line 1, column 3: ", "/0"},
        {"[\"\\uDC00\\uDC00\"]", Code::kJsonEncoding, "line 1, column 3: ", "/0"},
        {"[\"abcdefg\x1Fhijklmn\"]", Code::kJsonSyntax,
         "line 1, column 10: write control characters", "/0"},
        {"[\"\xF0\x8F\xBF\xBF\"]", Code::kJsonEncoding, "line 1, column 3: ", "/0"},
        {"[\"\x1F\"]", Code::kJsonSyntax, "line 1, column 3: write control characters", "/0"},
        {"[\"\\uD800x\"]", Code::kJsonEncoding, "line 1, column 3: ", "/0"},
        {"{\"\\uD800\":1}", Code::kJsonEncoding, "line 1, column 3: ", ""},
        {"[\"\xC0\x80\"]", Code::kJsonEncoding, "line 1, column 3: ", "/0"},
        {"[\"\xE0\x9F\xBF\"]", Code::kJsonEncoding, "line 1, column 3: ", "/0"},
        {"[\"\xED\xA0\x80\"]", Code::kJsonEncoding, "line 1, column 3: ", "/0"},
        {"[\"\xF4\x90\x80\x80\"]", Code::kJsonEncoding, "line 1, column 3: ", "/0"},
        {"[\"\xE2\x82", Code::kJsonEncoding, "line 1, column 3: ", "/0"},
        {"[\"abcdefgh\xFF\"]", Code::kJsonEncoding, "line 1, column 11: ", "/0"},
        {"\xEF\xBB\xBF{}", Code::kJsonEncoding, "line 1, column 1: remove the byte order mark", ""},
        {std::string("\xFF\xFE{\0}\0", 6), Code::kJsonEncoding, "line 1, column 1: ", ""},
        {"[9007199254740992]", Code::kJsonNumber, "line 1, column 2: the integer is beyond", "/0"},
        {"[-9007199254740992]", Code::kJsonNumber, "line 1, column 2: ", "/0"},
        {"{\"a\":123456789012345678901234567890}", Code::kJsonNumber, "line 1, column 6: ", "/a"},
        {"[1e400]", Code::kJsonNumber, "line 1, column 2: the number is too large", "/0"},
        {"[-1.5e309]", Code::kJsonNumber, "line 1, column 2: ", "/0"},
        {"[1" + std::string(400, '0') + ".0e-5]", Code::kJsonNumber, "line 1, column 2: ", "/0"},
        {"{\"a\":1,\n\"b\":2,\n \"a\":3}", Code::kJsonDuplicateKey, "line 3, column 2: ", "/a"},
        {"[{\"x\":{\"a\":1,\"\\u0061\":1}}]", Code::kJsonDuplicateKey,
         "line 1, column 14: ", "/0/x/a"},
        {"{\"\":1,\"\":1}", Code::kJsonDuplicateKey, "line 1, column 7: ", "/"},
    };
    for (const Row& row : rows) {
      const Error error = refusal(row.text);
      INFO(row.text);
      INFO(error.to_string());
      CHECK(static_cast<int>(error.code) == static_cast<int>(row.code));
      CHECK(error.detail.substr(0, row.place.size()) == row.place);
      CHECK(error.where == row.where);
    }
  }

  TEST_CASE("core/json: accepts the edges") {
    for (const char* text :
         {"0", "-0", "9007199254740991", "-9007199254740991", "1.7976931348623157e308", "1e-400",
          "0.0e999", "\"\xEF\xBF\xBF\"", "\"\xF4\x8F\xBF\xBF\"", "\"\xED\x9F\xBF\"",
          " \t\r\n[ ] \n", "[0e1]", "\"\x7F\"", "{\"a\":{\"a\":{\"a\":1}}}"}) {
      INFO(text);
      CHECK(check(text).ok());
    }
    CHECK(parse("0." + std::string(400, '0') + "1e5")->root().number() == 0.0);
    CHECK(parse("-1e-999999999999999999999")->root().number() == 0.0);
    CHECK(parse("0e999999999999999999999")->root().number() == 0.0);
  }

  TEST_CASE("core/json: duplicate names in small and large objects") {
    for (const std::size_t members : {1u, 23u, 24u, 25u, 1000u}) {
      INFO(members);
      CHECK(check(object_with(members, "name")).ok());
      const Error error = refusal(object_with(members, "name0"));
      CHECK(error.code == Code::kJsonDuplicateKey);
      CHECK(error.where == "/name0");
    }
    CHECK(check("[" + object_with(30, "x") + "," + object_with(30, "x") + "]").ok());
    // The message is about the later of the two, and of several pairs the first that completes.
    const Error error = refusal("{" + std::string("\"b\":0,\"a\":0,\"b\":0,\"a\":0}"));
    CHECK(error.where == "/b");
    std::string large = object_with(100, "name7");
    large.replace(large.size() - 1, 1, ",\"name3\":0}");
    CHECK(refusal(large).where == "/name7");
  }

  TEST_CASE("core/json: limits") {
    ParseLimits limits;
    limits.max_bytes = 10;
    CHECK(check("[12345678]", limits).ok());
    CHECK(refusal("[123456789]", limits).code == Code::kLimitExceeded);
    limits = {};
    limits.max_depth = 3;
    CHECK(check("[[[1]]]", limits).ok());
    const Error deep = refusal("[[{\"a\":[]}]]", limits);
    CHECK(deep.code == Code::kLimitExceeded);
    CHECK(deep.where == "/0/0/a");
    limits = {};
    limits.max_values = 4;
    CHECK(check("{\"a\":[1,2]}", limits).ok());
    CHECK(refusal("{\"a\":[1,2,3]}", limits).code == Code::kLimitExceeded);
  }

  TEST_CASE("core/json: depth cannot exhaust the stack") {
    const std::size_t levels = 100'000;
    CHECK(refusal(std::string(levels, '[')).code == Code::kLimitExceeded);
    ParseLimits limits;
    limits.max_depth = 1'000'000;
    CHECK(refusal(std::string(levels, '['), limits).code == Code::kJsonSyntax);
    const std::string text = std::string(levels, '[') + std::string(levels, ']');
    const auto document = parse(text, limits);
    CHECK(canonical(document->root()) == text);
    Value deepest = document->root();
    while (deepest.size() > 0) deepest = deepest.at(0);
    CHECK(deepest.pointer().size() == (levels - 1) * 2);
  }

  TEST_CASE("core/json: a message stays short whatever the names are") {
    const std::string name(10'000, 'x');
    const Error error = refusal("{\"" + name + "\":{\"" + name + "\":?}}");
    CHECK(error.where.size() < 600);
    CHECK(error.detail.size() < 200);
  }
}

}  // namespace
}  // namespace sekisho::json
