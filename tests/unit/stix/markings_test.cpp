#include "stix/markings.h"

#include "stix/marking_map.h"
#include "stix/sharing_facts.h"
#include "stix/tlp_words.h"

#include "stix/validate/validate.h"
#include "stix_cases.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix;
using Kind = MarkingMeaning::Kind;

namespace {

constexpr Tlp kAll[] = {Tlp::kClear, Tlp::kGreen, Tlp::kAmber, Tlp::kAmberStrict, Tlp::kRed};

MarkingMeaning meaning(const std::string& set, const std::vector<std::string>& unset = {}) {
  return meaning_of(
      *cases::object(cases::changed(cases::valid_object("marking-definition"), unset, set)));
}

std::string tlp1(std::string_view id, std::string_view value, std::string_view more = "") {
  return R"({"id":"marking-definition--)" + std::string(id) +
         R"(","created":"2017-01-20T00:00:00.000Z","definition_type":"tlp","definition":{"tlp":")" +
         std::string(value) + "\"}" + std::string(more) + "}";
}

constexpr std::string_view kWhite = "613f2e26-407d-48c7-9eca-b8e91df99dc9";
constexpr std::string_view kGreen1 = "34098fce-860f-48ae-8e50-ebd3cc5e41da";
constexpr std::string_view kAmber1 = "f88d31f6-486f-44da-b317-01333bde0b82";
constexpr std::string_view kRed1 = "5e57c739-391a-4eb3-b6be-7d15ca92d5ed";
constexpr std::string_view kOpenCti = "marking-definition--826578e1-40ad-459f-bc73-ede076f81f37";

std::string opencti(std::string_view more) {
  return "{\"id\":\"" + std::string(kOpenCti) + R"(","definition":{"statement":"custom"})" +
         std::string(more) + "}";
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/markings: labels") {
    CHECK(tlp_label(Tlp::kAmberStrict) == "TLP:AMBER+STRICT");
    for (const Tlp tlp : kAll) {
      CHECK(tlp_from_label(tlp_label(tlp)) == tlp);
      CHECK(tlp_from_label(tlp_label(tlp).substr(4)) == tlp);
    }
    CHECK(tlp_from_label("tlp:amber+Strict") == Tlp::kAmberStrict);
    CHECK(tlp_from_label("White") == Tlp::kClear);
    CHECK(tlp_from_label("TLP:WHITE") == Tlp::kClear);
    for (const char* text : {"", "TLP:", "TLP:BLUE", "AMBER STRICT", " RED", "TLP:TLP:RED"}) {
      CHECK_FALSE(tlp_from_label(text).has_value());
    }
  }

  TEST_CASE("stix/markings: the order runs from loose to tight") {
    for (std::size_t i = 1; i < std::size(kAll); ++i) CHECK(kAll[i - 1] < kAll[i]);
  }

  TEST_CASE("stix/markings: published objects mean what they say and pass validation") {
    for (const Tlp tlp : kAll) {
      const auto marking = cases::object(tlp_marking_object(tlp));
      CHECK(marking->id() == tlp_marking_id(tlp));
      CHECK(tlp_from_marking_id(marking->id()) == tlp);
      const MarkingMeaning read = meaning_of(*marking);
      CHECK(read.kind == Kind::kTlp);
      CHECK(read.tlp == tlp);
      CHECK(cases::listing(validate(*marking, {.strict = true})) == "");
    }
    const auto extension = cases::object(tlp_extension_definition());
    CHECK(extension->id() == kTlpExtensionId);
    CHECK(cases::listing(validate(*extension, {.strict = true})) == "");
  }

  TEST_CASE("stix/markings: the ids of TLP 2.0 as published") {
    CHECK(tlp_marking_id(Tlp::kClear) ==
          "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487");
    CHECK(tlp_marking_id(Tlp::kGreen) ==
          "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb");
    CHECK(tlp_marking_id(Tlp::kAmber) ==
          "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421");
    CHECK(tlp_marking_id(Tlp::kAmberStrict) ==
          "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003");
    CHECK(tlp_marking_id(Tlp::kRed) == "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1");
  }

  TEST_CASE("stix/markings: TLP 1 by id and content") {
    CHECK(meaning(tlp1(kWhite, "white"), {"name"}).tlp == Tlp::kClear);
    CHECK(meaning(tlp1(kGreen1, "green")).tlp == Tlp::kGreen);
    CHECK(meaning(tlp1(kAmber1, "amber")).tlp == Tlp::kAmber);
    CHECK(meaning(tlp1(kRed1, "red")).tlp == Tlp::kRed);
    CHECK(tlp_from_marking_id("marking-definition--" + std::string(kAmber1)) == Tlp::kAmber);
    CHECK_FALSE(tlp_from_marking_id("marking-definition--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3")
                    .has_value());
  }

  TEST_CASE("stix/markings: each fixed id takes its own level in either form and no other") {
    struct Row {
      std::string id;
      std::string_view value;  ///< the only one that agrees
      Tlp tlp;
    };
    const std::string prefix = "marking-definition--";
    const std::vector<Row> tlp1_rows{{prefix + std::string(kWhite), "white", Tlp::kClear},
                                     {prefix + std::string(kGreen1), "green", Tlp::kGreen},
                                     {prefix + std::string(kAmber1), "amber", Tlp::kAmber},
                                     {prefix + std::string(kRed1), "red", Tlp::kRed}};
    const std::vector<Row> tlp2_rows{
        {std::string(tlp_marking_id(Tlp::kClear)), "clear", Tlp::kClear},
        {std::string(tlp_marking_id(Tlp::kGreen)), "green", Tlp::kGreen},
        {std::string(tlp_marking_id(Tlp::kAmber)), "amber", Tlp::kAmber},
        {std::string(tlp_marking_id(Tlp::kAmberStrict)), "amber+strict", Tlp::kAmberStrict},
        {std::string(tlp_marking_id(Tlp::kRed)), "red", Tlp::kRed}};
    const auto with_tlp1 = [](const std::string& id, std::string_view value) {
      return cases::object(
          R"({"type":"marking-definition","spec_version":"2.1","created":"2017-01-20T00:00:00.000Z",)"
          R"("definition_type":"tlp","definition":{"tlp":")" +
          std::string(value) + R"("},"id":")" + id + "\"}");
    };
    const auto with_tlp2 = [](const std::string& id, std::string_view value) {
      return cases::object(
          R"({"type":"marking-definition","spec_version":"2.1","created":"2022-10-01T00:00:00.000Z","extensions":{")" +
          std::string(kTlpExtensionId) + R"(":{"extension_type":"property-extension","tlp_2_0":")" +
          std::string(value) + R"("}},"id":")" + id + "\"}");
    };
    const auto check = [](const ObjectPtr& object, std::optional<Tlp> expected) {
      INFO(object->bytes());
      const MarkingMeaning read = meaning_of(*object);
      CHECK(read.kind == (expected ? Kind::kTlp : Kind::kMismatch));
      CHECK(read.tlp == expected);
      CHECK(read.scheme == MarkingScheme::kTlp);
    };
    for (const std::string_view value :
         {"white", "clear", "green", "amber", "amber+strict", "red", "WHITE", "", "blue"}) {
      for (const Row& row : tlp1_rows) {
        CHECK(tlp_from_marking_id(row.id) == row.tlp);
        const bool same = row.value == value || (row.tlp == Tlp::kClear && value == "clear");
        check(with_tlp1(row.id, value), same ? std::optional(row.tlp) : std::nullopt);
        check(with_tlp2(row.id, value), same ? std::optional(row.tlp) : std::nullopt);
      }
      for (const Row& row : tlp2_rows) {
        CHECK(tlp_from_marking_id(row.id) == row.tlp);
        const bool same = row.value == value || (row.tlp == Tlp::kClear && value == "white");
        check(with_tlp2(row.id, value), same ? std::optional(row.tlp) : std::nullopt);
        check(with_tlp1(row.id, value), same ? std::optional(row.tlp) : std::nullopt);
      }
    }
  }

  TEST_CASE("stix/markings: id and content that disagree are a mismatch") {
    const std::string extension =
        R"(,"extensions":{"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":{"extension_type":"property-extension","tlp_2_0":"red"}})";
    const std::vector<std::string> bad = {
        tlp1(kWhite, "green"),
        tlp1(kGreen1, "white"),
        tlp1(kGreen1, "GREEN"),
        tlp1(kGreen1, "green", R"(,"name":"TLP:RED")"),
        tlp1(kGreen1, "green", extension),
        tlp1("84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3", "green"),
        R"({"id":"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"})",
        R"({"definition":{"statement":"TLP:RED"}})",
        R"({"definition":{"statement":"tlp:red"}})",
        R"({"definition":{"statement":"TLP RED, for you alone"}})",
        R"({"definition":{"statement":"\uff34\uff2c\uff30\uff1a\uff32\uff25\uff24"}})",
        R"({"definition":{"statement":"  tlp :\u00a0amber + strict"}})",
        tlp1(kGreen1, "green", R"(,"object_marking_refs":["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"])"),
        R"({"name":"TLP:CLEAR"})",
        R"({"x_opencti_definition_type":"TLP"})",
        R"({"definition":{"statement":"x","tlp":"white"}})",
    };
    for (const std::string& set : bad) {
      INFO(set);
      const MarkingMeaning read = meaning(set);
      CHECK(read.kind == Kind::kMismatch);
      CHECK_FALSE(read.tlp.has_value());
    }
  }

  TEST_CASE("stix/markings: a TLP 2.0 object that was altered is a mismatch") {
    const std::string red = tlp_marking_object(Tlp::kRed);
    const auto altered = [&](const std::string& set) {
      return meaning_of(*cases::object(cases::changed(red, {}, set))).kind;
    };
    CHECK(altered("{}") == Kind::kTlp);
    CHECK(altered(R"({"name":"TLP:GREEN"})") == Kind::kMismatch);
    CHECK(altered(R"({"definition_type":"TLP:RED"})") == Kind::kTlp);
    CHECK(altered(R"({"definition_type":"TLP:CLEAR"})") == Kind::kMismatch);
    CHECK(altered(R"({"definition":{"tlp":"red"},"definition_type":"tlp"})") == Kind::kTlp);
    CHECK(altered(R"({"definition":{"tlp":"amber"},"definition_type":"tlp"})") == Kind::kMismatch);
    CHECK(altered(R"({"extensions":{}})") == Kind::kMismatch);
    CHECK(altered(R"({"id":"marking-definition--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3"})") ==
          Kind::kMismatch);
    const auto value = [&](std::string_view extension) {
      return altered("{\"extensions\":{\"" + std::string(kTlpExtensionId) +
                     "\":" + std::string(extension) + "}}");
    };
    CHECK(value(R"({"extension_type":"property-extension","tlp_2_0":"green"})") == Kind::kMismatch);
    CHECK(value(R"({"extension_type":"property-extension","tlp_2_0":"red","also":"green"})") ==
          Kind::kMismatch);
    CHECK(value(R"({"tlp_2_0":"red","also":"x"})") == Kind::kMismatch);
    CHECK(value(R"({"extension_type":"new-sdo","tlp_2_0":"red"})") == Kind::kMismatch);
    CHECK(value("\"red\"") == Kind::kMismatch);
  }

  TEST_CASE("stix/markings: the foreign alias counts only with content that says so") {
    CHECK(tlp_from_marking_id(kOpenCti) == Tlp::kAmberStrict);
    CHECK(
        meaning(
            opencti(
                R"(,"x_opencti_definition_type":"TLP","x_opencti_definition":"TLP:AMBER+STRICT")"))
            .tlp == Tlp::kAmberStrict);
    CHECK(meaning("{\"id\":\"" + std::string(kOpenCti) +
                  R"(","definition":{"statement":"TLP:AMBER+STRICT"}})")
              .tlp == Tlp::kAmberStrict);
    CHECK(meaning(opencti("")).kind == Kind::kMismatch);
    CHECK(meaning(opencti(R"(,"x_opencti_definition":"TLP:GREEN")")).kind == Kind::kMismatch);
    CHECK(meaning(opencti(R"(,"x_opencti_definition":"TLP:AMBER+STRICT","definition_type":"tlp")"))
              .kind == Kind::kMismatch);
    CHECK(
        meaning(
            "{\"id\":\"" + std::string(kOpenCti) +
            R"(","definition":{"statement":"TLP:CLEAR"},"x_opencti_definition":"TLP:AMBER+STRICT"})")
            .kind == Kind::kMismatch);
  }

  TEST_CASE("stix/markings: statements, and what is not understood") {
    CHECK(meaning("{}").kind == Kind::kStatement);
    CHECK_FALSE(meaning("{}").tlp.has_value());
    CHECK(meaning(R"({"x_acme_order":1})").kind == Kind::kStatement);
    CHECK(meaning(R"({"definition":{}})").kind == Kind::kUnknown);
    CHECK(meaning(R"({"definition":{"statement":7}})").kind == Kind::kUnknown);
    CHECK(meaning(R"({"definition_type":"iep"})").kind == Kind::kUnknown);
    CHECK(meaning("{}", {"definition", "definition_type"}).kind == Kind::kUnknown);
    // An extension may restrict in a way that nothing here understands.
    CHECK(
        meaning(
            R"({"extensions":{"extension-definition--3a65884d-005a-4290-8335-cb2d778a83ce":{"extension_type":"property-extension"}}})")
            .kind == Kind::kUnknown);
    CHECK(meaning_of(*cases::object(cases::valid_object("tool"))).kind == Kind::kUnknown);
  }

  TEST_CASE("stix/markings: CLEAR under the id of WHITE, as OpenCTI writes it, is CLEAR") {
    CHECK(meaning(tlp1(kWhite, "clear", R"(,"name":"TLP:CLEAR")")).tlp == Tlp::kClear);
    CHECK(meaning(tlp1(kWhite, "white", R"(,"name":"TLP:CLEAR")")).tlp == Tlp::kClear);
    CHECK(meaning(tlp1(kWhite, "clear", R"(,"name":"TLP:GREEN")")).kind == Kind::kMismatch);
  }

  TEST_CASE("stix/markings: published ids are known, whatever is given under them") {
    for (const Tlp tlp : kAll) {
      CHECK(published_meaning(tlp_marking_id(tlp))->tlp == tlp);
      CHECK(published_meaning(tlp_marking_id(tlp))->kind == Kind::kTlp);
    }
    CHECK(published_meaning("marking-definition--" + std::string(kWhite))->tlp == Tlp::kClear);
    const auto amber = published_meaning(pap_marking_id(Pap::kAmber));
    CHECK(amber->pap == Pap::kAmber);
    CHECK(amber->can_be_honoured);
    CHECK_FALSE(published_meaning("marking-definition--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3"));
    const std::string id = "{\"id\":\"" + std::string(pap_marking_id(Pap::kAmber)) + "\",\"definition\":{\"statement\":\"";
    CHECK(meaning(id + "PAP:AMBER\"}}").kind == Kind::kUnknown);
    CHECK(meaning(id + "PAP:GREEN\"}}").kind == Kind::kMismatch);
    CHECK(meaning(id + "PAP:AMBER\"},\"object_marking_refs\":[\"" + std::string(tlp_marking_id(Tlp::kRed)) + "\"]}").kind == Kind::kMismatch);
  }

  TEST_CASE("stix/tlp_words: what people and programs write") {
    struct Row {
      const char* text;
      std::optional<Tlp> tlp;
      bool exact, speaks = true;
    };
    const Row rows[] = {
        {"tlp:red", Tlp::kRed, true},
        {"TLP:RED", Tlp::kRed, true},
        {" Tlp : Green ", Tlp::kGreen, true},
        {"tlp:white", Tlp::kClear, true},
        {"tlp:clear", Tlp::kClear, true},
        {"tlp:amber+strict", Tlp::kAmberStrict, true},
        {"TLP:AMBER STRICT", Tlp::kAmberStrict, true},
        {"tlp-amber-strict", Tlp::kAmberStrict, true},
        {"tlp_amber", Tlp::kAmber, true},
        {"tlp=\"red\"", Tlp::kRed, true},
        {"TLP RED", Tlp::kRed, true},
        {"\uff34\uff2c\uff30\uff1a\uff21\uff2d\uff22\uff25\uff32", Tlp::kAmber, true},
        {"\U0001d413\U0001d40b\U0001d40f:\U0001d42b\U0001d41e\U0001d41d", Tlp::kRed, true},
        {"TLP:\u200bRED", Tlp::kRed, true},
        {"TLP:\u3000RED", Tlp::kRed, true},
        {"TLP:RED - for the board", Tlp::kRed, false},
        {"TLP:GREEN/AMBER", Tlp::kGreen, false},
        {"tlp:unclear", std::nullopt, false},
        {"TLP:", std::nullopt, false},
        {"TLP:REDACTED", std::nullopt, false},
        {"TLPRED", Tlp::kRed, true},
        {"#tlp:red", Tlp::kRed, true},
        {"#TLPAmber", Tlp::kAmber, true},
        {"TLP.RED", Tlp::kRed, true},
        {"(tlp|amber+strict)", Tlp::kAmberStrict, true},
        {"marking:tlp:red", Tlp::kRed, true},
        {"a.b/TLP=green", Tlp::kGreen, true},
        {"marking:tlp:red or so", Tlp::kRed, false},
        {"https://www.first.org/tlp/", std::nullopt, false, false},
        {"marking: TLP:RED", std::nullopt, false, false},
        {"TLPREDACTED", std::nullopt, false, false},
        {"TLPT framework", std::nullopt, false, false},
        {"TLP definitions apply", std::nullopt, false, false},
        {"see TLP:RED", std::nullopt, false, false},
        {"", std::nullopt, false, false},
        {"red", std::nullopt, false, false},
    };
    for (const Row& row : rows) {
      INFO(row.text);
      const TlpWords words = tlp_in(row.text);
      CHECK(words.speaks == row.speaks);
      CHECK(words.tlp == row.tlp);
      CHECK(words.exact == row.exact);
    }
    for (const char* torn : {"\xff\xfe", "TLP:\xe2\x80", "\xf0\x9d"}) CHECK_FALSE(tlp_in(torn).tlp.has_value());
  }

  TEST_CASE("stix/markings: what is embedded bears markings and an embargo for the whole") {
    const auto with = [](const std::string& set) { return cases::object(cases::changed(cases::valid_object("tool"), {}, set)); };
    const auto refs = marking_refs(*with(
        R"({"x_it":{"type":"x","object_marking_refs":["a"],"deep":[{"granular_markings":[{"marking_ref":"b"},{"lang":"ja"}]}]},)"
        R"("extensions":{"extension-definition--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3":{"object_marking_refs":["c"]}}})"));
    CHECK(refs.object.empty());
    CHECK(refs.granular.empty());
    CHECK(refs.embedded == std::vector<std::string>{"a", "b", "c"});
    CHECK_FALSE(refs.unreadable);
    for (const char* bad : {R"({"x_it":{"object_marking_refs":"a"}})", R"({"x_it":[{"object_marking_refs":[7]}]})", R"({"x_it":{"granular_markings":{}}})",
                            R"({"x_it":{"granular_markings":[{"selectors":["name"]}]}})", R"({"object_marking_refs":7})"}) {
      INFO(bad);
      CHECK(marking_refs(*with(bad)).unreadable);
    }
    const std::string embargo = R"("extensions":{")" + std::string(kSharingExtensionId) + R"(":{"embargo_until":")";
    const auto later = sharing_facts(*with("{" + embargo + R"(2026-01-01T00:00:00Z"}},"x_it":[{)" + embargo + R"(2027-01-01T00:00:00Z"}}}]})"));
    CHECK(later.embargo_until == *parse_stix_time("2027-01-01T00:00:00Z"));
    CHECK(sharing_facts(*with("{\"x_it\":{" + embargo + "never\"}}}}")).embargo_unclear);
    CHECK(claims_in_labels(*with(R"({"x_it":{"labels":["tlp:red"]}})")).tlp == Tlp::kRed);
  }

  TEST_CASE("stix/markings: a map holds the markings of what is embedded at its place") {
    const auto object = cases::object(cases::changed(cases::valid_object("tool"), {},
        R"({"x_it":{"value":"v","other":1,"object_marking_refs":["a"],"granular_markings":[{"marking_ref":"b","selectors":["value"]}]}})"));
    const MarkingMap map(object->root());
    using Ids = std::vector<std::string_view>;
    CHECK(map.at("")->below == Ids{"a", "b"});
    CHECK(map.at("/x_it/value")->granular == Ids{"a", "b"});
    CHECK(map.at("/x_it/other")->granular == Ids{"a"});
    CHECK(map.at("/name")->granular.empty());
  }

  TEST_CASE("stix/markings: the ids that an object names") {
    const auto refs = marking_refs(*cases::object(cases::changed(
        cases::valid_object("tool"), {},
        R"({"object_marking_refs":["a","b",7],"granular_markings":[{"marking_ref":"c","selectors":["name"]},{"lang":"ja","selectors":["name"]},7,{"marking_ref":9}]})")));
    CHECK(refs.object == std::vector<std::string>{"a", "b"});
    CHECK(refs.granular == std::vector<std::string>{"c"});
    const auto none = marking_refs(*cases::object(cases::changed(
        cases::valid_object("tool"), {}, R"({"object_marking_refs":"a","granular_markings":{}})")));
    CHECK(none.object.empty());
    CHECK(none.granular.empty());
  }
}
