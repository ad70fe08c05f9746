// Each transformation alone and with others: what goes, what stays, what is withheld, and what nobody can tell from it.
#include "kit.h"

namespace sekisho::stix::redact {
namespace {

std::string marking(Tlp tlp) { return std::string(tlp_marking_id(tlp)); }
std::string granular(Tlp tlp, const std::string& selectors) {
  return "{\"marking_ref\":\"" + marking(tlp) + "\",\"selectors\":[" + selectors + "]}";
}

ObjectPtr tool_of_other(const std::string& description) {
  return parsed("{\"type\":\"tool\",\"spec_version\":\"2.1\",\"id\":\"tool--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3\",\"created_by_ref\":\"" + kOther +
                "\",\"created\":\"2026-03-04T05:06:07.123Z\",\"modified\":\"2026-03-04T05:06:07.123Z\",\"name\":\"t\",\"description\":\"" + description + "\"}");
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/redact: what no profile touches goes as it is") {
    Try t(report());
    CHECK(t.unchanged());
    t.profile.remove = {"/x_absent"};
    t.profile.granular = Tlp::kGreen;
    t.profile.generalise = {{"/labels/*", {{"a", "b"}}, false}};
    t.profile.remove_attachments = true;
    CHECK(t.unchanged());
    t.profile.from = *parse_stix_time("2030-01-01T00:00:00Z");
    CHECK(t.unchanged());
  }

  TEST_CASE("stix/redact: a rendition is the organisation's, with an id of its own and the times of the original") {
    Try t(report("\"x_ticket\":7,\"confidence\":50,"));
    t.profile.remove = {"/x_ticket"};
    const json::Value out = t.rendition();
    CHECK(out["created_by_ref"].string() == kCreator);
    CHECK(out["id"].string_or("") == rendition_id(*t.original, {&t.profile}, {}, test_hash));
    CHECK(Uuid::parse(out["id"].string_or("").substr(8))->version() == 4);
    CHECK(out["created"].string() == "2026-03-04T05:06:07.123Z");
    CHECK(out["modified"].string() == "2026-05-06T07:08:09.456789Z");
    CHECK_FALSE(out["x_ticket"].exists());
    CHECK(out["confidence"].raw() == "50");
    CHECK(out["object_refs"].at(0).string() == kVulnerability);
    // Effective later than the original: never an earlier `modified`, and each version one of its own, in their order.
    t.profile.from = *parse_stix_time("2026-06-01T00:00:00Z");
    CHECK(t.rendition()["modified"].string() == "2026-06-01T00:29:38.051289Z");  // 1,778,051,289 s since 1970
  }

  TEST_CASE("stix/redact: the id follows from original, profiles and edits of references, and from nothing else") {
    const auto one = report("\"x_a\":1,"), other = report("\"x_a\":2,");
    Profile p, q;
    p.id = "p";
    q.id = "q";
    CHECK(rendition_id(*one, {&p}, {}, test_hash) == rendition_id(*other, {&p}, {}, test_hash));
    CHECK(rendition_id(*one, {&p, &q}, {}, test_hash) == rendition_id(*one, {&q, &p}, {}, test_hash));
    CHECK(rendition_id(*one, {&p}, {}, test_hash) != rendition_id(*one, {&q}, {}, test_hash));
    CHECK(rendition_id(*one, {&p}, {}, test_hash, "party:a") != rendition_id(*one, {&p}, {}, test_hash));
    CHECK(rendition_id(*one, {&p}, {}, test_hash, "party:a") != rendition_id(*one, {&p}, {}, test_hash, "party:b"));
    CHECK(rendition_id(*one, {&p}, {}, test_hash) != rendition_id(*one, {&p}, {"- x"}, test_hash));
    CHECK(rendition_id(*one, {&p}, {}, test_hash) != rendition_id(*one, {&p}, {}, [](std::string_view text) { return test_hash("other" + std::string(text)); }));
  }

