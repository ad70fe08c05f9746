// A test as the OR of its terms, each the AND of atoms: every term needed, none implied by another. Since
// NOT sits inside the atoms, that set is one and the same for all tests that mean the same in their atoms.
// Private to stix/pattern; one normal form per Atoms object. Source: STIX 2.1 §9.5, §9.6.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "stix/pattern/ast.h"

namespace sekisho::stix::pattern {

/// What one normal form may cost, in steps of about one atom copied or compared.
struct Budget {
  std::size_t left = 4'000'000;  // some 100 MB and a quarter of a second at the very worst
  bool spend_bytes(std::size_t bytes) { return spend(bytes / 8); }
  bool spend(std::size_t steps) {
    if (steps > left) return false;
    left -= steps;
    return true;
  }
};

/// A comparison that is not taken apart further.
struct Atom {
  std::string text;
  std::string path;     ///< of `path = value`, else empty
  std::string value;
  char kind = 0;        ///< of the value: values of one kind may stand in one set
};

using Term = std::vector<std::uint32_t>;  ///< indexes of atoms, sorted, none twice
using Terms = std::vector<Term>;          ///< sorted, none twice, none implied by another

/// The atoms of one pattern.
class Atoms {
 public:
  std::uint32_t index(Atom atom);
  const Atom& operator[](std::uint32_t index) const { return atoms_[index]; }

 private:
  std::vector<Atom> atoms_;
  std::map<std::string, std::uint32_t> indexes_;
};

/// Appends the terms of `test` to `out`; false when the budget is spent.
bool collect_terms(const Test& test, Atoms& atoms, Budget& budget, Terms& out);
/// Sorts, and drops repeated and implied terms.
bool reduce(Terms& terms, Budget& budget);
/// Pays for writing the terms once.
bool pay_for_text(const Terms& terms, const Atoms& atoms, Budget& budget);
/// The terms as what stands between brackets: `=` of one path joined to IN, all in the order of their text.
std::string terms_text(const Terms& terms, const Atoms& atoms);

}  // namespace sekisho::stix::pattern
