// The limit for a verified exchange: one thread that does nothing but verify Ed25519 signatures (libsodium) over texts of
// the size that attestations sign. One JSON line.
//   sekisho_bench_verify [signatures]
#include <sodium.h>

#include <cstdlib>

#include "certs/attestation.h"
#include "certs/keys.h"
#include "core/digest.h"
#include "core/system/system.h"
#include "measure.h"

using namespace sekisho;
using namespace sekisho::bench;

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? static_cast<std::size_t>(std::atol(argv[1])) : 20'000;
  if (sodium_init() < 0) return 1;
  const auto random = system::make_random();
  const auto key = must(certs::SigningKey::from_seed(std::string(32, 's')));
  // The signing input of a detached JWS: header, a point, and the canonical object in base64url.
  struct Signed {
    std::string text;
    std::array<std::uint8_t, 64> signature;
  };
  std::vector<Signed> all;
  constexpr std::size_t kDistinct = 1000;
  for (std::size_t i = 0; i < kDistinct; ++i) {
    const auto object = must(stix::Object::parse(indicator(*random)));
    const std::string jws = certs::attest(*key, object->canonical(), certs::Role::kCreator, {});
    Signed one;
    one.text = jws.substr(0, jws.find('.')) + "." + base64url(object->canonical());
    one.signature = key->sign(one.text);
    all.push_back(std::move(one));
  }
  const auto& public_key = key->public_key().bytes;
  std::size_t good = 0;
  const Watch watch;
  for (std::size_t i = 0; i < count; ++i) {
    const Signed& one = all[i % kDistinct];
    good += crypto_sign_verify_detached(one.signature.data(), reinterpret_cast<const unsigned char*>(one.text.data()),
                                        one.text.size(), public_key.data()) == 0;
  }
  const Seconds taken = watch.passed();
  std::printf("{\"name\":\"verify loop\",\"signatures\":%zu,\"good\":%zu,\"bytes\":%zu,\"per_second\":%.0f,\"per_processor_second\":%.0f}\n",
              count, good, all[0].text.size(), static_cast<double>(count) / taken.wall, static_cast<double>(count) / taken.processor);
  return good == count ? 0 : 1;
}
