#include "stix/pattern/normal.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "stix/pattern/atoms.h"
#include "stix/pattern/print.h"
#include "stix/pattern/terms.h"

namespace sekisho::stix::pattern {
namespace {

using Texts = std::vector<std::string>;

/// An operand of an AND of observations.
struct Operand {
  std::string text;
  Terms terms;  ///< of a plain test, else none
  bool operator<(const Operand& other) const { return text < other.text; }
};

/// An observation expression that is no plain test: an AND, a FOLLOWEDBY, or anything with qualifiers.
struct Compound {
  std::string text;
  std::vector<Operand> all_of;  ///< of an AND, sorted
  Texts in_order;               ///< operands of a FOLLOWEDBY
};

/// An observation expression as what it is an OR of. Plain tests are one: `[a] OR [b]` is `[a OR b]`, since
/// either is true for one observation of either kind.
struct Alternatives {
  Terms terms;
  std::vector<Compound> compounds;
};

class Normalizer {
 public:
  bool run(const Observation& observation, std::string& out) {
    Alternatives whole;
    if (!alternatives(observation, whole)) return false;
    out = text(whole);
    return true;
  }

 private:
  bool alternatives(const Observation& observation, Alternatives& out);
  bool unqualified(const Observation& observation, Alternatives& out);
  bool any_of(const Observation& observation, Alternatives& out);
  bool all_of(const Observation& observation, Alternatives& out);
  bool followed_by(const Observation& observation, Alternatives& out);
  bool absorb(Alternatives& all);
  bool implies(const Terms& narrow, const Terms& wide, bool& out);
  std::string text(const Alternatives& all) const;
  std::string operand_text(const Alternatives& all) const;

