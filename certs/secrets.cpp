#include "certs/secrets.h"

#include <sodium.h>

#include <optional>
#include <utility>

#include "certs/octets.h"
#include "certs/wipe.h"

namespace sekisho::certs {

namespace {

constexpr auto kOperations = crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE;
constexpr auto kMemory = crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE;

/// One of the slots for a password computation; given back when it goes.
class Slot {
 public:
  static std::optional<Slot> take(std::atomic<int>& free) {
    int now = free.load(std::memory_order_relaxed);
    while (now > 0) {
      if (free.compare_exchange_weak(now, now - 1, std::memory_order_acquire)) return Slot(free);
    }
    return std::nullopt;
  }
  Slot(Slot&& other) noexcept : free_(std::exchange(other.free_, nullptr)) {}
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  Slot& operator=(Slot&&) = delete;
  ~Slot() {
    if (free_ != nullptr) free_->fetch_add(1, std::memory_order_release);
  }

 private:
  explicit Slot(std::atomic<int>& free) : free_(&free) {}
  std::atomic<int>* free_;
};

Error all_taken() {
  return make_error(Code::kUnavailable, "all slots for password computations are taken");
}

Error no_memory() {
  return make_error(Code::kCryptoFailure, "no memory for a password computation");
}

struct StoredHash {
  std::array<unsigned char, crypto_pwhash_argon2id_SALTBYTES> salt{};
  Sha256 hash{};
};

template <std::size_t Size>
bool read_base64(std::string_view text, std::array<unsigned char, Size>& out) {
  std::size_t size = 0;
  return sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &size,
                           nullptr, sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 &&
         size == out.size();
}

/// Takes a PHC string apart. Only our own limits: others could ask for any amount of memory.
std::optional<StoredHash> read_phc(std::string_view phc) {
  constexpr std::string_view kPrefix = "$argon2id$v=19$m=65536,t=2,p=1$";
  static_assert(kMemory == 65536 * 1024 && kOperations == 2);
  if (!phc.starts_with(kPrefix)) return std::nullopt;
  phc.remove_prefix(kPrefix.size());
  const auto dollar = phc.find('$');
  StoredHash out;
  if (dollar == std::string_view::npos || !read_base64(phc.substr(0, dollar), out.salt) ||
      !read_base64(phc.substr(dollar + 1), out.hash)) {
    return std::nullopt;
  }
  return out;
}

}  // namespace

Sha256 hmac_sha256(std::string_view key, std::string_view message) {
  crypto_auth_hmacsha256_state state;
  Sha256 mac{};
  crypto_auth_hmacsha256_init(&state, octets(key), key.size());
  crypto_auth_hmacsha256_update(&state, octets(message), message.size());
  crypto_auth_hmacsha256_final(&state, mac.data());
  sodium_memzero(&state, sizeof state);
  return mac;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string derive_key(std::string_view master, std::string_view purpose) {
  Sha256 key = hmac_sha256(master, purpose);
  std::string out(as_chars(key));
  sodium_memzero(key.data(), key.size());
  return out;
}

Result<std::string> PasswordHasher::hash(std::string_view secret) {
  prepare_sodium();
  const auto slot = Slot::take(free_);
  if (!slot) return all_taken();
  std::array<char, crypto_pwhash_argon2id_STRBYTES> phc{};
  if (crypto_pwhash_argon2id_str(phc.data(), secret.data(), secret.size(), kOperations, kMemory) !=
      0) {
    return no_memory();
  }
  return std::string(phc.data());
}

Result<bool> PasswordHasher::verify(std::string_view phc, std::string_view secret) {
  prepare_sodium();
  const auto slot = Slot::take(free_);
  if (!slot) return all_taken();
  const auto stored = read_phc(phc);
  if (!stored)
    return make_error(Code::kCryptoFailure,
                      "the stored password hash is damaged or of another kind");
  // Not crypto_pwhash_str_verify: that reports refused memory as a wrong password.
  Sha256 computed{};
  if (crypto_pwhash_argon2id(computed.data(), computed.size(), secret.data(), secret.size(),
                             stored->salt.data(), kOperations, kMemory,
                             crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0) {
    return no_memory();
  }
  return equal_constant_time(as_chars(computed), as_chars(stored->hash));
}

std::string make_token(Random& random, std::string_view purpose) {
  std::array<std::uint8_t, 32> bytes{};
  random.fill(bytes, purpose);
  std::string token = base64url(as_chars(bytes));
  sodium_memzero(bytes.data(), bytes.size());
  return token;
}

}  // namespace sekisho::certs
