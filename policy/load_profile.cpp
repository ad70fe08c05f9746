#include <algorithm>

#include "policy/loader.h"
#include "policy/text.h"
#include "stix/selector.h"

namespace sekisho::policy {
namespace {

using stix::redact::Blur;
using stix::redact::Generalisation;

const std::vector<std::string>& level_words() {
  static const std::vector<std::string> words{"critical", "caution", "awareness"};
  return words;
}

/// The beginning of a pointer that no profile touches: a rendition has its own, or its markings hold.
bool is_fixed(std::string_view name) {
  static const std::vector<std::string> names{"type",    "spec_version", "id",      "created_by_ref",    "created",
                                              "modified", "revoked",     "granular_markings", "object_marking_refs"};
  return lists(names, name);
}

void check_pointer(TableReader& table, std::string_view key, const std::string& pointer, ReadContext& context) {
  const auto tokens = stix::pointer_tokens(pointer);
  if (!tokens || tokens->empty()) {
    context.error(table.line_of(key), shown(pointer) + " in " + quoted(key) + " is no JSON Pointer; write one such as \"/description\" "
                                                       "or \"/external_references/*/hashes\"");
  } else if (is_fixed(tokens->front())) {
    context.error(table.line_of(key), shown(pointer) + " in " + quoted(key) + " is out of reach: each rendition has its own \"" +
                                          tokens->front() + "\", or keeps it; take it out");
  }
}

std::vector<std::string> read_pointers(TableReader& table, std::string_view key, ReadContext& context) {
  auto pointers = table.texts(key, Empty::kRefused);
  for (const std::string& pointer : pointers) check_pointer(table, key, pointer, context);
  return pointers;
}

/// The strings of an inline table.
std::map<std::string, std::string, std::less<>> read_map(TableReader& table, std::string_view key, ReadContext& context) {
  std::map<std::string, std::string, std::less<>> out;
  const TomlNode* node = table.node(key);
  if (node == nullptr) return out;
  if (!node->is_table()) {
    context.error(table.line_of(key), quoted(key) + " in " + table.name() + " is " + std::string(toml_kind_name(node->kind)) +
                                          "; write { \"word\" = \"other word\" }");
    return out;
  }
  for (const TomlMember& member : node->members) {
    if (member.value.is_string()) {
      out.emplace(member.key, member.value.text);
    } else {
      context.error(member.line, quoted(key) + " maps " + shown(member.key) + " to " + std::string(toml_kind_name(member.value.kind)) +
                                     "; write a string in quotes");
    }
  }
  return out;
}

Generalisation read_generalisation(Loader& loader, const TomlNode& node) {
  TableReader table(node, "\"generalise\"", loader.context);
  Generalisation out;
  out.at = table.text("at", Need::kRequired);
  if (!out.at.empty()) check_pointer(table, "at", out.at, loader.context);
  out.map = read_map(table, "map", loader.context);
  out.keep_others = loader.choice(table, "other", {"keep", "remove"}, "keep") == "keep";
  if (out.map.empty() && out.keep_others) {
    loader.context.error(node.line, "\"generalise\" changes nothing; write map = { \"word\" = \"wider word\" } or other = \"remove\"");
  }
  table.finish();
  return out;
}

std::vector<Generalisation> read_generalisations(Loader& loader, TableReader& table) {
  std::vector<Generalisation> out;
  const TomlNode* list = table.node("generalise");
  if (list == nullptr) return out;
  const bool tables = list->is_array() && std::all_of(list->items.begin(), list->items.end(), [](const TomlNode& item) { return item.is_table(); });
  if (!tables || list->items.empty()) {
    loader.context.error(table.line_of("generalise"), "\"generalise\" is no list of tables; write "
                                                      "[{ at = \"/sectors/*\", map = { \"word\" = \"wider word\" } }]");
    return out;
  }
  for (const TomlNode& item : list->items) out.push_back(read_generalisation(loader, item));
  return out;
}

std::optional<stix::Tlp> read_granular(TableReader& table, ReadContext& context) {
  if (table.node("granular") == nullptr) return std::nullopt;
  const std::string text = table.text("granular");
  const auto tlp = stix::tlp_from_label(text);
  if (!tlp || *tlp == stix::Tlp::kRed) {
    context.error(table.line_of("granular"), "\"granular\" is " + shown(text) + "; write the tightest label that stays: \"TLP:CLEAR\", "
                                             "\"TLP:GREEN\", \"TLP:AMBER\" or \"TLP:AMBER+STRICT\"");
    return stix::Tlp::kClear;
  }
  return tlp;
}

/// Microseconds of "90m", "24h" or "7d"; nullopt for anything else, and for more than a year.
std::optional<std::int64_t> duration(std::string_view text) {
  if (text.size() < 2 || text.size() > 7) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : text.substr(0, text.size() - 1)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  constexpr std::int64_t kMinute = 60'000'000, kYear = std::int64_t{366} * 24 * 60 * kMinute;
  const std::int64_t unit = text.back() == 'm' ? kMinute : text.back() == 'h' ? 60 * kMinute : text.back() == 'd' ? 24 * 60 * kMinute : 0;
  if (unit == 0 || number > kYear / unit) return std::nullopt;
  return number * unit;
}

Blur blur_of(std::string_view word) {
  return word == "hour" ? Blur::kHour : word == "day" ? Blur::kDay : word == "week" ? Blur::kWeek : word == "month" ? Blur::kMonth : Blur::kNone;
}

void read_wait(TableReader& table, RedactionProfile& out, ReadContext& context) {
  if (table.node("wait") == nullptr) return;
  const std::string text = table.text("wait");
  if (const auto micros = duration(text)) {
    out.wait_micros = *micros;
  } else {
    context.error(table.line_of("wait"), "\"wait\" is " + shown(text) + "; write minutes, hours or days, such as \"90m\", \"24h\" or \"7d\", "
                                                                        "at most a year");
  }
}

}  // namespace

void Loader::read_profile(const TomlNode& node) {
  TableReader table(node, "[[profile]]", context);
  RedactionProfile out;
  stix::redact::Profile& change = out.change;
  out.line = node.line;
  change.id = name(table, "id");
  if (change.id == kAttributionProfile) {
    context.error(table.line_of("id"), "\"attribution\" is the built-in profile of attribution = \"strip\"; write another id");
  }
  note(profiles, change.id, table.line_of("id"), "profile id");
  const auto from = table.instant("from", Edge::kStart);
  if (table.node("from") == nullptr) {
    context.error(node.line, "[[profile]] lacks \"from\", its effective date; write from = 2026-04-01");
  }
  change.from = from.value_or(Timestamp{});
  change.strip_attribution = choice(table, "attribution", {"keep", "strip"}, "keep") == "strip";
  change.granular = read_granular(table, context);
  change.remove = read_pointers(table, "remove", context);
  change.generalise = read_generalisations(*this, table);
  if (table.node("blur") != nullptr) change.blur = blur_of(choice(table, "blur", {"hour", "day", "week", "month"}, ""));
  change.approved_text = choice(table, "text", {"keep", "approved"}, "keep") == "approved";
  change.remove_attachments = choice(table, "attachments", {"keep", "remove"}, "keep") == "remove";
  out.strip_references = choice(table, "references", {"withhold", "strip"}, "withhold") == "strip";
  read_wait(table, out, context);
  table.finish();
  policy.profiles.push_back(std::move(out));
}

std::string Loader::known_profile(TableReader& table, std::string_view key) {
  if (table.node(key) == nullptr) return {};
  std::string id = table.text(key, Need::kRequired);
  std::vector<std::string> names;
  for (const RedactionProfile& profile : policy.profiles) names.push_back(profile.change.id);
  if (!id.empty() && !lists(names, id)) {
    context.error(table.line_of(key), "no profile " + shown(id) + " for " + quoted(key) + " in " + table.name() + suggestion(id, names));
  }
  return id;
}

std::map<std::string, std::string, std::less<>> Loader::read_level_map(TableReader& table) {
  auto out = read_map(table, "level_map", context);
  if (table.node("level_map") == nullptr) return out;
  for (const auto& [from, to] : out) {
    for (const std::string& word : {from, to}) {
      if (lists(level_words(), word)) continue;
      context.error(table.line_of("level_map"), shown(word) + " in \"level_map\" is no level" + suggestion(word, level_words()));
    }
    if (from == to) context.error(table.line_of("level_map"), "\"level_map\" maps " + shown(from) + " to itself; take it out");
  }
  if (out.empty()) context.error(table.line_of("level_map"), "\"level_map\" is empty; write { critical = \"caution\" }, or take the line out");
  return out;
}

}  // namespace sekisho::policy
