#include <algorithm>

#include "policy/model.h"
#include "policy/text.h"
#include "core/toml.h"

namespace sekisho::policy {
namespace {

/// Lines [first, last], from 1.
struct Lines {
  std::size_t first = 0, last = 0;
};

/// A text by lines, each with its line end.
class Text {
 public:
  explicit Text(std::string_view text) {
    while (!text.empty()) {
      const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
      lines_.emplace_back(text.substr(0, end));
      text.remove_prefix(end);
    }
    if (!lines_.empty() && lines_.front().ends_with("\r\n")) line_end_ = "\r\n";
  }

  bool is_header(std::size_t line) const {
    if (line == 0 || line > lines_.size()) return false;
    const auto at = lines_[line - 1].find_first_not_of(" \t");
    return at != std::string::npos && lines_[line - 1][at] == '[';
  }
  std::size_t size() const { return lines_.size(); }

  /// Puts a block after `line`, with one blank line before it (and after it, unless a blank line or the
  /// end follows).
  void insert_after(std::size_t line, const std::vector<std::string>& block) {
    std::vector<std::string> added;
    if (line > 0 && !lines_[line - 1].ends_with('\n')) lines_[line - 1] += line_end_;
    if (line > 0 && !blank(line)) added.push_back(line_end_);
    for (const std::string& text : block) added.push_back(text + line_end_);
    if (line < lines_.size() && !blank(line + 1)) added.push_back(line_end_);
    lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(line), added.begin(), added.end());
  }

  /// Puts one line after `line`.
  void insert_line(std::size_t line, const std::string& text) {
    if (!lines_[line - 1].ends_with('\n')) lines_[line - 1] += line_end_;
    lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(line), text + line_end_);
  }

  /// Puts one line in the place of others; a comment behind the last of them stays. None of them holds a '#' in a string.
  void replace(Lines range, const std::string& text) {
    const std::string& last = lines_[range.last - 1];
    const auto comment = last.find('#');
    std::string line = text + (comment == std::string::npos ? line_end_ : "  " + last.substr(comment));
    lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(range.first), lines_.begin() + static_cast<std::ptrdiff_t>(range.last));
    lines_[range.first - 1] = std::move(line);
  }

  /// Takes lines out, and the one blank line before them.
  void remove(Lines range) {
    if (range.first > 1 && blank(range.first - 1)) --range.first;
    lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(range.first - 1),
                 lines_.begin() + static_cast<std::ptrdiff_t>(std::min(range.last, lines_.size())));
  }

  std::string join() const {
    std::string out;
    for (const std::string& line : lines_) out += line;
    return out;
  }

 private:
  bool blank(std::size_t line) const {
    return lines_[line - 1].find_first_not_of(" \t\r\n") == std::string::npos;
  }

  std::vector<std::string> lines_;
  std::string line_end_ = "\n";
};

/// The lines of one header and what is written directly under it; sub-headers give blocks of their own.
void blocks_of(const TomlNode& table, const Text& text, std::vector<Lines>& out) {
  const std::size_t own = out.size();
  out.push_back({table.line, table.line});
  const auto visit = [&](const auto& self, const TomlNode& node) -> void {
    if (node.is_table() && !node.written_inline && text.is_header(node.line)) {
      blocks_of(node, text, out);
      return;
    }
    const bool made_by_headers = node.is_array() && text.is_header(node.line);
    if (!made_by_headers) out[own].last = std::max(out[own].last, node.last_line);
    for (const TomlNode& item : node.items) self(self, item);
    for (const TomlMember& member : node.members) self(self, member.value);
  };
  for (const TomlMember& member : table.members) visit(visit, member.value);
}

std::vector<Lines> sorted_blocks(const TomlNode& table, const Text& text) {
  std::vector<Lines> out;
  blocks_of(table, text, out);
  std::sort(out.begin(), out.end(), [](Lines a, Lines b) { return a.first < b.first; });
  return out;
}

