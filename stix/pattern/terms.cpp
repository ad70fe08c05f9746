#include "stix/pattern/terms.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "stix/pattern/atoms.h"

namespace sekisho::stix::pattern {
namespace {

void sort_unique_factors(Term& term) {
  std::sort(term.begin(), term.end());
  term.erase(std::unique(term.begin(), term.end()), term.end());
}

/// Every term of `left` with every one of `right`.
bool multiply(const Terms& left, const Terms& right, Budget& budget, Terms& out) {
  out.clear();
  std::size_t left_size = 0, right_size = 0;
  for (const Term& each : left) left_size += each.size() + 1;
  for (const Term& each : right) right_size += each.size() + 1;
  if (!budget.spend(left_size * right.size()) || !budget.spend(right_size * left.size())) return false;
  out.reserve(left.size() * right.size());
  for (const Term& a : left) {
    for (const Term& b : right) {
      Term both;
      both.reserve(a.size() + b.size());
      std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
      out.push_back(std::move(both));
    }
  }
  return reduce(out, budget);
}

/// Each constant makes an atom with the path in it.
bool pay_for_atoms(const Comparison& comparison, Budget& budget) {
  std::size_t path = comparison.path.type.size(), constants = 0;
  for (const PathStep& each : comparison.path.steps) path += each.key.size() + 10;
  for (const Constant& each : comparison.constants) constants += each.text.size() + 8;
  const std::size_t count = comparison.constants.size() + 1;
  return budget.spend(count * 8) && budget.spend_bytes(2 * count * path) && budget.spend_bytes(2 * constants);
}

bool collect_comparison(const Comparison& comparison, Atoms& atoms, Budget& budget, Terms& out) {
  if (!pay_for_atoms(comparison, budget)) return false;
  AtomsOf parts = atoms_of(comparison);
  Term all;
  for (Atom& each : parts.atoms) {
    const std::uint32_t index = atoms.index(std::move(each));
    if (parts.all) all.push_back(index);
    else out.push_back({index});
  }
  if (!parts.all) return true;
  sort_unique_factors(all);
  out.push_back(std::move(all));
  return true;
}

bool collect_product(const Test& test, Atoms& atoms, Budget& budget, Terms& out) {
  Terms product{{}};  // the AND of nothing holds
  Terms operand, next, common(1);  // operands of one term make one term together
  for (const Test& each : test.operands) {
    operand.clear();
    if (!collect_terms(each, atoms, budget, operand) || !reduce(operand, budget)) return false;
    if (operand.size() == 1) {
      common[0].insert(common[0].end(), operand[0].begin(), operand[0].end());
      continue;
    }
    if (!multiply(product, operand, budget, next)) return false;
    std::swap(product, next);
  }
  sort_unique_factors(common[0]);
  if (!multiply(product, common, budget, next)) return false;
  std::swap(product, next);
  std::move(product.begin(), product.end(), std::back_inserter(out));
  return true;
}

bool implied(const Term& longer, const Term& shorter) {
  return std::includes(longer.begin(), longer.end(), shorter.begin(), shorter.end());
}

/// As what stands between brackets.
std::string term_text(const Term& term, const Atoms& atoms) {
  std::vector<std::string> texts;
  for (const std::uint32_t each : term) texts.push_back(atoms[each].text);
  std::sort(texts.begin(), texts.end());
  return joined(texts, " AND ");
}

}  // namespace

std::uint32_t Atoms::index(Atom atom) {
  const auto [at, added] = indexes_.emplace(atom.text, static_cast<std::uint32_t>(atoms_.size()));
  if (added) atoms_.push_back(std::move(atom));
  return at->second;
}

bool collect_terms(const Test& test, Atoms& atoms, Budget& budget, Terms& out) {
  if (test.kind == Test::Kind::kComparison) return collect_comparison(test.comparison, atoms, budget, out);
  if (test.kind == Test::Kind::kAnd) return collect_product(test, atoms, budget, out);
  for (const Test& each : test.operands) {
    if (!collect_terms(each, atoms, budget, out)) return false;
  }
  return true;
}

bool reduce(Terms& terms, Budget& budget) {
  std::size_t total = 0;
  for (const Term& each : terms) total += each.size() + 1;
  if (!budget.spend(total * 4)) return false;  // sorting
  // Shorter ones first: only a shorter term implies a longer one.
  std::sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  std::size_t singles = 0;
  while (singles < terms.size() && terms[singles].size() == 1) ++singles;
  std::size_t kept = singles;
  for (std::size_t i = singles; i < terms.size(); ++i) {
    const auto is_single = [&](std::uint32_t atom) {
      const auto end = terms.begin() + static_cast<std::ptrdiff_t>(singles);
      const auto found = std::lower_bound(terms.begin(), end, atom, [](const Term& term, std::uint32_t a) { return term[0] < a; });
      return found != end && (*found)[0] == atom;
    };
    bool needed = terms[i].empty() || std::none_of(terms[i].begin(), terms[i].end(), is_single);
    for (std::size_t j = singles; needed && j < kept && terms[j].size() < terms[i].size(); ++j) {
      if (!budget.spend(terms[j].size())) return false;
      needed = !implied(terms[i], terms[j]);
    }
    if (!needed) continue;
    if (kept != i) terms[kept] = std::move(terms[i]);
    ++kept;
  }
  terms.resize(kept);
  return true;
}

bool pay_for_text(const Terms& terms, const Atoms& atoms, Budget& budget) {
  for (const Term& term : terms) {
    for (const std::uint32_t each : term) {
      if (!budget.spend_bytes(atoms[each].text.size() + 8)) return false;
    }
  }
  return true;
}

std::string terms_text(const Terms& terms, const Atoms& atoms) {
  std::vector<std::string> texts;
  std::map<std::pair<std::string, char>, std::vector<std::string>> sets;  // by path and kind of value
  for (const Term& each : terms) {
    const Atom* const single = each.size() == 1 ? &atoms[each[0]] : nullptr;
    if (single != nullptr && !single->path.empty()) sets[{single->path, single->kind}].push_back(single->value);
    else texts.push_back(term_text(each, atoms));
  }
  for (auto& [path_and_kind, values] : sets) {
    std::sort(values.begin(), values.end());
    const bool one = values.size() == 1;
    texts.push_back(path_and_kind.first + (one ? " = " + values[0] : " IN (" + joined(values, ", ") + ")"));
  }
  std::sort(texts.begin(), texts.end());
  return joined(texts, " OR ");
}

}  // namespace sekisho::stix::pattern
