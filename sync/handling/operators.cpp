#include "sync/handling/operators.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/digest.h"
#include "core/toml.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kNameBytes = 64;
constexpr std::size_t kReasonBytes = 1000;
constexpr std::array<std::string_view, 7> kKeys{"name", "x", "kid", "from", "until", "revoked", "reason"};
constexpr std::int64_t kDay = 86'400'000'000;

Error at_line(const std::string& path, std::size_t line, const std::string& what) {
  return make_error(Code::kConfig, what, path + ":" + std::to_string(line));
}

bool good_name(std::string_view name) {
  if (name.empty() || name.size() > kNameBytes) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

/// A date is a day in UTC; as an end it is included.
std::optional<Timestamp> instant_of(const TomlNode& node, bool is_end) {
  using Kind = TomlNode::Kind;
  if (node.kind != Kind::kString && node.kind != Kind::kDate && node.kind != Kind::kDateTime) return std::nullopt;
  if (node.text.size() == 10) {
    const auto day = parse_date(node.text);
    if (!day.ok()) return std::nullopt;
    return is_end ? day->plus_micros(kDay) : *day;
  }
  const auto exact = parse_rfc3339(node.text);
  return exact.ok() ? std::optional<Timestamp>(*exact) : std::nullopt;
}

class Row {
 public:
  Row(const TomlNode& table, const std::string& path) : table_(table), path_(path) {}

  Result<Operator> read() {
    SEKISHO_TRY(check_keys());
    Operator out;
    out.line = out.last_line = table_.line;
    for (const TomlMember& member : table_.members) out.last_line = std::max(out.last_line, member.value.last_line);
    SEKISHO_ASSIGN(out.name, text("name"));
    if (!good_name(out.name)) return wrong("name", "write a name of a-z, 0-9 and -, at most 64");
    SEKISHO_ASSIGN(const std::string x, text("x"));
    const auto key = certs::PublicKey::from_base64url(x);
    if (!key.ok()) return wrong("x", "write the Ed25519 public key as 43 base64url characters: " + key.error().detail);
    out.key = *key;
    SEKISHO_ASSIGN(const std::string kid, text("kid"));
    if (!kid.empty() && kid != out.key.thumbprint()) return wrong("kid", "this is not the thumbprint of x; leave it out");
    SEKISHO_ASSIGN(out.reason, text("reason"));
    SEKISHO_ASSIGN(out.from, instant("from", false));
    SEKISHO_ASSIGN(out.until, instant("until", true));
    SEKISHO_ASSIGN(out.revoked, instant("revoked", false));
    if (out.from && out.until && *out.until <= *out.from) return wrong("until", "it ends before it begins");
    return out;
  }

 private:
  Error wrong(std::string_view key, const std::string& what) const {
    const TomlMember* member = table_.find(key);
    return at_line(path_, member == nullptr ? table_.line : member->line, std::string(key) + ": " + what);
  }
  Status check_keys() const {
    for (const TomlMember& member : table_.members) {
      if (std::find(kKeys.begin(), kKeys.end(), member.key) != kKeys.end()) continue;
      return at_line(path_, member.line, "`" + member.key + "` is no key of [[operator]]; known are name, x, kid, from, until, revoked, reason");
    }
    return {};
  }
  Result<std::string> text(std::string_view key) const {
    const TomlMember* member = table_.find(key);
    if (member == nullptr) return std::string();
    if (!member->value.is_string()) return wrong(key, "write a string");
    return member->value.text;
  }
  Result<std::optional<Timestamp>> instant(std::string_view key, bool is_end) const {
    const TomlMember* member = table_.find(key);
    if (member == nullptr) return std::optional<Timestamp>();
    const auto found = instant_of(member->value, is_end);
    if (!found) return wrong(key, "write 2026-04-01 (a day in UTC) or 2026-04-01T09:00:00+09:00");
    return found;
  }

  const TomlNode& table_;
  const std::string& path_;
};

/// The lines of a text, each with its line end.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  if (!lines.empty() && !lines.back().ends_with('\n')) lines.back() += '\n';
  return lines;
}

Result<std::string> checked(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  const auto good = Operators::parse(text, "operators.toml");
  if (!good.ok()) return good.error();
  return text;
}

}  // namespace

Result<Operators> Operators::parse(std::string_view text, const std::string& path) {
  const auto root = parse_toml(text);
  if (!root.ok()) return make_error(Code::kConfig, root.error().detail, path + ":" + root.error().where);
  Operators out;
  out.digest_ = hex(sha256(text));
  std::set<std::string> kids;
  for (const TomlMember& member : root->members) {
    if (member.key != "operator" || !member.value.is_array()) {
      return at_line(path, member.line, "only [[operator]] tables stand here, not `" + member.key + "`");
    }
    for (const TomlNode& table : member.value.items) {
      if (!table.is_table()) return at_line(path, member.line, "write [[operator]]");
      if (out.rows_.size() == kOperators) return at_line(path, table.line, "more than 10000 keys");
      SEKISHO_ASSIGN(Operator row, Row(table, path).read());
      if (!kids.insert(row.key.thumbprint()).second) {
        return at_line(path, row.line, "this key stands here twice; a key belongs to one operator");
      }
      out.rows_.push_back(std::move(row));
    }
  }
  return out;
}

