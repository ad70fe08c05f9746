#include <algorithm>

#include "core/uuid.h"
#include "policy/loader.h"
#include "policy/text.h"
#include "stix/object.h"

namespace sekisho::policy {
namespace {

bool alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_type(std::string_view text) {
  return text.size() >= 3 && text.size() <= 250 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

bool is_stix_id(std::string_view text, std::string_view type) {
  const auto split = text.find("--");
  if (split == std::string_view::npos || !Uuid::parse(text.substr(split + 2))) return false;
  return type.empty() ? is_type(text.substr(0, split)) : text.substr(0, split) == type;
}

}  // namespace

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && alphanumeric(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return alphanumeric(c) || c == '-' || c == '_' || c == '.';
         });
}

void Loader::note(Seen& seen, std::string_view id, std::size_t line, std::string_view what) {
  if (id.empty()) return;
  const auto [place, fresh] = seen.emplace(std::string(id), line);
  if (!fresh) {
    context.error(line, std::string(what) + " " + shown(id) + " is already used in line " +
                            std::to_string(place->second) + "; write another, or remove one of the two");
  }
}

std::string Loader::name(TableReader& table, std::string_view key) {
  std::string text = table.text(key, Need::kRequired);
  if (!text.empty() && !is_name(text)) {
    context.error(table.line_of(key), quoted(key) + " in " + table.name() + " is " + shown(text) +
                                          "; write letters, digits, '-', '_' and '.', at most 64");
    return {};
  }
  return text;
}

std::vector<std::string> Loader::stix_ids(TableReader& table, std::string_view key, Empty empty,
                                          std::string_view type) {
  auto ids = table.texts(key, empty);
  check_ids(ids, table.line_of(key), key, type);
  return ids;
}

void Loader::check_ids(const std::vector<std::string>& ids, std::size_t line, std::string_view key, std::string_view type) {
  for (const std::string& id : ids) {
    if (is_stix_id(id, type)) continue;
    context.error(line, shown(id) + " in " + quoted(key) + " is no STIX id; write " +
                            std::string(type.empty() ? "type" : type) + "--UUID");
  }
}

std::vector<std::string> Loader::aliases(TableReader& table, std::string_view key, Empty empty, bool star) {
  auto names = table.texts(key, empty);
  for (const std::string& alias : names) {
    if (is_name(alias) || (star && alias == "*")) continue;
    context.error(table.line_of(key),
                  shown(alias) + " in " + quoted(key) + " is no collection alias; " +
                      (alias == "*" ? "take the line out for \"all\""
                                    : "write letters, digits, '-', '_' and '.', at most 64"));
  }
  return names;
}

std::vector<std::string> Loader::types(TableReader& table) {
  auto names = table.texts("types", Empty::kRefused);
  for (const std::string& type : names) {
    if (!is_type(type)) {
      context.error(table.line_of("types"),
                    shown(type) + " is no STIX type; write lower case letters, digits and '-'");
    } else if (stix::category_of(type) == stix::Category::kUnknown && !type.starts_with("x-")) {
      context.warning(table.line_of("types"), shown(type) + " is not a type of STIX 2.1, so only custom "
                                                            "objects of that type match");
    }
  }
  return names;
}

std::vector<std::string> Loader::chosen(TableReader& table, std::string_view key,
                                        const std::vector<std::string>& vocabulary, Empty empty) {
  auto words = table.texts(key, empty);
  for (const std::string& word : words) {
    if (lists(vocabulary, word)) continue;
    context.error(table.line_of(key), shown(word) + " in " + quoted(key) + " is not known" +
                                          suggestion(word, vocabulary));
  }
  return words;
}

std::string Loader::choice(TableReader& table, std::string_view key, const std::vector<std::string>& words,
                           std::string_view fallback) {
  const TomlNode* node = table.node(key);
  if (!node && !fallback.empty()) return std::string(fallback);
  std::string word = table.text(key, Need::kRequired);
  if (node && node->is_string() && !word.empty() && !lists(words, word)) {
    std::vector<std::string> all;
    for (const std::string& known : words) all.push_back(quoted(known));
    context.error(table.line_of(key), quoted(key) + " in " + table.name() + " is " + shown(word) +
                                          "; write " + either_of(all));
  }
  return word;
}

std::vector<std::string> Loader::party_names() const {
  std::vector<std::string> names;
  for (const Party& party : policy.parties) names.push_back(party.id);
  return names;
}

std::vector<std::string> Loader::assessment_names() const {
  std::vector<std::string> names;
  for (const Party& party : policy.parties) {
    for (const Assessment& assessment : party.assessments) names.push_back(assessment.name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string Loader::known_party(TableReader& table, std::string_view key, bool or_self) {
  std::string id = table.text(key, Need::kRequired);
  if (id.empty() || (or_self && id == "self") || policy.find_party(id)) return id;
  context.error(table.line_of(key),
                "no party " + shown(id) + " for " + quoted(key) + suggestion(id, party_names()));
  return id;
}

std::vector<std::string> Loader::known_parties(TableReader& table, std::string_view key, bool or_self) {
  auto ids = table.texts(key, Empty::kRefused);
  for (const std::string& id : ids) {
    if ((or_self && id == "self") || policy.find_party(id)) continue;
    context.error(table.line_of(key),
                  "no party " + shown(id) + " for " + quoted(key) + suggestion(id, party_names()));
  }
  return ids;
}

}  // namespace sekisho::policy
