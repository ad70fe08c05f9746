#include "store/dedup/keys.h"

#include <memory>
#include <string>
#include <vector>

#include "tests/support/doctest.h"

namespace sekisho::store::dedup {
namespace {

ObjectKeys keys_of(const std::string& text) {
  const auto document = json::Document::parse(text);
  REQUIRE_MESSAGE(document.ok(), text);
  return read_keys((*document)->root());
}

std::string all(const std::vector<Found>& list) {
  std::string out;
  for (const Found& found : list) out += found.value + "@" + found.pointer + " ";
  return out;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("dedup/keys: each key with its place") {
    const ObjectKeys keys = keys_of(R"({"type":"report","name":"About ＣＶＥ－２０２５－１１１１","published":"2025-07-01T00:00:00Z",)"
                                    R"("created":"2025-06-01T00:00:00Z","created_by_ref":"identity--1","description":"CVE-2025-9999",)"
                                    R"("object_refs":["identity--00000000-0000-4000-8000-000000000001","vulnerability--00000000-0000-4000-8000-000000000002"],)"
                                    R"("external_references":[{"source_name":"cve","external_id":"cve-2025-2222"},)"
                                    R"({"source_name":"x","external_id":"CVE-2025-1111"},{"source_name":"jvn","external_id":"JVN#12345678"},)"
                                    R"({"source_name":"n","url":"https://news.example/a/"},{"source_name":"home","url":"https://news.example/"},)"
                                    R"({"source_name":"reference","description":"hxxps://news[.]example/a"},{"source_name":"d","description":"see https://news.example/b"}]})");
    CHECK(all(keys.cves) == "CVE-2025-1111@/name CVE-2025-2222@/external_references/0/external_id ");
    CHECK(all(keys.advisories) == "JVN#12345678@/external_references/2/external_id ");
    CHECK(all(keys.urls) == "https://news.example/a@/external_references/3/url ");
    CHECK(keys.vulnerabilities.size() == 1);
    CHECK(keys.problems.empty());
    CHECK(keys.created_by == "identity--1");
    CHECK(format_stix_time(keys.time) == "2025-07-01T00:00:00.000Z");
  }

  TEST_CASE("dedup/keys: nothing that claims to be a key goes unnoticed") {
    const ObjectKeys keys = keys_of(R"({"type":"report","name":"n","object_refs":["vulnerability--x"],)"
                                    R"("external_references":[{"source_name":"cve","external_id":"CVE-2025-1"},{"source_name":"f","url":"ftp://a/b"},7,{}]})");
    std::string places;
    for (const Problem& problem : keys.problems) places += problem.pointer + " ";
    CHECK(places == "/created /external_references/0/external_id /external_references/1/url /object_refs/0 ");
  }

  TEST_CASE("dedup/keys: malformed members are no keys and no crash") {
    for (const char* text : {"{}", "[]", "7", R"({"name":7,"external_references":{},"object_refs":"x","extensions":[]})"}) {
      const ObjectKeys keys = keys_of(text);
      CHECK(keys.cves.empty());
      CHECK(keys.urls.empty());
    }
  }

  TEST_CASE("dedup/keys: vendors of the weekly extension, cases that are stated, revoked") {
    const ObjectKeys weekly = keys_of(R"({"type":"report","created":"2025-06-01T00:00:00Z","extensions":{)"
                                      R"("extension-definition--8d6b8421-2505-402c-8f67-b6c5c89e6e3f":{"vendors":["Vendor A","",7,"Vendor B"]}}})");
    CHECK(weekly.vendors == std::vector<std::string>{"Vendor A", "Vendor B"});
    CHECK(keys_of(R"({"type":"grouping","context":"same-case"})").is_case);
    CHECK_FALSE(keys_of(R"({"type":"grouping","context":"malware-analysis"})").is_case);
    CHECK(keys_of(R"({"revoked":true})").revoked);
  }

  TEST_CASE("dedup/keys: what one object may bring is bounded") {
    std::string text = R"({"type":"report","created":"2025-06-01T00:00:00Z","external_references":[{})";
    for (std::size_t n = 0; n < kMaxUrls + 5; ++n) text += R"(,{"source_name":"u","url":"https://u.example/)" + std::to_string(n) + "\"}";
    const ObjectKeys keys = keys_of(text + "]}");
    CHECK(keys.urls.size() == kMaxUrls);
    CHECK(keys.problems.size() == 1);
  }
}

}  // namespace sekisho::store::dedup
