// `sekisho validate` as it is typed: no node, files in, findings out.
#include "tests/e2e/harness.h"
#include "tests/support/doctest.h"

using namespace sekisho::e2e;

namespace {

bool says(const Outcome& outcome, std::string_view text) {
  return outcome.out.find(text) != std::string::npos || outcome.err.find(text) != std::string::npos;
}

constexpr std::string_view kTool =
    R"({"type":"tool","spec_version":"2.1","id":"tool--54920444-b948-4159-a8ce-b6fbfc188d19",)"
    R"("created":"2024-05-01T09:00:00.000Z","modified":"2024-05-01T09:00:00.000Z","name":"t",)"
    R"("tool_types":["hammer"]})";

std::string bundle_with(const std::string& members, const std::string& more = "") {
  return R"({"type":"bundle","id":"bundle--40797c0d-b39b-44e9-b624-06a0162ef271",)" + more + "\n\"objects\":[" +
         members + "]}";
}

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("validate: a bundle is judged itself, and each of its members at its place") {
    Folder folder;
    write_text(folder / "good.json", bundle_with(std::string(kTool)));
    write_text(folder / "bad.json", bundle_with(bundle_with(""), R"("spec_version":"2.1",)"));
    const Outcome good = run({"validate", folder / "good.json"});
    CHECK(good.exit == 0);
    CHECK(says(good, "good.json:2:"));
    CHECK(says(good, "warning S-2.14-1 tool--54920444-b948-4159-a8ce-b6fbfc188d19/tool_types/0"));
    const Outcome bad = run({"validate", folder / "bad.json"});
    CHECK(bad.exit == 1);
    CHECK(says(bad, "warning S-8-3"));
    CHECK(says(bad, "error S-8-1"));
  }

  TEST_CASE("validate: strict refuses, a clause can be left out, an unknown one is refused") {
    Folder folder;
    write_text(folder / "tool.json", std::string(kTool));
    CHECK(run({"validate", "--strict", folder / "tool.json"}).exit == 1);
    const Outcome without = run({"validate", "--strict", "--ignore", "S-2.14-1", folder / "tool.json"});
    CHECK(without.exit == 0);
    CHECK_FALSE(says(without, "S-2.14-1"));
    const Outcome unknown = run({"validate", "--ignore", "S-99", folder / "tool.json"});
    CHECK(unknown.exit == 2);
    CHECK(says(unknown, "S-99"));
  }

  TEST_CASE("validate: one pattern a line, with the place of what is wrong") {
    Folder folder;
    write_text(folder / "good.txt", "[file:name = 'a']\r\n\n[url:value = 'http://a.example']\n");
    write_text(folder / "bad.txt", "[file:name = 'a']\n[file:name = a]\n");
    const Outcome good = run({"validate", "--patterns", folder / "good.txt"});
    CHECK(good.exit == 0);
    CHECK(says(good, "2 patterns, 0 not valid"));
    const Outcome bad = run({"validate", "--patterns", folder / "bad.txt"});
    CHECK(bad.exit == 1);
    CHECK(says(bad, "bad.txt:2:14: error S-9.4-2"));
  }
}
