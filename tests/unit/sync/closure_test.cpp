// The greatest set in which every reference holds.
#include "sync/release/plan/closure.h"

#include <algorithm>
#include <map>
#include <set>

#include "tests/support/doctest.h"
#include "tests/support/property.h"

namespace sekisho::sync {
namespace {

const auto kNone = [](std::string_view) { return false; };

std::vector<Closed> close_nodes(const std::vector<ClosureCandidate>& all, const std::vector<ClosureNode>& kinds,
                                const std::function<Reads(std::string_view)>& available) {
  std::vector<ClosureNode> nodes = kinds;
  for (std::size_t i = 0; i < all.size(); ++i) nodes[i].names = &all[i];
  return close_references(nodes, available);
}

/// All as they are; the reference that each lacks.
std::vector<std::string> close(const std::vector<ClosureCandidate>& all,
                               const std::function<bool(std::string_view)>& available) {
  std::vector<std::string> missing;
  for (auto& closed : close_nodes(all, std::vector<ClosureNode>(all.size()), [&](std::string_view id) {
         return available(id) ? Reads::kOriginal : Reads::kNothing;
       })) {
    CHECK((closed.as == Reads::kNothing) == !closed.missing.empty());
    missing.push_back(std::move(closed.missing));
  }
  return missing;
}

/// What every candidate comes to, by sinking whatever is too high until nothing changes.
std::vector<Reads> oracle_of(const std::vector<ClosureCandidate>& all, const std::vector<ClosureNode>& kinds,
                             const std::map<std::string, Reads>& available) {
  std::vector<Reads> as;
  for (const ClosureNode& kind : kinds) as.push_back(kind.redacted ? Reads::kRendition : Reads::kOriginal);
  bool changed = true;
  while (changed) {
    changed = false;
    std::map<std::string, Reads> best = available;
    for (std::size_t i = 0; i < all.size(); ++i) {
      best[all[i].id] = std::max(best[all[i].id], as[i]);
      if (as[i] != Reads::kNothing && !kinds[i].stands_for.empty()) {
        auto& other = best[std::string(kinds[i].stands_for)];
        other = std::max(other, Reads::kRendition);
      }
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (const auto& reference : all[i].references) {
        const Reads there = best[reference];
        Reads to = as[i];
        if (there == Reads::kNothing && !kinds[i].strips) to = Reads::kNothing;
        if (there == Reads::kRendition) to = kinds[i].rigid ? Reads::kNothing : std::min(to, Reads::kRendition);
        if (to < as[i]) {
          as[i] = to;
          changed = true;
        }
      }
    }
  }
  return as;
}

/// Removes whatever has a broken reference until nothing changes.
std::vector<bool> oracle(const std::vector<ClosureCandidate>& all, const std::set<std::string>& available) {
  std::vector<bool> alive(all.size(), true);
  bool changed = true;
  while (changed) {
    changed = false;
    std::set<std::string> readable = available;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (alive[i]) readable.insert(all[i].id);
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (const auto& reference : all[i].references) {
        if (alive[i] && readable.count(reference) == 0) {
          alive[i] = false;
          changed = true;
        }
      }
    }
  }
  return alive;
}

TEST_SUITE("unit") {
  TEST_CASE("cycles pass, also of one") {
    CHECK(close({{"a", {"b"}}, {"b", {"c"}}, {"c", {"a"}}, {"d", {"d"}}}, kNone) ==
          std::vector<std::string>{"", "", "", ""});
  }
  TEST_CASE("a chain dies from its end, and each says what it lacks") {
    CHECK(close({{"a", {"b"}}, {"b", {"c"}}, {"c", {"x"}}, {"d", {}}}, kNone) ==
          std::vector<std::string>{"b", "c", "x", ""});
  }
  TEST_CASE("a cycle with one foot outside dies whole") {
    const auto missing = close({{"a", {"b"}}, {"b", {"a", "x"}}}, kNone);
    CHECK(missing == std::vector<std::string>{"b", "x"});
  }
  TEST_CASE("what is readable already carries") {
    const auto available = [](std::string_view id) { return id == "x"; };
    CHECK(close({{"a", {"x"}}, {"b", {"y"}}}, available) == std::vector<std::string>{"", "y"});
  }
  TEST_CASE("another version of the same id keeps a reference alive") {
    CHECK(close({{"a", {"x"}}, {"a", {}}, {"b", {"a"}}}, kNone) == std::vector<std::string>{"x", "", ""});
  }
  TEST_CASE("who names what is only there as a rendition goes as one, and so on; what is never edited does not go") {
    const auto closed = close_nodes({{"a", {}}, {"b", {"a"}}, {"c", {"b"}}, {"d", {"c"}}, {"e", {"d"}}},
                                    {{nullptr, true}, {}, {}, {nullptr, false, true}, {}},
                                    [](std::string_view) { return Reads::kNothing; });
    CHECK(closed[0].as == Reads::kRendition);
    CHECK(closed[1].as == Reads::kRendition);
    CHECK(closed[2].as == Reads::kRendition);
    CHECK(closed[3].missing == "c");
    CHECK(closed[4].missing == "d");
  }
  TEST_CASE("what strips lives without, and what stands for another gives it while it lives") {
    const auto closed = close_nodes({{"a", {"x"}}, {"r", {"y"}}, {"b", {"o"}}, {"s", {}}, {"c", {"p"}}},
                                    {{nullptr, true, false, true}, {nullptr, false, true, false, "o"}, {}, {nullptr, false, true, false, "p"}, {}},
                                    [](std::string_view) { return Reads::kNothing; });
    CHECK(closed[0].as == Reads::kRendition);
    CHECK(closed[1].as == Reads::kNothing);
    CHECK(closed[2].missing == "o");
    CHECK(closed[4].as == Reads::kRendition);
  }
  TEST_CASE("nothing in, nothing out") { CHECK(close({}, kNone).empty()); }
}

TEST_SUITE("property") {
  TEST_CASE("equals the brute-force greatest fixed point") {
    PROPERTY("closure", [](const std::vector<std::pair<unsigned char, std::vector<unsigned char>>>& graph,
                           const std::vector<unsigned char>& readable, const bool dense) {
      const unsigned names = dense ? 6 : 20;
      const auto name = [names](unsigned char c) { return std::string(1, static_cast<char>('a' + c % names)); };
      std::vector<ClosureCandidate> all;
      for (const auto& [id, references] : graph) {
        ClosureCandidate one{name(id), {}};
        for (std::size_t i = 0; i < references.size() && i < 3; ++i) one.references.push_back(name(references[i]));
        all.push_back(std::move(one));
      }
      std::set<std::string> available;
      for (std::size_t i = 0; i < readable.size() && i < 3; ++i) available.insert(name(readable[i]));
      const auto wanted = oracle(all, available);
      const auto got = close(all, [&](std::string_view id) { return available.count(std::string(id)) != 0; });
      RC_ASSERT(got.size() == all.size());
      for (std::size_t i = 0; i < all.size(); ++i) {
        RC_ASSERT(got[i].empty() == wanted[i]);
        const auto& mine = all[i].references;
        if (!got[i].empty()) RC_ASSERT(std::find(mine.begin(), mine.end(), got[i]) != mine.end());
      }
    });
  }

  TEST_CASE("equals the brute force with renditions") {
    PROPERTY("closure of kinds", [](const std::vector<std::pair<unsigned char, std::vector<unsigned char>>>& graph,
                                    const std::vector<unsigned char>& bits, const std::vector<unsigned char>& readable) {
      const auto name = [](unsigned char c) { return std::string(1, static_cast<char>('a' + c % 8)); };
      const std::vector<std::string> names{"a", "b", "c", "d", "e", "f", "g", "h"};
      std::vector<ClosureCandidate> all;
      std::vector<ClosureNode> kinds;
      for (std::size_t i = 0; i < graph.size(); ++i) {
        ClosureCandidate one{name(graph[i].first), {}};
        for (std::size_t r = 0; r < graph[i].second.size() && r < 3; ++r) one.references.push_back(name(graph[i].second[r]));
        const unsigned kind = i < bits.size() ? bits[i] : 0U;
        ClosureNode node;
        node.redacted = (kind & 1U) != 0;
        node.rigid = !node.redacted && (kind & 2U) != 0;
        node.strips = node.redacted && (kind & 4U) != 0;
        if ((kind & 24U) == 24U) node.stands_for = names[kind >> 5U];
        all.push_back(std::move(one));
        kinds.push_back(node);
      }
      std::map<std::string, Reads> available;
      for (std::size_t i = 0; i < readable.size() && i < 4; ++i) {
        available[name(readable[i])] = (readable[i] & 64U) != 0 ? Reads::kOriginal : Reads::kRendition;
      }
      const auto wanted = oracle_of(all, kinds, available);
      const auto got = close_nodes(all, kinds, [&](std::string_view id) {
        const auto found = available.find(std::string(id));
        return found == available.end() ? Reads::kNothing : found->second;
      });
      for (std::size_t i = 0; i < all.size(); ++i) RC_ASSERT(got[i].as == wanted[i]);
    });
  }
}

}  // namespace
}  // namespace sekisho::sync
