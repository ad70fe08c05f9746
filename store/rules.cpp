#include "store/rules.h"

#include <algorithm>

namespace sekisho::store {

bool version_matches(const VersionFilter& filter, bool first, bool last, Timestamp version) {
  if (filter.all || (filter.first && first) || (filter.last && last)) return true;
  return std::find(filter.exact.begin(), filter.exact.end(), version) != filter.exact.end();
}

std::int64_t next_date(std::int64_t now_micros, std::int64_t last_date) {
  const std::int64_t date = std::max(now_micros, last_date + 1);
  return date + (date & 1);
}

std::int64_t next_own_date(std::int64_t now_micros, std::int64_t last_date) {
  const std::int64_t date = std::max(now_micros, last_date + 1);
  return date + 1 - (date & 1);
}

std::uint16_t spec_code(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 3 || !digit(text[0]) || text[1] != '.' || !digit(text[2])) return 0;
  return static_cast<std::uint16_t>((text[0] - '0') * 10 + (text[2] - '0'));
}

std::string spec_text(std::uint16_t code) {
  return {static_cast<char>('0' + code / 10), '.', static_cast<char>('0' + code % 10)};
}

bool PassedOver::holds(std::string_view id, Timestamp version) const {
  if (ids.find(id) != ids.end()) return true;
  const auto some = versions.find(id);
  return some != versions.end() && some->second.count(version) != 0;
}

}  // namespace sekisho::store
