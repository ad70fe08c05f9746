// Every copy that was given of one id, so that it costs no walk to tell whether one stands in the way of another. Not thread safe.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/digest.h"
#include "store/store.h"
#include "sync/release/plan/stakes.h"

namespace sekisho::sync {

/// One stored version in one collection.
struct Relative {
  store::ObjectNo no = 0;
  store::CollectionNo collection = 0;
  store::ChangeNo arrival = 0;
  std::string version;
  Sha256 content{};
  Stake stake;
};

class Family {
 public:
  /// Nothing happens if it is there.
  void add(Relative relative) {
    if (!places_.emplace(relative.no, relative.collection).second) return;
    const bool fresh = given_.insert(relative.no).second;
    ++lines_[{relative.stake.claim, relative.stake.creator}];
    if (fresh) ++versions_[relative.version];
    all_.push_back(std::move(relative));
  }
  const std::vector<Relative>& all() const { return all_; }
  /// Objects that somebody gave.
  std::size_t given() const { return given_.size(); }
  bool has(store::ObjectNo no, store::CollectionNo collection) const { return places_.count({no, collection}) != 0; }
  /// Where all are of one line, and none is of the same version, none stands in the way of another.
  bool contests(const Stake& stake, const std::string& version, store::ObjectNo no) const {
    if (lines_.size() > 1 || (lines_.size() == 1 && lines_.begin()->first != std::pair(stake.claim, stake.creator))) return true;
    const auto same = versions_.find(version);
    return same != versions_.end() && same->second > (given_.count(no) != 0 ? 1U : 0U);
  }

 private:
  std::vector<Relative> all_;
  std::set<std::pair<store::ObjectNo, store::CollectionNo>> places_;
  std::set<store::ObjectNo> given_;
  std::map<std::pair<std::uint32_t, bool>, std::size_t> lines_;  ///< by claim, and whether the creator gave it
  std::unordered_map<std::string, std::size_t> versions_;       ///< objects of each
};

}  // namespace sekisho::sync
