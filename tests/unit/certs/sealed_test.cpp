// Sealed boxes and locked texts: docs/specs/anonymous.md §4.
#include "certs/sealed.h"

#include <string>

#include "tests/support/doctest.h"
#include "tests/support/fakes.h"

namespace sekisho::certs {
namespace {

using sekisho::tests::FakeRandom;

TEST_SUITE("unit") {
  TEST_CASE("certs/sealed: only the opening key opens, and nothing altered") {
    FakeRandom random;
    const OpeningKey mine = OpeningKey::generate(random), other = OpeningKey::generate(random);
    const std::string box = mine.sealing().seal("acme", random);
    CHECK(mine.open(box).value() == "acme");
    CHECK(mine.sealing().seal("acme", random) != box);
    CHECK(other.open(box).error().code == Code::kCryptoFailure);
    const auto renamed = other.sealing().name() + box.substr(16);
    CHECK_FALSE(other.open(renamed).ok());
    for (std::size_t at = 0; at < box.size(); at += 3) {
      std::string altered = box;
      altered[at] = altered[at] == 'A' ? 'B' : 'A';
      CHECK_FALSE(mine.open(altered).ok());
      CHECK_FALSE(mine.open(box.substr(0, at)).ok());
    }
    CHECK(mine.open(mine.sealing().seal("", random)).value().empty());
  }

  TEST_CASE("certs/sealed: what crypto_box_seal of libsodium 1.0.18 made opens here") {
    const auto key = OpeningKey::from_file("sekisho-opening-key-1 a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s\n");
    REQUIRE(key.ok());
    const std::string box = "Ng8qOGRWkMOWtxuAXEkhf-H2OeoStGD4zY8Aek3J2x0S__dby0gVKGtO9mZgzrAgoKB2Vg";
    CHECK(key->open(key->sealing().name() + "." + box).value() == "acme");
  }

  TEST_CASE("certs/sealed: the file of an opening key is one line and comes back") {
    FakeRandom random;
    const OpeningKey key = OpeningKey::generate(random);
    const auto again = OpeningKey::from_file(key.file());
    REQUIRE(again.ok());
    CHECK(again->sealing() == key.sealing());
    CHECK(SealingKey::from_text(key.sealing().text()).value() == key.sealing());
    CHECK_FALSE(SealingKey::from_text("AAAA").ok());
    for (const char* wrong : {"", "sekisho-opening-key-1 ", "sekisho-opening-key-1 AAAA", "-----BEGIN PRIVATE KEY-----"}) {
      CHECK(OpeningKey::from_file(wrong).error().code == Code::kInvalidArgument);
    }
  }

  TEST_CASE("certs/sealed: a seal to a point of low order is refused, not weak") {
    FakeRandom random;
    CHECK(SealingKey{}.seal("acme", random).empty());
  }

  TEST_CASE("certs/sealed: a locked text needs its key and all of its bytes") {
    FakeRandom random;
    const std::string key(32, 'k'), other(32, 'x');
    const std::string locked = lock_text(key, "report--1", random);
    CHECK(unlock_text(key, locked) == "report--1");
    CHECK(lock_text(key, "report--1", random) != locked);
    CHECK_FALSE(unlock_text(other, locked));
    CHECK_FALSE(unlock_text("short", locked));
    CHECK_FALSE(unlock_text(key, ""));
    std::string altered = locked;
    altered[40] = altered[40] == 'A' ? 'B' : 'A';
    CHECK_FALSE(unlock_text(key, altered));
  }
}

}  // namespace
}  // namespace sekisho::certs
