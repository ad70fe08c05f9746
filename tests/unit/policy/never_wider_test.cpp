// No release is wider than its strictest input: every label at every place, towards every kind of party, under every
// combination of agreement, consent, need to know, profile and undertaking, against a table written here a second time
// from the field's rules (FIRST TLP 2.0, hop by hop), not from the program's. Then the same search over deciders with a
// fault in them: each must be found.
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <tuple>

#include "fixture.h"

namespace sekisho::policy {
namespace {

using stix::Tlp;

constexpr int kNone = -1;  // otherwise a place in Tlp
constexpr std::array<const char*, 6> kKindNames{"isac", "member", "peer-isac", "vendor", "supplier", "government"};
enum Kind { kIsac, kMember, kPeer, kVendor, kSupplier, kGovernment };
const std::string kMark = "marking-definition--aaaaaaaa-89ab-4def-8123-456789abcdef";

/// Everything that a decision may depend on here.
struct World {
  int whole = kNone, part = kNone, baseline = kNone, iep = kNone;  ///< labels; IEP has white, green, amber, red
  bool editable = true;                                            ///< a report, else an indicator
  int kind = kMember;
  bool from_peer = false;
  int ceiling = kNone;  ///< of the agreement; none: there is no agreement
  bool consent = false, need_to_know = false, honours = false, membership = false;
  int keeps = kNone;  ///< the profile drops parts above it; none: no profile
};

// --- the oracle: domain rules as plain conditions

bool may_go(const World& w, int label) {
  const bool agreed = w.ceiling != kNone && label <= w.ceiling;
  if (w.from_peer && (label > 2 || (label == 2 && !w.consent))) return false;
  switch (label) {
    case 0: return true;
    case 1: return w.kind == kIsac || w.kind == kMember || agreed;
    case 2:
      if (w.kind == kIsac || w.kind == kMember) return true;
      if (w.kind == kSupplier) return agreed && w.need_to_know;
      return agreed && w.consent;
    case 3: return w.kind == kIsac || (w.kind == kMember && w.membership && w.whole != kNone);
    default: return false;  // RED: named persons
  }
}

/// Whether this may leave: `redacted` says that it leaves as a rendition by the profile.
bool allowed(const World& w, bool redacted) {
  if (w.iep != kNone && !w.honours) return false;
  const bool part_gone = redacted && w.editable && w.keeps != kNone && w.part > w.keeps;
  int label = w.whole == kNone ? 2 : w.whole;  // unmarked counts as AMBER
  for (const int other : {part_gone ? kNone : w.part, w.baseline, w.iep}) label = std::max(label, other);
  return may_go(w, label);
}

// --- the program

std::string word_of_iep(int label) { return label == 0 ? "white" : label == 1 ? "green" : label == 2 ? "amber" : "red"; }
std::string tlp_name(int label) { return std::string(stix::tlp_label(static_cast<Tlp>(label))); }

stix::MarkingMeaning iep_meaning(int label) {
  auto mark = stix::Object::parse("{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":\"" + kMark +
                                  "\",\"created\":\"2026-01-01T00:00:00.000Z\",\"extensions\":{\"" + std::string(stix::kIepExtensionId) +
                                  "\":{\"extension_type\":\"property-extension\",\"iep_version\":2.0,\"iep_id\":\"01234567-89ab-4def-8123-456789abcdef\","
                                  "\"encrypt_in_transit\":\"must\",\"permitted_actions\":\"none\",\"affected_party_notifications\":\"may\",\"tlp\":\"" +
                                  word_of_iep(label) + "\",\"provider_attribution\":\"may\",\"unmodified_resale\":\"may\","
                                  "\"start_date\":\"2026-01-01T00:00:00Z\"}}}");
  REQUIRE(mark.ok());
  return stix::meaning_of(**mark);
}

/// Policies and objects, made once each.
class Program {
 public:
  Program() {
    for (int label = 0; label < 5; ++label) meanings_.push_back(iep_meaning(label));
  }

  Decision decide(const World& w) {
    const Compiled& policy = policy_for(w);
    Facts facts = facts_for(w);
    const auto key = std::make_tuple(&policy, facts.object, w.baseline, w.iep, w.from_peer);
    if (key != judged_key_) {
      judged_ = policy.judge_marking(facts);
      judged_key_ = key;
    }
    facts.judged = &judged_;
    return policy.decide(audience(policy, w.kind), facts, kNow, Compiled::Reasons::kOmit);
  }

