// The door to toml++: lines, kinds, and texts that must not end the process.
#include "core/toml.h"

#include "tests/support/doctest.h"

namespace sekisho {
namespace {

std::string where(const std::string& text) {
  const auto parsed = parse_toml(text);
  return parsed ? "fine" : parsed.error().where;
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST_SUITE("unit") {
  TEST_CASE("core/toml: lines and kinds") {
    const auto parsed = parse_toml("# c\na = \"x\"\n[t]\nd = 2026-04-01\nl = [\n 1,\n 2,\n]\n[[u]]\nv = { w = true }\n");
    REQUIRE(parsed.ok());
    const TomlNode& root = parsed.value();
    REQUIRE(root.find("a"));
    CHECK(root.find("a")->line == 2);
    const TomlNode& table = root.find("t")->value;
    CHECK(table.line == 3);
    CHECK(table.find("d")->value.kind == TomlNode::Kind::kDate);
    CHECK(table.find("d")->value.text == "2026-04-01");
    CHECK(table.find("l")->value.last_line == 8);
    const TomlNode& item = root.find("u")->value.items.at(0);
    CHECK(item.line == 9);
    CHECK_FALSE(item.written_inline);
    CHECK(item.find("v")->value.written_inline);
    CHECK(item.find("v")->value.find("w")->value.boolean);
    CHECK(root.find("z") == nullptr);
  }

  TEST_CASE("core/toml: texts that break parsers are refused with a line") {
    CHECK(where("a = 1\n\n[[[\n") == "3");
    CHECK(where("a = 1\nb = \n") == "2");
    CHECK(where("a = \"\xff\"\n") == "1");
    CHECK(where(std::string("a = \"\0\"\n", 8)) == "1");
    CHECK(where("a = " + repeated("[", 100'000)) == "1");
    CHECK(where("x = 1\n" + repeated("a.", 100'000) + "a = 1\n") == "2");
    CHECK(where("\n[" + repeated("a.", 100'000) + "a]\n") == "2");
    CHECK(where("a = " + repeated("{a=", 100'000)) == "1");
    CHECK(where(std::string(kMaxTomlBytes + 1, '\n')) == "1");
    CHECK(where("# " + repeated("Many sentences. ", 100) + "\na = 1\n") == "fine");
  }

  TEST_CASE("core/toml: quoting survives reading") {
    for (const std::string text : {"plain", "\"quoted\" \\ back", "tab\t and\nline", "\x01\x7f", "自動車"}) {
      const auto parsed = parse_toml("a = " + toml_quoted(text) + "\n");
      REQUIRE(parsed.ok());
      CHECK(parsed.value().find("a")->value.text == text);
    }
  }
}

}  // namespace
}  // namespace sekisho
