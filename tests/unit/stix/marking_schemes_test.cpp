#include "stix/marking_schemes.h"

#include "stix/markings.h"
#include "stix_cases.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix;
using Kind = MarkingMeaning::Kind;

namespace {

constexpr Pap kAllPap[] = {Pap::kClear, Pap::kGreen, Pap::kAmber, Pap::kRed};
constexpr std::string_view kPapWhite = "marking-definition--a3bea94c-b469-41dc-9cfe-d6e7daba7730";

ObjectPtr marking(const std::string& set, const std::vector<std::string>& unset = {}) {
  return cases::object(cases::changed(cases::valid_object("marking-definition"), unset, set));
}

/// A marking-definition that is an extension and nothing else.
ObjectPtr extended(std::string_view key, const std::string& content, const std::string& more = "") {
  return marking("{\"extensions\":{\"" + std::string(key) + "\":" + content + "}" + more + "}",
                 {"definition", "definition_type", "name"});
}

std::string pap_content(std::string_view level) {
  return R"({"extension_type":"property-extension","pap":")" + std::string(level) + "\"}";
}

ObjectPtr statement(const std::string& text) {
  return marking("{\"definition\":{\"statement\":\"" + text + "\"}}", {"name"});
}

ObjectPtr opencti_pap(const std::string& label) {
  return marking(
      R"({"definition":{"statement":"custom"},"x_opencti_definition_type":"PAP","x_opencti_definition":")" +
          label + "\"}",
      {"name"});
}

const std::string kIep =
    R"({"extension_type":"property-extension","encrypt_in_transit":"may","permitted_actions":"none",)"
    R"("affected_party_notifications":"may","tlp":"amber","provider_attribution":"must-not","unmodified_resale":"must-not",)"
    R"("iep_id":"0b1c9c4e-7f5f-4c52-9c30-6fd4b6a3c1aa","iep_version":2.0,"description":"ours","start_date":"2026-04-01T00:00:00Z"})";

