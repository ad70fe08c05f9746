// Copies of the tables in which one mutant lives, and the vectors judged by them.
#include <deque>
#include <map>

#include "checks.h"
#include "mutants.h"
#include "stix/validate/check.h"
#include "vectors.h"

namespace sekisho::stix::checks {
namespace {

/// The table of one type, copied with everything that it leads to.
class Copy {
 public:
  Copy(const TypeTable& original, const Mutant& mutant) : mutant_(mutant) {
    table_.shape = *shape(original.shape);
    for (const Shape& extension : original.extensions) {
      if (const Shape* copy = shape(extension)) extensions_.push_back(*copy);
    }
    table_.extensions = extensions_;
  }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  const TypeTable& table() const { return table_; }
  /// False: the mutant is nowhere in this table.
  bool touched() const { return touched_; }

  /// The row as the mutant leaves it; nothing if it drops it.
  std::optional<Property> row(const Property& original) {
    Property copy = original;
    if (original.kind.shape != nullptr) copy.kind.shape = shape(*original.kind.shape);
    if (&original != mutant_.row) return copy;
    touched_ = true;
    if (mutant_.change_row && !mutant_.change_row(copy)) return std::nullopt;
    return copy;
  }

 private:
  const Shape* shape(const Shape& original) {
    const auto [known, is_new] = copied_.try_emplace(&original, nullptr);
    if (!is_new) return known->second;
    std::vector<Property>& rows = rows_.emplace_back();
    Shape copy = original;
    for (const Property& each : original.properties) {
      if (const auto kept = row(each)) rows.push_back(*kept);
    }
    copy.properties = rows;
    if (&original == mutant_.shape) {
      touched_ = true;
      if (!mutant_.change_shape(copy)) return nullptr;
    }
    known->second = &shapes_.emplace_back(copy);
    return known->second;
  }

  const Mutant& mutant_;
  TypeTable table_{};
  bool touched_ = false;
  std::map<const Shape*, const Shape*> copied_;
  std::deque<std::vector<Property>> rows_;
  std::deque<Shape> shapes_;
  std::vector<Shape> extensions_;
};

/// The common properties and the tables of the types, each made when first asked for.
class Mutated {
 public:
  explicit Mutated(const Mutant& mutant) : mutant_(mutant), nested_(*table_of("bundle"), mutant) {
    for (const CommonProperty& common : common_properties()) {
      const auto row = nested_.row(common.row);
      if (!row) continue;
      const bool changed = &common.row == mutant.row && !mutant.use.empty();
      common_.push_back({*row, changed ? std::string_view(mutant.use) : common.use});
    }
  }

  /// True if the vector's object is looked at by what the mutant changed.
  bool concerns(const Subject& object) { return nested_.touched() || table(object.type).touched(); }
  Subject subject(Subject object) {
    object.common = common_;
    if (object.table != nullptr) object.table = &table(object.type).table();
    return object;
  }

 private:
  Copy& table(std::string_view type) {
    const TypeTable* original = table_of(type);
    if (original == nullptr) return nested_;
    auto& copy = tables_[original];
    if (copy == nullptr) copy = std::make_unique<Copy>(*original, mutant_);
    return *copy;
  }

  const Mutant& mutant_;
  Copy nested_;  ///< of the shapes that the common properties lead to
  std::vector<CommonProperty> common_;
  std::map<const TypeTable*, std::unique_ptr<Copy>> tables_;
};

}  // namespace

std::string killer_of(const Mutant& mutant) {
  Mutated mutated(mutant);
  for (const vectors::Vector& vector : vectors::all()) {
    const json::Value root = vector.object->root();
    if (!root.is_object()) continue;
    const Subject object = subject_of(root);
    if (!mutated.concerns(object)) continue;
    FindingLog log;
    check(mutated.subject(object), log);
    if (!vectors::complaint(vector, log.take()).empty()) return vector.where;
  }
  return {};
}

}  // namespace sekisho::stix::checks
