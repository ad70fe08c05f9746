#include "core/json_split.h"

#include <string>

#include "core/json_scan.h"

namespace sekisho::json {
namespace {

/// Walks over a text by its brackets, strings and separators; says false where it cannot follow.
class Cutter {
 public:
  Cutter(std::string_view text, std::string_view list, std::size_t max_elements)
      : at_(text.data()), end_(text.data() + text.size()), list_(list), max_elements_(max_elements) {}

  const char* opened = nullptr;  ///< the list's '[' …
  const char* closed = nullptr;  ///< … and the byte behind its ']'
  std::vector<std::string_view> elements;
  bool too_many = false;

  /// Finds the list among the members of the object and cuts it.
  bool cut() {
    if (!take('{')) return false;
    do {
      skip_space();
      const char* name = at_;
      if (!skip_string()) return false;
      const std::string_view key(name + 1, static_cast<std::size_t>(at_ - name) - 2);
      if (!take(':')) return false;
      skip_space();
      if (key == list_ && at_ != end_ && *at_ == '[') return cut_list();
      if (!skip_value()) return false;
    } while (take(','));
    return false;
  }

 private:
  void skip_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }

  bool take(char wanted) {
    skip_space();
    if (at_ == end_ || *at_ != wanted) return false;
    ++at_;
    return true;
  }

  bool cut_list() {
    opened = at_++;
    if (!take(']')) {
      do {
        skip_space();
        const char* element = at_;
        if (!skip_value()) return false;
        too_many = elements.size() == max_elements_;
        if (too_many) return false;
        elements.emplace_back(element, static_cast<std::size_t>(at_ - element));
      } while (take(','));
      if (!take(']')) return false;
    }
    closed = at_;
    return true;
  }

  bool skip_string() {
    if (at_ == end_ || *at_ != '"') return false;
    for (++at_; at_ != end_; ++at_) {
      at_ = skip_plain(at_, end_);
      if (at_ == end_) return false;
      if (*at_ == '"') {
        ++at_;
        return true;
      }
      if (*at_ == '\\' && ++at_ == end_) return false;
    }
    return false;
  }

  bool skip_value() {
    if (at_ == end_) return false;
    if (*at_ == '"') return skip_string();
    if (*at_ == '{' || *at_ == '[') return skip_container();
    const char* begin = at_;
    while (at_ != end_ && !ends_scalar(*at_)) ++at_;
    return at_ != begin;
  }

  bool skip_container() {
    std::size_t depth = 0;
    while (at_ != end_) {
      const char c = *at_;
      if (c == '"') {
        if (!skip_string()) return false;
        continue;
      }
      ++at_;
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return true;
    }
    return false;
  }

  static bool ends_scalar(char c) {
    return std::string_view(" \n\r\t,:\"{}[]").find(c) != std::string_view::npos;
  }

  const char* at_;
  const char* end_;
  std::string_view list_;
  std::size_t max_elements_;
};

}  // namespace

Result<Split> split(std::string_view text, std::string_view list, const ParseLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return make_error(Code::kLimitExceeded, "the text has more than " + std::to_string(limits.max_bytes) + " bytes");
  }
  Cutter cutter(text, list, limits.max_values);
  Split out;
  if (cutter.cut()) {
    std::string frame(text.data(), cutter.opened);
    frame.append("[]").append(cutter.closed, text.data() + text.size());
    SEKISHO_ASSIGN(out.frame, Document::parse(std::move(frame), limits));
    out.elements = std::move(cutter.elements);
    return out;
  }
  if (cutter.too_many) {
    return make_error(Code::kLimitExceeded, "more than " + std::to_string(limits.max_values) + " elements; split the list",
                      "/" + std::string(list));
  }
  // No such list, or no way through: the strict reader knows why, and also a name that is spelled with escapes.
  SEKISHO_ASSIGN(out.frame, Document::parse(std::string(text), limits));
  const Value escaped = out.frame->root()[list];
  if (!escaped.is_array()) return out;
  for (const auto& entry : escaped) {
    const std::string_view raw = entry.value.raw();
    out.elements.push_back(text.substr(static_cast<std::size_t>(raw.data() - out.frame->text().data()), raw.size()));
  }
  return out;
}

}  // namespace sekisho::json
