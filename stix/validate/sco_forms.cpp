#include <algorithm>

#include "stix/validate/shared_rules.h"
#include "core/ascii.h"
#include "stix/validate/tables_sco.h"

namespace sekisho::stix {
namespace {

using ascii::is_digit;
bool is_lower_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}
bool is_hex(char c) {
  return is_lower_hex(c) || (c >= 'A' && c <= 'F');
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// A decimal number without leading zeros, at most `most`.
bool is_number(std::string_view text, int most) {
  if (text.empty() || text.size() > 3 || !std::all_of(text.begin(), text.end(), is_digit)) {
    return false;
  }
  if (text.size() > 1 && text.front() == '0') return false;
  int value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value <= most;
}

/// Takes off a prefix length; false if it is malformed.
bool take_prefix_length(std::string_view& text, int most) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return true;
  const bool good = is_number(text.substr(slash + 1), most);
  text = text.substr(0, slash);
  return good;
}

bool is_ipv4(std::string_view text) {
  for (int octet = 0; octet < 4; ++octet) {
    const auto dot = text.find('.');
    if ((dot == std::string_view::npos) != (octet == 3)) return false;
    if (!is_number(text.substr(0, dot), 255)) return false;
    if (octet < 3) text.remove_prefix(dot + 1);
  }
  return true;
}

/// Counts the groups of colon separated hex; a dotted IPv4 at the end counts two. -1 if malformed.
int count_groups(std::string_view text) {
  if (text.empty()) return 0;
  int groups = 0;
  while (true) {
    const auto colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    if (colon == std::string_view::npos && group.find('.') != std::string_view::npos) {
      return is_ipv4(group) ? groups + 2 : -1;
    }
    if (group.empty() || group.size() > 4 || !std::all_of(group.begin(), group.end(), is_hex)) {
      return -1;
    }
    ++groups;
    if (colon == std::string_view::npos) return groups;
    text.remove_prefix(colon + 1);
  }
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > 63) return false;
  return std::all_of(label.begin(), label.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

}  // namespace

bool is_ipv4_cidr(std::string_view text) {
  return take_prefix_length(text, 32) && is_ipv4(text);
}

bool is_ipv6_cidr(std::string_view text) {
  if (!take_prefix_length(text, 128)) return false;
  text = text.substr(0, text.find('%'));  // a zone follows the address
  const auto gap = text.find("::");
  if (gap == std::string_view::npos) return count_groups(text) == 8;
  const int before = count_groups(text.substr(0, gap));
  const int after = count_groups(text.substr(gap + 2));
  return before >= 0 && after >= 0 && before + after <= 7;
}

bool is_mac_address(std::string_view text) {
  if (text.size() != 17) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % 3 == 2 ? text[i] != ':' : !is_lower_hex(text[i])) return false;
  }
  return true;
}

bool is_domain_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > 253) return false;
  while (true) {
    const auto dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_email_address(std::string_view text) {
  const auto at = text.rfind('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find_first_of("<>") == std::string_view::npos && text.front() != ' ' &&
         text.back() != ' ';
}

bool is_url(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_letter(text.front())) return false;
  const std::string_view scheme = text.substr(0, colon);
  return std::all_of(scheme.begin(), scheme.end(),
                     [](char c) {
                       return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
                     }) &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; });
}

bool is_media_type(std::string_view text) {
  constexpr std::string_view kRegistered[] = {"application", "audio", "example", "font",  "haptics", "image",
                                              "message",     "model", "multipart", "text", "video"};
  const auto slash = text.find('/');
  if (slash == std::string_view::npos || text.size() > 127 + 1 + 127) return false;
  const std::string_view subtype = text.substr(slash + 1);
  const auto is_name_char = [](char c) {
    return is_letter(c) || is_digit(c) || std::string_view("!#$&-^_.+").find(c) != std::string_view::npos;
  };
  if (subtype.empty() || subtype.size() > 127 || !std::all_of(subtype.begin(), subtype.end(), is_name_char) ||
      (!is_letter(subtype.front()) && !is_digit(subtype.front()))) {
    return false;
  }
  return std::any_of(std::begin(kRegistered), std::end(kRegistered),
                     [&](std::string_view type) { return equal_any_case(type, text.substr(0, slash)); });
}

bool is_service_name(std::string_view text) {
  constexpr std::string_view kOther[] = {"914c/g", "whois++", "z39.50"};
  if (std::find(std::begin(kOther), std::end(kOther), text) != std::end(kOther)) return true;
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && text.size() <= 15 && text.front() != '-' && text.back() != '-' &&
         text.find("--") == std::string_view::npos && std::any_of(text.begin(), text.end(), is_lower) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool has_encoded_word(std::string_view text) {
  for (auto at = text.find("=?"); at != std::string_view::npos; at = text.find("=?", at + 2)) {
    const std::string_view rest = text.substr(at + 2, 75);  // an encoded word is no longer
    const auto charset = rest.find('?');
    if (charset == 0 || charset == std::string_view::npos || charset + 2 >= rest.size() || rest[charset + 2] != '?' ||
        std::string_view("BbQq").find(rest[charset + 1]) == std::string_view::npos) {
      continue;
    }
    const auto end = rest.find('?', charset + 3);
    const std::string_view word = rest.substr(0, end);
    if (end != std::string_view::npos && rest.substr(end).starts_with("?=") && word.find(' ') == std::string_view::npos) {
      return true;
    }
  }
  return false;
}

void check_form(const json::Value& object, std::string_view name,
                bool (*has_form)(std::string_view), std::string_view right, FindingLog& log,
                FindingLog::Site site) {
  const json::Value value = object[name];
  if (!value.is_string() || object["defanged"].boolean() == true) return;
  if (!has_form(value.string_or({}))) log.report(value, log.table(), std::string(right), site);
}

void check_values(const json::Value& object, std::string_view name, bool integers, bool strings,
                  FindingLog& log, FindingLog::Site site) {
  const json::Value dictionary = object[name];
  if (!dictionary.is_object()) return;
  for (const auto& entry : dictionary) {
    if (integers && entry.value.integer()) continue;
    if (strings && entry.value.is_string()) continue;
    log.report(entry.value, log.table(),
              std::string("the values are ") + (integers && strings ? "integers or strings"
                                                : integers          ? "integers"
                                                                    : "strings"),
              site);
  }
}

}  // namespace sekisho::stix
