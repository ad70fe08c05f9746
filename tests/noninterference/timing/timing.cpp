// What the time of an answer tells: requests for what is there but hidden, and for what is not there at all, in
// random turns over a real node's TLS socket on loopback. A report, not a test.
//   noninterference_timing [REQUESTS_OF_EACH]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "statistics.h"
#include "rng.h"
#include "tests/e2e/harness.h"

namespace sekisho::noninterference {
namespace {

constexpr int kVisible = 500, kHidden = 500;   // indicators
constexpr int kHiddenFrom = 10'001, kUnknownFrom = 20'001;
constexpr std::size_t kWarming = 500;
const std::string kIn = "/exchange/collections/weekly/objects/";

struct Question {
  std::string name;
  std::function<std::string(Rng&)> hidden, unknown;
};

std::string any(Rng& rng, int from) { return e2e::indicator_id(from + static_cast<int>(rng.below(kHidden))); }

std::vector<Question> questions() {
  const auto by = [](const std::string& before, const std::string& after) {
    return [=](int from) { return [=](Rng& rng) { return before + any(rng, from) + after; }; };
  };
  const auto object = by(kIn, "/"), versions = by(kIn, "/versions/"), match = by(kIn + "?match[id]=", "");
  const auto fixed = [](const std::string& target) { return [target](Rng&) { return target; }; };
  return {{"object", object(kHiddenFrom), object(kUnknownFrom)},
          {"versions", versions(kHiddenFrom), versions(kUnknownFrom)},
          {"match[id]", match(kHiddenFrom), match(kUnknownFrom)},
          {"collection", fixed("/exchange/collections/secret/objects/"), fixed("/exchange/collections/nobody/objects/")}};
}

double micros(e2e::Caller& caller, const std::string& target, std::string& answer) {
  const auto start = std::chrono::steady_clock::now();
  const auto response = caller.get(target);
  const auto took = std::chrono::steady_clock::now() - start;
  answer = std::to_string(response.status) + e2e::body_of(response);
  return std::chrono::duration<double, std::micro>(took).count();
}

void ask(e2e::Caller& caller, const Question& question, std::size_t count, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<double> hidden, unknown;
  std::string first, answer;
  for (std::size_t i = 0; i < kWarming; ++i) micros(caller, question.hidden(rng), first);
  while (hidden.size() < count || unknown.size() < count) {
    const bool is_hidden = unknown.size() >= count || (hidden.size() < count && rng.chance(50));
    const double took = micros(caller, (is_hidden ? question.hidden : question.unknown)(rng), answer);
    if (answer != first) {
      std::fprintf(stderr, "%s: the answers differ: %s | %s\n", question.name.c_str(), first.c_str(), answer.c_str());
      std::exit(1);
    }
    (is_hidden ? hidden : unknown).push_back(took);
  }
  const Comparison c = compare(unknown, hidden, seed);
  std::printf("| %-10s | %zu + %zu | %.1f | %.1f | %+.2f (%+.2f to %+.2f) | %.4f | %+.1f | %.4f | %.3g |\n", question.name.c_str(),
              unknown.size(), hidden.size(), c.median_one, c.median_other, c.difference, c.low, c.high, c.above, c.z, c.distance, c.ks_p);
  std::fflush(stdout);
}

int run(std::size_t count) {
  const e2e::Folder folder;
  e2e::Node node(folder / "node", "Some ISAC");
  node.must({"collection", "add", "weekly"});
  node.must({"collection", "add", "secret"});
  node.must({"party", "add", "alice", "--kind", "member", "--read", "weekly"});
  const std::string alice = "Bearer " + node.token("alice");
  node.must({"import", "--collection", "weekly", e2e::indicator_file(folder / "a.json", 1, kVisible, e2e::Tlp::kGreen)});
  node.must({"import", "--collection", "weekly", e2e::indicator_file(folder / "b.json", kHiddenFrom, kHidden, e2e::Tlp::kRed)});
  node.must({"import", "--collection", "secret", e2e::indicator_file(folder / "c.json", 30'001, kHidden, e2e::Tlp::kGreen)});
  node.start();
  e2e::Caller caller(node, alice);
  std::printf("microseconds; hidden minus unknown\n"
              "| question | requests | median unknown | median hidden | difference (95 %%) | P(hidden slower) | z | KS distance | KS p |\n"
              "|---|---|---|---|---|---|---|---|---|\n");
  std::uint64_t seed = 1;
  for (const Question& question : questions()) ask(caller, question, count, seed++);
  // The same question twice: what the machine itself makes of nothing.
  Question nothing = questions().front();
  nothing.name = "(nothing)";
  nothing.hidden = nothing.unknown;
  ask(caller, nothing, count, seed);
  return 0;
}

}  // namespace
}  // namespace sekisho::noninterference

int main(int argc, char** argv) {
  const long count = argc > 1 ? std::strtol(argv[1], nullptr, 10) : 20'000;
  if (argc > 2 || count < 100) {
    std::fprintf(stderr, "usage: noninterference_timing [REQUESTS_OF_EACH, at least 100]\n");
    return 2;
  }
  return sekisho::noninterference::run(static_cast<std::size_t>(count));
}
