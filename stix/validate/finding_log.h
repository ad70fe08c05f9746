// Collects the findings about one object. One thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "stix/validate/validate.h"

namespace sekisho::stix {

struct Property;

/// At most kMostOfEach findings of one severity are kept, so that hostile input cannot make the
/// report larger than itself; a note at the end says how many were left out.
class FindingLog {
 public:
  static constexpr std::size_t kMostOfEach = 100;

  /// The line of a rule. As last parameter of a function that reports for its caller: `Site site = Site::here()`.
  struct Site {
    const char* file;
    unsigned line;
    static constexpr Site here(const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) {
      return {file, line};
    }
  };
  /// One check: the line of a rule, and the row of a property table that it looked at, if any. Tests switch
  /// checks off one by one to see that a vector misses each.
  struct Check {
    Site site;
    const Property* row = nullptr;
  };
  class Judge {
   public:
    virtual ~Judge() = default;
    /// False: the finding is dropped.
    virtual bool keep(const Check& check, Clause clause) = 0;
  };

  explicit FindingLog(const ValidateOptions& options = {}, Judge* judge = nullptr)
      : options_(options), judge_(judge) {}

  /// `at` is the value in question, or the object that lacks something. `message` says what is
  /// right. The severity is that of the clause.
  void report(const json::Value& at, Clause clause, std::string message, Site site = Site::here());
  /// Whether findings of that clause are wanted: to be asked before costly checks.
  bool wants(Clause clause) const { return !options_.ignored[static_cast<std::size_t>(clause)]; }

  /// The clause of the property table being checked.
  Clause table() const { return table_; }

  /// Sets table() until the end of a scope.
  class InTable {
   public:
    InTable(FindingLog& log, Clause clause) : log_(log), outer_(log.table_) { log.table_ = clause; }
    ~InTable() { log_.table_ = outer_; }
    InTable(const InTable&) = delete;
    InTable& operator=(const InTable&) = delete;

   private:
    FindingLog& log_;
    Clause outer_;
  };
  /// Names the row being checked until the end of a scope.
  class InRow {
   public:
    InRow(FindingLog& log, const Property& row) : log_(log), outer_(log.row_) { log.row_ = &row; }
    ~InRow() { log_.row_ = outer_; }
    InRow(const InRow&) = delete;
    InRow& operator=(const InRow&) = delete;

   private:
    FindingLog& log_;
    const Property* outer_;
  };

  bool empty() const { return findings_.empty(); }
  /// All findings in order of position.
  std::vector<Finding> take();

 private:
  ValidateOptions options_;
  Judge* judge_ = nullptr;
  std::vector<Finding> findings_;
  std::array<std::size_t, 3> counts_{};
  Clause table_ = Clause::kCommon;
  const Property* row_ = nullptr;
};

}  // namespace sekisho::stix
