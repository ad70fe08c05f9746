// References of a rendition: stripped, turned to other renditions, and counted in its id.
#include "kit.h"

namespace sekisho::stix::redact {

TEST_SUITE("unit") {
  TEST_CASE("stix/redact/reference: stripped from lists, and an empty list goes with them") {
    Try t(report("", "\"" + kVulnerability + "\",\"" + kOther + "\""));
    t.request.strip = {kOther};
    const json::Value out = t.rendition();
    CHECK(out["object_refs"].raw() == "[\"" + kVulnerability + "\"]");
    CHECK(out["id"].string_or("") == rendition_id(*t.original, {&t.profile}, {"- " + kOther}, test_hash));
    // Without any left the report is no report: the caller's validation says so.
    t.request.strip = {kOther, kVulnerability};
    t.request.original = t.original.get();
    t.request.profiles = {&t.profile};
    const Outcome empty = redact(t.request);
    REQUIRE(empty.kind == Outcome::Kind::kRendition);
    CHECK_FALSE(acceptable(validate(*empty.rendition)));
  }

  TEST_CASE("stix/redact/reference: turned to the rendition that the reader has, wherever an object is named") {
    const std::string rendition = "vulnerability--00000000-0000-4000-8000-000000000009";
    Try t(report("\"external_references\":[{\"source_name\":\"x\",\"external_id\":\"" + kVulnerability + "\"}],"));
    t.request.rewrite[kVulnerability] = {rendition, "2026-07-01T00:00:00.000Z"};
    const json::Value out = t.rendition();
    CHECK(out["object_refs"].at(0).string() == rendition);
    CHECK(out["external_references"].at(0)["external_id"].string() == rendition);
    CHECK(t.kept.rendition->bytes().find(kVulnerability) == std::string::npos);
    CHECK(out["id"].string_or("") == rendition_id(*t.original, {&t.profile}, {"> " + kVulnerability + " " + rendition}, test_hash));

    Try translation(parsed("{\"type\":\"language-content\",\"spec_version\":\"2.1\",\"id\":\"language-content--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3\",\"created\":\"2026-03-04T05:06:07.123Z\","
                           "\"modified\":\"2026-03-04T05:06:07.123Z\",\"object_ref\":\"" + kVulnerability + "\",\"object_modified\":\"2026-03-04T05:06:07.123Z\",\"contents\":{\"ja\":{\"name\":\"x\"}}}"));
    translation.request.rewrite = t.request.rewrite;
    const json::Value turned = translation.rendition();
    CHECK(turned["object_ref"].string() == rendition);
    CHECK(turned["object_modified"].string() == "2026-07-01T00:00:00.000Z");
  }

  TEST_CASE("stix/redact/reference: what a translation loses is what its target does not say any more") {
    const auto target = [](const std::string& members) {
      return parsed("{\"type\":\"tool\",\"id\":\"tool--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3\",\"modified\":\"2026-03-04T05:06:07.123Z\"" + members + "}");
    };
    const auto translated = [](const std::string& contents) {
      return parsed("{\"type\":\"language-content\",\"spec_version\":\"2.1\",\"id\":\"language-content--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3\",\"created\":\"2026-03-04T05:06:07.123Z\","
                    "\"modified\":\"2026-03-04T05:06:07.123Z\",\"object_ref\":\"" + kVulnerability + "\",\"contents\":" + contents + "}");
    };
    const auto original = target(",\"name\":\"n\",\"a\":{\"b\":\"1\",\"c\":\"2\"},\"l\":[\"x\",\"y\"],\"m\":[{\"k\":1}],\"e\":\"\\u0041\"");
    const std::string says = "{\"ja\":{\"name\":\"N\",\"a\":{\"b\":\"B\",\"c\":\"C\"},\"l\":[\"X\",\"Y\"],\"m\":[{\"k\":\"K\"}],\"e\":\"E\",\"own\":\"O\"},\"de\":{\"a\":\"A\"}}";
    const auto lost = [&](const std::string& form) {
      Lost out;
      out.add(*original, *target(form));
      CHECK(out.said_by(*translated(says)) == !out.said(*translated(says)).empty());
      return out.said(*translated(says));
    };
    const std::string list = ",\"l\":[\"x\",\"y\"]", rest = ",\"m\":[{\"k\":1}],\"e\":\"A\"";
    CHECK(lost(",\"name\":\"n\",\"a\":{\"c\":\"2\",\"b\":\"1\"}" + list + rest).empty());
    CHECK(lost(",\"a\":{\"b\":\"1\",\"c\":\"2\"}" + list + rest) == "{\"ja\":{\"name\":true}}");
    CHECK(lost(",\"name\":\"n\",\"a\":{\"b\":\"1\",\"c\":\"3\"}" + list + rest) == "{\"ja\":{\"a\":{\"c\":true}},\"de\":{\"a\":true}}");
    CHECK(lost(",\"name\":\"n\",\"a\":{\"b\":\"1\",\"c\":\"2\"},\"l\":[\"y\"]" + rest) == "{\"ja\":{\"l\":true}}");
    CHECK(lost(",\"name\":\"n\",\"a\":{\"b\":\"1\",\"c\":\"2\"}" + list + ",\"m\":[{\"k\":2}],\"e\":\"B\"") == "{\"ja\":{\"m\":true,\"e\":true}}");
    CHECK(Lost::all().said(*translated("{\"ja\":{\"own\":\"O\"},\"de\":{}}")) == "{\"ja\":true,\"de\":true}");

    Try t(translated(says));
    t.request.rewrite[kVulnerability] = {"vulnerability--00000000-0000-4000-8000-000000000009", "2026-07-01T00:00:00.000Z"};
    t.request.lost.add(*original, *target(",\"name\":\"n\",\"a\":{\"c\":\"2\"}" + list + rest));
    const json::Value out = t.rendition();
    CHECK(out["contents"]["ja"]["a"].raw() == "{\"c\":\"C\"}");
    CHECK_FALSE(out["contents"]["de"].exists());
    CHECK(out["contents"]["ja"]["name"].string() == "N");
    CHECK(out["id"].string_or("") == rendition_id(*t.original, {&t.profile}, {"- {\"ja\":{\"a\":{\"b\":true}},\"de\":{\"a\":true}}", "> " + kVulnerability + " vulnerability--00000000-0000-4000-8000-000000000009"}, test_hash));
    Try named(parsed("{\"type\":\"language-content\",\"spec_version\":\"2.1\",\"id\":\"language-content--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3\",\"created\":\"2026-03-04T05:06:07.123Z\","
                     "\"modified\":\"2026-03-04T05:06:07.123Z\",\"object_ref\":\"" + kVulnerability + "\",\"object_modified\":\"2026-03-04T05:06:07.123Z\",\"contents\":{\"ja\":{\"name\":\"x\"}}}"));
    named.request.rewrite = t.request.rewrite;
    named.profile.blur = Blur::kDay;  // what names a version is no time of its own
    CHECK(named.rendition()["object_modified"].string() == "2026-07-01T00:00:00.000Z");
  }

  TEST_CASE("stix/redact/reference: an external reference that names a hidden object goes whole") {
    Try t(report("\"external_references\":[{\"source_name\":\"x\",\"external_id\":\"" + kOther + "\",\"description\":\"see there\"},{\"source_name\":\"y\",\"external_id\":\"1\"}],"));
    t.request.strip = {kOther};
    const json::Value out = t.rendition();
    REQUIRE(out["external_references"].size() == 1);
    CHECK(out["external_references"].at(0)["source_name"].string() == "y");
  }

  TEST_CASE("stix/redact/reference: a string that is the id goes with it, wherever it stands") {
    for (const std::string& more : {"\"x_seen\":\"" + kOther + "\",", "\"x_seen\":\"\\u0069dentity--" + kOther.substr(10) + "\","}) {
      Try t(report(more, "\"" + kVulnerability + "\",\"" + kOther + "\""));
      t.request.strip = {kOther};
      CAPTURE(more);
      CHECK_FALSE(t.rendition()["x_seen"].exists());
    }
  }

  TEST_CASE("stix/redact/reference: an id inside a text or a name keeps the object back") {
    for (const std::string& more : {"\"description\":\"see " + kOther + "\",",
                                    "\"x_map\":{\"" + kOther + "\":1},", "\"x_seen\":\"" + kReport + "\","}) {
      Try t(report(more, "\"" + kVulnerability + "\",\"" + kOther + "\""));
      t.request.strip = {kOther};
      CAPTURE(more);
      CHECK(t.withheld().find("hidden") != std::string::npos);
    }
  }

  TEST_CASE("stix/redact/reference: an indicator with a reference that would change is withheld") {
    Try t(parsed("{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3\",\"created\":\"2026-03-04T05:06:07.123Z\","
                 "\"modified\":\"2026-03-04T05:06:07.123Z\",\"x_seen_by_refs\":[\"" + kOther + "\"]}"));
    CHECK(t.unchanged());
    t.request.strip = {kOther};
    CHECK(t.withheld().find("never edited") != std::string::npos);
  }

  TEST_CASE("stix/redact/reference: attribution and attachments strip references to what they hide") {
    Try t(report("", "\"" + kVulnerability + "\",\"" + kMember + "\",\"artifact--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3\""));
    t.profile.strip_attribution = true;
    t.profile.remove_attachments = true;
    CHECK(t.rendition()["object_refs"].raw() == "[\"" + kVulnerability + "\"]");
    CHECK(t.kept.rendition->bytes().find(kMember) == std::string::npos);
  }
}

}  // namespace sekisho::stix::redact
