#include "certs/keys.h"

#include <sodium.h>

#include <algorithm>
#include <iterator>
#include <new>
#include <optional>

#include "certs/octets.h"
#include "certs/wipe.h"
#include "core/ascii.h"
#include "core/digest.h"
#include "core/json.h"

namespace sekisho::certs {

namespace {

// RFC 8410: the fixed DER prefixes of an Ed25519 SubjectPublicKeyInfo and of a PKCS #8 seed.
constexpr std::string_view kSpkiPrefix{"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12};
constexpr std::string_view kPkcs8Prefix{
    "\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20", 16};
constexpr std::string_view kPrivateBegin = "-----BEGIN PRIVATE KEY-----";
constexpr std::string_view kPrivateEnd = "-----END PRIVATE KEY-----";
constexpr std::size_t kMaxJwkBytes = 4096;
constexpr std::size_t kMaxKeyPemBytes = 4096;

/// Members that RFC 7638 hashes, in its order.
std::string required_members(std::string_view x) {
  json::Writer writer;
  writer.begin_object().member("crv", "Ed25519").member("kty", "OKP").member("x", x).end_object();
  return writer.take();
}

Error not_a_key(std::string detail) {
  return make_error(Code::kInvalidArgument, std::move(detail));
}

/// The base64 text between the PEM lines, line ends removed; nullopt if the frame is another one.
std::optional<SecretText> pem_body(std::string_view pem) {
  pem = ascii::trimmed(pem);
  if (!pem.starts_with(kPrivateBegin) || !pem.ends_with(kPrivateEnd)) return std::nullopt;
  pem.remove_prefix(kPrivateBegin.size());
  if (pem.size() < kPrivateEnd.size()) return std::nullopt;
  pem.remove_suffix(kPrivateEnd.size());
  SecretText body;
  body.text.reserve(pem.size());
  std::copy_if(pem.begin(), pem.end(), std::back_inserter(body.text),
               [](char c) { return c != '\n' && c != '\r'; });
  return body;
}

Status check_jwk(const json::Value& jwk) {
  const auto refuse = [](std::string detail, std::string where) -> Status {
    return make_error(Code::kJwsMalformed, std::move(detail), std::move(where));
  };
  if (!jwk.is_object()) return refuse("a JWK is a JSON object", "");
  if (jwk["d"].exists()) return refuse("this is a private key; give the public one", "/d");
  if (jwk["kty"].string_or("") != "OKP") return refuse("only kty OKP is taken", "/kty");
  if (jwk["crv"].string_or("") != "Ed25519") return refuse("only crv Ed25519 is taken", "/crv");
  if (jwk["use"].exists() && jwk["use"].string_or("") != "sig") {
    return refuse("the key is not for signatures", "/use");
  }
  const auto alg = jwk["alg"].string_or("");
  if (jwk["alg"].exists() && alg != "EdDSA" && alg != "Ed25519") {
    return refuse("the key is for another algorithm", "/alg");
  }
  if (!jwk["x"].is_string()) return refuse("x is missing", "/x");
  return {};
}

}  // namespace

std::string PublicKey::thumbprint() const {
  const Sha256 digest = sha256(required_members(base64url(as_chars(bytes))));
  return base64url(as_chars(digest));
}

std::string PublicKey::jwk() const {
  json::Writer writer;
  writer.begin_object().member("crv", "Ed25519").member("kid", thumbprint()).member("kty", "OKP");
  writer.member("use", "sig").member("x", base64url(as_chars(bytes))).end_object();
  return writer.take();
}

std::string PublicKey::pem() const {
  const std::string der = std::string(kSpkiPrefix) + std::string(as_chars(bytes));
  return "-----BEGIN PUBLIC KEY-----\n" + base64(der) + "\n-----END PUBLIC KEY-----\n";
}

Result<PublicKey> PublicKey::from_jwk(std::string_view text) {
  SEKISHO_ASSIGN(
      const auto document,
      json::Document::parse(std::string(text), {.max_bytes = kMaxJwkBytes, .max_depth = 4}));
  const json::Value jwk = document->root();
  SEKISHO_TRY(check_jwk(jwk));
  return from_base64url(jwk["x"].string_or(""));
}

Result<PublicKey> PublicKey::from_base64url(std::string_view x) {
  prepare_sodium();
  PublicKey key;
  const auto raw = sekisho::from_base64url(x);
  if (!raw || raw->size() != key.bytes.size()) {
    return make_error(Code::kJwsMalformed, "a public key is 32 bytes in base64url", "/x");
  }
  // Also refuses points of small or mixed order and non-canonical encodings (RFC 8032 §5.1.3).
  if (crypto_core_ed25519_is_valid_point(octets(*raw)) != 1) {
    return make_error(Code::kJwsMalformed, "not a point of the Ed25519 group", "/x");
  }
  std::copy(raw->begin(), raw->end(), key.bytes.begin());
  return key;
}

/// The secret lies in sodium_malloc memory: locked, between guard pages, read-only, wiped when
/// freed.
struct SigningKey::Secret {
  struct Free {
    void operator()(unsigned char* memory) const { sodium_free(memory); }
  };
  std::unique_ptr<unsigned char, Free> key;  // seed and public key, as libsodium keeps them
  PublicKey public_key;
  std::string kid;

