#include "node/app/config.h"

#include <algorithm>
#include <set>

#include "core/time.h"
#include "core/toml.h"

namespace sekisho::node::app {
namespace {

class Reader {
 public:
  Reader(const TomlNode& root, std::string file) : root_(root), file_(std::move(file)) {}

  Error wrong(std::size_t line, const std::string& text) const {
    return make_error(Code::kConfig, text, file_ + ":" + std::to_string(line == 0 ? 1 : line));
  }

  /// Refuses tables and keys that do not exist.
  Status known(const std::set<std::string>& names) const {
    for (const TomlMember& section : root_.members) {
      if (section.key == "root") continue;  // [[root]], see read_roots
      if (!section.value.is_table()) {
        return wrong(section.line, "`" + section.key + "` belongs under a table such as [node]");
      }
      for (const TomlMember& inner : section.value.members) {
        const std::string name = section.key + "." + inner.key;
        if (names.count(name) != 0) continue;
        std::string all;
        for (const auto& one : names) all += (all.empty() ? "" : ", ") + one;
        return wrong(inner.line, "unknown key " + name + "; known keys: " + all);
      }
    }
    return {};
  }

  const TomlMember* find(const char* section, const char* key) const {
    const TomlMember* table = root_.find(section);
    return table == nullptr ? nullptr : table->value.find(key);
  }
  std::size_t line(const char* section, const char* key) const {
    const TomlMember* member = find(section, key);
    if (member != nullptr) return member->line;
    const TomlMember* table = root_.find(section);
    return table == nullptr ? 1 : table->line;
  }

  Status text(const char* section, const char* key, std::string& out, bool required) const {
    const TomlMember* member = find(section, key);
    if (member == nullptr) {
      if (!required) return {};
      return wrong(line(section, key), "[" + std::string(section) + "] needs " + key + " = \"…\"");
    }
    if (!member->value.is_string()) return wrong(member->line, std::string(key) + " must be a string: " + key + " = \"…\"");
    out = member->value.text;
    return {};
  }

  Status number(const char* section, const char* key, std::int64_t low, std::int64_t high, std::int64_t& out) const {
    const TomlMember* member = find(section, key);
    if (member == nullptr) return {};
    const bool whole = member->value.kind == TomlNode::Kind::kInteger;
    if (!whole || member->value.integer < low || member->value.integer > high) {
      return wrong(member->line, std::string(key) + " must be a whole number from " + std::to_string(low) + " to " + std::to_string(high));
    }
    out = member->value.integer;
    return {};
  }

  Status endpoint(const char* section, const char* key, Endpoint& out, bool required) const {
    std::string value;
    SEKISHO_TRY(text(section, key, value, required));
    if (value.empty()) return {};
    const auto colon = value.rfind(':');
    const std::string digits = colon == std::string::npos ? "" : value.substr(colon + 1);
    if (digits.empty() || digits.size() > 5 || digits.find_first_not_of("0123456789") != std::string::npos ||
        std::stoul(digits) > 65535) {
      return wrong(line(section, key), std::string(key) + " must be ADDRESS:PORT, say 127.0.0.1:6443");
    }
    out.address = value.substr(0, colon);
    out.port = static_cast<std::uint16_t>(std::stoul(digits));
    return {};
  }

