// A comparison to atoms: NOT, sets and the spelling of constants.
#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "stix/pattern/atoms.h"
#include "stix/pattern/constants.h"
#include "stix/pattern/networks.h"
#include "stix/pattern/print.h"

namespace sekisho::stix::pattern {
namespace {

/// True for `ipv4-addr:value` and `ipv6-addr:value`.
bool is_address(const ObjectPath& path) {
  return (path.type == "ipv4-addr" || path.type == "ipv6-addr") && path.steps.size() == 1 && path.steps[0].key == "value";
}

bool has_star(const ObjectPath& path) {
  return std::any_of(path.steps.begin(), path.steps.end(), [](const PathStep& step) { return step.kind == PathStep::Kind::kAnyIndex; });
}

bool one_kind(const std::vector<Constant>& constants) {
  return std::all_of(constants.begin(), constants.end(),
                     [&](const Constant& each) { return kind_of(each) == kind_of(constants.front()); });
}

std::string number_text(double value) {
  if (std::floor(value) == value && std::abs(value) < kExactIntegers) return std::to_string(static_cast<std::int64_t>(value));
  Constant real;
  real.kind = Constant::Kind::kReal;
  real.real = value;
  return print(real);
}

/// What the constant of this comparison says, in one spelling.
std::string constant_text(const Comparison& comparison, const Constant& constant) {
  const bool subset = comparison.op == Operator::kIsSubset || comparison.op == Operator::kIsSuperset;
  const bool equal = comparison.op == Operator::kEqual || comparison.op == Operator::kNotEqual || comparison.op == Operator::kIn;
  switch (constant.kind) {
    case Constant::Kind::kReal: return number_text(constant.real);
    case Constant::Kind::kTimestamp: return "t'" + time_text(constant.text) + "'";
    case Constant::Kind::kBinary: {
      Constant hex = constant;
      hex.kind = Constant::Kind::kHex;
      return print(hex);
    }
    case Constant::Kind::kString:
      if (subset || (equal && is_address(comparison.path))) {
        const auto network = read_network(constant.text);
        if (network) return quoted(subset ? network->masked().text() : network->text());
      }
      return print(constant);
    default: return print(constant);
  }
}

Atom equality(const std::string& path, std::string value, char kind) {
  Atom atom;
  atom.path = path;
  atom.value = std::move(value);
  atom.kind = kind;
  atom.text = path + " = " + atom.value;
  return atom;
}

Atom opaque(std::string text) {
  Atom atom;
  atom.text = std::move(text);
  return atom;
}

/// The values of a set in the order of their text, none twice.
std::vector<std::string> values_of(const Comparison& comparison) {
  std::vector<std::string> values;
  for (const Constant& each : comparison.constants) values.push_back(constant_text(comparison, each));
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

AtomsOf atoms_of_set(const Comparison& comparison, const std::string& path, bool star) {
  AtomsOf out;
  const std::vector<std::string> values = values_of(comparison);
  // A set of several kinds is against §9.6.1 and may never match: not taken apart.
  const bool whole = values.empty() || !one_kind(comparison.constants) || (comparison.negated && star && values.size() > 1);
  if (whole) {
    out.atoms.push_back(opaque(path + (comparison.negated ? " NOT IN (" : " IN (") + joined(values, ", ") + ")"));
    return out;
  }
  out.all = comparison.negated;
  for (const std::string& each : values) {
    if (comparison.negated) out.atoms.push_back(opaque(path + (star ? " NOT = " : " != ") + each));
    else out.atoms.push_back(equality(path, each, kind_of(comparison.constants.front())));
  }
  return out;
}

}  // namespace

char kind_of(const Constant& constant) {
  switch (constant.kind) {
    case Constant::Kind::kString: return 's';
    case Constant::Kind::kInteger:
    case Constant::Kind::kReal: return 'n';
    case Constant::Kind::kBoolean: return 't';
    case Constant::Kind::kTimestamp: return 'd';
    case Constant::Kind::kBinary:
    case Constant::Kind::kHex: return 'b';
  }
  return 's';
}

std::string time_text(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return std::string(text);
  const std::size_t last = text.find_last_not_of("0Z");
  return std::string(text.substr(0, last == point ? point : last + 1)) + "Z";
}

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
  std::string out;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i != 0) out += between;
    out += texts[i];
  }
  return out;
}

AtomsOf atoms_of(const Comparison& comparison) {
  const std::string path = print(comparison.path);
  const bool star = has_star(comparison.path);
  AtomsOf out;
  switch (comparison.op) {
    case Operator::kExists: out.atoms.push_back(opaque(print(comparison))); return out;
    case Operator::kEqual:
    case Operator::kNotEqual: {
      // With [*] it is not said whether NOT speaks of one element or of all: there it stays as written.
      const bool fold = comparison.negated && !star;
      const bool equal = (comparison.op == Operator::kEqual) != fold;
      const Constant& constant = comparison.constants.at(0);
      if (equal && (fold || !comparison.negated)) {
        out.atoms.push_back(equality(path, constant_text(comparison, constant), kind_of(constant)));
      } else {
        const char* const middle = comparison.negated && star ? (equal ? " NOT = " : " NOT != ") : " != ";
        out.atoms.push_back(opaque(path + middle + constant_text(comparison, constant)));
      }
      return out;
    }
    case Operator::kIn: return atoms_of_set(comparison, path, star);
    default: {
      const std::string middle = std::string(comparison.negated ? " NOT " : " ") + operator_text(comparison.op) + " ";
      out.atoms.push_back(opaque(path + middle + constant_text(comparison, comparison.constants.at(0))));
      return out;
    }
  }
}

}  // namespace sekisho::stix::pattern