const TomlNode* find_by(const TomlNode* list, std::string_view key, std::string_view value) {
  if (!list) return nullptr;
  for (const TomlNode& item : list->items) {
    const TomlMember* member = item.find(key);
    if (member && member->value.is_string() && member->value.text == value) return &item;
  }
  return nullptr;
}

const TomlNode* value_of(const TomlNode& table, std::string_view key) {
  const TomlMember* member = table.find(key);
  return member ? &member->value : nullptr;
}

std::string list_of(const std::vector<std::string>& words) {
  std::string out = "[";
  for (std::size_t i = 0; i < words.size(); ++i) out += (i > 0 ? ", " : "") + toml_quoted(words[i]);
  return out + "]";
}

/// `key = value` lines of one table.
class Writer {
 public:
  explicit Writer(std::string header) { lines.push_back(std::move(header)); }
  void text(std::string_view key, std::string_view value) { put(key, toml_quoted(value)); }
  void optional_text(std::string_view key, std::string_view value) {
    if (!value.empty()) text(key, value);
  }
  void list(std::string_view key, const std::vector<std::string>& words) {
    if (!words.empty()) put(key, list_of(words));
  }
  void flag(std::string_view key, bool value) { put(key, value ? "true" : "false"); }
  void instant(std::string_view key, const std::optional<Timestamp>& t) {
    if (t) put(key, format_stix_time(*t, t->nanos % 1000 ? 9 : t->nanos ? 6 : 3));
  }
  void validity(const Validity& validity) {
    instant("from", validity.from);
    instant("until", validity.until);
  }
  void put(std::string_view key, const std::string& value) { lines.push_back(std::string(key) + " = " + value); }

  std::vector<std::string> lines;
};

std::string membership_text(const Membership& member) {
  Writer writer("");
  writer.text("group", member.group);
  writer.validity(member.validity);
  if (writer.lines.size() == 2) return toml_quoted(member.group);
  std::string out = "{ ";
  for (std::size_t i = 1; i < writer.lines.size(); ++i) out += (i > 1 ? ", " : "") + writer.lines[i];
  return out + " }";
}

std::vector<std::string> credential_lines(const Credential& credential) {
  Writer writer("[[party.credentials]]");
  writer.text("id", credential.id);
  writer.text("kind", credential.kind);
  writer.text("hash", credential.hash);
  writer.validity(credential.validity);
  return writer.lines;
}

std::vector<std::string> key_lines(const PartyKey& key) {
  Writer writer("[[party.keys]]");
  writer.text("x", key.x);
  writer.optional_text("kid", key.kid);
  writer.validity(key.validity);
  writer.instant("revoked", key.revoked);
  return writer.lines;
}

std::vector<std::string> assessment_lines(const Assessment& assessment) {
  Writer writer("[[party.assessments]]");
  writer.text("name", assessment.name);
  writer.text("result", assessment.passed ? "pass" : "fail");
  writer.validity(assessment.validity);
  return writer.lines;
}

std::vector<std::string> relay_words(const Relay& relay) {
  std::vector<std::string> words = relay.identities;
  if (relay.everybody) words.insert(words.begin(), "*");
  return words;
}

