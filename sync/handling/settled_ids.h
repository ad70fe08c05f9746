// Which giver's claim of an id operators said counts: docs/specs/ownership.md §4. Value; immutable once loaded.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "store/store.h"

namespace sekisho::sync {

/// Documents: key = the id, value docs/specs/ownership.md §4.
inline constexpr const char* kSettledSpace = "id-settled";

struct SettledId {
  std::string id, party;        ///< the claim that this party gave counts
  std::string reason, at, actor;
  bool open = false;            ///< the streams may not follow it yet

  std::string to_json() const;
  /// kStoreCorrupt.
  static Result<SettledId> from_json(const std::string& id, const std::string& value);
};

class SettledIds {
 public:
  /// Fails where a row cannot be read: what an operator settled must not turn by a damaged row.
  static Result<std::shared_ptr<const SettledIds>> load(const store::Store& store);

  /// The party whose claim counts; null: nothing is settled of this id.
  const std::string* party_of(std::string_view id) const {
    const auto found = all_.find(id);
    return found == all_.end() ? nullptr : &found->second.party;
  }
  /// In order of id.
  const std::map<std::string, SettledId, std::less<>>& all() const { return all_; }

 private:
  std::map<std::string, SettledId, std::less<>> all_;
};

}  // namespace sekisho::sync
