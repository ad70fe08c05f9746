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

/// At most kMostOfEach findings of one severity are kept, so that hostile input cannot make the
/// report larger than itself; a note at the end says how many were left out.
class FindingLog {
 public:
  static constexpr std::size_t kMostOfEach = 100;

  /// `at` is the value in question, or the object that lacks something. `message` says what is
  /// right.
  void error(const json::Value& at, std::string_view clause, std::string message);
  void warning(const json::Value& at, std::string_view clause, std::string message);
  void note(const json::Value& at, std::string_view clause, std::string message);

  /// The section of STIX 2.1 that describes the object or nested type being checked.
  std::string_view section() const { return section_; }

  /// Sets section() until the end of a scope.
  class InSection {
   public:
    InSection(FindingLog& log, std::string_view section) : log_(log), outer_(log.section_) {
      log.section_ = section;
    }
    ~InSection() { log_.section_ = outer_; }
    InSection(const InSection&) = delete;
    InSection& operator=(const InSection&) = delete;

   private:
    FindingLog& log_;
    std::string_view outer_;
  };

  /// All findings in order of position.
  std::vector<Finding> take();

 private:
  void add(Severity severity, const json::Value& at, std::string_view clause, std::string message);
  std::vector<Finding> findings_;
  std::array<std::size_t, 3> counts_{};
  std::string_view section_ = "3.2";
};

}  // namespace sekisho::stix
