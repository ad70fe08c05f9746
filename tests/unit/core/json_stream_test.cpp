#include "core/json_stream.h"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/doctest.h"
#include "tests/support/property.h"

using namespace sekisho;
using json::Piece;
using Kind = json::Piece::Kind;

namespace {

std::vector<Piece> split(std::string_view text, std::size_t chunk, json::Splitter::Options options = {}) {
  std::vector<Piece> pieces;
  json::Splitter splitter(std::move(options), [&](Piece piece) { pieces.push_back(std::move(piece)); });
  for (std::size_t at = 0; at < text.size(); at += chunk) {
    if (!splitter.feed(text.substr(at, chunk))) return pieces;
  }
  splitter.finish();
  return pieces;
}

json::Splitter::Options lines() {
  json::Splitter::Options options;
  options.lines = true;
  return options;
}

const std::string kBundle = "{\"type\":\"bundle\",\n \"objects\": [ {\"a\":[1,{}],\"b\":\"}]\\\"{\"},\n\t\"\xE9\x96\xA2\", 12 ,[] ],\n\"x\":1}\n";

/// The place of a mistake as line:column, or "" if there is none.
std::string mistake(const std::vector<Piece>& pieces) {
  for (const Piece& piece : pieces) {
    if (piece.kind == Kind::kMistake) return std::to_string(piece.begin.line) + ":" + std::to_string(piece.begin.column);
  }
  return "";
}

rc::Gen<std::string> texts() {
  return rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab\\\"{}[],:\n\x7f\t/\xE9")));
}

/// Random JSON: a value no deeper than `depth`, with space where it may be.
std::string random_value(int depth) {
  const int kind = *rc::gen::inRange(0, depth > 0 ? 7 : 4);
  const std::string space = *rc::gen::element(std::string(), std::string(" "), std::string("\n  "), std::string("\r\n\t"));
  if (kind == 0) return space + std::to_string(*rc::gen::inRange(-1000, 1000));
  if (kind == 1) return *rc::gen::element(std::string("true"), std::string("null"), std::string("1.5e3")) + space;
  if (kind <= 3) {
    std::string quoted;
    json::append_quoted(*texts(), quoted);
    return quoted + space;
  }
  const std::size_t size = *rc::gen::inRange<std::size_t>(0, 4);
  std::string out = kind == 4 ? "[" : "{";
  for (std::size_t i = 0; i < size; ++i) {
    if (i > 0) out += ",";
    if (kind != 4) out += space + "\"" + std::string(i, 'k') + "\":" + space;
    out += random_value(depth - 1);
  }
  return out + space + (kind == 4 ? "]" : "}");
}

