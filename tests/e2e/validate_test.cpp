// `sekisho validate` as it is typed: no node, files in, findings out.
#include <cstdlib>
#include <fstream>

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

constexpr std::size_t kMega = 1'000'000;

/// A bundle of valid indicators, written to `path` piece by piece.
std::size_t write_large(const std::string& path, std::size_t bytes) {
  std::ofstream out(path, std::ios::binary);
  const std::string padding(1500, 'x');
  out << R"({"type":"bundle","id":"bundle--40797c0d-b39b-44e9-b624-06a0162ef271","objects":[)";
  std::size_t count = 0;
  for (std::size_t written = 0; written < bytes; ++count) {
    std::string one = indicator(static_cast<int>(count), Tlp::kGreen);
    one.insert(one.size() - 1, R"(,"indicator_types":["benign"],"x_padding":")" + padding + "\"");
    out << (count == 0 ? "\n" : ",\n") << one;
    written += one.size() + 2;
  }
  out << "]}\n";
  return count;
}

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
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

  TEST_CASE("validate: objects below each other, lines, envelopes, standard input, folders") {
    Folder folder;
    const std::string tool(kTool);
    write_text(folder / "below.json", tool + "\n" + tool + "\n");
    CHECK(says(run({"validate", folder / "below.json"}), "2 objects, 0 errors"));
    CHECK(says(run({"validate"}, folder / "below.json"), "-:2:"));
    CHECK(says(run({"validate", "-"}, folder / "below.json"), "2 objects"));
    write_text(folder / "envelope.json", R"({"more":false,"objects":[)" + tool + "]}");
    CHECK(says(run({"validate", folder / "envelope.json"}), "1 objects, 0 errors"));
    write_text(folder / "rows.jsonl", tool + "\n{\"type\":\n\n" + tool + " x\n" + tool + "\n");
    const Outcome rows = run({"validate", folder / "rows.jsonl"});
    CHECK(rows.exit == 1);
    CHECK(says(rows, "rows.jsonl:2:9: error S-1-1"));
    CHECK(says(rows, "rows.jsonl:4:" + std::to_string(tool.size() + 2) + ": error S-1-1"));
    CHECK(says(rows, "3 objects, 2 errors"));
    const std::string pack = "zstd -q " + folder / "below.json" + " -o " + folder / "packed.json.zst";
    REQUIRE(std::system(pack.c_str()) == 0);
    CHECK(says(run({"validate", folder / "packed.json.zst"}), "packed.json.zst:2:"));
    const std::string packed = read_text(folder / "packed.json.zst");
    write_text(folder / "short.json.zst", packed.substr(0, packed.size() - 3));
    const Outcome cut = run({"validate", folder / "short.json.zst"});
    CHECK(cut.exit == 1);
    CHECK(says(cut, "cut short"));
    const Outcome all = run({"validate", folder / ""});
    CHECK(all.exit == 1);
    CHECK(says(all, "envelope.json:1:"));
    CHECK(says(all, "rows.jsonl:2:"));
    Folder empty;
    CHECK(run({"validate", empty / ""}).exit == 1);
    const Outcome missing = run({"validate", folder / "none.json", folder / "below.json"});
    CHECK(missing.exit == 1);
    CHECK(says(missing, "not-found"));
    CHECK(says(missing, "2 objects"));
  }

  TEST_CASE("validate: mistakes in the text have their place, and what came before is judged") {
    Folder folder;
    const std::string tool(kTool);
    struct Row {
      std::string text, says;
    };
    const std::vector<Row> rows = {
        {"[" + tool + "]", ":1:1: error S-1-1: a list stands where an object should"},
        {"\xEF\xBB\xBF" + tool, ":1:1: error S-1-1: the text begins with a byte order mark"},
        {"", ":1:1: error S-1-1: the text is empty"},
        {tool + " {}", ": error S-1-1: the value has ended before this"},
        {bundle_with(tool + ",\n{\"type\":\"tool\",\"type\":\"tool\"},\n" + tool), ":3:16: error S-1-2"},
        {bundle_with(tool + ",\n{\"a\":\"\\ud800\"}"), ":3:7: error S-1-2"},
        {bundle_with(tool + ",\n{\"a\":12345678901234567890}"), ":3:6: error S-1-2"},
        {bundle_with(tool + ",\n{\"a\":\"\xFF\"}"), ":3:7: error S-1-1"},
        {bundle_with(tool + ",\n{\"a\":\"" + std::string(5'000'000, 'x') + "\"},\n" + tool), ":3:1: error S-0-2"},
        {bundle_with(tool + ",\n" + std::string(200, '[') + std::string(200, ']')), ":3:101: error S-0-2"},
        {bundle_with(tool, "\"x\":\"" + std::string(2'000'000, 'x') + "\","), "error S-0-2"},
        {bundle_with(tool + ",\n{\"a\":[}"), ":3:7: error S-1-1"},
    };
    for (const Row& row : rows) {
      CAPTURE(row.says);
      write_text(folder / "bad.json", row.text);
      const Outcome outcome = run({"validate", folder / "bad.json"});
      CHECK(outcome.exit == 1);
      CHECK(says(outcome, row.says));
    }
    write_text(folder / "cut.json", bundle_with(tool + ",\n{\"type\":"));
    std::string text = read_text(folder / "cut.json");
    text.resize(text.size() - 2);
    write_text(folder / "cut.json", text);
    const Outcome cut = run({"validate", folder / "cut.json"});
    CHECK(says(cut, "cut.json:3:9: error S-1-1: the text ends inside the value that begins at line 3, column 1; it was cut short"));
    CHECK(says(cut, "warning S-2.14-1 tool--"));
  }

  TEST_CASE("validate: a file cut anywhere says where it ends") {
    Folder folder;
    std::vector<std::string> indicators;
    for (int i = 0; i < 60; ++i) indicators.push_back(indicator(i, Tlp::kGreen));
    const std::string text = bundle(indicators);
    for (std::size_t size = 1000; size < text.size(); size += 1000) {
      CAPTURE(size);
      write_text(folder / "cut.json", text.substr(0, size));
      const Outcome outcome = run({"validate", "--quiet", folder / "cut.json"});
      CHECK(outcome.exit == 1);
      const std::string start = text.substr(0, size);
      const std::string place = ":" + std::to_string(count_of(start, "\n") + 1) + ":" + std::to_string(size - start.rfind('\n'));
      CHECK(says(outcome, "cut.json" + place + ": error S-1-1: the text ends inside"));
      CHECK(count_of(outcome.out, "\n") == 1);
    }
  }

  TEST_CASE("validate: objects of one file are judged against each other, not those of two") {
    Folder folder;
    std::string other(kTool);
    other.replace(other.find("\"t\""), 3, "\"u\"");
    write_text(folder / "one.json", bundle_with(std::string(kTool) + ",\n" + other));
    const Outcome one = run({"validate", folder / "one.json"});
    CHECK(one.exit == 1);
    CHECK(says(one, "one.json:3:"));
    CHECK(says(one, "error S-3.6-10 tool--54920444-b948-4159-a8ce-b6fbfc188d19/id"));
    write_text(folder / "a.json", std::string(kTool));
    write_text(folder / "b.json", other);
    CHECK(run({"validate", folder / "a.json", folder / "b.json"}).exit == 0);
  }

  TEST_CASE("validate: lines of JSON end with the whole, lines for people with the clauses") {
    Folder folder;
    write_text(folder / "tool.json", std::string(kTool) + "\n" + std::string(kTool));
    const auto lines = json_lines(run({"validate", "--json", folder / "tool.json"}).out);
    REQUIRE(lines.size() == 4);
    CHECK(lines[0].text("clause") == "S-2.14-1");
    CHECK(lines[1].number("line") == 2);
    CHECK(lines[2].text("severity") == "note");
    const auto summary = lines[3]["summary"];
    CHECK(summary["objects"].integer() == 2);
    CHECK(summary["warnings"].integer() == 2);
    CHECK(summary["clauses"].at(0)["count"].integer() == 2);
    const Outcome text = run({"validate", folder / "tool.json"});
    CHECK(says(text, "\n2 warning S-2.14-1 The term comes from the suggested vocabulary\n"));
    const Outcome quiet = run({"validate", "--quiet", folder / "tool.json"});
    CHECK(quiet.out.empty());
    CHECK(quiet.exit == 0);
    const Outcome near = run({"validate", "--ignore", "S-2.14", folder / "tool.json"});
    CHECK(near.exit == 2);
    CHECK(says(near, "did you mean S-2.14-1?"));
    CHECK(run({"validate", "--json", "--sarif", folder / "tool.json"}).exit == 2);
    const Outcome help = run({"validate", "--help"});
    CHECK(says(help, "--sarif"));
    CHECK(says(help, "sekisho validate --strict --ignore S-2.14-1 reports/"));
  }

  TEST_CASE("validate: a SARIF log has what readers of it need") {
    Folder folder;
    std::string tool(kTool);
    tool.insert(tool.find("\"name\""), "\"description\":\"\xE9\x96\xA2\xE6\x89\x80\",");
    write_text(folder / "a b.json", bundle_with(tool + ",{]") );
    const Outcome outcome = run({"validate", "--sarif", folder / "a b.json", folder / "none.json"});
    CHECK(outcome.exit == 1);
    const Json log(outcome.out);
    CHECK(log.text("version") == "2.1.0");
    CHECK(log.text("$schema").find("sarif-schema-2.1.0.json") != std::string::npos);
    REQUIRE(log["runs"].size() == 1);
    const auto one = log["runs"].at(0);
    const auto rules = one["tool"]["driver"]["rules"];
    CHECK(one["tool"]["driver"]["name"].is_string());
    CHECK(rules.size() > 150);
    CHECK(one["columnKind"].string() == "unicodeCodePoints");
    const auto results = one["results"];
    REQUIRE(results.size() == 2);
    for (const auto& entry : results) {
      const auto result = entry.value;
      const auto index = result["ruleIndex"].integer();
      REQUIRE(index.has_value());
      const auto rule = rules.at(static_cast<std::size_t>(*index));
      CHECK(rule["id"].string() == result["ruleId"].string());
      CHECK(rule["shortDescription"]["text"].is_string());
      CHECK(rule["help"]["text"].is_string());
      CHECK(result["message"]["text"].is_string());
      const auto place = result["locations"].at(0)["physicalLocation"];
      CHECK(place["artifactLocation"]["uri"].string_or("").ends_with("/a%20b.json"));
      CHECK(place["region"]["startLine"].integer() == 2);
    }
    const auto first = results.at(0);
    CHECK(first["level"].string() == "warning");
    const auto region = first["locations"].at(0)["physicalLocation"]["region"];
    const std::string text = read_text(folder / "a b.json");
    const std::size_t offset = text.find("\"hammer\"");
    CHECK(region["byteOffset"].integer() == static_cast<std::int64_t>(offset));
    CHECK(region["startColumn"].integer() == static_cast<std::int64_t>(offset - text.find('\n') - 4));  // two signs of three bytes
    const auto logical = first["locations"].at(0)["logicalLocations"].at(0);
    CHECK(logical["fullyQualifiedName"].string() == "/objects/0/tool_types/0");
    CHECK(logical["name"].string() == "tool--54920444-b948-4159-a8ce-b6fbfc188d19");
    const auto invocation = one["invocations"].at(0);
    CHECK(invocation["executionSuccessful"].boolean() == false);
    CHECK(invocation["toolExecutionNotifications"].size() == 1);
  }

  TEST_CASE("validate: memory does not grow with the file") {
    Folder folder;
    const std::size_t few = write_large(folder / "small.json", kMega);
    const std::size_t many = write_large(folder / "large.json", 256 * kMega);
    const Outcome small = run({"validate", "--quiet", folder / "small.json"});
    const Outcome large = run({"validate", "--progress", "--quiet", folder / "large.json"});
    CHECK(small.exit == 0);
    CHECK(large.exit == 0);
    CHECK(says(large, std::to_string(many) + " objects, 0 errors"));
    CHECK(says(large, "large.json: 192 MiB, "));
    MESSAGE("peak: ", small.peak_kib, " KiB for ", few, " objects, ", large.peak_kib, " KiB for ", many, " objects");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    // 64 bytes an id and version, and what the heap keeps; the file is twenty times as large.
    CHECK(large.peak_kib - small.peak_kib <= static_cast<long>(64 * many / 1024) + 4 * 1024);
    CHECK(large.peak_kib <= 48 * 1024);
#endif
  }
}
