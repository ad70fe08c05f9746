#include "policy/reader.h"

#include <algorithm>
#include <cstdio>

#include "policy/text.h"

namespace sekisho::policy {
namespace {

using Kind = TomlNode::Kind;

std::string offset_text(int minutes) {
  const int size = minutes < 0 ? -minutes : minutes;
  char out[32];
  std::snprintf(out, sizeof out, "%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60, size % 60);
  return out;
}

bool looks_like_date(std::string_view text) { return text.size() == 10 && text[4] == '-'; }

std::optional<Timestamp> day(std::string_view text, int zone, Edge edge) {
  const auto start = parse_date(text, zone);
  if (!start) return std::nullopt;
  return edge == Edge::kStart ? start.value() : start.value().plus_micros(86'400'000'000);
}

std::optional<Timestamp> read_instant(const TomlNode& node, int zone, Edge edge) {
  if (node.kind == Kind::kDate) return day(node.text, zone, edge);
  if (node.is_string() && looks_like_date(node.text)) return day(node.text, zone, edge);
  if (node.kind != Kind::kDateTime && node.kind != Kind::kLocalDateTime && !node.is_string()) {
    return std::nullopt;
  }
  const bool local = node.kind == Kind::kLocalDateTime;
  const auto parsed = parse_rfc3339(local ? node.text + offset_text(zone) : node.text);
  if (!parsed) return std::nullopt;
  return parsed.value();
}

}  // namespace

std::optional<int> zone_minutes(std::string_view text) {
  if (text == "UTC" || text == "Z") return 0;
  if (text == "Asia/Tokyo") return 9 * 60;
  const auto digit = [text](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' || !digit(1) ||
      !digit(2) || !digit(4) || !digit(5)) {
    return std::nullopt;
  }
  const int hours = (text[1] - '0') * 10 + (text[2] - '0');
  const int minutes = (text[4] - '0') * 10 + (text[5] - '0');
  if (hours > 14 || minutes > 59) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
}

const TomlMember* TableReader::ask(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
  context_.known.emplace(name_, key);
  return table_.find(key);
}

std::size_t TableReader::line_of(std::string_view key) const {
  const TomlMember* member = table_.find(key);
  return member ? member->line : table_.line;
}

void TableReader::wrong_kind(const TomlMember& member, std::string_view wanted) {
  context_.error(member.line, quoted(member.key) + " in " + name_ + " is " +
                                  std::string(toml_kind_name(member.value.kind)) + "; write " +
                                  std::string(wanted));
}

const TomlNode* TableReader::node(std::string_view key) {
  const TomlMember* member = ask(key);
  return member ? &member->value : nullptr;
}

std::string TableReader::text(std::string_view key, Need need) {
  const TomlMember* member = ask(key);
  if (!member) {
    if (need == Need::kRequired) {
      context_.error(table_.line, name_ + " lacks " + quoted(key) + "; write " +
                                      std::string(key) + " = \"…\"");
    }
    return {};
  }
  if (!member->value.is_string()) {
    wrong_kind(*member, "a string in quotes");
    return {};
  }
  if (need == Need::kRequired && member->value.text.empty()) {
    context_.error(member->line, quoted(key) + " in " + name_ + " is empty");
  }
  return member->value.text;
}

std::vector<std::string> TableReader::texts(std::string_view key, Empty empty) {
  const TomlMember* member = ask(key);
  if (!member) return {};
  std::vector<std::string> out;
  if (!member->value.is_array()) {
    wrong_kind(*member, "a list of strings: [\"…\", \"…\"]");
    return out;
  }
  for (const TomlNode& item : member->value.items) {
    if (item.is_string()) {
      out.push_back(item.text);
    } else {
      context_.error(item.line, quoted(key) + " in " + name_ + " holds " +
                                    std::string(toml_kind_name(item.kind)) +
                                    "; write only strings in quotes");
    }
  }
  if (member->value.items.empty() && empty == Empty::kRefused) {
    context_.error(member->line, quoted(key) + " in " + name_ +
                                     " is an empty list, which does not mean \"none\"; list "
                                     "something, or take the line out");
  }
  return out;
}

bool TableReader::flag(std::string_view key, bool fallback) {
  const TomlMember* member = ask(key);
  if (!member) return fallback;
  if (member->value.kind != Kind::kBoolean) {
    wrong_kind(*member, "true or false without quotes");
    return fallback;
  }
  return member->value.boolean;
}

std::optional<unsigned> TableReader::count(std::string_view key) {
  const TomlMember* member = ask(key);
  if (!member) return std::nullopt;
  constexpr std::int64_t kMost = 255;
  if (member->value.kind != Kind::kInteger || member->value.integer < 0 ||
      member->value.integer > kMost) {
    wrong_kind(*member, "a whole number from 0 to 255");
    return std::nullopt;
  }
  return static_cast<unsigned>(member->value.integer);
}

std::optional<Timestamp> TableReader::instant(std::string_view key, Edge edge) {
  const TomlMember* member = ask(key);
  if (!member) return std::nullopt;
  const auto found = read_instant(member->value, context_.zone_minutes, edge);
  if (!found) {
    context_.error(member->line, quoted(key) + " in " + name_ +
                                     " is not a date; write 2026-04-01 or 2026-04-01T09:00:00+09:00");
  }
  return found;
}

Validity TableReader::validity() {
  Validity out;
  out.from = instant("from", Edge::kStart);
  out.until = instant("until", Edge::kEnd);
  if (out.from && out.until && *out.until <= *out.from) {
    context_.error(line_of("until"), "\"until\" in " + name_ +
                                         " is not after \"from\"; write a later \"until\"");
  }
  return out;
}

std::vector<const TomlNode*> TableReader::tables(std::string_view key) {
  const TomlMember* member = ask(key);
  std::vector<const TomlNode*> out;
  if (!member) return out;
  const bool list = member->value.is_array();
  for (const TomlNode& item : member->value.items) {
    if (item.is_table()) out.push_back(&item);
  }
  if (!list || out.size() != member->value.items.size()) {
    wrong_kind(*member, "[[" + std::string(key) + "]] with two brackets on each side");
    return {};
  }
  return out;
}

void TableReader::finish() {
  for (const TomlMember& member : table_.members) {
    if (std::find(known_.begin(), known_.end(), member.key) != known_.end()) continue;
    context_.error(member.line, "unknown key " + shown(member.key) + " in " + name_ +
                                    suggestion(member.key, known_));
  }
}

}  // namespace sekisho::policy
