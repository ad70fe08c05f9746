// Whose an object is: the creator that it names, whoever's identity that is, else its giver.
#include "sync/handling/claim.h"

#include "world.h"

namespace sekisho::sync::tests {
namespace {

const std::string kSecond = "identity--33333333-3333-4333-8333-333333333333";
const std::string kStranger = "identity--44444444-4444-4444-8444-444444444444";

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("claim: all identities of one party are one claim, whoever gives it; a stranger's is its own; without a creator it is the giver's") {
    const auto compiled = policy_of(party("peer", "peer-isac", "identities = [\"" + kPeer + "\", \"" + kSecond + "\"]") + party("other", "member"));
    const policy::Policy& policy = compiled->policy();
    for (const char* giver : {"", "peer", "other", "removed"}) {
      CHECK(claim_of(policy, kPeer, giver, id_of(1)) == "party:peer");
      CHECK(claim_of(policy, kSecond, giver, id_of(1)) == "party:peer");
      CHECK(claim_of(policy, kOwn, giver, id_of(1)) == "party:");
      CHECK(claim_of(policy, kStranger, giver, id_of(1)) == "identity:" + kStranger);
      CHECK(claim_of(policy, "", giver, id_of(1)) == "party:" + std::string(giver));
    }
  }

  TEST_CASE("claim: an identity object is the claim of its own party if that party gives it, else of its creator or giver") {
    const auto compiled = policy_of(party("peer", "peer-isac", "identities = [\"" + kPeer + "\"]") + party("other", "member"));
    const policy::Policy& policy = compiled->policy();
    CHECK(claim_of(policy, kStranger, "peer", kPeer) == "party:peer");
    CHECK(claim_of(policy, kStranger, "", kOwn) == "party:");
    CHECK(claim_of(policy, "", "other", kPeer) == "party:other");
    CHECK(claim_of(policy, kPeer, "other", kPeer) == "party:peer");
    CHECK(claim_of(policy, kOwn, "other", kPeer) == "party:");
  }

  TEST_CASE("claim: where the giver's word for the creator does not count it claims for its giver; provenance remembers it") {
    const auto compiled = policy_of(party("peer", "peer-isac", "identities = [\"" + kPeer + "\"]") + party("other", "member"));
    const auto object = Make{.creator = kPeer}.object();
    CHECK(claim_of(compiled->policy(), *object, "other") == "party:peer");
    CHECK(claim_of(compiled->policy(), *object, "other", true) == "party:other");
    Provenance provenance;
    CHECK(provenance.to_json() == R"({"route":""})");
    provenance.unnamed = provenance.echo = true;
    const Provenance back = must(Provenance::from_json(provenance.to_json()));
    CHECK(back.unnamed);
    CHECK(back.echo);
  }
}

}  // namespace sekisho::sync::tests
