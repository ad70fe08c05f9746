#include "core/sip_hash.h"

#include <string>

#include "tests/support/doctest.h"

using namespace sekisho;

TEST_SUITE("unit") {
  TEST_CASE("core/sip_hash: the vectors of its authors") {
    const SipKey key{0x0706050403020100u, 0x0f0e0d0c0b0a0908u};
    std::string text;
    CHECK(sip_hash(key, text) == 0x726fdb47dd0e0e31u);
    for (char c = 0; c < 15; ++c) text += c;
    CHECK(sip_hash(key, text) == 0xa129ca6149be45e5u);
  }
  TEST_CASE("core/sip_hash: keys for different uses differ") {
    const SipKey key{1, 2};
    CHECK(sip_hash(key.derived("a"), "x") != sip_hash(key.derived("b"), "x"));
    CHECK(key.derived("a").first != key.derived("a").second);
  }
}
