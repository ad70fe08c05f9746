#include "certs/sealed.h"

#include <sodium.h>

#include <algorithm>

#include "certs/octets.h"
#include "certs/wipe.h"
#include "core/digest.h"

namespace sekisho::certs {
namespace {

constexpr std::string_view kFilePrefix = "sekisho-opening-key-1 ";
constexpr std::size_t kNameDigits = 16;

Error not_opened() { return make_error(Code::kCryptoFailure, "sealed to another opening key, or altered"); }

}  // namespace

std::string SealingKey::name() const { return hex(sha256(as_chars(bytes))).substr(0, kNameDigits); }

std::string SealingKey::text() const { return base64url(as_chars(bytes)); }

Result<SealingKey> SealingKey::from_text(std::string_view text) {
  const auto raw = from_base64url(text);
  if (!raw || raw->size() != 32) return make_error(Code::kInvalidArgument, "not the public half of an opening key");
  SealingKey key;
  std::copy(raw->begin(), raw->end(), key.bytes.begin());
  return key;
}

// The ephemeral pair comes from the port, not from crypto_box_seal's own randomness: one seed, one run.
std::string SealingKey::seal(std::string_view text, Random& random) const {
  prepare_sodium();
  std::array<std::uint8_t, crypto_box_SEEDBYTES> seed{};
  random.fill(seed, "key/seal");
  std::array<unsigned char, crypto_box_PUBLICKEYBYTES> ephemeral{};
  std::array<unsigned char, crypto_box_SECRETKEYBYTES> secret{};
  crypto_box_seed_keypair(ephemeral.data(), secret.data(), seed.data());
  sodium_memzero(seed.data(), seed.size());
  std::array<unsigned char, crypto_box_NONCEBYTES> nonce{};
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, nonce.size());
  crypto_generichash_update(&state, ephemeral.data(), ephemeral.size());
  crypto_generichash_update(&state, bytes.data(), bytes.size());
  crypto_generichash_final(&state, nonce.data(), nonce.size());
  std::string box(ephemeral.size() + crypto_box_MACBYTES + text.size(), '\0');
  std::copy(ephemeral.begin(), ephemeral.end(), box.begin());
  const int failed = crypto_box_easy(octets(box) + ephemeral.size(), octets(text), text.size(), nonce.data(), bytes.data(), secret.data());
  sodium_memzero(secret.data(), secret.size());
  return failed != 0 ? std::string() : name() + "." + base64url(box);
}

OpeningKey::OpeningKey(OpeningKey&& other) noexcept : secret_(other.secret_) {
  sodium_memzero(other.secret_.data(), other.secret_.size());
}

OpeningKey::~OpeningKey() { sodium_memzero(secret_.data(), secret_.size()); }

OpeningKey OpeningKey::generate(Random& random) {
  OpeningKey key;
  random.fill(key.secret_, "key/opening");
  return key;
}

Result<OpeningKey> OpeningKey::from_file(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  const bool named = text.starts_with(kFilePrefix);
  SecretText raw(named ? from_base64url(text.substr(kFilePrefix.size())).value_or("") : "");
  if (raw.text.size() != 32) return make_error(Code::kInvalidArgument, "not the file of an opening key");
  OpeningKey key;
  std::copy(raw.text.begin(), raw.text.end(), key.secret_.begin());
  return key;
}

SealingKey OpeningKey::sealing() const {
  prepare_sodium();
  SealingKey key;
  crypto_scalarmult_base(key.bytes.data(), secret_.data());
  return key;
}

std::string OpeningKey::file() const { return std::string(kFilePrefix) + base64url(as_chars(secret_)) + "\n"; }

Result<std::string> OpeningKey::open(std::string_view sealed) const {
  prepare_sodium();
  const SealingKey mine = sealing();
  if (sealed.size() <= kNameDigits || sealed[kNameDigits] != '.' || sealed.substr(0, kNameDigits) != mine.name()) {
    return not_opened();
  }
  const auto box = from_base64url(sealed.substr(kNameDigits + 1));
  if (!box || box->size() < crypto_box_SEALBYTES) return not_opened();
  std::string out(box->size() - crypto_box_SEALBYTES, '\0');
  if (crypto_box_seal_open(octets(out), octets(std::string_view(*box)), box->size(), mine.bytes.data(), secret_.data()) != 0) {
    return not_opened();
  }
  return out;
}

std::string lock_text(std::string_view key32, std::string_view text, Random& random) {
  prepare_sodium();
  std::string key(key32.substr(0, crypto_secretbox_KEYBYTES));
  key.resize(crypto_secretbox_KEYBYTES, '\0');
  std::array<std::uint8_t, crypto_secretbox_NONCEBYTES> nonce{};
  random.fill(nonce, "nonce/lock");
  std::string box(nonce.size() + crypto_secretbox_MACBYTES + text.size(), '\0');
  std::copy(nonce.begin(), nonce.end(), box.begin());
  crypto_secretbox_easy(octets(box) + nonce.size(), octets(text), text.size(), nonce.data(), octets(key));
  sodium_memzero(key.data(), key.size());
  return base64url(box);
}

std::optional<std::string> unlock_text(std::string_view key32, std::string_view locked) {
  prepare_sodium();
  const auto box = from_base64url(locked);
  constexpr std::size_t kHead = crypto_secretbox_NONCEBYTES;
  if (!box || box->size() < kHead + crypto_secretbox_MACBYTES || key32.size() != crypto_secretbox_KEYBYTES) return std::nullopt;
  std::string out(box->size() - kHead - crypto_secretbox_MACBYTES, '\0');
  const std::string_view bytes(*box);
  if (crypto_secretbox_open_easy(octets(out), octets(bytes) + kHead, bytes.size() - kHead, octets(bytes), octets(key32)) != 0) {
    return std::nullopt;
  }
  return out;
}

}  // namespace sekisho::certs
