// Every copy that was given of one id, so that it costs no walk to tell whether one stands in the way of another. Not thread safe.
#pragma once

#include <cstddef>
#include <cstdint>
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
  std::string source;
  Stake stake;
};

class Family {
 public:
  /// Nothing happens if it is there.
  void add(Relative relative) {
    if (!places_.emplace(std::pair(relative.no, relative.collection), all_.size()).second) return;
    const bool fresh = given_.insert(relative.no).second;
    expected_.erase(relative.no);
    lines_.insert({relative.stake.claim, relative.stake.creator});
    ++claims_[relative.stake.claim];
    if (relative.source.empty()) ours_.insert(relative.stake.claim);
    ++givers_[relative.source];
    observable_ = observable_ || relative.stake.observable;
    Version& version = versions_[relative.version];
    version.objects += fresh ? 1 : 0;
    version.places.push_back(all_.size());
    all_.push_back(std::move(relative));
  }
  const std::vector<Relative>& all() const { return all_; }
  std::size_t claims() const { return claims_.size(); }
  /// How many copies this party gave.
  std::size_t copies_by(const std::string& giver) const {
    const auto found = givers_.find(giver);
    return found == givers_.end() ? 0 : found->second;
  }
  /// Whether this organisation gave a copy of that claim.
  bool is_ours(std::uint32_t claim) const { return ours_.count(claim) != 0; }
  const std::set<std::uint32_t>& ours() const { return ours_; }
  std::size_t copies_of(std::uint32_t claim) const {
    const auto found = claims_.find(claim);
    return found == claims_.end() ? 0 : found->second;
  }
  std::size_t copies_of_version(const std::string& version) const {
    const auto found = versions_.find(version);
    return found == versions_.end() ? 0 : found->second.places.size();
  }
  /// Whether an observable is among them that has no owner.
  bool observable() const { return observable_; }
  /// Somebody gave it, and it has not come yet.
  void expect(store::ObjectNo no) {
    if (given_.count(no) == 0) expected_.insert(no);
  }
  /// Objects that somebody gave, whether they have come or not.
  std::size_t given() const { return given_.size() + expected_.size(); }
  /// Null: not given there.
  const Relative* at(const std::pair<store::ObjectNo, store::CollectionNo>& place) const {
    const auto found = places_.find(place);
    return found == places_.end() ? nullptr : &all_[found->second];
  }
  std::vector<const Relative*> of_object(store::ObjectNo no) const {
    std::vector<const Relative*> out;
    for (auto at = places_.lower_bound({no, 0}); at != places_.end() && at->first.first == no; ++at) out.push_back(&all_[at->second]);
    return out;
  }
  std::vector<const Relative*> of_version(const std::string& version) const {
    std::vector<const Relative*> out;
    const auto found = versions_.find(version);
    if (found == versions_.end()) return out;
    for (const std::size_t place : found->second.places) out.push_back(&all_[place]);
    return out;
  }
  /// Where all are of one line, and none is of the same version, none stands in the way of another.
  bool contests(const Stake& stake, const std::string& version, store::ObjectNo no) const {
    if (lines_.size() > 1 || (lines_.size() == 1 && *lines_.begin() != std::pair(stake.claim, stake.creator))) return true;
    const auto same = versions_.find(version);
    return same != versions_.end() && same->second.objects > (given_.count(no) != 0 ? 1U : 0U);
  }

 private:
  std::vector<Relative> all_;
  std::map<std::pair<store::ObjectNo, store::CollectionNo>, std::size_t> places_;  ///< in all_
  std::set<store::ObjectNo> given_, expected_;
  std::set<std::pair<std::uint32_t, bool>> lines_;  ///< claim, and whether the creator gave it
  std::set<std::uint32_t> ours_;
  std::map<std::string, std::size_t> givers_;
  std::map<std::uint32_t, std::size_t> claims_;  ///< with the number of their copies
  bool observable_ = false;
  struct Version {
    std::size_t objects = 0;
    std::vector<std::size_t> places;  ///< in all_
  };
  std::unordered_map<std::string, Version> versions_;
};

}  // namespace sekisho::sync
