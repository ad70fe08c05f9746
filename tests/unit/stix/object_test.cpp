#include "stix/object.h"

#include <map>

#include "stix_cases.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix;

namespace {

const std::string kMinimal = R"({"type":"tool","id":"tool--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3"})";

std::string minimal_with(std::string_view set) {
  return cases::changed(kMinimal, {}, set);
}

void refuses(const std::string& text, Code code, std::string_view where) {
  const auto parsed = Object::parse(text);
  INFO(text);
  REQUIRE_FALSE(parsed.ok());
  CHECK(parsed.error().code == code);
  CHECK(parsed.error().where == where);
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/object: reads what every object has") {
    const auto tool = cases::object(minimal_with(
        R"({"spec_version":"2.1","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-02T00:00:00.000Z",)"
        R"("created_by_ref":"identity--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3","revoked":true})"));
    CHECK(tool->type() == "tool");
    CHECK(tool->id() == "tool--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3");
    CHECK(tool->spec_version() == "2.1");
    CHECK(tool->version() == "2024-01-02T00:00:00.000Z");
    CHECK(tool->version_time() == *parse_stix_time("2024-01-02T00:00:00Z"));
    CHECK(tool->created_by_ref() == "identity--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3");
    CHECK(tool->revoked());
  }

  TEST_CASE("stix/object: version is modified, else created, else fixed, as received") {
    CHECK(cases::object(kMinimal)->version() == kUnversioned);
    CHECK(cases::object(kMinimal)->version_time() == Timestamp{});
    CHECK(cases::object(minimal_with(R"({"created":"2024-01-01T00:00:00.120000Z"})"))->version() ==
          "2024-01-01T00:00:00.120000Z");
    CHECK(cases::object(
              minimal_with(
                  R"({"modified":"2024-01-02T00:00:00.5Z","created":"2024-01-01T00:00:00Z"})"))
              ->version() == "2024-01-02T00:00:00.5Z");
    CHECK_FALSE(cases::object(kMinimal)->revoked());
    CHECK_FALSE(cases::object(kMinimal)->created_by_ref().has_value());
    CHECK(cases::object(kMinimal)->spec_version() == "2.1");
  }

  TEST_CASE("stix/object: keeps the bytes") {
    const std::string text =
        " {\n\"id\":\"tool--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3\", \"type\" : "
        "\"to\\u006fl\",\"x\":1.50e1}\n";
    const auto tool = cases::object(text);
    CHECK(tool->bytes() == text);
    CHECK(tool->type() == "tool");
    CHECK(tool->canonical() ==
          R"({"id":"tool--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3","type":"tool","x":15})");
  }

  TEST_CASE("stix/object: refuses what is no object, with code and place") {
    refuses("[]", Code::kStixNotObject, "");
    refuses("\"tool\"", Code::kStixNotObject, "");
    refuses("{}", Code::kStixNotObject, "");
    refuses(R"({"type":"tool"})", Code::kStixNotObject, "");
    refuses(R"({"id":"tool--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3"})", Code::kStixNotObject, "");
    refuses(minimal_with(R"({"type":7})"), Code::kStixInvalid, "/type");
    refuses(minimal_with(R"({"id":7})"), Code::kStixInvalid, "/id");
    for (const char* type : {"Tool", "to", "to--ol", "tool-", "1tool", "to_ol", "-tool", ""}) {
      refuses(minimal_with("{\"type\":\"" + std::string(type) + "\"}"), Code::kStixInvalid,
              "/type");
    }
    for (const char* id :
         {"tool", "tool--", "tool--84e4d88f", "tool-84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3",
          "tool--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcbg", "--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3",
          "tool--{84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3}"}) {
      refuses(minimal_with("{\"id\":\"" + std::string(id) + "\"}"), Code::kStixInvalid, "/id");
    }
  }

  TEST_CASE("stix/object: an id of another type is refused") {
    refuses(minimal_with(R"({"id":"identity--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3"})"),
            Code::kStixInvalid, "/id");
  }

  TEST_CASE("stix/object: spec_version and times") {
    CHECK(cases::object(minimal_with(R"({"spec_version":"2.0"})"))->spec_version() == "2.0");
    refuses(minimal_with(R"({"spec_version":"2.2"})"), Code::kStixInvalid, "/spec_version");
    refuses(minimal_with(R"({"spec_version":""})"), Code::kStixInvalid, "/spec_version");
    refuses(minimal_with(R"({"spec_version":2.1})"), Code::kStixInvalid, "/spec_version");
    refuses(minimal_with(R"({"created":"2024-01-01"})"), Code::kStixInvalid, "/created");
    refuses(minimal_with(R"({"modified":"2024-01-01T00:00:00+09:00"})"), Code::kStixInvalid,
            "/modified");
    refuses(minimal_with(R"({"modified":null})"), Code::kStixInvalid, "/modified");
  }

