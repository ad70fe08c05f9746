// Observed data made ready for matching: which cyber-observables each observation reaches, when it was
// made and how often. Source: STIX 2.1 §4.14, §9.1, §9.7.4; STIX 2.0 Part 2 §2.8 (`objects`).
// Immutable after build; any thread. Borrows the JSON: the documents must outlive the set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/result.h"
#include "core/time.h"

namespace sekisho::stix::match {

/// Bounds for one set; going over one is kLimitExceeded.
struct ObservationLimits {
  std::size_t max_observations = 2'000'000;
  std::size_t max_objects = 10'000'000;  ///< reached objects, summed over the observations
};

/// When and how often something was observed (§9.1: at unknown instants between first and last).
struct Observed {
  std::string_view id;      ///< empty if the object has none
  std::size_t position = 0; ///< in the list given to build
  Timestamp first, last;
  bool timed = false;       ///< false: no usable times, so no time rule can hold
  std::int64_t count = 1;   ///< number_observed, 1 to 999,999,999
};

class ObservationSet {
 public:
  static constexpr std::uint32_t kNoType = 0xFFFFFFFF;

  /// One object that an observation reaches.
  struct Reached {
    std::string_view key;  ///< its id, or its key in `objects`
    std::uint32_t type = kNoType;
    json::Value value;
  };

  /// `objects` are STIX objects in any order: each observed-data becomes an observation, the others
  /// are what `object_refs` may name (the first of each id). Of several versions of one observed-data
  /// the latest counts. `object_refs` goes before `objects`; SDOs, relationships and markings are
  /// never reached. Values that are no objects are passed over. Errors: kLimitExceeded.
  static Result<ObservationSet> build(const std::vector<json::Value>& objects,
                                      const ObservationLimits& limits = {});

  std::size_t size() const { return observed_.size(); }
  const Observed& observed(std::size_t index) const { return observed_[index]; }
  /// Objects reached by the observation, sorted by key: [begin, end) of these two for `reached`.
  std::size_t begin_of(std::size_t index) const { return starts_[index]; }
  std::size_t end_of(std::size_t index) const { return starts_[index + 1]; }
  const Reached& reached(std::size_t object) const { return reached_[object]; }
  /// The object that the observation reaches under `key`.
  std::optional<std::size_t> find(std::size_t index, std::string_view key) const;
  /// The number that stands for a type name in this set; kNoType if no object has it.
  std::uint32_t type_number(std::string_view type) const;

 private:
  friend class ObservationReader;
  std::vector<Observed> observed_;
  std::vector<std::size_t> starts_;
  std::vector<Reached> reached_;
  std::vector<std::string_view> types_;  ///< sorted; the number is the index
};

}  // namespace sekisho::stix::match
