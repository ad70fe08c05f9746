// §2 to §5 and §10 of docs/specs/ownership.md: which claim and which copy counts, and what is taken back.
#include "arena.h"
#include "directed_parts.h"

namespace sekisho::noninterference {
namespace {

const std::string kOfH1 = id_of("identity", 910);
const std::string kOfH2 = id_of("identity", 911);

/// A plant waits where the reader reads when the real one comes.
std::string squatted(bool same_version) {
  Arena arena;
  Draft plant = campaign(1, "", "GREEN");
  plant.text = "planted";
  plant.version = same_version ? 0 : 40;
  arena.post("a2", "weekly", {plant.json()});
  const Draft real = campaign(1, kOwn, "GREEN");
  const std::size_t taken = arena.own("weekly", {real.json()});
  return all_of({{taken == 1, "our own object is not taken"},
                 {only(arena.versions("r1", "weekly", real.id), {real.json()}), "r1 does not have ours alone"},
                 {only(arena.versions("p", "weekly", real.id), {real.json()}), "p does not have ours alone"}});
}

/// The plant comes later, from somebody who does not read the real one.
std::string planted_unseen(bool revoked) {
  Arena arena;
  const Draft real = campaign(1, kOfH1, "GREEN");
  arena.post("h1", "weekly", {real.json()});
  Draft plant = campaign(1, "", "CLEAR");
  plant.text = "planted";
  plant.version = 40;
  plant.revoked = revoked;
  arena.post("a2", "exchange", {plant.json()});
  arena.post("a2", "weekly", {plant.json()});
  return all_of({{only(arena.versions("r1", "weekly", real.id), {real.json()}), "r1 does not have h1's alone"},
                 {arena.versions("r1", "exchange", real.id).empty(), "r1 has the plant too"},
                 {arena.newest("r2", "weekly", real.id) == real.json(), "the plant is the newest for r2"}});
}

/// The same (id, modified) with other content, unseen.
std::string clash() {
  Arena arena;
  const Draft real = campaign(1, kOfH1, "GREEN");
  Draft plant = campaign(1, "", "GREEN");
  plant.text = "planted";
  arena.post("h1", "weekly", {real.json()});
  arena.post("a2", "exchange", {plant.json()});
  arena.restart();
  return all_of({{only(arena.versions("r1", "weekly", real.id), {real.json()}), "r1 does not have h1's alone"},
                 {arena.versions("r1", "exchange", real.id).empty(), "r1 has the plant"}});
}

/// Whoever reads only the plant has it, and nobody else.
std::string other_audience() {
  Arena arena;
  const Draft real = campaign(1, kOfH1, "AMBER");
  arena.post("h1", "weekly", {real.json()});
  Draft plant = campaign(1, "", "CLEAR");
  plant.text = "planted";
  arena.post("a2", "weekly", {plant.json()});
  return all_of({{only(arena.versions("r1", "weekly", real.id), {real.json()}), "r1 does not have h1's alone"},
                 {only(arena.versions("r2", "weekly", real.id), {plant.json()}), "r2 does not have what it may read"}});
}

/// What was displaced does not step in when the real one goes.
std::string place_stays_empty() {
  Arena arena;
  const Draft real = campaign(1, kOfH1, "GREEN");
  arena.post("h1", "weekly", {real.json()});
  Draft plant = campaign(1, "", "GREEN");
  plant.text = "planted";
  plant.version = 3;
  arena.post("a2", "weekly", {plant.json()});
  const int gone = arena.remove("h1", "weekly", real.id);
  return all_of({{gone == 200, "h1 cannot take its own back"}, {!arena.sees("r1", "secret-1"), "r1 still has it"}, {!arena.sees("r1", "planted"), "the plant has stepped in"}});
}

std::string washed(bool before) {
  Arena arena;
  const Draft real = campaign(1, kOfH2, "GREEN");
  if (before) arena.post("p", "exchange", {real.json()});
  arena.post("h2", "exchange", {real.json()});
  if (!before) arena.post("a2", "exchange", {real.json()});
  if (!before) arena.post("p", "weekly", {real.json()});
  return all_of({{!arena.sees("r3", "secret-1"), "the peer ISAC is given what the licence keeps from it"},
                 {only(arena.versions("r1", "exchange", real.id), {real.json()}), "r1 does not have it"},
                 {arena.versions("r1", "weekly", real.id).empty(), "r1 has a copy where h2 did not give it"}});
}

/// An echo into another collection opens nothing there.
std::string echo_elsewhere() {
  Arena arena;
  const Draft real = campaign(1, kOfH1, "GREEN");
  arena.post("h1", "weekly", {real.json()});
  for (const char* party : {"p", "a1", "a2"}) arena.post(party, "exchange", {real.json()});
  return all_of({{arena.versions("r1", "exchange", real.id).empty(), "r1 has a copy where h1 did not give it"},
                 {!arena.sees("a2", "secret-1") || arena.versions("r1", "exchange", real.id).empty(), "a2 is given a collection's copy"}});
}

std::string removed_by_creator() {
  Arena arena;
  const Draft real = campaign(1, kOfH1, "GREEN");
  arena.post("h1", "weekly", {real.json()});
  arena.post("p", "weekly", {real.json()});
  const int gone = arena.remove("h1", "weekly", real.id);
  Draft again = real;
  again.creator = "";
  again.text = "planted";
  arena.post("a2", "weekly", {real.json()});
  arena.post("a2", "weekly", {again.json()});
  arena.restart();
  return all_of({{gone == 200, "h1 cannot take its own back"},
                 {!arena.sees("r1", "secret-1"), "r1 is given what its creator took back"},
                 {!arena.sees("r1", "planted"), "somebody else uses the id"}});
}

std::string removed_by_another() {
  Arena arena;
  const Draft real = campaign(1, kOfH1, "GREEN");
  arena.post("h1", "weekly", {real.json()});
  arena.post("p", "weekly", {real.json()});
  for (const char* party : {"p", "a1", "a2"}) {
    for (const char* collection : {"weekly", "exchange"}) arena.remove(party, collection, real.id);
  }
  arena.restart();
  return all_of({{only(arena.versions("r1", "weekly", real.id), {real.json()}), "somebody else took it from r1"}});
}

std::string recalled() {
  Arena arena;
  const Draft real = campaign(1, kOwn, "GREEN");
  arena.own("weekly", {real.json()});
  arena.post("p", "weekly", {real.json()});
  arena.recall(real.id);
  Draft plant = real;
  plant.creator = "";
  plant.version = 3;
  plant.text = "planted";
  for (const char* party : {"p", "a2"}) {
    for (const char* collection : {"weekly", "exchange"}) {
      arena.post(party, collection, {real.json()});
      arena.post(party, collection, {plant.json()});
    }
  }
  return all_of({{!arena.sees("r1", "secret-1"), "r1 is given what was recalled"}, {!arena.sees("r1", "planted"), "somebody else uses the recalled id"}});
}

std::string used_again() {
  Arena arena;
  Draft draft = campaign(1, kOfH1, "GREEN");
  arena.post("h1", "weekly", {draft.json()});
  arena.remove("h1", "weekly", draft.id);
  draft.version = 2;
  arena.post("h1", "weekly", {draft.json()});
  return all_of({{only(arena.versions("r1", "weekly", draft.id), {draft.json()}), "its poster cannot use the id again"}});
}

/// Of two claims that of the higher standing counts, whichever came first.
std::string of_higher_standing(bool before) {
  Arena arena;
  const Draft real = campaign(1, identity_in_arena("h3"), "GREEN");
  Draft plant = campaign(1, "", "GREEN");
  plant.text = "planted";
  plant.version = 9;
  if (before) arena.post("a2", "weekly", {plant.json()});
  arena.post("h3", "weekly", {real.json()});
  if (!before) arena.post("a2", "weekly", {plant.json()});
  return all_of({{only(arena.versions("r1", "weekly", real.id), {real.json()}), "r1 does not have h3's alone"}});
}

/// An identity object belongs to the party in whose row it stands.
std::string identity_of_another() {
  Arena arena;
  const std::vector<std::string> before = arena.versions("r1", "exchange", kOfH1);
  Draft forged{"identity", kOfH1};
  forged.version = 9;
  forged.markings = {tlp("CLEAR")};
  forged.text = "planted";
  for (const char* party : {"p", "a1", "a2"}) {
    for (const std::string& creator : {std::string(), kOfH1, id_of("identity", 901)}) {
      forged.creator = creator;
      arena.post(party, "exchange", {forged.json()});
    }
  }
  return all_of({{!before.empty(), "h1's identity is not there"},
                 {arena.versions("r1", "exchange", kOfH1) == before, "h1's identity is somebody else's"},
                 {!arena.sees("r1", "planted"), "a forged identity is served"}});
}

/// A plant was here first, and where readers get renditions, its own and the real object's would be versions of one.
std::string rendition_of_plant() {
  Arena arena(1, "[[profile]]\nid = \"short\"\nfrom = 2020-01-01T00:00:00Z\nremove = [\"/description\"]\n"
                 "[[rule]]\nid = \"shorten\"\neffect = \"redact\"\nprofile = \"short\"\nkinds = [\"peer-isac\"]\ntypes = [\"campaign\"]\n");
  Draft plant = campaign(1, "", "GREEN"), real = campaign(1, kOwn, "GREEN");
  plant.text = "planted";
  plant.description = real.description = "what happened";
  arena.post("a2", "weekly", {plant.json()});
  const bool before = arena.sees("r3", "planted");
  arena.own("weekly", {real.json()});
  const bool after = arena.sees("r3", "secret-1");
  arena.anew();
  return all_of({{before, "the plant is not there, so this shows nothing"}, {after, "the plant's rendition keeps the real one's out"},
                 {arena.sees("r3", "secret-1"), "the real one's is gone when all is computed anew"}});
}

std::string gone_in_flood() {
  Arena arena;
  const Draft real = campaign(1, kOfH1, "GREEN"), other = campaign(2, kOfH1, "GREEN");
  arena.post("h1", "weekly", {real.json()});
  std::vector<std::string> chain;
  for (unsigned n = 0; n < 18; ++n) chain.push_back(report(100 + n, {id_of("report", 101 + n)}, "CLEAR").json());
  for (const char* party : {"p", "a2", "p", "a2"}) arena.post(party, "weekly", chain);
  arena.post("h1", "weekly", {other.json()});
  return all_of({{only(arena.versions("r1", "weekly", real.id), {real.json()}), "what was there is gone"},
                 {only(arena.versions("r1", "weekly", other.id), {other.json()}), "what came then is kept out"},
                 {!arena.sees("r1", "secret-105"), "a link of a chain that names nothing is served"}});
}

}  // namespace

std::vector<Directed> directed_claims() {
  return {{"squatted-version", "2.2", [] { return squatted(true); }},
          {"squatted-id", "2.2", [] { return squatted(false); }},
          {"planted-unseen", "2.4", [] { return planted_unseen(false); }},
          {"revoked-unseen", "2.4", [] { return planted_unseen(true); }},
          {"same-version-unseen", "2.4", clash},
          {"read-by-others-only", "2.4", other_audience},
          {"of-higher-standing-before", "2.3", [] { return of_higher_standing(true); }},
          {"of-higher-standing-after", "2.3", [] { return of_higher_standing(false); }},
          {"identity-of-another", "2.1", identity_of_another},
          {"place-stays-empty", "4", place_stays_empty},
          {"licence-washed-after", "5.2", [] { return washed(false); }},
          {"licence-washed-before", "5.2", [] { return washed(true); }},
          {"echo-elsewhere", "5.2", echo_elsewhere},
          {"removed-by-creator", "5.3", removed_by_creator},
          {"removed-by-another", "5.3", removed_by_another},
          {"recalled", "5.3", recalled},
          {"rendition-of-plant", "9", rendition_of_plant},
          {"used-again-by-its-poster", "10.3", used_again},
          {"chain-and-flood", "11", gone_in_flood}};
}

}  // namespace sekisho::noninterference
