#include "core/json_pointer.h"
#include "stix/selector.h"

#include "stix_cases.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix;

namespace {

constexpr std::string_view kObject =
    R"({"name":"a","labels":["x","y"],"hashes":{"SHA-256":"aa","0":"zero"},"id":"file--1",)"
    R"("external_references":[{"source_name":"s","hashes":{"MD5":"m"}},{"source_name":"t"}],"x":[[1,[2]]]})";

std::unique_ptr<const json::Document> document(std::string_view text) {
  return std::move(json::Document::parse(std::string(text))).value();
}

/// What the selector names in kObject, as JSON; "-" for nothing, "!" if it is no selector.
std::string named(const std::string& selector) {
  static const auto object = document(kObject);
  const auto parsed = Selector::parse(selector);
  SelectorTree tree;
  const auto node = tree.add(selector);
  CHECK(node.has_value() == parsed.ok());
  if (!parsed.ok()) return "!";
  const json::Value value = parsed->resolve(object->root());
  tree.resolve(object->root());
  CHECK(tree.value(*node).raw() == value.raw());
  return value.exists() ? std::string(value.raw()) : "-";
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/selector: names properties, keys of dictionaries and elements") {
    CHECK(named("name") == "\"a\"");
    CHECK(named("id") == "\"file--1\"");
    CHECK(named("labels.[1]") == "\"y\"");
    CHECK(named("hashes.SHA-256") == "\"aa\"");
    CHECK(named("hashes.0") == "\"zero\"");
    CHECK(named("external_references.[0].hashes.MD5") == "\"m\"");
    CHECK(named("x.[0].[1].[0]") == "2");
    CHECK(named("labels") == R"(["x","y"])");
  }

  TEST_CASE("stix/selector: what points nowhere names nothing") {
    for (const char* selector :
         {"external_references.[9]", "name.[0]", "labels.name", "hashes.[0]", "hashes.MD5", "NAME",
          "[0]", "[0].name", "labels.[2]", "labels.[01]", "labels.[00]",
          "labels.[18446744073709551615]", "labels.[18446744073709551616]",
          "labels.[18446744073709551617]", "labels.[99999999999999999999999999999999999999]",
          "labels.0", "x.y.z"}) {
      INFO(selector);
      CHECK(named(selector) == "-");
    }
  }

  TEST_CASE("stix/selector: refuses what is no selector") {
    for (const char* selector :
         {"",           ".",           "name.",       ".name",     "labels..[0]",
          "labels[0]",  "labels.[]",   "labels.[-1]", "labels.[1", "labels.1]",
          "labels.[a]", "labels.[+1]", "labels.[ 1]", "na me",     "näme",
          "a/b",        "labels.[1]]", "$.name",      "labels.*",  "labels.[*]"}) {
      INFO(selector);
      CHECK(named(selector) == "!");
    }
    CHECK(named(std::string(250, 'a')) == "-");
    CHECK(named(std::string(251, 'a')) == "!");
    CHECK(named(std::string("a\0b", 3)) == "!");
    std::string deep = "a";
    for (std::size_t i = 1; i < kMaxSelectorSteps; ++i) deep += ".a";
    CHECK(named(deep) == "-");
    CHECK(named(deep + ".a") == "!");
    CHECK(Selector::parse("").error().code == Code::kStixInvalid);
  }

  TEST_CASE("stix/selector: covers its place and all below it") {
    const auto covers = [](const char* selector, const char* pointer) {
      return Selector::parse(selector)->covers(std::string_view(pointer));
    };
    CHECK(covers("external_references", "/external_references"));
    CHECK(covers("external_references", "/external_references/0/hashes/MD5"));
    CHECK(covers("external_references.[0]", "/external_references/0/url"));
    CHECK_FALSE(covers("external_references.[0]", "/external_references"));
    CHECK_FALSE(covers("external_references.[0]", "/external_references/00"));
    CHECK_FALSE(covers("external_references.[1]", "/external_references/10"));
    CHECK_FALSE(covers("name", "/names"));
    CHECK_FALSE(covers("name", ""));
    CHECK_FALSE(covers("name", "name"));
    CHECK_FALSE(covers("name", "/name~2"));
    const auto outer = *Selector::parse("labels"), inner = *Selector::parse("labels.[0]");
    CHECK(outer.covers(inner));
    CHECK(outer.covers(outer));
    CHECK_FALSE(inner.covers(outer));
    CHECK(inner.pointer() == "/labels/0");
    CHECK(Selector::parse("hashes.SHA-256")->pointer() == "/hashes/SHA-256");
  }

  TEST_CASE("stix/selector: tokens of a JSON Pointer") {
    using Tokens = std::vector<std::string>;
    CHECK(pointer_tokens("") == Tokens{});
    CHECK(pointer_tokens("/") == Tokens{""});
    CHECK(pointer_tokens("/a~1b/~0/m~01") == Tokens{"a/b", "~", "m~1"});
    for (const char* bad : {"a", "#/a", "/~", "/a~2", "/a~"})
      CHECK_FALSE(pointer_tokens(bad).has_value());
    std::string pointer;
    json::append_token(pointer, "a/~b");
    CHECK(pointer_tokens(pointer) == Tokens{"a/~b"});
  }

  TEST_CASE("stix/selector: a million selectors over one object are one walk") {
    std::string text = "{\"list\":[0";
    for (int i = 1; i < 200'000; ++i) text += ",0";
    const auto object = document(text + "]}");
    std::vector<std::string> selectors;
    for (int i = 0; i < 1'000'000; ++i) selectors.push_back("list.[" + std::to_string(i) + "]");
    SelectorTree tree;
    std::vector<SelectorTree::Node> nodes;
    for (const std::string& selector : selectors) nodes.push_back(*tree.add(selector));
    tree.resolve(object->root());
    std::size_t found = 0;
    for (const auto node : nodes) found += tree.value(node).exists() ? 1 : 0;
    CHECK(found == 200'000);
  }
}