  TEST_CASE("stix/object: hands on what the JSON reader refuses") {
    refuses(R"({"type":"tool","type":"tool"})", Code::kJsonDuplicateKey, "/type");
    CHECK(Object::parse("{").error().code == Code::kJsonSyntax);
    CHECK(Object::parse(kMinimal, 10).error().code == Code::kLimitExceeded);
    const std::string deep =
        minimal_with("{\"x\":" + std::string(98, '[') + std::string(98, ']') + "}");
    CHECK(Object::parse(deep).ok());
    std::string deeper = kMinimal;
    deeper.insert(deeper.size() - 1, ",\"x\":" + std::string(120, '[') + std::string(120, ']'));
    CHECK(Object::parse(deeper).error().code == Code::kLimitExceeded);
  }

  TEST_CASE("stix/object: content hash is that of the canonical form") {
    const auto one = cases::object(minimal_with(R"({"a":1,"confidence":85})"));
    const auto two = cases::object(
        R"({ "confidence":85.0, "id":"tool--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3","a":1e0,"type":"tool"})");
    CHECK(one->content_hash() == two->content_hash());
    CHECK(one->content_hash() == sha256(one->canonical()));
    CHECK(one->content_hash() !=
          cases::object(minimal_with(R"({"a":1,"confidence":86})"))->content_hash());
  }

  TEST_CASE("stix/object: 19 SDO, 2 SRO, 18 SCO, 3 meta, bundle") {
    std::map<Category, int> counts;
    for (const std::string& line : cases::vector_lines("valid.jsonl")) {
      ++counts[category_of(cases::object(line)->type())];
    }
    CHECK(counts[Category::kSdo] == 19);
    CHECK(counts[Category::kSro] == 2);
    CHECK(counts[Category::kSco] == 18 + 1);  // file stands there twice
    CHECK(counts[Category::kMeta] == 3);
    CHECK(counts[Category::kBundle] == 1);
    CHECK(category_of("x-acme-asset") == Category::kUnknown);
    CHECK(category_of("") == Category::kUnknown);
    CHECK(category_of("zzz") == Category::kUnknown);
  }

  TEST_CASE("stix/container: slices are the exact bytes of the members") {
    const std::string a = "{ \"type\":\"tool\" , \"x\":1.0 }";
    const std::string b = "{\"type\":\"mutex\"}";
    struct Row {
      std::string text;
      Container::Kind kind;
      std::vector<std::string> slices;
    };
    using enum Container::Kind;
    const std::vector<Row> rows = {
        {" " + a + "\n", kObject, {a}},
        {"{\"type\":\"bundle\",\"objects\":[" + a + " , " + b + "]}", kBundle, {a, b}},
        {"{\"type\":\"bundle\"}", kBundle, {}},
        {"{\"more\":false,\"objects\":[" + a + "]}", kEnvelope, {a}},
        {"{\"objects\":[]}", kEnvelope, {}},
        {"{}", kEnvelope, {}},
        {"[" + a + "," + b + ",7]", kArray, {a, b, "7"}},
        {"[]", kArray, {}},
    };
    for (const Row& row : rows) {
      INFO(row.text);
      const auto container = open_container(row.text);
      REQUIRE(container.ok());
      CHECK(container->kind == row.kind);
      CHECK(std::vector<std::string>(container->slices.begin(), container->slices.end()) ==
            row.slices);
    }
  }

  TEST_CASE("stix/container: slices outlive a move of the container") {
    auto opened = open_container("[{\"type\":\"tool\"}]");
    REQUIRE(opened.ok());
    const Container moved = std::move(opened).value();
    CHECK(moved.slices[0] == "{\"type\":\"tool\"}");
  }

  TEST_CASE("stix/container: refuses what holds no objects") {
    for (const char* text :
         {"7", "\"x\"", "null", "{\"objects\":{}}", "{\"type\":\"bundle\",\"objects\":7}",
          "{\"items\":[]}", "{\"type\":7}", "{\"objects\":[],\"title\":\"x\"}"}) {
      INFO(text);
      CHECK(open_container(text).error().code == Code::kStixNotObject);
    }
    CHECK(open_container("[").error().code == Code::kJsonSyntax);
    json::ParseLimits limits;
    limits.max_bytes = 3;
    CHECK(open_container("[  ]", limits).error().code == Code::kLimitExceeded);
  }
}
