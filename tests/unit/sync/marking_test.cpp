// Whose word on a marking counts, on what, and that nobody else's does.
#include "sync/handling/marking.h"

#include "world.h"

namespace sekisho::sync::tests {
namespace {

using Kind = stix::MarkingMeaning::Kind;

const std::string kMark = id_of(1, "marking-definition");
const std::string kRows = party("peer", "member", "identities = [\"" + kPeer + "\"]") + party("other", "member") + party("acme", "member");

/// A definition of kMark that is not understood.
std::string forged() {
  std::string text = statement(1, "GREEN");
  text.replace(text.find("\"definition_type\":\"statement\""), 29, "\"definition_type\":\"other\"");
  return text;
}
stix::ObjectPtr parsed(const std::string& text) { return must(stix::Object::parse(text)); }

policy::Policy policy() {
  policy::Policy out;
  for (const char* id : {"peer", "other", "acme", "isac"}) {
    out.parties.emplace_back();
    out.parties.back().id = id;
  }
  out.parties[0].identities = {kPeer};
  return out;
}

std::optional<Kind> meant(const policy::Policy& policy, const std::vector<Definition>& definitions, const Bearer& bearer) {
  const auto meaning = meaning_among(policy, definitions, bearer);
  return meaning ? std::optional(meaning->kind) : std::nullopt;
}

std::string marked(unsigned n) { return Make{.n = n, .tlp = kMark}.json(); }

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("marking: ours counts, else the giver's, else the creator's, else a definer's, and nobody else's") {
    policy::Policy rules = policy();
    rules.definers = {"isac"};
    const Definition said{"", parsed(statement(1, "GREEN"))}, other{"", parsed(forged())};
    const auto by = [](const Definition& what, const char* source) { return Definition{source, what.object}; };
    const Bearer bearer{"acme", "peer"};
    CHECK_FALSE(meant(rules, {}, bearer));
    CHECK_FALSE(meant(rules, {by(said, "other")}, bearer));
    CHECK(meant(rules, {by(said, "other"), by(other, "isac")}, bearer) == Kind::kUnknown);
    CHECK(meant(rules, {by(said, "isac")}, bearer) == Kind::kStatement);
    CHECK(meant(rules, {by(other, "isac"), by(said, "peer")}, bearer) == Kind::kStatement);
    CHECK(meant(rules, {by(said, "peer"), by(other, "isac"), by(other, "acme")}, bearer) == Kind::kUnknown);
    CHECK(meant(rules, {by(said, "acme"), by(other, "peer")}, bearer) == Kind::kStatement);
    CHECK(meant(rules, {by(other, "acme"), by(other, "peer"), said}, bearer) == Kind::kStatement);
    CHECK_FALSE(meant(rules, {by(said, "peer"), by(said, "acme")}, {"other", ""}));
  }

  TEST_CASE("marking: two that count alike and disagree hold") {
    policy::Policy rules = policy();
    rules.definers = {"isac", "other"};
    const stix::ObjectPtr said = parsed(statement(1, "GREEN")), denied = parsed(forged());
    const stix::ObjectPtr pap = parsed(R"({"type":"marking-definition","spec_version":"2.1","id":")" + kMark +
                                       R"(","created":"2026-01-01T00:00:00.000Z","definition_type":"statement","definition":{"statement":"PAP:GREEN"}})");
    const Bearer bearer{"acme", ""};
    CHECK(meant(rules, {{"isac", said}, {"other", said}}, bearer) == Kind::kStatement);
    const auto disputed = meaning_among(rules, {{"isac", said}, {"other", pap}}, bearer);
    REQUIRE(disputed);
    CHECK(disputed->kind == Kind::kUnknown);
    CHECK_FALSE(disputed->can_be_honoured);
    CHECK(meant(rules, {{"acme", said}, {"acme", denied}}, bearer) == Kind::kUnknown);
  }

  TEST_CASE("marking: the creator is the party in whose identities the object's creator stands") {
    const policy::Policy rules = policy();
    CHECK(bearer_of(rules, "acme", *Make{.creator = kPeer}.object()) == Bearer{"acme", "peer"});
    CHECK(bearer_of(rules, "acme", *Make{.creator = kOwn}.object()) == Bearer{"acme", ""});
    CHECK(bearer_of(rules, "", *Make{}.object()) == Bearer{"", ""});
  }

  TEST_CASE("marking: a recipient does not lift a hold by defining the marking itself") {
    World world;
    world.apply(kRows);
    world.put({marked(5)}, "weekly", "peer");
    world.put({marked(6)});
    const auto reads = [&world](unsigned n) {
      const auto ids = world.ids("acme");
      return std::find(ids.begin(), ids.end(), id_of(n)) != ids.end();
    };
    CHECK_FALSE(reads(5));
    CHECK_FALSE(reads(6));
    world.put({statement(1, "CLEAR")}, "weekly", "acme");
    world.put({statement(1, "CLEAR")}, "weekly", "other");
    CHECK_FALSE(reads(5));
    CHECK_FALSE(reads(6));
    world.put({statement(1, "GREEN")}, "weekly", "peer");
    CHECK(reads(5));
    CHECK_FALSE(reads(6));
    world.put({statement(1, "GREEN")});
    CHECK(reads(6));
  }

  TEST_CASE("marking: a published id means what was published, whatever is held under it") {
    World world;
    world.apply(kRows);
    const std::string red(stix::tlp_marking_id(stix::Tlp::kRed));
    world.put({R"({"type":"marking-definition","spec_version":"2.1","id":")" + red +
               R"(","created":"2026-01-01T00:00:00.000Z","definition_type":"statement","definition":{"statement":"free for all"}})"}, "weekly", "peer");
    const auto held = held_meaning(*world.store, world.release->policy()->policy(), red, {"peer", ""});
    REQUIRE(held);
    CHECK(held->kind == Kind::kTlp);
    CHECK(held->tlp == stix::Tlp::kRed);
    CHECK(held_meaning(*world.store, world.release->policy()->policy(), stix::pap_marking_id(stix::Pap::kAmber), {"", ""})->pap == stix::Pap::kAmber);
  }
}

}  // namespace sekisho::sync::tests