  const Compiled& policy_for(const World& w) {
    const int key = ((((w.ceiling + 1) * 2 + w.consent) * 2 + w.need_to_know) * 2 + w.honours) * 8 + w.keeps + 1;
    auto& known = policies_[static_cast<std::size_t>(key)];
    if (!known) known = Compiled::compile(load(text_for(w)));
    return *known;
  }
  const std::string& audience(const Compiled& policy, int kind) {
    std::string& key = audiences_[{&policy, kind}];
    if (key.empty()) key = policy.audience(kKindNames[static_cast<std::size_t>(kind)], kNow).value();
    return key;
  }
  const stix::ObjectPtr& object_for(const World& w) {
    auto& known = objects_[static_cast<std::size_t>(((w.whole + 1) * 8 + w.part + 1) * 16 + (w.iep != kNone ? 2 : 0) + w.editable)];
    if (known) return known;
    std::vector<std::string> ids;
    if (w.whole != kNone) ids.push_back(tlp_id(static_cast<Tlp>(w.whole)));
    if (w.iep != kNone) ids.push_back(kMark);
    std::string more = ",\"name\":\"n\",\"description\":\"d\"";
    if (w.part != kNone) more += ",\"granular_markings\":[{\"marking_ref\":\"" + tlp_id(static_cast<Tlp>(w.part)) + "\",\"selectors\":[\"description\"]}]";
    return known = object(ids, more, std::string(w.editable ? "report" : "indicator") + "--01234567-89ab-4def-8123-456789abcdef");
  }
  Facts facts_for(const World& w) {
    Facts facts = facts_of(object_for(w));
    facts.source = w.from_peer ? "peer-isac" : "";
    if (w.baseline != kNone) facts.baseline_tlp = tlp_name(w.baseline);
    facts.membership_scope = w.membership;
    if (w.iep != kNone) facts.marking = [this, label = w.iep](std::string_view id) { return id == kMark ? std::optional(meanings_[static_cast<std::size_t>(label)]) : std::nullopt; };
    return facts;
  }

 private:
  std::string text_for(const World& w) {
    std::string text = kHead + tables();
    if (w.keeps != kNone) text += "[[profile]]\nid = \"p\"\nfrom = 2026-01-01\ngranular = \"" + tlp_name(w.keeps) + "\"\n[[rule]]\nid = \"r\"\neffect = \"redact\"\nprofile = \"p\"\n";
    if (w.need_to_know) text += "[[rule]]\nid = \"k\"\neffect = \"need-to-know\"\n";
    for (const std::string kind : kKindNames) {
      text += party(kind, kind, w.honours ? "honours = [\"iep\"]" : "");
      if (w.ceiling != kNone) text += "[[agreement]]\nid = \"m-" + kind + "\"\nparty = \"" + kind + "\"\ntlp_ceiling = \"" + tlp_name(w.ceiling) + "\"\n";
      for (const std::string source : {"self", "peer-isac"}) {
        if (w.consent) text += "[[consent]]\nid = \"c-" + kind + source + "\"\nsource = \"" + source + "\"\nto = \"" + kind + "\"\n";
      }
    }
    return text;
  }

