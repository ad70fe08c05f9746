#include "certs/trust.h"

#include <string>
#include <vector>

#include "tests/support/fakes.h"
#include "vectors.h"

namespace sekisho::certs {

namespace {

Timestamp day(int number) {
  return Timestamp{1'750'000'000 + std::int64_t{number} * 86400, 0};
}

Code code_of(const Status& status) {
  REQUIRE_FALSE(status.ok());
  return status.error().code;
}

PinnedKey pinned(const PublicKey& key, std::string party) {
  PinnedKey out;
  out.key = key;
  out.party = std::move(party);
  return out;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("certs/trust: whose key it is") {
    tests::FakeRandom random;
    const auto ours = SigningKey::generate(random);
    const auto theirs = SigningKey::generate(random);
    const auto nobodys = SigningKey::generate(random);
    const auto list =
        TrustList::build({pinned(ours->public_key(), "us"), pinned(theirs->public_key(), "them")});
    REQUIRE(list.ok());
    CHECK(list->usable(ours->kid(), "us", day(0)).ok());
    CHECK(code_of(list->usable(theirs->kid(), "us", day(0))) == Code::kKeyNotAllowed);
    CHECK(code_of(list->usable(nobodys->kid(), "us", day(0))) == Code::kKeyUnknown);
    CHECK(code_of(list->usable("", "us", day(0))) == Code::kKeyUnknown);
    REQUIRE(list->find(theirs->kid()) != nullptr);
    CHECK(list->find(theirs->kid())->party == "them");
    CHECK(list->find(theirs->kid())->key == theirs->public_key());
    CHECK(list->find(nobodys->kid()) == nullptr);
  }

  TEST_CASE("certs/trust: validity is judged at first sight, start included and end excluded") {
    const auto key = rfc8037_key();
    PinnedKey entry = pinned(key->public_key(), "peer");
    entry.valid_from = day(10);
    entry.valid_until = day(20);
    const auto list = TrustList::build({entry});
    REQUIRE(list.ok());
    CHECK(code_of(list->usable(key->kid(), "peer", day(9))) == Code::kKeyNotValid);
    CHECK(code_of(list->usable(key->kid(), "peer", day(10).plus_micros(-1))) == Code::kKeyNotValid);
    CHECK(list->usable(key->kid(), "peer", day(10)).ok());
    CHECK(list->usable(key->kid(), "peer", day(20).plus_micros(-1)).ok());
    CHECK(code_of(list->usable(key->kid(), "peer", day(20))) == Code::kKeyNotValid);
  }

  TEST_CASE(
      "certs/trust: revoking a key later leaves what was seen before valid, and nothing after") {
    const auto key = rfc8037_key();
    PinnedKey entry = pinned(key->public_key(), "peer");
    CHECK(TrustList::build({entry})->usable(key->kid(), "peer", day(30)).ok());
    entry.revoked_at = day(15);
    const auto list = TrustList::build({entry});
    REQUIRE(list.ok());
    CHECK(list->usable(key->kid(), "peer", day(14)).ok());
    CHECK(list->usable(key->kid(), "peer", day(15).plus_micros(-1)).ok());
    CHECK(code_of(list->usable(key->kid(), "peer", day(15))) == Code::kKeyNotValid);
    CHECK(code_of(list->usable(key->kid(), "peer", day(30))) == Code::kKeyNotValid);
  }

  TEST_CASE("certs/trust: the reasons before, after and revoked are told apart") {
    const auto key = rfc8037_key();
    PinnedKey entry = pinned(key->public_key(), "peer");
    entry.valid_from = day(10);
    entry.valid_until = day(20);
    entry.revoked_at = day(15);
    const auto list = TrustList::build({entry});
    REQUIRE(list.ok());
    const auto before = list->usable(key->kid(), "peer", day(0)).error().detail;
    const auto revoked = list->usable(key->kid(), "peer", day(16)).error().detail;
    entry.revoked_at.reset();
    const auto expired =
        TrustList::build({entry})->usable(key->kid(), "peer", day(21)).error().detail;
    CHECK(before != revoked);
    CHECK(revoked != expired);
    CHECK(before != expired);
  }

  TEST_CASE("certs/trust: one key belongs to one party, once") {
    const auto key = rfc8037_key();
    const auto two =
        TrustList::build({pinned(key->public_key(), "a"), pinned(key->public_key(), "b")});
    REQUIRE_FALSE(two.ok());
    CHECK(two.error().code == Code::kAlreadyExists);
    CHECK(two.error().where == key->kid());
    CHECK_FALSE(
        TrustList::build({pinned(key->public_key(), "a"), pinned(key->public_key(), "a")}).ok());
    PinnedKey upside_down = pinned(key->public_key(), "a");
    upside_down.valid_from = day(2);
    upside_down.valid_until = day(1);
    const auto wrong = TrustList::build({upside_down});
    REQUIRE_FALSE(wrong.ok());
    CHECK(wrong.error().code == Code::kInvalidArgument);
    CHECK(TrustList::build({})->find(key->kid()) == nullptr);
  }
}

}  // namespace sekisho::certs
