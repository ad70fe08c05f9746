// A pattern over fixed observations: an answer or an error within its budget, the same again, and the observations
// that it names make a match by themselves.
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "stix/match/match.h"
#include "stix/pattern/parse.h"
#include "tests/fuzz/require.h"

using namespace sekisho;
using fuzz::require;

namespace {

constexpr const char* kObservations = R"([
{"type":"observed-data","id":"a","first_observed":"2020-01-01T00:00:00Z","last_observed":"2020-01-01T00:00:00Z","number_observed":2,
 "objects":{"0":{"type":"file","name":"a.exe","size":5,"hashes":{"MD5":"ab"},"x_hex":"00ff"},"1":{"type":"directory","path":"C:\\x","contains_refs":["0","1"]}}},
{"type":"observed-data","id":"b","first_observed":"2020-01-01T00:00:01Z","last_observed":"2020-01-01T00:00:09Z","number_observed":1,
 "objects":{"0":{"type":"ipv4-addr","value":"198.51.100.3"},"1":{"type":"network-traffic","dst_ref":"0","src_ref":"1","protocols":["tcp"]}}},
{"type":"observed-data","id":"c","first_observed":"2020-01-01T00:00:05Z","last_observed":"2020-01-01T00:00:05Z",
 "objects":{"0":{"type":"file","name":"e\u0301","size":1.5,"when":"2020-01-01T00:00:05Z"}}},
{"type":"observed-data","id":"d","objects":{"0":{"type":"file","name":null,"size":7}}}])";

struct Fixed {
  std::unique_ptr<const json::Document> document = json::Document::parse(kObservations).value();
  std::vector<json::Value> objects;
  Fixed() {
    for (const auto entry : document->root()) objects.push_back(entry.value);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Fixed fixed;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto pattern = stix::pattern::parse(text, stix::pattern::Language::kEither);
  if (!pattern.ok()) return 0;
  const auto matcher = stix::match::Matcher::compile(pattern.value());
  if (!matcher.ok()) return 0;
  const stix::match::MatchLimits limits{1'000'000, 1'000'000};
  const auto all = stix::match::ObservationSet::build(fixed.objects);
  const auto result = matcher.value().matches(all.value(), limits);
  if (!result.ok()) {
    require(result.error().code == Code::kLimitExceeded, "data never make a match fail");
    return 0;
  }
  const auto again = matcher.value().matches(all.value(), limits);
  require(again.ok() && again.value().positions == result.value().positions, "the same input gives the same match");
  require(result.value().matched != result.value().positions.empty(), "a match names observations");
  if (!result.value().matched) return 0;
  std::vector<json::Value> named;
  for (const std::size_t position : result.value().positions) named.push_back(fixed.objects[position]);
  const auto part = stix::match::ObservationSet::build(named);
  const auto alone = matcher.value().matches(part.value(), limits);
  require(alone.ok() && alone.value().matched, "what is named makes a match by itself");
  return 0;
}
