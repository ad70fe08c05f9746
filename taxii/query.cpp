#include "taxii/query.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/ascii.h"
#include "taxii/uri.h"

namespace sekisho::taxii {
namespace {

Error bad(std::string_view parameter, std::string_view detail) {
  return make_error(Code::kTaxiiBadQuery, std::string(detail), std::string(parameter));
}

/// Saturates: a limit beyond any page is as good as the largest.
Status read_limit(std::string_view text, const Limits& limits, Query& query) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), ascii::is_digit)) {
    return bad("limit", "must be a whole number above zero");
  }
  std::size_t value = 0;
  for (const char c : text) {
    value = std::min(value * 10 + static_cast<std::size_t>(c - '0'), limits.page_items);
  }
  if (value == 0) return bad("limit", "must be a whole number above zero");
  query.limit = value;
  return {};
}

Status read_added_after(std::string_view text, const Limits&, Query& query) {
  const auto time = parse_taxii_time(text);
  if (!time) return bad("added_after", "must be one time as YYYY-MM-DDTHH:MM:SS.ssssssZ");
  query.added_after = time->micros();
  return {};
}

Status read_next(std::string_view text, const Limits&, Query& query) {
  if (text.empty()) return bad("next", "must not be empty");
  query.next = std::string(text);
  return {};
}

/// Comma separated values without white space or control characters (TAXII 2.1 §3.4).
Result<std::vector<std::string>> split_values(std::string_view name, std::string_view text,
                                              const Limits& limits) {
  std::vector<std::string> values;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    const std::string_view value = text.substr(start, end - start);
    if (value.empty()) return bad(name, "holds an empty value");
    if (std::any_of(value.begin(), value.end(),
                    [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; })) {
      return bad(name, "holds white space or a control character");
    }
    if (values.size() == limits.match_values) {
      return bad(name, "holds more than " + std::to_string(limits.match_values) + " values");
    }
    values.emplace_back(value);
    start = end + 1;
  }
  return values;
}

Status read_ids(std::string_view text, const Limits& limits, Query& query) {
  SEKISHO_ASSIGN(query.ids, split_values("match[id]", text, limits));
  return {};
}

Status read_types(std::string_view text, const Limits& limits, Query& query) {
  SEKISHO_ASSIGN(query.types, split_values("match[type]", text, limits));
  return {};
}

/// `n.m` (TAXII 2.1 §1.6.8.2).
bool is_version_number(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == text.size()) return false;
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(dot), ascii::is_digit) &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(dot) + 1, text.end(), ascii::is_digit);
}

Status read_spec_versions(std::string_view text, const Limits& limits, Query& query) {
  SEKISHO_ASSIGN(query.spec_versions, split_values("match[spec_version]", text, limits));
  if (!std::all_of(query.spec_versions.begin(), query.spec_versions.end(), is_version_number)) {
    return bad("match[spec_version]", "must be versions such as 2.1");
  }
  return {};
}

/// `all` alone, or any of `first`, `last` and STIX times, none twice (TAXII 2.1 §3.4.1).
Status read_versions(std::string_view text, const Limits& limits, Query& query) {
  constexpr std::string_view kName = "match[version]";
  SEKISHO_ASSIGN(const auto values, split_values(kName, text, limits));
  query.version_given = true;
  query.version_last = false;
  for (const std::string& value : values) {
    bool repeated = false;
    if (value == "all") {
      if (values.size() > 1) return bad(kName, "all cannot be combined with another value");
      query.version_all = true;
    } else if (value == "first") {
      repeated = std::exchange(query.version_first, true);
    } else if (value == "last") {
      repeated = std::exchange(query.version_last, true);
    } else {
      const auto time = parse_stix_time(value);
      if (!time) return bad(kName, "must be all, first, last or STIX times");
      const auto place = std::lower_bound(query.versions.begin(), query.versions.end(), *time);
      repeated = place != query.versions.end() && *place == *time;
      query.versions.insert(place, *time);
    }
    if (repeated) return bad(kName, "holds a value twice");
  }
  return {};
}

struct Parameter {
  std::string_view name;
  Filter filter;
  Status (*read)(std::string_view text, const Limits& limits, Query& query);
};

constexpr std::array<Parameter, 7> kParameters = {{
    {"added_after", kAddedAfter, read_added_after},
    {"limit", kLimit, read_limit},
    {"next", kNext, read_next},
    {"match[id]", kMatchId, read_ids},
    {"match[type]", kMatchType, read_types},
    {"match[version]", kMatchVersion, read_versions},
    {"match[spec_version]", kMatchSpecVersion, read_spec_versions},
}};

/// One `name=value`; `seen` collects the filters met.
Status read_pair(std::string_view pair, unsigned filters, unsigned& seen, const Limits& limits,
                 Query& query) {
  const std::size_t equals = std::min(pair.find('='), pair.size());
  const auto name = percent_decode(pair.substr(0, equals));
  const auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())));
  if (!name || !value) return bad("query", "has a percent sign without two hex digits");
  for (const Parameter& parameter : kParameters) {
    if (parameter.name != *name || (filters & parameter.filter) == 0) continue;
    if ((seen & parameter.filter) != 0) return bad(parameter.name, "may be given only once");
    seen |= parameter.filter;
    return parameter.read(*value, limits, query);
  }
  return {};
}

void append_list(std::string_view name, std::vector<std::string> values, std::string& out) {
  if (values.empty()) return;
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  out.append(name).push_back('=');
  for (const std::string& value : values) out.append(percent_encode(value)).push_back(',');
  out.back() = '&';
}

}  // namespace

Result<Query> parse_query(std::string_view raw, unsigned filters, const Limits& limits) {
  if (raw.size() > limits.query_bytes) {
    return bad("query", "is longer than " + std::to_string(limits.query_bytes) + " bytes");
  }
  Query query;
  query.limit = limits.page_items;
  unsigned seen = 0;
  while (!raw.empty()) {
    const std::size_t end = std::min(raw.find('&'), raw.size());
    SEKISHO_TRY(read_pair(raw.substr(0, end), filters, seen, limits, query));
    raw.remove_prefix(std::min(end + 1, raw.size()));
  }
  return query;
}

std::string Query::selection() const {
  std::string out;
  append_list("id", ids, out);
  append_list("type", types, out);
  append_list("spec_version", spec_versions, out);
  out.append("version=");
  if (version_all) return out.append("all");
  if (version_first) out.append("first,");
  if (version_last) out.append("last,");
  const std::set<Timestamp> ordered(versions.begin(), versions.end());
  for (const Timestamp& time : ordered) out.append(format_stix_time(time, 9)).push_back(',');
  out.pop_back();
  return out;
}

}  // namespace sekisho::taxii
