// The proof that nothing shows through: worlds by seed, and each seeded leak on request.
//   noninterference --directed [--only NAME] [--leak NAME]
//   noninterference --integrity [--worlds N] [--seed S] [--keep-going] [--shrink] [--no-hostile] [--no-depth]
//   noninterference [--worlds N] [--seed S] [--keep-going] [--shrink] [--no-hostile] [--all] [--leak NAME | --every-leak]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "directed.h"
#include "integrity.h"
#include "leaks/leak.h"
#include "pair.h"
#include "shrink.h"

namespace sekisho::noninterference {
namespace {

constexpr std::size_t kShrinkPlays = 1500;

struct Options {
  std::uint64_t worlds = 400, seed = 1;
  bool shrink = false, keep_going = false, no_twins = false, no_moves = false, no_dates = false, no_redaction = false, no_hostile = false, no_depth = false, all = false;
  std::string leak;
  bool every_leak = false;
  bool directed = false, integrity = false;
  std::string only;  ///< the directed scenario of this name, or leaks that begin so
  std::set<std::uint64_t> open;  ///< worlds that are known to differ: docs/security/noninterference.md
};

int usage() {
  std::fprintf(stderr, "usage: noninterference [--worlds N] [--seed S] [--keep-going] [--shrink] [--no-hostile] [--all] [--open SEED]... [--leak NAME | --every-leak]\n");
  return 2;
}

bool parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    const auto value = [&]() -> std::string { return i + 1 < argc ? argv[++i] : ""; };
    if (name == "--worlds") options.worlds = std::strtoull(value().c_str(), nullptr, 10);
    else if (name == "--seed") options.seed = std::strtoull(value().c_str(), nullptr, 10);
    else if (name == "--keep-going") options.keep_going = true;
    else if (name == "--shrink") options.shrink = true;
    else if (name == "--no-twins") options.no_twins = true;
    else if (name == "--no-moves") options.no_moves = true;
    else if (name == "--no-dates") options.no_dates = true;
    else if (name == "--no-redaction") options.no_redaction = true;
    else if (name == "--no-hostile") options.no_hostile = true;
    else if (name == "--no-depth") options.no_depth = true;
    else if (name == "--all") options.all = true;
    else if (name == "--leak") options.leak = value();
    else if (name == "--open") options.open.insert(std::strtoull(value().c_str(), nullptr, 10));
    else if (name == "--directed") options.directed = true;
    else if (name == "--integrity") options.integrity = true;
    else if (name == "--only") options.only = value();
    else if (name == "--every-leak") options.every_leak = true;
    else return false;
  }
  return options.worlds > 0;
}

Features features_of(const Options& options) { return {!options.no_twins, !options.no_moves, !options.no_dates, options.all, true, true, !options.no_redaction, !options.no_hostile}; }

/// Whether it is not the leak that shows.
bool differs_anyway(const Scenario& scenario) {
  const std::string on = leak_on();
  switch_leak("");
  Coverage ignored;
  const bool differs = play(scenario, ignored).has_value();
  switch_leak(on);
  return differs;
}

/// Worlds until one differs; 0 = none did.
std::uint64_t worlds_needed(const Options& options, Coverage& coverage, bool tell) {
  for (std::uint64_t n = 0; n < options.worlds; ++n) {
    switch_leak("");  // the oracle judges without it
    const Scenario scenario = make_scenario(options.seed + n, features_of(options));
    switch_leak(options.leak);
    const auto found = play(scenario, coverage);
    if (options.open.count(options.seed + n) != 0) {
      std::printf("seed %llu: %s\n", static_cast<unsigned long long>(options.seed + n),
                  found ? "differs, known and open" : "no longer differs; take it out of the list");
      coverage.differences += found ? 0 : 1;
      continue;
    }
    if (!found || (!options.leak.empty() && differs_anyway(scenario))) continue;
    ++coverage.differences;
    if (tell) std::printf("seed %llu: %s\n", static_cast<unsigned long long>(options.seed + n), found->text().c_str());
    std::fflush(stdout);
    if (tell && options.shrink) {
      const Scenario small = shrink(scenario, kShrinkPlays);
      Coverage ignored;
      std::string diary;
      const auto again = play(small, ignored, &diary);
      std::printf("made small:\n%s\nwhat they read:\n%s\n%s\n", script_of(small).c_str(), diary.c_str(), again ? again->text().c_str() : "");
    }
    if (!options.keep_going) return n + 1;
  }
  return 0;
}

