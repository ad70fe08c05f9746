// Patterns over generated observed-data on one core. One JSON line for each kind of comparison, with its ratio to a
// loop that only looks the same property up and compares its text, and the allocations that a comparison makes; then
// patterns that combine observations.
//   sekisho_bench_match [observations]
#include <algorithm>
#include <cstdlib>
#include <new>

#include "core/json.h"
#include "measure.h"
#include "stix/match/match.h"
#include "stix/pattern/parse.h"

namespace {
std::size_t allocations = 0;
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

using namespace sekisho;
using namespace sekisho::bench;

namespace {

std::string address(std::size_t i) {
  return "10." + std::to_string(i / 65536 % 256) + "." + std::to_string(i / 256 % 256) + "." + std::to_string(i % 256);
}

/// Each observation: a file, two addresses, a connection between them and a domain name.
std::string observation(std::size_t i) {
  const std::string n = std::to_string(i);
  const std::string time = "\"" + format_stix_time(Timestamp{1'600'000'000 + static_cast<std::int64_t>(i), 0}) + "\"";
  return R"({"type":"observed-data","id":"observed-data--)" + n + R"(","created":"2026-01-01T00:00:00.000Z","first_observed":)" +
         time + R"(,"last_observed":)" + time + R"(,"number_observed":1,"objects":{)" +
         R"("0":{"type":"file","hashes":{"MD5":"79054025255fb1a26e4bc422aef54eb4","SHA-256":"bf07a7fbb825fc0aae7bf4a1177b2b31fcf8a3feeaf7092761e18c859ee5)" +
         std::to_string(1000 + i % 9000) + R"("},"size":)" + n + R"(,"name":"report-)" + n + R"(.docx","mime_type":"application/msword"},)" +
         R"("1":{"type":"ipv4-addr","value":")" + address(i) + R"("},"2":{"type":"ipv4-addr","value":"192.0.2.)" + std::to_string(i % 256) +
         R"("},"3":{"type":"network-traffic","src_ref":"1","dst_ref":"2","src_port":443,"dst_port":)" + std::to_string(1024 + i % 60000) +
         R"(,"protocols":["ipv4","tcp","https"]},"4":{"type":"domain-name","value":"host-)" + n + R"(.example.com"}}})";
}

struct Kind {
  const char* name;
  const char* pattern;
  std::size_t per_observation;  ///< objects of the type
};

constexpr Kind kKinds[] = {
    {"equal, text", "[domain-name:value = 'host.example.org']", 1},
    {"equal, hash in a dictionary", "[file:hashes.'SHA-256' = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855']", 1},
    {"greater, integer", "[file:size > 100000000]", 1},
    {"IN, 5 texts", "[domain-name:value IN ('a.example', 'b.example', 'c.example', 'd.example', 'e.example')]", 1},
    {"LIKE", "[file:name LIKE 'invoice-%.doc_']", 1},
    {"MATCHES", "[file:name MATCHES '^invoice-[0-9]+\\\\.docx?$']", 1},
    {"ISSUBSET", "[ipv4-addr:value ISSUBSET '198.51.100.0/24']", 2},
    {"through a reference", "[network-traffic:dst_ref.value = '203.0.113.9']", 1},
    {"any of a list", "[network-traffic:protocols[*] = 'smtp']", 1},
};

stix::match::Matcher matcher_of(const std::string& text) {
  return must(stix::match::Matcher::compile(must(stix::pattern::parse(text))));
}

/// The floor: the same objects, one member looked up and compared, no pattern.
Seconds floor_of(const stix::match::ObservationSet& set, std::size_t rounds, std::size_t& compared) {
  const std::uint32_t type = set.type_number("domain-name");
  std::size_t equal = 0;
  compared = 0;
  const Watch watch;
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < set.end_of(set.size() - 1); ++i) {
      if (set.reached(i).type != type) continue;
      ++compared;
      equal += set.reached(i).value["value"].string_or({}) == "host.example.org";
    }
  }
  const Seconds taken = watch.passed();
  if (equal != 0) std::exit(1);
  return taken;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? static_cast<std::size_t>(std::atol(argv[1])) : 20'000;
  std::string text = "[";
  for (std::size_t i = 0; i < count; ++i) text += (i > 0 ? "," : "") + observation(i);
  const auto document = must(json::Document::parse(text + "]"));
  std::vector<json::Value> objects;
  for (const auto entry : document->root()) objects.push_back(entry.value);
  const Watch building;
  const auto set = must(stix::match::ObservationSet::build(objects));
  const Seconds built = building.passed();
  std::printf("{\"name\":\"observations\",\"count\":%zu,\"objects\":%zu,\"per_processor_second\":%.0f}\n", set.size(),
              set.end_of(set.size() - 1), static_cast<double>(count) / built.processor);
  const std::size_t rounds = std::max<std::size_t>(1, 1'000'000 / count);
  std::size_t compared = 0;
  const Seconds floor = floor_of(set, rounds, compared);
  const double floor_each = floor.processor / static_cast<double>(compared);
  bool good = true;
  for (const Kind& kind : kKinds) {
    const auto matcher = matcher_of(kind.pattern);
    good = !must(matcher.matches(set)).matched && good;
    const std::size_t before = allocations;
    const Watch watch;
    for (std::size_t round = 0; round < rounds; ++round) good = !must(matcher.matches(set)).matched && good;
    const Seconds taken = watch.passed();
    const double comparisons = static_cast<double>(rounds * count * kind.per_observation);
    std::printf("{\"name\":\"%s\",\"comparisons\":%.0f,\"per_processor_second\":%.0f,\"times_the_floor\":%.2f,\"allocations_each\":%.5f}\n",
                kind.name, comparisons, comparisons / taken.processor, taken.processor / comparisons / floor_each,
                static_cast<double>(allocations - before) / comparisons);
  }
  for (const char* pattern : {"[domain-name:value LIKE '%9.example.com'] FOLLOWEDBY [file:size = 5]",
                              "([file:size > 10] AND [file:size < 5]) WITHIN 3 SECONDS",
                              "[file:size > 0] REPEATS 500 TIMES WITHIN 499 SECONDS",
                              "([file:size > 100] FOLLOWEDBY [file:size < 100]) REPEATS 5 TIMES"}) {
    const auto matcher = matcher_of(pattern);
    const Watch watch;
    const auto result = must(matcher.matches(set));
    const Seconds taken = watch.passed();
    std::printf("{\"name\":\"%s\",\"observations\":%zu,\"matched\":%s,\"milliseconds\":%.1f}\n", pattern, set.size(),
                result.matched ? "true" : "false", taken.processor * 1000);
  }
  return good ? 0 : 1;
}
