// STIX patterns per second on one core, over a fixed mix of the kinds that feeds hold: of ten patterns four are
// one hash, two a URL or domain, two several comparisons, one a set and one two observations with qualifiers.
// The reference is nlohmann/json parsing the same texts as JSON strings. JSON lines.
//   sekisho_bench_pattern [patterns]
#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "measure.h"
#include "stix/pattern/check.h"
#include "stix/pattern/normal.h"
#include "stix/pattern/parse.h"
#include "stix/pattern/print.h"

using namespace sekisho;
using namespace sekisho::bench;
namespace pattern = sekisho::stix::pattern;

namespace {

constexpr std::size_t kDistinct = 10'000;

/// A fixed sequence, the same on every machine.
class Sequence {
 public:
  std::uint64_t next() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return state_ >> 33;
  }
  std::string hex(std::size_t digits) {
    std::string out;
    for (std::size_t i = 0; i < digits; ++i) out += "0123456789abcdef"[next() % 16];
    return out;
  }
  std::string word(std::size_t letters) {
    std::string out;
    for (std::size_t i = 0; i < letters; ++i) out += static_cast<char>('a' + next() % 26);
    return out;
  }
  std::string address() {
    return std::to_string(next() % 223 + 1) + "." + std::to_string(next() % 256) + "." + std::to_string(next() % 256) + "." +
           std::to_string(next() % 256);
  }

 private:
  std::uint64_t state_ = 20261122;
};

std::string make(Sequence& random, std::size_t kind) {
  switch (kind) {
    case 0:
    case 1: return "[file:hashes.'SHA-256' = '" + random.hex(64) + "']";
    case 2:
    case 3: return "[file:hashes.MD5 = '" + random.hex(32) + "']";
    case 4: return "[url:value = 'http://" + random.word(12) + ".example/" + random.word(8) + "?id=" + random.hex(6) + "']";
    case 5: return "[domain-name:value = '" + random.word(14) + ".example']";
    case 6:
      return "[file:hashes.'SHA-256' = '" + random.hex(64) + "' OR file:hashes.'SHA-1' = '" + random.hex(40) + "' OR file:hashes.MD5 = '" +
             random.hex(32) + "']";
    case 7:
      return "[file:name = '" + random.word(8) + ".exe' AND file:size > " + std::to_string(random.next() % 1'000'000) +
             " AND file:parent_directory_ref.path LIKE 'C:\\\\Users\\\\%']";
    case 8: return "[ipv4-addr:value IN ('" + random.address() + "', '" + random.address() + "', '" + random.address() + "')]";
    default:
      return "([network-traffic:dst_ref.value ISSUBSET '" + random.address() + "/24' AND network-traffic:dst_port = 443] FOLLOWEDBY [process:command_line MATCHES '^" +
             random.word(6) + "\\\\s+-q']) WITHIN 300 SECONDS START t'2026-01-01T00:00:00Z' STOP t'2026-12-31T00:00:00Z'";
  }
}

template <typename Work>
Seconds timed(const std::vector<std::string>& texts, std::size_t count, std::size_t& sum, Work work) {
  const Watch watch;
  for (std::size_t i = 0; i < count; ++i) sum += work(texts[i % texts.size()]);
  return watch.passed();
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? static_cast<std::size_t>(std::atol(argv[1])) : 1'000'000;
  Sequence random;
  std::vector<std::string> texts, quoted;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < kDistinct; ++i) {
    texts.push_back(make(random, i % 10));
    quoted.push_back(nlohmann::json(texts.back()).dump());
    bytes += texts.back().size();
    must(pattern::parse(texts.back()));
  }
  std::size_t sum = 0;
  const Seconds reference = timed(quoted, count, sum, [](const std::string& text) {
    return nlohmann::json::parse(text).get_ref<const std::string&>().size();
  });
  std::printf("{\"name\":\"json reference\",\"count\":%zu,\"mean_bytes\":%zu,\"per_processor_second\":%.0f}\n", count, bytes / kDistinct,
              static_cast<double>(count) / reference.processor);
  print("pattern parse", count, timed(texts, count, sum, [](const std::string& text) {
          return pattern::parse(text)->root.operands.size();
        }), reference);
  print("pattern parse and check", count, timed(texts, count, sum, [](const std::string& text) {
          return pattern::inspect(text).findings.size();
        }), reference);
  std::vector<pattern::Pattern> trees;
  for (const std::string& text : texts) trees.push_back(must(pattern::parse(text)));
  const Watch printing;
  for (std::size_t i = 0; i < count; ++i) sum += pattern::print(trees[i % kDistinct]).size();
  print("pattern print", count, printing.passed(), reference);
  const Watch normalising;
  for (std::size_t i = 0; i < count; ++i) sum += pattern::normal_text(trees[i % kDistinct])->size();
  print("pattern normal form", count, normalising.passed(), reference);
  std::printf("{\"name\":\"sum\",\"value\":%zu}\n", sum);  // so that no work is left out
  return 0;
}
