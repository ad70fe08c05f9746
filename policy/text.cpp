#include "policy/text.h"

#include <algorithm>

#include "core/toml.h"

namespace sekisho::policy {
namespace {

/// Levenshtein distance.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

bool lists(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool any_or_lists(const std::vector<std::string>& words, std::string_view word) {
  return words.empty() || lists(words, word);
}

std::string quoted(std::string_view word) { return '"' + std::string(word) + '"'; }

std::string shown(std::string_view word) {
  constexpr std::size_t kMost = 100;
  if (word.size() <= kMost) return toml_quoted(word);
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(word[end]) & 0xc0) == 0x80) --end;
  return toml_quoted(std::string(word.substr(0, end)) + "…");
}

std::string either_of(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

std::string nearest(std::string_view word, const std::vector<std::string>& words) {
  if (word.size() > 64) return {};
  std::string best;
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : words) {
    if (candidate.size() > 64) continue;
    const std::size_t distance = edits(word, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& words) {
  const std::string near = nearest(word, words);
  if (!near.empty()) return "; did you mean " + quoted(near) + "?";
  if (words.empty() || words.size() > 20) return {};
  std::vector<std::string> choices;
  for (const std::string& candidate : words) choices.push_back(quoted(candidate));
  return "; write " + either_of(choices);
}

}  // namespace sekisho::policy
