// Patterns and observations in few words, for the tests of stix/match.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/json.h"
#include "stix/match/match.h"

namespace sekisho::tests {

/// Observations read from JSON: an array whose items are STIX objects or bundles.
class Observations {
 public:
  explicit Observations(const std::string& json);
  explicit Observations(const json::Value& array);
  const stix::match::ObservationSet& set() const { return *set_; }

 private:
  void read(const json::Value& array);
  std::unique_ptr<const json::Document> document_;
  std::unique_ptr<const stix::match::ObservationSet> set_;
};

/// One observed-data of 2.0 style at `time` (seconds after 2020-01-01T00:00:00Z), as JSON.
std::string observed(const std::string& id, const std::string& objects, double first, double last, int count = 1);
/// The same with one object {"type":"x-t","v":VALUE} at one instant.
std::string seen(const std::string& id, const std::string& value, double time, int count = 1);
std::string array(const std::vector<std::string>& items);

Result<stix::match::Matcher> compiled(const std::string& pattern);
/// "yes", "no", or the text name of the error.
std::string verdict(const std::string& pattern, const Observations& observations,
                    const stix::match::MatchLimits& limits = {});
/// The ids that made the match, joined by spaces.
std::string ids(const std::string& pattern, const Observations& observations);
/// The verdict over one observation with the one object `object`.
std::string about(const std::string& pattern, const std::string& object);

}  // namespace sekisho::tests
