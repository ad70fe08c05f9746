// Decisions of the policy on one core: every object towards every audience, as the release planner asks (the markings of
// an object are judged once for all audiences, no reasons told). 200 parties in 20 audiences, 300 rules. Beside it: the
// same with reasons, and the judging of markings alone. JSON lines; the goal is 1,000,000 decisions a second.
//   sekisho_bench_decide [objects]
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/system/system.h"
#include "measure.h"
#include "policy/compiled.h"
#include "stix/sharing_facts.h"

using namespace sekisho;
using namespace sekisho::bench;

namespace {

constexpr std::size_t kParties = 200, kAudiences = 20, kRules = 300;
const Timestamp kNow{1'790'000'000, 0};
constexpr const char* kTypes[] = {"indicator", "report", "vulnerability", "malware", "relationship", "note", "identity", "course-of-action"};
constexpr const char* kLevels[] = {"critical", "caution", "awareness"};

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

/// Ten groups and two kinds tell the audiences apart; each tenth rule asks for a group, the others for what objects say.
std::string policy_text() {
  std::string text = policy::initial_policy("Bench ISAC", kCreator, "isac");
  std::string groups = "groups = [";
  for (int i = 0; i < 10; ++i) groups += (i == 0 ? "" : ", ") + quoted("g" + std::to_string(i));
  text.replace(text.find("groups = []"), 11, groups + "]");
  text += "\n[[profile]]\nid = \"low\"\nfrom = 2026-01-01\ngranular = \"TLP:GREEN\"\nblur = \"day\"\n";
  for (std::size_t i = 0; i < kParties; ++i) {
    const std::string id = "p" + std::to_string(i);
    const std::size_t audience = i % kAudiences;
    text += "[[party]]\nid = " + quoted(id) + "\nkind = " + quoted(audience < 14 ? "member" : "peer-isac") + "\ncollections = [\"weekly\"]\ngroups = [";
    text += quoted("g" + std::to_string(audience % 10)) + "]\n";
    if (audience % 10 != audience) text += "attestations = \"inline\"\n";
    if (audience >= 14) text += "[[agreement]]\nid = \"m" + id + "\"\nparty = " + quoted(id) + "\ntlp_ceiling = \"TLP:AMBER\"\n";
  }
  for (std::size_t i = 0; i < kRules; ++i) {
    const std::string n = std::to_string(i);
    const char* effect = i % 5 == 0 ? "redact" : i % 5 == 1 ? "hold" : "deny";
    text += "[[rule]]\nid = \"r" + n + "\"\neffect = " + quoted(effect) + "\n" + (i % 5 == 0 ? "profile = \"low\"\n" : "");
    if (i % 10 == 0) text += "groups = [" + quoted("g" + std::to_string(i / 10 % 10)) + "]\n";
    switch (i % 6) {
      case 0: text += "types = [" + quoted(kTypes[i % 8]) + "]\nlevels = [" + quoted(kLevels[i % 3]) + "]\nproducts = [\"ECU " + n + "\"]\n"; break;
      case 1: text += "labels = [\"topic-" + n + "\"]\n"; break;
      case 2: text += "sources = [\"p" + n.substr(0, 2) + "\"]\ntypes = [" + quoted(kTypes[i % 8]) + "]\nconfidence_below = 30\n"; break;
      case 3: text += "objects = [\"indicator--00000000-0000-4000-8000-" + std::string(12 - n.size(), '0') + n + "\"]\n"; break;
      case 4: text += "sectors = [\"sector-" + n + "\"]\ntlp = [\"TLP:AMBER\"]\n"; break;
      default: text += "languages = [\"de\", \"fr\"]\nreport_kinds = [\"industry-trend\"]\nlabels = [\"topic-" + n + "\"]\n"; break;
    }
  }
  return text;
}

std::string object_text(Random& random, std::size_t i) {
  const auto tlp = static_cast<stix::Tlp>(i % 7 == 0 ? 2 : i % 13 == 0 ? 3 : i % 2);
  std::string more = "\"object_marking_refs\":[" + quoted(std::string(stix::tlp_marking_id(tlp))) + "],\"labels\":[\"topic-" + std::to_string(i % 400) +
                     "\",\"weekly\",\"automotive\"],\"confidence\":" + std::to_string(i % 101) + ",\"lang\":" + (i % 3 == 0 ? "\"ja\"" : "\"en\"");
  if (i % 4 == 0) {
    more += ",\"granular_markings\":[{\"marking_ref\":" + quoted(std::string(stix::tlp_marking_id(stix::Tlp::kAmber))) + ",\"selectors\":[\"description\"]}]";
  }
  if (i % 3 != 0) {
    more += ",\"extensions\":{" + quoted(std::string(stix::kSharingExtensionId)) + ":{\"extension_type\":\"property-extension\",\"level\":" +
            quoted(kLevels[i % 3]) + ",\"kind\":\"threat-vulnerability\",\"verification\":\"corroborated\",\"sectors\":[\"automotive\",\"sector-" +
            std::to_string(i % 500) + "\"],\"products\":[\"ECU " + std::to_string(i % 400) + "\"]}}";
  }
  std::string text = indicator(random, more);
  const std::string type = kTypes[i % 8];
  if (type == "indicator") return text;
  for (const std::string old : {"\"type\":\"indicator\"", "\"id\":\"indicator--"}) {
    const std::size_t at = text.find(old);
    if (at != std::string::npos) text.replace(at + old.find("indicator"), 9, type);
  }
  return text;
}

struct Counts {
  std::size_t permit = 0, redact = 0, hold = 0, deny = 0;
  void add(policy::Effect effect) {
    ++(effect == policy::Effect::kPermit ? permit : effect == policy::Effect::kRedact ? redact : effect == policy::Effect::kHold ? hold : deny);
  }
};

void print_rate(const char* name, std::size_t count, const Seconds& taken) {
  std::printf(R"({"name":"%s","value":%.0f,"unit":"/processor-s","by_the_wall":%.0f,"goal":1000000})" "\n", name,
              static_cast<double>(count) / taken.processor, static_cast<double>(count) / taken.wall);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  const auto compiled = policy::Compiled::compile(must(policy::load_policy(policy_text(), "bench", nullptr)));
  const auto audiences = compiled->audiences(kNow);
  const auto random = system::make_random();
  std::vector<stix::ObjectPtr> objects;
  for (std::size_t i = 0; i < 4000; ++i) objects.push_back(must(stix::Object::parse(object_text(*random, i))));
  const auto run = [&](policy::Compiled::Reasons reasons, Counts& counts) {
    const Watch watch;
    for (std::size_t i = 0; i < count; ++i) {
      policy::Facts facts;
      facts.object = objects[i % objects.size()].get();
      facts.collection = "weekly";
      facts.source = i % 3 == 0 ? "" : "p" + std::to_string(i % kParties);
      const policy::JudgedMarking judged = compiled->judge_marking(facts);
      facts.judged = &judged;
      for (const auto& audience : audiences) counts.add(compiled->decide(audience.key, facts, kNow, reasons).effect);
    }
    return watch.passed();
  };
  Counts quiet, told;
  const Seconds taken = run(policy::Compiled::Reasons::kOmit, quiet);
  print_rate("decisions", count * audiences.size(), taken);
  print_rate("decisions with reasons", count * audiences.size(), run(policy::Compiled::Reasons::kTell, told));
  const Watch watch;
  std::size_t met = 0;
  for (std::size_t i = 0; i < count; ++i) {
    policy::Facts facts;
    facts.object = objects[i % objects.size()].get();
    facts.collection = "weekly";
    met += compiled->judge_marking(facts).met.size();
  }
  print_rate("objects judged", count, watch.passed());
  std::printf(R"({"name":"shape","audiences":%zu,"parties":%zu,"rules":%zu,"permit":%zu,"redact":%zu,"hold":%zu,"deny":%zu})" "\n", audiences.size(),
              kParties, compiled->policy().rules.size(), quiet.permit, quiet.redact, quiet.hold, quiet.deny);
  return audiences.size() == kAudiences && met != 0 && told.permit == quiet.permit && told.deny == quiet.deny ? 0 : 1;
}
