#include <algorithm>
#include <initializer_list>
#include <optional>

#include "core/toml.h"
#include "stix/convert/identifiers.h"
#include "stix/convert/mapping.h"
#include "stix/names.h"

namespace sekisho::stix::convert {
namespace {

constexpr std::string_view kWeekly = R"toml(name = "weekly"
encoding = "auto"
utc_offset = "+09:00"
language = "ja"
source_name = "週次情報レポート"
publisher = "SOC"
separators = "、，,;；"
empty = ["-", "－", "なし", "N/A"]

[columns]
item = "管理番号"
date = "配信日"
updated = "更新日"
kind = "種別"
level = "レベル"
vendor = "提供元"
title = "件名"
text = "概要"
urls = "参照URL"
cves = "CVE番号"
oems = "関連OEM"
tlp = "TLP"

[kinds]
"脅威・脆弱性情報" = "threat"
"業界動向情報" = "trend"

[levels]
"重大" = "critical"
"重大情報" = "critical"
"要注意" = "caution"
"要注意情報" = "caution"
"周知" = "awareness"
"周知情報" = "awareness"
)toml";

Error wrong(std::size_t line, std::string what) {
  return make_error(Code::kConfig, std::move(what), "mapping:" + std::to_string(line));
}

std::string join(std::initializer_list<std::string_view> words) {
  std::string out;
  for (const std::string_view word : words) out += (out.empty() ? "" : ", ") + std::string(word);
  return out;
}

/// Reads one table; the first wrong thing stays as the error.
class TableReader {
 public:
  explicit TableReader(const TomlNode& table) : table_(table) {}

  std::string text(std::string_view key) {
    const TomlMember* member = table_.find(key);
    if (member == nullptr) return {};
    if (member->value.is_string()) return member->value.text;
    fail(member->line, std::string(key) + " must be a string");
    return {};
  }
  std::string need_text(std::string_view key) {
    const std::string value = text(key);
    if (value.empty()) fail(table_.line, "`" + std::string(key) + " = \"…\"` is missing");
    return value;
  }
  /// A key that is none of `known` is an error.
  void only(std::initializer_list<std::string_view> known) {
    for (const TomlMember& member : table_.members) {
      if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
      fail(member.line, "unknown key " + member.key + "; known: " + join(known));
    }
  }
  const TomlNode& table(std::string_view key) {
    static const TomlNode kNone;
    const TomlMember* member = table_.find(key);
    if (member != nullptr && member->value.is_table()) return member->value;
    fail(member == nullptr ? table_.line : member->line, "[" + std::string(key) + "] is missing");
    return kNone;
  }
  void strings(std::string_view key, std::set<std::string, std::less<>>& out) {
    const TomlMember* member = table_.find(key);
    if (member == nullptr) return;
    if (!member->value.is_array())
      return fail(member->line, std::string(key) + " must be a list of strings");
    for (const TomlNode& element : member->value.items) {
      if (!element.is_string()) return fail(element.line, std::string(key) + " must be a list of strings");
      out.insert(fold_width(element.text));
    }
  }
  /// value in the file = one of `targets`
  void words(std::initializer_list<std::string_view> targets,
             std::map<std::string, std::string, std::less<>>& out) {
    for (const TomlMember& member : table_.members) {
      const std::string target = text(member.key);
      if (std::find(targets.begin(), targets.end(), target) == targets.end()) {
        fail(member.line, "\"" + member.key + "\" must be one of " + join(targets));
      }
      out[fold_width(member.key)] = target;
    }
  }
  void fail(std::size_t line, std::string what) {
    if (!error_) error_ = wrong(std::max<std::size_t>(line, 1), std::move(what));
  }
  const std::optional<Error>& error() const { return error_; }
  std::size_t where(std::string_view key) const {
    const TomlMember* member = table_.find(key);
    return member == nullptr ? table_.line : member->line;
  }

 private:
  const TomlNode& table_;
  std::optional<Error> error_;
};

/// Minutes east of UTC of `+HH:MM`.
std::optional<int> offset_minutes(std::string_view text) {
  const auto pair = [&text](std::size_t at) {
    const int tens = text[at] - '0';
    const int ones = text[at + 1] - '0';
    return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : 99;
  };
  if (text.empty()) return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const int hours = pair(1);
  const int minutes = pair(4);
  if (hours > 14 || minutes > 59) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
}

void read_settings(TableReader& top, Mapping& out) {
  top.only({"name", "encoding", "utc_offset", "language", "source_name", "publisher", "separators",
            "empty", "columns", "kinds", "levels"});
  out.name = top.need_text("name");
  const std::string encoding = top.text("encoding");
  if (encoding == "utf-8")
    out.encoding = Encoding::kUtf8;
  else if (encoding == "shift_jis")
    out.encoding = Encoding::kShiftJis;
  else if (!encoding.empty() && encoding != "auto") {
    top.fail(top.where("encoding"), "encoding must be one of auto, utf-8, shift_jis");
  }
  const auto offset = offset_minutes(top.text("utc_offset"));
  if (!offset) top.fail(top.where("utc_offset"), "utc_offset must have the form +09:00");
  out.utc_offset_minutes = offset.value_or(0);
  out.language = top.text("language");
  if (!out.language.empty() && !is_language_tag(out.language)) {
    top.fail(top.where("language"), "language must be a tag such as ja or en-US");
  }
  out.source_name = top.text("source_name");
  if (out.source_name.empty()) out.source_name = out.name;
  out.publisher = fold_width(top.text("publisher"));
  out.separators = top.text("separators");
  top.strings("empty", out.empty);
}

std::optional<Error> read_columns(const TomlNode& table, Mapping& out) {
  TableReader columns(table);
  columns.only({"item", "date", "updated", "kind", "level", "vendor", "title", "text", "urls",
                "cves", "oems", "tlp"});
  for (const std::string_view needed : {"item", "date", "kind", "title"}) columns.need_text(needed);
  for (std::size_t i = 0; i < kColumns; ++i)
    out.columns[i] = fold_width(columns.text(kColumnNames[i]));
  for (std::size_t i = 0; i < kColumns; ++i) {
    const auto same = std::count(out.columns.begin(), out.columns.end(), out.columns[i]);
    if (!out.columns[i].empty() && same > 1) {
      columns.fail(columns.where(kColumnNames[i]), "two columns are read from one header");
    }
  }
  return columns.error();
}

}  // namespace

std::string_view weekly_mapping() {
  return kWeekly;
}

Result<Mapping> parse_mapping(std::string_view toml_text) {
  if (!is_utf8(toml_text))
    return make_error(Code::kConfig, "the mapping must be UTF-8", "mapping:1");
  const auto parsed = parse_toml(toml_text);
  if (!parsed.ok()) {
    return make_error(Code::kConfig, parsed.error().detail, "mapping:" + parsed.error().where);
  }
  Mapping out;
  TableReader top(*parsed);
  read_settings(top, out);
  const TomlNode& columns = top.table("columns");
  const TomlNode& kinds = top.table("kinds");
  if (top.error()) return *top.error();
  if (auto error = read_columns(columns, out)) return *error;
  TableReader kind_words(kinds);
  kind_words.words({"threat", "trend"}, out.kinds);
  if (kind_words.error()) return *kind_words.error();
  if (out.header(Column::kLevel).empty()) return out;
  TableReader level_words(top.table("levels"));
  if (top.error()) return *top.error();
  level_words.words({"critical", "caution", "awareness"}, out.levels);
  if (level_words.error()) return *level_words.error();
  return out;
}

}  // namespace sekisho::stix::convert
