// What is recalled here: which ids may not be released any more, and why. Value; immutable once loaded.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/result.h"
#include "store/store.h"

namespace sekisho::sync {

/// The store's space of recalls: key as recall_key() says, value docs/specs/recall.md.
inline constexpr const char* kRecallSpace = "recall";

/// `source` empty: every copy of the object; else those of that party.
std::string recall_key(std::string_view source, std::string_view object_id);

class Recalled {
 public:
  /// Fails where a row cannot be read: what is recalled must not come back by a damaged row.
  static Result<std::shared_ptr<const Recalled>> load(const store::Store& store);
  /// A sentence, or null if copies of this object from this source are recalled neither by it nor by our operator.
  const std::string* why(std::string_view source, std::string_view object_id) const;
  /// The same, by the source itself only (empty = our operator): what may be told to it.
  const std::string* by_source(std::string_view source, std::string_view object_id) const;

 private:
  std::unordered_map<std::string, std::string> sentences_;
};

}  // namespace sekisho::sync
