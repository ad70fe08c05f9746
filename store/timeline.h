// A party's timeline of a collection: the stream that it reads there, merged by date with its own entries. What of it is shown, and
// which version is the first or the last, as a pure function of what both carry of one id. docs/specs/timeline.md. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "core/digest.h"
#include "core/time.h"

namespace sekisho::store {

/// All that a stream and a party's own entries carry of one id. Immutable once made.
class TimelineFamily {
 public:
  struct Version {
    Timestamp version;
    std::uint16_t spec = 0;  ///< spec_code()
    std::int64_t date = 0;   ///< date added, microseconds; no two entries of a timeline have the same
    bool own = false;        ///< an own entry; else of the stream
    Sha256 content{};
  };
  /// At most one of each version in the stream, and of each version and content among the own.
  explicit TimelineFamily(const std::vector<Version>& all);

  struct Standing {
    bool shown = false;
    bool first = false, last = false;  ///< of the versions in this spec version
    bool newest_spec = false;          ///< nothing of the id is in a later spec version
  };
  /// Of one of those that it was made of.
  Standing of(const Version& one) const;

 private:
  /// What is carried of one version.
  struct Moment {
    std::optional<Version> shared;
    std::vector<Version> own;
  };
  struct Span {
    Timestamp first, last;
  };
  static bool shown(const Version& one, const Moment& there);

  std::map<Timestamp, Moment> moments_;
  std::map<std::uint16_t, Span> specs_;
};

}  // namespace sekisho::store
