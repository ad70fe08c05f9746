// Test vectors of the Wycheproof project, where they lie beside the checkout.
#include <iostream>
#include <string>

#include "certs/secrets.h"
#include "vectors.h"

namespace sekisho::certs {

TEST_SUITE("unit") {
  TEST_CASE("certs/keys: Wycheproof Ed25519: valid ones verify, invalid ones do not") {
    const std::string path = tests::shared_data("crypto-wycheproof/ed25519_test.json");
    if (path.empty()) return;
    const auto file = parse_file(path);
    int valid = 0;
    int invalid = 0;
    for (const auto& group : file->root()["testGroups"]) {
      const std::string raw = from_hex(text_of(group.value["publicKey"]["pk"])).value();
      const auto key = PublicKey::from_base64url(base64url(raw));
      REQUIRE(key.ok());
      for (const auto& entry : group.value["tests"]) {
        const json::Value test = entry.value;
        CAPTURE(*test["tcId"].integer());
        CAPTURE(text_of(test["comment"]));
        const bool verified = verify(*key, from_hex(text_of(test["msg"])).value(),
                                     from_hex(text_of(test["sig"])).value());
        const bool expected = text_of(test["result"]) == "valid";
        CHECK(verified == expected);
        ++(expected ? valid : invalid);
      }
    }
    CHECK(valid + invalid == file->root()["numberOfTests"].integer());
    CHECK(valid > 50);
    CHECK(invalid > 30);
  }

  TEST_CASE("certs/secrets: Wycheproof HMAC-SHA-256") {
    const std::string path = tests::shared_data("crypto-wycheproof/hmac_sha256_test.json");
    if (path.empty()) return;
    const auto file = parse_file(path);
    int checked = 0;
    for (const auto& group : file->root()["testGroups"]) {
      const auto tag_bytes = static_cast<std::size_t>(*group.value["tagSize"].integer() / 8);
      for (const auto& entry : group.value["tests"]) {
        const json::Value test = entry.value;
        const std::string key = from_hex(text_of(test["key"])).value();
        const std::string message = from_hex(text_of(test["msg"])).value();
        const std::string tag = from_hex(text_of(test["tag"])).value();
        const Sha256 mac = hmac_sha256(key, message);
        const bool same = equal_constant_time(as_chars(mac).substr(0, tag_bytes), tag);
        CHECK(same == (text_of(test["result"]) == "valid"));
        ++checked;
      }
    }
    CHECK(checked == file->root()["numberOfTests"].integer());
  }
}

}  // namespace sekisho::certs
