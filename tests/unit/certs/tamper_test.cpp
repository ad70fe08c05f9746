// Properties: what is signed verifies, and with any byte changed it does not.
#include <string>

#include "certs/attestation.h"
#include "tests/support/fakes.h"
#include "tests/support/property.h"
#include "vectors.h"

namespace sekisho::certs {

namespace {

Handling any_handling() {
  Handling handling;
  handling.org_scope = *rc::gen::element(OrgScope::kMemberFirm, OrgScope::kIsacMembership);
  handling.onward_consent = *rc::gen::arbitrary<bool>();
  if (*rc::gen::arbitrary<bool>()) handling.max_hops = *rc::gen::arbitrary<std::uint32_t>();
  return handling;
}

}  // namespace

TEST_SUITE("property") {
  TEST_CASE("certs/attestation: signing and checking are inverse") {
    PROPERTY("round trip", [](std::uint64_t seed, const std::string& payload) {
      tests::FakeRandom random(seed);
      const auto key = SigningKey::generate(random);
      const Handling handling = any_handling();
      const Role role = *rc::gen::element(Role::kCreator, Role::kRelay);
      const std::string jws = attest(*key, payload, role, handling);
      const auto claims = check_attestation(jws, payload, only(key->public_key()));
      RC_ASSERT(claims.ok());
      RC_ASSERT(claims->kid == key->kid());
      RC_ASSERT(claims->role == role);
      RC_ASSERT(claims->handling == handling);
    });
  }

  TEST_CASE(
      "certs/attestation: a changed, dropped or added byte anywhere in jws or payload is refused") {
    const auto key = rfc8037_key();
    const auto keys = only(key->public_key());
    PROPERTY("tampering", [&](const std::string& rest) {
      const std::string payload = "{" + rest;
      const std::string jws = attest(*key, payload, Role::kCreator, any_handling());
      std::string bad_jws = jws;
      std::string bad_payload = payload;
      std::string& victim = *rc::gen::arbitrary<bool>() ? bad_jws : bad_payload;
      const auto place = *rc::gen::inRange<std::size_t>(0, victim.size());
      switch (*rc::gen::inRange(0, 3)) {
        case 0:
          victim[place] = static_cast<char>(victim[place] ^ *rc::gen::inRange(1, 256));
          break;
        case 1:
          victim.erase(place, 1);
          break;
        default:
          victim.insert(place, 1, static_cast<char>(*rc::gen::inRange(0, 256)));
      }
      RC_PRE(bad_jws != jws || bad_payload != payload);
      RC_ASSERT(!check_attestation(bad_jws, bad_payload, keys).ok());
    });
  }

  TEST_CASE("certs/attestation: every single bit of one attestation and its payload counts") {
    const auto key = rfc8037_key();
    const auto keys = only(key->public_key());
    const std::string payload = R"({"id":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"})";
    const std::string jws = attest(*key, payload, Role::kCreator, {});
    const auto flipped = [](std::string text, std::size_t bit) {
      text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << (bit % 8)));
      return text;
    };
    int accepted = 0;
    for (std::size_t bit = 0; bit < jws.size() * 8; ++bit) {
      accepted += check_attestation(flipped(jws, bit), payload, keys).ok() ? 1 : 0;
    }
    for (std::size_t bit = 0; bit < payload.size() * 8; ++bit) {
      accepted += check_attestation(jws, flipped(payload, bit), keys).ok() ? 1 : 0;
    }
    CHECK(accepted == 0);
  }

  TEST_CASE("certs/attestation: no text makes the reader do more than refuse") {
    const auto key = rfc8037_key();
    PROPERTY("hostile headers", [&](const std::string& header, const std::string& rest) {
      const std::string jws = base64url(header) + ".." + base64url(rest);
      RC_ASSERT(!check_attestation(jws, "payload", only(key->public_key())).ok());
      RC_ASSERT(!check_attestation(rest, "payload", only(key->public_key())).ok());
    });
  }
}

}  // namespace sekisho::certs