const Operator* Operators::find(std::string_view kid) const {
  const auto found = std::find_if(rows_.begin(), rows_.end(), [&](const Operator& row) { return row.key.thumbprint() == kid; });
  return found == rows_.end() ? nullptr : &*found;
}

Result<const Operator*> Operators::usable(std::string_view kid, Timestamp at) const {
  const Operator* row = find(kid);
  if (row == nullptr) return make_error(Code::kKeyUnknown, "no operator has this key; see `sekisho operator list`", std::string(kid));
  const auto refuse = [&](const std::string& why) {
    return make_error(Code::kKeyNotValid, "the key of operator " + row->name + " " + why, std::string(kid));
  };
  if (row->revoked && at >= *row->revoked) return refuse("is revoked from " + format_stix_time(*row->revoked) + " on");
  if (row->from && at < *row->from) return refuse("counts from " + format_stix_time(*row->from) + " on");
  if (row->until && at >= *row->until) return refuse("counted until " + format_stix_time(*row->until));
  return row;
}

Result<std::string> with_operator(const std::string& text, const Operator& added) {
  SEKISHO_ASSIGN(const Operators now, Operators::parse(text, "operators.toml"));
  if (!good_name(added.name)) return make_error(Code::kInvalidArgument, "write a name of a-z, 0-9 and -, at most 64", added.name);
  const std::string kid = added.key.thumbprint();
  if (now.find(kid) != nullptr) return make_error(Code::kAlreadyExists, "this key is an operator's already", kid);
  auto lines = lines_of(text);
  if (!lines.empty() && lines.back() != "\n") lines.emplace_back("\n");
  lines.emplace_back("[[operator]]\n");
  lines.push_back("name = " + toml_quoted(added.name) + "\n");
  lines.push_back("x = " + toml_quoted(base64url(as_chars(added.key.bytes))) + "\n");
  lines.push_back("kid = " + toml_quoted(kid) + "\n");
  if (added.from) lines.push_back("from = " + format_stix_time(*added.from, 6) + "\n");
  if (added.until) lines.push_back("until = " + format_stix_time(*added.until, 6) + "\n");
  return checked(lines);
}

Result<std::string> without_operator(const std::string& text, std::string_view name) {
  SEKISHO_ASSIGN(const Operators now, Operators::parse(text, "operators.toml"));
  auto lines = lines_of(text);
  bool found = false;
  for (auto row = now.all().rbegin(); row != now.all().rend(); ++row) {
    if (row->name != name) continue;
    found = true;
    const auto first = static_cast<std::ptrdiff_t>(row->line - 1);
    lines.erase(lines.begin() + first, lines.begin() + static_cast<std::ptrdiff_t>(row->last_line));
  }
  if (!found) return make_error(Code::kNotFound, "no such operator; see `sekisho operator list`", std::string(name));
  return checked(lines);
}

Result<std::string> with_revoked_operator(const std::string& text, std::string_view name, std::string_view kid,
                                          Timestamp at, const std::string& reason) {
  SEKISHO_ASSIGN(const Operators now, Operators::parse(text, "operators.toml"));
  if (reason.empty() || reason.size() > kReasonBytes) {
    return make_error(Code::kInvalidArgument, "write a reason of at most 1000 bytes", "--reason");
  }
  auto lines = lines_of(text);
  bool found = false;
  for (auto row = now.all().rbegin(); row != now.all().rend(); ++row) {
    if (row->name != name || (!kid.empty() && row->key.thumbprint() != kid)) continue;
    if (row->revoked && *row->revoked <= at) {
      if (kid.empty()) continue;
      return make_error(Code::kAlreadyExists, "it is revoked from " + format_stix_time(*row->revoked) + " on", std::string(kid));
    }
    found = true;
    const auto end = lines.begin() + static_cast<std::ptrdiff_t>(row->last_line);
    // What stood there of an earlier revocation goes.
    const auto kept = std::remove_if(lines.begin() + static_cast<std::ptrdiff_t>(row->line - 1), end, [](const std::string& line) {
      return line.starts_with("revoked") || line.starts_with("reason");
    });
    lines.insert(lines.erase(kept, end),
                 {"revoked = " + format_stix_time(at, 6) + "\n", "reason = " + toml_quoted(reason) + "\n"});
  }
  if (!found) return make_error(Code::kNotFound, "no key of such an operator that could be revoked then", std::string(name));
  return checked(lines);
}

}  // namespace sekisho::sync
