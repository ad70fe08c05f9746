// §6 to §9 of docs/specs/ownership.md: what markings and references mean, observables, what travels along.
#include "arena.h"
#include "directed_parts.h"

namespace sekisho::noninterference {
namespace {

const std::string kOfH1 = id_of("identity", 910);
const std::string kUnknown = id_of("marking-definition", 77);

std::string statement(const std::string& id, const std::string& text, const std::string& creator = "") {
  Draft draft{"marking-definition", id};
  draft.creator = creator;
  draft.markings = {tlp("CLEAR")};
  draft.text = text;
  return draft.json();
}

/// Somebody else's definition of what an object bears, before or after it.
std::string defined_by_another(bool before, const std::string& giver) {
  Arena arena;
  Draft held = campaign(1, giver.empty() ? kOwn : kOfH1, "GREEN");
  held.markings.push_back(kUnknown);
  const auto give = [&] { giver.empty() ? static_cast<void>(arena.own("weekly", {held.json()})) : static_cast<void>(arena.post(giver, "weekly", {held.json()})); };
  if (!before) give();
  for (const char* party : {"p", "a1", "a2"}) {
    for (const char* collection : {"weekly", "exchange"}) arena.post(party, collection, {statement(kUnknown, "anything goes"), statement(kUnknown, "anything goes", kOfH1)});
  }
  if (before) give();
  const bool kept = !arena.sees("r1", "secret-1") && !arena.sees("p", "secret-1") && !arena.sees("r2", "secret-1");
  arena.restart();
  return all_of({{kept, "somebody else's definition lets it go"}, {!arena.sees("r1", "secret-1"), "it goes with a restart"}});
}

std::string defined_by_giver() {
  Arena arena;
  Draft held = campaign(1, kOfH1, "GREEN");
  held.markings.push_back(kUnknown);
  arena.post("h1", "weekly", {statement(kUnknown, "for members", kOfH1), held.json()});
  return all_of({{arena.sees("r1", "secret-1"), "its giver's own definition does not count"}});
}

/// Of two copies of a definition readers have the other one; what its giver said counted all the same, and counts no more.
std::string definition_taken_back() {
  Arena arena;
  Draft held = campaign(1, kOfH1, "GREEN");
  held.markings.push_back(kUnknown);
  arena.post("h3", "vulns", {statement(kUnknown, "elsewhere")});
  arena.post("h1", "weekly", {statement(kUnknown, "for members"), held.json()});
  const bool before = arena.sees("r1", "secret-1");
  const int removed = arena.remove("h1", "weekly", kUnknown);
  const bool after = arena.sees("r1", "secret-1");
  arena.anew();
  return all_of({{before, "its giver's own definition does not count"}, {removed == 200, "its giver cannot take it back"}, {!after, "what bears it still goes"},
                 {!arena.sees("r1", "secret-1"), "what bears it goes when all is computed anew"}});
}

std::string defined_by_us() {
  Arena arena;
  Draft held = campaign(1, kOfH1, "GREEN");
  held.markings.push_back(kUnknown);
  arena.post("h1", "weekly", {statement(kUnknown, "for members", kOfH1), held.json()});
  Draft ours = campaign(2, kOwn, "GREEN");
  ours.markings.push_back(kUnknown);
  arena.own("weekly", {ours.json()});
  const bool kept = !arena.sees("r1", "secret-2");
  arena.own("weekly", {statement(kUnknown, "ours", kOwn)});
  return all_of({{kept, "a party's definition counts for our object"}, {arena.sees("r1", "secret-2"), "our definition does not count for our object"}});
}

std::string foreign_tlp() {
  Arena arena;
  const Draft red = campaign(1, kOwn, "RED"), amber = campaign(2, kOwn, "AMBER");
  arena.own("weekly", {red.json(), amber.json()});
  for (const char* label : {"RED", "AMBER", "GREEN"}) {
    const std::string id = tlp(label);
    const std::string lie = "{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":\"" + id +
                            "\",\"created\":\"2022-10-01T00:00:00.000Z\",\"name\":\"lie-about-tlp\",\"definition_type\":\"tlp\",\"definition\":{\"tlp\":\"white\"}}";
    for (const char* party : {"p", "a1", "a2"}) arena.post(party, "weekly", {lie});
    for (const char* party : {"p", "a1", "a2"}) arena.post(party, "exchange", {statement(id, "lie-about-tlp")});
  }
  arena.restart();
  return all_of({{!arena.sees("r1", "secret-1"), "RED goes"}, {!arena.sees("r2", "secret-2"), "AMBER goes to a supplier"}, {!arena.sees("r1", "lie-about-tlp"), "a foreign copy of a TLP definition is served"}});
}

std::string look_alike(const std::string& label, bool as_statement) {
  Arena arena;
  Draft draft = campaign(1, kOfH1, "CLEAR");
  if (as_statement) {
    draft.markings.push_back(kUnknown);
    arena.post("h1", "weekly", {statement(kUnknown, label, kOfH1), draft.json()});
  } else {
    draft.labels = {label};
    arena.post("h1", "weekly", {draft.json()});
  }
  return all_of({{!arena.sees("r1", "secret-1"), "r1 is given what is RED by its look"}, {!arena.sees("r2", "secret-1"), "r2 is given it"}});
}

std::string loosening_look_alike() {
  Arena arena;
  Draft draft = campaign(1, kOfH1, "AMBER");
  draft.labels = {"tlp:clear", "TLP:WHITE"};
  arena.post("h1", "weekly", {draft.json()});
  return all_of({{!arena.sees("r2", "secret-1"), "a label has loosened AMBER"}, {arena.sees("r1", "secret-1"), "r1 is not given what it may read"}});
}

/// A plant under the id of what is hidden.
std::string plant_meets(bool before, const std::string& giver) {
  Arena arena;
  const Draft hidden = campaign(1, giver.empty() ? kOwn : kOfH1, "RED"), names = report(2, {hidden.id}, "CLEAR");
  const auto give = [&](const std::string& object) {
    giver.empty() ? static_cast<void>(arena.own("weekly", {object})) : static_cast<void>(arena.post(giver, "weekly", {object}));
  };
  give(hidden.json());
  Draft plant = campaign(1, "", "CLEAR");
  plant.text = "planted";
  if (!before) give(names.json());
  for (const char* party : {"p", "a1", "a2"}) {
    for (const char* collection : {"weekly", "exchange"}) arena.post(party, collection, {plant.json()});
  }
  if (before) give(names.json());
  const bool kept = !arena.sees("r1", "secret-2") && !arena.sees("p", "secret-2");
  arena.restart();
  return all_of({{kept, "a plant releases what is held for the hidden id"}, {!arena.sees("r1", "secret-2"), "it goes with a restart"}, {!arena.sees("r1", "secret-1"), "what is RED goes"}});
}

/// Every text that is an id is a reference.
std::string named_elsewhere(const std::string& property) {
  Arena arena;
  const Draft hidden = campaign(1, kOfH1, "RED"), names = campaign(2, kOfH1, "CLEAR");
  arena.post("h1", "weekly", {hidden.json()});
  arena.post("h1", "weekly", {with_property(names.json(), "\"" + property + "\":[{\"of\":\"" + hidden.id + "\"}]")});
  return all_of({{!arena.sees("r1", "secret-2"), "what names a hidden id goes"}, {!arena.sees("r1", hidden.id), "the hidden id is shown"}});
}

/// What is displaced still meets references.
std::string displaced_meets() {
  Arena arena;
  Draft mine = campaign(1, "", "GREEN");
  mine.text = "planted";
  arena.post("a2", "weekly", {mine.json(), report(2, {mine.id}, "GREEN").json()});
  const bool first = arena.sees("r1", "secret-2");
  arena.own("weekly", {campaign(1, kOwn, "GREEN").json()});
  return all_of({{first, "an object that names its giver's own is held"}, {arena.sees("r1", "secret-2"), "what names the displaced one has left"}});
}

/// One copy of an observable for whom each may reach.
std::string observable() {
  Arena arena;
  const auto address = [](const char* label) {
    return "{\"type\":\"ipv4-addr\",\"spec_version\":\"2.1\",\"id\":\"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4\",\"value\":\"198.51.100.3\",\"object_marking_refs\":[\"" +
           tlp(label) + "\"]}";
  };
  arena.post("h1", "weekly", {address("AMBER")});
  arena.post("h2", "weekly", {address("CLEAR")});
  const std::string id = "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4";
  return all_of({{arena.versions("r1", "weekly", id).size() == 1, "r1 does not have one copy"}, {only(arena.versions("r2", "weekly", id), {address("CLEAR")}), "r2 does not have the copy that it may read"}});
}

/// Whoever knows an id asks whether this organisation holds it: by naming it, and planting it afterwards.
std::string probed(bool before) {
  std::vector<std::size_t> met;
  for (const bool held : {true, false}) {
    Arena arena;
    const auto hold = [&] { if (held) arena.own("secret", {campaign(1, kOwn, "GREEN").json()}); };
    if (before) hold();
    const Draft naming = report(2, {campaign(1, "", "GREEN").id}, "GREEN");
    arena.post("p", "weekly", {naming.json()});
    if (!before) hold();
    Draft plant = campaign(1, "", "GREEN");
    plant.text = "planted";
    arena.post("p", "weekly", {plant.json()});
    met.push_back(arena.versions("r1", "weekly", naming.id).size());
  }
  return all_of({{met[0] == met[1], "whether we hold the id shows"}, {met[1] == 1, "what its giver names and gives does not meet"}});
}

/// A vendor that reads nothing names what we imported.
std::string names_ours() {
  Arena arena;
  const Draft naming = report(2, {campaign(1, "", "GREEN").id}, "GREEN");
  arena.post("h2", "weekly", {naming.json()});
  arena.own("weekly", {campaign(1, kOwn, "GREEN").json()});
  const bool met = !arena.versions("r1", "weekly", naming.id).empty();
  arena.anew();
  return all_of({{met, "what we give does not meet it"}, {!arena.versions("r1", "weekly", naming.id).empty(), "computed anew it is not met"}});
}

/// A translation of what is hidden.
std::string translation() {
  Arena arena;
  const Draft hidden = campaign(1, kOfH1, "RED");
  arena.post("h1", "weekly", {hidden.json()});
  Draft words{"language-content", id_of("language-content", 2)};
  words.markings = {tlp("CLEAR")};
  words.refs = {hidden.id};
  arena.post("h1", "weekly", {with_property(words.json(), "\"x_note\":\"secret-2\"")});
  Draft plant = campaign(1, "", "CLEAR");
  plant.text = "planted";
  arena.post("p", "weekly", {plant.json()});
  return all_of({{!arena.sees("r1", "secret-2"), "the translation of what is hidden goes"}});
}

}  // namespace

std::vector<Directed> directed_meanings() {
  return {{"defined-by-another-after", "6", [] { return defined_by_another(false, ""); }},
          {"defined-by-another-before", "6", [] { return defined_by_another(true, ""); }},
          {"defined-by-another-for-h1", "6", [] { return defined_by_another(false, "h1"); }},
          {"defined-by-its-giver", "6", defined_by_giver},
          {"definition-taken-back", "6", definition_taken_back},
          {"defined-by-us", "6", defined_by_us},
          {"foreign-tlp", "6", foreign_tlp},
          {"look-alike-label", "6", [] { return look_alike("tlp:red", false); }},
          {"look-alike-label-strict", "6", [] { return look_alike(" TLP:RED ", false); }},
          {"look-alike-statement", "6", [] { return look_alike("TLP:RED for named persons", true); }},
          {"look-alike-wide", "6", [] { return look_alike("\xef\xbc\xb4\xef\xbc\xac\xef\xbc\xb0:red", true); }},
          {"look-alike-loosens-nothing", "6", loosening_look_alike},
          {"plant-meets-nothing-after", "7", [] { return plant_meets(false, ""); }},
          {"plant-meets-nothing-before", "7", [] { return plant_meets(true, ""); }},
          {"plant-meets-nothing-of-h1", "7", [] { return plant_meets(false, "h1"); }},
          {"named-in-custom-property", "7", [] { return named_elsewhere("x_about"); }},
          {"hidden-own-copy-before", "7", [] { return probed(true); }},
          {"hidden-own-copy-after", "7", [] { return probed(false); }},
          {"vendor-names-ours", "7", names_ours},
          {"displaced-meets", "11", displaced_meets},
          {"observable", "8", observable},
          {"translation", "9", translation}};
}

}  // namespace sekisho::noninterference
