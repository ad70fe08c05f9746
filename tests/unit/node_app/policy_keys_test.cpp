// Every key of policy.toml acts, or is listed as record only: for each a pair of policies that differ in the line of that key alone, and what
// differs then. The keys are those that the readers of the policy ask for; a new one without a row here fails. docs/specs/policy.md.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "certs/keys.h"
#include "node/app/authenticator.h"
#include "policy/loader.h"
#include "policy/matrix.h"
#include "stix/marking_schemes.h"
#include "sync/handling/trust.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

using Key = std::pair<std::string, std::string>;  ///< table and key

const std::string kGiver = "identity--33333333-3333-4333-8333-333333333333";
const std::string kStranger = "identity--44444444-4444-4444-8444-444444444444";
const std::string kPlate = "marking-definition--55555555-5555-4555-8555-555555555555";
const std::string kThen = "2025-06-15T00:00:00Z";

/// One of everything. Lines are put behind the marks `#table#`.
std::string base() {
  return R"(
[policy]
organisation = "Org"
identities = [")" + kOwn + R"("]
classes = ["gold", "silver"]
groups = ["g1", "g2"]
roles = ["oem", "tier1"]
#policy#
[tlp.member]
CLEAR = "permit"
GREEN = "permit"
AMBER = "permit"
"AMBER+STRICT" = "membership"
#tlp#
[tlp.peer-isac]
CLEAR = "permit"
GREEN = "agreement"
AMBER = "consent"
[tlp.vendor]
CLEAR = "permit"
[[licence]]
id = "lic"
resale = "may"
#licence#
[[licence]]
id = "tight"
resale = "must-not"
[[profile]]
id = "prof"
from = 2024-01-01
remove = ["/x_b"]
#profile#
[[profile]]
id = "other"
from = 2024-01-01
remove = ["/x_a"]
[[profile]]
id = "hide"
from = 2024-01-01
attribution = "strip"
[[group]]
id = "g3"
includes = ["g1"]
#group#
[[party]]
id = "giver"
kind = "member"
identities = [")" + kGiver + R"("]
write = ["weekly"]
licence = "lic"
#giver#
[[party]]
id = "feed"
kind = "vendor"
write = ["weekly"]
signs = false
#feed#
[[party]]
id = "reader"
kind = "member"
class = "gold"
collections = ["weekly"]
groups = [{ group = "g1" }]
roles = ["oem"]
#reader#
[[party.assessments]]
name = "governance"
result = "pass"
#assessment#
[[party.keys]]
x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#key#
[[party.credentials]]
id = "reader-1"
kind = "bearer"
hash = ")" + hex(sha256("reader-1.secret")) + R"("
#credential#
[[party]]
id = "other"
kind = "member"
collections = ["weekly"]
[[party]]
id = "peer"
kind = "peer-isac"
collections = ["weekly"]
#peer#
[[party]]
id = "peer2"
kind = "peer-isac"
collections = ["weekly"]
[[agreement]]
id = "agr"
party = "peer"
tlp_ceiling = "TLP:AMBER"
#agreement#
[[consent]]
id = "con"
source = "giver"
to = "peer"
#consent#
[[rule]]
id = "rule"
effect = "deny"
labels = ["x"]
#rule#
[[rule]]
id = "rule-grp"
effect = "deny"
groups = ["g3"]
labels = ["w"]
[[rule]]
id = "rule-assessed"
effect = "deny"
without_assessments = ["governance"]
labels = ["w2"]
[[rule]]
id = "rule-class"
effect = "deny"
classes = ["gold"]
labels = ["w3"]
[[rule]]
id = "rule-role"
effect = "deny"
roles = ["oem"]
labels = ["w4"]
[[rule]]
id = "rule-cut"
effect = "redact"
profile = "prof"
labels = ["z"]
[[rule]]
id = "rule-hide"
effect = "redact"
profile = "hide"
labels = ["n"]
[[import]]
id = "imp"
effect = "quarantine"
#import#
)";
}

