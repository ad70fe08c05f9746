// The CSV reader and the character sets, through the format csv with a small mapping.
#include "check.h"
#include "stix/convert/convert.h"
#include "tests/support/doctest.h"
#include "tests/support/property.h"

using namespace sekisho;
using namespace sekisho::tests;

namespace {

const std::string kMapping = R"(
name = "small"
publisher = "Desk"
[columns]
item = "no"
date = "date"
kind = "kind"
title = "title"
text = "text"
[kinds]
T = "threat"
)";

const std::string kHeader = "no,date,kind,title,text\n";

std::string title_of(const stix::convert::Converted& document) {
  return text_at(checked(document).back(), "name");
}
std::string text_of(const stix::convert::Converted& document) {
  return text_at(checked(document).back(), "description");
}

stix::convert::Outcome rows(const std::string& text) {
  return converted("csv", kHeader + text, kMapping);
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("convert/csv: quotes, line breaks and row ends as RFC 4180 has them") {
    const auto outcome = rows(
        "1,2025-07-01,T,plain,a b\r\n"
        "2,2025-07-01,T,\"comma, quote \"\"q\"\"\",\"two\r\nlines\"\n"
        "\n"
        "3,2025-07-01,T,\"\"\"\",\n"
        "4,2025-07-01,T,last,no line end");
    REQUIRE(outcome.documents.size() == 4);
    CHECK(outcome.refused.empty());
    CHECK(title_of(outcome.documents[1]) == "comma, quote \"q\"");
    CHECK(text_of(outcome.documents[1]) == "two\r\nlines");
    CHECK(title_of(outcome.documents[2]) == "\"");
    CHECK(text_of(outcome.documents[2]) == "(missing)");
    CHECK(text_of(outcome.documents[3]) == "no line end");
  }

  TEST_CASE("convert/csv: a bad row is refused with row and column, the rest goes on") {
    const auto outcome = rows(
        "1,2025-07-01,T,a \"b\" c,\n"
        "2,2025-07-01,T,\"a\" b,\n"
        "3,2025-07-01,T,few\n"
        "4,2025-07-01,T,many,x,y\n"
        "5,2025-07-01,T,bare\rreturn,\n"
        "6,2025-07-01,T,good,\n"
        "7,2025-07-01,T,\"never ends,\n"
        "8,2025-07-01,T,lost,\n");
    REQUIRE(outcome.documents.size() == 1);
    CHECK(outcome.documents[0].document_id == "6");
    const std::pair<const char*, const char*> expected[] = {
        {"row 2, column 4", "a quote inside a field"},
        {"row 3, column 4", "text after a closing quote"},
        {"row 4", "4 fields and the header 5"},
        {"row 5", "6 fields and the header 5"},
        {"row 6, column 4", "carriage return"},
        {"row 8, column 4", "never ends; the rows after it"}};
    REQUIRE(outcome.refused.size() == std::size(expected));
    for (std::size_t i = 0; i < std::size(expected); ++i) {
      CHECK(outcome.refused[i].error.where == expected[i].first);
      CHECK_MESSAGE(outcome.refused[i].error.detail.find(expected[i].second) != std::string::npos,
                    outcome.refused[i].error.detail);
      CHECK(outcome.refused[i].error.code == Code::kConvertUnreadable);
    }
  }

  TEST_CASE("convert/csv: a row has at most 10000 fields") {
    const auto outcome = rows("1" + std::string(10000, ',') + "\n2,2025-07-01,T,good,\n");
    REQUIRE(outcome.refused.size() == 1);
    CHECK(outcome.refused[0].error.code == Code::kLimitExceeded);
    CHECK(outcome.documents.size() == 1);
  }

  TEST_CASE("convert/csv: the header must name what the mapping maps") {
    const auto status = [](const std::string& bytes) {
      const auto outcome = stix::convert::convert_all("csv", bytes, kMapping, node_context());
      REQUIRE_FALSE(outcome.ok());
      CHECK(outcome.error().code == Code::kConvertUnreadable);
      return outcome.error().where + ": " + outcome.error().detail;
    };
    CHECK(status("").find("row 1: the file is empty") == 0);
    CHECK(status("no,date,kind,title\n").find("row 1: no column is headed text") == 0);
    CHECK(status("no,date,kind,title,text,no\n")
              .find("row 1, column 6: the header no occurs twice") == 0);
    CHECK(status("no,\"date\n").find("row 1, column 2: a quoted field") == 0);
    // Any order, width folded, and a column of its own is a loss only where it is filled.
    const auto outcome = converted(
        "csv", "text,title,extra,kind,date,ｎｏ\nx,t,,T,2025-07-01,1\nx,t,e,T,2025-07-01,2\n",
        kMapping);
    REQUIRE(outcome.documents.size() == 2);
    CHECK_FALSE(loses(outcome.documents[0], "column extra"));
    CHECK(loses(outcome.documents[1], "The column extra is not mapped"));
  }

  TEST_CASE("convert/csv: UTF-8 and Shift_JIS") {
    const std::string utf8 = "no,date,kind,title,text\n1,2025-07-01,T,車載～①,〜表\n";
    // 車載～① and ～表 in CP932; 表 ends in the byte of a backslash.
    const std::string sjis =
        "no,date,kind,title,text\n1,2025-07-01,T,\x8e\xd4\x8d\xda\x81\x60\x87\x40,"
        "\x81\x60\x95\x5c\n";
    CHECK(title_of(one("csv", utf8, kMapping)) == "車載～①");
    CHECK(title_of(one("csv", "\xef\xbb\xbf" + utf8, kMapping)) == "車載～①");
    CHECK(title_of(one("csv", sjis, kMapping)) == "車載～①");
    CHECK(text_of(one("csv", sjis, kMapping)) == "～表");
    CHECK(title_of(one("csv", sjis, "encoding = \"shift_jis\"\n" + kMapping)) == "車載～①");
    // Declared UTF-8 is not guessed at.
    const auto declared =
        converted("csv", sjis + "2,2025-07-01,T,ok,\n", "encoding = \"utf-8\"\n" + kMapping);
    REQUIRE(declared.refused.size() == 1);
    CHECK(declared.refused[0].error.where == "row 2, column title");
    CHECK(declared.refused[0].error.detail == "bytes that are not UTF-8");
    CHECK(declared.documents.size() == 1);
    // Bytes that are neither.
    const auto neither =
        converted("csv", kHeader + "1,2025-07-01,T,a\x81,\n2,2025-07-01,T,ok,\n", kMapping);
    REQUIRE(neither.refused.size() == 1);
    CHECK(neither.refused[0].error.where == "row 2, column title");
    CHECK(neither.refused[0].error.detail == "bytes that are not Shift_JIS");
    CHECK(neither.documents.size() == 1);
    // Overlong forms and surrogates are no UTF-8.
    for (const char* bad : {"\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xf4\x90\x80\x80",
                            "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe3\x81"}) {
      const auto outcome = converted("csv", kHeader + "1,2025-07-01,T,a" + bad + ",\n",
                                     "encoding = \"utf-8\"\n" + kMapping);
      CHECK(outcome.refused.size() == 1);
    }
  }

  TEST_CASE("convert: formats") {
    CHECK(stix::convert::formats().size() == 4);
    CHECK(stix::convert::convert_all("nvd", "{}", {}, node_context()).error().code ==
          Code::kConvertUnsupported);
    const auto outcome = stix::convert::convert_all("csv", kHeader, {}, node_context());
    CHECK(outcome.error().code == Code::kConfig);
    stix::convert::Context small = node_context();
    small.max_document_bytes = 10;
    CHECK(stix::convert::convert_all("csv", kHeader, kMapping, small).error().code ==
          Code::kLimitExceeded);
    CHECK(
        stix::convert::identity_object("identity--b49470b7-15fe-445f-85ed-d049fdbe8459", "Desk",
                                       "2025-07-01T00:00:00.000Z") ==
        R"({"type":"identity","spec_version":"2.1","id":"identity--b49470b7-15fe-445f-85ed-d049fdbe8459","created":"2025-07-01T00:00:00.000Z",)"
        R"("modified":"2025-07-01T00:00:00.000Z","name":"Desk","identity_class":"organization","object_marking_refs":["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"]})");
    CHECK(stix::convert::organisation_namespace("identity--a") !=
          stix::convert::organisation_namespace("identity--b"));
    CHECK(stix::convert::organisation_namespace("identity--a") ==
          stix::convert::organisation_namespace("identity--a"));
  }
}

