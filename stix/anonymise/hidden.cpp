#include "stix/anonymise/hidden.h"

#include <algorithm>
#include <utility>

namespace sekisho::stix::anonymise {
namespace {

constexpr std::size_t kShort = 4;  // below it a name counts only as a word of its own

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string folded(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), small);
  return out;
}

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool alone(const std::string& text, std::size_t at, std::size_t size) {
  return (at == 0 || !is_word(text[at - 1])) && (at + size >= text.size() || !is_word(text[at + size]));
}

/// The first place from `from` on where `name` counts.
std::size_t place_of(const std::string& text, const std::string& name, std::size_t from) {
  for (std::size_t at = text.find(name, from); at != std::string::npos; at = text.find(name, at + 1)) {
    if (name.size() >= kShort || alone(text, at, name.size())) return at;
  }
  return std::string::npos;
}

std::string_view trimmed(std::string_view text, std::string_view around) {
  const auto first = text.find_first_not_of(around);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(around) - first + 1);
}

constexpr std::string_view kSpace = " \t\r\n";

}  // namespace

void Hidden::add(std::string_view name) {
  std::string word = folded(trimmed(name, kSpace));
  if (word.empty() || std::find(names_.begin(), names_.end(), word) != names_.end()) return;
  const auto place = std::find_if(names_.begin(), names_.end(), [&](const std::string& one) { return one.size() < word.size(); });
  names_.insert(place, std::move(word));
}

void Hidden::add_contacts(std::string_view text) {
  constexpr std::string_view kAround = ".,;:<>()[]\"'";
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(" \t\r\n,;<>()"), text.size());
    const std::string_view word = trimmed(text.substr(0, end), kAround);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto at = word.find('@');
    if (word.size() < kShort || (at == std::string_view::npos && word.find('.') == std::string_view::npos)) continue;
    add(word);
    if (at != std::string_view::npos && word.size() - at > kShort) add(word.substr(at + 1));
  }
}

bool Hidden::in(std::string_view text) const {
  const std::string low = folded(text);
  return std::any_of(names_.begin(), names_.end(), [&](const std::string& name) { return place_of(low, name, 0) != std::string::npos; });
}

std::string Hidden::masked(std::string_view text) const {
  std::string out(text);
  for (const std::string& name : names_) {
    const std::string low = folded(out);
    std::string next;
    std::size_t done = 0;
    for (std::size_t at = place_of(low, name, 0); at != std::string::npos; at = place_of(low, name, done)) {
      next.append(out, done, at - done).append(kMask);
      done = at + name.size();
    }
    if (done == 0) continue;
    out = next.append(out, done);
  }
  return out;
}

}  // namespace sekisho::stix::anonymise