std::string object(const std::string& type, unsigned n, const std::string& tlp, const std::string& more) {
  std::string text = R"({"type":")" + type + R"(","spec_version":"2.1","id":")" + id_of(n, type) +
                     R"(","created":"2024-02-01T10:00:00.000Z","modified":"2024-02-01T10:00:00.000Z")";
  if (!tlp.empty()) text += R"(,"object_marking_refs":[")" + (tlp.starts_with("marking") ? tlp : std::string(stix::tlp_marking_id(*stix::tlp_from_label("TLP:" + tlp)))) + "\"]";
  return text + more + "}";
}

std::string facts(const std::string& members) { return R"(,"extensions":{")" + std::string(stix::kSharingExtensionId) + R"(":{"extension_type":"property-extension",)" + members + "}}"; }

struct Given {
  std::string source, json;
  Provenance how = {};
};

/// What a node was given; every condition meets something of it.
std::vector<Given> all_given() {
  const std::string all = R"(,"name":"t","labels":["x"],"lang":"en","confidence":40)";
  std::vector<Given> out{
      {"giver", object("campaign", 1, "GREEN", all + facts(R"("level":"critical","kind":"industry-trend","verification":"confirmed","sectors":["automotive"],"products":["ecu"])"))},
      {"giver", object("campaign", 2, "CLEAR", R"(,"name":"t")")},
      {"giver", object("campaign", 3, "GREEN", R"(,"name":"t")" + facts(R"("level":"critical")"))},
      {"giver", object("campaign", 4, "AMBER", R"(,"name":"t")")},
      {"giver", object("campaign", 5, "AMBER+STRICT", R"(,"name":"t")")},
      {"giver", object("campaign", 6, "", R"(,"name":"t")")},
      {"giver", object("campaign", 7, "GREEN", R"(,"name":"t","labels":["w"])")},
      {"giver", object("campaign", 8, "GREEN", R"(,"name":"t","labels":["w2"])")},
      {"giver", object("campaign", 21, "GREEN", R"(,"name":"t","labels":["w3"])")},
      {"giver", object("campaign", 22, "GREEN", R"(,"name":"t","labels":["w4"])")},
      {"giver", object("campaign", 9, "CLEAR", R"(,"name":"seen by Beta Works","labels":["n"],"created_by_ref":")" + kGiver + "\"")},
      {"giver", object("campaign", 10, "CLEAR", R"(,"name":"t","labels":["z"],"created_by_ref":")" + kGiver + R"(","description":"d","x_a":1,"x_b":2,"x_at":"2024-03-05T10:11:12Z")" +
                                                    R"(,"granular_markings":[{"marking_ref":")" + std::string(stix::tlp_marking_id(stix::Tlp::kAmber)) + R"(","selectors":["description"]}])")},
      {"giver", object("note", 11, "CLEAR", R"(,"content":"t","labels":["z"],"x_b":2,"object_refs":[")" + id_of(2, "campaign") + "\",\"" + id_of(90, "campaign") + "\"]")},
      {"", object("note", 12, "CLEAR", R"(,"content":"t","object_refs":[")" + id_of(91, "campaign") + "\"]")},
      {"", object("note", 13, "CLEAR", R"(,"content":"t","object_refs":[")" + id_of(2, "campaign") + R"("],"x_ref_text":")" + id_of(92, "campaign") + "\"")},
      {"giver", object("campaign", 14, std::string(stix::pap_marking_id(stix::Pap::kAmber)), R"(,"name":"t")")},
      {"giver", object("campaign", 15, kPlate, R"(,"name":"t")")},
      {"feed", object("marking-definition", 0, "CLEAR", R"(,"definition_type":"statement","definition":{"statement":"all may have it"})")},
      {"giver", object("campaign", 16, "CLEAR", R"(,"name":"giver's")")},
      {"feed", object("campaign", 16, "CLEAR", R"(,"name":"feed's")")},
      {"feed", object("campaign", 17, "GREEN", R"(,"name":"t")")},
      {"", object("artifact", 18, "CLEAR", R"(,"payload_bin":"AAAA")")},
      {"", object("note", 19, "CLEAR", R"(,"content":"t","labels":["z"],"x_b":2,"object_refs":[")" + id_of(2, "campaign") + "\",\"" + id_of(18, "artifact") + "\"]")},
  };
  auto& definition = out[17].json;
  definition.replace(definition.find(id_of(0, "marking-definition")), id_of(0, "marking-definition").size(), kPlate);
  definition.erase(definition.find(R"(,"modified":"2024-02-01T10:00:00.000Z")"), std::string(R"(,"modified":"2024-02-01T10:00:00.000Z")").size());
  for (Given& one : out) one.how.handling.max_hops = 2;
  return out;
}

const std::vector<Given>& given() {
  static const std::vector<Given> all = all_given();
  return all;
}
const std::vector<stix::ObjectPtr>& objects() {
  static const std::vector<stix::ObjectPtr> all = [] {
    std::vector<stix::ObjectPtr> out;
    for (const Given& one : given()) out.push_back(must(stix::Object::parse(one.json)));
    return out;
  }();
  return all;
}

struct Read {
  bool good = false;
  std::string told;  ///< everything that anybody is told
  std::string keys;  ///< of audiences: what decisions stand on, which nobody is told
};

std::string word(policy::Effect effect) { return std::to_string(static_cast<int>(effect)); }

/// Pages of every party, attestations too; and what the operator is told of each object.
std::string pages(World& world) {
  std::string out;
  for (const char* party : {"reader", "other", "peer", "peer2", "giver", "feed"}) {
    const auto view = world.release->view_of(party);
    out += std::string(party) + (view.ok() ? "\n" : " none\n");
    if (!view.ok()) continue;
    for (const std::string alias : {"weekly", "weekly-attestations", "vulns"}) {
      const bool beside = alias == "weekly-attestations";
      if (!world.release->policy()->reads(view->audience, beside ? "weekly" : alias, world.clock.now()) || (beside && view->attestations != "companion")) continue;
      out += must(world.outbound->find(party, alias)).reads_back ? "its own too\n" : "";
      for (const Row& row : world.read(party, alias)) out += row.bytes + "\n";
    }
    std::set<std::string> ids;
    for (const stix::ObjectPtr& object : objects()) ids.insert(std::string(object->id()));
    for (const std::string& id : ids) {
      for (const Standing& standing : must(world.release->explain(id, party))) {
        out += id + " " + word(standing.decision.effect);
        for (const auto& reason : standing.decision.reasons) out += " " + reason.text;
        out += " " + standing.waits_for.value_or("") + " " + standing.withheld + "\n";
      }
    }
  }
  return out;
}

/// What the door and the gate answer.
std::string doors(World& world, const policy::Compiled& compiled) {
  std::string out;
  const policy::Policy& policy = compiled.policy();
  const Timestamp now = world.clock.now();
  for (const policy::Party& party : policy.parties) {
    out += party.id;
    for (const char* alias : {"weekly", "vulns"}) out += compiled.writes(party.id, alias, now) ? " writes" : " -", out += compiled.withdraws(party.id, alias, now) ? " withdraws" : " -";
    for (const std::string& id : {kOwn, kGiver, kStranger}) out += policy::speaks_for(policy, party, id) ? " speaks" : " -", out += policy::is_identity_of(policy, {}, id) ? " ours" : " -";
    for (const stix::ObjectPtr& object : objects()) {
      for (const char* alias : {"weekly", "vulns"}) {
        policy::Facts facts;
        facts.object = object.get();
        facts.collection = alias;
        const auto decision = compiled.decide_import(party.id, facts, now);
        out += " " + std::to_string(static_cast<int>(decision.effect)) + decision.reason.text;
      }
    }
    out += "\n";
  }
  const certs::TrustList trust = must(trust_list(policy));
  for (const policy::Party& party : policy.parties) {
    for (const policy::PartyKey& key : party.keys) out += key.kid + (trust.usable(key.kid, party.id, now).ok() ? " usable\n" : " -\n");
  }
  node::app::PolicyAuthenticator gate(*world.release, world.clock, world.random, 1);
  taxii::HttpRequest request;
  for (const char* shown : {"Bearer reader-1.secret", "Bearer reader-1.other", "Bearer reader-2.secret"}) {
    request.headers = {{"Authorization", shown}};
    const auto who = gate.authenticate(request);
    out += who.ok() ? who->party + "\n" : "nobody\n";
  }
  return out;
}

Read read(const std::string& text) {
  Read out;
  std::vector<policy::Problem> problems;
  auto loaded = policy::load_policy(text, "policy.toml", &problems);
  out.good = loaded.ok();
  for (const auto& problem : problems) out.told += problem.error ? problem.message + "\n" : "";
  if (!loaded.ok()) return out;
  const auto compiled = policy::Compiled::compile(std::move(*loaded));
  World world;
  world.clock.advance_micros(must(parse_rfc3339(kThen)).micros() - world.clock.now().micros());
  must(world.release->set_policy(compiled));
  for (const Given& one : given()) world.commit({one.json}, "weekly", one.source, one.how);
  world.put({object("campaign", 20, "CLEAR", R"(,"name":"t")")}, "vulns");
  world.clock.advance_micros(60LL * 60 * 1'000'000);
  must(world.release->advance());
  std::set<std::string> told;
  for (const auto& audience : compiled->audiences(world.clock.now())) {
    std::string line;
    for (const std::string& party : audience.parties) line += party + " ";
    told.insert(line + audience.description + "\n");
    out.keys += audience.key + "\n";
  }
  for (const std::string& line : told) out.told += line;
  out.told += doors(world, *compiled) + pages(world);
  return out;
}

/// Most pairs have one of their policies in common.
const Read& known(const std::string& text) {
  static std::map<std::string, Read> all;
  const auto [at, fresh] = all.try_emplace(text);
  if (fresh) at->second = read(text);
  return at->second;
}

enum class Shows {
  kActs,     ///< something that somebody is told or given differs
  kRefused,  ///< the other text is refused: other keys refer to the word, or nothing else is allowed
  kRecord    ///< nothing differs: docs/specs/policy.md lists it
};

/// `was` empty: `is` is a line more, behind the mark of `where`; else the line `was` becomes `is`.
struct Case {
  std::string table, key, where, was, is;
  Shows shows = Shows::kActs;
  std::string under = {};  ///< a line that both have besides, behind the mark of `where`
};

std::vector<Case> cases();

std::string put_behind(std::string text, const std::string& mark, const std::string& line) {
  const std::size_t at = text.find("#" + mark + "#\n");
  REQUIRE_MESSAGE(at != std::string::npos, mark);
  return text.insert(at, line + "\n");
}

std::pair<std::string, std::string> pair_of(const Case& one) {
  std::string a = one.under.empty() ? base() : put_behind(base(), one.where, one.under), b = a;
  if (one.was.empty()) return {a, put_behind(b, one.where, one.is)};
  const std::size_t at = b.find("\n" + one.was + "\n");
  if (at == std::string::npos) return {put_behind(a, one.where, one.was), put_behind(b, one.where, one.is)};
  return {a, b.replace(at + 1, one.was.size(), one.is)};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

/// The lines that only one of them has.
std::vector<std::string> difference(const std::string& a, const std::string& b) {
  auto one = lines_of(a), other = lines_of(b);
  std::sort(one.begin(), one.end());
  std::sort(other.begin(), other.end());
  std::vector<std::string> out;
  std::set_symmetric_difference(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(out));
  return out;
}

/// All that the readers ask for.
std::set<Key> known_keys() {
  std::string text = put_behind(base(), "profile", R"(generalise = [{ at = "/labels/*", map = { z = "y" } }])");
  policy::Loader loader;
  loader.read(must(parse_toml(text)));
  REQUIRE_FALSE(loader.context.has_error());
  return loader.context.known;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("policy: every key acts, or is listed as record only") {
    std::set<Key> shown, record;
    for (const Case& one : cases()) {
      CAPTURE(one.table);
      CAPTURE(one.key);
      CAPTURE(one.is);
      const auto [a, b] = pair_of(one);
      const bool nested = one.table == "\"groups\"" || one.table == "\"generalise\"" || one.table == "the file" || one.is.empty();
      for (const std::string& line : difference(a, b)) {
        const std::string key = line.substr(0, line.find(" ="));
        CHECK_MESSAGE((nested || key == one.key || key == "\"" + one.key + "\""), line);
      }
      CHECK((one.table == "the file" || one.is.empty() || difference(a, b).size() <= 2));
      const Read& first = known(a);
      const Read& other = known(b);
      CHECK_MESSAGE(first.good, first.told);
      CHECK_MESSAGE(other.good == (one.shows != Shows::kRefused), other.told);
      const bool acts = first.told != other.told || (one.shows != Shows::kRecord && first.keys != other.keys);
      CHECK(acts == (one.shows != Shows::kRecord));
      shown.insert({one.table, one.key});
      if (one.shows == Shows::kRecord) record.insert({one.table, one.key});
    }
    for (const auto& [table, key] : known_keys()) CHECK_MESSAGE(shown.count({table, key}) != 0, ("no pair of policies for " + key + " of " + table));
    for (const auto& [table, key] : shown) CHECK_MESSAGE(known_keys().count({table, key}) != 0, ("nobody asks for " + key + " of " + table));
    CHECK(record == [] {
      std::ifstream in(std::filesystem::path(SEKISHO_SOURCE_DIR) / "docs/specs/policy.md");
      std::set<Key> listed;
      bool inside = false;
      for (std::string line; std::getline(in, line);) {
        if (line.find("| record only |") != std::string::npos) inside = true;
        else if (inside && !line.starts_with("|")) inside = false;
        else if (inside && line.starts_with("| `")) {
          const std::size_t table = line.find('`') + 1, end = line.find('`', table), key = line.find('`', end + 1) + 1;
          listed.insert({line.substr(table, end - table), line.substr(key, line.find('`', key) - key)});
        }
      }
      return listed;
    }());
  }
}

namespace {

std::vector<Case> cases() {
  using enum Shows;
  std::vector<Case> out{
      // ---- the file
      {"the file", "policy", "", "[policy]", "[policies]", kRefused},
      {"the file", "tlp", "", "[tlp.vendor]", "[tlp.supplier]"},
      {"the file", "licence", "licence", "", "[[licence]]\nid = \"lic\"\nresale = \"may\"", kRefused},
      {"the file", "profile", "profile", "", "[[profile]]\nid = \"prof\"\nfrom = 2024-01-01", kRefused},
      {"the file", "group", "group", "", "[[group]]\nid = \"g3\"", kRefused},
      {"the file", "party", "peer", "", "[[party]]\nid = \"one-more\"\nkind = \"member\""},
      {"the file", "agreement", "agreement", "", "[[agreement]]\nid = \"more\"\nparty = \"peer2\""},
      {"the file", "consent", "consent", "", "[[consent]]\nid = \"more\"\nsource = \"giver\"\nto = \"nobody\"", kRefused},
      {"the file", "rule", "rule", "", "[[rule]]\nid = \"more\"\neffect = \"deny\"\ntypes = [\"campaign\"]"},
      {"the file", "import", "import", "", "[[import]]\nid = \"more\"\neffect = \"deny\""},
      // ---- [policy]
      {"[policy]", "organisation", "", "organisation = \"Org\"", "organisation = \"Another\"", kRecord},
      {"[policy]", "identities", "", "identities = [\"" + kOwn + "\"]", "identities = [\"" + kOwn + "\", \"" + kStranger + "\"]"},
      {"[policy]", "unmarked", "policy", "", "unmarked = \"TLP:RED\""},
      {"[policy]", "zone", "policy", "", "zone = \"Asia/Tokyo\""},
      {"[policy]", "public_ids", "policy", "", "public_ids = [\"" + id_of(91, "campaign") + "\"]"},
      {"[policy]", "opaque", "policy", "", "opaque = [\"x_ref_text\"]"},
      {"[policy]", "definers", "policy", "", "definers = [\"feed\"]"},
      {"[policy]", "classes", "", "classes = [\"gold\", \"silver\"]", "classes = [\"silver\"]", kRefused},
      {"[policy]", "groups", "", "groups = [\"g1\", \"g2\"]", "groups = [\"g2\"]", kRefused},
      {"[policy]", "roles", "", "roles = [\"oem\", \"tier1\"]", "roles = [\"tier1\"]", kRefused},
      // ---- [tlp.KIND]
      {"[tlp]", "CLEAR", "", "CLEAR = \"permit\"", "CLEAR = \"never\""},
      {"[tlp]", "GREEN", "", "GREEN = \"permit\"", "GREEN = \"never\""},
      {"[tlp]", "AMBER", "", "AMBER = \"permit\"", "AMBER = \"need-to-know\""},
      {"[tlp]", "AMBER+STRICT", "", "\"AMBER+STRICT\" = \"membership\"", "\"AMBER+STRICT\" = \"never\""},
      {"[tlp]", "RED", "tlp", "RED = \"never\"", "RED = \"permit\"", kRefused},
      // ---- [[licence]]
      {"[[licence]]", "id", "", "id = \"lic\"", "id = \"lic2\"", kRefused},
      {"[[licence]]", "name", "licence", "", "name = \"Standard terms\"", kRecord},
      {"[[licence]]", "resale", "", "resale = \"may\"", "resale = \"must-not\""},
      {"[[licence]]", "kinds", "licence", "", "kinds = [\"vendor\"]"},
      // ---- [[profile]]
      {"[[profile]]", "id", "", "id = \"prof\"", "id = \"prof2\"", kRefused},
      {"[[profile]]", "from", "", "from = 2024-01-01", "from = 2025-01-01"},
      {"[[profile]]", "attribution", "profile", "", "attribution = \"strip\""},
      {"[[profile]]", "granular", "profile", "", "granular = \"TLP:GREEN\""},
      {"[[profile]]", "remove", "", "remove = [\"/x_b\"]", "remove = [\"/x_b\", \"/x_a\"]"},
      {"[[profile]]", "generalise", "profile", "", R"(generalise = [{ at = "/labels/*", map = { z = "y" } }])"},
      {"\"generalise\"", "at", "profile", R"(generalise = [{ at = "/labels/*", map = { z = "y" } }])", R"(generalise = [{ at = "/aliases/*", map = { z = "y" } }])"},
      {"\"generalise\"", "map", "profile", R"(generalise = [{ at = "/labels/*", map = { z = "y" } }])", R"(generalise = [{ at = "/labels/*", map = { z = "v" } }])"},
      {"\"generalise\"", "other", "profile", R"(generalise = [{ at = "/labels/*", map = { y = "v" } }])",
       R"(generalise = [{ at = "/labels/*", map = { y = "v" }, other = "remove" }])"},
      {"[[profile]]", "blur", "profile", "", "blur = \"month\""},
      {"[[profile]]", "text", "profile", "", "text = \"approved\""},
      {"[[profile]]", "attachments", "profile", "", "attachments = \"remove\""},
      {"[[profile]]", "references", "profile", "", "references = \"strip\"", kActs, "wait = \"1m\""},
      {"[[profile]]", "wait", "profile", "wait = \"1m\"", "wait = \"7d\"", kActs, "references = \"strip\""},
      // ---- [[group]]
      {"[[group]]", "id", "", "id = \"g3\"", "id = \"g4\"", kRefused},
      {"[[group]]", "includes", "", "includes = [\"g1\"]", "includes = [\"g2\"]"},
      {"[[group]]", "from", "group", "", "from = 2026-01-01"},
      {"[[group]]", "until", "group", "", "until = 2025-01-01"},
      // ---- [[party]]
      {"[[party]]", "id", "", "id = \"peer2\"", "id = \"peer3\""},
      {"[[party]]", "name", "giver", "", "name = \"Beta Works\""},
      {"[[party]]", "kind", "", "kind = \"vendor\"", "kind = \"peer-isac\""},
      {"[[party]]", "class", "", "class = \"gold\"", "class = \"silver\""},
      {"[[party]]", "identities", "", "identities = [\"" + kGiver + "\"]", "identities = [\"" + kGiver + "\", \"" + kStranger + "\"]"},
      {"[[party]]", "collections", "", "collections = [\"weekly\"]", "collections = [\"weekly\", \"vulns\"]"},
      {"[[party]]", "write", "", "write = [\"weekly\"]", "write = [\"vulns\"]"},
      {"[[party]]", "withdraw", "feed", "", "withdraw = [\"weekly\"]"},
      {"[[party]]", "signs", "import", "signs = false", "signs = true", kActs, "sources = [\"giver\"]"},
      {"[[party]]", "relay", "feed", "", "relay = \"*\""},
      {"[[party]]", "standing", "feed", "", "standing = 3"},
      {"[[party]]", "licence", "", "licence = \"lic\"", "licence = \"tight\""},
      {"[[party]]", "attestations", "reader", "", "attestations = \"inline\""},
      {"[[party]]", "honours", "reader", "", "honours = [\"pap\"]"},
      {"[[party]]", "own", "reader", "", "own = \"hide\""},
      {"[[party]]", "from", "reader", "", "from = 2026-01-01"},
      {"[[party]]", "until", "reader", "", "until = 2025-01-01"},
      {"[[party]]", "groups", "", "groups = [{ group = \"g1\" }]", "groups = [\"g2\"]"},
      {"\"groups\"", "group", "", "groups = [{ group = \"g1\" }]", "groups = [{ group = \"g2\" }]"},
      {"\"groups\"", "from", "", "groups = [{ group = \"g1\" }]", "groups = [{ group = \"g1\", from = 2026-01-01 }]"},
      {"\"groups\"", "until", "", "groups = [{ group = \"g1\" }]", "groups = [{ group = \"g1\", until = 2025-01-01 }]"},
      {"[[party]]", "roles", "", "roles = [\"oem\"]", "roles = [\"tier1\"]"},
      {"[[party]]", "assessments", "", "[[party.assessments]]\nname = \"governance\"\nresult = \"pass\"", "", kRefused},
      {"[[party]]", "keys", "", "[[party.keys]]\nx = \"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"", ""},
      {"[[party]]", "credentials", "", "[[party.credentials]]\nid = \"reader-1\"\nkind = \"bearer\"\nhash = \"" + hex(sha256("reader-1.secret")) + "\"", ""},
      {"[[party.assessments]]", "name", "", "name = \"governance\"", "name = \"audit\"", kRefused},
      {"[[party.assessments]]", "result", "", "result = \"pass\"", "result = \"fail\""},
      {"[[party.assessments]]", "from", "assessment", "", "from = 2026-01-01"},
      {"[[party.assessments]]", "until", "assessment", "", "until = 2025-01-01"},
      {"[[party.keys]]", "x", "", "x = \"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"", "x = \"PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw\""},
      {"[[party.keys]]", "kid", "key", "kid = \"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k\"", "kid = \"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4A\"", kRefused},
      {"[[party.keys]]", "from", "key", "", "from = 2026-01-01"},
      {"[[party.keys]]", "until", "key", "", "until = 2025-01-01"},
      {"[[party.keys]]", "revoked", "key", "", "revoked = 2025-01-01"},
      {"[[party.credentials]]", "id", "", "id = \"reader-1\"", "id = \"reader-2\""},
      {"[[party.credentials]]", "kind", "", "kind = \"bearer\"", "kind = \"certificate\""},
      {"[[party.credentials]]", "hash", "", "hash = \"" + hex(sha256("reader-1.secret")) + "\"", "hash = \"" + hex(sha256("other")) + "\""},
      {"[[party.credentials]]", "from", "credential", "", "from = 2026-01-01"},
      {"[[party.credentials]]", "until", "credential", "", "until = 2025-01-01"},
      // ---- [[agreement]]
      {"[[agreement]]", "id", "", "id = \"agr\"", "id = \"agr2\""},
      {"[[agreement]]", "party", "", "party = \"peer\"", "party = \"peer2\""},
      {"[[agreement]]", "from", "agreement", "", "from = 2026-01-01"},
      {"[[agreement]]", "until", "agreement", "", "until = 2025-01-01"},
      {"[[agreement]]", "purposes", "agreement", "", "purposes = [\"defence\"]", kRecord},
      {"[[agreement]]", "types", "agreement", "", "types = [\"report\"]"},
      {"[[agreement]]", "collections", "agreement", "", "collections = [\"vulns\"]"},
      {"[[agreement]]", "tlp_ceiling", "", "tlp_ceiling = \"TLP:AMBER\"", "tlp_ceiling = \"TLP:GREEN\""},
      {"[[agreement]]", "amber_scope", "agreement", "", "amber_scope = \"isac-membership\"", kRecord},
      {"[[agreement]]", "max_hops", "agreement", "max_hops = 1", "max_hops = 0", kRecord},
      {"[[agreement]]", "profile", "agreement", "", "profile = \"other\""},
      {"[[agreement]]", "attribution", "agreement", "", "attribution = \"strip\""},
      {"[[agreement]]", "level_map", "agreement", "", "level_map = { critical = \"caution\" }"},
      {"[[agreement]]", "exclude_licences", "agreement", "", "exclude_licences = [\"lic\"]"},
      // ---- [[consent]]
      {"[[consent]]", "id", "", "id = \"con\"", "id = \"con2\""},
      {"[[consent]]", "source", "", "source = \"giver\"", "source = \"feed\""},
      {"[[consent]]", "to", "", "to = \"peer\"", "to = \"peer2\""},
      {"[[consent]]", "objects", "consent", "", "objects = [\"" + id_of(90, "campaign") + "\"]"},
      {"[[consent]]", "collections", "consent", "", "collections = [\"vulns\"]"},
      {"[[consent]]", "from", "consent", "", "from = 2026-01-01"},
      {"[[consent]]", "until", "consent", "", "until = 2025-01-01"},
      // ---- [[rule]]
      {"[[rule]]", "id", "", "id = \"rule\"", "id = \"rule-2\""},
      {"[[rule]]", "effect", "", "effect = \"deny\"", "effect = \"hold\""},
      {"[[rule]]", "profile", "", "profile = \"prof\"", "profile = \"other\""},
      {"[[rule]]", "from", "rule", "", "from = 2026-01-01"},
      {"[[rule]]", "until", "rule", "", "until = 2025-01-01"},
      {"[[rule]]", "reason", "rule", "", "reason = \"Because.\""},
      {"[[rule]]", "labels", "", "labels = [\"x\"]", "labels = [\"y\"]"},
      {"[[rule]]", "exercise", "rule", "", "exercise = true"},
      {"[[rule]]", "confidence_below", "rule", "", "confidence_below = 20"},
      // ---- [[import]]
      {"[[import]]", "id", "", "id = \"imp\"", "id = \"imp2\""},
      {"[[import]]", "effect", "", "effect = \"quarantine\"", "effect = \"accept\""},
      {"[[import]]", "sources", "import", "", "sources = [\"feed\"]"},
      {"[[import]]", "kinds", "import", "", "kinds = [\"vendor\"]"},
      {"[[import]]", "collections", "import", "", "collections = [\"vulns\"]"},
      {"[[import]]", "types", "import", "", "types = [\"note\"]"},
      {"[[import]]", "tlp_ceiling", "import", "", "tlp_ceiling = \"TLP:GREEN\""},
      {"[[import]]", "from", "import", "", "from = 2026-01-01"},
      {"[[import]]", "until", "import", "", "until = 2025-01-01"},
      {"[[import]]", "reason", "import", "", "reason = \"Because.\""},
  };
  // Conditions that what the rule denied does not meet.
  const std::vector<std::pair<std::string, std::string>> conditions{
      {"kinds", "[\"vendor\"]"}, {"classes", "[\"silver\"]"}, {"groups", "[\"g2\"]"}, {"roles", "[\"tier1\"]"}, {"parties", "[\"feed\"]"},
      {"without_assessments", "[\"governance\"]"}, {"collections", "[\"vulns\"]"}, {"types", "[\"note\"]"}, {"sources", "[\"feed\"]"}, {"objects", "[\"" + id_of(90, "campaign") + "\"]"},
      {"tlp", "[\"TLP:RED\"]"}, {"pap", "[\"PAP:RED\"]"}, {"schemes", "[\"acs\"]"}, {"iep", "[\"unmodified_resale=must-not\"]"}, {"levels", "[\"caution\"]"},
      {"report_kinds", "[\"threat-vulnerability\"]"}, {"sectors", "[\"energy\"]"}, {"products", "[\"pump\"]"}, {"verification", "[\"refuted\"]"}, {"languages", "[\"ja\"]"}};
  for (const auto& [key, value] : conditions) out.push_back({"[[rule]]", key, "rule", "", key + " = " + value});
  return out;
}

}  // namespace
}  // namespace sekisho::sync::tests
