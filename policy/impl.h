// The compiled form: what one audience may get, resolved at compile time. Immutable afterwards; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "policy/compiled.h"

namespace sekisho::policy {

/// A half-open span of time; the ends of time are the extreme Timestamps.
struct Span {
  Timestamp from, until;
  bool holds(Timestamp now) const { return from <= now && now < until; }
};
inline constexpr Timestamp kBeginning{std::numeric_limits<std::int64_t>::min(), 0};
inline constexpr Timestamp kForever{std::numeric_limits<std::int64_t>::max(), 999'999'999};

/// What the TLP table asks for one label towards one kind: everything asked up to that label.
struct Asked {
  bool never = false, agreement = false, need_to_know = false, consent = false, membership = false;
};

/// The object side of a rule. Lists are sorted; empty = any. `records` are the lines it stands for (equal
/// rules are one term), and are no part of what makes two audiences differ.
struct RuleTerm {
  std::string effect;
  const RedactionProfile* profile = nullptr;  ///< of a redact rule
  std::optional<stix::Tlp> tlp;  ///< deny, hold: this or tighter; need-to-know: this or looser
  std::optional<stix::Pap> pap;  ///< likewise
  std::uint32_t schemes = 0;     ///< bit by stix::MarkingScheme, any of; 0 = not asked
  ObjectConditions object;       ///< the lists sorted; `pap` and `schemes` are above
  std::string key;               ///< canonical text of the above
  std::vector<const Rule*> records;
};

struct GrantTerm {
  stix::Tlp ceiling = stix::Tlp::kClear;
  std::vector<std::string> types, collections;
  std::optional<unsigned> max_hops;
  std::string key;
  std::vector<const Agreement*> records;
};

/// What goes under an agreement goes redacted.
struct AgreedRedaction {
  std::vector<std::string> types, collections;
  std::vector<const RedactionProfile*> profiles;
  std::string key;
  std::vector<const Agreement*> records;
};

struct ConsentTerm {
  std::string source;
  std::vector<std::string> collections, objects;
  std::string key;
  std::vector<const Consent*> records;
};

/// A licence whose objects an audience never gets.
struct LicenceTerm {
  std::string licence;
  Reason reason;  ///< no part of what makes two audiences differ
};

/// Everything that decisions for an audience look at.
struct Terms {
  std::string kind, attestations;
  std::array<Asked, 5> asked;  ///< by label
  bool all_collections = false;
  std::vector<std::string> collections;
  std::vector<RuleTerm> denials, holds, redactions, needs;
  std::vector<GrantTerm> grants;
  std::vector<AgreedRedaction> agreed;
  std::vector<ConsentTerm> consents;
  std::vector<LicenceTerm> licences;  ///< sorted
  bool needs_licence = false;         ///< nothing whose licence is no longer known
  std::uint32_t honours = 0;          ///< bit by stix::MarkingScheme

  bool reads(std::string_view collection) const;
  /// The public name of the audience: SHA-256 over everything above but the records.
  std::string audience_key() const;
};

/// The object side of a rule, for any audience.
RuleTerm term_of(const Policy& policy, const Rule& rule);
struct Index;
/// judge_marking.cpp: what the markings say; the second also which rules the object meets.
JudgedMarking judge_labels(const Index& index, const Facts& facts);
JudgedMarking judge_marking(const Index& index, const Facts& facts);
/// What a party is at an instant, as terms.
Terms terms_of(const Policy& policy, const Party& party, Timestamp now);
/// Adds the records of equal terms.
void merge_records(Terms& into, const Terms& other);

/// Bits by place in Policy::rules.
using RuleMask = std::vector<std::uint64_t>;

struct CompiledAudience {
  std::string key;
  Terms terms;
  std::vector<Span> spans;       ///< when some party is in it: disjoint, in order
  std::array<Reason, 5> passes{};  ///< the last reason of a permit, by label
  RuleMask denials{}, holds{}, redactions{}, needs{};  ///< the first record of each term

  bool exists(Timestamp now) const;
};

struct PartySpan {
  Span span;
  std::size_t audience = 0;
};

struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
template <typename T>
using StringMap = std::unordered_map<std::string, T, StringHash, std::equal_to<>>;

/// A policy with all that is worked out from it.
struct Index {
  Policy policy;
  std::vector<CompiledAudience> audiences;
  StringMap<std::size_t> audience_of_key;
  std::vector<std::vector<PartySpan>> party_spans;  ///< by place in policy.parties, in order of time
  StringMap<std::size_t> party_of_id;
  std::vector<Timestamp> changes;  ///< sorted, unique
  std::unordered_set<std::string, StringHash, std::equal_to<>> public_ids;
  Sha256 tlp_extension_hash{};     ///< content of the published extension-definition
  std::array<Reason, 5> marked;    ///< the first reason for a marked object, by label
  std::vector<RuleTerm> rule_terms;///< by place in policy.rules
  std::shared_ptr<const class RulePicker> picker;
  const RedactionProfile* attribution = nullptr;  ///< the built-in one
  bool names_objects = false;      ///< some consent is for objects by id

  /// Fills everything below `policy` from it.
  void build();
  void add_spans(std::size_t party, const std::vector<Timestamp>& of_rules);

  std::size_t place_of(const Rule& rule) const { return static_cast<std::size_t>(&rule - policy.rules.data()); }
  RuleMask mask_of(const std::vector<RuleTerm>& terms) const;

  const CompiledAudience* find(std::string_view key, Timestamp now) const;
  const PartySpan* find_span(std::string_view party, Timestamp now) const;
};

struct Compiled::Impl : Index {};

}  // namespace sekisho::policy
