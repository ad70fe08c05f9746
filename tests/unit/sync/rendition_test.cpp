// What goes out instead of an object, and what becomes of references to it. docs/specs/redaction.md.
#include "sync/recall/recall.h"
#include "tests/support/property.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

const std::string kMember = "identity--33333333-3333-4333-8333-333333333333";
const std::string kRows = party("peer", "peer-isac") + agreement("peer") + party("acme", "member", "identities = [\"" + kMember + "\"]") +
                          party("plain", "member");

std::string profile(const std::string& more) { return "[[profile]]\nid = \"p\"\nfrom = 2024-01-01\n" + more + "\n"; }
std::string redact(const std::string& types) {
  return "[[rule]]\nid = \"r\"\neffect = \"redact\"\nprofile = \"p\"\nkinds = [\"peer-isac\"]\ntypes = [" + types + "]\n";
}

/// An object of any type: `more` is JSON members with a leading comma.
std::string object(const std::string& type, unsigned n, const std::string& more = {}, int version = 0, const std::string& tlp = "GREEN") {
  char modified[40];
  std::snprintf(modified, sizeof modified, "2024-02-01T10:%02d:00.000Z", version);
  return R"({"type":")" + type + R"(","spec_version":"2.1","id":")" + id_of(n, type) +
         R"(","created":"2024-02-01T10:00:00.000Z","modified":")" + modified + R"(","object_marking_refs":[")" +
         std::string(stix::tlp_marking_id(tlp == "GREEN" ? stix::Tlp::kGreen : stix::Tlp::kRed)) + "\"]" + more + "}";
}
std::string campaign(unsigned n, const std::string& more = {}, int version = 0) {
  return object("campaign", n, R"(,"name":"campaign","description":"what happened")" + more, version);
}
std::string note(unsigned n, const std::vector<std::string>& refs, int version = 0) {
  std::string list;
  for (const std::string& ref : refs) list += (list.empty() ? "\"" : ",\"") + ref + "\"";
  return object("note", n, R"(,"content":"text","object_refs":[)" + list + "]", version);
}
const std::string kCampaign = id_of(1, "campaign");
const std::string kNoDescription = profile("remove = [\"/description\"]");

