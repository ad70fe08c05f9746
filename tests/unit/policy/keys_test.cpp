// Every key of policy.toml acts, or docs/specs/policy.md lists it as record only: a key that changes no byte of any decision is a trap.
#include "fixture.h"

#include <fstream>
#include <functional>
#include <regex>
#include <set>
#include <sstream>

#include "stix/redact/redact.h"
#include "stix/sharing_facts.h"

namespace sekisho::policy {
namespace {

using stix::Tlp;

const std::string kReport = "report--01234567-89ab-4def-8123-456789abcdef";
const std::string kPap = std::string(stix::pap_marking_id(stix::Pap::kAmber));
const std::string kIep = "marking-definition--bbbbbbbb-89ab-4def-8123-456789abcdef";
const std::string kAcme = "identity--11234567-89ab-4def-8123-456789abcdef";

std::string read(const std::string& path) {
  std::ifstream in(std::string(SEKISHO_SOURCE_DIR) + "/" + path);
  REQUIRE_MESSAGE(in.good(), path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// ---- what a policy does, in bytes

std::optional<stix::MarkingMeaning> meaning(std::string_view id) {
  if (id != kIep) return stix::published_meaning(id);
  stix::MarkingMeaning iep{stix::MarkingMeaning::Kind::kUnknown, std::nullopt, stix::MarkingScheme::kIep};
  iep.iep = {"unmodified_resale=must-not", "tlp=green"};
  iep.can_be_honoured = true;
  return iep;
}

std::string sharing(const std::string& members) {
  return ",\"extensions\":{\"" + std::string(stix::kSharingExtensionId) + "\":{" + members + "}}";
}

std::vector<stix::ObjectPtr> objects() {
  const std::string base = ",\"name\":\"Attack on acme\",\"published\":\"2026-01-01T05:06:07Z\",\"object_refs\":[\"" + kId + "\"]";
  const std::string full = base + ",\"created_by_ref\":\"" + kAcme + "\",\"labels\":[\"x\"],\"lang\":\"ja\",\"confidence\":10,\"x_a\":\"b\"" +
                           sharing("\"level\":\"critical\",\"kind\":\"industry-trend\",\"verification\":\"confirmed\",\"sectors\":[\"automotive\"],"
                                   "\"products\":[\"ECU 7\"],\"exercise\":true");
  std::vector<stix::ObjectPtr> out;
  for (const Tlp tlp : {Tlp::kClear, Tlp::kGreen, Tlp::kAmber, Tlp::kAmberStrict, Tlp::kRed}) {
    out.push_back(object({tlp_id(tlp)}, base, kReport));
    out.push_back(object({tlp_id(tlp)}));
    out.push_back(object({tlp_id(tlp)}, full + granular(Tlp::kAmber).substr(sizeof(",\"name\":\"n\"") - 1), kReport));
  }
  out.push_back(object({}, base, kReport));
  out.push_back(object({tlp_id(Tlp::kClear), kPap}, base, kReport));
  out.push_back(object({tlp_id(Tlp::kClear), kIep}, base, kReport));
  out.push_back(object({tlp_id(Tlp::kClear)}, ",\"payload_bin\":\"eA==\"", "artifact--01234567-89ab-4def-8123-456789abcdef"));
  return out;
}

std::string rendition(const Policy& policy, const stix::Object& object, const Decision& decision) {
  stix::redact::Request request;
  request.original = &object;
  for (const RedactionProfile* profile : decision.profiles) request.profiles.push_back(&profile->change);
  request.creator = "identity--21234567-89ab-4def-8123-456789abcdef";
  const Party* acme = policy.find_party("acme");
  request.source_identities = acme->identities;
  request.source_names = {acme->name};
  request.meanings = meaning;
  request.hash = [](std::string_view text) {
    std::array<std::uint8_t, 16> out{};
    for (std::size_t i = 0; i < text.size(); ++i) out[i % out.size()] = static_cast<std::uint8_t>(out[i % out.size()] * 31 + text[i]);
    return out;
  };
  const auto outcome = stix::redact::redact(request);
  return outcome.rendition ? outcome.rendition->bytes() : outcome.reason;
}

/// Everything that a policy decides about some objects, parties, sources, places and instants, without the names of its records.
std::string done(const std::string& text) {
  const auto policy = compiled(text);
  std::string out;
  const auto word = [&out](const std::string& what) { out += what + "\n"; };
  const auto list = objects();
  for (const Timestamp now : {at("2026-03-31T16:00:00Z"), kNow, at("2027-06-01T00:00:00Z")}) {
    for (const Party& party : policy->policy().parties) {
      for (const std::string place : {"weekly", "exchange"}) {
        word(std::string(policy->writes(party.id, place, now) ? "w" : "-") + (policy->withdraws(party.id, place, now) ? "t" : "-"));
        for (const stix::ObjectPtr& each : list) {
          for (const std::string source : {"", "acme", "feed"}) {
            for (const unsigned more : {0U, 1U}) {
              Facts facts = facts_of(each);
              facts.collection = place;
              facts.source = source;
              facts.marking = meaning;
              facts.membership_scope = more == 1;
              facts.approvals = more;
              const auto audience = policy->audience(party.id, now);
              if (!audience.ok()) continue;
              const Decision decision = policy->decide(*audience, facts, now);
              word(std::to_string(static_cast<int>(decision.effect)));
              if (decision.effect == Effect::kRedact) word(rendition(policy->policy(), *each, decision));
              const auto in = policy->decide_import(party.id, facts, now);
              word("i" + std::to_string(static_cast<int>(in.effect)));
            }
          }
        }
      }
    }
    for (const auto& audience : policy->audiences(now)) word(audience.attestations);
  }
  for (const std::string& id : {kId, kReport}) word(policy->is_public_id(id) ? "public" : "");
  return out;
}

// ---- the keys

/// A policy in which every kind of record acts.
const std::string kPolicy = R"([policy]
organisation = "X"
classes = ["silver"]
groups = ["swg"]
roles = ["oem"]
)";
const std::string kParties = party("acme", "member", "class = \"silver\"\ngroups = [\"swg\"]\nroles = [\"oem\"]\nidentities = [\"" + kAcme + "\"]") +
                             party("feed", "vendor", "honours = [\"pap\"]") + party("us", "peer-isac");

std::string with(const std::string& more) { return kPolicy + tables() + kParties + more; }
std::string rule(const std::string& effect, const std::string& more) { return "[[rule]]\nid = \"r\"\neffect = \"" + effect + "\"\n" + more + "\n"; }
std::string mou(const std::string& more) { return "[[agreement]]\nid = \"m\"\nparty = \"us\"\n" + more + "\n"; }
std::string yes(const std::string& more) { return mou("tlp_ceiling = \"TLP:AMBER\"") + "[[consent]]\nid = \"c\"\nsource = \"self\"\nto = \"us\"\n" + more + "\n"; }
std::string profiled(const std::string& more, const std::string& head = "from = 2026-01-01") {
  return "[[profile]]\nid = \"p\"\n" + head + "\n" + more + "\n" + rule("redact", "profile = \"p\"\nkinds = [\"member\"]");
}
std::string import(const std::string& effect, const std::string& more) { return "[[import]]\nid = \"i\"\neffect = \"" + effect + "\"\n" + more + "\n"; }
std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto place = text.find(what);
  REQUIRE_MESSAGE(place != std::string::npos, what);
  return text.replace(place, what.size(), by);
}

struct Key {
  std::string file, key;   ///< which reader asks for it
  std::string one, other;  ///< two policies that differ in it alone
};

std::vector<Key> deciding() {
  const std::string plain = with("");
  const std::string licence = "[[licence]]\nid = \"l\"\n";
  const std::string given = replaced(with(""), "id = \"acme\"\n", "id = \"acme\"\nlicence = \"l\"\n");
  const std::string assessed = with(rule("deny", "without_assessments = [\"a\"]")) + "[[party]]\nid = \"z\"\nkind = \"member\"\ncollections = [\"weekly\"]\n";
  const auto assess = [&](const std::string& more) { return assessed + "[[party.assessments]]\nname = \"a\"\n" + more + "\n"; };
  const std::string passed = "[[party]]\nid = \"y\"\nkind = \"member\"\n[[party.assessments]]\nname = \"a\"\nresult = \"pass\"\n";
  std::vector<Key> out{
      {"load.cpp", "unmarked", plain, replaced(plain, "organisation", "unmarked = \"TLP:RED\"\norganisation")},
      {"load.cpp", "zone", with(rule("deny", "from = 2026-04-01")), replaced(with(rule("deny", "from = 2026-04-01")), "organisation", "zone = \"Asia/Tokyo\"\norganisation")},
      {"load.cpp", "public_ids", plain, replaced(plain, "organisation", "public_ids = [\"" + kId + "\"]\norganisation")},
      {"load.cpp", "tlp", plain, replaced(plain, "to its members\nCLEAR = \"permit\"", "to its members\nCLEAR = \"never\"")},
      {"load_groups.cpp", "includes", replaced(with(rule("deny", "groups = [\"all\"]")), "[[party]]", "[[group]]\nid = \"all\"\n[[party]]"),
       replaced(with(rule("deny", "groups = [\"all\"]")), "[[party]]", "[[group]]\nid = \"all\"\nincludes = [\"swg\"]\n[[party]]")},
      {"load_party.cpp", "kind", plain, replaced(plain, "kind = \"vendor\"", "kind = \"member\"")},
      {"load_party.cpp", "class", with(rule("deny", "classes = [\"silver\"]")), replaced(with(rule("deny", "classes = [\"silver\"]")), "class = \"silver\"\n", "")},
      {"load_party.cpp", "groups", with(rule("deny", "groups = [\"swg\"]")), replaced(with(rule("deny", "groups = [\"swg\"]")), "class = \"silver\"\ngroups = [\"swg\"]\nroles", "class = \"silver\"\nroles")},
      {"load_party.cpp", "roles", with(rule("deny", "roles = [\"oem\"]")), replaced(with(rule("deny", "roles = [\"oem\"]")), "\nroles = [\"oem\"]\nidentities", "\nidentities")},
      {"load_party.cpp", "collections", plain, replaced(plain, "collections = [\"weekly\"]", "collections = [\"exchange\"]")},
      {"load_party.cpp", "write", plain, replaced(plain, "honours", "write = [\"weekly\"]\nhonours")},
      {"load_party.cpp", "withdraw", plain, replaced(plain, "honours", "write = [\"weekly\"]\nwithdraw = [\"weekly\"]\nhonours")},
      {"load_party.cpp", "signs", plain, replaced(plain, "honours", "signs = false\nhonours")},
      {"load_party.cpp", "attestations", plain, replaced(plain, "honours", "attestations = \"inline\"\nhonours")},
      {"load_party.cpp", "honours", plain, replaced(plain, "honours = [\"pap\"]\n", "")},
      {"load_party.cpp", "licence", with(licence + "resale = \"must-not\"\n"), given + licence + "resale = \"must-not\"\n"},
      {"load_party.cpp", "assessments", assessed + passed, assess("result = \"pass\"") + passed},
      {"load_party.cpp", "result", assess("result = \"fail\""), assess("result = \"pass\"")},
      {"load_import.cpp", "resale", given + licence + "resale = \"may\"\n", given + licence + "resale = \"must-not\"\n"},
      {"load_import.cpp", "kinds", given + licence + "resale = \"may\"\n", given + licence + "resale = \"may\"\nkinds = [\"member\"]\n"},
      {"load_import.cpp", "effect", with(import("deny", "")), with(import("quarantine", ""))},
      {"load_import.cpp", "sources", with(import("deny", "")), with(import("deny", "sources = [\"feed\"]"))},
      {"load_import.cpp", "collections", with(import("deny", "")), with(import("deny", "collections = [\"weekly\"]"))},
      {"load_import.cpp", "types", with(import("deny", "")), with(import("deny", "types = [\"report\"]"))},
      {"load_import.cpp", "tlp_ceiling", with(import("deny", "")), with(import("deny", "tlp_ceiling = \"TLP:GREEN\""))},
      {"load_rules.cpp", "party", with(mou("")), replaced(with(mou("")), "party = \"us\"", "party = \"feed\"")},
      {"load_rules.cpp", "tlp_ceiling", with(yes("")), replaced(with(yes("")), "TLP:AMBER\"", "TLP:GREEN\"")},
      {"load_rules.cpp", "profile", with("[[profile]]\nid = \"p\"\nfrom = 2026-01-01\nblur = \"day\"\n" + mou("")),
       with("[[profile]]\nid = \"p\"\nfrom = 2026-01-01\nblur = \"day\"\n" + mou("profile = \"p\""))},
      {"load_rules.cpp", "attribution", with(mou("")), with(mou("attribution = \"strip\""))},
      {"load_profile.cpp", "level_map", with(mou("")), with(mou("level_map = { critical = \"caution\" }"))},
      {"load_rules.cpp", "exclude_licences", given + licence + "resale = \"may\"\n" + mou(""), given + licence + "resale = \"may\"\n" + mou("exclude_licences = [\"l\"]")},
      {"load_rules.cpp", "source", with(yes("")), replaced(with(yes("")), "source = \"self\"", "source = \"feed\"")},
      {"load_rules.cpp", "to", with(yes("")), replaced(with(yes("")), "to = \"us\"", "to = \"acme\"")},
      {"load_rules.cpp", "effect", with(rule("deny", "")), with(rule("hold", ""))},
      {"load_profile.cpp", "from", with(profiled("blur = \"day\"")), with(profiled("blur = \"day\"", "from = 2026-02-01"))},
      {"load_profile.cpp", "attribution", with(profiled("")), with(profiled("attribution = \"strip\""))},
      {"load_profile.cpp", "granular", with(profiled("")), with(profiled("granular = \"TLP:GREEN\""))},
      {"load_profile.cpp", "remove", with(profiled("")), with(profiled("remove = [\"/x_a\"]"))},
      {"load_profile.cpp", "generalise", with(profiled("")), with(profiled("generalise = [{ at = \"/x_a\", map = { b = \"c\" } }]"))},
      {"load_profile.cpp", "at", with(profiled("generalise = [{ at = \"/x_a\", map = { b = \"c\" } }]")), with(profiled("generalise = [{ at = \"/labels/*\", map = { b = \"c\" } }]"))},
      {"load_profile.cpp", "map", with(profiled("generalise = [{ at = \"/x_a\", map = { b = \"c\" } }]")), with(profiled("generalise = [{ at = \"/x_a\", map = { b = \"d\" } }]"))},
      {"load_profile.cpp", "other", with(profiled("generalise = [{ at = \"/x_a\", map = { z = \"c\" } }]")),
       with(profiled("generalise = [{ at = \"/x_a\", map = { z = \"c\" }, other = \"remove\" }]"))},
      {"load_profile.cpp", "blur", with(profiled("blur = \"day\"")), with(profiled("blur = \"week\""))},
      {"load_profile.cpp", "text", with(profiled("")), with(profiled("text = \"approved\""))},
      {"load_profile.cpp", "attachments", with(profiled("")), with(profiled("attachments = \"remove\""))},
  };
  const std::pair<const char*, const char*> conditions[] = {
      {"kinds", "[\"vendor\"]"}, {"classes", "[\"silver\"]"}, {"groups", "[\"swg\"]"}, {"roles", "[\"oem\"]"}, {"parties", "[\"feed\"]"},
      {"tlp", "[\"TLP:GREEN\"]"}, {"collections", "[\"exchange\"]"}, {"types", "[\"report\"]"}, {"sources", "[\"feed\"]"}, {"labels", "[\"x\"]"},
      {"objects", "[\"report--01234567-89ab-4def-8123-456789abcdef\"]"}, {"pap", "[\"PAP:GREEN\"]"}, {"schemes", "[\"pap\"]"},
      {"iep", "[\"unmodified_resale=must-not\"]"}, {"levels", "[\"critical\"]"}, {"report_kinds", "[\"industry-trend\"]"}, {"sectors", "[\"automotive\"]"},
      {"products", "[\"ECU 7\"]"}, {"verification", "[\"confirmed\"]"}, {"languages", "[\"ja\"]"}, {"confidence_below", "5"}, {"exercise", "true"}};
  for (const auto& [key, value] : conditions) out.push_back({"load_rules.cpp", key, with(rule("deny", "")), with(rule("deny", std::string(key) + " = " + value))});
  out.push_back({"load_rules.cpp", "without_assessments", assess("result = \"pass\""), replaced(assess("result = \"pass\""), "without_assessments = [\"a\"]", "")});
  return out;
}

/// What acts beyond decisions, and the test that shows its byte.
struct Elsewhere {
  std::string file, key, path, test_case;
};
std::vector<Elsewhere> elsewhere() {
  const std::string load = "tests/unit/policy/load_test.cpp", names = "policy/load: everything";
  return {
      {"load.cpp", "identities", "tests/unit/sync/marking_test.cpp", "marking: the creator is the party in whose identities the object's creator stands"},
      {"load.cpp", "definers", "tests/unit/sync/marking_test.cpp", "marking: ours counts, else the giver's, else the creator's, else a definer's, and nobody else's"},
      {"load.cpp", "opaque", "tests/unit/stix/references_test.cpp", "stix/references: property names that are opaque, for what they hold themselves"},
      {"load_party.cpp", "identities", "tests/unit/sync/marking_test.cpp", "marking: the creator is the party in whose identities the object's creator stands"},
      {"load_party.cpp", "relay", "tests/unit/sync/inbound_test.cpp", "a relay that may: accepted, as a relay however it signed"},
      {"load_party.cpp", "standing", "tests/unit/policy/load_test.cpp", "policy/load: standing, definers and opaque property names"},
      {"load_party.cpp", "keys", "tests/unit/sync_transports/contract_test.cpp", "sync/transport: nothing counts before its signature was checked with a key of that party"},
      {"load_party.cpp", "x", "tests/unit/sync_transports/contract_test.cpp", "sync/transport: nothing counts before its signature was checked with a key of that party"},
      {"load_party.cpp", "kid", load, names},
      {"load_party.cpp", "revoked", "tests/unit/sync_transports/contract_test.cpp", "sync/transport: a right or a key that is revoked bites at once"},
      {"load_party.cpp", "credentials", load, names},
      {"load_party.cpp", "hash", load, names},
      {"load_party.cpp", "group", load, names},
      {"load_profile.cpp", "references", "tests/unit/sync/rendition_test.cpp", "sync/rendition: a missing reference is waited for, then stripped; one that came in time is kept"},
      {"load_profile.cpp", "wait", "tests/unit/sync/rendition_test.cpp", "sync/rendition: a missing reference is waited for, then stripped; one that came in time is kept"},
  };
}

/// The names of records and the words of others' lists: they are what other keys refer to.
const std::set<std::string> kNames{"id", "name", "organisation", "policy", "party", "agreement", "consent", "licence", "import", "rule", "profile",
                                   "group", "groups", "classes", "roles"};

/// (file, key) of all that the readers ask a table for.
std::set<std::pair<std::string, std::string>> asked_for() {
  static const std::regex asks("(?:text|texts|flag|count|instant|node|tables|name|stix_ids|aliases|chosen|choice|known_party|known_parties|known_profile|"
                               "read_vocabulary|read_pointers|read_map)\\((?:\\*this, |loader, )?(?:table, )?\"([a-z_]+)\"");
  std::set<std::pair<std::string, std::string>> out;
  for (const char* file : {"load.cpp", "load_groups.cpp", "load_import.cpp", "load_party.cpp", "load_profile.cpp", "load_rules.cpp"}) {
    const std::string text = read(std::string("policy/") + file);
    for (std::sregex_iterator it(text.begin(), text.end(), asks), end; it != end; ++it) out.emplace(file, (*it)[1]);
  }
  return out;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("policy/keys: each key changes a decision or what is sent") {
    std::map<std::string, std::string> known;
    const auto of = [&known](const std::string& text) -> const std::string& {
      auto& out = known[text];
      if (out.empty()) out = done(text);
      return out;
    };
    for (const Key& key : deciding()) {
      CAPTURE(key.file);
      CAPTURE(key.key);
      CHECK(of(key.one) != of(key.other));
    }
  }

  TEST_CASE("policy/keys: dates act") {
    for (const std::string& record : {rule("deny", "@"), mou("@"), yes("@"), import("deny", "@")}) {
      CAPTURE(record);
      CHECK(done(with(replaced(record, "@", ""))) != done(with(replaced(record, "@", "from = 2027-01-01"))));
      CHECK(done(with(replaced(record, "@", ""))) != done(with(replaced(record, "@", "until = 2027-01-01"))));
    }
  }

  TEST_CASE("policy/keys: every key that is read acts by a test, or is for the record by the specification") {
    std::set<std::pair<std::string, std::string>> rows;
    for (const Key& key : deciding()) rows.emplace(key.file, key.key);
    for (const Elsewhere& one : elsewhere()) {
      rows.emplace(one.file, one.key);
      CAPTURE(one.key);
      CHECK(read(one.path).find("\"" + one.test_case + "\"") != std::string::npos);
    }
    const std::string page = read("docs/specs/policy.md");
    const auto begin = page.find("**For the record**"), end = page.find("\n\n", begin);
    REQUIRE(begin != std::string::npos);
    const std::string record = page.substr(begin, end - begin);
    for (const auto& [file, key] : asked_for()) {
      const bool recorded = record.find("`" + key + "`") != std::string::npos;
      CHECK_MESSAGE((rows.contains({file, key}) || recorded || kNames.contains(key)), (file + ": " + key));
    }
  }
}

}  // namespace sekisho::policy