  TEST_CASE("stix/redact: attribution goes with creator, authors, contact and references that name the source") {
    Try t(report("\"external_references\":[{\"source_name\":\"ACME motors PSIRT\",\"external_id\":\"7\"},{\"source_name\":\"cve\",\"external_id\":\"CVE-2026-1\"}],"));
    t.profile.strip_attribution = true;
    const json::Value out = t.rendition();
    CHECK(out["created_by_ref"].string() == kCreator);
    REQUIRE(out["external_references"].size() == 1);
    CHECK(out["external_references"].at(0)["source_name"].string() == "cve");
    CHECK(t.kept.rendition->bytes().find(kMember) == std::string::npos);

    Try of_other(parsed("{\"type\":\"tool\",\"spec_version\":\"2.1\",\"id\":\"tool--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3\",\"created_by_ref\":\"" +
                        kOther + "\",\"created\":\"2026-03-04T05:06:07.123Z\",\"modified\":\"2026-03-04T05:06:07.123Z\",\"name\":\"t\"}"));
    of_other.profile.strip_attribution = true;
    CHECK(of_other.unchanged());

    Try note(parsed("{\"type\":\"note\",\"spec_version\":\"2.1\",\"id\":\"note--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3\",\"created\":\"2026-03-04T05:06:07.123Z\","
                    "\"modified\":\"2026-03-04T05:06:07.123Z\",\"content\":\"c\",\"authors\":[\"A\"],\"object_refs\":[\"" + kVulnerability + "\"]}"));
    note.profile.strip_attribution = true;
    CHECK_FALSE(note.rendition()["authors"].exists());
  }

  TEST_CASE("stix/redact: a text that names the source keeps the object back") {
    Try t(report("\"description\":\"Seen at acme MOTORS in May\","));
    t.profile.strip_attribution = true;
    CHECK(t.withheld().find("/description names its source") != std::string::npos);
    t.profile.remove = {"/description"};
    CHECK_FALSE(t.rendition()["description"].exists());
    // Nothing else of it would change, for somebody else made it, or it is never edited: it stays here all the same.
    Try of_other(tool_of_other("from Acme Motors, see tool--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3"));
    of_other.profile.strip_attribution = true;
    CHECK(of_other.withheld().find("/description names its source") != std::string::npos);
    of_other.profile.strip_attribution = false;
    CHECK(of_other.unchanged());
    Try address(parsed("{\"type\":\"domain-name\",\"spec_version\":\"2.1\",\"id\":\"domain-name--84e4d88f-44ea-5bcd-bbf3-b2c1c320bcb3\",\"value\":\"acme motors.example\"}"));
    address.profile.strip_attribution = true;
    CHECK(address.withheld().find("/value names its source") != std::string::npos);
    // However it is written.
    for (const std::string name : {"Ａｃｍｅ　Ｍｏｔｏｒｓ", "Ac\u200Bme Mo\u00ADtors", "𝐀𝐜𝐦𝐞 𝐌𝐨𝐭𝐨𝐫𝐬", "acme\u00A0 Motors", "ACME\\nmotors"}) {
      CAPTURE(name);
      for (const std::string& more : {"\"description\":\"seen at " + name + " again\",", "\"x_facts\":{\"" + name + "\":1},"}) {
        Try spelled(report(more));
        spelled.profile.strip_attribution = true;
        CHECK(spelled.withheld().find("names its source") != std::string::npos);
      }
      Try external(report("\"external_references\":[{\"source_name\":\"" + name + "\",\"external_id\":\"7\"}],"));
      external.profile.strip_attribution = true;
      CHECK_FALSE(external.rendition()["external_references"].exists());
    }
    Try blank(tool_of_other("from nobody"));
    blank.profile.strip_attribution = true;
    blank.request.source_names = {"\u200B", " ", ""};  // hide nothing
    CHECK(blank.unchanged());
    blank.request.source_names = {"Ｎｏｂｏｄｙ"};
    CHECK(blank.withheld().find("names its source") != std::string::npos);
    Try id(report("\"x_seen\":\"by identity\u200B--AAAAAAAA-0000-4000-8000-000000000002\","));
    id.profile.strip_attribution = true;
    CHECK(id.withheld().find("names an object that is hidden") != std::string::npos);
    // It names itself and what else is an id, which hides no name: these go.
    Try plain(tool_of_other("from tool--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3"));
    plain.profile.strip_attribution = true;
    plain.request.source_names = {"bbf3"};
    CHECK(plain.unchanged());
    // In a name, deep inside, escaped: likewise.
    for (const std::string more : {"\"extensions\":{\"extension-definition--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3\":{\"extension_type\":\"property-extension\",\"Acme Motors\":1}},",
                                    "\"x_list\":[[\"by \\u0041cme motors\"]],"}) {
      Try deep(report(more));
      deep.profile.strip_attribution = true;
      CAPTURE(more);
      CHECK(deep.withheld().find("names its source") != std::string::npos);
    }
    Try self(parsed("{\"type\":\"identity\",\"spec_version\":\"2.1\",\"id\":\"" + kMember +
                    "\",\"created\":\"2026-03-04T05:06:07.123Z\",\"modified\":\"2026-03-04T05:06:07.123Z\",\"name\":\"x\",\"identity_class\":\"organization\"}"));
    self.profile.strip_attribution = true;
    CHECK(self.withheld().find("identity of its source") != std::string::npos);
  }