 private:
  const TomlNode& root_;
  std::string file_;
};

bool is_root_name(const std::string& name) {
  return !name.empty() && name != "taxii2" &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos;
}

/// One [[root]]: name, title, description, and lists of collections and parties.
Result<Root> read_root(const TomlNode& table, const Reader& reader) {
  Root root;
  for (const TomlMember& member : table.members) {
    const bool list = member.key == "collections" || member.key == "parties";
    if (list) {
      auto& into = member.key == "parties" ? root.parties : root.collections;
      for (const TomlNode& item : member.value.items) into.push_back(item.text);
      const bool texts = std::all_of(member.value.items.begin(), member.value.items.end(),
                                     [](const TomlNode& item) { return item.is_string() && !item.text.empty(); });
      if (into.empty() || !texts) return reader.wrong(member.line, member.key + " must be a list of names, or be left out");
      continue;
    }
    if (member.key != "name" && member.key != "title" && member.key != "description") {
      return reader.wrong(member.line, "unknown key " + member.key + " in [[root]]; known keys: name, title, description, collections, parties");
    }
    if (!member.value.is_string()) return reader.wrong(member.line, member.key + " must be a string: " + member.key + " = \"…\"");
    (member.key == "name" ? root.name : member.key == "title" ? root.title : root.description) = member.value.text;
  }
  return root;
}

Result<std::vector<Root>> read_roots(const TomlNode& root, const Reader& reader) {
  std::vector<Root> roots;
  std::set<std::string> names;
  const TomlMember* tables = root.find("root");
  if (tables == nullptr) return roots;
  if (tables->value.is_table() || tables->value.items.empty()) return reader.wrong(tables->line, "write [[root]], once for each API root");
  for (const TomlNode& table : tables->value.items) {
    if (!table.is_table()) return reader.wrong(tables->line, "write [[root]], once for each API root");
    SEKISHO_ASSIGN(Root one, read_root(table, reader));
    if (!is_root_name(one.name)) return reader.wrong(table.line, "[[root]] needs name = \"…\": one path segment of a-z 0-9 - _, not taxii2");
    if (!names.insert(one.name).second) return reader.wrong(table.line, "two [[root]] have the name " + one.name);
    if (one.title.empty()) one.title = one.name;
    roots.push_back(std::move(one));
  }
  return roots;
}

Result<Config> from_table(const TomlNode& root, const std::string& file) {
  const Reader reader(root, file);
  SEKISHO_TRY(reader.known({"node.organisation", "node.identity", "node.since", "http.listen", "http.api_root",
                            "http.workers", "http.health", "http.plain", "http.title", "grpc.listen", "limits.max_content_length",
                            "limits.page_items", "limits.connections", "limits.requests_per_minute",
                            "limits.objects_per_hour", "limits.bytes_per_hour", "limits.ids_per_hour", "limits.letters_per_hour",
                            "limits.page_cache_bytes"}));
  Config config;
  SEKISHO_TRY(reader.text("node", "organisation", config.organisation, true));
  SEKISHO_TRY(reader.text("node", "identity", config.identity, true));
  SEKISHO_TRY(reader.text("node", "since", config.since, true));
  if (!parse_stix_time(config.since).ok()) {
    return reader.wrong(reader.line("node", "since"), "since must look like 2026-01-01T00:00:00.000Z");
  }
  SEKISHO_TRY(reader.endpoint("http", "listen", config.listen, true));
  SEKISHO_TRY(reader.endpoint("http", "health", config.health, false));
  SEKISHO_TRY(reader.endpoint("http", "plain", config.plain, false));
  SEKISHO_TRY(reader.endpoint("grpc", "listen", config.grpc, false));
  SEKISHO_TRY(reader.text("http", "api_root", config.api_root, false));
  if (!is_root_name(config.api_root)) {
    return reader.wrong(reader.line("http", "api_root"), "api_root must be one path segment of a-z 0-9 - _, not taxii2");
  }
  config.title = config.organisation;
  SEKISHO_TRY(reader.text("http", "title", config.title, false));
  std::int64_t workers = config.workers, body = static_cast<std::int64_t>(config.limits.max_content_length),
               items = static_cast<std::int64_t>(config.limits.page_items),
               connections = static_cast<std::int64_t>(config.limits.connections);
  SEKISHO_TRY(reader.number("http", "workers", 1, 64, workers));
  SEKISHO_TRY(reader.number("limits", "max_content_length", 1024, 1 << 30, body));
  SEKISHO_TRY(reader.number("limits", "page_items", 1, 10'000, items));
  SEKISHO_TRY(reader.number("limits", "connections", 1, 100'000, connections));
  std::int64_t cache = static_cast<std::int64_t>(config.limits.page_cache_bytes);
  SEKISHO_TRY(reader.number("limits", "page_cache_bytes", 0, std::int64_t{1} << 40, cache));
  config.limits.page_cache_bytes = static_cast<std::size_t>(cache);
  std::int64_t requests = 0;
  SEKISHO_TRY(reader.number("limits", "requests_per_minute", 0, 1'000'000, requests));
  config.requests_per_minute = static_cast<std::uint32_t>(requests);
  const std::pair<const char*, std::uint64_t*> budgets[] = {{"objects_per_hour", &config.budgets.objects},
                                                            {"bytes_per_hour", &config.budgets.bytes},
                                                            {"ids_per_hour", &config.budgets.ids},
                                                            {"letters_per_hour", &config.budgets.letters}};
  for (const auto& [key, limit] : budgets) {
    auto number = static_cast<std::int64_t>(*limit);
    SEKISHO_TRY(reader.number("limits", key, 0, std::int64_t{1} << 50, number));
    *limit = static_cast<std::uint64_t>(number);
  }
  SEKISHO_ASSIGN(config.roots, read_roots(root, reader));
  config.workers = static_cast<unsigned>(workers);
  config.limits.max_content_length = static_cast<std::size_t>(body);
  config.limits.page_items = static_cast<std::size_t>(items);
  config.limits.connections = static_cast<std::size_t>(connections);
  return config;
}

}  // namespace

Result<Config> load_config(std::string_view text, const std::string& file) {
  const auto root = parse_toml(text);
  if (!root.ok()) return make_error(Code::kConfig, root.error().detail, file + ":" + root.error().where);
  return from_table(*root, file);
}

}  // namespace sekisho::node::app
