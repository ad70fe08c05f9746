// Properties over random policies and objects: restrictions never widen, the compiled form agrees with a
// plain reading of the policy, no text ends the process.
#include "fixture.h"
#include "tests/support/property.h"

namespace sekisho::policy {
namespace {

using stix::Tlp;

template <typename T>
T pick(const std::vector<T>& from) {
  return *rc::gen::elementOf(from);
}
bool coin() { return *rc::gen::arbitrary<bool>(); }
int upto(int end) { return *rc::gen::inRange(0, end); }
template <typename T>
std::vector<T> some(const std::vector<T>& from) {
  std::vector<T> out;
  for (const T& item : from) {
    if (upto(3) == 0) out.push_back(item);
  }
  return out;
}

const std::vector<std::string> kParties{"a", "b", "c", "d", "peer"};
const std::vector<std::string> kAliases{"weekly", "vulns", "exchange"};
const std::vector<std::string> kTypes{"indicator", "report", "note"};
const std::vector<std::string> kLabelNames{"TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"};

Validity random_validity() {
  Validity out;
  if (upto(4) == 0) out.from = kNow.plus_micros(upto(3) - 1);
  if (upto(4) == 0) out.until = kNow.plus_micros(upto(3) + 2);
  return out;
}

Party random_party(const std::string& id) {
  Party party;
  party.id = id;
  party.kind = id == "peer" ? "peer-isac" : pick<std::string>({"member", "peer-isac", "supplier"});
  party.member_class = pick<std::string>({"", "silver"});
  party.collections = coin() ? std::vector<std::string>{"*"} : some(kAliases);
  if (coin()) party.groups.push_back({"swg", random_validity()});
  if (upto(3) == 0) party.roles = {"oem"};
  if (coin()) party.assessments.push_back({"gov", coin(), random_validity()});
  party.validity = random_validity();
  return party;
}

Rule random_rule() {
  Rule rule;
  rule.id = "r";
  rule.effect = pick<std::string>({"deny", "hold", "need-to-know", "need-to-know", "redact"});
  if (rule.effect == "redact") rule.profile = pick<std::string>({"days", "low"});
  if (coin()) rule.kinds = some<std::string>({"member", "supplier"});
  if (upto(4) == 0) rule.classes = {"silver"};
  if (upto(4) == 0) rule.groups = {"swg"};
  rule.parties = some(kParties);
  rule.object.collections = some(kAliases);
  rule.object.types = some(kTypes);
  if (upto(3) == 0) rule.object.sources = some<std::string>({"self", "a", "peer"});
  if (coin()) rule.tlp = some(kLabelNames);
  if (upto(4) == 0) rule.object.labels = {"x"};
  if (upto(6) == 0) rule.roles = {"oem"};
  if (upto(6) == 0) rule.without_assessments = {"gov"};
  if (upto(6) == 0) rule.object.confidence_below = static_cast<unsigned>(1 + upto(100));
  if (upto(6) == 0) rule.object.languages = some<std::string>({"ja", "en", "*"});
  if (upto(6) == 0) rule.object.levels = some<std::string>({"critical", "caution"});
  rule.object.exercise = upto(8) == 0;
  rule.validity = random_validity();
  return rule;
}

Policy random_policy() {
  Policy policy;
  policy.unmarked = pick<Tlp>({Tlp::kAmber, Tlp::kAmberStrict});
  policy.hops = load(kHead + tables()).hops;
  if (coin()) policy.hops["member"][Tlp::kAmber] = HopRule::kNeedToKnow;
  for (const std::string& id : kParties) policy.parties.push_back(random_party(id));
  RedactionProfile days, low;
  days.change.id = "days";
  days.change.blur = stix::redact::Blur::kDay;
  low.change.id = "low";
  low.change.granular = Tlp::kGreen;
  policy.profiles = {days, low};
  for (int i = upto(4); i > 0; --i) policy.rules.push_back(random_rule());
  for (int i = upto(4); i > 0; --i) {
    Agreement agreement;
    agreement.id = "m";
    agreement.party = pick(kParties);
    agreement.types = some(kTypes);
    agreement.collections = some(kAliases);
    agreement.tlp_ceiling = pick<Tlp>({Tlp::kGreen, Tlp::kAmber, Tlp::kRed});
    agreement.validity = random_validity();
    agreement.profile = pick<std::string>({"", "", "days", "low"});
    agreement.strip_attribution = upto(4) == 0;
    policy.agreements.push_back(agreement);
  }
  for (int i = upto(4); i > 0; --i) {
    Consent consent;
    consent.id = "c";
    consent.source = pick<std::string>({"self", "a", "peer"});
    consent.to = pick(kParties);
    consent.collections = some(kAliases);
    if (coin()) consent.objects = {kId};
    consent.validity = random_validity();
    policy.consents.push_back(consent);
  }
  return policy;
}

struct Subject {
  std::vector<Tlp> markings, granular;
  bool unknown = false, label = false, exercise = false;
  std::string language, level;
  std::optional<int> confidence;
  std::string type = "indicator";
};

stix::ObjectPtr build(const Subject& subject) {
  std::vector<std::string> ids;
  for (const Tlp tlp : subject.markings) ids.push_back(tlp_id(tlp));
  if (subject.unknown) ids.push_back("marking-definition--aaaaaaaa-89ab-4def-8123-456789abcdef");
  std::string more = subject.label ? ",\"labels\":[\"x\"]" : "";
  if (!subject.granular.empty()) {
    more += ",\"granular_markings\":[";
    for (std::size_t i = 0; i < subject.granular.size(); ++i) {
      more += std::string(i > 0 ? "," : "") + "{\"marking_ref\":\"" + tlp_id(subject.granular[i]) +
              "\",\"selectors\":[\"type\"]}";
    }
    more += "]";
  }
  if (!subject.language.empty()) more += ",\"lang\":\"" + subject.language + "\"";
  if (subject.confidence) more += ",\"confidence\":" + std::to_string(*subject.confidence);
  more += ",\"extensions\":{\"" + std::string(stix::kSharingExtensionId) + "\":{\"level\":\"" + subject.level +
          "\",\"exercise\":" + (subject.exercise ? "true" : "false") + "}}";
  return object(ids, more, subject.type + "--01234567-89ab-4def-8123-456789abcdef");
}

Tlp random_tlp() { return static_cast<Tlp>(upto(5)); }

Subject random_subject() {
  Subject subject;
  for (int i = upto(3); i > 0; --i) subject.markings.push_back(random_tlp());
  if (upto(4) == 0) subject.granular.push_back(random_tlp());
  subject.unknown = upto(6) == 0;
  subject.label = coin();
  subject.exercise = upto(3) == 0;
  subject.language = pick<std::string>({"", "ja", "en-GB", "jav"});
  subject.level = pick<std::string>({"", "critical", "caution"});
  if (coin()) subject.confidence = upto(101);
  subject.type = pick(kTypes);
  return subject;
}

Facts random_facts() {
  Facts facts;
  facts.source = pick<std::string>({"", "", "a", "peer", "gone"});
  facts.collection = pick(kAliases);
  facts.baseline_tlp = pick<std::string>({"", "", "TLP:GREEN", "TLP:AMBER"});
  facts.membership_scope = coin();
  facts.onward_consent = upto(4) == 0;
  facts.approvals = static_cast<unsigned>(upto(3));
  if (upto(4) == 0) facts.hops_left = static_cast<unsigned>(upto(2));
  return facts;
}

Effect effect_for(const Policy& policy, const std::string& party, const Facts& facts) {
  const auto built = Compiled::compile(policy);
  const auto audience = built->audience(party, kNow);
  return audience ? built->decide(audience.value(), facts, kNow).effect : Effect::kDeny;
}

/// permit < redact < hold < deny
bool at_least(Effect tighter, Effect looser) { return static_cast<int>(tighter) >= static_cast<int>(looser); }

// A plain reading of docs/specs/policy.md for one party, without audiences, terms or shortcuts.
bool in(const std::vector<std::string>& words, std::string_view word) {
  return words.empty() || std::find(words.begin(), words.end(), word) != words.end();
}
bool recipient(const Rule& rule, const Party& party) {
  bool group = rule.groups.empty();
  for (const auto& member : party.groups) {
    group = group || (!rule.groups.empty() && in(rule.groups, member.group) && member.validity.holds(kNow));
  }
  bool role = rule.roles.empty(), passed = false;
  for (const std::string& each : party.roles) role = role || (!rule.roles.empty() && in(rule.roles, each));
  for (const Assessment& each : party.assessments) {
    passed = passed || (!rule.without_assessments.empty() && in(rule.without_assessments, each.name) && each.passed &&
                        each.validity.holds(kNow));
  }
  return group && role && !passed && rule.validity.holds(kNow) && in(rule.kinds, party.kind) && in(rule.classes, party.member_class) &&
         in(rule.parties, party.id);
}

bool speaks(const std::vector<std::string>& ranges, const std::string& language) {
  const std::string tag = language.empty() ? "en" : language;
  return ranges.empty() || std::any_of(ranges.begin(), ranges.end(), [&](const std::string& range) {
           return range == "*" || tag == range || tag.starts_with(range + "-");
         });
}

Effect plain(const Policy& policy, const Party& party, const Subject& subject, const Facts& facts) {
  const std::string source = facts.source.empty() ? "self" : facts.source;
  if (!party.validity.holds(kNow) || party.collections.empty()) return Effect::kDeny;
  if (party.collections != std::vector<std::string>{"*"} && !in(party.collections, facts.collection)) return Effect::kDeny;
  const bool unmarked = subject.markings.empty();
  Tlp tlp = unmarked ? policy.unmarked : Tlp::kClear;
  for (const Tlp mark : subject.markings) tlp = std::max(tlp, mark);
  for (const Tlp mark : subject.granular) tlp = std::max(tlp, mark);
  if (!facts.baseline_tlp.empty()) tlp = std::max(tlp, *stix::tlp_from_label(facts.baseline_tlp));
  if (facts.hops_left == 0u) return Effect::kDeny;

  Tlp left = tlp;  // the label without the parts that profiles drop
  const auto about = [&](const Rule& rule) {
    bool label = rule.tlp.empty();
    for (const std::string& text : rule.tlp) {
      const Tlp named = *stix::tlp_from_label(text);
      label = label || (rule.effect == "need-to-know" ? left <= named : tlp >= named);
    }
    return label && recipient(rule, party) && in(rule.object.collections, facts.collection) && in(rule.object.types, subject.type) &&
           in(rule.object.sources, source) && (rule.object.labels.empty() || subject.label) && in(rule.object.levels, subject.level) &&
           (!rule.object.exercise || subject.exercise) &&
           (!rule.object.confidence_below || !subject.confidence || *subject.confidence < static_cast<int>(*rule.object.confidence_below)) &&
           speaks(rule.object.languages, subject.language);
  };
  const auto any_rule = [&](const std::string& effect) {
    return std::any_of(policy.rules.begin(), policy.rules.end(),
                       [&](const Rule& rule) { return rule.effect == effect && about(rule); });
  };
  const auto covered = [&](const Agreement& a) {
    return a.party == party.id && a.validity.holds(kNow) && in(a.types, subject.type) && in(a.collections, facts.collection);
  };
  bool low = false, redacted = false;
  for (const Rule& rule : policy.rules) {
    if (rule.effect != "redact" || !about(rule)) continue;
    redacted = true;
    low = low || rule.profile == "low";
  }
  for (const Agreement& a : policy.agreements) {
    const bool begun = !a.validity.from || *a.validity.from <= kNow;  // what it keeps back stays back after its end
    if (!begun || a.party != party.id || !in(a.types, subject.type) || !in(a.collections, facts.collection)) continue;
    redacted = redacted || !a.profile.empty() || a.strip_attribution;
    low = low || a.profile == "low";
  }
  if (low && subject.type != "indicator") {
    left = unmarked ? policy.unmarked : Tlp::kClear;
    for (const Tlp mark : subject.markings) left = std::max(left, mark);
    for (const Tlp mark : subject.granular) left = mark <= Tlp::kGreen ? std::max(left, mark) : left;
    if (!facts.baseline_tlp.empty()) left = std::max(left, *stix::tlp_from_label(facts.baseline_tlp));
  }
  const bool agreed = std::any_of(policy.agreements.begin(), policy.agreements.end(), [&](const Agreement& a) {
    return covered(a) && a.tlp_ceiling >= left;
  });
  const bool consented =
      facts.onward_consent || std::any_of(policy.consents.begin(), policy.consents.end(), [&](const Consent& c) {
        return c.to == party.id && c.source == source && c.validity.holds(kNow) && in(c.collections, facts.collection) &&
               in(c.objects, facts.object->id());
      });
  if (any_rule("deny")) return Effect::kDeny;
  for (int i = 0; i <= static_cast<int>(left); ++i) {
    switch (policy.hops.at(party.kind).at(static_cast<Tlp>(i))) {
      case HopRule::kPermit: break;
      case HopRule::kAgreement: if (!agreed) return Effect::kDeny; break;
      case HopRule::kConsent: if (!agreed || !consented) return Effect::kDeny; break;
      case HopRule::kNeedToKnow: if (!any_rule("need-to-know")) return Effect::kDeny; break;
      case HopRule::kMembership: if (!facts.membership_scope || unmarked) return Effect::kDeny; break;
      case HopRule::kNever: return Effect::kDeny;
    }
  }
  if (facts.source == "peer" || facts.source == "gone" ||
      (!facts.source.empty() && policy.find_party(facts.source)->kind == "peer-isac")) {
    if (left > Tlp::kAmber || (left == Tlp::kAmber && !consented)) return Effect::kDeny;
  }
  const bool two = std::any_of(subject.markings.begin(), subject.markings.end(), [&](Tlp mark) { return mark != subject.markings[0]; });
  const bool approved = facts.approvals >= (party.kind == "peer-isac" || subject.level == "critical" ? 2u : 1u);
  if (two || subject.unknown || (any_rule("hold") && !approved)) return Effect::kHold;
  return redacted ? Effect::kRedact : Effect::kPermit;
}

TEST_SUITE("property") {
  TEST_CASE("policy/property: the compiled form agrees with a plain reading, for all parties of an audience") {
    PROPERTY("compiled == plain", [] {
      const Policy policy = random_policy();
      const auto built = Compiled::compile(policy);
      for (int i = 0; i < 8; ++i) {
        const Subject subject = random_subject();
        const auto subject_object = build(subject);
        Facts facts = random_facts();
        facts.object = subject_object.get();
        for (const Party& party : policy.parties) {
          const auto audience = built->audience(party.id, kNow);
          RC_ASSERT(audience.ok() == party.validity.holds(kNow));
          const Effect found =
              audience ? built->decide(audience.value(), facts, kNow).effect : Effect::kDeny;
          RC_ASSERT(found == plain(policy, party, subject, facts));
        }
      }
    });
  }

  TEST_CASE("policy/property: what is alike is decided alike, whoever asks") {
    std::size_t same = 0, other = 0;
    PROPERTY("alike", [&] {
      Policy policy = random_policy();
      for (Consent& consent : policy.consents) {
        if (!consent.objects.empty() && coin()) consent.objects.clear();
      }
      const auto built = Compiled::compile(policy);
      Subject subject = random_subject();
      const Facts facts = random_facts();
      Facts changed = random_facts();
      const Subject fresh = random_subject();
      Subject second = subject;
      Facts second_facts = facts;
      switch (upto(9)) {
        case 0: second_facts.source = changed.source; break;
        case 1: second_facts.collection = changed.collection; break;
        case 2: second_facts.approvals = changed.approvals; break;
        case 3: second_facts.hops_left = changed.hops_left; break;
        case 4: second_facts.onward_consent = changed.onward_consent; break;
        case 5: second.markings = fresh.markings; break;
        case 6: second.type = fresh.type; break;
        case 7: second.level = fresh.level; break;
        default: second_facts.membership_scope = changed.membership_scope;
      }
      const auto one_object = build(subject), second_object = build(second);
      const auto judge = [&](Facts& of, const stix::ObjectPtr& object) {
        of.object = object.get();
        return built->judge_marking(of);
      };
      Facts first_facts = facts;
      const JudgedMarking judged = judge(first_facts, one_object), second_judged = judge(second_facts, second_object);
      first_facts.judged = &judged;
      second_facts.judged = &second_judged;
      if (!built->alike(first_facts, second_facts)) {
        ++other;
        return;
      }
      ++same;
      for (const auto& audience : built->audiences(kNow)) {
        const Decision a = built->decide(audience.key, first_facts, kNow, Compiled::Reasons::kRule);
        const Decision b = built->decide(audience.key, second_facts, kNow, Compiled::Reasons::kRule);
        RC_ASSERT(a.effect == b.effect);
        RC_ASSERT(a.profiles == b.profiles);
        RC_ASSERT(a.again == b.again);
        RC_ASSERT(a.reasons.back().rule == b.reasons.back().rule);
      }
    });
    CHECK(same != 0);
    CHECK(other != 0);
  }

  TEST_CASE("policy/property: audiences hold every valid party exactly once") {
    PROPERTY("partition", [] {
      const auto built = Compiled::compile(random_policy());
      std::vector<std::string> listed;
      for (const auto& audience : built->audiences(kNow)) {
        for (const std::string& party : audience.parties) {
          listed.push_back(party);
          RC_ASSERT(built->audience(party, kNow).value() == audience.key);
        }
      }
      std::sort(listed.begin(), listed.end());
      std::vector<std::string> valid;
      for (const Party& party : built->policy().parties) {
        if (party.validity.holds(kNow)) valid.push_back(party.id);
      }
      RC_ASSERT(listed == valid);
    });
  }

  TEST_CASE("policy/property: a restriction never widens") {
    // A profile that drops parts lets go what the whole object may not: never_wider_test.cpp.
    PROPERTY("restrict", [] {
      Policy policy = random_policy();
      for (Rule& rule : policy.rules) rule.profile = rule.profile.empty() ? "" : "days";
      for (Agreement& agreement : policy.agreements) agreement.profile = agreement.profile.empty() ? "" : "days";
      const std::string party = pick(kParties);
      const Subject subject = random_subject();
      const auto before_object = build(subject);
      Facts facts = random_facts();
      facts.object = before_object.get();
      const Effect before = effect_for(policy, party, facts);

      Subject tighter = subject;
      if (tighter.markings.empty()) tighter.granular.push_back(random_tlp());
      else tighter.markings.push_back(random_tlp());
      if (coin()) tighter.granular.push_back(random_tlp());
      tighter.unknown = tighter.unknown || coin();
      const auto after_object = build(tighter);
      Facts marked_facts = facts;
      marked_facts.object = after_object.get();
      RC_ASSERT(at_least(effect_for(policy, party, marked_facts), before));

      Facts based = facts;
      if (based.baseline_tlp.empty() || based.baseline_tlp == "TLP:GREEN") based.baseline_tlp = "TLP:AMBER";
      RC_ASSERT(at_least(effect_for(policy, party, based), before));
      Facts stopped = facts;
      stopped.hops_left = 0;
      stopped.onward_consent = false;
      RC_ASSERT(at_least(effect_for(policy, party, stopped), before));

      Policy ruled = policy;
      ruled.rules.push_back(random_rule());
      if (ruled.rules.back().effect == "need-to-know") ruled.rules.back().effect = "deny";
      if (ruled.rules.back().effect == "redact") ruled.rules.back().profile = "days";
      RC_ASSERT(at_least(effect_for(ruled, party, facts), before));

      Policy shorter = policy;
      for (Agreement& agreement : shorter.agreements) {
          if (coin()) agreement.validity.until = kNow;
      }
      for (Consent& consent : shorter.consents) {
        if (coin()) consent.validity.until = kNow;
      }
      if (coin()) shorter.parties[0].validity.until = kNow;
      RC_ASSERT(at_least(effect_for(shorter, party, facts), before));
    });
  }

  TEST_CASE("policy/property: the tightest marking wins in any order") {
    PROPERTY("order", [] {
      const auto built = compiled(kHead + tables());
      Subject subject;
      for (int i = 1 + upto(4); i > 0; --i) subject.markings.push_back(random_tlp());
      for (int i = upto(3); i > 0; --i) subject.granular.push_back(random_tlp());
      const auto first = build(subject);
      std::reverse(subject.markings.begin(), subject.markings.end());
      std::reverse(subject.granular.begin(), subject.granular.end());
      const auto second = build(subject);
      Tlp tightest = *std::max_element(subject.markings.begin(), subject.markings.end());
      for (const Tlp tlp : subject.granular) tightest = std::max(tightest, tlp);
      RC_ASSERT(built->effective_marking(facts_of(first)).tlp == tightest);
      RC_ASSERT(built->effective_marking(facts_of(second)).tlp == tightest);
    });
  }

  TEST_CASE("policy/property: no text ends the process, and errors name a line of it") {
    const std::string valid = kHead + tables() + party("a", "member", "groups = [\"vuln-swg\"]\nfrom = 2026-04-01") +
                              "[[party.keys]]\nx = \"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"\n" +
                              "[[agreement]]\nid = \"m\"\nparty = \"a\"\n[[rule]]\nid = \"r\"\neffect = \"deny\"\n";
    REQUIRE(load_policy(valid, "p", nullptr).ok());
    PROPERTY("mutations", [&valid] {
      std::string text = valid;
      static const std::vector<std::string> kPieces{"[", "]", "[[", "\"", "'''", "\"\"\"", "=", ".", "{", "}", ",", "\n",
                                                    "#",  "\xff", "\\u", "1979-05-27", "nan", "0x", "+", "\r", "true"};
      for (int i = 1 + upto(4); i > 0; --i) {
        const auto place = static_cast<std::size_t>(upto(static_cast<int>(text.size())));
        switch (upto(4)) {
          case 0: text.erase(place, static_cast<std::size_t>(upto(30))); break;
          case 1: text.insert(place, pick(kPieces)); break;
          case 2: text[place] = static_cast<char>(upto(256)); break;
          default: text.insert(place, text.substr(place, static_cast<std::size_t>(upto(60)))); break;
        }
        if (text.empty()) text = "\n";
      }
      std::vector<Problem> problems;
      const auto loaded = load_policy(text, "p", &problems);
      const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
      for (const Problem& problem : problems) {
        RC_ASSERT(problem.line >= 1u);
        RC_ASSERT(problem.line <= lines);
        RC_ASSERT(!problem.message.empty());
      }
      if (loaded) {
        (void)Compiled::compile(loaded.value());
      } else {
        RC_ASSERT(!problems.empty());
        RC_ASSERT(loaded.error().code == Code::kPolicyInvalid);
      }
      Party added;
      added.id = "zz";
      added.kind = "member";
      const auto edited = with_party(text, added);
      if (edited) RC_ASSERT(load_policy(edited.value(), "p", nullptr).ok());
      const auto removed = without_party(text, "a");
      if (removed) RC_ASSERT(!load(removed.value()).find_party("a"));
    });
  }
}

}  // namespace
}  // namespace sekisho::policy
