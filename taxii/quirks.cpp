#include "taxii/quirks.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/json.h"
#include "taxii/header_text.h"
#include "taxii/media_type.h"

namespace sekisho::taxii {
namespace {

constexpr std::int64_t kMaxDateUnit = 86'400'000'000;
constexpr std::int64_t kMaxOverlap = 2'678'400;
constexpr std::int64_t kMaxLimit = 100'000;
constexpr std::size_t kMaxMediaTypeBytes = 100;

/// Spellings of an enum's values but the first, in order; the first is what the standard has.
constexpr std::array<std::string_view, 2> kAddedAfter{"inclusive", "ignored"};
constexpr std::array<std::string_view, 3> kDateHeaders{"loose", "manifest", "none"};
constexpr std::array<std::string_view, 2> kNext{"once", "broken"};
constexpr std::array<std::string_view, 1> kShared{"shared"};
constexpr std::array<std::string_view, 1> kUntold{"untold"};

template <std::size_t N>
std::optional<std::size_t> index_in(const std::array<std::string_view, N>& words, const json::Value& value) {
  const auto text = value.string();
  const auto found = text ? std::find(words.begin(), words.end(), *text) : words.end();
  if (found == words.end()) return std::nullopt;
  return static_cast<std::size_t>(found - words.begin()) + 1;
}

template <typename Enum, std::size_t N>
bool read_word(const std::array<std::string_view, N>& words, const json::Value& value, Enum& out) {
  const auto index = index_in(words, value);
  if (index) out = static_cast<Enum>(*index);
  return index.has_value();
}

bool read_number(const json::Value& value, std::int64_t most, std::int64_t& out) {
  const auto number = value.integer();
  if (!number || *number < 1 || *number > most) return false;
  out = *number;
  return true;
}

bool read_media_types(const json::Value& value, std::vector<std::string>& out) {
  if (!value.is_array() || value.size() == 0 || value.size() > Quirks::kMostMediaTypes) return false;
  for (const auto& entry : value) {
    const auto text = entry.value.string();
    if (!text || (!text->empty() && bare_media_type(*text) != *text)) return false;
    out.emplace_back(*text);
  }
  return true;
}

bool read_page_limit(const json::Value& value, std::size_t& out) {
  std::int64_t number = 0;
  if (!read_number(value, kMaxLimit, number)) return false;
  out = static_cast<std::size_t>(number);
  return true;
}

bool read_member(std::string_view name, const json::Value& value, Quirks& out) {
  if (name == "added_after") return read_word(kAddedAfter, value, out.added_after);
  if (name == "dates") return read_word(kShared, value, out.shared_dates);
  if (name == "date_headers") return read_word(kDateHeaders, value, out.date_headers);
  if (name == "date_unit") return read_number(value, kMaxDateUnit, out.date_unit);
  if (name == "next") return read_word(kNext, value, out.next);
  if (name == "more") return read_word(kUntold, value, out.more_untold);
  if (name == "limit") return read_page_limit(value, out.limit);
  if (name == "media_types") return read_media_types(value, out.media_types);
  if (name == "overlap") return read_number(value, kMaxOverlap, out.overlap_seconds);
  if (name != "whole" || value.boolean() != true) return false;
  out.whole = true;
  return true;
}

template <std::size_t N>
void write_word(json::Writer& w, std::string_view name, const std::array<std::string_view, N>& words, std::size_t index) {
  if (index > 0) w.member(name, words[index - 1]);
}

}  // namespace

bool Quirks::gives_again() const {
  return added_after == AddedAfter::kInclusive || step_back_micros() > 0 || more_untold;
}

std::int64_t Quirks::step_back_micros() const {
  if (date_headers == DateHeaders::kLoose || date_unit > 0) return std::max<std::int64_t>(date_unit, 1);
  return shared_dates && added_after == AddedAfter::kExclusive ? 1 : 0;
}

bool Quirks::takes_media_type(std::string_view content_type) const {
  if (is_taxii(content_type)) return true;
  return std::find(media_types.begin(), media_types.end(), bare_media_type(content_type)) != media_types.end();
}

std::string Quirks::to_json() const {
  json::Writer w;
  w.begin_object();
  write_word(w, "added_after", kAddedAfter, static_cast<std::size_t>(added_after));
  write_word(w, "dates", kShared, shared_dates ? 1 : 0);
  write_word(w, "date_headers", kDateHeaders, static_cast<std::size_t>(date_headers));
  if (date_unit > 0) w.member_int("date_unit", date_unit);
  write_word(w, "next", kNext, static_cast<std::size_t>(next));
  write_word(w, "more", kUntold, more_untold ? 1 : 0);
  if (limit > 0) w.member_int("limit", static_cast<std::int64_t>(limit));
  if (whole) w.member_bool("whole", true);
  if (!media_types.empty()) {
    w.key("media_types").begin_array();
    for (const std::string& type : media_types) w.string(type);
    w.end_array();
  }
  if (overlap_seconds > 0) w.member_int("overlap", overlap_seconds);
  w.end_object();
  return w.take();
}

Result<Quirks> Quirks::from_json(std::string_view text) {
  const auto document = json::Document::parse(std::string(text));
  if (!document) return make_error(Code::kInvalidArgument, "is not a quirk profile");
  const json::Value root = (*document)->root();
  if (!root.is_object()) return make_error(Code::kInvalidArgument, "is not a quirk profile");
  Quirks quirks;
  for (const auto& entry : root) {
    if (!read_member(entry.key, entry.value, quirks)) {
      return make_error(Code::kInvalidArgument, "is not a member or value of a quirk profile", std::string(entry.key));
    }
  }
  return quirks;
}

std::string bare_media_type(std::string_view content_type) {
  const std::string_view bare = trim(take_part(content_type, ';'));
  const std::size_t slash = bare.find('/');
  if (bare.size() > kMaxMediaTypeBytes || slash == std::string_view::npos) return {};
  if (!is_token(bare.substr(0, slash)) || !is_token(bare.substr(slash + 1))) return {};
  std::string out(bare);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace sekisho::taxii
