#include "certs/keys.h"

#include <string>

#include "tests/support/fakes.h"
#include "vectors.h"

namespace sekisho::certs {

namespace {

PublicKey public_of_hex(const std::string& hex_text) {
  PublicKey key;
  const std::string raw = from_hex(hex_text).value();
  std::copy(raw.begin(), raw.end(), key.bytes.begin());
  return key;
}

Code jwk_code(const std::string& text) {
  const auto key = PublicKey::from_jwk(text);
  REQUIRE_FALSE(key.ok());
  return key.error().code;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("certs/keys: the RFC 8037 key in all its forms") {
    const auto file = signing_vectors("keys.json");
    const json::Value expected = file->root()["valid"];
    const auto key = rfc8037_key();
    CHECK(hex(key->public_key().bytes) == text_of(expected["public_hex"]));
    CHECK(key->kid() == text_of(expected["thumbprint"]));
    CHECK(key->public_key().thumbprint() == text_of(expected["thumbprint"]));
    CHECK(key->public_key().jwk() == text_of(expected["jwk"]));
    CHECK(key->public_key().pem() == text_of(expected["public_pem"]));
    CHECK(key->pem() == text_of(expected["private_pem"]));
  }

  TEST_CASE("certs/keys: public keys are read back") {
    const auto key = rfc8037_key();
    const PublicKey& expected = key->public_key();
    CHECK(PublicKey::from_jwk(expected.jwk()).value() == expected);
    CHECK(PublicKey::from_base64url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").value() ==
          expected);
    CHECK(PublicKey::from_jwk(R"({"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","alg":"Ed25519",
                                  "kty":"OKP","crv":"Ed25519","kid":"theirs"})")
              .value() == expected);
  }

  TEST_CASE("certs/keys: weak and malformed public keys are refused") {
    const auto file = signing_vectors("keys.json");
    int refused = 0;
    for (const auto& entry : file->root()["rejected_public_hex"]) {
      const std::string raw = from_hex(text_of(entry.value["hex"])).value();
      const auto key = PublicKey::from_base64url(base64url(raw));
      CHECK_MESSAGE(!key.ok(), text_of(entry.value["name"]));
      if (!key.ok()) CHECK(key.error().code == Code::kJwsMalformed);
      ++refused;
    }
    CHECK(refused >= 11);
    CHECK_FALSE(PublicKey::from_base64url("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo").ok());
    CHECK_FALSE(PublicKey::from_base64url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=").ok());
  }

  TEST_CASE("certs/keys: JWKs of another kind are refused") {
    const std::string x = R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")";
    CHECK(jwk_code(R"({"kty":"EC","crv":"Ed25519",)" + x + "}") == Code::kJwsMalformed);
    CHECK(jwk_code(R"({"kty":"OKP","crv":"X25519",)" + x + "}") == Code::kJwsMalformed);
    CHECK(jwk_code(R"({"kty":"OKP","crv":"Ed25519"})") == Code::kJwsMalformed);
    CHECK(jwk_code(R"({"kty":"OKP","crv":"Ed25519","use":"enc",)" + x + "}") ==
          Code::kJwsMalformed);
    CHECK(jwk_code(R"({"kty":"OKP","crv":"Ed25519","alg":"ES256",)" + x + "}") ==
          Code::kJwsMalformed);
    CHECK(jwk_code(R"({"kty":"OKP","crv":"Ed25519","d":"AA",)" + x + "}") == Code::kJwsMalformed);
    CHECK(jwk_code("[]") == Code::kJwsMalformed);
    CHECK(jwk_code("{") == Code::kJsonSyntax);
    CHECK(jwk_code(R"({"kty":"OKP","kty":"OKP","crv":"Ed25519",)" + x + "}") ==
          Code::kJsonDuplicateKey);
    CHECK(jwk_code("{" + std::string(5000, ' ') + "}") == Code::kLimitExceeded);
  }

  TEST_CASE("certs/keys: private keys travel through PEM") {
    tests::FakeRandom random;
    const auto key = SigningKey::generate(random);
    const auto other = SigningKey::generate(random);
    CHECK(key->kid() != other->kid());
    const auto again = SigningKey::from_pem(key->pem());
    REQUIRE(again.ok());
    CHECK((*again)->kid() == key->kid());
    CHECK((*again)->sign("m") == key->sign("m"));
    std::string crlf;
    for (const char c : key->pem()) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
    CHECK(SigningKey::from_pem("\n" + crlf + "\n").ok());
  }

  TEST_CASE("certs/keys: other PEM texts are refused") {
    const std::string pem = rfc8037_key()->pem();
    const auto refused = [](const std::string& text) {
      const auto key = SigningKey::from_pem(text);
      return !key.ok() && key.error().code == Code::kInvalidArgument;
    };
    CHECK(refused(""));
    CHECK(refused(rfc8037_key()->public_key().pem()));
    CHECK(refused(pem + pem));
    CHECK(refused("-----BEGIN PRIVATE KEY-----"));
    CHECK(refused("-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----"));
    std::string damaged = pem;
    damaged[30] = damaged[30] == 'A' ? 'B' : 'A';  // inside the DER prefix
    CHECK(refused(damaged));
    CHECK(refused(std::string(5000, 'A')));
    CHECK_FALSE(SigningKey::from_seed(std::string(31, 'x')).ok());
    CHECK_FALSE(SigningKey::from_seed(std::string(33, 'x')).ok());
  }

  TEST_CASE("certs/keys: JWS vectors of RFC 8037, JWS/CT and STIX objects") {
    const auto file = signing_vectors("signatures.json");
    const auto key = rfc8037_key();
    int checked = 0;
    for (const auto& entry : file->root()["signatures"]) {
      const json::Value vector = entry.value;
      CAPTURE(text_of(vector["name"]));
      std::string payload = text_of(vector["payload"]);
      if (vector["input"].exists()) {
        const auto input = json::Document::parse(text_of(vector["input"]));
        REQUIRE(input.ok());
        CHECK(json::canonical((*input)->root()) == payload);
      }
      CHECK(hex(sha256(payload)) == text_of(vector["payload_sha256"]));
      const std::string header = base64url(text_of(vector["header"]));
      CHECK(header == text_of(vector["encoded_header"]));
      if (*vector["payload_encoded"].boolean()) payload = base64url(payload);
      const auto signature = key->sign(header + "." + payload);
      CHECK(base64url(as_chars(signature)) == text_of(vector["signature"]));
      CHECK(verify(key->public_key(), header + "." + payload, as_chars(signature)));
      ++checked;
    }
    CHECK(checked == 7);
  }

  TEST_CASE("certs/keys: verify is strict") {
    const auto key = rfc8037_key();
    const auto signature = key->sign("message");
    const std::string good(as_chars(signature));
    CHECK(verify(key->public_key(), "message", good));
    CHECK_FALSE(verify(key->public_key(), "messagE", good));
    CHECK_FALSE(verify(key->public_key(), "message", good.substr(0, 63)));
    CHECK_FALSE(verify(key->public_key(), "message", good + '\0'));
    CHECK_FALSE(verify(key->public_key(), "message", ""));
    // A key of small order verifies everything for lax code: R = identity, S = 0.
    const std::string forged = std::string(1, '\x01') + std::string(63, '\0');
    CHECK_FALSE(verify(public_of_hex("01" + std::string(62, '0')), "message", forged));
    CHECK_FALSE(verify(public_of_hex("ec" + std::string(60, 'f') + "7f"), "message", forged));
  }
}

}  // namespace sekisho::certs
