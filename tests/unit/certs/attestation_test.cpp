#include "certs/attestation.h"

#include <limits>
#include <string>

#include "core/uuid.h"
#include "tests/support/fakes.h"
#include "vectors.h"

namespace sekisho::certs {

namespace {

struct Expected {
  Role role;
  Handling handling;
};

Expected expected_claims(const json::Value& claims) {
  Expected out;
  out.role = text_of(claims["role"]) == "creator" ? Role::kCreator : Role::kRelay;
  const bool firm = text_of(claims["org_scope"]) == "member-firm";
  out.handling.org_scope = firm ? OrgScope::kMemberFirm : OrgScope::kIsacMembership;
  out.handling.onward_consent = *claims["onward_consent"].boolean();
  if (const auto hops = claims["max_hops"].integer()) {
    out.handling.max_hops = static_cast<std::uint32_t>(*hops);
  }
  return out;
}

std::string canonical_of(const std::string& text) {
  const auto document = json::Document::parse(text);
  REQUIRE(document.ok());
  return json::canonical((*document)->root());
}

const std::string kTarget =
    R"({"id":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","spec_version":"2.1","type":"ipv4-addr","value":"198.51.100.3"})";

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("certs/attestation: signs and reads the vectors of the specification") {
    const auto file = signing_vectors("attestations.json");
    const auto key = rfc8037_key();
    int checked = 0;
    for (const auto& entry : file->root()["valid"]) {
      const json::Value vector = entry.value;
      CAPTURE(text_of(vector["name"]));
      const std::string target = text_of(vector["target"]);
      const Expected expected = expected_claims(vector["claims"]);
      CHECK(canonical_of(target) == target);
      CHECK(attest(*key, target, expected.role, expected.handling) == text_of(vector["jws"]));
      const auto claims =
          check_attestation(text_of(vector["jws"]), target, only(key->public_key()));
      REQUIRE(claims.ok());
      CHECK(claims->kid == key->kid());
      CHECK(claims->role == expected.role);
      CHECK(claims->handling == expected.handling);
      ++checked;
    }
    CHECK(checked == 3);
  }

  TEST_CASE(
      "certs/attestation: the object's derived id follows docs/specs/attestation.md section 2") {
    const auto file = signing_vectors("attestations.json");
    const auto ns = Uuid::parse("9c90ccf1-f68a-4722-ad7a-2bf4f2b2a19a").value();
    for (const auto& entry : file->root()["valid"]) {
      const json::Value object = entry.value["attestation"];
      const std::string jws = text_of(object["jws"]);
      const std::string target = text_of(entry.value["target"]);
      CHECK(text_of(object["target_sha256"]) == hex(sha256(target)));
      std::string name = text_of(object["created_by_ref"]);
      for (const char* property : {"created", "target_ref", "target_version", "target_sha256"}) {
        name += "\n" + text_of(object[property]);
      }
      name += "\n" + jws.substr(0, jws.find('.'));
      CHECK(text_of(object["id"]) == "sekisho-attestation--" + Uuid::v5(ns, name).to_string());
    }
  }

  TEST_CASE("certs/attestation: every broken vector is refused for its own reason") {
    const auto file = signing_vectors("attestations.json");
    const auto key = rfc8037_key();
    const std::string first_target = text_of(file->root()["valid"].at(0)["target"]);
    int refused = 0;
    for (const auto& entry : file->root()["rejected"]) {
      const json::Value vector = entry.value;
      CAPTURE(text_of(vector["name"]));
      const std::string target =
          vector["target"].exists() ? text_of(vector["target"]) : first_target;
      const auto claims =
          check_attestation(text_of(vector["jws"]), target, only(key->public_key()));
      REQUIRE_FALSE(claims.ok());
      CHECK(std::string(info(claims.error().code).text) == text_of(vector["code"]));
      CHECK(claims.error().where == text_of(vector["where"]));
      ++refused;
    }
    CHECK(refused >= 99);
  }

  TEST_CASE("certs/attestation: harmless variants of the header are accepted") {
    const auto file = signing_vectors("attestations.json");
    const auto key = rfc8037_key();
    const std::string target = text_of(file->root()["valid"].at(0)["target"]);
    CHECK(file->root()["accepted"].size() == 4);
    for (const auto& entry : file->root()["accepted"]) {
      CAPTURE(text_of(entry.value["name"]));
      CHECK(check_attestation(text_of(entry.value["jws"]), target, only(key->public_key())).ok());
    }
  }

  TEST_CASE(
      "certs/attestation: survives re-serialising, not changing, and duplicates never get that "
      "far") {
    const auto file = signing_vectors("attestations.json");
    const auto key = rfc8037_key();
    const std::string jws = text_of(file->root()["valid"].at(0)["jws"]);
    for (const auto& entry : file->root()["same_target"]) {
      CAPTURE(text_of(entry.value["name"]));
      const std::string canonical = canonical_of(text_of(entry.value["text"]));
      CHECK(check_attestation(jws, canonical, only(key->public_key())).ok());
    }
    for (const auto& entry : file->root()["changed_target"]) {
      CAPTURE(text_of(entry.value["name"]));
      const std::string canonical = canonical_of(text_of(entry.value["text"]));
      const auto claims = check_attestation(jws, canonical, only(key->public_key()));
      REQUIRE_FALSE(claims.ok());
      CHECK(claims.error().code == Code::kSignatureInvalid);
    }
    for (const auto& entry : file->root()["no_canonical_form"]) {
      CAPTURE(text_of(entry.value["name"]));
      const auto document = json::Document::parse(text_of(entry.value["text"]));
      REQUIRE_FALSE(document.ok());
      CHECK(std::string(info(document.error().code).text) == text_of(entry.value["code"]));
    }
    CHECK(file->root()["same_target"].size() >= 4);
    CHECK(file->root()["changed_target"].size() >= 10);
    CHECK(file->root()["no_canonical_form"].size() >= 4);
  }

  TEST_CASE("certs/attestation: Unicode normalisation and array order count as changes") {
    const auto key = rfc8037_key();
    const std::string target = R"({"labels":["a","b"],"name":"A)"
                               "\xcc\x8a"
                               R"("})";
    const std::string jws = attest(*key, target, Role::kCreator, {});
    const auto ok = [&](const std::string& text) {
      return check_attestation(jws, canonical_of(text), only(key->public_key())).ok();
    };
    CHECK(ok(target));
    CHECK(ok(R"({"name":"A\u030a","labels":["a","b"]})"));
    CHECK_FALSE(ok(R"({"labels":["a","b"],"name":")"
                   "\xc3\x85"
                   R"("})"));
    CHECK_FALSE(ok(R"({"labels":["b","a"],"name":"A\u030a"})"));
  }

  TEST_CASE("certs/attestation: an unknown key and a key found under another's kid are refused") {
    const auto key = rfc8037_key();
    tests::FakeRandom random;
    const auto other = SigningKey::generate(random);
    const std::string jws = attest(*key, kTarget, Role::kRelay, {});
    const auto unknown = check_attestation(jws, kTarget, only(other->public_key()));
    REQUIRE_FALSE(unknown.ok());
    CHECK(unknown.error().code == Code::kKeyUnknown);
    const PublicKey wrong = other->public_key();
    const auto confused =
        check_attestation(jws, kTarget, [&](std::string_view) { return std::optional(wrong); });
    REQUIRE_FALSE(confused.ok());
    CHECK(confused.error().code == Code::kKeyUnknown);
  }

  TEST_CASE("certs/attestation: the same key, target and handling give the same bytes") {
    const auto key = rfc8037_key();
    const auto again = std::move(SigningKey::from_pem(key->pem())).value();
    const Handling handling{OrgScope::kIsacMembership, true,
                            std::numeric_limits<std::uint32_t>::max()};
    const std::string jws = attest(*key, kTarget, Role::kRelay, handling);
    CHECK(jws == attest(*again, kTarget, Role::kRelay, handling));
    const auto claims = check_attestation(jws, kTarget, only(key->public_key()));
    REQUIRE(claims.ok());
    CHECK(claims->handling == handling);
  }

  TEST_CASE("certs/attestation: no kind of signature stands for another") {
    const auto key = rfc8037_key();
    const auto keys = only(key->public_key());
    const std::string_view kinds[] = {kTypAttestation, kTypKeyStatement, kTypCheckpoint,
                                      kTypExport};
    for (const auto made : kinds) {
      const std::string jws = sign_detached(*key, made, kTarget);
      for (const auto wanted : kinds) {
        const auto kid = check_detached(jws, wanted, kTarget, keys);
        CHECK(kid.ok() == (made == wanted));
        if (kid.ok()) CHECK(*kid == key->kid());
        if (!kid.ok()) CHECK(kid.error().where == "header/typ");
      }
      CHECK_FALSE(
          check_attestation(jws, kTarget, keys).ok());  // claims are missing, or another kind
    }
    const std::string attestation = attest(*key, kTarget, Role::kCreator, {});
    CHECK_FALSE(check_detached(attestation, kTypCheckpoint, kTarget, keys).ok());
    CHECK(sign_detached(*key, kTypCheckpoint, "example checkpoint") ==
          "eyJhbGciOiJFZERTQSIsImtpZCI6ImtQcktfcW14VldhWVZBOXd3QkY2SXVvM3ZWeno3VHhIQ1R3WEJ5Z3JTNGsi"
          "LCJ0eXAi"
          "OiJzZWtpc2hvLWNoZWNrcG9pbnQrandzIn0..dsZyx3peR-V2fX40wnxazcFMEVmzbbZcyOIPYxv5kUlL9_a3-"
          "WDw2EBUEAf"
          "tx5_T0pAdBlvxLIskb1WxrUVCAg");
  }

  TEST_CASE("certs/attestation: the claimed kid is read without believing it") {
    const auto key = rfc8037_key();
    const std::string jws = attest(*key, kTarget, Role::kCreator, {});
    CHECK(claimed_kid(jws).value() == key->kid());
    CHECK(claimed_kid(sign_detached(*key, kTypExport, "x")).value() == key->kid());
    const auto none = claimed_kid("..");
    REQUIRE_FALSE(none.ok());
    CHECK(none.error().code == Code::kJwsMalformed);
  }
}

}  // namespace sekisho::certs