std::vector<std::string> party_lines(const Party& party) {
  Writer writer("[[party]]");
  writer.text("id", party.id);
  writer.optional_text("name", party.name);
  writer.text("kind", party.kind);
  writer.optional_text("class", party.member_class);
  writer.list("identities", party.identities);
  writer.list("collections", party.collections);
  writer.list("write", party.write);
  writer.list("withdraw", party.withdraw);
  writer.flag("signs", party.signs);
  writer.optional_text("licence", party.licence);
  if (party.relay.identities.empty()) writer.put("relay", party.relay.everybody ? toml_quoted("*") : "false");
  else writer.list("relay", relay_words(party.relay));
  if (party.standing != 0) writer.put("standing", std::to_string(party.standing));
  writer.text("attestations", party.attestations);
  if (party.own != "show") writer.text("own", party.own);
  writer.list("honours", party.honours);
  writer.list("roles", party.roles);
  writer.validity(party.validity);
  if (!party.groups.empty()) {
    std::string groups;
    for (const Membership& member : party.groups) groups += (groups.empty() ? "" : ", ") + membership_text(member);
    writer.put("groups", "[" + groups + "]");
  }
  std::vector<std::string> lines = std::move(writer.lines);
  const auto add = [&lines](const std::vector<std::string>& more) {
    lines.emplace_back();
    lines.insert(lines.end(), more.begin(), more.end());
  };
  for (const Assessment& assessment : party.assessments) add(assessment_lines(assessment));
  for (const PartyKey& key : party.keys) add(key_lines(key));
  for (const Credential& credential : party.credentials) add(credential_lines(credential));
  return lines;
}

Result<TomlNode> read(std::string_view text) {
  if (auto loaded = load_policy(text, "policy.toml", nullptr); !loaded) return loaded.error();
  return parse_toml(text);
}

Result<std::string> checked(std::string text) {
  if (auto loaded = load_policy(text, "policy.toml", nullptr); !loaded) return loaded.error();
  return text;
}

Error by_hand(std::size_t line, std::string_view what) {
  return make_error(Code::kPolicyInvalid,
                    std::string(what) + " is written in braces; edit this line by hand, or rewrite it as a "
                                        "[[…]] table of its own",
                    "policy.toml:" + std::to_string(line));
}

Error no_such(std::string_view what, std::string_view id) {
  return make_error(Code::kNotFound, "no " + std::string(what) + " " + shown(id) + " in policy.toml");
}

Result<std::string> with_table(std::string_view text, std::string_view party, std::string_view key,
                               const std::vector<std::string>& lines) {
  const auto root = read(text);
  if (!root) return root.error();
  Text edited(text);
  const TomlNode* node = find_by(value_of(root.value(), "party"), "id", party);
  if (!node) return no_such("party", party);
  if (node->written_inline) return by_hand(node->line, "the party");
  const TomlNode* list = value_of(*node, key);
  if (list && !edited.is_header(list->line)) return by_hand(list->line, "the list " + quoted(key));
  edited.insert_after(sorted_blocks(*node, edited).back().last, lines);
  return checked(edited.join());
}

/// The party's `key` written anew as a list, or for the first time, behind its `id`.
Result<std::string> with_list(std::string_view text, std::string_view party, std::string_view key,
                              const std::vector<std::string>& words) {
  const auto root = read(text);
  if (!root) return root.error();
  const TomlNode* node = find_by(value_of(root.value(), "party"), "id", party);
  if (!node) return no_such("party", party);
  if (node->written_inline) return by_hand(node->line, "the party");
  Writer writer("");
  writer.list(key, words);
  Text edited(text);
  const TomlMember* old = node->find(key);
  if (old) edited.replace({old->line, old->value.last_line}, writer.lines.back());
  else edited.insert_line(node->find("id")->value.last_line, writer.lines.back());
  return checked(edited.join());
}

/// Removes the blocks of one table, last first, so that line numbers stay true.
std::string without_table(std::string_view text, const TomlNode& node) {
  Text edited(text);
  auto blocks = sorted_blocks(node, edited);
  std::reverse(blocks.begin(), blocks.end());
  for (const Lines block : blocks) edited.remove(block);
  return edited.join();
}

}  // namespace

Result<std::string> with_party(std::string_view text, const Party& party) {
  const auto root = read(text);
  if (!root) return root.error();
  if (find_by(value_of(root.value(), "party"), "id", party.id)) {
    return make_error(Code::kAlreadyExists, "party " + shown(party.id) + " is already in policy.toml");
  }
  Text edited(text);
  std::size_t after = edited.size();
  const TomlNode* parties = value_of(root.value(), "party");
  if (parties && !parties->items.empty()) {
    if (parties->items.back().written_inline) return by_hand(parties->line, "the list \"party\"");
    after = sorted_blocks(parties->items.back(), edited).back().last;
  }
  edited.insert_after(after, party_lines(party));
  return checked(edited.join());
}