  TEST_CASE("stix/redact: granular markings above the ceiling take what they select, and selectors move with their elements") {
    Try t(report("\"description\":\"secret\",\"labels\":[\"a\",\"b\",\"c\"],\"granular_markings\":[" + granular(Tlp::kAmber, "\"description\",\"labels.[1]\"") + "," +
                 granular(Tlp::kGreen, "\"labels.[2]\",\"labels.[1]\"") + ",{\"lang\":\"ja\",\"selectors\":[\"name\",\"description\"]}],"));
    t.profile.granular = Tlp::kGreen;
    const json::Value out = t.rendition();
    CHECK_FALSE(out["description"].exists());
    CHECK(out["labels"].raw() == R"(["a","c"])");
    REQUIRE(out["granular_markings"].size() == 2);
    CHECK(out["granular_markings"].at(0)["selectors"].raw() == R"(["labels.[1]"])");
    CHECK(out["granular_markings"].at(1)["selectors"].raw() == R"(["name"])");
    CHECK(t.kept.rendition->bytes().find("secret") == std::string::npos);
    t.profile.granular = Tlp::kAmber;
    CHECK(t.unchanged());
  }

  TEST_CASE("stix/redact: a granular marking that cannot be read, placed or obeyed keeps the object back") {
    for (const std::string& entry : {granular(Tlp::kRed, "\"nowhere\""), granular(Tlp::kRed, ""), granular(Tlp::kRed, "\"a b\""),
                                    std::string("{\"marking_ref\":\"") + marking(Tlp::kRed) + "\"}", granular(Tlp::kRed, "\"id\""),
                                    granular(Tlp::kRed, "\"modified\"")}) {
      Try t(report("\"granular_markings\":[" + entry + "],"));
      t.profile.granular = Tlp::kGreen;
      CAPTURE(entry);
      CHECK(t.withheld() != "");
    }
    // A marking that nobody understands is above every ceiling.
    Try t(report("\"description\":\"d\",\"granular_markings\":[{\"marking_ref\":\"marking-definition--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3\",\"selectors\":[\"description\"]}],"));
    t.profile.granular = Tlp::kRed;
    CHECK_FALSE(t.rendition()["description"].exists());
    t.request.meanings = [](std::string_view) { return std::optional(MarkingMeaning{MarkingMeaning::Kind::kStatement, std::nullopt, MarkingScheme::kStatement}); };
    CHECK(t.unchanged());
    // The id of one TLP with the content of another
    Try mismatch(report("\"description\":\"d\",\"granular_markings\":[" + granular(Tlp::kClear, "\"description\"") + "],"));
    mismatch.profile.granular = Tlp::kRed;
    mismatch.request.meanings = [](std::string_view) { return std::optional(MarkingMeaning{MarkingMeaning::Kind::kMismatch, std::nullopt, MarkingScheme::kTlp}); };
    CHECK_FALSE(mismatch.rendition()["description"].exists());
  }

