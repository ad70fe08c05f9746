#include "arena.h"

#include <algorithm>

#include "core/json.h"
#include "hostile_acts.h"

namespace sekisho::noninterference {
namespace {

constexpr std::int64_t kMinute = 60'000'000;  // microseconds: a new bucket of requests for everybody

std::string party_row(const std::string& id, const std::string& what) { return "[[party]]\nid = \"" + id + "\"\n" + what; }

std::string rows() {
  const std::string all = "collections = [\"weekly\", \"exchange\"]\n", one = "collections = [\"exchange\"]\n";
  const std::string write = "write = [\"weekly\", \"exchange\", \"vulns\"]\n", silent = "signs = false\n";
  const auto named = [](const std::string& party) { return "identities = [\"" + identity_in_arena(party) + "\"]\n"; };
  const auto keyed = [](const std::string& party) { return "signs = true\nkeys = [{ x = \"" + x_of(party) + "\" }]\n"; };
  const auto agreed = [](const std::string& party) {
    return "[[agreement]]\nid = \"mou-" + party + "\"\nparty = \"" + party + "\"\ntlp_ceiling = \"TLP:GREEN\"\n";
  };
  return "[[licence]]\nid = \"sealed\"\nresale = \"must-not\"\n" +
         party_row("h1", "kind = \"member\"\nclass = \"platinum\"\n" + all + write + silent + named("h1")) +
         party_row("h2", "kind = \"vendor\"\nlicence = \"sealed\"\n" + one + write + keyed("h2") + named("h2")) +
         party_row("h3", "kind = \"member\"\nclass = \"platinum\"\nstanding = 5\n" + write + silent + named("h3")) +
         party_row("r1", "kind = \"member\"\nclass = \"silver\"\ncollections = [\"weekly\", \"exchange\", \"vulns\"]\n" + silent) +
         party_row("r2", "kind = \"supplier\"\n" + all + silent) + agreed("r2") + party_row("r3", "kind = \"peer-isac\"\n" + all + silent) + agreed("r3") +
         party_row("p", "kind = \"member\"\nclass = \"silver\"\ncollections = [\"weekly\"]\n" + write + silent + named("p")) +
         party_row("a1", "kind = \"vendor\"\n" + one + write + keyed("a1") + named("a1")) +
         party_row("a2", "kind = \"member\"\nclass = \"bronze\"\n" + one + write + silent) +
         "[[import]]\nid = \"accept\"\neffect = \"accept\"\nsources = [\"p\", \"a2\", \"h1\", \"h3\"]\ntlp_ceiling = \"TLP:RED\"\n"
         "[[import]]\nid = \"no-tools\"\neffect = \"deny\"\nsources = [\"a2\"]\ntypes = [\"tool\"]\n"
         "[[import]]\nid = \"look-at-courses\"\neffect = \"quarantine\"\nsources = [\"a2\"]\ntypes = [\"course-of-action\"]\n";
}

}  // namespace

std::string identity_in_arena(const std::string& party) {
  if (party.empty()) return kOwn;
  if (party == "h1") return id_of("identity", 910);
  if (party == "h3") return id_of("identity", 912);
  return party == "h2" ? id_of("identity", 911) : identity_of(party);
}

Scenario arena_scenario(std::uint64_t seed, const std::string& more) {
  Scenario scenario;
  scenario.seed = seed;
  scenario.stages = {{rows() + more, {}, {}}};
  for (auto& others : scenario.others) others = {{{"r1"}, ""}};
  return scenario;
}

Arena::Arena(std::uint64_t seed, const std::string& more) : scenario_(arena_scenario(seed, more)), node_(scenario_, 0) {
  for (const std::string party : {"h1", "h2", "h3", "p", "a1"}) {
    Draft identity{"identity", identity_in_arena(party)};
    identity.markings = {tlp("CLEAR")};
    identity.text = "party " + party;
    for (const std::string collection : {"weekly", "exchange"}) post(party, collection, {identity.json()});
  }
}

std::string Arena::ask(const taxii::HttpRequest& request, int* status) {
  node_.wait(kMinute);
  const auto answer = node_.ask(request);
  if (status != nullptr) *status = answer.status;
  return body_of(answer);
}

std::size_t Arena::own(const std::string& collection, const std::vector<std::string>& objects) {
  node_.wait(kMinute);
  const auto done = node_.import_own(collection, {objects.begin(), objects.end()});
  return done.ok() ? done->accepted : 0;
}

std::string Arena::post(const std::string& party, const std::string& collection, const std::vector<std::string>& objects, const std::string& signs) {
  std::vector<std::string> all = objects;
  const bool keyed = party == "h2" || party == "a1";
  const bool own_name = signs == "creator" || signs == "relay";
  if (keyed && !signs.empty()) {
    all = attested(party, identity_in_arena(own_name ? party : signs), signs == "relay" ? certs::Role::kRelay : certs::Role::kCreator, objects);
  }
  return ask(posted(party, collection, all).request);
}

int Arena::remove(const std::string& party, const std::string& collection, const std::string& id) {
  int status = 0;
  ask(RequestDraw::deletion(party, collection, id).request, &status);
  return status;
}

// A start that finds no mark of a policy that is applied computes everything anew.
void Arena::anew() {
  store::Batch batch;
  batch.documents.push_back({"release", "applied-policy", std::nullopt});
  need(node_.store().commit(batch, node_.now()), "commit");
  node_.restart();
}

std::size_t Arena::letters(const std::string& party) const {
  const auto lines = node_.durable(party);
  return static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [](const std::string& line) { return line.starts_with("letter "); }));
}

std::vector<std::string> Arena::versions(const std::string& party, const std::string& collection, const std::string& id) {
  taxii::HttpRequest request = request_of(party, std::string("/") + kRoot + "/collections/" + collection + "/objects/" + id + "/");
  request.query = "match[version]=all";
  std::vector<std::string> out;
  const auto document = json::Document::parse(ask(request));
  if (!document.ok()) return out;
  for (const auto& entry : (*document)->root()["objects"]) out.emplace_back(entry.value.raw());
  return out;
}

std::string Arena::newest(const std::string& party, const std::string& collection, const std::string& id) {
  const auto document = json::Document::parse(ask(request_of(party, std::string("/") + kRoot + "/collections/" + collection + "/objects/" + id + "/")));
  if (!document.ok()) return "";
  std::string out;
  for (const auto& entry : (*document)->root()["objects"]) out += std::string(entry.value.raw());
  return out;
}

std::string Arena::everything(const std::string& party) {
  std::string out;
  for (const std::string& line : node_.picture(party)) out += line + "\n";
  for (const std::string alias : {"weekly", "exchange", "vulns", "secret", "intake"}) {
    const std::string in = std::string("/") + kRoot + "/collections/" + alias + "/";
    for (const std::string& path : {in, in + "objects/", in + "manifest/"}) {
      taxii::HttpRequest request = request_of(party, path);
      if (path != in) request.query = "match[version]=all";
      out += ask(request) + "\n";
    }
    out += node_.exported(alias, party);
  }
  return out + ask(request_of(party, std::string("/") + kRoot + "/collections/"));
}

}  // namespace sekisho::noninterference
