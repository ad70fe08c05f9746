// CSAF 2.0: docs/specs/convert-csaf.md, row by row.
#include <algorithm>
#include <set>

#include "check.h"
#include "csaf_documents.h"
#include "stix/convert/convert.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::tests;

namespace {

stix::ObjectPtr relationship(const std::vector<stix::ObjectPtr>& objects, std::string_view type,
                             std::string_view description) {
  for (const auto& object : of_type(objects, "relationship")) {
    if (text_at(object, "relationship_type") != type) continue;
    const std::string text = text_at(object, "description");
    if (text == description || (description.empty() && text == "(missing)")) return object;
  }
  FAIL("no relationship " << std::string(type) << ": " << std::string(description));
  return nullptr;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("convert/csaf: the example of the specification, byte by byte") {
    // The ids were computed apart, with another implementation of UUIDv5.
    stix::convert::Context local;
    local.id_namespace = stix::convert::local_namespace();
    const auto outcome = stix::convert::convert_all("csaf", kSmall, {}, local);
    REQUIRE(outcome.ok());
    REQUIRE(outcome->documents.size() == 1);
    const auto& document = outcome->documents.front();
    CHECK(document.document_id == "EX-1");
    const std::string green =
        R"("object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"]})";
    const std::string times =
        R"("created":"2025-07-01T00:00:00.000Z","modified":"2025-07-02T00:00:00.000Z",)";
    const std::vector<std::string> expected = {
        R"({"type":"identity","spec_version":"2.1","id":"identity--38f6e03f-bcc6-537a-8b41-c3e43d545c69","created":"2025-01-01T00:00:00.000Z","modified":"2025-01-01T00:00:00.000Z","name":"Example","identity_class":"organization","external_references":[{"source_name":"csaf-publisher","url":"https://example.com"}],)" +
            green,
        R"({"type":"software","spec_version":"2.1","id":"software--0c0fbd14-ea9e-5827-b935-a36d640fa6e4","name":"Example TCU 1.0",)" +
            green,
        R"({"type":"vulnerability","spec_version":"2.1","id":"vulnerability--e490dc00-8cf2-5c08-819e-54f687809f85",)" +
            times +
            R"("name":"CVE-2025-10001","external_references":[{"source_name":"cve","external_id":"CVE-2025-10001"}],)" +
            green,
        R"({"type":"relationship","spec_version":"2.1","id":"relationship--df253a9a-d432-5d58-aba8-4fb00b342cb4",)" +
            times +
            R"("relationship_type":"has","source_ref":"software--0c0fbd14-ea9e-5827-b935-a36d640fa6e4","target_ref":"vulnerability--e490dc00-8cf2-5c08-819e-54f687809f85",)" +
            green,
        R"({"type":"report","spec_version":"2.1","id":"report--bfbe8a79-1171-5ad1-9b2f-748e7a964ed2",)" +
            times +
            R"("name":"Example","report_types":["vulnerability"],"published":"2025-07-01T00:00:00.000Z","object_refs":["identity--38f6e03f-bcc6-537a-8b41-c3e43d545c69","software--0c0fbd14-ea9e-5827-b935-a36d640fa6e4","vulnerability--e490dc00-8cf2-5c08-819e-54f687809f85","relationship--df253a9a-d432-5d58-aba8-4fb00b342cb4"],"labels":["csaf_vex"],"external_references":[{"source_name":"Example","description":"version 1","external_id":"EX-1"}],)" +
            green};
    CHECK(document.objects == expected);
    REQUIRE(document.losses.size() == 1);
    CHECK(document.losses[0].where == "/document/publisher/category");
    CHECK(document.losses[0].what == "publisher.category has no place in STIX and was left out.");
  }

  TEST_CASE("convert/csaf: twice the same bytes; another node or document, other ids") {
    const auto first = one("csaf", kFull);
    CHECK(first.objects == one("csaf", kFull).objects);
    const auto ids = [](const stix::convert::Converted& document) {
      std::set<std::string> out;
      for (const auto& object : checked(document)) {
        if (object->type() != "software" && object->type() != "identity")
          out.insert(std::string(object->id()));
      }
      return out;
    };
    const auto other = one("csaf", with(kFull, "EX-2", "EX-3"));
    std::vector<std::string> both;
    const auto a = ids(first);
    const auto b = ids(other);
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    CHECK(both.empty());
    stix::convert::Context local;
    local.id_namespace = stix::convert::local_namespace();
    const auto elsewhere = stix::convert::convert_all("csaf", kFull, {}, local);
    CHECK(elsewhere->documents.front().objects != first.objects);
  }

  TEST_CASE("convert/csaf: created_by_ref, times and marking on every object that may carry them") {
    const auto objects = checked(one("csaf", kFull));
    for (const auto& object : objects) {
      CHECK(text_at(object, "object_marking_refs/0") ==
            "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421");
      const bool observable = object->type() == "software";
      CHECK(object->created_by_ref().has_value() != observable);
      if (observable || object->type() == "identity") continue;
      CHECK(text_at(object, "created") == "2025-07-01T00:00:00.123Z");
      CHECK(text_at(object, "modified") == "2025-07-03T00:00:00.000Z");
    }
  }

  TEST_CASE("convert/csaf: the report") {
    const auto document = one("csaf", kFull);
    const auto objects = checked(document);
    const auto report = objects.back();
    CHECK(report->type() == "report");
    CHECK(report->root()["object_refs"].size() == objects.size() - 1);
    CHECK(text_at(report, "description") ==
          "A summary.\n\nSectors: Automotive\n\nAggregate severity: Critical\n\nDistribution: "
          "Members only");
    CHECK(text_at(report, "lang") == "en-US");
    CHECK(text_at(report, "labels") == R"(["csaf_security_advisory","csaf-status-interim"])");
    CHECK(
        text_at(report, "external_references") ==
        R"([{"source_name":"Example","description":"version 2","external_id":"EX-2"},)"
        R"({"source_name":"Example","description":"alias","external_id":"ALIAS-2"},)"
        R"({"source_name":"example.com","description":"This document","url":"https://example.com/ex-2.json"},)"
        R"({"source_name":"reference","description":"Not a link: see page 3"}])");
    CHECK_FALSE(report->revoked());
    const auto empty =
        one("csaf",
            with(kSmall, R"([{"cve":"CVE-2025-10001","product_status":{"known_affected":["P1"]}}])",
                 "[]"));
    CHECK(text_at(checked(empty).back(), "report_types") == R"(["threat-report"])");
  }

  TEST_CASE("convert/csaf: products") {
    const auto document = one("csaf", kFull);
    const auto software = of_type(checked(document), "software");
    REQUIRE(software.size() == 4);
    CHECK(text_at(software[0], "name") == "Example Gateway");
    CHECK(text_at(software[1], "vendor") == "Example");
    CHECK(text_at(software[1], "version") == "1.0");
    CHECK(text_at(software[1], "cpe") == "cpe:2.3:o:example:tcu:1.0:*:*:*:*:*:*:*");
    CHECK(text_at(software[2], "version") == "vers:all/<2.0");
    CHECK(text_at(software[2], "cpe") == "(missing)");
    CHECK(loses(document, "no CPE 2.3 name"));
    CHECK(loses(document, "product_identification_helper.purl"));
    const auto part = relationship(checked(document), "related-to",
                                   "Product relationship: installed_on (product_reference).");
    CHECK(text_at(part, "source_ref") == software[3]->id());
    CHECK(text_at(part, "target_ref") == software[1]->id());
  }

  TEST_CASE("convert/csaf: vulnerabilities, statuses and scores") {
    const auto objects = checked(one("csaf", kFull));
    const auto found = of_type(objects, "vulnerability");
    REQUIRE(found.size() == 3);
    CHECK(text_at(found[0], "name") == "CVE-2025-10001");
    CHECK(text_at(found[1], "name") == "CVE-2025-10001");
    CHECK(text_at(found[2], "name") == "BUG-9");
    CHECK(text_at(found[2], "description") == "No CVE yet");
    CHECK(text_at(found[0], "description") ==
          "Overflow\n\nAn overflow.\n\nDiscovered: 2025-06-01T00:00:00Z\n\n"
          "Threat (impact) to Example TCU 1.0; Example TCU before 2.0: Full control");
    CHECK(
        text_at(found[0], "external_references") ==
        R"([{"source_name":"cve","external_id":"CVE-2025-10001"},{"source_name":"Example","external_id":"BUG-7"},)"
        R"({"source_name":"cwe","description":"Out-of-bounds Write","external_id":"CWE-787"},)"
        R"({"source_name":"cvss","description":"CVSS 3.1 base score 9.8 (CRITICAL); products: Example TCU 1.0","external_id":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},)"
        R"({"source_name":"cvss","description":"CVSS 2.0 base score 10.0; products: Example TCU before 2.0","external_id":"AV:N/AC:L/Au:N/C:C/I:C/A:C"}])");
    CHECK(text_at(relationship(objects, "has", ""), "target_ref") == found[0]->id());
    relationship(objects, "related-to", "Product status: fixed.");
    relationship(objects, "related-to",
                 "Product status: known_not_affected. Flags: vulnerable_code_not_present.");
  }

  TEST_CASE("convert/csaf: remediations are one course-of-action for each distinct text") {
    const auto objects = checked(one("csaf", kFull));
    const auto actions = of_type(objects, "course-of-action");
    REQUIRE(actions.size() == 2);
    CHECK(text_at(actions[0], "name") == "Update to 2.0.");
    CHECK(text_at(actions[0], "description") ==
          "Update to 2.0.\n\nEntitlement: Contract\n\nRestart required: vehicle");
    CHECK(text_at(actions[0], "labels/0") == "vendor_fix");
    CHECK(text_at(actions[0], "external_references/0/url") == "https://example.com/2.0");
    const auto first =
        relationship(objects, "mitigates", "Products: Example TCU 1.0; Example TCU before 2.0");
    const auto second = relationship(objects, "mitigates", "Products: Example TCU 1.0");
    CHECK(text_at(first, "source_ref") == text_at(second, "source_ref"));
    CHECK(text_at(first, "target_ref") != text_at(second, "target_ref"));
    CHECK(text_at(relationship(objects, "related-to", "Products: TCU 1.0 in Gateway"),
                  "source_ref") == actions[1]->id());
  }

  TEST_CASE("convert/csaf: what has no place is listed") {
    const auto document = one("csaf", kFull);
    for (const char* what : {"note of category general", "note of category legal_disclaimer",
                             "publisher.contact_details", "tracking.generator",
                             "tracking.revision_history", "vulnerability.acknowledgments"}) {
      CHECK_MESSAGE(loses(document, what), what);
    }
    CHECK(document.losses.size() == 9);
    CHECK(loses(one("csaf", with(kSmall, R"("cve":)", R"("x_new":1,"cve":)")),
                "vulnerability.x_new"));
    CHECK(loses(one("csaf", with(kSmall, R"({"document":)", R"({"x_top":{},"document":)")),
                "top level.x_top"));
  }

  TEST_CASE("convert/csaf: marking comes from the document and is never guessed") {
    const std::pair<const char*, const char*> labels[] = {
        {"WHITE", "94868c89-83c2-464b-929b-a1a8aa3c8487"},
        {"AMBER", "55d920b0-5e8b-4f79-9ee9-91f868d9b421"},
        {"RED", "e828b379-4e03-4974-9ac4-e53a884c97c1"}};
    for (const auto& [label, marking] : labels) {
      for (const auto& object : checked(one("csaf", with(kSmall, "GREEN", label)))) {
        CHECK(text_at(object, "object_marking_refs") ==
              R"(["marking-definition--)" + std::string(marking) + R"("])");
      }
    }
    const auto unmarked =
        one("csaf", with(kSmall, R"("distribution":{"tlp":{"label":"GREEN"}},)", ""));
    CHECK(loses(unmarked, "treated as TLP:AMBER"));
    for (const auto& object : checked(unmarked))
      CHECK(text_at(object, "object_marking_refs") == "(missing)");
    // One identity per marking: a publisher known from a RED document does not show in one that
    // others read.
    CHECK(one("csaf", kSmall).objects[0] == one("csaf", with(kSmall, "EX-1", "EX-9")).objects[0]);
    CHECK(checked(one("csaf", kSmall))[0]->id() !=
          checked(one("csaf", with(kSmall, "GREEN", "RED")))[0]->id());
  }

  TEST_CASE("convert/csaf: refusals say where and what to write") {
    struct Row {
      const char* from;
      const char* to;
      Code code;
      const char* where;
      const char* detail;
    };
    const Row rows[] = {
        {R"("csaf_version":"2.0")", R"("csaf_version":"2.1")", Code::kConvertUnsupported,
         "/document/csaf_version", "ask the publisher for CSAF 2.0"},
        {R"("csaf_version":"2.0")", R"("csaf_version":"1.2")", Code::kConvertUnsupported,
         "/document/csaf_version", "must be \"2.0\""},
        {R"("csaf_version":"2.0",)", "", Code::kConvertUnreadable, "/document/csaf_version",
         "must be there"},
        {R"("title":"Example",)", "", Code::kConvertUnreadable, "/document/title", "must be there"},
        {R"("title":"Example")", R"("title":7)", Code::kConvertUnreadable, "/document/title",
         "a string"},
        {R"({"document":)", R"({"documents":)", Code::kConvertUnreadable, "/document",
         "no CSAF document"},
        {R"("id":"EX-1",)", "", Code::kConvertUnreadable, "/document/tracking/id", "must be there"},
        {R"("status":"final")", R"("status":"withdrawn")", Code::kConvertUnreadable,
         "/document/tracking/status", "draft, interim or final"},
        {"2025-07-01T09:00:00+09:00", "2025-07-01", Code::kConvertUnreadable,
         "/document/tracking/initial_release_date", "RFC 3339"},
        {"2025-07-02T00:00:00Z", "2025-06-30T23:59:59Z", Code::kConvertUnreadable,
         "/document/tracking/current_release_date", "not be before"},
        {R"("name":"Example","namespace")", R"("namespace")", Code::kConvertUnreadable,
         "/document/publisher/name", "must be there"},
        {R"("namespace":"https://example.com")", R"("namespace":" ")", Code::kConvertUnreadable,
         "/document/publisher/namespace", "not empty"},
        {R"("label":"GREEN")", R"("label":"TLP:UNCLEAR")", Code::kConvertUnreadable,
         "/document/distribution/tlp/label", "WHITE, GREEN, AMBER or RED"},
        {"CVE-2025-10001", "CVE-2025-1", Code::kConvertUnreadable, "/vulnerabilities/0/cve",
         "CVE-YYYY-NNNN"},
        {R"({"product_id":"P1","name":"Example TCU 1.0"})",
         R"({"product_id":"P1","name":"A"},{"product_id":"P1","name":"B"})",
         Code::kConvertUnreadable, "/product_tree/full_product_names/1/product_id",
         "defined twice"},
        {R"("known_affected":["P1"])", R"("known_affected":"P1")", Code::kConvertUnreadable,
         "/vulnerabilities/0/product_status/known_affected", "a list"},
        {R"("known_affected":["P1"])", R"("known_affected":[1])", Code::kConvertUnreadable,
         "/vulnerabilities/0/product_status/known_affected/0", "a string"},
        {R"("vulnerabilities":[{)", R"("vulnerabilities":[7,{)", Code::kConvertUnreadable,
         "/vulnerabilities/0", "an object"},
        {R"("cve":"CVE-2025-10001")", R"("cwe":{"id":"79"})", Code::kConvertUnreadable,
         "/vulnerabilities/0/cwe/id", "CWE-N"},
        {R"("title":"Example")", R"("title":"Example","title":"Twice")", Code::kJsonDuplicateKey,
         "", ""},
    };
    for (const Row& row : rows) {
      const Error error = refusal("csaf", with(kSmall, row.from, row.to));
      CAPTURE(row.to);
      CHECK(error.code == row.code);
      if (row.code == Code::kJsonDuplicateKey) continue;
      CHECK(error.where == row.where);
      CHECK_MESSAGE(error.detail.find(row.detail) != std::string::npos, error.detail);
    }
    CHECK(converted("csaf", with(kSmall, "2025-07-02T00:00:00Z", "x")).refused.front().document ==
          "EX-1");
  }

  TEST_CASE("convert/csaf: an undefined product is a loss, the rest still warns") {
    const auto document = one("csaf", with(kSmall, R"(["P1"])", R"(["P1","P9"])"));
    CHECK(loses(document, "The product P9 is referred to but not defined"));
    CHECK(document.objects == one("csaf", kSmall).objects);
    const auto alike = one(
        "csaf",
        with(
            kSmall, R"({"product_id":"P1","name":"Example TCU 1.0"})",
            R"({"product_id":"P1","name":"Example TCU 1.0"},{"product_id":"P1","name":"Example TCU 1.0"})"));
    CHECK(loses(alike, "defined again in the same words"));
  }

  TEST_CASE("convert/csaf: one document a line, a bad one does not stop the rest") {
    std::string line = with(kSmall, "Example\",\"publisher",
                            "Example \xe2\x80\xa8 broken\",\"publisher");  // raw U+2028
    line.erase(std::remove(line.begin(), line.end(), '\n'), line.end());
    const std::string lines = line + "\r\n\n{\"document\":\n" + with(line, "EX-1", "EX-2") + "\n";
    const auto outcome = converted("csaf", lines);
    REQUIRE(outcome.documents.size() == 2);
    CHECK(outcome.documents[1].document_id == "EX-2");
    REQUIRE(outcome.refused.size() == 1);
    CHECK(outcome.refused[0].document == "line 3");
    CHECK(text_at(checked(outcome.documents[0]).back(), "name") == "Example \xe2\x80\xa8 broken");
    // Written over many lines it is still one document.
    CHECK(one("csaf", kFull).document_id == "EX-2");
  }
}