/// The objects that the party's stream carries and that are of this type.
std::vector<stix::ObjectPtr> of_type(World& world, const std::string& type, const std::string& to = "peer") {
  std::vector<stix::ObjectPtr> out;
  for (const Row& row : world.read(to)) {
    auto object = must(stix::Object::parse(row.bytes));
    if (object->type() == type) out.push_back(std::move(object));
  }
  return out;
}
std::string text(const stix::ObjectPtr& object, std::string_view property) {
  return std::string(object->root()[property].string_or("(none)"));
}
bool stream_says(World& world, const std::string& word, const std::string& to = "peer") {
  for (const std::string alias : {"weekly", "weekly-attestations", "vulns"}) {
    for (const Row& row : world.read(to, alias)) {
      if (row.bytes.find(word) != std::string::npos) return true;
    }
  }
  return false;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("sync/rendition: a redacted object goes under an id of its own, version by version, and the original's is nowhere") {
    World world;
    world.apply(kRows + kNoDescription + redact("\"campaign\""));
    world.put({campaign(1)});
    world.put({campaign(1, "", 3)});
    const auto seen = of_type(world, "campaign");
    REQUIRE(seen.size() == 2);
    CHECK(seen[0]->id() == seen[1]->id());
    CHECK(seen[0]->id() != kCampaign);
    CHECK(text(seen[0], "created_by_ref") == kOwn);
    CHECK(text(seen[0], "description") == "(none)");
    CHECK(text(seen[1], "modified") == "2024-02-01T10:03:00.000Z");
    CHECK_FALSE(stream_says(world, kCampaign));
    CHECK_FALSE(stream_says(world, "what happened"));
    CHECK(world.attested("peer").size() >= 2);
    // who may have it has it as it is
    CHECK(of_type(world, "campaign", "plain")[0]->id() == kCampaign);
    const auto standing = must(world.release->explain(kCampaign, "peer"));
    REQUIRE(standing.size() == 2);
    CHECK(standing[0].released);
    CHECK(standing[0].renditions == std::vector<std::string>{std::string(seen[0]->id())});
    CHECK(must(world.store->check(nullptr)).empty());
  }

  TEST_CASE("sync/rendition: who names a rendition is rewritten, and so is who names that") {
    World world;
    world.apply(kRows + kNoDescription + redact("\"campaign\""));
    world.put({note(3, {id_of(2, "note")}), note(2, {kCampaign}), campaign(1)});
    const auto campaigns = of_type(world, "campaign");
    auto notes = of_type(world, "note");
    REQUIRE(campaigns.size() == 1);
    REQUIRE(notes.size() == 2);
    std::swap(notes[0], notes[1]);  // both were woken by the campaign: in the order of acceptance
    CHECK(notes[0]->root()["object_refs"].at(0).string_or("") == campaigns[0]->id());
    CHECK(notes[1]->root()["object_refs"].at(0).string_or("") == notes[0]->id());
    CHECK(notes[0]->id() != id_of(2, "note"));
    for (const std::string& id : {kCampaign, id_of(2, "note"), id_of(3, "note")}) CHECK_FALSE(stream_says(world, id));
    // one by one, in another order: the same renditions
    World other;
    other.apply(kRows + kNoDescription + redact("\"campaign\""));
    other.put({campaign(1)});
    other.put({note(2, {kCampaign})});
    other.put({note(3, {id_of(2, "note")})});
    CHECK(other.versions("peer") == world.versions("peer"));
  }

  TEST_CASE("sync/rendition: an indicator that names a rendition is withheld whole, and the operator is told") {
    World world;
    world.apply(kRows + kNoDescription + redact("\"identity\""));
    world.put({object("identity", 1, R"(,"name":"M","description":"who","identity_class":"organization")"),
               object("indicator", 2, R"(,"pattern":"[file:name = 'x']","pattern_type":"stix","valid_from":"2024-01-01T00:00:00Z","created_by_ref":")" +
                                          id_of(1, "identity") + "\"")});
    CHECK(of_type(world, "identity").size() == 1);
    CHECK(of_type(world, "indicator").empty());
    CHECK(must(world.release->explain(id_of(2, "indicator"), "peer"))[0].waits_for == id_of(1, "identity"));
    world.apply(kRows + profile("remove = [\"/pattern_version\"]\nblur = \"day\"") + redact("\"indicator\""));
    const auto standing = must(world.release->explain(id_of(2, "indicator"), "peer"));
    CHECK_FALSE(standing[0].released);
    CHECK(standing[0].withheld.find("never edited") != std::string::npos);
  }

  TEST_CASE("sync/rendition: a missing reference is waited for, then stripped; one that came in time is kept") {
    World world;
    world.apply(kRows + profile("remove = [\"/authors\"]\nreferences = \"strip\"\nwait = \"24h\"\nblur = \"day\"") + redact("\"note\""));
    const std::string hidden = id_of(1, "campaign"), late = id_of(5, "campaign");
    world.put({object("campaign", 1, R"(,"name":"c")", 0, "RED"), campaign(9)});
    world.put({note(2, {hidden, id_of(9, "campaign")}), note(3, {late, id_of(9, "campaign")}), note(4, {hidden})});
    CHECK(of_type(world, "note").empty());
    CHECK(must(world.release->explain(id_of(2, "note"), "peer"))[0].waits_until.has_value());
    world.restart();
    world.clock.advance_micros(23LL * 3'600'000'000);
    world.put({campaign(5)});
    REQUIRE(of_type(world, "note").size() == 1);
    world.clock.advance_micros(2LL * 3'600'000'000);
    const auto notes = of_type(world, "note");
    REQUIRE(notes.size() == 2);
    CHECK(notes[0]->root()["object_refs"].size() == 2);
    CHECK(notes[1]->root()["object_refs"].size() == 1);
    CHECK_FALSE(stream_says(world, hidden));
    // of the third nothing is left that a note needs
    CHECK(must(world.release->explain(id_of(4, "note"), "peer"))[0].withheld.find("not valid") != std::string::npos);
  }

  TEST_CASE("sync/rendition: a profile that strips references and does nothing else edits what needs it, and nothing more") {
    World world;
    world.apply(kRows + profile("references = \"strip\"\nwait = \"1h\"") + redact("\"note\""));
    const std::string hidden = id_of(1, "campaign");
    world.put({object("campaign", 1, R"(,"name":"c")", 0, "RED"), campaign(9)});
    world.put({note(2, {hidden, id_of(9, "campaign")}), note(3, {id_of(9, "campaign")})});
    REQUIRE(of_type(world, "note").size() == 1);
    CHECK(of_type(world, "note")[0]->id() == id_of(3, "note"));  // whole, as it is
    world.clock.advance_micros(2LL * 3'600'000'000);
    const auto notes = of_type(world, "note");
    REQUIRE(notes.size() == 2);
    CHECK(notes[1]->id() != id_of(2, "note"));
    CHECK(notes[1]->root()["object_refs"].size() == 1);
    CHECK_FALSE(stream_says(world, hidden));
    const auto before = world.read("peer");
    world.restart();
    CHECK(world.read("peer") == before);
  }

  TEST_CASE("sync/rendition: the reference that comes later is taken back by the next version, the released one stays") {
    World world;
    world.apply(kRows + profile("references = \"strip\"\nwait = \"1h\"\nblur = \"day\"") + redact("\"note\""));
    world.put({campaign(9), note(2, {kCampaign, id_of(9, "campaign")})});
    world.clock.advance_micros(2LL * 3'600'000'000);
    REQUIRE(of_type(world, "note").size() == 1);
    world.put({campaign(1)});
    CHECK(of_type(world, "note").size() == 1);
    world.put({note(2, {kCampaign, id_of(9, "campaign")}, 5)});
    const auto notes = of_type(world, "note");
    REQUIRE(notes.size() == 2);
    CHECK(notes[0]->id() != notes[1]->id());
    CHECK(notes[1]->root()["object_refs"].size() == 2);
    // the operator applies the same rules again, with another party: nothing changes for this one
    const auto before = world.read("peer");
    world.apply(kRows + party("late", "peer-isac") + profile("references = \"strip\"\nwait = \"1h\"\nblur = \"day\"") + redact("\"note\""));
    CHECK(world.read("peer") == before);
  }

  TEST_CASE("sync/rendition: without stripping it is held, and goes when the reference comes") {
    World world;
    world.apply(kRows + kNoDescription + redact("\"campaign\""));
    world.put({note(2, {kCampaign})});
    world.clock.advance_micros(1'000'000'000'000);
    CHECK(of_type(world, "note").empty());
    world.put({campaign(1)});
    CHECK(of_type(world, "note").size() == 1);
  }

  TEST_CASE("sync/rendition: when the original becomes permitted it comes, joined by duplicate-of; both are revoked together") {
    World world;
    world.apply(kRows + kNoDescription + redact("\"campaign\""));
    world.put({campaign(1), note(2, {kCampaign})});
    const std::string rendition(of_type(world, "campaign")[0]->id());
    world.apply(kRows);
    auto seen = of_type(world, "campaign");
    REQUIRE(seen.size() == 2);
    CHECK(seen[0]->id() == rendition);
    CHECK(seen[1]->id() == kCampaign);
    CHECK(of_type(world, "note").size() == 1);  // permitted before, too: what was released for its references is not touched
    const auto words = of_type(world, "relationship");
    REQUIRE(words.size() == 1);
    CHECK(text(words[0], "relationship_type") == "duplicate-of");
    CHECK(text(words[0], "source_ref") == rendition);
    CHECK(text(words[0], "target_ref") == kCampaign);
    world.apply(kRows + kNoDescription);
    CHECK(of_type(world, "relationship").size() == 1);
    world.put({campaign(1, R"(,"revoked":true)", 7)});
    seen = of_type(world, "campaign");
    REQUIRE(seen.size() == 4);
    std::set<std::string> revoked;
    for (const auto& each : seen) {
      if (each->root()["revoked"].boolean().value_or(false)) revoked.insert(std::string(each->id()));
    }
    CHECK(revoked == std::set<std::string>{rendition, kCampaign});
    // and back: the original and what speaks of it go, the rendition stays
    world.apply(kRows + kNoDescription + redact("\"campaign\""));
    for (const auto& each : of_type(world, "campaign")) CHECK(each->id() == rendition);
    CHECK_FALSE(stream_says(world, kCampaign));
  }

  TEST_CASE("sync/rendition: a policy that denies the original takes the rendition too, and a recall does") {
    World world;
    world.apply(kRows + kNoDescription + redact("\"campaign\""));
    world.put({campaign(1), campaign(2), note(3, {kCampaign})});
    CHECK(of_type(world, "campaign").size() == 2);
    Recalls recalls(*world.store, *world.release, *world.audit, *world.egress, world.clock, world.random, world.signer());
    const std::string rendition(of_type(world, "campaign")[0]->id());
    CHECK(recalls.recall(rendition, "wrong", "it was wrong", "operator").error().detail.find(kCampaign) != std::string::npos);
    const auto report = must(recalls.recall(kCampaign, "wrong", "it was wrong", "operator"));
    REQUIRE(report.holders.size() == 1);
    // the notice names what the peer was given, and not what stands behind it
    CHECK(report.holders[0].notice.text.find(kCampaign) == std::string::npos);
    CHECK(report.holders[0].notice.text.find(rendition) != std::string::npos);
    CHECK(of_type(world, "campaign").size() == 1);
    CHECK(of_type(world, "note").empty());
    world.apply(kRows + "[[rule]]\nid = \"no\"\neffect = \"deny\"\nkinds = [\"peer-isac\"]\ntypes = [\"campaign\"]\n");
    CHECK(of_type(world, "campaign").empty());
    CHECK(must(world.store->check(nullptr)).empty());
  }

  TEST_CASE("sync/rendition: every version from before a profile's date goes, in order, each under a time of its own") {
    World world;
    world.apply(kRows + "[[rule]]\nid = \"none\"\neffect = \"deny\"\nkinds = [\"peer-isac\"]\nreason = \"no\"\n");
    world.put({campaign(1), campaign(1, "", 3), campaign(1, "", 7)});
    world.apply(kRows + "[[profile]]\nid = \"p\"\nfrom = 2025-01-01\nremove = [\"/description\"]\n" + redact("\"campaign\""));
    const auto seen = of_type(world, "campaign");
    REQUIRE(seen.size() == 3);
    for (const auto& each : seen) CHECK(each->id() == seen[0]->id());
    CHECK(seen[0]->version_time() < seen[1]->version_time());
    CHECK(seen[1]->version_time() < seen[2]->version_time());
    CHECK(text(seen[2], "modified") == "2024-12-31T15:28:26.782020Z");  // 2025 begins at 15:00 where this policy is kept
  }

  TEST_CASE("sync/rendition: two copies of one version make two renditions; taking back the one leaves the other's") {
    World world;
    const std::string others = party("peer2", "peer-isac") + agreement("peer2") +
                               "[[rule]]\nid = \"not-acme\"\neffect = \"deny\"\nparties = [\"peer\"]\nsources = [\"acme\"]\nreason = \"no\"\n";
    world.apply(kRows + others + kNoDescription + redact("\"campaign\""));
    const std::string shared = campaign(1, R"(,"created_by_ref":"identity--55555555-5555-4555-8555-555555555555")");
    world.put({shared});
    world.put({shared}, "vulns", "acme");
    const auto before = world.read("peer");
    REQUIRE(of_type(world, "campaign").size() == 1);
    const auto copies = must(world.store->versions_of(kCampaign, false));
    REQUIRE(copies.size() == 2);
    CHECK(must(world.store->renditions_of(copies[0].no)) != must(world.store->renditions_of(copies[1].no)));
    REQUIRE(must(world.store->renditions_of(copies[1].no)).size() == 1);
    Recalls recalls(*world.store, *world.release, *world.audit, *world.egress, world.clock, world.random, world.signer());
    must(recalls.withdraw({"acme", kCampaign, {}, false}));
    CHECK(world.read("peer") == before);
    CHECK(must(recalls.pending("peer")).empty());
  }

  TEST_CASE("sync/rendition: another content of a rendition's version does not come beside it, at once or later") {
    World world;
    world.apply(kRows + kNoDescription + redact("\"campaign\""));
    world.put({campaign(1)});
    std::string altered(of_type(world, "campaign")[0]->bytes());
    const std::string name = R"("name":"campaign")";
    altered.replace(altered.find(name), name.size(), R"("name":"altered")");
    world.put({altered}, "vulns", "plain");
    CHECK_FALSE(stream_says(world, "altered"));
    world.apply(kRows + party("late", "peer-isac") + kNoDescription + redact("\"campaign\"") + "[[rule]]\nid = \"else\"\neffect = \"deny\"\n"
                "parties = [\"late\"]\ntypes = [\"note\"]\nreason = \"no\"\n");
    CHECK_FALSE(stream_says(world, "altered"));
    CHECK(of_type(world, "campaign").size() == 1);
  }

  TEST_CASE("sync/rendition: what only renditions of could go and refers to each other in a circle stays") {
    World world;
    world.apply(kRows + profile("remove = [\"/abstract\"]\nblur = \"day\"") + redact("\"note\""));
    world.put({note(1, {id_of(2, "note")}), note(2, {id_of(1, "note")}), note(3, {id_of(1, "note")})});
    CHECK(of_type(world, "note").empty());
    CHECK(must(world.release->explain(id_of(2, "note"), "peer"))[0].waits_for.has_value());
    world.put({note(1, {kOwn}, 2)});
    CHECK(of_type(world, "note").empty());
  }

  TEST_CASE("sync/rendition: the source's names go by attribution, and its identity with them") {
    World world;
    world.apply(kRows + profile("attribution = \"strip\"\nreferences = \"strip\"\nwait = \"1h\"") + redact("\"campaign\", \"identity\""));
    world.put({object("identity", 1, R"(,"name":"Somebody","identity_class":"organization")")}, "weekly", "acme");
    world.put({campaign(1, R"(,"created_by_ref":")" + kMember + "\""),
               object("campaign", 2, R"(,"name":"seen by ACME","created_by_ref":")" + kMember + "\"")}, "weekly", "acme");
    const auto seen = of_type(world, "campaign");
    REQUIRE(seen.size() == 1);
    CHECK(text(seen[0], "created_by_ref") == kOwn);
    CHECK_FALSE(stream_says(world, kMember));
    CHECK(must(world.release->explain(id_of(2, "campaign"), "peer"))[0].withheld.find("names its source") != std::string::npos);
  }

  TEST_CASE("sync/rendition: the names of every giver of a content are kept back") {
    World world;
    world.apply(kRows + party("beta", "member") + profile("attribution = \"strip\"") + redact("\"campaign\""));
    const auto named = [](unsigned n) { return object("campaign", n, R"(,"name":"seen by BETA","created_by_ref":")" + kMember + "\""); };
    world.put({named(1), named(2)}, "weekly", "beta");
    CHECK(of_type(world, "campaign").empty());
    world.put({named(1)}, "weekly", "acme");
    CHECK(of_type(world, "campaign").empty());
    Provenance given_back;
    given_back.echo = true;
    world.put({named(3)}, "weekly", "beta", given_back);  // says nothing of whom it is from
    world.put({named(3), named(4)}, "weekly", "acme");
    CHECK(of_type(world, "campaign").size() == 2);
    world.put({named(4)}, "weekly", "beta");
    CHECK(of_type(world, "campaign").size() == 1);  // what went leaves with what its new giver says of it
    const Versions one = world.versions("peer");
    world.apply(kRows + party("beta", "member") + party("other", "member") + profile("attribution = \"strip\"") +
                redact("\"campaign\", \"tool\""));
    CHECK(world.versions("peer") == one);
  }

  TEST_CASE("sync/rendition: what nothing changes goes only if its texts name no giver and no creator") {
    World world;
    const std::string creator = "identity--44444444-4444-4444-8444-444444444444";
    const std::string relays = party("delta", "member", "relay = \"*\"") + party("gamma", "member", "relay = \"*\"") + party("beta", "member");
    world.apply(kRows + relays + profile("attribution = \"strip\"") + redact("\"tool\""));
    const auto tool = [&](unsigned n, const std::string& says) { return object("tool", n, R"(,"name":"t","description":")" + says + "\""); };
    const auto identity = [&](const std::string& name, int version) {
      return R"({"type":"identity","spec_version":"2.1","id":")" + creator + R"(","created":"2024-02-01T10:00:00.000Z","modified":"2024-02-01T10:0)" +
             std::to_string(version) + R"(:00.000Z","identity_class":"organization","name":")" + name + "\"}";
    };
    const auto seen = [&](unsigned n) {
      const auto all = world.ids("peer");
      return std::find(all.begin(), all.end(), id_of(n, "tool")) != all.end();
    };
    world.put({tool(1, "nobody"), tool(2, "from Delta"), tool(3, "from Gamma")}, "weekly", "delta");
    CHECK(seen(1));
    CHECK_FALSE(seen(2));
    CHECK(seen(3));
    world.put({tool(3, "from Gamma")}, "weekly", "gamma");  // it has one giver more, whom it names: it leaves
    CHECK_FALSE(seen(3));
    CHECK(seen(1));
    // The creator is no party: what its identity objects call it counts, from who may speak for it.
    const auto made = [&](unsigned n, const std::string& says) {
      return object("campaign", n, R"(,"name":"c","created_by_ref":")" + creator + R"(","description":")" + says + "\"");
    };
    world.apply(kRows + relays + profile("attribution = \"strip\"") + redact("\"campaign\""));
    world.put({identity("Northern Works", 1)}, "weekly", "gamma");
    world.put({identity("what happened", 2)}, "weekly", "beta");  // may not speak for it: its plant keeps nothing back
    world.put({made(1, "seen at Northern works"), made(2, "what happened")}, "weekly", "delta");
    REQUIRE(of_type(world, "campaign").size() == 1);
    CHECK(text(of_type(world, "campaign").front(), "description") == "what happened");
    world.restart();
    world.put({made(3, "northern works again")}, "weekly", "delta");
    CHECK(of_type(world, "campaign").size() == 1);
    CHECK(must(world.release->explain(id_of(3, "campaign"), "peer"))[0].withheld.find("names its source") != std::string::npos);
  }
}