std::string trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \r\n\t"), end = text.find_last_not_of(" \r\n\t");
  return begin == std::string_view::npos ? std::string() : std::string(text.substr(begin, end - begin + 1));
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("core/json_stream: elements, then the frame, however the text is cut") {
    for (std::size_t chunk = 1; chunk <= kBundle.size(); ++chunk) {
      CAPTURE(chunk);
      const auto pieces = split(kBundle, chunk);
      REQUIRE(pieces.size() == 5);
      CHECK(pieces[0].text == R"({"a":[1,{}],"b":"}]\"{"})");
      CHECK(pieces[0].begin.line == 2);
      CHECK(pieces[0].begin.column == 15);
      CHECK(pieces[0].begin.offset == 32);
      CHECK(pieces[1].text == "\"\xE9\x96\xA2\"");
      CHECK(pieces[1].begin.line == 3);
      CHECK(pieces[2].text == "12");
      CHECK(pieces[2].begin.column - pieces[2].begin.tails == 7);
      CHECK(pieces[3].text == "[]");
      CHECK(pieces[3].number == 3);
      CHECK(pieces[4].kind == Kind::kFrame);
      CHECK(pieces[4].text == "{\"type\":\"bundle\",\n \"objects\": [],\n\"x\":1}");
      CHECK(pieces[4].number == 4);
    }
  }

  TEST_CASE("core/json_stream: a place in the frame is found in the file, before and behind the list") {
    const auto pieces = split(kBundle, 7);
    const auto frame = json::Document::parse(pieces[4].text);
    REQUIRE(frame.ok());
    const auto root = (*frame)->root();
    for (const char* name : {"type", "objects", "x"}) {
      const auto place = pieces[4].place((*frame)->text(), root[name].position());
      const auto whole = json::Document::parse(kBundle);
      REQUIRE(whole.ok());
      const auto expected = (*whole)->root()[name].position();
      CHECK(place.offset == expected.offset);
      CHECK(place.line == expected.line);
      CHECK(place.column == expected.column);
    }
    const auto one = split(R"({"objects":[{}, {}],"x":1,"x":2})", 5);
    const auto twice = json::Document::parse(one[2].text);
    REQUIRE(!twice.ok());
    CHECK(one[2].place(json::mistake_of(twice.error()).at).column == 27);
  }

  TEST_CASE("core/json_stream: one object, objects below each other, lines") {
    CHECK(split(R"({"type":"tool","objects":{"0":{}}})", 3).at(0).kind == Kind::kValue);
    CHECK(split(R"({"type":"x-foo","objects":[{}]})", 3).size() == 1);
    CHECK(split(R"({"ty\u0070e":"bundle","object\u0073":[{}]})", 3).size() == 2);
    CHECK(split("{}\n{\n}\r\n \n{}", 2).size() == 3);
    CHECK(mistake(split("{}\n{} {}", 2)) == "2:4");
    const auto rows = split("{}\n\n{\"objects\":[{},{}]}\r\n{\n{}x\n[]\n{\"a\":\"\n{}", 4, lines());
    REQUIRE(rows.size() == 10);
    CHECK(rows[1].kind == Kind::kElement);
    CHECK(rows[3].kind == Kind::kFrame);
    CHECK(mistake(rows) == "4:2");
    CHECK(rows[5].kind == Kind::kValue);
    CHECK(rows[6].kind == Kind::kMistake);
    CHECK(rows[7].kind == Kind::kMistake);
    CHECK(split("", 1, lines()).empty());
  }

  TEST_CASE("core/json_stream: what is wrong, and where") {
    struct Row {
      std::string text, place, says;
    };
    const std::vector<Row> rows = {
        {"", "1:1", "empty"},
        {" \n ", "2:2", "empty"},
        {"\xEF\xBB\xBF{}", "1:1", "byte order mark"},
        {"\n[{}]", "2:1", "list"},
        {"hello", "1:1", "'{'"},
        {"{} x", "1:4", "ended"},
        {R"({"objects":[{} {}]})", "1:16", "','"},
        {R"({"objects":[{},]})", "1:16", "remove"},
        {R"({"objects":[,{}]})", "1:13", "object"},
        {"{\"objects\":[{},\n{\"a\":[}]}]}", "2:7", "shape"},
        {"{\"objects\":[{},\n{\"a\":\"x", "2:8", "line 2, column 1"},
        {"{\"objects\":[{},\n{\"a\":t", "2:7", "cut short"},
        {"{\"objects\":[{\"a\":\"a text that was cut \\\" somewhere", "1:51", "cut short"},
        {"{\"objects\":[{}", "1:15", "line 1, column 1"},
        // A quote is missing in line 2: the strict reader knows where, though brackets lead on to the end.
        {"{\"objects\":[{\"a\":\"b\",\n\"c\":\"d},\n{\"e\":\"a longer text\"}]}", "2:9", ""},
    };
    for (const Row& row : rows) {
      for (const std::size_t chunk : {1, 3, 1000}) {
        CAPTURE(row.text);
        const auto pieces = split(row.text, chunk);
        CHECK(mistake(pieces) == row.place);
        CHECK(pieces.back().error.detail.find(row.says) != std::string::npos);
        CHECK(pieces.back().error.detail.find("line 1, column 1:") == std::string::npos);
      }
    }
  }

  TEST_CASE("core/json_stream: what is too large costs nothing but itself") {
    json::Splitter::Options options;
    options.element_bytes = 1000;
    options.frame_bytes = 100;
    const std::string large(1u << 20, 'x');
    const auto pieces = split("{\"objects\":[{\"a\":\"" + large + "\"}, {}]}", 4096, options);
    REQUIRE(pieces.size() == 3);
    CHECK(pieces[0].kind == Kind::kTooLarge);
    CHECK(pieces[0].text.capacity() < 4096);
    CHECK(pieces[1].text == "{}");
    CHECK(split("{\"objects\":{\"a\":\"" + large + "\"},\"x\":[{}]}", 4096, options).at(0).kind == Kind::kTooLarge);
    const auto frame = split("{\"objects\":[{}],\"a\":\"" + large + "\"}", 4096, options);
    REQUIRE(frame.size() == 2);
    CHECK(frame[1].error.code == Code::kLimitExceeded);
    const auto deep = split("{\"objects\":[" + std::string(100'000, '[') + std::string(100'000, ']') + "]}", 4096,
                            json::Splitter::Options{});
    CHECK(deep.size() == 2);
    CHECK(!json::check(deep[0].text).ok());
  }

  TEST_CASE("core/json_stream: agrees with the reader of whole texts, cut anywhere") {
    PROPERTY("valid text", [] {
      std::string text = "{\"a\":" + random_value(2) + ",\"objects\":[";
      const std::size_t size = *rc::gen::inRange<std::size_t>(0, 6);
      for (std::size_t i = 0; i < size; ++i) text += (i == 0 ? "" : ",") + random_value(3);
      text += "],\"b\":" + random_value(1) + "}";
      const auto whole = json::Document::parse(text);
      RC_ASSERT(whole.ok());
      const auto pieces = split(text, *rc::gen::inRange<std::size_t>(1, text.size() + 1));
      RC_ASSERT(pieces.size() == size + 1);
      std::size_t i = 0;
      for (const auto& entry : (*whole)->root()["objects"]) {
        RC_ASSERT(trimmed(pieces[i].text) == entry.value.raw());
        const auto expected = entry.value.position();
        RC_ASSERT(pieces[i].begin.offset == expected.offset);
        RC_ASSERT(pieces[i].begin.line == expected.line);
        RC_ASSERT(pieces[i].begin.column == expected.column);
        ++i;
      }
      const auto frame = json::Document::parse(pieces[size].text);
      RC_ASSERT(frame.ok());
      RC_ASSERT(json::canonical((*frame)->root()["b"]) == json::canonical((*whole)->root()["b"]));
    });
    PROPERTY("any text: chunks make no difference", [] {
      const std::string text = "{\"objects\":[" + *texts() + "{" + *texts() + "}" + *texts();
      const auto one = split(text, text.size());
      const auto other = split(text, *rc::gen::inRange<std::size_t>(1, 9));
      RC_ASSERT(one.size() == other.size());
      for (std::size_t i = 0; i < one.size(); ++i) {
        RC_ASSERT(one[i].kind == other[i].kind);
        RC_ASSERT(one[i].text == other[i].text);
        RC_ASSERT(one[i].begin.offset == other[i].begin.offset);
        RC_ASSERT(one[i].error.detail == other[i].error.detail);
      }
      bool strict = true;
      for (const Piece& piece : one) strict = strict && piece.kind != Kind::kMistake && json::check(piece.text).ok();
      RC_ASSERT(strict == json::check(text).ok());
    });
  }

  TEST_CASE("core/json_stream: the place in a message of the reader is taken apart") {
    for (const char* text : {"{\"a\":1,\n \"a\":2}", "{\"a\":\"\\ud800\"}", "{\"a\":1e999}", "{]", "{\"a\":\"\xFF\"}"}) {
      const auto parsed = json::Document::parse(text);
      REQUIRE(!parsed.ok());
      const auto found = json::mistake_of(parsed.error());
      CHECK(found.at.line >= 1);
      CHECK(found.at.column > 1);
      CHECK(found.message.find("line") == std::string::npos);
    }
    CHECK(json::mistake_of(make_error(Code::kLimitExceeded, "too much")).message == "too much");
  }
}
