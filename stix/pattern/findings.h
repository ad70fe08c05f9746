// Collects findings up to the bound. Private to stix/pattern; one thread at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stix/pattern/check.h"

namespace sekisho::stix::pattern {

class Findings {
 public:
  void error(std::string_view clause, std::uint32_t offset, std::string message) {
    if (errors_++ < kMostFindings) all_.push_back({clause, true, offset, std::move(message)});
  }
  void warn(std::string_view clause, std::uint32_t offset, std::string message) {
    if (warnings_++ < kMostFindings) all_.push_back({clause, false, offset, std::move(message)});
  }
  std::vector<Finding> take() { return std::move(all_); }

 private:
  std::vector<Finding> all_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
};

/// The rules on one comparison: its constants, its path, and the two together.
void check_comparison(const Comparison& comparison, Findings& findings);

}  // namespace sekisho::stix::pattern