  std::array<std::shared_ptr<const Compiled>, 512> policies_;
  std::map<std::pair<const Compiled*, int>, std::string> audiences_;
  std::array<stix::ObjectPtr, 1024> objects_;
  std::vector<stix::MarkingMeaning> meanings_;
  JudgedMarking judged_;
  std::tuple<const Compiled*, const stix::Object*, int, int, bool> judged_key_{};
};

// --- the search

using Decider = std::function<Decision(const World&)>;
struct Tally {
  std::size_t asked = 0, released = 0, redacted = 0;
  std::optional<World> wider;  ///< the first release that the oracle forbids
};

const std::vector<int> kLabels{kNone, 0, 1, 2, 3, 4}, kBaselines{kNone, 1, 2, 4}, kIeps{kNone, 0, 1, 2, 4}, kCeilings{kNone, 1, 2}, kKeeps{kNone, 0, 1};
constexpr std::size_t kWorlds = 2 * 6 * 2 * 5 * 4 * 6 * 6 * 16 * 3 * 3;

/// The worlds by number; those that share an object stand together.
World world(std::size_t number) {
  const auto digit = [&number](std::size_t base) {
    const std::size_t out = number % base;
    number /= base;
    return out;
  };
  World w;
  w.membership = digit(2) != 0;
  w.kind = static_cast<int>(digit(6));
  w.editable = digit(2) == 0;
  w.iep = kIeps[digit(5)];
  w.baseline = kBaselines[digit(4)];
  w.part = kLabels[digit(6)];
  w.whole = kLabels[digit(6)];
  w.consent = digit(2) != 0;
  w.need_to_know = digit(2) != 0;
  w.honours = digit(2) != 0;
  w.from_peer = digit(2) != 0;
  w.ceiling = kCeilings[digit(3)];
  w.keeps = kKeeps[digit(3)];
  return w;
}

/// Over every world, `step` apart (a prime: every world once); stops at the first release that is wider.
Tally search(const Decider& decide, std::size_t step) {
  Tally tally;
  for (std::size_t i = 0; i < kWorlds; ++i) {
    const World w = world(i * step % kWorlds);
    const Effect effect = decide(w).effect;
    ++tally.asked;
    if (effect != Effect::kPermit && effect != Effect::kRedact) continue;
    ++tally.released;
    tally.redacted += effect == Effect::kRedact;
    if (allowed(w, effect == Effect::kRedact)) continue;
    tally.wider = w;
    break;
  }
  return tally;
}

std::string described(const World& w) {
  const auto label = [](int value) { return value == kNone ? std::string("none") : tlp_name(value); };
  return std::string(w.editable ? "report " : "indicator ") + label(w.whole) + ", part " + label(w.part) + ", baseline " + label(w.baseline) + ", IEP " +
         label(w.iep) + " to " + kKindNames[static_cast<std::size_t>(w.kind)] + ", ceiling " + label(w.ceiling) + ", keeps " + label(w.keeps) +
         (w.from_peer ? ", from a peer" : "") + (w.consent ? ", consent" : "") + (w.need_to_know ? ", need to know" : "") +
         (w.honours ? ", honours" : "") + (w.membership ? ", membership" : "");
}

/// A decider that sees another world than there is.
struct Fault {
  const char* name;
  std::function<Decision(Program&, const World&)> decide;
};

Fault blind(const char* name, const std::function<void(World&)>& change) {
  return {name, [change](Program& program, const World& world) {
            World seen = world;
            change(seen);
            return program.decide(seen);
          }};
}

Decision released(Effect effect) {
  Decision out;
  out.effect = effect;
  return out;
}

std::vector<Fault> faults() {
  return {
      blind("granular markings do not count", [](World& w) { w.part = kNone; }),
      blind("the collection's baseline does not count", [](World& w) { w.baseline = kNone; }),
      blind("a baseline above AMBER counts as AMBER", [](World& w) { w.baseline = std::min(w.baseline, 2); }),
      blind("the label of an IEP policy does not count", [](World& w) { w.iep = w.iep == kNone ? kNone : 0; }),
      blind("everybody honours IEP", [](World& w) { w.honours = true; }),
      blind("unmarked counts as GREEN", [](World& w) { w.whole = w.whole == kNone ? 1 : w.whole; }),
      blind("unmarked counts as marked AMBER", [](World& w) { w.whole = w.whole == kNone ? 2 : w.whole; }),
      blind("AMBER+STRICT counts as AMBER", [](World& w) { w.whole = w.whole == 3 ? 2 : w.whole; }),
      blind("RED counts as AMBER+STRICT", [](World& w) { w.whole = w.whole == 4 ? 3 : w.whole; }),
      blind("every source opened its objects to the membership", [](World& w) { w.membership = true; }),
      blind("the ceiling of an agreement does not count", [](World& w) { w.ceiling = w.ceiling == kNone ? kNone : 2; }),
      blind("no agreement is needed", [](World& w) { w.ceiling = 2; }),
      blind("no consent is needed", [](World& w) { w.consent = true; }),
      blind("nobody asks for the need to know", [](World& w) { w.need_to_know = true; }),
      blind("a peer is a member", [](World& w) { w.kind = w.kind == kPeer ? kMember : w.kind; }),
      blind("a government is a member", [](World& w) { w.kind = w.kind == kGovernment ? kMember : w.kind; }),
      blind("what came from a peer is our own", [](World& w) { w.from_peer = false; }),
      blind("parts of an indicator are dropped too", [](World& w) { w.editable = true; }),
      blind("a profile drops one label more than it says", [](World& w) { w.keeps = w.keeps == 1 ? 0 : w.keeps; }),
      blind("with a profile the whole object's label does not count", [](World& w) { w.whole = w.keeps == kNone ? w.whole : 0; }),
      blind("with a profile the baseline does not count", [](World& w) { w.baseline = w.keeps == kNone ? w.baseline : kNone; }),
      {"the loosest of two labels wins",
       [](Program& program, const World& world) {
         World seen = world;
         if (seen.whole != kNone && seen.part != kNone) seen.part = seen.whole = std::min(seen.whole, seen.part);
         return program.decide(seen);
       }},
      {"a hold is a permit",
       [](Program& program, const World& world) {
         Decision decision = program.decide(world);
         if (decision.effect == Effect::kHold) decision.effect = Effect::kPermit;
         return decision;
       }},
      {"a rendition is forgotten: the original goes",
       [](Program& program, const World& world) {
         Decision decision = program.decide(world);
         if (decision.effect == Effect::kRedact) decision.effect = Effect::kPermit;
         return decision;
       }},
      {"what the table denies goes redacted",
       [](Program& program, const World& world) {
         Decision decision = program.decide(world);
         return decision.effect == Effect::kDeny && world.keeps != kNone ? released(Effect::kRedact) : decision;
       }},
      {"what one cell lets pass, its tighter neighbour does",
       [](Program& program, const World& world) {
         World looser = world;
         if (looser.whole == 3) looser.whole = 2;
         const Decision decision = program.decide(world), other = program.decide(looser);
         return other.effect < decision.effect ? other : decision;
       }},
  };
}

Tlp own_label(const stix::Object& object) {
  Tlp out = Tlp::kClear;
  for (const std::string& id : stix::marking_refs(object).object) out = std::max(out, stix::tlp_from_marking_id(id).value_or(Tlp::kRed));
  return out;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("policy/never wider: over the whole lattice nothing is released wider than its strictest input") {
    Program program;
    const Tally tally = search([&program](const World& w) { return program.decide(w); }, 1);
    const std::string wider = tally.wider ? described(*tally.wider) : "";
    CHECK_MESSAGE(!tally.wider, wider);
    CHECK(tally.asked == kWorlds);
    CHECK(tally.released > 100'000);  // the search is not over an empty set
    CHECK(tally.redacted > 50'000);
  }

  TEST_CASE("policy/never wider: every seeded fault is found") {
    Program program;
    const auto all = faults();
    CHECK(all.size() >= 12);
    for (const Fault& fault : all) {
      CAPTURE(fault.name);
      const Tally tally = search([&](const World& w) { return fault.decide(program, w); }, 1'000'003);
      CHECK(tally.wider);
    }
  }

  TEST_CASE("policy/never wider: a rendition carries the whole object's markings, and may go where it goes by itself") {
    Program program;
    std::size_t renditions = 0;
    World w;
    w.ceiling = 2;
    w.honours = true;
    for (w.keeps = 0; w.keeps < 2; ++w.keeps) {
      for (w.kind = kIsac; w.kind <= kGovernment; ++w.kind) {
        for (w.whole = kNone; w.whole < 5; ++w.whole) {
          for (w.part = 0; w.part < 5; ++w.part) {
            const Decision decision = program.decide(w);
            if (decision.effect != Effect::kRedact) continue;
            stix::redact::Request request;
            request.original = program.object_for(w).get();
            for (const RedactionProfile* each : decision.profiles) request.profiles.push_back(&each->change);
            request.creator = "identity--01234567-89ab-4def-8123-456789abcdef";
            request.hash = [](std::string_view) { return std::array<std::uint8_t, 16>{1}; };
            const auto outcome = stix::redact::redact(request);
            if (outcome.kind == stix::redact::Outcome::Kind::kWithheld) continue;
            CAPTURE(described(w));
            const stix::Object& left = outcome.rendition ? *outcome.rendition : *request.original;
            renditions += outcome.rendition != nullptr;
            CHECK(own_label(left) >= own_label(*request.original));
            CHECK(stix::marking_refs(left).object == stix::marking_refs(*request.original).object);
            World alone = w;  // the rendition as an object of its own, without a profile
            alone.part = kNone;
            for (const std::string& id : stix::marking_refs(left).granular) alone.part = std::max(alone.part, static_cast<int>(stix::tlp_from_marking_id(id).value()));
            alone.keeps = kNone;
            CHECK(allowed(alone, false));
            CHECK(alone.part <= w.keeps);
          }
        }
      }
    }
    CHECK(renditions > 50);
  }
}

}  // namespace sekisho::policy