TEST_SUITE("property") {
  TEST_CASE("convert/csv: any field survives quoting") {
    PROPERTY("read(quote(text)) = text", [] {
      const auto points = *rc::gen::container<std::string>(
          rc::gen::element('a', '"', ',', '\n', '\r', ' ', '\\', ';'));
      const std::string text = "x" + points + "x";
      std::string quoted;
      for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
      const auto outcome = stix::convert::convert_all(
          "csv", kHeader + "1,2025-07-01,T,t,\"" + quoted + "\"\n", kMapping, node_context());
      RC_ASSERT(outcome.ok());
      RC_ASSERT(outcome->documents.size() == 1u);
      RC_ASSERT(text_of(outcome->documents[0]) == text);
    });
  }
  TEST_CASE("convert/csv: no bytes crash it, and what it accepts is valid STIX") {
    PROPERTY("random bytes after the header", [] {
      const auto bytes = *rc::gen::container<std::string>(
          rc::gen::oneOf(rc::gen::element('"', ',', '\n', '\r', 'T', '1', '2', '-', '\x81', '\x5c'),
                         rc::gen::arbitrary<char>()));
      const auto outcome = stix::convert::convert_all("csv", kHeader + "1,2025-07-01,T," + bytes,
                                                      kMapping, node_context());
      if (!outcome.ok()) return;
      for (const auto& document : outcome->documents) checked(document);
    });
  }
}
