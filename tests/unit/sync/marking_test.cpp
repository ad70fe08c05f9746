// Whose word on a marking counts, on what, and that nobody else's does.
#include "sync/handling/marking.h"

#include <algorithm>

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

  TEST_CASE("marking: three definitions deep markings of markings count, whichever comes first; deeper, or in a circle, they hold") {
    for (const bool backwards : {false, true}) {
      World world;
      world.apply(kRows);
      // Report n bears marking n, which bears marking n + 1; the last one bears CLEAR.
      std::vector<std::string> objects;
      for (unsigned n = 1; n <= 6; ++n) objects.push_back(Make{.n = n, .tlp = id_of(n, "marking-definition")}.json());
      for (unsigned n = 1; n <= 6; ++n) objects.push_back(statement(n, n == 6 ? "CLEAR" : id_of(n + 1, "marking-definition")));
      if (backwards) std::reverse(objects.begin(), objects.end());
      for (const std::string& object : objects) world.put({object}, "weekly", "acme");
      const auto read = [&] {
        std::set<std::string> ids;
        for (const std::string& id : world.ids("other")) {
          if (id.starts_with("report--")) ids.insert(id);
        }
        return ids;
      };
      const std::set<std::string> three{id_of(4), id_of(5), id_of(6)};
      CHECK(read() == three);
      world.put({Make{.n = 7, .tlp = id_of(7, "marking-definition")}.json(), Make{.n = 8, .tlp = id_of(8, "marking-definition")}.json()}, "weekly", "acme");
      world.put({statement(7, id_of(8, "marking-definition"))}, "weekly", "acme");
      world.put({statement(8, id_of(7, "marking-definition"))}, "weekly", "acme");
      CHECK(read() == three);
      const Versions before = world.versions("other");
      world.restart();
      CHECK(world.versions("other") == before);
    }
  }

  TEST_CASE("marking: what is marked by several waits for each in turn, and a definition that bears more than sixteen says nothing") {
    World world;
    world.apply(kRows);
    // In the place of marking 100 it bears as many from there on.
    const auto bearing = [](unsigned size, std::string text) {
      std::string list;
      for (unsigned n = 100; n < 100 + size; ++n) list += (n == 100 ? "" : "\",\"") + id_of(n, "marking-definition");
      const std::string one = id_of(100, "marking-definition");
      return text.replace(text.find(one), one.size(), list);
    };
    const std::string hundred = id_of(100, "marking-definition");
    world.put({bearing(17, Make{.n = 1, .tlp = hundred}.json()), Make{.n = 2, .tlp = id_of(2, "marking-definition")}.json(), Make{.n = 3, .tlp = id_of(3, "marking-definition")}.json()},
              "weekly", "acme");
    world.put({bearing(16, statement(2, hundred)), bearing(17, statement(3, hundred))}, "weekly", "acme");
    const auto reads = [&](unsigned n) {
      const auto ids = world.ids("other");
      return std::find(ids.begin(), ids.end(), id_of(n)) != ids.end();
    };
    for (unsigned n = 116; n >= 100; --n) {
      CHECK_FALSE(reads(1));
      world.put({statement(n, "CLEAR")}, "weekly", "acme");
    }
    CHECK(reads(1));
    CHECK(reads(2));
    CHECK_FALSE(reads(3));
  }
}

}  // namespace sekisho::sync::tests
