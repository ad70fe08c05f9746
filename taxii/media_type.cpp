#include "taxii/media_type.h"

#include <algorithm>
#include <optional>
#include <string>

#include "taxii/header_text.h"

namespace sekisho::taxii {
namespace {

struct MediaRange {
  std::string_view type, subtype;
  std::optional<std::string> version;
  int weight = 1000;  // thousandths
};

/// A token or the content of a quoted string.
std::optional<std::string> parameter_value(std::string_view text) {
  if (is_token(text)) return std::string(text);
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  std::string out;
  const std::string_view inner = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] == '\\' && ++i == inner.size()) return std::nullopt;
    out.push_back(inner[i]);
  }
  return out;
}

bool read_parameter(std::string_view text, MediaRange& range) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view name = text.substr(0, equals);
  auto value = parameter_value(text.substr(equals + 1));
  if (!is_token(name) || !value) return false;
  if (equal_ignoring_case(name, "version")) {
    range.version = std::move(value);
  } else if (equal_ignoring_case(name, "q")) {
    const auto weight = parse_weight(*value);
    if (!weight) return false;
    range.weight = *weight;
  }
  return true;
}

std::optional<MediaRange> parse_range(std::string_view text) {
  const std::string_view name = trim(take_part(text, ';'));
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  MediaRange range;
  range.type = name.substr(0, slash);
  range.subtype = name.substr(slash + 1);
  if (!is_token(range.type) || !is_token(range.subtype)) return std::nullopt;
  while (!text.empty()) {
    const std::string_view parameter = trim(take_part(text, ';'));
    if (!parameter.empty() && !read_parameter(parameter, range)) return std::nullopt;
  }
  return range;
}

/// How closely the range names our representation; -1 if it does not cover it.
int specificity(const MediaRange& range) {
  if (range.version && *range.version != "2.1") return -1;
  if (range.type == "*") return range.subtype == "*" ? 0 : -1;
  if (!equal_ignoring_case(range.type, "application")) return -1;
  if (range.subtype == "*") return 1;
  if (!equal_ignoring_case(range.subtype, "taxii+json")) return -1;
  return range.version ? 3 : 2;
}

}  // namespace

bool accepts_taxii(const Headers& headers) {
  bool present = false;
  int best = -1;
  int weight = 0;
  for (const auto& [name, value] : headers) {
    if (!equal_ignoring_case(name, "accept")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::string_view element = trim(take_part(rest, ','));
      if (element.empty()) continue;
      present = true;
      const auto range = parse_range(element);
      const int closeness = range ? specificity(*range) : -1;
      if (closeness < 0 || closeness < best) continue;
      weight = closeness == best ? std::max(weight, range->weight) : range->weight;
      best = closeness;
    }
  }
  return !present || weight > 0;
}

bool is_taxii(std::string_view content_type) {
  const auto range = parse_range(content_type);
  return range && specificity(*range) >= 2;
}

}  // namespace sekisho::taxii
