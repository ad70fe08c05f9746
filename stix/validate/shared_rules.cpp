#include "stix/validate/shared_rules.h"

#include <algorithm>

#include "core/ascii.h"
#include "core/time.h"

namespace sekisho::stix {
namespace {

using ascii::is_digit;

/// `prefix` and then groups of digits joined by hyphens: CVE-2014-0160, CAPEC-163.
bool has_catalogue_form(std::string_view id, std::string_view prefix) {
  if (!id.starts_with(prefix)) return false;
  const std::string_view rest = id.substr(prefix.size());
  return !rest.empty() && is_digit(rest.front()) && is_digit(rest.back()) &&
         rest.find("--") == std::string_view::npos &&
         std::all_of(rest.begin(), rest.end(), [](char c) { return is_digit(c) || c == '-'; });
}

void order(const json::Value& object, std::string_view earlier, std::string_view later,
           bool equal_allowed, Clause clause, FindingLog& log, FindingLog::Site site) {
  const auto first = parse_stix_time(object[earlier].string_or({}));
  const auto last = parse_stix_time(object[later].string_or({}));
  if (!first.ok() || !last.ok()) return;
  if (*last < *first || (!equal_allowed && *last == *first)) {
    log.report(object[later], clause,
              std::string(later) + (equal_allowed ? " is not before " : " is later than ") +
                  std::string(earlier),
              site);
  }
}

}  // namespace

bool equal_any_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [&](char x, char y) { return lower(x) == lower(y); });
}

void check_order(const json::Value& object, std::string_view earlier, std::string_view later,
                 Clause clause, FindingLog& log, FindingLog::Site site) {
  order(object, earlier, later, true, clause, log, site);
}

void check_strict_order(const json::Value& object, std::string_view earlier, std::string_view later,
                        Clause clause, FindingLog& log, FindingLog::Site site) {
  order(object, earlier, later, false, clause, log, site);
}

void check_needs(const json::Value& object, std::string_view name, std::string_view other,
                 Clause clause, FindingLog& log, FindingLog::Site site) {
  if (object[name].exists() && !object[other].exists()) {
    log.report(object[name], clause,
              std::string(name) + " is there only together with " + std::string(other), site);
  }
}

void check_catalogue(const json::Value& object, std::string_view source, std::string_view prefix,
                     Clause clause, FindingLog& log) {
  const json::Value references = object["external_references"];
  if (!references.is_array()) return;
  for (const auto& entry : references) {
    const json::Value name = entry.value["source_name"];
    const json::Value id = entry.value["external_id"];
    const std::string_view text = name.string_or({});
    if (!equal_any_case(text, source)) continue;
    if (text != source) {
      log.report(name, clause, "the source is written " + std::string(source));
    } else if (id.is_string() && !has_catalogue_form(id.string_or({}), prefix)) {
      log.report(id, clause, "the identifier has the form " + std::string(prefix) + "number");
    } else if (!id.exists()) {
      log.report(entry.value, clause,
                "a reference to " + std::string(source) + " has external_id");
    }
  }
}

void first_seen_last_seen(const json::Value& object, FindingLog& log) {
  check_order(object, "first_seen", "last_seen",
              log.table() == Clause::kSighting ? Clause::kSightingCount : log.table(), log);
}

bool is_cpe23(std::string_view text) {
  constexpr std::string_view kPrefix = "cpe:2.3:";
  if (!text.starts_with(kPrefix)) return false;
  std::size_t components = 1;
  std::size_t length = 0;
  for (std::size_t i = kPrefix.size(); i < text.size(); ++i) {
    if (text[i] == '\\') {
      if (++i == text.size()) return false;
      ++length;
    } else if (text[i] == ':') {
      if (length == 0) return false;
      length = 0;
      ++components;
    } else if (text[i] <= ' ' || static_cast<unsigned char>(text[i]) >= 0x7f) {
      return false;
    } else {
      ++length;
    }
  }
  const std::string_view part = text.substr(kPrefix.size(), 2);
  const bool known_part = part.size() == 2 && part[1] == ':' &&
                          std::string_view("aho*-").find(part[0]) != std::string_view::npos;
  return components == 11 && length > 0 && known_part;
}

}  // namespace sekisho::stix
