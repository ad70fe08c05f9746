// Matches a pattern against what was observed.
#include <iostream>

#include "stix/match/match.h"
#include "stix/pattern/parse.h"

namespace stix = sekisho::stix;

int main() {
  const auto pattern = stix::pattern::parse("[ipv4-addr:value ISSUBSET '198.51.100.0/24'] REPEATS 2 TIMES");
  if (!pattern.ok()) {
    std::cerr << pattern.error().to_string() << '\n';
    return 1;
  }
  const auto observed = sekisho::json::Document::parse(R"([
    {"type": "observed-data", "id": "observed-data--0f8fad5b-d9cb-469f-a165-70867728950e", "number_observed": 2,
     "first_observed": "2026-01-01T00:00:00Z", "last_observed": "2026-01-01T00:05:00Z",
     "object_refs": ["ipv4-addr--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"]},
    {"type": "ipv4-addr", "id": "ipv4-addr--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "value": "198.51.100.7"}])");
  std::vector<sekisho::json::Value> objects;
  for (const auto& entry : (*observed)->root()) objects.push_back(entry.value);

  const auto matcher = stix::match::Matcher::compile(*pattern);  // once; serves any number of threads
  const auto result = matcher->matches(*stix::match::ObservationSet::build(objects));
  if (!result.ok()) {  // the budget of MatchLimits ran out: that is no "no"
    std::cerr << result.error().to_string() << '\n';
    return 1;
  }
  std::cout << (result->matched ? "matched by" : "no match");
  for (const std::string& id : result->ids) std::cout << ' ' << id;
  std::cout << '\n';
}
