#include "hostile.h"

#include "drafts.h"
#include "hostile_acts.h"
#include "hostile_objects.h"

namespace sekisho::noninterference {
namespace {

std::string change_of(Rng& rng) {
  static const std::vector<std::string> changes = {"", "", "nested", "spaced", "loose", "unowned loose", "claimed", "claimed loose", "later",
                                                   "later unowned", "revoked", "revoked unowned", "revoked claimed"};
  return rng.pick(changes);
}

std::string path_of(Rng& rng, const std::string& id, std::string& query) {
  switch (rng.below(5)) {
    case 0: query = "match[id]=" + id + "&match[version]=all"; return "objects/";
    case 1: query = "match[id]=" + id; return "manifest/";
    case 2: return "objects/" + id + "/versions/";
    default: query = "match[version]=all"; return "objects/" + id + "/";
  }
}

Deed post_of(Rng& rng, const std::string& party, const Targets& targets) {
  Deed deed;
  const HostileObjects objects(rng, targets, party);
  const std::size_t draw = rng.below(100);
  if (draw < 40) {
    deed.name = "plant";
    for (std::size_t left = 1 + rng.below(3); left > 0; --left) deed.objects.push_back(objects.plant());
  } else if (draw < 58) {
    deed.name = "define";
    deed.objects = {objects.definition()};
  } else if (draw < 72) {
    deed.name = "nest";
    deed.objects = {objects.nested()};
  } else if (draw < 86) {
    deed.name = "embed";
    deed.objects = {objects.embedding()};
  } else if (draw < 94) {
    deed.name = "chain";
    deed.objects = objects.chain();
  } else {
    deed.name = "flood";
    for (std::size_t left = 9; left > 0; --left) deed.objects.push_back(objects.plant());
  }
  return deed;
}

}  // namespace

const std::vector<std::string>& conspirators() {
  static const std::vector<std::string> kAll = {"p", "a1", "a2"};
  return kAll;
}

std::string identity_of(const std::string& conspirator) {
  if (conspirator == "p") return id_of("identity", 900);
  return conspirator == "a1" ? id_of("identity", 901) : "";
}

std::string accomplice_rows(Rng& rng) {
  static const std::vector<std::string> kinds = {"class = \"silver\"\nkind = \"member\"\n", "class = \"bronze\"\nkind = \"member\"\n",
                                                 "kind = \"vendor\"\n", "kind = \"peer-isac\"\n"};
  static const std::vector<std::string> reads = {"[\"weekly\", \"vulns\", \"exchange\"]", "[\"weekly\"]", "[\"exchange\", \"vulns\"]"};
  const auto row = [&](const std::string& name) {
    return "[[party]]\nid = \"" + name + "\"\n" + rng.pick(kinds) + "collections = " + rng.pick(reads) +
           "\nwrite = [\"weekly\", \"vulns\", \"exchange\", \"intake\"]\n";
  };
  std::string out = row("a1") + "signs = true\nidentities = [\"" + identity_of("a1") + "\"]\nkeys = [{ x = \"" + x_of("a1") + "\" }]\n";
  out += row("a2") + "signs = false\n[[agreement]]\nid = \"mou-a2\"\nparty = \"a2\"\ntlp_ceiling = \"TLP:AMBER\"\n";
  if (rng.chance(70)) out += "[[import]]\nid = \"accept-a2\"\neffect = \"accept\"\nsources = [\"a2\"]\ntlp_ceiling = \"TLP:AMBER\"\n";
  return out;
}

std::string Deed::text() const {
  std::string out = party + " " + name + " " + collection;
  if (kind == Kind::kPostAgain) out += " content " + std::to_string(which) + " of what was read, " + (change.empty() ? "as it is" : change);
  if (!id.empty()) out += " " + id + " " + query;
  if (party == "a1") out += creator ? ", signed as creator" : ", signed as relay";
  for (const std::string& object : objects) out += "\n      " + object;
  return out;
}

Deed draw_deed(Rng& rng, const Targets& targets) {
  static const std::vector<std::string> places = {"weekly", "weekly", "vulns", "exchange", "intake", "secret"};
  const std::string party = rng.pick(conspirators());
  const std::size_t draw = rng.below(100);
  Deed deed;
  if (draw < 55) {
    deed = post_of(rng, party, targets);
  } else if (draw < 75) {
    deed.kind = Deed::Kind::kPostAgain;
    deed.name = "post again";
    deed.which = rng.below(1000);
    deed.change = change_of(rng);
  } else if (draw < 82) {
    deed.kind = Deed::Kind::kDelete;
    deed.name = "delete";
    deed.id = rng.pick(targets.ids);
    deed.query = rng.chance(50) ? "" : "match[version]=all";
  } else {
    deed.kind = Deed::Kind::kRead;
    deed.name = "read";
    deed.id = path_of(rng, rng.pick(targets.ids), deed.query);
  }
  deed.party = party;
  deed.collection = rng.pick(places);
  deed.creator = rng.chance(70);
  return deed;
}

}  // namespace sekisho::noninterference