  explicit Secret(const unsigned char* seed32) {
    prepare_sodium();
    key.reset(static_cast<unsigned char*>(sodium_malloc(crypto_sign_SECRETKEYBYTES)));
    if (!key) throw std::bad_alloc();
    crypto_sign_seed_keypair(public_key.bytes.data(), key.get(), seed32);
    sodium_mprotect_readonly(key.get());
    kid = public_key.thumbprint();
  }
};

SigningKey::SigningKey() = default;
SigningKey::~SigningKey() = default;

std::unique_ptr<SigningKey> SigningKey::generate(Random& random) {
  std::array<std::uint8_t, crypto_sign_SEEDBYTES> seed{};
  random.fill(seed, "key/ed25519");
  std::unique_ptr<SigningKey> key(new SigningKey());
  key->secret_ = std::make_unique<Secret>(seed.data());
  sodium_memzero(seed.data(), seed.size());
  return key;
}

Result<std::unique_ptr<SigningKey>> SigningKey::from_seed(std::string_view seed32) {
  if (seed32.size() != crypto_sign_SEEDBYTES) return not_a_key("an Ed25519 seed is 32 bytes");
  std::unique_ptr<SigningKey> key(new SigningKey());
  key->secret_ = std::make_unique<Secret>(octets(seed32));
  return key;
}

Result<std::unique_ptr<SigningKey>> SigningKey::from_pem(std::string_view pem) {
  if (pem.size() > kMaxKeyPemBytes) return not_a_key("the text is too long for one private key");
  const auto body = pem_body(pem);
  if (!body) return not_a_key("not one BEGIN PRIVATE KEY block (PKCS #8, not encrypted)");
  auto decoded = from_base64(body->text);
  if (!decoded) return not_a_key("the PEM body is not base64");
  const SecretText der{std::move(*decoded)};
  const bool right_form = der.text.size() == kPkcs8Prefix.size() + crypto_sign_SEEDBYTES &&
                          std::string_view(der.text).starts_with(kPkcs8Prefix);
  if (!right_form)
    return not_a_key("the private key is not an Ed25519 key in the form of RFC 8410");
  return from_seed(std::string_view(der.text).substr(kPkcs8Prefix.size()));
}

const PublicKey& SigningKey::public_key() const {
  return secret_->public_key;
}

const std::string& SigningKey::kid() const {
  return secret_->kid;
}

std::string SigningKey::pem() const {
  SecretText der;
  der.text.reserve(kPkcs8Prefix.size() + crypto_sign_SEEDBYTES);
  der.text.append(kPkcs8Prefix);
  der.text.append(reinterpret_cast<const char*>(secret_->key.get()), crypto_sign_SEEDBYTES);
  const SecretText body{base64(der.text)};
  std::string out;
  out.reserve(128);
  out.append(kPrivateBegin)
      .append("\n")
      .append(body.text)
      .append("\n")
      .append(kPrivateEnd)
      .append("\n");
  return out;
}

std::array<std::uint8_t, 64> SigningKey::sign(std::string_view message) const {
  std::array<std::uint8_t, crypto_sign_BYTES> signature{};
  crypto_sign_detached(signature.data(), nullptr, octets(message), message.size(),
                       secret_->key.get());
  return signature;
}

bool verify(const PublicKey& key, std::string_view message, std::string_view signature64) {
  prepare_sodium();
  if (signature64.size() != crypto_sign_BYTES) return false;
  // libsodium refuses S >= L, small-order R, and keys of small order or not canonically encoded.
  return crypto_sign_verify_detached(octets(signature64), octets(message), message.size(),
                                     key.bytes.data()) == 0;
}

}  // namespace sekisho::certs
