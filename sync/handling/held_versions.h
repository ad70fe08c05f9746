// What is held of the ids that one batch names. Each id is read once, however many of its versions the batch brings, and its versions
// are found by content and by time, so that a batch costs what it and they are long together. As of the first question about
// an id. One batch; one thread.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/digest.h"
#include "core/result.h"
#include "core/time.h"
#include "store/store.h"

namespace sekisho::sync {

class HeldVersions {
 public:
  /// Versions kept for later questions; over it, those of other ids are read again.
  static constexpr std::size_t kRows = 200'000;

  explicit HeldVersions(const store::Store& store) : store_(store) {}

  /// What is held of one id.
  class Line {
   public:
    explicit Line(std::vector<store::StoredObject> versions);
    using Versions = std::vector<const store::StoredObject*>;  ///< oldest accepted first, without bytes
    const Versions& of_content(const Sha256& content) const;
    const Versions& at(Timestamp version) const;
    /// Whether another content is held of this object's version time.
    bool differs(const stix::Object& object) const;
    const std::vector<store::StoredObject>& all() const { return versions_; }

   private:
    std::vector<store::StoredObject> versions_;
    std::map<Sha256, Versions> by_content_;
    std::map<Timestamp, Versions> by_time_;
  };
  using LinePtr = std::shared_ptr<const Line>;
  Result<LinePtr> of(std::string_view id);

 private:
  const store::Store& store_;
  std::map<std::string, LinePtr, std::less<>> lines_;
  std::size_t rows_ = 0;
};

/// Contents by what they say (stix::saying_of).
class Sayings {
 public:
  void add(const Sha256& saying, const store::StoredObject& version) { versions_[saying].emplace(version.content, version.no); }
  /// Those that say the same as the object in another content, the first few.
  std::vector<store::ObjectNo> others(const stix::Object& object) const;
  bool has_other(const stix::Object& object) const { return !others(object).empty(); }

 private:
  static constexpr std::size_t kOthers = 8;  ///< of one giver and collection there is one, as long as no two came at once
  std::map<Sha256, std::map<Sha256, store::ObjectNo>> versions_;  ///< by what they say and content
};

/// What a stored version says. kStoreCorrupt and the like.
Result<Sha256> saying_of(const store::Store& store, const store::StoredObject& version);

}  // namespace sekisho::sync