  TEST_CASE("stix/redact: pointers remove members and elements, and what is empty afterwards goes too") {
    Try t(report("\"external_references\":[{\"source_name\":\"a\",\"description\":\"x\",\"hashes\":{\"MD5\":\"d41d8cd98f00b204e9800998ecf8427e\"},\"url\":\"https://a.example\"},{\"source_name\":\"b\",\"description\":\"y\"}],\"labels\":[\"l\"],"));
    t.profile.remove = {"/external_references/*/hashes/*", "/labels/0"};
    const json::Value out = t.rendition();
    CHECK_FALSE(out["external_references"].at(0)["hashes"].exists());
    CHECK_FALSE(out["labels"].exists());
    CHECK(out["external_references"].size() == 2);
    // Protected places stay, whatever a profile says.
    Try fixed(report());
    fixed.profile.remove = {"/id", "/type", "/created_by_ref", "/modified", "/object_marking_refs", ""};
    CHECK(fixed.unchanged());
  }

  TEST_CASE("stix/redact: words are generalised, kept or removed") {
    Try t(report("\"labels\":[\"automotive\",\"plant-7\",\"x\"],"));
    t.profile.generalise = {{"/labels/*", {{"automotive", "manufacturing"}, {"plant-7", "manufacturing"}}, true}};
    CHECK(t.rendition()["labels"].raw() == R"(["manufacturing","manufacturing","x"])");
    t.profile.generalise[0].keep_others = false;
    CHECK(t.rendition()["labels"].raw() == R"(["manufacturing","manufacturing"])");
  }