Result<std::string> without_party(std::string_view text, std::string_view id) {
  const auto root = read(text);
  if (!root) return root.error();
  const TomlNode* node = find_by(value_of(root.value(), "party"), "id", id);
  if (!node) return no_such("party", id);
  if (node->written_inline) return by_hand(node->line, "the party");
  return checked(without_table(text, *node));
}

Result<std::string> with_credential(std::string_view text, std::string_view party,
                                    const Credential& credential) {
  return with_table(text, party, "credentials", credential_lines(credential));
}

Result<std::string> with_key(std::string_view text, std::string_view party, const PartyKey& key) {
  return with_table(text, party, "keys", key_lines(key));
}

Result<std::string> with_identity(std::string_view text, std::string_view party, std::string_view identity) {
  SEKISHO_ASSIGN(const Policy policy, load_policy(text, "policy.toml", nullptr));
  const Party* owner = policy.find_party(party);
  if (!owner) return no_such("party", party);
  std::vector<std::string> words = owner->identities;
  if (lists(words, identity)) return make_error(Code::kAlreadyExists, "party " + shown(party) + " speaks for " + shown(identity) + " already");
  words.emplace_back(identity);
  return with_list(text, party, "identities", words);
}

Result<std::string> with_relay(std::string_view text, std::string_view party, std::string_view identity) {
  SEKISHO_ASSIGN(const Policy policy, load_policy(text, "policy.toml", nullptr));
  const Party* owner = policy.find_party(party);
  if (!owner) return no_such("party", party);
  if (speaks_for(policy, *owner, identity)) {
    return make_error(Code::kAlreadyExists, "party " + shown(party) + " may pass on what " + shown(identity) + " created already");
  }
  Relay relay = owner->relay;
  relay.identities.emplace_back(identity);
  return with_list(text, party, "relay", relay_words(relay));
}

// The line goes behind `x`; the key is found by `x`, since `kid` may be left out.
Result<std::string> with_revoked_key(std::string_view text, std::string_view party, std::string_view kid,
                                     Timestamp at) {
  SEKISHO_ASSIGN(const Policy policy, load_policy(text, "policy.toml", nullptr));
  const Party* owner = policy.find_party(party);
  if (!owner) return no_such("party", party);
  const auto key = std::find_if(owner->keys.begin(), owner->keys.end(),
                                [kid](const PartyKey& one) { return one.kid == kid; });
  if (key == owner->keys.end()) return no_such("key", kid);
  if (key->revoked) {
    return make_error(Code::kAlreadyExists, "key " + shown(kid) + " is already revoked from " +
                                                format_stix_time(*key->revoked) + " on");
  }
  SEKISHO_ASSIGN(const TomlNode root, read(text));
  const TomlNode* node = find_by(value_of(*find_by(value_of(root, "party"), "id", party), "keys"), "x", key->x);
  if (!node) return no_such("key", kid);
  if (node->written_inline) return by_hand(node->line, "the key");
  Writer writer("");
  writer.instant("revoked", at);
  Text edited(text);
  edited.insert_line(value_of(*node, "x")->last_line, writer.lines.back());
  return checked(edited.join());
}

Result<std::string> without_credential(std::string_view text, std::string_view party,
                                       std::string_view credential_id) {
  const auto root = read(text);
  if (!root) return root.error();
  const TomlNode* owner = find_by(value_of(root.value(), "party"), "id", party);
  if (!owner) return no_such("party", party);
  const TomlNode* node = find_by(value_of(*owner, "credentials"), "id", credential_id);
  if (!node) return no_such("credential", credential_id);
  if (node->written_inline) return by_hand(node->line, "the credential");
  return checked(without_table(text, *node));
}

}  // namespace sekisho::policy
