// §1 of docs/specs/ownership.md: what the door takes and what it does not.
#include "arena.h"
#include "directed_parts.h"

namespace sekisho::noninterference {
namespace {

const std::string kOfH1 = id_of("identity", 910);

bool said_well(const std::string& status, const std::string& id) { return status.find("\"successes\":[{\"id\":\"" + id) != std::string::npos; }

/// h1's object, newest for all who read it, whatever `forge` does.
std::string stays_newest(const std::string& party, const std::string& change_creator, const std::string& signs) {
  Arena arena;
  const Draft real = campaign(1, kOfH1, "GREEN");
  arena.post("h1", "exchange", {real.json()});
  Draft forged = real;
  forged.version = 30;
  forged.revoked = true;
  forged.creator = change_creator;
  for (const char* collection : {"exchange", "weekly"}) arena.post(party, collection, {forged.json()}, signs);
  return all_of({{arena.newest("r1", "exchange", real.id) == real.json(), "r1 does not have h1's version as the newest"},
                 {arena.newest("r2", "exchange", real.id) == real.json(), "r2 does not have h1's version as the newest"},
                 {only(arena.versions("r1", "exchange", real.id), {real.json()}), "r1 has another version too"},
                 {arena.versions("r1", "weekly", real.id).empty(), "r1 has a forged copy in another collection"}});
}

std::string nested(int depth, bool signs) {
  Arena arena;
  const std::string giver = signs ? "h2" : "h1";
  const Draft red = campaign(1, identity_in_arena(giver), "RED"), clear = campaign(2, identity_in_arena(giver), "CLEAR");
  arena.post(giver, "weekly", {in_bundle(red.json() + "," + clear.json(), depth)});
  return all_of({{!arena.sees("r1", "secret-1"), "r1 is given the RED member"},
                 {!arena.sees("r2", "secret-1"), "r2 is given the RED member"},
                 {!arena.sees("r1", "\"bundle\""), "a bundle is served"},
                 {signs || depth > 8 || only(arena.versions("r1", "weekly", clear.id), {clear.json()}), "the CLEAR member is not served by itself"},
                 {depth <= 8 || !arena.sees("r1", "secret-2"), "what lies deeper than 8 is served"},
                 {!signs || !arena.sees("r1", "secret-2"), "a signature over a bundle vouches for its members"}});
}

std::string own_bundle() {
  Arena arena;
  const Draft red = campaign(1, "", "RED"), clear = campaign(2, "", "CLEAR");
  arena.own("weekly", {in_bundle(red.json() + "," + clear.json(), 2)});
  return all_of({{!arena.sees("r1", "secret-1"), "r1 is given the RED member"},
                 {!arena.sees("r1", "\"bundle\""), "a bundle is served"},
                 {only(arena.versions("r1", "weekly", clear.id), {clear.json()}), "the CLEAR member is not served by itself"}});
}

std::string embedded(bool observed, const char* label) {
  Arena arena;
  Draft inner = campaign(1, "", label), host = campaign(2, "", "CLEAR");
  if (observed) {
    host.type = "observed-data";
    host.id = id_of(host.type, 2);
    const std::string file = "{\"type\":\"file\",\"name\":\"secret-1\",\"object_marking_refs\":[\"" + tlp(label) + "\"]}";
    arena.post("h1", "weekly", {with_property(host.json(), "\"objects\":{\"0\":" + file + "}")});
  } else {
    arena.post("h1", "weekly", {with_property(host.json(), "\"x_inner\":[{\"deep\":" + inner.json() + "}]")});
  }
  const bool amber = std::string(label) == "AMBER";
  return all_of({{amber || !arena.sees("r1", "secret-1"), "r1 is given what is RED inside"},
                 {!arena.sees("r2", "secret-1"), "r2 is given what is tighter inside"},
                 {!amber || arena.sees("r1", "secret-1"), "r1 is not given what it may read"}});
}

std::string echo() {
  Arena arena;
  const Draft real = campaign(1, kOwn, "GREEN");
  arena.own("weekly", {real.json()});
  const std::string status = arena.post("p", "exchange", {real.json()});
  return all_of({{said_well(status, real.id), "the echo is not told success"},
                 {arena.versions("r1", "exchange", real.id).empty(), "the echo is served in its collection"},
                 {only(arena.versions("r1", "weekly", real.id), {real.json()}), "the real one is not served any more"}});
}

std::string echo_nested() {
  Arena arena;
  const Draft real = campaign(1, kOwn, "AMBER");
  arena.own("weekly", {real.json()});
  arena.post("p", "exchange", {in_bundle(real.json(), 3)});
  return all_of({{arena.versions("r1", "exchange", real.id).empty(), "a nested echo is served in its collection"},
                 {!arena.sees("r2", "secret-1"), "r2 is given it"}});
}

std::string same_envelope() {
  Arena arena;
  const Draft real = campaign(1, kOfH1, "GREEN");
  arena.post("h1", "exchange", {real.json()});
  Draft mine = campaign(2, "", "CLEAR"), forged = real;
  forged.version = 30;
  arena.post("a2", "exchange", {mine.json(), forged.json()});
  return all_of({{only(arena.versions("r1", "exchange", mine.id), {mine.json()}), "what stands beside a forged object is not judged alone"},
                 {arena.newest("r1", "exchange", real.id) == real.json(), "the forged version is the newest"}});
}

/// What a1 sends without a signature, or under somebody else's name, is nobody's.
std::string badly_signed(const std::string& signs, const std::string& creator) {
  Arena arena;
  const Draft draft = campaign(1, creator, "CLEAR");
  for (const char* collection : {"weekly", "exchange"}) arena.post("a1", collection, {draft.json()}, signs);
  return all_of({{!arena.sees("r1", "secret-1"), "r1 is given it"}, {!arena.sees("r2", "secret-1"), "r2 is given it"}});
}

std::string without_right(const std::string& party, const std::string& collection) {
  Arena arena;
  const Draft draft = campaign(1, "", "CLEAR");
  arena.post(party, collection, {draft.json()});
  return all_of({{arena.node().held(draft.id) == 0, "it is kept"}, {!arena.sees("r1", "secret-1"), "r1 is given it"}});
}

/// What an import rule keeps out or for an operator to see, and what is no STIX.
std::string kept_out(const std::string& type) {
  Arena arena;
  Draft draft = campaign(1, "", "CLEAR");
  if (!type.empty()) draft.type = type;
  draft.id = id_of(draft.type, 1);
  std::string object = draft.json();
  if (type.empty()) object = with_property(object, "\"first_seen\":\"yesterday\"");
  arena.post("a2", "weekly", {object});
  return all_of({{arena.node().held(draft.id) == 0, "it is accepted"}, {!arena.sees("r1", "secret-1"), "r1 is given it"}});
}

std::string creator_changes() {
  Arena arena;
  const Draft real = campaign(1, kOfH1, "GREEN");
  arena.post("h1", "weekly", {real.json()});
  Draft later = real;
  later.version = 5;
  later.creator = identity_of("p");
  arena.post("p", "weekly", {later.json()});
  return all_of({{arena.newest("r1", "weekly", real.id) == real.json(), "the id has another creator now"}});
}

std::string after_revoked() {
  Arena arena;
  Draft draft = campaign(1, kOfH1, "GREEN");
  arena.post("h1", "weekly", {draft.json()});
  draft.version = 1;
  draft.revoked = true;
  const std::string revoked = draft.json();
  arena.post("h1", "weekly", {revoked});
  draft.version = 2;
  draft.revoked = false;
  arena.post("h1", "weekly", {draft.json()});
  return all_of({{arena.newest("r1", "weekly", draft.id) == revoked, "what was revoked has a newer version"}});
}

}  // namespace

std::vector<Directed> directed_door() {
  return {{"bundle", "1.1", [] { return nested(1, false); }},
          {"bundle-in-bundle", "1.1", [] { return nested(3, false); }},
          {"bundle-8-deep", "1.1", [] { return nested(8, false); }},
          {"bundle-9-deep", "1.1", [] { return nested(9, false); }},
          {"bundle-of-own", "1.1", own_bundle},
          {"bundle-signed", "5.4", [] { return nested(1, true); }},
          {"speaks-for-another-unsigned", "1.2", [] { return stays_newest("p", kOfH1, ""); }},
          {"speaks-for-another-signed", "1.2", [] { return stays_newest("a1", kOfH1, "creator"); }},
          {"speaks-for-another-as-relay", "1.2", [] { return stays_newest("a1", kOfH1, "relay"); }},
          {"without-creator", "1.3", [] { return stays_newest("a2", "", ""); }},
          {"without-creator-signed", "1.3", [] { return stays_newest("a1", "", "creator"); }},
          {"as-own-creator-signed", "1.3", [] { return stays_newest("a1", id_of("identity", 901), "creator"); }},
          {"embedded-red", "1.4", [] { return embedded(false, "RED"); }},
          {"embedded-amber", "1.4", [] { return embedded(false, "AMBER"); }},
          {"observed-red", "1.4", [] { return embedded(true, "RED"); }},
          {"observed-amber", "1.4", [] { return embedded(true, "AMBER"); }},
          {"echo", "1.5", echo},
          {"echo-nested", "1.5", echo_nested},
          {"beside-a-forged-one", "1.2", same_envelope},
          {"unsigned", "1", [] { return badly_signed("", ""); }},
          {"signed-in-name-of-another", "1", [] { return badly_signed("h2", ""); }},
          {"signed-in-name-of-creator", "1.2", [] { return badly_signed("h2", id_of("identity", 911)); }},
          {"without-right-to-write", "1", [] { return without_right("r1", "weekly"); }},
          {"without-right-to-write-here", "1", [] { return without_right("p", kSecret); }},
          {"denied-by-import-rule", "1", [] { return kept_out("tool"); }},
          {"quarantined-by-import-rule", "1", [] { return kept_out("course-of-action"); }},
          {"not-stix", "1", [] { return kept_out(""); }},
          {"creator-changes", "1.7", creator_changes},
          {"after-revoked", "1.7", after_revoked}};
}

}  // namespace sekisho::noninterference
