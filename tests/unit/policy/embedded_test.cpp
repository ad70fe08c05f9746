// What is embedded in an object, and what its labels say, counts for the whole of it.
#include "fixture.h"

#include "stix/redact/redact.h"
#include "stix/sharing_facts.h"

namespace sekisho::policy {
namespace {

using stix::Tlp;

const std::string kUnknown = "marking-definition--aaaaaaaa-89ab-4def-8123-456789abcdef";

std::string embedded(const std::string& marking, const std::string& key = "x_seen") {
  return ",\"" + key + "\":{\"0\":{\"type\":\"ipv4-addr\",\"value\":\"198.51.100.3\",\"object_marking_refs\":[\"" + marking + "\"]}}";
}
std::string embedded_part(const std::string& marking) {
  return ",\"objects\":{\"0\":{\"type\":\"email-addr\",\"value\":\"ceo@kawa.example\",\"granular_markings\":[{\"marking_ref\":\"" + marking +
         "\",\"selectors\":[\"value\"]}]}}";
}
std::string labels(const std::string& list) { return ",\"labels\":[" + list + "]"; }

std::shared_ptr<const Compiled> two() {
  return compiled(kHead + tables() + party("acme", "member") + party("feed", "vendor"));
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("policy/embedded: the tightest of the object and of what is embedded in it decides") {
    const auto policy = two();
    CHECK(effect(*policy, "feed", facts_of(marked(Tlp::kClear))) == Effect::kPermit);
    for (const std::string& more : {embedded(tlp_id(Tlp::kRed)), embedded(tlp_id(Tlp::kRed), "objects"), embedded_part(tlp_id(Tlp::kRed)),
                                    ",\"extensions\":{\"extension-definition--11234567-89ab-4def-8123-456789abcdef\":{\"a\":[" +
                                        embedded(tlp_id(Tlp::kRed)).substr(sizeof(",\"x_seen\":") - 1) + "]}}"}) {
      CAPTURE(more);
      const auto object = marked(Tlp::kClear, more);
      CHECK(policy->effective_marking(facts_of(object)).tlp == Tlp::kRed);
      CHECK(effect(*policy, "acme", facts_of(object)) == Effect::kDeny);
      CHECK(effect(*policy, "feed", facts_of(object)) == Effect::kDeny);
    }
    const auto looser = marked(Tlp::kRed, embedded(tlp_id(Tlp::kClear)));
    CHECK(effect(*policy, "acme", facts_of(looser)) == Effect::kDeny);
    const auto unmarked = object({}, embedded(tlp_id(Tlp::kClear)));
    CHECK(policy->effective_marking(facts_of(unmarked)).unmarked);
    CHECK(policy->effective_marking(facts_of(unmarked)).tlp == Tlp::kAmber);
  }

  TEST_CASE("policy/embedded: a marking that is not understood, or none, holds the whole") {
    const auto policy = two();
    for (const std::string& more : {embedded(kUnknown), embedded_part(kUnknown), std::string(",\"x_seen\":[{\"object_marking_refs\":[7]}]"),
                                    std::string(",\"x_seen\":{\"granular_markings\":[{\"selectors\":[\"a\"]}]}")}) {
      CAPTURE(more);
      CHECK(effect(*policy, "acme", facts_of(marked(Tlp::kClear, more))) == Effect::kHold);
    }
    CHECK(policy->effective_marking(facts_of(marked(Tlp::kClear, embedded(kUnknown)))).undefined == kUnknown);
  }

  TEST_CASE("policy/embedded: an embargo inside holds the whole back") {
    const auto policy = two();
    const auto with = [](const std::string& until) {
      return marked(Tlp::kClear, ",\"x_seen\":[{\"extensions\":{\"" + std::string(stix::kSharingExtensionId) + "\":{\"embargo_until\":\"" + until + "\"}}}]");
    };
    CHECK(effect(*policy, "acme", facts_of(with("2030-01-01T00:00:00Z"))) == Effect::kDeny);
    CHECK(effect(*policy, "acme", facts_of(with("some day"))) == Effect::kDeny);
    CHECK(effect(*policy, "acme", facts_of(with("2020-01-01T00:00:00Z"))) == Effect::kPermit);
  }

  TEST_CASE("policy/embedded: no profile drops a marking inside") {
    const auto policy = compiled(kHead + tables() + "[[profile]]\nid = \"p\"\nfrom = 2026-01-01\ngranular = \"TLP:GREEN\"\nremove = [\"/x_seen\"]\n" +
                                 party("feed", "vendor") + "[[rule]]\nid = \"r\"\neffect = \"redact\"\nprofile = \"p\"\nkinds = [\"vendor\"]\n");
    const auto report = [](const std::string& more) { return object({tlp_id(Tlp::kClear)}, more, "report--01234567-89ab-4def-8123-456789abcdef"); };
    CHECK(effect(*policy, "feed", facts_of(report(granular(Tlp::kRed)))) == Effect::kRedact);
    CHECK(effect(*policy, "feed", facts_of(report(embedded(tlp_id(Tlp::kRed))))) == Effect::kDeny);
    CHECK(effect(*policy, "feed", facts_of(report(embedded_part(tlp_id(Tlp::kRed))))) == Effect::kDeny);
    CHECK(effect(*policy, "feed", facts_of(report(embedded(kUnknown)))) == Effect::kHold);
  }

  TEST_CASE("policy/labels: what labels say about TLP tightens and never loosens") {
    const auto policy = two();
    const auto tlp = [&](const std::vector<std::string>& markings, const std::string& list) {
      return policy->effective_marking(facts_of(object(markings, labels(list)))).tlp;
    };
    CHECK(tlp({}, "\"tlp:amber+strict\"") == Tlp::kAmberStrict);
    CHECK(tlp({}, "\"tlp:red\"") == Tlp::kRed);
    CHECK(tlp({}, "\"tlp:white\"") == Tlp::kAmber);
    CHECK(tlp({tlp_id(Tlp::kGreen)}, "\"tlp:red\"") == Tlp::kRed);
    CHECK(tlp({tlp_id(Tlp::kGreen)}, "\"misp:tool=\\\"x\\\"\",\"TLP:AMBER+STRICT\"") == Tlp::kAmberStrict);
    CHECK(tlp({tlp_id(Tlp::kRed)}, "\"TLP:GREEN\"") == Tlp::kRed);
    CHECK(policy->effective_marking(facts_of(object({}, labels("\"tlp:green\"")))).unmarked);
    CHECK(effect(*policy, "acme", facts_of(marked(Tlp::kClear, labels("\"tlp:unclear\"")))) == Effect::kHold);
    CHECK(effect(*policy, "acme", facts_of(marked(Tlp::kClear, labels("\"tlp:ex:chr\"")))) == Effect::kHold);
    CHECK(effect(*policy, "acme", facts_of(marked(Tlp::kClear, labels("\"phishing\"")))) == Effect::kPermit);
  }
}

}  // namespace sekisho::policy
