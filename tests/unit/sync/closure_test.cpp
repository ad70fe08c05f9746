// The greatest set in which every reference holds.
#include "sync/closure.h"

#include <set>

#include "tests/support/doctest.h"
#include "tests/support/property.h"

namespace sekisho::sync {
namespace {

const auto kNone = [](std::string_view) { return false; };

std::vector<std::string> close(const std::vector<ClosureCandidate>& all,
                               const std::function<bool(std::string_view)>& available) {
  std::vector<const ClosureCandidate*> candidates;
  for (const ClosureCandidate& one : all) candidates.push_back(&one);
  return close_references(candidates, available);
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
}

}  // namespace
}  // namespace sekisho::sync