  Atoms atoms_;
  Budget budget_;
};

bool is_single(const Alternatives& all) { return all.terms.empty() && all.compounds.size() == 1; }

std::string qualifier_text(Qualifier qualifier) {
  qualifier.start_text = time_text(qualifier.start_text);
  qualifier.stop_text = time_text(qualifier.stop_text);
  return " " + print(qualifier);
}

bool Normalizer::alternatives(const Observation& observation, Alternatives& out) {
  if (!unqualified(observation, out)) return false;
  std::string qualifiers;
  for (const Qualifier& each : observation.qualifiers) {
    // Once or more is what an expression says without it.
    if (each.kind == Qualifier::Kind::kRepeats && each.times == 1) continue;
    qualifiers += qualifier_text(each);
  }
  if (qualifiers.empty()) return true;
  Compound whole;
  whole.text = out.compounds.empty() ? text(out) : "(" + text(out) + ")";
  // Qualifiers on what is qualified already need no parentheses.
  const bool plain_before = is_single(out) && out.compounds[0].all_of.empty() && out.compounds[0].in_order.empty();
  if (plain_before) whole.text = out.compounds[0].text;
  whole.text += qualifiers;
  if (!budget_.spend_bytes(whole.text.size())) return false;
  out = {};
  out.compounds.push_back(std::move(whole));
  return true;
}

bool Normalizer::unqualified(const Observation& observation, Alternatives& out) {
  switch (observation.kind) {
    case Observation::Kind::kTest:
      return collect_terms(observation.test, atoms_, budget_, out.terms) && reduce(out.terms, budget_) &&
             pay_for_text(out.terms, atoms_, budget_);
    case Observation::Kind::kOr: return any_of(observation, out);
    case Observation::Kind::kAnd: return all_of(observation, out);
    case Observation::Kind::kFollowedBy: return followed_by(observation, out);
  }
  return false;
}

bool Normalizer::any_of(const Observation& observation, Alternatives& out) {
  for (const Observation& each : observation.operands) {
    Alternatives operand;
    if (!alternatives(each, operand)) return false;
    std::move(operand.terms.begin(), operand.terms.end(), std::back_inserter(out.terms));
    std::move(operand.compounds.begin(), operand.compounds.end(), std::back_inserter(out.compounds));
  }
  return reduce(out.terms, budget_) && pay_for_text(out.terms, atoms_, budget_) && absorb(out);
}

/// Operands need different observations each, so one that stands twice stays twice.
bool Normalizer::all_of(const Observation& observation, Alternatives& out) {
  Compound whole;
  for (const Observation& each : observation.operands) {
    Alternatives operand;
    if (!alternatives(each, operand)) return false;
    if (is_single(operand) && !operand.compounds[0].all_of.empty()) {
      std::move(operand.compounds[0].all_of.begin(), operand.compounds[0].all_of.end(), std::back_inserter(whole.all_of));
    } else {
      std::string text = operand_text(operand);
      const bool test = operand.compounds.empty();
      whole.all_of.push_back({std::move(text), test ? std::move(operand.terms) : Terms()});
    }
  }
  std::sort(whole.all_of.begin(), whole.all_of.end());
  Texts texts;
  for (const Operand& each : whole.all_of) texts.push_back(each.text);
  whole.text = joined(texts, " AND ");
  if (!budget_.spend_bytes(whole.text.size())) return false;
  out.compounds.push_back(std::move(whole));
  return true;
}

/// Left associative (§9.5.2): only the first operand may be opened.
bool Normalizer::followed_by(const Observation& observation, Alternatives& out) {
  Compound whole;
  for (const Observation& each : observation.operands) {
    Alternatives operand;
    if (!alternatives(each, operand)) return false;
    if (whole.in_order.empty() && is_single(operand) && !operand.compounds[0].in_order.empty()) {
      whole.in_order = std::move(operand.compounds[0].in_order);
    } else {
      whole.in_order.push_back(operand_text(operand));
    }
  }
  whole.text = joined(whole.in_order, " FOLLOWEDBY ");
  if (!budget_.spend_bytes(whole.text.size())) return false;
  out.compounds.push_back(std::move(whole));
  return true;
}

/// Drops repeated compounds, and ANDs that need another alternative and more: whatever observations satisfy
/// them, a part of those satisfies the other.
bool Normalizer::absorb(Alternatives& all) {
  auto& compounds = all.compounds;
  const auto by_text = [](const Compound& a, const Compound& b) { return a.text < b.text; };
  const auto same_text = [](const Compound& a, const Compound& b) { return a.text == b.text; };
  std::sort(compounds.begin(), compounds.end(), by_text);
  compounds.erase(std::unique(compounds.begin(), compounds.end(), same_text), compounds.end());
  std::set<std::string_view> alone;  // compounds as they stand in an AND
  std::vector<std::string> grouped;
  grouped.reserve(compounds.size());
  for (const Compound& each : compounds) {
    if (!each.all_of.empty()) continue;
    alone.insert(each.in_order.empty() ? each.text : grouped.emplace_back("(" + each.text + ")"));
  }
  std::vector<std::size_t> shortest_first;  // the ANDs
  for (std::size_t i = 0; i < compounds.size(); ++i) {
    if (!compounds[i].all_of.empty()) shortest_first.push_back(i);
  }
  std::sort(shortest_first.begin(), shortest_first.end(),
            [&](std::size_t a, std::size_t b) { return compounds[a].all_of.size() < compounds[b].all_of.size(); });
  std::vector<bool> needed(compounds.size(), true);
  for (std::size_t i = 0; i < compounds.size(); ++i) {
    for (const Operand& each : compounds[i].all_of) {
      if (!budget_.spend(8)) return false;
      bool absorbed = alone.count(each.text) != 0;
      if (!absorbed && !implies(each.terms, all.terms, absorbed)) return false;
      needed[i] = needed[i] && !absorbed;
    }
    const auto& more = compounds[i].all_of;
    for (const std::size_t j : shortest_first) {
      const auto& fewer = compounds[j].all_of;
      if (fewer.size() >= more.size() || !needed[i]) break;
      if (!budget_.spend(more.size())) return false;
      needed[i] = !std::includes(more.begin(), more.end(), fewer.begin(), fewer.end());
    }
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < compounds.size(); ++i) {
    if (!needed[i]) continue;
    if (kept != i) compounds[kept] = std::move(compounds[i]);
    ++kept;
  }
  compounds.resize(kept);
  return true;
}

/// `out`: the test `narrow` is some, and true only where `wide` is.
bool Normalizer::implies(const Terms& narrow, const Terms& wide, bool& out) {
  out = !narrow.empty();
  for (const Term& each : narrow) {
    bool found = false;
    for (const Term& other : wide) {
      if (!budget_.spend(other.size())) return false;
      found = std::includes(each.begin(), each.end(), other.begin(), other.end());
      if (found) break;
    }
    out = out && found;
    if (!out) break;
  }
  return true;
}

std::string Normalizer::text(const Alternatives& all) const {
  Texts texts;
  if (!all.terms.empty()) texts.push_back("[" + terms_text(all.terms, atoms_) + "]");
  for (const Compound& each : all.compounds) {
    const bool group = !each.in_order.empty() && (!all.terms.empty() || all.compounds.size() > 1);
    texts.push_back(group ? "(" + each.text + ")" : each.text);
  }
  std::sort(texts.begin(), texts.end());
  return joined(texts, " OR ");
}

/// As an operand of AND or FOLLOWEDBY.
std::string Normalizer::operand_text(const Alternatives& all) const {
  const bool bare = all.compounds.empty() ||
                    (is_single(all) && all.compounds[0].all_of.empty() && all.compounds[0].in_order.empty());
  return bare ? text(all) : "(" + text(all) + ")";
}

}  // namespace

Result<std::string> normal_text(const Pattern& pattern) {
  std::string out;
  if (Normalizer().run(pattern.root, out)) return out;
  return make_error(Code::kLimitExceeded, "the normal form of the pattern is too large: it has too many ORs within ANDs");
}

}  // namespace sekisho::stix::pattern
