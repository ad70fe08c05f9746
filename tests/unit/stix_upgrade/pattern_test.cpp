#include "check.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::tests;

namespace {

std::string escaped(std::string_view text) {
  std::string out;
  json::append_quoted(text, out);
  return out;
}

Made indicator(std::string_view pattern, std::string_view more = {}) {
  std::string members =
      R"("labels":["benign"],"valid_from":"2017-03-01T10:00:00Z","pattern":)" + escaped(pattern);
  if (!more.empty()) members += "," + std::string(more);
  return made(object_20("indicator", members));
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/upgrade: a pattern that 2.1 reads the same way is kept to the letter") {
    const std::string text =
        "[ ipv4-addr:value  =  '198.51.100.3' ]  AND [url:value = 'http://a/']";
    const auto out = indicator(text);
    CHECK(at(out.last(), "pattern") == text);
    CHECK(at(out.last(), "pattern_type") == "stix");
    CHECK(at(out.last(), "pattern_version") == "2.1");
    CHECK(out.losses.empty());
  }

  TEST_CASE("stix/upgrade: START and STOP become timestamps") {
    const auto out =
        indicator("[url:value = 'a'] START '2017-01-01T00:00:00Z' STOP '2017-02-01T00:00:00Z'");
    CHECK(at(out.last(), "pattern") ==
          "[url:value = 'a'] START t'2017-01-01T00:00:00Z' STOP t'2017-02-01T00:00:00Z'");
    CHECK(out.losses.empty());
  }

  TEST_CASE("stix/upgrade: paths take the names of 2.1") {
    struct Row {
      const char* from;
      const char* to;
    };
    for (const Row& row : {
             Row{"file:created = t'2017-01-01T00:00:00Z'", "file:ctime = t'2017-01-01T00:00:00Z'"},
             Row{"file:accessed = t'2017-01-01T00:00:00Z'", "file:atime = t'2017-01-01T00:00:00Z'"},
             Row{"directory:modified = t'2017-01-01T00:00:00Z'",
                 "directory:mtime = t'2017-01-01T00:00:00Z'"},
             Row{"file:hashes.ssdeep = 'a'", "file:hashes.SSDEEP = 'a'"},
             Row{"file:parent_directory_ref.created = t'2017-01-01T00:00:00Z'",
                 "file:parent_directory_ref.ctime = t'2017-01-01T00:00:00Z'"},
             Row{"file:extensions.'archive-ext'.contains_refs[*].created = t'2017-01-01T00:00:00Z'",
                 "file:extensions.'archive-ext'.contains_refs[*].ctime = t'2017-01-01T00:00:00Z'"},
             Row{"process:binary_ref.hashes.ssdeep = 'a'", "process:image_ref.hashes.SSDEEP = 'a'"},
             Row{"process:parent_ref.parent_ref.binary_ref.name = 'a'",
                 "process:parent_ref.parent_ref.image_ref.name = 'a'"},
             Row{"process:created = t'2017-01-01T00:00:00Z'",
                 "process:created_time = t'2017-01-01T00:00:00Z'"},
             Row{"user-account:password_last_changed = t'2017-01-01T00:00:00Z'",
                 "user-account:credential_last_changed = t'2017-01-01T00:00:00Z'"},
             Row{"windows-registry-key:modified = t'2017-01-01T00:00:00Z'",
                 "windows-registry-key:modified_time = t'2017-01-01T00:00:00Z'"},
             Row{"user-account:account_type = 'windows local'",
                 "user-account:account_type = 'windows-local'"},
             Row{"email-message:additional_header_fields.'X-Mailer' = 'a'",
                 "email-message:additional_header_fields.'X-Mailer'[*] = 'a'"},
         }) {
      const auto out = indicator("[" + std::string(row.from) + "]");
      CHECK(at(out.last(), "pattern") == "[" + std::string(row.to) + "]");
      CHECK(out.losses.empty());
    }
  }

  TEST_CASE("stix/upgrade: what 2.1 dropped is tested under its x_ name, and said") {
    const auto out = indicator("[process:name = 'a' OR (process:name = 'b' AND process:pid = 3)]");
    CHECK(at(out.last(), "pattern") ==
          "[process:x_name = 'a' OR process:x_name = 'b' AND process:pid = 3]");
    CHECK(out.loses("/pattern", "process:name"));
    const auto socket =
        indicator("[network-traffic:extensions.'socket-ext'.protocol_family = 'PF_INET']");
    CHECK(at(socket.last(), "pattern") ==
          "[network-traffic:extensions.'socket-ext'.x_protocol_family = 'PF_INET']");
    CHECK(socket.loses("/pattern", "x_protocol_family"));
  }

  TEST_CASE("stix/upgrade: names of other types are left alone") {
    const std::string text = "[mutex:name = 'process:created' OR x-acme:binary_ref = 'ssdeep']";
    CHECK(at(indicator(text).last(), "pattern") == text);
  }

  TEST_CASE("stix/upgrade: a pattern that cannot be read is kept as 2.0") {
    // The object is not valid: its pattern is none. So it is looked at without the validator.
    const std::string text = object_20(
        "indicator",
        R"("labels":["benign"],"valid_from":"2017-03-01T10:00:00Z","pattern":"[url:value =")");
    const auto document = json::Document::parse(text);
    REQUIRE(document.ok());
    const auto out = stix::upgrade::upgrade((*document)->root());
    REQUIRE(out.ok());
    const auto object = json::Document::parse(out->objects.back());
    CHECK(at((*object)->root(), "pattern") == "[url:value =");
    CHECK(at((*object)->root(), "pattern_version") == "2.0");
    REQUIRE(out->losses.size() == 1);
    CHECK(out->losses[0].where == "/pattern");
    CHECK(out->losses[0].what.find("kept as it is") != std::string::npos);
  }

  TEST_CASE("stix/upgrade: patterns of other languages are not read") {
    const auto out =
        indicator("alert tcp any any", R"("pattern_type":"snort","pattern_version":"2.9")");
    CHECK(at(out.last(), "pattern") == "alert tcp any any");
    CHECK(at(out.last(), "pattern_type") == "snort");
    CHECK(at(out.last(), "pattern_version") == "2.9");
  }
}