/// Recognised as `scheme`, and held by whoever asks for the kind.
void check_held(const ObjectPtr& object, MarkingScheme scheme) {
  INFO(object->bytes());
  const MarkingMeaning meaning = meaning_of(*object);
  CHECK(scheme_name(meaning.scheme) == scheme_name(scheme));
  const auto published = published_meaning(object->id());
  const bool disputed = published && published->pap != pap_of(*object);
  CHECK(meaning.kind == (disputed ? Kind::kMismatch : Kind::kUnknown));
  CHECK_FALSE(meaning.tlp.has_value());
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/marking_schemes: PAP labels and ids") {
    for (const Pap pap : kAllPap) {
      CHECK(pap_from_label(pap_label(pap)) == pap);
      CHECK(pap_from_label(pap_label(pap).substr(4)) == pap);
      CHECK(pap_from_marking_id(pap_marking_id(pap)) == pap);
    }
    CHECK(Pap::kClear < Pap::kGreen);
    CHECK(Pap::kAmber < Pap::kRed);
    CHECK(pap_from_label("pap:white") == Pap::kClear);
    CHECK(pap_from_marking_id(kPapWhite) == Pap::kClear);
    for (const char* text :
         {"", "PAP:", "PAP:BLUE", "PAP:AMBER+STRICT", "TLP:RED", "PAP:PAP:RED", " RED"}) {
      CHECK_FALSE(pap_from_label(text).has_value());
    }
    CHECK(pap_marking_id(Pap::kRed) == "marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e");
  }

  TEST_CASE("stix/marking_schemes: PAP in the published form, as label, as OpenCTI writes it") {
    for (const Pap pap : kAllPap) {
      std::string level(pap_label(pap).substr(4));
      for (char& c : level) c = static_cast<char>(c - 'A' + 'a');
      const auto published = extended(kPapExtensionId, pap_content(level),
                                      ",\"id\":\"" + std::string(pap_marking_id(pap)) +
                                          "\",\"name\":\"" + std::string(pap_label(pap)) + "\"");
      check_held(published, MarkingScheme::kPap);
      CHECK(pap_of(*published) == pap);
      for (const auto& form :
           {statement(std::string(pap_label(pap))), opencti_pap(std::string(pap_label(pap)))}) {
        check_held(form, MarkingScheme::kPap);
        CHECK(pap_of(*form) == pap);
      }
    }
    CHECK(pap_of(*opencti_pap("PAP:WHITE")) == Pap::kClear);
  }

  TEST_CASE(
      "stix/marking_schemes: PAP that contradicts itself has no level, and is held like any") {
    const std::string red_id = ",\"id\":\"" + std::string(pap_marking_id(Pap::kRed)) + "\"";
    for (const auto& object :
         {extended(kPapExtensionId, pap_content("green"), red_id),
          extended(kPapExtensionId, pap_content("blue")), extended(kPapExtensionId, "{}"),
          extended(kPapExtensionId, pap_content("red"), R"(,"name":"PAP:GREEN")"),
          statement("PAP:RED only for the SOC"), opencti_pap("secret"),
          marking(R"({"definition_type":"pap"})", {"name"})}) {
      check_held(object, MarkingScheme::kPap);
      CHECK_FALSE(pap_of(*object).has_value());
    }
    // A statement under a published id is PAP by its id.
    check_held(marking("{\"x\":1" + red_id + "}", {"name"}), MarkingScheme::kPap);
    // TLP content beside it is a contradiction first of all.
    CHECK(
        meaning_of(*extended(kPapExtensionId, pap_content("red"), R"(,"name":"TLP:CLEAR")")).kind ==
        Kind::kMismatch);
  }

  TEST_CASE("stix/marking_schemes: the Chatham House rule as a statement") {
    for (const char* text : {"Chatham House Rule", "Shared under the CHATHAM HOUSE RULE.",
                             "the chatham house rule applies"}) {
      check_held(statement(text), MarkingScheme::kChathamHouse);
    }
    check_held(marking(R"({"name":"Chatham House"})"), MarkingScheme::kChathamHouse);
  }

  TEST_CASE("stix/marking_schemes: IEP by the id of its extension") {
    const auto object = extended(kIepExtensionId, kIep);
    check_held(object, MarkingScheme::kIep);
    const auto policy = iep_of(*object);
    REQUIRE(policy.has_value());
    CHECK(policy->tlp == "amber");
    CHECK(policy->permitted_actions == "none");
    CHECK(policy->provider_attribution == "must-not");
    CHECK(policy->end_date.empty());
    check_held(marking(R"({"definition_type":"iep","definition":{"tlp_level":"x"}})", {"name"}),
               MarkingScheme::kIep);
    CHECK_FALSE(iep_of(*statement("x")).has_value());
  }

  TEST_CASE("stix/marking_schemes: an IEP policy is whole or none") {
    const auto altered = [](const std::vector<std::string>& unset, const char* set) {
      return iep_of(*extended(kIepExtensionId, cases::changed(kIep, unset, set))).has_value();
    };
    CHECK(altered({}, R"({"end_date":"2027-03-31T00:00:00Z","iep_version":2})"));
    for (const char* name : {"extension_type", "encrypt_in_transit", "permitted_actions",
                             "affected_party_notifications", "tlp", "provider_attribution",
                             "unmodified_resale", "iep_id", "iep_version", "start_date"}) {
      INFO(name);
      CHECK_FALSE(altered({name}, "{}"));
    }
    for (const char* set :
         {R"({"tlp":"clear"})", R"({"iep_version":1.0})", R"({"iep_version":"2.0"})",
          R"({"start_date":"today"})", R"({"end_date":null})", R"({"iep_id":"x"})",
          R"({"provider_attribution":"never"})"}) {
      INFO(set);
      CHECK_FALSE(altered({}, set));
    }
  }

  TEST_CASE("stix/marking_schemes: ACS is recognised and kept, not understood") {
    const auto object = extended(
        kAcsExtensionId,
        R"({"extension_type":"property-extension","identifier":"isa:guide.1","control_set":{"classification":"U"}})");
    check_held(object, MarkingScheme::kAcs);
    CHECK(scheme_name(MarkingScheme::kAcs) == "acs");
    // ACS beside a statement is ACS.
    check_held(marking("{\"extensions\":{\"" + std::string(kAcsExtensionId) + "\":{}}}"),
               MarkingScheme::kAcs);
  }

  TEST_CASE("stix/marking_schemes: what labels claim") {
    const auto claims = [](const std::string& labels) {
      return claims_in_labels(*cases::object(
          cases::changed(cases::valid_object("tool"), {}, "{\"labels\":" + labels + "}")));
    };
    CHECK(claims(R"(["tlp:clear","tlp:amber+strict","tlp:green"])").tlp == Tlp::kAmberStrict);
    CHECK(claims(R"(["PAP:GREEN","pap:amber"])").pap == Pap::kAmber);
    CHECK(claims(R"(["tlp:ex:chr"])").chatham_house);
    CHECK(claims(R"(["chatham-house-rule"])").chatham_house);
    CHECK(claims(R"(["tlp:unclear"])").unclear);
    CHECK_FALSE(claims(R"(["tlp:unclear"])").tlp.has_value());
    CHECK(claims(R"(["pap:blue"])").unclear);
    const auto none = claims(R"(["weekly",7,""])");
    CHECK_FALSE(none.tlp.has_value());
    CHECK_FALSE(none.pap.has_value());
    CHECK_FALSE(none.chatham_house);
    CHECK_FALSE(none.unclear);
    CHECK_FALSE(claims(R"("tlp:red")").tlp.has_value());
  }

  TEST_CASE("stix/marking_schemes: the names of TLP and statements") {
    CHECK(meaning_of(*cases::object(tlp_marking_object(Tlp::kRed))).scheme == MarkingScheme::kTlp);
    CHECK(meaning_of(*statement("Copyright 2026")).scheme == MarkingScheme::kStatement);
    CHECK(meaning_of(*statement("Copyright 2026")).kind == Kind::kStatement);
    CHECK(meaning_of(*statement("tlp:ex:chr")).kind == Kind::kMismatch);
    CHECK(meaning_of(*statement("tlp:ex:chr")).scheme == MarkingScheme::kChathamHouse);
    CHECK(scheme_of(*cases::object(cases::valid_object("tool"))) == MarkingScheme::kNone);
    CHECK(scheme_name(MarkingScheme::kNone) == "unknown");
  }
}