/// Guards of the gate: what goes wrong without them is the same in both nodes, so other judges find it.
constexpr std::string_view kGate = "gate-";

/// The scenarios that hold with every leak switched off.
const std::vector<Directed>& sound_scenarios() {
  static const std::vector<Directed> kSound = [] {
    switch_leak("");
    std::vector<Directed> sound;
    for (const Directed& one : directed()) {
      if (one.run().empty()) sound.push_back(one);
    }
    return sound;
  }();
  return kSound;
}

std::string by_scenarios(const std::string& leak) {
  for (const Directed& one : sound_scenarios()) {
    switch_leak(leak);
    if (!one.run().empty()) return one.name;
  }
  return "";
}

std::string by_integrity(const std::string& leak, std::uint64_t worlds, std::uint64_t seed) {
  for (const bool hostile : {false, true}) {
    for (std::uint64_t n = 0; n < worlds; ++n) {
      switch_leak(leak);
      if (!integrity_fails(seed + n, {hostile, hostile})) continue;
      switch_leak("");
      if (!integrity_fails(seed + n, {hostile, hostile})) return std::to_string(n + 1) + " worlds of integrity";
    }
  }
  return "";
}

std::string by_pairs(Options options, const std::string& leak, std::uint64_t at_most) {
  options.leak = leak;
  options.worlds = std::min(options.worlds, at_most);
  Coverage coverage;
  const std::uint64_t needed = worlds_needed(options, coverage, false);
  return needed == 0 ? "" : std::to_string(needed) + (needed == 1 ? " pair" : " pairs");
}

/// Which of the three judges finds a leak; the one that it is made for and what costs least first. Empty: none.
std::string found_by(const Options& options, const std::string& leak) {
  constexpr std::uint64_t kFew = 5, kOfIntegrity = 40;
  std::string by = leak.starts_with(kGate) ? "" : by_pairs(options, leak, kFew);
  if (by.empty()) by = by_scenarios(leak);
  if (by.empty()) by = by_integrity(leak, std::min(options.worlds, kOfIntegrity), options.seed);
  if (by.empty()) by = by_pairs(options, leak, options.worlds);
  return by;
}

int every_leak(const Options& options) {
  int missed = 0, tried = 0;
  const auto start = std::chrono::steady_clock::now();
  for (const std::string& name : leak_names()) {
    if (!options.only.empty() && !name.starts_with(options.only)) continue;
    const std::string by = found_by(options, name);
    std::printf("%-34s %s\n", name.c_str(), by.empty() ? "NOT FOUND" : by.c_str());
    std::fflush(stdout);
    ++tried;
    missed += by.empty() ? 1 : 0;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%d leaks, %d not found within %llu worlds; %.0f s\n", tried, missed, static_cast<unsigned long long>(options.worlds), seconds);
  return missed == 0 ? 0 : 1;
}

int run(const Options& options) {
  const auto start = std::chrono::steady_clock::now();
  Coverage coverage;
  worlds_needed(options, coverage, true);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%s%zu worlds, %zu requests compared, %zu differ; %.1f s, %.1f worlds/s\n", coverage.text().c_str(),
              coverage.worlds, coverage.requests, coverage.differences, seconds, static_cast<double>(coverage.worlds) / seconds);
  return coverage.differences == 0 ? 0 : 1;
}

}  // namespace
}  // namespace sekisho::noninterference

int main(int argc, char** argv) {
  sekisho::noninterference::Options options;
  if (!sekisho::noninterference::parse(argc, argv, options)) return sekisho::noninterference::usage();
  if (options.directed) sekisho::noninterference::switch_leak(options.leak);
  if (options.directed) return sekisho::noninterference::run_directed(options.only) == 0 ? 0 : 1;
  if (options.integrity) return sekisho::noninterference::run_integrity(options.seed, options.worlds, {!options.no_hostile, !options.no_depth}, options.keep_going, options.shrink) == 0 ? 0 : 1;
  return options.every_leak ? sekisho::noninterference::every_leak(options) : sekisho::noninterference::run(options);
}
