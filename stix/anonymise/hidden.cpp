#include "stix/anonymise/hidden.h"

#include <algorithm>
#include <utility>

#include "stix/folded.h"

namespace sekisho::stix::anonymise {
namespace {

constexpr std::size_t kShort = 4;  // below it a name counts only as a word of its own

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool alone(const std::string& text, std::size_t at, std::size_t size) {
  return (at == 0 || !is_word(text[at - 1])) && (at + size >= text.size() || !is_word(text[at + size]));
}

std::string_view trimmed(std::string_view text, std::string_view around) {
  const auto first = text.find_first_not_of(around);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(around) - first + 1);
}

}  // namespace

void Hidden::add(std::string_view name) {
  std::string word = folded_name(name);
  if (word.empty() || !known_.insert(word).second) return;
  std::uint32_t node = 0;
  for (const char letter : word) node = grow(node, letter);
  tree_[node].size = static_cast<std::uint32_t>(word.size());
  by_size_[word.size()].push_back(std::move(word));
  linked_ = false;
}

std::vector<std::string> Hidden::names() const {
  std::vector<std::string> out;
  for (const auto& [size, words] : by_size_) out.insert(out.end(), words.begin(), words.end());
  return out;
}

std::uint32_t Hidden::child(std::uint32_t node, char letter) const {
  std::uint32_t at = tree_[node].child;
  while (at != 0 && tree_[at].letter != letter) at = tree_[at].sibling;
  return at;
}

std::uint32_t Hidden::grow(std::uint32_t node, char letter) {
  if (const std::uint32_t held = child(node, letter); held != 0) return held;
  const auto made = static_cast<std::uint32_t>(tree_.size());
  Node fresh;
  fresh.letter = letter;
  fresh.sibling = std::exchange(tree_[node].child, made);
  tree_.push_back(fresh);
  return made;
}

std::uint32_t Hidden::next(std::uint32_t node, char letter) const {
  while (true) {
    const std::uint32_t below = child(node, letter);
    if (below != 0 || node == 0) return below;
    node = tree_[node].fail;
  }
}

void Hidden::link() const {
  if (std::exchange(linked_, true)) return;
  std::vector<std::uint32_t> order{0};  // each behind what is nearer to the root
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::uint32_t at = tree_[order[i]].child; at != 0; at = tree_[at].sibling) {
      order.push_back(at);
      Node& own = tree_[at];
      own.fail = order[i] == 0 ? 0 : next(tree_[order[i]].fail, own.letter);
      own.name = own.size != 0 ? at : tree_[own.fail].name;
      own.brief = own.size != 0 && own.size < kShort ? at : tree_[own.fail].brief;
    }
  }
}

void Hidden::each(const std::string& low, Which which, const std::function<bool(Span)>& found) const {
  link();
  std::uint32_t node = 0;
  for (std::size_t i = 0; i < low.size(); ++i) {
    node = next(node, low[i]);
    const std::size_t longest = tree_[tree_[node].name].size;
    if (which != Which::kBrief && longest >= kShort) {
      if (!found({i + 1 - longest, i + 1})) return;
      continue;
    }
    if (which == Which::kLong) continue;
    for (std::uint32_t name = tree_[node].brief; name != 0; name = tree_[tree_[name].fail].brief) {  // as many as kShort
      const std::size_t size = tree_[name].size;
      if (!alone(low, i + 1 - size, size)) continue;
      if (!found({i + 1 - size, i + 1})) return;
      break;
    }
  }
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
  bool any = false;
  const Folded folded(text);
  each(folded.text(), Which::kAny, [&](Span span) {
    any = folded.is_end(span.second);
    return !any;
  });
  return any;
}

// A mask ends a word, so it may leave a short name alone.
std::string Hidden::masked(std::string_view text) const {
  const Folded folded(text);
  std::string low = folded.text();
  std::vector<Span> spans;
  const auto cover = [&](Span span) {
    if (!folded.is_end(span.second)) return true;
    while (!spans.empty() && spans.back().second > span.first) {
      span.first = std::min(span.first, spans.back().first);
      spans.pop_back();
    }
    spans.push_back(span);
    return true;
  };
  each(low, Which::kLong, cover);
  for (const auto& [from, to] : spans) std::fill(low.begin() + static_cast<std::ptrdiff_t>(from), low.begin() + static_cast<std::ptrdiff_t>(to), '\0');
  std::vector<Span> covered = std::exchange(spans, {});
  each(low, Which::kBrief, cover);
  covered.insert(covered.end(), spans.begin(), spans.end());
  std::sort(covered.begin(), covered.end());
  std::string out;
  std::size_t done = 0;
  for (const Span& span : covered) {
    const auto [from, to] = folded.origin(span.first, span.second);
    if (to <= done) continue;  // a name of what a mask was put over
    if (from < done) {  // in a letter that a name before it ends in
      done = to;
      continue;
    }
    out.append(text.substr(done, from - done)).append(kMask);
    done = to;
  }
  return out.append(text.substr(done));
}

}  // namespace sekisho::stix::anonymise