  TEST_CASE("stix/redact: times are cut to the unit; created and modified keep their order and distance") {
    Try t(report());
    t.profile.blur = Blur::kDay;
    const json::Value out = t.rendition();
    CHECK(out["published"].string() == "2026-03-04T00:00:00.000Z");
    const auto created = *parse_stix_time(out["created"].string_or("")), modified = *parse_stix_time(out["modified"].string_or(""));
    const auto original = *parse_stix_time("2026-03-04T05:06:07.123Z");
    CHECK(created != original);
    const std::int64_t moved = created.micros() - original.micros();
    CHECK(std::abs(moved) < 86'400'000'000);
    CHECK((modified.micros() - parse_stix_time("2026-05-06T07:08:09.456Z")->micros()) == moved);
    const auto cut = [](const char* text, Blur blur) {
      Try each(report("\"x_seen\":\"" + std::string(text) + "\","));
      each.profile.blur = blur;
      return std::string(each.rendition()["x_seen"].string_or(""));
    };
    CHECK(cut("2026-11-22T23:59:59.9Z", Blur::kHour) == "2026-11-22T23:00:00.000Z");
    CHECK(cut("2026-11-22T23:59:59.9Z", Blur::kWeek) == "2026-11-16T00:00:00.000Z");  // a Sunday belongs to Monday before
    CHECK(cut("2026-11-23T00:00:00Z", Blur::kWeek) == "2026-11-23T00:00:00.000Z");
    CHECK(cut("2026-11-22T23:59:59.9Z", Blur::kMonth) == "2026-11-01T00:00:00.000Z");
    CHECK(cut("1969-12-31T23:00:00Z", Blur::kDay) == "1969-12-31T00:00:00.000Z");
    CHECK(cut("no time", Blur::kDay) == "no time");
  }

  TEST_CASE("stix/redact: free text goes only as approved") {
    Try t(report("\"description\":\"full story\",\"external_references\":[{\"source_name\":\"a\",\"description\":\"inside\",\"external_id\":\"1\"}],"));
    t.profile.approved_text = true;
    CHECK(t.withheld().find("no public text is approved") != std::string::npos);
    t.request.approved = {{"/name", "Attack"}, {"/description", "short story"}};
    const json::Value out = t.rendition();
    CHECK(out["description"].string() == "short story");
    CHECK(out["name"].string() == "Attack");
    CHECK_FALSE(out["external_references"].at(0)["description"].exists());
    CHECK(t.kept.rendition->bytes().find("inside") == std::string::npos);
  }

  TEST_CASE("stix/redact: indicators, cyber-observables and definitions are never edited") {
    const std::string times = "\"created\":\"2026-03-04T05:06:07.123Z\",\"modified\":\"2026-03-04T05:06:07.123Z\",\"x_a\":1";
    for (const std::string& text :
         {"{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3\"," + times + "}",
          "{\"type\":\"file\",\"spec_version\":\"2.1\",\"id\":\"file--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3\",\"x_a\":1}" + std::string(),
          "{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":\"marking-definition--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3\"," + times + "}",
          "{\"type\":\"extension-definition\",\"spec_version\":\"2.1\",\"id\":\"extension-definition--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3\"," + times + "}"}) {
      Try t(parsed(text));
      CHECK(t.unchanged());
      t.profile.remove = {"/x_a"};
      CHECK(t.withheld().find("never edited") != std::string::npos);
    }
    Try artifact(parsed("{\"type\":\"artifact\",\"spec_version\":\"2.1\",\"id\":\"artifact--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3\",\"payload_bin\":\"eA==\"}"));
    CHECK(artifact.unchanged());
    artifact.profile.remove_attachments = true;
    CHECK(artifact.withheld().find("attachment") != std::string::npos);
  }

  TEST_CASE("stix/redact: markings of what is embedded stay as they are, or it is withheld") {
    const std::string inner = "\"x_seen\":{\"type\":\"email-addr\",\"value\":\"a@b.example\",\"tags\":[\"a\",\"b\"],\"object_marking_refs\":[\"" +
                              marking(Tlp::kRed) + "\"]";
    Try t(report(inner + "},\"x_ticket\":7,"));
    t.profile.granular = Tlp::kGreen;
    t.profile.remove = {"/x_ticket", "/x_seen/object_marking_refs", "/x_seen/object_marking_refs/*", "/x_seen/tags/0"};
    const json::Value out = t.rendition();
    CHECK(out["x_seen"]["object_marking_refs"].at(0).string() == marking(Tlp::kRed));
    CHECK(out["x_seen"]["tags"].size() == 1);
    CHECK(marking_refs(*t.kept.rendition).embedded == std::vector<std::string>{marking(Tlp::kRed)});

    Try part(report(inner + ",\"granular_markings\":[" + granular(Tlp::kRed, "\"tags.[1]\"") + "]},\"x_ticket\":7,"));
    part.profile.remove = {"/x_seen/granular_markings", "/x_ticket"};
    CHECK(part.rendition()["x_seen"]["granular_markings"].size() == 1);
    part.profile.remove = {"/x_seen/tags/0"};
    CHECK(part.withheld() == "what is embedded at /x_seen has granular markings of its own and would change; remove it whole by the profile");
    part.profile.remove = {"/x_seen"};
    CHECK_FALSE(part.rendition()["x_seen"].exists());
  }

  TEST_CASE("stix/redact: ids in properties of any name are stripped, but in those that are opaque") {
    Try t(report("\"x_of\":{\"list\":[\"" + kOther + "\",\"b\"]},"));
    t.request.strip = {kOther};
    CHECK(t.rendition()["x_of"]["list"].size() == 1);
    t.request.opaque = {"list"};
    CHECK(t.unchanged());
    Try both(report("\"x_of\":{\"list\":[\"" + kOther + "\"]},\"labels\":[\"" + kOther + "\"],"));
    both.request.strip = {kOther};
    both.request.opaque = {"list"};
    CHECK(both.withheld() == "/x_of/list/* names an object that is hidden; remove the property by the profile");
  }

  TEST_CASE("stix/redact: seventy thousand references are stripped, and none is left anywhere") {
    std::string list;
    Try t(report());
    for (unsigned i = 0; i < 70'000; ++i) {
      t.request.strip.push_back("tool--84e4d88f-44ea-4bcd-bbf3-b2c1c3" + std::to_string(100'000 + i));
      list += ",\"" + t.request.strip.back() + "\"";
    }
    t.original = report({}, "\"" + kVulnerability + "\"" + list);
    CHECK(t.rendition()["object_refs"].size() == 1);
    t.profile.remove = {"/labels"};
    t.original = report("\"labels\":[\"a\"],\"description\":\"see " + t.request.strip.back() + ", please\",");
    CHECK(t.withheld() == "/description names an object that is hidden; remove the property by the profile");
  }
}

}  // namespace sekisho::stix::redact
