// The compiled policy: audiences and decisions. Immutable after compile(); any thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "policy/model.h"
#include "policy/traits.h"
#include "stix/markings.h"
#include "stix/object.h"

namespace sekisho::policy {

enum class Effect {
  kPermit,
  kRedact,  ///< only as a rendition, by Decision::profiles
  kHold,    ///< for an operator (unknown marking) or for a reference that has not come
  kDeny
};

/// One link of the chain that led to a decision.
struct Reason {
  std::string text;  ///< a sentence for the operator
  std::string rule;  ///< "policy.toml:LINE" or "tlp.member" or "built-in"
};

struct Decision {
  Effect effect = Effect::kDeny;
  std::vector<Reason> reasons;  ///< in the order judged; the last one decided; empty where nobody asks for them
  std::vector<const RedactionProfile*> profiles;  ///< of kRedact: all apply; by id; owned by the policy
  std::optional<Timestamp> again;  ///< at this instant the object itself makes it another one (embargo, IEP dates)
};

/// The tightest TLP that holds for an object: object, any granular marking, collection baseline, unmarked default.
struct EffectiveMarking {
  stix::Tlp tlp = stix::Tlp::kAmber;
  bool unmarked = false;
  std::optional<std::string> unknown;   ///< a marking id that is not understood, or only by who honours its scheme
  std::optional<std::string> mismatch;  ///< a marking whose id and content disagree
  std::optional<std::string> undefined; ///< a marking id of which no definition is at hand
  bool contradictory = false;           ///< two TLP labels for the whole object
  bool operator==(const EffectiveMarking&) const = default;
};

/// What markings ask for besides a label.
struct Demands {
  std::optional<std::string> unknown;   ///< a marking id that no undertaking covers
  std::optional<std::string> mismatch;  ///< a marking whose id and content disagree
  std::optional<std::string> honoured;  ///< the first marking id that asks for an undertaking
  std::uint32_t schemes = 0;            ///< the recipient must have undertaken to honour these; bit by stix::MarkingScheme
  bool no_resale = false;               ///< IEP unmodified_resale=must-not
  bool hide_source = false;             ///< Chatham House; IEP provider_attribution=must-not
  bool name_source = false;             ///< IEP provider_attribution=must
  std::optional<Timestamp> from, until; ///< of IEP policies: outside, nobody knows what holds
  bool operator==(const Demands&) const = default;
};

/// The marking of an object as decisions see it: the same for every audience.
struct JudgedMarking {
  EffectiveMarking marking;       ///< of the object as it is
  std::array<stix::Tlp, 5> left{};///< of what is left when granular markings above a label are dropped, by that label
  Demands demands, demands_left;  ///< of all markings; of the object markings alone, which no profile drops
  bool is_public = false;         ///< of the fixed TLP set: everyone has it anyway
  Traits traits;                  ///< borrows the object
  std::vector<std::uint64_t> met; ///< bit by place in Policy::rules: the object meets its conditions
  std::vector<std::uint64_t> met_of_others; ///< the same, had one of Facts::bound_by given it; empty if there is none
};

/// How many different operators must agree before a party of this kind gets what waits for them: two towards another ISAC
/// and for level `critical`, else one.
unsigned approvals_needed(std::string_view kind, std::string_view level);

/// What is known about an object besides its own bytes.
struct Facts {
  const stix::Object* object = nullptr;
  std::string source;          ///< party that gave it; empty = this node
  /// Other parties whose licences bind it as the source's does, and so do rules that deny, hold or redact what they gave; sorted.
  std::vector<std::string> bound_by;
  std::string collection;      ///< alias
  std::string baseline_tlp;    ///< of the collection, or empty
  bool membership_scope = false;   ///< the source set org_scope = isac-membership
  bool onward_consent = false;     ///< the source's attestation consents to passing on
  std::optional<unsigned> hops_left;  ///< from max_hops; 0 = must stop here
  unsigned approvals = 0;  ///< different operators whose approval of exactly this content stands
  /// What a marking id means: fixed TLP ids are known without it. Unknown if nullopt.
  std::function<std::optional<stix::MarkingMeaning>(std::string_view id)> marking;
  /// judge_marking() of this object, source, collection and baseline by this very policy, if it is known already:
  /// many audiences, one judgement. Borrowed.
  const JudgedMarking* judged = nullptr;
};

/// What becomes of an object on its way in.
struct ImportDecision {
  enum class Effect { kAccept, kQuarantine, kDeny };
  Effect effect = Effect::kDeny;
  Reason reason;
};

class Compiled {
 public:
  static std::shared_ptr<const Compiled> compile(Policy policy);

  const Policy& policy() const;

  /// The audience of a party at an instant: a key that is equal for parties whose every decision is the
  /// same (facts that no rule looks at do not split). kNotFound: no such party, or not valid now.
  Result<std::string> audience(std::string_view party, Timestamp now) const;
  /// All audiences with at least one valid party at that instant, each with its parties, sorted.
  struct Audience {
    std::string key;
    std::vector<std::string> parties;
    std::string description;  ///< for people: "member, silver, groups vuln-swg"
    std::string attestations; ///< companion, inline, none
  };
  std::vector<Audience> audiences(Timestamp now) const;
  /// The next instant after `now` at which some validity begins or ends; nullopt = never.
  std::optional<Timestamp> next_change(Timestamp now) const;

  /// Whether an audience may see the collection at all.
  bool reads(std::string_view audience_key, std::string_view collection, Timestamp now) const;
  /// approvals_needed() for an audience; two if it is none.
  unsigned approvals_needed(std::string_view audience_key, std::string_view level, Timestamp now) const;
  /// Whether a party may write to the collection.
  bool writes(std::string_view party, std::string_view collection, Timestamp now) const;
  /// Whether the party may take back there what others gave.
  bool withdraws(std::string_view party, std::string_view collection, Timestamp now) const;

  /// Decides for an audience valid at `now`; references are not looked at here (sync/release does).
  /// An audience key that does not exist at `now` is denied. Reasons are sentences for people and cost most of the
  /// time: who decides millions leaves them out, or keeps the rule of the last one alone; the decision is the same.
  enum class Reasons { kTell, kOmit, kRule };
  Decision decide(std::string_view audience_key, const Facts& facts, Timestamp now, Reasons reasons = Reasons::kTell) const;
  /// Whether decide() gives the same of both whoever asks and whenever, but for the sentences: all that it looks at is
  /// the same. Both with `judged`.
  bool alike(const Facts& a, const Facts& b) const;
  /// What becomes of an object that `party` sent: the tightest of the import rules that cover it; where none
  /// does, what a party that signs sends is accepted, other is quarantined. Whatever they say, an operator looks first at
  /// what carries a marking without definition, one that contradicts itself, or two TLP labels. `write` is not looked at.
  ImportDecision decide_import(std::string_view party, const Facts& facts, Timestamp now) const;
  EffectiveMarking effective_marking(const Facts& facts) const;
  JudgedMarking judge_marking(const Facts& facts) const;
  bool is_public_id(std::string_view id) const;

 private:
  Compiled() = default;
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace sekisho::policy
