#include "mutants.h"

#include <deque>
#include <limits>
#include <optional>

#include "checks.h"

namespace sekisho::stix::checks {
namespace {

using Add = std::vector<Mutant>&;

Mutant of_row(const Property& row, const std::string& what, std::function<bool(Property&)> change) {
  Mutant mutant;
  mutant.name = label_of(&row) + " " + what;
  mutant.row = &row;
  mutant.change_row = std::move(change);
  return mutant;
}

/// Copies that live as long as the program: mutants point into them.
std::span<const std::string_view> kept(std::vector<std::string_view> terms) {
  static std::deque<std::vector<std::string_view>> all;
  return all.emplace_back(std::move(terms));
}

std::vector<std::string_view> without(std::span<const std::string_view> terms, std::size_t at) {
  std::vector<std::string_view> out(terms.begin(), terms.end());
  out.erase(out.begin() + static_cast<std::ptrdiff_t>(at));
  return out;
}

void drop_terms(const Property& row, Add out) {
  if (row.kind.vocabulary == nullptr) return;
  static std::deque<Vocabulary> all;
  const Vocabulary& whole = *row.kind.vocabulary;
  for (std::size_t i = 0; i < whole.terms.size(); ++i) {
    const Vocabulary* less = &all.emplace_back(Vocabulary{whole.name, whole.section, kept(without(whole.terms, i))});
    out.push_back(of_row(row, "without the term " + std::string(whole.terms[i]), [less](Property& copy) {
      copy.kind.vocabulary = less;
      return true;
    }));
  }
}

void drop_targets(const Property& row, Add out) {
  const auto types = row.kind.targets.types;
  for (std::size_t i = 0; i < types.size(); ++i) {
    // An empty list would mean: any type.
    const auto less = types.size() == 1 ? kept({"no-type"}) : kept(without(types, i));
    out.push_back(of_row(row, "does not name " + std::string(types[i]), [less](Property& copy) {
      copy.kind.targets.types = less;
      return true;
    }));
  }
  if (row.kind.targets.classes == 0) return;
  for (const unsigned bit : {kSdoClass, kScoClass, kSroClass, class_bit(Category::kMeta)}) {
    out.push_back(of_row(row, "turns the class " + std::to_string(bit), [bit](Property& copy) {
      copy.kind.targets.classes ^= bit;
      return true;
    }));
  }
}

void move_bounds(const Property& row, Add out) {
  if (row.kind.check != kind_checks::integer && row.kind.check != kind_checks::number) return;
  for (const double step : {-1.0, 1.0}) {
    const std::string sign = step < 0 ? "-" : "+";
    if (row.kind.least > -kSafeInteger) {
      out.push_back(of_row(row, "least " + sign + "1", [step](Property& copy) {
        copy.kind.least += step;
        return true;
      }));
    }
    if (row.kind.most < kSafeInteger) {
      out.push_back(of_row(row, "most " + sign + "1", [step](Property& copy) {
        copy.kind.most += step;
        return true;
      }));
    }
  }
}

void turn_flags(const Property& row, Add out) {
  out.push_back(of_row(row, "dropped", [](Property&) { return false; }));
  out.push_back(of_row(row, row.need == Need::kRequired ? "optional" : "required", [](Property& copy) {
    copy.need = copy.need == Need::kRequired ? Need::kOptional : Need::kRequired;
    return true;
  }));
}

void turn_kind(const Property& row, Add out) {
  if (row.kind.check == kind_checks::unchecked) return;
  out.push_back(of_row(row, "unchecked", [](Property& copy) {
    copy.kind = unchecked();
    return true;
  }));
  out.push_back(of_row(row, row.kind.list ? "not a list" : "a list", [](Property& copy) {
    copy.kind.list = !copy.kind.list;
    return true;
  }));
  if (row.clause) {
    out.push_back(of_row(row, "under the clause of its table", [](Property& copy) {
      copy.clause.reset();
      return true;
    }));
  }
  if (row.kind.check == kind_checks::open_vocab || row.kind.check == kind_checks::closed_enum) {
    out.push_back(of_row(row, "opened or closed", [](Property& copy) {
      const bool open = copy.kind.check == kind_checks::open_vocab;
      copy.kind.check = open ? kind_checks::closed_enum : kind_checks::open_vocab;
      return true;
    }));
  }
}

void turn_row(const Property& row, Add out) {
  turn_kind(row, out);
  drop_terms(row, out);
  drop_targets(row, out);
  move_bounds(row, out);
}

Mutant of_shape(const Shape& shape, const std::string& what, std::function<bool(Shape&)> change) {
  Mutant mutant;
  mutant.name = std::string(shape.name) + " " + what;
  mutant.shape = &shape;
  mutant.change_shape = std::move(change);
  return mutant;
}

void turn_shape(const Shape& shape, Add out) {
  if (shape.rules != nullptr) {
    out.push_back(of_shape(shape, "without its rules", [](Shape& copy) {
      copy.rules = nullptr;
      return true;
    }));
  }
  if (shape.one_needed) {
    out.push_back(of_shape(shape, "needs no property", [](Shape& copy) {
      copy.one_needed = false;
      return true;
    }));
  }
  if (predefined_extension(shape.name) != nullptr) {
    out.push_back(of_shape(shape, "unknown", [](Shape&) { return false; }));
  }
}

/// The cells of the table of §3.2: required, optional, not allowed.
void turn_uses(const CommonProperty& common, Add out) {
  constexpr const char* kClasses[] = {"SDO",       "SRO", "SCO", "extension-definition", "language-content",
                                      "marking-definition", "bundle"};
  for (std::size_t column = 0; column < common.use.size(); ++column) {
    for (const char use : {'R', 'O', '-', 'N'}) {
      if (use == common.use[column]) continue;
      // Of a row without clause of its own, "never" and "not applicable" are the same finding.
      if (use == 'N' && common.use[column] == '-' && !common.row.clause) continue;
      // An object without type is taken for a domain object or an observable, for nothing else.
      if (common.row.name == "type" && use == 'O' && column != 0 && column != 2) continue;
      Mutant mutant;
      mutant.name = label_of(&common.row) + " " + use + " for " + kClasses[column];
      mutant.row = &common.row;
      mutant.use = common.use;
      mutant.use[column] = use;
      out.push_back(std::move(mutant));
    }
  }
}

}  // namespace

std::vector<Mutant> mutants() {
  std::vector<Mutant> out;
  for (const CommonProperty& common : common_properties()) {
    turn_row(common.row, out);
    turn_uses(common, out);
  }
  for (const Shape* shape : shapes()) {
    turn_shape(*shape, out);
    for (const Property& row : shape->properties) {
      turn_flags(row, out);
      turn_row(row, out);
    }
  }
  return out;
}

}  // namespace sekisho::stix::checks
