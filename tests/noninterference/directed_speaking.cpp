// §1 and §3 of docs/specs/ownership.md: who may speak for whom, and what hangs on what is hidden from the giver.
#include "arena.h"
#include "directed_parts.h"
#include "hostile_acts.h"
#include "stix/markings.h"
#include "stix/sharing_facts.h"

namespace sekisho::noninterference {
namespace {

const std::string kOfH1 = id_of("identity", 910);
const std::string kOfH2 = id_of("identity", 911);
const std::string kOfNobody = id_of("identity", 930);
const std::string kOfAnotherNobody = id_of("identity", 931);
const std::string kUnknown = id_of("marking-definition", 77);

/// h4 may relay for everybody, h5 for one; a4 signs and may relay for everybody.
std::string relays() {
  const auto row = [](const std::string& id, const std::string& relay, const std::string& more) {
    return "[[party]]\nid = \"" + id + "\"\nkind = \"member\"\nclass = \"platinum\"\nwrite = [\"weekly\", \"exchange\"]\nrelay = " + relay + "\n" + more;
  };
  return row("h4", "\"*\"", "signs = false\n") + row("h5", "[\"" + kOfNobody + "\"]", "signs = false\n") +
         "[[import]]\nid = \"accept-relays\"\neffect = \"accept\"\nsources = [\"h4\", \"h5\"]\ntlp_ceiling = \"TLP:RED\"\n";
}

bool said_well(const std::string& status, const std::string& id) { return status.find("\"successes\":[{\"id\":\"" + id) != std::string::npos; }
bool says_nothing_more(const std::string& status) { return status.find("\"message\"") == std::string::npos; }

/// What our own import may not say in a party's name.
std::string import_for_party() {
  Arena arena;
  const std::size_t taken = arena.own("weekly", {campaign(1, kOfH1, "CLEAR").json()});
  const std::size_t foreign = arena.own("weekly", {campaign(2, kOfNobody, "CLEAR").json()});
  return all_of({{taken == 0, "our import speaks for h1"}, {!arena.sees("r1", "secret-1"), "r1 is given it"}, {foreign == 1, "our import may not relay for nobody"}});
}

std::string relayed(const std::string& party, const std::string& creator, bool may) {
  Arena arena(1, relays());
  arena.own("weekly", {identity_object(kOfNobody, "CLEAR"), identity_object(kOfAnotherNobody, "CLEAR")});
  arena.post(party, "weekly", {campaign(1, creator, "CLEAR").json()});
  return all_of({{arena.sees("r1", "secret-1") == may, may ? "r1 is not given what its giver may relay" : "r1 is given what its giver may not relay"}});
}

/// Signed as a relay, of a creator that it does not name.
std::string relay_of_nobody() {
  Arena arena;
  const Draft draft = campaign(1, "", "CLEAR");
  arena.post("a1", "exchange", {draft.json()}, "relay");
  return all_of({{!arena.sees("r1", "secret-1"), "r1 is given it"}, {arena.node().held(draft.id) == 0, "it is accepted"}});
}

/// A relay's further version beside what the creator gave.
std::string relay_beside_creator(bool creator_first) {
  Arena arena(1, relays());
  const Draft real = campaign(1, kOfH1, "GREEN");
  Draft other = real;
  other.version = 30;
  other.text = "relayed";
  if (creator_first) arena.post("h1", "weekly", {real.json()});
  arena.post("h4", "weekly", {other.json()});
  const bool before = arena.sees("r1", "relayed");
  if (!creator_first) arena.post("h1", "weekly", {real.json()});
  arena.anew();
  return all_of({{creator_first || before, "what a relay gives is not given where the creator gave nothing"},
                 {only(arena.versions("r1", "weekly", real.id), {real.json()}), "r1 does not have the creator's alone"}});
}

/// What a relay says of another's object loosens nothing: here that it may go on to all members.
std::string relay_loosens(bool beside_creator) {
  Arena arena(1, "[[party]]\nid = \"a4\"\nkind = \"member\"\nclass = \"platinum\"\nwrite = [\"weekly\"]\nrelay = \"*\"\nsigns = true\nidentities = [\"" + id_of("identity", 943) +
                     "\"]\nkeys = [{ x = \"" + x_of("a4") + "\" }]\n");
  arena.own("weekly", {identity_object(kOfNobody, "CLEAR")});
  const Draft draft = campaign(1, beside_creator ? kOfH1 : kOfNobody, "AMBER+STRICT"), mine = campaign(2, "", "AMBER+STRICT");
  if (beside_creator) arena.post("h1", "weekly", {draft.json()});
  const auto signed_by = [](const Draft& what, certs::Role role) { return attested("a4", id_of("identity", 943), role, {what.json()}); };
  arena.post("a4", "weekly", signed_by(draft, certs::Role::kRelay));
  arena.post("a4", "weekly", signed_by(mine, certs::Role::kCreator));
  return all_of({{arena.sees("r1", "secret-2"), "what its creator lets go is not given"}, {!arena.sees("r1", "secret-1"), "a relay's word lets go what its creator did not"}});
}

/// The creator takes it back: the relay's copy does not step in.
std::string relay_after_creator() {
  Arena arena(1, relays());
  const Draft real = campaign(1, kOfH1, "GREEN");
  Draft later = real;
  later.version = 3;
  arena.post("h1", "weekly", {real.json()});
  arena.post("h4", "weekly", {real.json(), later.json()});
  arena.remove("h1", "weekly", real.id);
  const bool gone = !arena.sees("r1", "secret-1");
  arena.restart();
  arena.anew();
  return all_of({{gone, "a relay's copy has stepped in"}, {!arena.sees("r1", "secret-1"), "it steps in when all is computed anew"}});
}

std::string released_unnamed() {
  Arena arena(1, relays());
  arena.own("weekly", {identity_object(kOfNobody, "CLEAR")});
  const Draft real = campaign(1, kOfNobody, "GREEN");
  arena.post("h5", "weekly", {real.json()});
  Draft forged = real;
  forged.version = 30;
  forged.revoked = true;
  arena.post("a2", "weekly", {forged.json()});
  const bool released = arena.node().let_in("a2", real.id);
  const bool stays = only(arena.versions("r1", "weekly", real.id), {real.json()});
  arena.anew();
  return all_of({{released, "the operator cannot let it in"},
                 {stays, "what an operator let in is of the line of a creator for whom its giver may not speak"},
                 {only(arena.versions("r1", "weekly", real.id), {real.json()}), "it is when all is computed anew"}});
}

/// What its giver reads is not given, under its id, to those who do not read it.
std::string known_id(const std::string& party, const std::string& creator) {
  Arena arena;
  const Draft real = campaign(1, kOfH1, "AMBER");
  arena.post("h1", "exchange", {real.json()});
  Draft plant = campaign(1, creator, "CLEAR");
  plant.text = "planted";
  plant.version = 30;
  for (const char* collection : {"exchange", "weekly"}) arena.post(party, collection, {plant.json()});
  return all_of({{!arena.sees("r2", "planted"), "r2 is given what another made of an id that it reads"},
                 {only(arena.versions("r1", "exchange", real.id), {real.json()}), "r1 does not have h1's alone"},
                 {arena.node().held(real.id) == 1, "it is accepted"}});
}

std::string after_revoked_together() {
  Arena arena;
  Draft draft = campaign(1, kOfH1, "GREEN");
  std::vector<std::string> envelope{draft.json()};
  draft.version = 1;
  draft.revoked = true;
  const std::string revoked = draft.json();
  envelope.push_back(revoked);
  draft.version = 2;
  draft.revoked = false;
  envelope.push_back(draft.json());
  arena.post("h1", "weekly", envelope);
  return all_of({{arena.newest("r1", "weekly", draft.id) == revoked, "what was revoked in the same envelope has a newer version"}});
}

/// Whatever is hidden under the id, what its giver may post is accepted, and it is told nothing.
std::string accepted_beside_hidden(bool revoked) {
  Arena arena;
  Draft hidden = campaign(1, kOfH1, "RED"), plant = campaign(1, "", "CLEAR");
  hidden.revoked = revoked;
  arena.post("h1", "exchange", {hidden.json()});
  plant.text = "planted";
  plant.version = 9;
  const std::string status = arena.post("a2", "exchange", {with_property(plant.json(), "\"x_more\":1")});
  return all_of({{said_well(status, plant.id) && says_nothing_more(status), "the giver is told of it"},
                 {arena.letters("a2") == 0, "a letter tells the operator that it waits"},
                 {arena.node().held(plant.id) == 2, "what may be accepted is not, beside what is hidden"}});
}

/// A rule quarantines it. That the same is here, hidden, takes nothing off.
std::string hidden_spares_nothing() {
  Arena arena;
  Draft draft = campaign(1, "", "RED");
  draft.type = "course-of-action";
  draft.id = id_of(draft.type, 1);
  arena.own("exchange", {draft.json()});
  const std::string status = arena.post("a2", "exchange", {draft.json()});
  return all_of({{arena.letters("a2") == 1, "what is hidden spares a letter"}, {said_well(status, draft.id), "the giver is told of the letter"}});
}

std::string told_alike() {
  Arena arena;
  const Draft real = campaign(1, kOwn, "GREEN");
  arena.own("exchange", {real.json()});
  Draft forged = campaign(2, kOwn, "GREEN");
  const std::string good = arena.post("a2", "exchange", {campaign(3, "", "GREEN").json()});
  const std::string echo = arena.post("a2", "exchange", {real.json()}), waits = arena.post("a2", "exchange", {forged.json()});
  const int gone = arena.remove("a2", "exchange", forged.id);
  return all_of({{said_well(good, id_of("campaign", 3)) && says_nothing_more(good), "what is accepted is told otherwise"},
                 {said_well(echo, real.id) && says_nothing_more(echo), "an echo is told of"},
                 {said_well(waits, forged.id) && says_nothing_more(waits), "a letter is told of"},
                 {gone == 200, "what waits cannot be deleted by its giver, so it shows"}});
}

std::string definition(const std::string& label, const std::string& creator, const std::string& text) {
  Draft draft{"marking-definition", kUnknown};
  draft.creator = creator;
  draft.markings = {tlp(label)};
  draft.text = text;
  return draft.json();
}

Draft bearer(const std::string& creator) {
  Draft draft = campaign(1, creator, "GREEN");
  draft.markings.push_back(kUnknown);
  return draft;
}

/// What was only given back defines nothing: neither at the door nor for those who read.
std::string given_back_defines(bool together) {
  Arena arena;
  const std::string given_back = definition("CLEAR", identity_in_arena("p"), "anything goes");
  arena.post("p", "weekly", {given_back});
  const Draft bears = bearer("");
  if (together) {
    arena.post("a2", "exchange", {given_back, bears.json()});
  } else {
    arena.post("a2", "exchange", {given_back});
    arena.post("a2", "exchange", {bears.json()});
  }
  const bool kept = !arena.sees("r1", "secret-1");
  arena.anew();
  return all_of({{kept, "r1 is given what it bears"}, {!arena.sees("r1", "secret-1"), "it goes when all is computed anew"}, {together || arena.node().held(bears.id) == 0, "it counts at the door"}});
}

/// To whom our own word is hidden, the giver's word says nothing either.
std::string outweighed() {
  Arena arena;
  arena.own("weekly", {definition("RED", kOwn, "for nobody")});
  arena.post("h1", "weekly", {definition("CLEAR", kOfH1, "anything goes"), bearer(kOfH1).json()});
  const bool kept = !arena.sees("r1", "secret-1");
  arena.anew();
  return all_of({{kept, "r1 is given it by the word that ours outweighs"}, {!arena.sees("r1", "secret-1"), "it goes when all is computed anew"}, {!arena.sees("r1", "for nobody"), "our definition is shown"}});
}

/// At the door a definition that is hidden from the giver says nothing, be it ours.
std::string hidden_meaning() {
  Arena arena;
  arena.own("weekly", {definition("CLEAR", kOwn, "anything goes")});
  const Draft bears = bearer("");
  arena.post("a2", "exchange", {bears.json()});
  return all_of({{arena.node().held(bears.id) == 0 && arena.letters("a2") == 1, "what is accepted from a2 depends on a definition that is hidden from it"}});
}

/// A definition that its reader may not read withholds its user, and does not travel.
std::string definition_hidden() {
  Arena arena;
  arena.post("h1", "weekly", {definition("RED", kOfH1, "for named persons"), bearer(kOfH1).json()});
  const bool kept = !arena.sees("r1", "secret-1") && !arena.sees("r1", "for named persons");
  arena.anew();
  return all_of({{kept, "it goes with its user"}, {!arena.sees("r1", "for named persons") && !arena.sees("r1", "secret-1"), "it goes when all is computed anew"}});
}

/// The definition of an extension keeps nobody back, and goes to nobody that may not read it.
std::string extension_hidden() {
  Arena arena;
  Draft extension{"extension-definition", id_of("extension-definition", 78)};
  extension.creator = kOfH1;
  extension.markings = {tlp("RED")};
  extension.text = "for named persons";
  const std::string uses = "\"extensions\":{\"" + extension.id + "\":{\"extension_type\":\"property-extension\",\"said\":\"x\"}}";
  arena.post("h1", "weekly", {extension.json(), with_property(campaign(1, kOfH1, "GREEN").json(), uses)});
  const bool alone = arena.sees("r1", "secret-1") && !arena.sees("r1", "for named persons");
  arena.anew();
  return all_of({{alone, "it goes with its user, or keeps it back"}, {!arena.sees("r1", "for named persons"), "it goes when all is computed anew"}});
}

/// A marking of a part, and the baseline of a collection.
std::string tighter_than_marked() {
  Arena arena;
  Draft part = campaign(1, kOwn, "CLEAR");
  part.description = "for named persons";
  part.granular = {tlp("RED")};
  arena.own("weekly", {part.json()});
  arena.own("exchange", {campaign(2, kOwn, "CLEAR").json()});
  return all_of({{!arena.sees("r1", "secret-1"), "r1 is given what is RED in part"},
                 {!arena.sees("a1", "secret-2"), "a1 is given what the baseline of its collection keeps from it"},
                 {arena.sees("r1", "secret-2"), "r1 is not given it"}});
}

std::string copy_of_tlp() {
  Arena arena;
  const std::string id = tlp("GREEN"), copy = with_property(stix::tlp_marking_object(stix::Tlp::kGreen), "\"x_note\":\"copied-tlp\"");
  const std::size_t before = arena.node().held(id);
  for (const char* party : {"p", "a1", "a2"}) arena.post(party, "exchange", {copy});
  arena.post("a2", "exchange", {campaign(1, "", "GREEN").json()});
  return all_of({{arena.node().held(id) == before, "a foreign copy of a TLP definition is kept"}, {!arena.sees("r1", "copied-tlp"), "it is served"}});
}

/// What names a published marking beside a definition that says another level of it waits.
std::string lied_about() {
  Arena arena;
  const std::string lie = "{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":\"" + tlp("GREEN") +
                          "\",\"created\":\"2022-10-01T00:00:00.000Z\",\"definition_type\":\"tlp\",\"definition\":{\"tlp\":\"white\"}}";
  const Draft names = campaign(1, "", "GREEN");
  arena.post("a2", "exchange", {lie, names.json()});
  return all_of({{arena.node().held(names.id) == 0, "it is accepted"}, {!arena.sees("r1", "secret-1"), "r1 is given it"}});
}

/// What something inside says counts for the whole.
std::string inside(const std::string& part) {
  Arena arena;
  arena.post("h1", "weekly", {with_property(campaign(1, kOfH1, "CLEAR").json(), "\"x_inner\":[{\"deep\":" + part + "}]")});
  return all_of({{!arena.sees("r1", "secret-1"), "r1 is given it"}, {!arena.sees("r2", "secret-1"), "r2 is given it"}});
}

std::string embargoed_inside() {
  return inside("{\"extensions\":{\"" + std::string(stix::kSharingExtensionId) +
                "\":{\"extension_type\":\"property-extension\",\"embargo_until\":\"2099-01-01T00:00:00Z\"}}}");
}

}  // namespace

std::vector<Directed> directed_speaking() {
  return {{"import-for-a-party", "1.2", import_for_party},
          {"relay-of-ours", "1.2", [] { return relayed("h4", kOwn, false); }},
          {"relay-of-one-that-signs", "1.2", [] { return relayed("h4", kOfH2, false); }},
          {"relay-of-one-that-does-not", "1.2", [] { return relayed("h4", kOfH1, true); }},
          {"relay-of-all", "1.2", [] { return relayed("h4", kOfNobody, true); }},
          {"relay-by-list", "1.2", [] { return relayed("h5", kOfNobody, true); }},
          {"relay-beyond-list", "1.2", [] { return relayed("h5", kOfAnotherNobody, false); }},
          {"relay-of-nobody", "1.2", relay_of_nobody},
          {"relay-beside-creator", "3", [] { return relay_beside_creator(true); }},
          {"relay-before-creator", "3", [] { return relay_beside_creator(false); }},
          {"relay-loosens", "5.1", [] { return relay_loosens(false); }},
          {"relay-loosens-beside-creator", "5.1", [] { return relay_loosens(true); }},
          {"relay-after-creator", "5.3", relay_after_creator},
          {"released-unnamed", "1.6", released_unnamed},
          {"known-id", "1.3", [] { return known_id("a2", ""); }},
          {"after-revoked-together", "1.7", after_revoked_together},
          {"accepted-beside-hidden", "0.1", [] { return accepted_beside_hidden(false); }},
          {"accepted-beside-revoked", "0.1", [] { return accepted_beside_hidden(true); }},
          {"hidden-spares-nothing", "1.5", hidden_spares_nothing},
          {"told-alike", "1.5", told_alike},
          {"given-back-defines-at-the-door", "1.5", [] { return given_back_defines(false); }},
          {"given-back-defines-nothing", "1.5", [] { return given_back_defines(true); }},
          {"outweighed-definition", "6", outweighed},
          {"hidden-meaning", "6", hidden_meaning},
          {"hidden-definition", "9", definition_hidden},
          {"hidden-extension", "9", extension_hidden},
          {"tighter-than-marked", "5", tighter_than_marked},
          {"copy-of-tlp", "6", copy_of_tlp},
          {"lied-about-tlp", "6", lied_about},
          {"embedded-granular", "1.4", [] { return inside("{\"a\":\"b\",\"granular_markings\":[{\"marking_ref\":\"" + tlp("RED") + "\",\"selectors\":[\"a\"]}]}"); }},
          {"embedded-label", "1.4", [] { return inside("{\"labels\":[\"TLP:RED\"]}"); }},
          {"embedded-embargo", "1.4", embargoed_inside},
          {"embedded-unreadable", "1.4", [] { return inside("{\"object_marking_refs\":\"" + tlp("CLEAR") + "\"}"); }}};
}

}  // namespace sekisho::noninterference
