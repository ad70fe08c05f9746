// Collects what one object lost on the way. One thread.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "stix/upgrade/upgrade.h"

namespace sekisho::stix::upgrade {

class Losses {
 public:
  explicit Losses(std::size_t most = 200) : most_(most) {}

  /// `where` is a JSON Pointer inside the 2.0 object; `what` a sentence without full stop.
  void add(std::string where, std::string what) {
    if (list_.size() < most_) {
      list_.push_back({std::move(where), std::move(what)});
    } else {
      ++further_;
    }
  }
  std::vector<Loss> take() {
    if (further_ > 0) {
      list_.push_back({"", std::to_string(further_) + " more losses are not listed"});
    }
    return std::move(list_);
  }

 private:
  std::size_t most_;
  std::vector<Loss> list_;
  std::size_t further_ = 0;
};

}  // namespace sekisho::stix::upgrade
