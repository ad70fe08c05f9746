// Objects, profiles and the keyed hash of these tests.
#pragma once

#include <string>
#include <vector>

#include "core/digest.h"
#include "core/uuid.h"
#include "stix/redact/redact.h"
#include "stix/validate/validate.h"
#include "tests/support/doctest.h"

namespace sekisho::stix::redact {

inline const std::string kCreator = "identity--aaaaaaaa-0000-4000-8000-000000000001";
inline const std::string kMember = "identity--aaaaaaaa-0000-4000-8000-000000000002";
inline const std::string kOther = "identity--aaaaaaaa-0000-4000-8000-000000000003";
inline const std::string kReport = "report--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3";
inline const std::string kVulnerability = "vulnerability--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb4";

inline std::array<std::uint8_t, 16> test_hash(std::string_view text) {
  const Sha256 digest = sha256("key " + std::string(text));
  std::array<std::uint8_t, 16> out{};
  std::copy_n(digest.begin(), out.size(), out.begin());
  return out;
}

inline ObjectPtr parsed(const std::string& text) {
  auto object = Object::parse(text);
  REQUIRE_MESSAGE(object.ok(), (object.ok() ? "" : object.error().to_string()));
  return *object;
}

/// A report of the member with these members in front of its own (with a trailing comma).
inline ObjectPtr report(const std::string& more = {}, const std::string& refs = "\"" + kVulnerability + "\"") {
  return parsed("{\"type\":\"report\",\"spec_version\":\"2.1\",\"id\":\"" + kReport + "\",\"created_by_ref\":\"" + kMember +
                "\",\"created\":\"2026-03-04T05:06:07.123Z\",\"modified\":\"2026-05-06T07:08:09.456789Z\"," + more +
                "\"name\":\"Attack\",\"published\":\"2026-03-04T05:06:07Z\",\"object_refs\":[" + refs + "]}");
}

struct Try {
  ObjectPtr original;
  Profile profile{};
  Request request{};

  explicit Try(ObjectPtr object) : original(std::move(object)) {
    profile.id = "p";
    request.creator = kCreator;
    request.source_identities = {kMember};
    request.source_names = {"Acme Motors"};
    request.hash = test_hash;
  }
  Outcome run() {
    request.original = original.get();
    request.profiles = {&profile};
    Outcome outcome = redact(request);
    if (outcome.kind == Outcome::Kind::kRendition) {
      for (const Finding& finding : validate(*outcome.rendition)) {
        CHECK_MESSAGE(finding.severity != Severity::kError, (finding.pointer + ": " + finding.message + " " + outcome.rendition->bytes()));
      }
      CHECK(outcome.rendition->bytes().find(std::string(original->id())) == std::string::npos);
    }
    return outcome;
  }
  /// The rendition; a check fails if there is none.
  json::Value rendition() {
    kept = run();
    REQUIRE_MESSAGE(kept.kind == Outcome::Kind::kRendition, kept.reason);
    return kept.rendition->root();
  }
  std::string withheld() {
    kept = run();
    CHECK(kept.kind == Outcome::Kind::kWithheld);
    return kept.reason;
  }
  bool unchanged() { return run().kind == Outcome::Kind::kUnchanged; }
  Outcome kept{};
};

}  // namespace sekisho::stix::redact
