// §2, §4, §5, §8 and §9 of docs/specs/ownership.md once more, where all is computed anew; what travels along, what is taken back,
// and the operator's stop (docs/specs/egress.md).
#include "arena.h"
#include "core/digest.h"
#include "core/time.h"
#include "directed_parts.h"
#include "hostile_acts.h"
#include "rows.h"
#include "stix/object.h"

namespace sekisho::noninterference {
namespace {

const std::string kOfH1 = id_of("identity", 910);
const std::string kOfH2 = id_of("identity", 911);
const std::string kAddress = "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4";  // of 198.51.100.3

std::string address(const char* label, const std::string& value = "198.51.100.3", const std::string& more = "") {
  return "{\"type\":\"ipv4-addr\",\"spec_version\":\"2.1\",\"id\":\"" + kAddress + "\",\"value\":\"" + value + "\",\"object_marking_refs\":[\"" + tlp(label) + "\"]" + more + "}";
}

std::string planted_anew() {
  Arena arena;
  const Draft real = campaign(1, kOfH1, "GREEN"), hidden = campaign(2, kOfH1, "AMBER");
  arena.post("h1", "weekly", {real.json(), hidden.json()});
  Draft plant = campaign(1, "", "CLEAR"), beside = campaign(2, "", "CLEAR");
  plant.text = beside.text = "planted";
  plant.version = beside.version = 40;
  arena.post("a2", "weekly", {plant.json(), beside.json()});
  arena.anew();
  arena.restart();
  return all_of({{only(arena.versions("r1", "weekly", real.id), {real.json()}), "r1 does not have h1's alone"},
                 {only(arena.versions("r2", "weekly", real.id), {real.json()}), "r2 does not have h1's alone"},
                 {only(arena.versions("r1", "weekly", hidden.id), {hidden.json()}), "r1 does not have h1's second alone"},
                 {only(arena.versions("r2", "weekly", hidden.id), {beside.json()}), "r2 does not have what it may read beside what is hidden"}});
}

/// Somebody posts a party's identity before that does.
std::string identity_squatted(int version) {
  const std::string id = id_of("identity", 940);
  Arena arena(1, "[[party]]\nid = \"h6\"\nkind = \"member\"\nclass = \"platinum\"\nwrite = [\"exchange\"]\nsigns = false\nidentities = [\"" + id +
                     "\"]\n[[import]]\nid = \"accept-h6\"\neffect = \"accept\"\nsources = [\"h6\"]\ntlp_ceiling = \"TLP:RED\"\n");
  Draft identity{"identity", id};
  identity.markings = {tlp("CLEAR")};
  identity.text = "planted";
  identity.version = version;
  arena.post("a2", "exchange", {identity.json()});
  const bool planted = arena.sees("r1", "planted");
  identity.text = "party h6";
  identity.version = 0;
  arena.post("h6", "exchange", {identity.json()});
  return all_of({{!planted, "r1 is given a plant under h6's identity"},
                 {only(arena.versions("r1", "exchange", id), {identity.json()}), "r1 does not have h6's identity as h6 gave it"}});
}

/// What would give way keeps out nothing of whoever reads it, of the same version or another.
std::string gives_way(int version) {
  Arena arena;
  Draft object = campaign(1, "", "CLEAR");
  object.text = "planted";
  object.version = version;
  arena.post("a2", "exchange", {object.json()});
  object.text = "real";
  object.version = 0;
  arena.post("h3", "exchange", {object.json()});
  return all_of({{only(arena.versions("r1", "exchange", object.id), {object.json()}), "r1 does not have h3's"}});
}

/// An address under the id of another one.
std::string observable_forged(const std::string& giver, bool before) {
  Arena arena;
  if (before) arena.post("a2", "exchange", {address("CLEAR", "203.0.113.9")});
  arena.post(giver, "exchange", {address("GREEN")});
  if (!before) arena.post("a2", "exchange", {address("CLEAR", "203.0.113.9")});
  return all_of({{only(arena.versions("r1", "exchange", kAddress), {address("GREEN")}), "r1 does not have the address whose id it is"}});
}

/// Whoever reads somebody's copy may give one that says more of the same address.
std::string observable_of_two() {
  Arena arena;
  arena.post("h1", "exchange", {address("CLEAR")});
  const std::string status = arena.post("a2", "exchange", {address("GREEN", "198.51.100.3", ",\"defanged\":false")});
  arena.remove("h1", "exchange", kAddress);
  return all_of({{status.find("\"failures\"") == std::string::npos, "a2's copy is refused"},
                 {only(arena.versions("r1", "exchange", kAddress), {address("GREEN", "198.51.100.3", ",\"defanged\":false")}), "the other copy does not follow the one that left"}});
}

/// A giver's copy under other markings does not take the place of the one that is read.
std::string observable_of_markings() {
  Arena arena;
  arena.own("weekly", {address("CLEAR")});
  arena.own("weekly", {address("AMBER", "198.51.100.3", ",\"defanged\":false")});
  arena.anew();
  return all_of({{only(arena.versions("r1", "weekly", kAddress), {address("CLEAR")}), "r1 does not keep the copy that it has"},
                 {only(arena.versions("r2", "weekly", kAddress), {address("CLEAR")}), "r2 does not keep the copy that it has"}});
}

/// What is displaced, and in whose place nothing follows, meets what its giver names.
std::string displaced_meets_later() {
  Arena arena;
  const Draft real = campaign(1, kOfH1, "GREEN");
  Draft other = campaign(1, "", "GREEN");
  other.text = "planted";
  other.version = 3;
  arena.post("h1", "weekly", {real.json()});
  arena.post("a2", "weekly", {other.json()});
  arena.remove("h1", "weekly", real.id);
  arena.post("a2", "weekly", {report(2, {real.id}, "GREEN").json()});
  return all_of({{!arena.sees("r1", "planted"), "the plant has stepped in"}, {arena.sees("r1", "secret-2"), "what names its giver's own is held"}});
}

/// Its creator signs it again, with fewer hops; whoever else signs it so takes it from nobody.
std::string tightened_later(bool by_creator) {
  Arena arena;
  const Draft real = campaign(1, kOfH2, "GREEN");
  arena.post("h2", "weekly", {real.json(), report(2, {real.id}, "GREEN").json()});
  const bool before = arena.sees("r1", "secret-1") && arena.sees("r1", "secret-2");
  const std::string party = by_creator ? "h2" : "a1";
  arena.post(party, "weekly", attested(party, identity_in_arena(party), certs::Role::kCreator, {real.json()}, 0), "");
  const bool after = arena.sees("r1", "secret-1") || arena.sees("r1", "secret-2");
  arena.anew();
  const bool anew = arena.sees("r1", "secret-1") || arena.sees("r1", "secret-2");
  return all_of({{before, "r1 is not given what its creator let go"},
                 {after == !by_creator, by_creator ? "r1 is given what its creator took back" : "another's word takes it from r1"},
                 {anew == !by_creator, "it is otherwise when all is computed anew"}});
}

std::string stopped(const std::string& party) {
  Arena arena;
  arena.own("weekly", {campaign(1, kOwn, "GREEN").json()});
  const bool before = arena.sees("r1", "secret-1");
  arena.node().stop(party);
  const bool while_stopped = arena.sees("r1", "secret-1");
  arena.restart();
  const bool after_restart = arena.sees("r1", "secret-1");
  arena.node().lift(party);
  return all_of({{before, "r1 is not given what it may read"},
                 {!while_stopped, "r1 is given something while sharing is stopped"},
                 {!after_restart, "the stop does not last"},
                 {arena.sees("r1", "secret-1"), "r1 is not given it when sharing goes on"}});
}

/// Only who was given it is told that it is recalled.
std::string told_to_holders() {
  Arena arena;
  arena.own("weekly", {campaign(1, kOwn, "AMBER").json()});
  for (const char* party : {"r1", "r2", "r3", "p"}) arena.everything(party);
  arena.recall(id_of("campaign", 1));
  return all_of({{arena.node().notices_to("r1").size() == 1, "who was given it is not told of its recall"},
                 {arena.node().notices_to("r2").empty() && arena.node().notices_to("r3").empty(), "who was not given it is told of its recall"},
                 {arena.node().notices_to("a1").empty(), "who cannot read the collection is told of its recall"}});
}

/// a1 recalls over its link what others gave.
std::string recall_of_others() {
  Arena arena;
  const Draft real = campaign(1, kOfH1, "GREEN");
  arena.post("h1", "exchange", {real.json()});
  const std::string notice = "{\"type\":\"sekisho-recall\",\"id\":\"6f8a53c4-3b0c-4c53-9a0e-0f6d2f1d0a11\",\"issuer\":\"" + id_of("identity", 901) +
                             "\",\"objects\":[{\"id\":\"" + real.id + "\"}],\"reason_code\":\"wrong\",\"reason\":\"x\",\"at\":\"2026-01-01T00:00:00.000000Z\"}";
  const auto before = arena.node().picture("r1");
  const Status taken = arena.node().take_recall("a1", notice_of("a1", notice));
  const bool same = arena.node().picture("r1") == before;
  arena.restart();
  return all_of({{taken.ok(), "a1 may not say that it takes back its own"}, {same, "what r1 is given has moved"}, {only(arena.versions("r1", "exchange", real.id), {real.json()}), "a1 takes from r1 what h1 gave"}});
}

/// a1 says over its link of what h1 gave that something else counts in its place: it gave nothing of it, or the very content too.
std::string contents_of_others() {
  Arena arena;
  const Draft real = campaign(1, kOfH1, "GREEN");
  arena.post("h1", "exchange", {real.json()});
  arena.post("a1", "exchange", {real.json()});
  const auto content = stix::Object::parse(real.json());
  const std::string notice = "{\"type\":\"sekisho-recall\",\"id\":\"6f8a53c4-3b0c-4c53-9a0e-0f6d2f1d0a12\",\"issuer\":\"" + id_of("identity", 901) +
                             "\",\"scope\":\"contents\",\"contents\":[{\"id\":\"" + real.id + "\",\"version\":\"" + time_of(real.version) + "\",\"sha256\":\"" +
                             (content.ok() ? hex((*content)->content_hash()) : "") + "\"}],\"reason_code\":\"displaced\",\"reason\":\"x\",\"at\":\"2026-01-01T00:00:00.000000Z\"}";
  const Status taken = arena.node().take_recall("a1", notice_of("a1", notice));
  const bool there = only(arena.versions("r1", "exchange", real.id), {real.json()});
  arena.restart();
  return all_of({{taken.ok(), "a1 may not say that its own gives way"}, {there, "a1 takes from r1 what h1 gave"}, {only(arena.versions("r1", "exchange", real.id), {real.json()}), "a1 takes from r1 what h1 gave, after a restart"}});
}

/// To r3 goes only what hides its source.
std::string hiding() {
  return "[[party]]\nid = \"h4\"\nkind = \"member\"\nclass = \"platinum\"\nname = \"Delta Works\"\nwrite = [\"weekly\"]\nsigns = false\nrelay = \"*\"\nidentities = [\"" +
         id_of("identity", 941) +
         "\"]\n[[import]]\nid = \"accept-h4\"\neffect = \"accept\"\nsources = [\"h4\"]\ntlp_ceiling = \"TLP:RED\"\n"
         "[[profile]]\nid = \"hide\"\nfrom = 2020-01-01T00:00:00Z\nattribution = \"strip\"\n"
         "[[rule]]\nid = \"hide-sources\"\neffect = \"redact\"\nprofile = \"hide\"\nkinds = [\"peer-isac\"]\n";
}

std::string source_hidden(const std::string& giver, const std::string& creator, const std::string& text) {
  Arena arena(1, hiding());
  arena.own("weekly", {identity_object(id_of("identity", 930), "AMBER")});
  Draft draft = campaign(1, creator, "GREEN");
  draft.description = text;
  arena.post(giver, "weekly", {draft.json()});
  Draft plain = campaign(2, creator, "GREEN");
  arena.post(giver, "weekly", {plain.json()});
  return all_of({{arena.sees("r1", "secret-1"), "r1 is not given it"},
                 {arena.sees("r3", "secret-2"), "r3 is given nothing of what says nothing of its source"},
                 {!arena.sees("r3", "secret-1"), "a text that names the source goes"},
                 {!arena.sees("r3", creator), "its creator is named"}});
}

/// Of a content that two give the names of both are kept back, whoever gave it first; of what nothing else changes too.
std::string source_of_every_giver(bool named_first, bool unchanged) {
  Arena arena(1, hiding() + "[[party]]\nid = \"h5\"\nkind = \"member\"\nclass = \"platinum\"\nname = \"Epsilon Works\"\nwrite = [\"weekly\"]\nsigns = false\nrelay = \"*\"\n"
                               "[[import]]\nid = \"accept-h5\"\neffect = \"accept\"\nsources = [\"h5\"]\ntlp_ceiling = \"TLP:RED\"\n");
  arena.own("weekly", {identity_object(id_of("identity", 930), "AMBER")});
  Draft draft = campaign(1, unchanged ? std::string() : id_of("identity", 930), "GREEN");
  draft.description = "Epsilon Works saw it";
  const std::string first = named_first ? "h5" : "h4", second = named_first ? "h4" : "h5";
  arena.post(first, "weekly", {draft.json()});
  const bool before = arena.sees("r3", "secret-1");
  arena.post(second, "weekly", {draft.json()});
  const bool after = arena.sees("r3", "secret-1");
  arena.anew();
  return all_of({{before != named_first, named_first ? "a text that names its giver goes" : "what names nobody does not go"},
                 {!after, "a text that names one of its givers goes"},
                 {!arena.sees("r3", "secret-1"), "it goes when all is computed anew"}});
}

/// A creator that is no party is named by its identity object; what a stranger calls it keeps nothing back.
std::string source_by_identity() {
  Arena arena(1, hiding());
  const std::string creator = id_of("identity", 930);
  Draft identity{"identity", creator};
  identity.markings = {tlp("AMBER")};
  identity.text = "Northern Works";
  arena.own("weekly", {identity.json()});
  Draft draft = campaign(1, creator, "GREEN");
  draft.description = "as northern works saw it";
  Draft plain = campaign(2, creator, "GREEN");
  plain.description = "what else was seen";
  Draft plant{"identity", creator};
  plant.markings = {tlp("GREEN")};
  plant.text = "what else was seen";
  plant.version = 2;
  arena.post("a1", "exchange", {plant.json()});
  arena.post("h4", "weekly", {draft.json(), plain.json()});
  return all_of({{!arena.sees("r3", "secret-1"), "a text that names its creator goes"}, {arena.sees("r3", "secret-2"), "a stranger's identity object keeps back what others gave"}});
}

/// What its markings take from r3 goes to r3 in no other words; `late`: the marked version comes when the translation has gone.
std::string translation_of_lost(bool late, bool named) {
  Arena arena(1, "[[profile]]\nid = \"short\"\nfrom = 2020-01-01T00:00:00Z\ngranular = \"TLP:GREEN\"\n"
                 "[[rule]]\nid = \"shorten\"\neffect = \"redact\"\nprofile = \"short\"\nkinds = [\"peer-isac\"]\ntypes = [\"campaign\"]\n");
  Draft draft = campaign(1, kOfH1, "GREEN");
  draft.description = "as it was seen";
  Draft marked = draft;
  marked.granular = {tlp("RED")};
  marked.version = late ? 4 : 0;
  if (late) arena.post("h1", "weekly", {draft.json()});
  else arena.post("h1", "weekly", {marked.json()});
  const std::string version = named ? "\"object_modified\":\"" + time_of(0) + "\"," : "";
  arena.post("h1", "weekly", {"{\"type\":\"language-content\",\"spec_version\":\"2.1\",\"id\":\"" + id_of("language-content", 2) + "\",\"created\":\"" + time_of(0) + "\",\"modified\":\"" +
                              time_of(0) + "\",\"created_by_ref\":\"" + kOfH1 + "\",\"object_ref\":\"" + draft.id + "\"," + version + "\"object_marking_refs\":[\"" + tlp("GREEN") +
                              "\"],\"contents\":{\"ja\":{\"name\":\"kotoba\",\"description\":\"in other words\"}}}"});
  const bool whole = arena.sees("r3", "in other words");
  if (late) arena.post("h1", "weekly", {marked.json()});
  const bool told = arena.sees("r3", "in other words"), rest = arena.sees("r3", "kotoba");
  arena.anew();
  return all_of({{whole == late, late ? "r3 is not given the translation of what it has as it is" : "a translation says what its target lost"},
                 {told == (late && named), "a translation says what a version of its target lost"},
                 {rest, "r3 is not given the rest of the translation"},
                 {arena.sees("r3", "in other words") == told && arena.sees("r3", "kotoba"), "it is otherwise when all is computed anew"}});
}

/// A recall tells who has a rendition of that alone.
std::string recall_of_rendition() {
  Arena arena(1, hiding());
  const Draft draft = campaign(1, kOfH1, "GREEN");
  arena.post("h1", "weekly", {draft.json()});
  const bool before = arena.sees("r3", "secret-1");
  arena.recall(draft.id);
  const auto told = arena.node().notices_to("r3");
  return all_of({{before, "r3 is given nothing"},
                 {told.size() == 1, "r3 is not told of it"},
                 {told.empty() || told.front().find(draft.id) == std::string::npos, "r3 is told the id of the original"},
                 {!arena.sees("r3", "secret-1"), "r3 still has its rendition"}});
}

/// Of what a creator that is no party made, every giver's licence counts.
std::string licence_of_every_giver(bool vendor_first) {
  const auto relay = [](const std::string& id, const std::string& kind) {
    return "[[party]]\nid = \"" + id + "\"\nkind = \"" + kind + "\"\nwrite = [\"weekly\"]\nsigns = false\nrelay = \"*\"\n";
  };
  Arena arena(1, relay("h4", "member") + "class = \"platinum\"\n" + relay("h7", "vendor") +
                     "licence = \"sealed\"\n[[import]]\nid = \"accept-relays\"\neffect = \"accept\"\nsources = [\"h4\", \"h7\"]\ntlp_ceiling = \"TLP:RED\"\n");
  arena.own("weekly", {identity_object(id_of("identity", 930), "CLEAR")});
  const Draft draft = campaign(1, id_of("identity", 930), "GREEN");
  for (const char* giver : {vendor_first ? "h7" : "h4", vendor_first ? "h4" : "h7"}) arena.post(giver, "weekly", {draft.json()});
  return all_of({{arena.sees("r1", "secret-1"), "r1 is not given it"}, {!arena.sees("r3", "secret-1"), "r3 is given what the licence of one giver keeps from it"}});
}

/// What goes beside a rendition names nothing that its reader does not have.
std::string revoked_rendition() {
  Arena arena(1, hiding());
  Draft draft = campaign(1, kOfH1, "GREEN");
  arena.post("h1", "weekly", {draft.json()});
  const bool before = arena.sees("r3", "secret-1");
  draft.version = 3;
  draft.revoked = true;
  arena.post("h1", "weekly", {draft.json()});
  return all_of({{before, "r3 is given nothing"}, {!arena.sees("r3", draft.id), "the id of the original is told to whom has its rendition"}, {!arena.sees("r3", "duplicate-of"), "a duplicate-of is given without its original"}});
}

/// Computed anew, what is carried as it goes gets no further words.
std::string words_anew() {
  Arena arena(1, "[[profile]]\nid = \"short\"\nfrom = 2020-01-01T00:00:00Z\nremove = [\"/description\"]\n"
                 "[[rule]]\nid = \"shorten\"\neffect = \"redact\"\nprofile = \"short\"\nkinds = [\"peer-isac\"]\nlabels = [\"internal\"]\n");
  Draft draft = campaign(1, kOwn, "GREEN");
  arena.own("weekly", {draft.json()});
  draft.version = 3;
  draft.labels = {"internal"};
  draft.description = "for ourselves";
  draft.text = "shortened";
  arena.own("weekly", {draft.json()});
  const bool both = arena.sees("r3", "secret-1") && arena.sees("r3", "shortened") && !arena.sees("r3", "for ourselves");
  const bool before = arena.sees("r3", "duplicate-of");
  arena.anew();
  return all_of({{both, "r3 does not have the first version and a rendition of the second"}, {!before, "r3 is told of a duplicate when the second came"}, {!arena.sees("r3", "duplicate-of"), "computed anew, it is told of a duplicate"}});
}

/// What a date brings has that date, whoever asks when.
std::string dated_by_policy() {
  constexpr std::int64_t kHour = 3'600'000'000, kOver = (kStart + 10 * 3600) * std::int64_t{1'000'000};
  Arena arena(1, "[[rule]]\nid = \"not-yet\"\neffect = \"deny\"\nparties = [\"r1\"]\ntypes = [\"tool\"]\nuntil = " + format_stix_time(Timestamp{kStart + 10 * 3600, 0}) + "\n");
  Draft draft = campaign(1, kOwn, "GREEN");
  draft.type = "tool";
  draft.id = id_of(draft.type, 1);
  arena.own("weekly", {draft.json()});
  const bool before = arena.sees("r1", "secret-1");
  arena.node().wait(40 * kHour);
  std::int64_t date = 0;
  for (const std::string& line : arena.node().picture("r1")) {
    if (line.find("secret-1") != std::string::npos && line.starts_with("weekly ")) date = std::stoll(line.substr(line.find(' ', 7)));
  }
  return all_of({{!before, "r1 is given it before its date"}, {date >= kOver && date < kOver + kHour, "it does not have the date of the policy"}});
}

/// Attestations go to whom they were agreed with.
std::string without_attestations() {
  Arena arena(1, "[[party]]\nid = \"r4\"\nkind = \"member\"\nclass = \"silver\"\ncollections = [\"weekly\"]\nsigns = false\nattestations = \"none\"\n");
  arena.own("weekly", {campaign(1, kOwn, "GREEN").json()});
  const std::string given = arena.everything("r4");
  return all_of({{given.find("secret-1") != std::string::npos, "r4 is not given what it may read"},
                 {given.find("attestation") == std::string::npos, "r4 is given attestations"},
                 {arena.sees("r1", "attestation"), "r1 is not given attestations"}});
}

}  // namespace

std::vector<Directed> directed_leaving() {
  return {{"planted-anew", "2.4", planted_anew},
          {"identity-squatted", "2.1", [] { return identity_squatted(9); }},
          {"identity-squatted-same-version", "1.3", [] { return identity_squatted(0); }},
          {"gives-way-same-version", "1.3", [] { return gives_way(0); }},
          {"gives-way-other-version", "1.3", [] { return gives_way(9); }},
          {"observable-forged-before", "8", [] { return observable_forged("h3", true); }},
          {"observable-forged-and-read", "8", [] { return observable_forged("h1", true); }},
          {"observable-forged-after", "8", [] { return observable_forged("h1", false); }},
          {"observable-of-two", "8", observable_of_two},
          {"observable-of-markings", "8", observable_of_markings},
          {"displaced-meets-later", "7", displaced_meets_later},
          {"stopped-for-one", "egress", [] { return stopped("r1"); }},
          {"stopped-for-all", "egress", [] { return stopped(""); }},
          {"recall-told-to-holders", "4", told_to_holders},
          {"recall-of-others", "5.3", recall_of_others},
          {"contents-of-others", "4", contents_of_others},
          {"source-named-by-giver", "9", [] { return source_hidden("h4", id_of("identity", 930), "Delta Works saw it"); }},
          {"source-named-by-creator", "9", [] { return source_hidden("h4", kOfH1, "seen at h1 first"); }},
          {"source-named-by-id", "9", [] { return source_hidden("h4", id_of("identity", 930), "see " + id_of("identity", 930)); }},
          {"source-named-in-other-letters", "9", [] { return source_hidden("h4", id_of("identity", 930), "Ｄｅｌｔａ\u3000Wor\u200Bks saw it"); }},
          {"source-of-every-giver-before", "9", [] { return source_of_every_giver(true, false); }},
          {"source-of-every-giver-after", "9", [] { return source_of_every_giver(false, false); }},
          {"source-of-unchanged-before", "9", [] { return source_of_every_giver(true, true); }},
          {"source-of-unchanged-after", "9", [] { return source_of_every_giver(false, true); }},
          {"source-named-by-identity", "9", source_by_identity},
          {"translation-of-lost", "9", [] { return translation_of_lost(false, false); }},
          {"translation-of-lost-version", "9", [] { return translation_of_lost(false, true); }},
          {"translation-of-lost-later", "9", [] { return translation_of_lost(true, false); }},
          {"translation-of-another-version", "9", [] { return translation_of_lost(true, true); }},
          {"recall-of-rendition", "9", recall_of_rendition},
          {"licence-of-every-giver-before", "5.2", [] { return licence_of_every_giver(true); }},
          {"licence-of-every-giver-after", "5.2", [] { return licence_of_every_giver(false); }},
          {"tightened-by-its-creator", "5.3", [] { return tightened_later(true); }},
          {"tightened-by-another", "5.3", [] { return tightened_later(false); }},
          {"revoked-rendition", "9", revoked_rendition},
          {"words-anew", "9", words_anew},
          {"dated-by-policy", "10", dated_by_policy},
          {"without-attestations", "9", without_attestations}};
}

}  // namespace sekisho::noninterference
