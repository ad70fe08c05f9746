#include "stix/upgrade/upgrade.h"

#include "check.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::tests;

TEST_SUITE("unit") {
  TEST_CASE("stix/upgrade: keeps id, creator, times and custom properties as they are") {
    const auto out = made(object_20(
        "campaign",
        R"("name":"Night Owl","created_by_ref":"identity--11111111-1111-4111-8111-111111111111",)"
        R"("first_seen":"2016-01-02T03:04:05.1234Z","revoked":true,"x_acme_weight":1.50)"));
    CHECK(out.texts.size() == 1);
    CHECK(at(out.last(), "spec_version") == "2.1");
    CHECK(at(out.last(), "id") == "campaign--0a4a5b1e-9a4a-4f5c-8d4b-2f6f0c7f3a11");
    CHECK(at(out.last(), "created") == "2017-03-01T10:00:00.000Z");
    CHECK(at(out.last(), "modified") == "2017-03-02T10:00:00.123Z");
    CHECK(at(out.last(), "created_by_ref") == "identity--11111111-1111-4111-8111-111111111111");
    CHECK(at(out.last(), "first_seen") == "2016-01-02T03:04:05.1234Z");
    CHECK(at(out.last(), "revoked") == "[true]");
    CHECK(at(out.last(), "x_acme_weight") == "[1.50]");
    CHECK(out.losses.empty());
  }

  TEST_CASE("stix/upgrade: the same object gives the same bytes") {
    const std::string text = observed_20(R"({"0":{"type":"process","pid":7}})");
    CHECK(made(text).texts == made(text).texts);
  }

  TEST_CASE("stix/upgrade: writes times of versions with three digits or more") {
    const auto out = made(
        R"({"type":"vulnerability","id":"vulnerability--0a4a5b1e-9a4a-4f5c-8d4b-2f6f0c7f3a11",)"
        R"("created":"2017-03-01T10:00:00Z","modified":"2017-03-01T10:00:00.5Z","name":"a"})");
    CHECK(at(out.last(), "created") == "2017-03-01T10:00:00.000Z");
    CHECK(at(out.last(), "modified") == "2017-03-01T10:00:00.500Z");
    CHECK(out.loses("/created", "milliseconds"));
    CHECK(out.loses("/modified", "milliseconds"));
  }

  TEST_CASE("stix/upgrade: takes a malware for a family, unless its name is a hash") {
    const auto family = made(object_20("malware", R"("name":"Owl","labels":["trojan"])"));
    CHECK(at(family.last(), "is_family") == "[true]");
    CHECK(family.loses("", "taken as one"));
    const auto instance = made(
        object_20("malware", R"("name":"d41d8cd98f00b204e9800998ecf8427e","labels":["trojan"])"));
    CHECK(at(instance.last(), "is_family") == "[false]");
    CHECK(instance.loses("", "instance"));
    const auto said = made(object_20("malware", R"("name":"Owl","is_family":false)"));
    CHECK(at(said.last(), "is_family") == "[false]");
    CHECK(said.losses.empty());
  }

  TEST_CASE("stix/upgrade: gives the TLP markings in their published 2.1 form") {
    const auto out = made(
        R"({"type":"marking-definition","id":"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",)"
        R"("created":"2017-01-20T00:00:00Z","definition_type":"tlp","definition":{"tlp":"amber"}})");
    CHECK(at(out.last(), "name") == "TLP:AMBER");
    CHECK(at(out.last(), "created") == "2017-01-20T00:00:00.000Z");
    const auto other = made(object_20("campaign", R"("name":"a")"));
    CHECK(at(other.last(), "name") == "a");
  }

  TEST_CASE("stix/upgrade: does not dress other content up as a TLP marking") {
    const std::string text =
        R"({"type":"marking-definition","id":"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",)"
        R"("created":"2017-01-20T00:00:00.000Z","definition_type":"tlp","definition":{"tlp":"white"}})";
    const auto out = bundle_of(text);  // not valid, before or after
    REQUIRE(out.objects.size() == 1);
    CHECK(out.objects[0].find("TLP:") == std::string::npos);
    CHECK(out.objects[0].find("\"white\"") != std::string::npos);
  }

  TEST_CASE("stix/upgrade: keeps statement markings") {
    const auto out = made(
        R"({"type":"marking-definition","id":"marking-definition--0a4a5b1e-9a4a-4f5c-8d4b-2f6f0c7f3a11",)"
        R"("created":"2017-03-01T10:00:00.000Z","definition_type":"statement","definition":{"statement":"(c) us"}})");
    CHECK(at(out.last(), "definition/statement") == "(c) us");
  }

  TEST_CASE("stix/upgrade: names hashes of external references as 2.1 does") {
    const auto out = made(object_20(
        "campaign",
        R"("name":"a","external_references":[{"source_name":"s","url":"https://example.com/",)"
        R"("hashes":{"ssdeep":"3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C","MD6":"aa"}}])"));
    CHECK(at(out.last(), "external_references/0/hashes/SSDEEP").starts_with("3:AX"));
    CHECK(at(out.last(), "external_references/0/hashes/MD6").empty());
    CHECK(out.loses("/external_references", "hash"));
  }

  TEST_CASE("stix/upgrade: leaves empty values out and says so") {
    const auto out = made(object_20("campaign", R"("name":"a","aliases":[],"objective":null)"));
    CHECK_FALSE(out.last()["aliases"].exists());
    CHECK_FALSE(out.last()["objective"].exists());
    CHECK(out.loses("/aliases", "empty"));
    CHECK(out.loses("/objective", "empty"));
  }

  TEST_CASE("stix/upgrade: moves what 2.1 keeps for itself under x_") {
    const auto out = made(object_20(
        "campaign", R"("name":"a","severity":"high","confidence":"sure","lang":"english!",)"
                    R"("defanged":true,"Weird Name":"w","x_Mixed":1,"extensions":"none")"));
    CHECK(at(out.last(), "x_severity") == "high");
    CHECK(at(out.last(), "x_confidence") == "sure");
    CHECK(at(out.last(), "x_lang") == "english!");
    CHECK(at(out.last(), "x_defanged") == "[true]");
    CHECK(at(out.last(), "x_weird_name") == "w");
    CHECK(at(out.last(), "x_Mixed") == "[1]");
    CHECK(at(out.last(), "x_extensions") == "none");
    CHECK(out.loses("/severity", "x_severity"));
    CHECK(out.losses.size() == 6);
    const auto kept = made(object_20("campaign", R"("name":"a","confidence":60,"lang":"ja")"));
    CHECK(at(kept.last(), "confidence") == "[60]");
    CHECK(at(kept.last(), "lang") == "ja");
  }

  TEST_CASE("stix/upgrade: never writes a name twice") {
    const auto out =
        made(object_20("campaign", R"("name":"a","severity":"high","x_severity":"low")"));
    CHECK(at(out.last(), "x_severity") == "low");
    CHECK(out.loses("/severity", "left out"));
  }

  TEST_CASE("stix/upgrade: selectors follow what they selected") {
    const auto out = made(object_20(
        "report",
        R"("name":"a","published":"2017-03-01T10:00:00Z","labels":["My Tag","campaign"],"severity":"s",)"
        R"("aliases":[],"object_refs":["campaign--0a4a5b1e-9a4a-4f5c-8d4b-2f6f0c7f3a11"],)"
        R"("granular_markings":[{"marking_ref":"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",)"
        R"("selectors":["labels.[1]","severity","name"]},)"
        R"({"marking_ref":"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9","selectors":["labels"]},)"
        R"({"marking_ref":"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9","selectors":["aliases"]}])"));
    const auto markings = out.last()["granular_markings"];
    CHECK(markings.at(0)["selectors"].raw() == R"(["name","report_types.[0]","x_severity"])");
    CHECK(markings.at(1)["selectors"].raw() == R"(["labels","report_types"])");
    CHECK(markings.size() == 2);
    CHECK(out.loses("/granular_markings", "selects nothing"));
  }

  TEST_CASE("stix/upgrade: keeps custom objects and leaves 2.1 alone") {
    const auto custom = made(object_20("x-acme-tactic", R"("name":"a","x_acme_rank":3)"));
    CHECK(at(custom.last(), "spec_version") == "2.1");
    const std::string text =
        R"({ "type":"location", "spec_version":"2.1", "id":"location--0a4a5b1e-9a4a-4f5c-8d4b-2f6f0c7f3a11",)"
        R"("created":"2017-03-01T10:00:00.000Z","modified":"2017-03-01T10:00:00.000Z","region":"eastern-asia"})";
    CHECK(made(text).texts == std::vector<std::string>{text});
    const std::string alone =
        R"({"type":"url","id":"url--47c3cf9a-5027-5bf0-997a-017c7edc7c55","value":"https://example.com/research/index.html"})";
    CHECK(made(alone).texts == std::vector<std::string>{alone});
  }

  TEST_CASE("stix/upgrade: writes no white space of the source") {
    const auto out = made(
        "{\n \"type\": \"campaign\", \"id\": \"campaign--0a4a5b1e-9a4a-4f5c-8d4b-2f6f0c7f3a11\",\n"
        "\"created\":\"2017-03-01T10:00:00.000Z\", \"modified\":\"2017-03-01T10:00:00.000Z\",\n"
        "\"name\":\"a b\", \"aliases\": [ \"c\",\n \"d\" ] }");
    CHECK(out.texts[0].find('\n') == std::string::npos);
    CHECK(out.last()["aliases"].raw() == R"(["c","d"])");
  }

  TEST_CASE("stix/upgrade: refuses what is no object of STIX") {
    CHECK(refusal("7").code == Code::kStixNotObject);
    CHECK(refusal(R"({"id":"campaign--0a4a5b1e-9a4a-4f5c-8d4b-2f6f0c7f3a11"})").where == "/type");
    CHECK(refusal(R"({"type":"campaign","id":7})").where == "/id");
    CHECK(
        refusal(R"({"type":"campaign","id":"tool--0a4a5b1e-9a4a-4f5c-8d4b-2f6f0c7f3a11"})").code ==
        Code::kStixUpgrade);
    CHECK(
        refusal(R"({"type":"bundle","id":"bundle--0a4a5b1e-9a4a-4f5c-8d4b-2f6f0c7f3a11"})").code ==
        Code::kStixUpgrade);
    CHECK(refusal(object_20("campaign", R"("spec_version":"3.0")")).where == "/spec_version");
    stix::upgrade::Limits limits;
    limits.max_object_bytes = 100;
    CHECK(refusal(object_20("campaign", R"("name":"a")"), limits).code == Code::kLimitExceeded);
  }

  TEST_CASE("stix/upgrade: the list of losses is bounded") {
    std::string members = R"("name":"a")";
    for (int i = 0; i < 500; ++i) members += ",\"x_empty_" + std::to_string(i) + "\":[]";
    const auto out = made(object_20("campaign", members));
    CHECK(out.losses.size() == 201);
    CHECK(out.loses("", "300 more"));
  }
}
