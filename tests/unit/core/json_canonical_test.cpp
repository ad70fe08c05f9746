#include <bit>
#include <filesystem>
#include <limits>
#include <vector>

#include "core/digest.h"
#include "core/json.h"
#include "tests/support/data.h"
#include "tests/support/doctest.h"

namespace sekisho::json {
namespace {

std::string canonical_of(const std::string& text) {
  const auto document = Document::parse(text);
  if (!document.ok()) return document.error().to_string();
  return canonical((*document)->root());
}

TEST_SUITE("unit") {
  TEST_CASE("core/json: canonical form of the reference documents") {
    struct Row {
      std::string input;
      std::string output;
      std::string digest;
    };
    const std::vector<Row> rows = {
        {R"([56,{"d":true,"10":null,"1":[ ]}])", R"([56,{"1":[],"10":null,"d":true}])",
         "099601b171cafed97c333f8878d68e7f8c8f795412adb34b2fdcf0e7c7beac42"},
        {R"({"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"})",
         R"({"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"})",
         "d99d0ebdcb0033cb858cfa830ae46bc0fb3309413b271f1da828c89901a27ed5"},
        {R"({"1":{"f":{"f":"hi","F":5},"\n":56.0},"10":{},"":"empty","a":{},"111":[{"e":"yes","E":"no"}],"A":{}})",
         R"({"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}})",
         "605f65004ec2db7692522a0852c22f1c989e036d547e88963d1a3143cf3195d5"},
        {R"({"Unnormalized Unicode":"A\u030a"})", "{\"Unnormalized Unicode\":\"A\xCC\x8A\"}",
         "0d99aad92a125196ff887876643fd3206786a84ddce2cee52ba4ad256d2381d3"},
        {R"({"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],)"
         R"("string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]})",
         "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
         "\"string\":\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}",
         "2d5e01a318d0f0879ab568c4be289c8b1f64ef8921a53c6277d5e069978baacb"},
        {R"({"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",)"
         R"("\ud83d\ude02":"Smiley","\u0080":"Control\u007f","\u00f6":"Latin Small Letter O With Diaeresis",)"
         R"("\n":"Newline","</script>":"Browser Challenge"})",
         *from_hex("7b225c6e223a224e65776c696e65222c225c72223a2243617272696167652052657475726e222c2"
                   "231223a224f6e65222c223c2f7363"
                   "726970743e223a2242726f77736572204368616c6c656e6765222c22c280223a22436f6e74726f6"
                   "c7f222c22c3b6223a224c6174696e"
                   "20536d616c6c204c6574746572204f205769746820446961657265736973222c22e282ac223a224"
                   "575726f205369676e222c22f09f98"
                   "82223a22536d696c6579222c22efacb3223a22486562726577204c65747465722044616c6574205"
                   "769746820446167657368227d"),
         "6af595a9aa80110b964b4de3f82a05fa6ae7423005019bacfa2620dddc4e94d1"},
        // STIX objects: an observable, a location with numbers spelled otherwise.
        {R"({ "type":"ipv4-addr","spec_version":"2.1","id":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","value":"198.51.100.3" })",
         R"({"id":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","spec_version":"2.1","type":"ipv4-addr","value":"198.51.100.3"})",
         "b3c9c29c9d626b9e9be5286684a58aebf51bf40c0f17cab45fd2d2c9e20a521e"},
        {R"({"type":"location","spec_version":"2.1","id":"location--a6e9345f-5a15-4c29-8bb3-7dcc5d168d64",)"
         R"("created":"2016-04-06T20:03:00.000Z","modified":"2016-04-06T20:03:00.000Z","latitude":48.80,"longitude":2.0,"precision":1e2})",
         R"({"created":"2016-04-06T20:03:00.000Z","id":"location--a6e9345f-5a15-4c29-8bb3-7dcc5d168d64","latitude":48.8,)"
         R"("longitude":2,"modified":"2016-04-06T20:03:00.000Z","precision":100,"spec_version":"2.1","type":"location"})",
         "8df680f6054f6bf04ce9ec52f04d3dfbc72aae8a627b985170b4aed6f69b1172"},
    };
    for (const Row& row : rows) {
      CHECK(canonical_of(row.input) == row.output);
      CHECK(hex(sha256(canonical_of(row.input))) == row.digest);
      CHECK(canonical_of(row.output) == row.output);
    }
  }

  TEST_CASE("core/json: canonical numbers of RFC 8785 appendix B") {
    struct Row {
      std::uint64_t bits;
      std::string text;
    };
    const std::vector<Row> rows = {
        {0x0000000000000000, "0"},
        {0x8000000000000000, "0"},
        {0x0000000000000001, "5e-324"},
        {0x8000000000000001, "-5e-324"},
        {0x7fefffffffffffff, "1.7976931348623157e+308"},
        {0xffefffffffffffff, "-1.7976931348623157e+308"},
        {0x4340000000000000, "9007199254740992"},
        {0xc340000000000000, "-9007199254740992"},
        {0x4340000000000001, "9007199254740994"},
        {0x4430000000000000, "295147905179352830000"},
        {0x44b52d02c7e14af5, "9.999999999999997e+22"},
        {0x44b52d02c7e14af6, "1e+23"},
        {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
        {0x444b1ae4d6e2ef4e, "999999999999999700000"},
        {0x444b1ae4d6e2ef4f, "999999999999999900000"},
        {0x444b1ae4d6e2ef50, "1e+21"},
        {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
        {0x3eb0c6f7a0b5ed8d, "0.000001"},
        {0x41b3de4355555553, "333333333.3333332"},
        {0x41b3de4355555554, "333333333.33333325"},
        {0x41b3de4355555555, "333333333.3333333"},
        {0x41b3de4355555556, "333333333.3333334"},
        {0x41b3de4355555557, "333333333.33333343"},
        {0xbecbf647612f3696, "-0.0000033333333333333333"},
        {0x43143ff3c1cb0959, "1424953923781206.2"},
    };
    for (const Row& row : rows)
      CHECK(canonical_number(std::bit_cast<double>(row.bits)) == row.text);
    CHECK(canonical_number(0.1 + 0.2) == "0.30000000000000004");
    CHECK(canonical_of("[1.0,1e2,48.80,-0,-0.0,0e7,123456789]") == "[1,100,48.8,0,0,0,123456789]");
  }

  TEST_CASE("core/json: members sort by UTF-16 code unit") {
    // U+E000 and U+FFFF come after every surrogate pair; a name comes after its own start.
    CHECK(canonical_of("{\"\xEE\x80\x80\":1,\"\xF0\x90\x80\x80\":2,\"\xEF\xBF\xBF\":3,"
                       "\"\xED\x9F\xBF\":4,\"\xF4\x8F\xBF\xBF\":5}") ==
          "{\"\xED\x9F\xBF\":4,\"\xF0\x90\x80\x80\":2,\"\xF4\x8F\xBF\xBF\":5,\"\xEE\x80\x80\":1,"
          "\"\xEF\xBF\xBF\":3}");
    CHECK(canonical_of("{\"a\xEE\x80\x80\":1,\"a\xF0\x90\x80\x80\":2,\"a\":3,\"aa\":4,\"\":5}") ==
          "{\"\":5,\"a\":3,\"aa\":4,\"a\xF0\x90\x80\x80\":2,\"a\xEE\x80\x80\":1}");
    // Within one plane the later bytes decide.
    CHECK(canonical_of("{\"\xF0\x90\x80\x81\":1,\"\xF0\x90\x80\x80\":2}") ==
          "{\"\xF0\x90\x80\x80\":2,\"\xF0\x90\x80\x81\":1}");
  }

  TEST_CASE("core/json: canonical strings escape only what they must") {
    CHECK(canonical_of(R"(["\u0008\u0009\u000a\u000c\u000d\u0000\u001f\u007f\u2028\/\u003c"])") ==
          "[\"\\b\\t\\n\\f\\r\\u0000\\u001f\x7F\xE2\x80\xA8/<\"]");
  }

  TEST_CASE("core/json: reference vectors beside the checkout") {
    const std::string folder = tests::shared_data("jcs-vectors/testdata");
    if (folder.empty()) return;
    int files = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder + "/input")) {
      const std::string name = file.path().filename().string();
      INFO(name);
      CHECK(canonical_of(tests::read_file(file.path().string())) ==
            tests::read_file(folder + "/output/" + name));
      ++files;
    }
    CHECK(files > 0);
  }
}

}  // namespace
}  // namespace sekisho::json