TEST_SUITE("property") {
  // What the peer gets, in which order, depends neither on what is hidden from it nor on how the rest arrives.
  TEST_CASE("sync/rendition: a stream does not depend on hidden objects between or on batches") {
    PROPERTY("batches", [](std::vector<std::uint16_t> seeds, const std::vector<std::uint8_t>& cuts, const std::vector<std::uint8_t>& between,
                           const bool with_profile) {
      if (seeds.size() > 24) seeds.resize(24);
      const std::string rows = kRows + (with_profile ? kNoDescription + redact("\"campaign\"") : std::string());
      std::vector<std::string> visible;
      for (std::size_t i = 0; i < seeds.size(); ++i) {
        const unsigned n = seeds[i] % 6U, a = (seeds[i] >> 4U) % 6U, b = (seeds[i] >> 8U) % 6U;
        const int version = static_cast<int>(i);
        if (n < 2) visible.push_back(campaign(n, "", version));
        else visible.push_back(note(n, {id_of(a, a < 2 ? "campaign" : "note"), id_of(b, b < 2 ? "campaign" : "note")}, version));
      }
      World one, other;
      one.apply(rows);
      other.apply(rows);
      one.put(visible);
      std::vector<std::string> batch;
      for (std::size_t i = 0; i < visible.size(); ++i) {
        for (unsigned k = 0; i < between.size() && k < between[i] % 4U; ++k) {
          batch.push_back(object("campaign", 100 + static_cast<unsigned>(i) * 8 + k, R"(,"name":"hidden")", 0, "RED"));
        }
        batch.push_back(visible[i]);
        if (i < cuts.size() && cuts[i] % 3 == 0) {
          other.put(batch);
          batch.clear();
        }
      }
      other.put(batch);
      const auto left = one.read("peer"), right = other.read("peer");
      RC_ASSERT(left.size() == right.size());
      for (std::size_t i = 0; i < left.size(); ++i) {
        RC_ASSERT(left[i].bytes == right[i].bytes);
        RC_ASSERT(left[i].date == right[i].date);
      }
      // as much as a policy applied anew would give
      const auto versions = other.versions("peer");
      other.restart();
      RC_ASSERT(other.versions("peer") == versions);
    });
  }
}

}  // namespace sekisho::sync::tests
