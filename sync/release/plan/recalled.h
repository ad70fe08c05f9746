// What is recalled here: which ids may not be released any more, and why. Value; immutable once loaded.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/digest.h"
#include "core/result.h"
#include "store/store.h"

namespace sekisho::sync {

/// The store's space of recalls: key as recall_key() says, value docs/specs/recall.md.
inline constexpr const char* kRecallSpace = "recall";

/// `source` empty: every copy of the object; else those of that party. With `version` that one alone.
std::string recall_key(std::string_view source, std::string_view object_id, std::optional<Timestamp> version = std::nullopt);
/// The same of one content, of which its source said that another claim or content counts in its place.
std::string gave_way_key(std::string_view source, std::string_view object_id, const Sha256& content);

class Recalled {
 public:
  /// Fails where a row cannot be read: what is recalled must not come back by a damaged row.
  static Result<std::shared_ptr<const Recalled>> load(const store::Store& store);
  /// A sentence, or null if copies of this version from this source are recalled neither by it nor by our operator.
  const std::string* why(std::string_view source, std::string_view object_id, Timestamp version) const;
  /// The same of one stored content, which may have given way besides.
  const std::string* why(const store::StoredObject& stored) const;
  /// Whether its source said that another claim or content of the id counts in its place: docs/specs/recall.md, "Contents".
  bool gave_way(std::string_view source, std::string_view object_id, const Sha256& content) const;
  /// Whether it said so of anything.
  bool any_gave_way(std::string_view source) const { return gave_way_of_.find(source) != gave_way_of_.end(); }
  /// The same, by the source itself only (empty = our operator): what may be told to it. Without `version`: the whole object.
  const std::string* by_source(std::string_view source, std::string_view object_id, std::optional<Timestamp> version) const;
  /// Everything that this source has recalled; null if nothing.
  std::shared_ptr<const store::PassedOver> of_source(std::string_view source) const;

 private:
  std::unordered_map<std::string, std::string> sentences_;
  std::map<std::string, std::shared_ptr<store::PassedOver>, std::less<>> of_source_;
  bool versions_ = false;  ///< whether any is of one version
  std::set<std::string, std::less<>> gave_way_of_;  ///< sources
};

}  // namespace sekisho::sync
