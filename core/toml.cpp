#include "core/toml.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>

// toml++ 3.3 guards some of its parser states with assertions that hostile text reaches ("[[["), and its
// packaged shared library was built with them turned into undefined behaviour. So it is compiled here,
// header only, with assertions that throw; they are caught below.
namespace {
struct TomlStateBroken : std::exception {};
[[noreturn]] void toml_state_broken() { throw TomlStateBroken{}; }
}  // namespace
#undef NDEBUG
#define TOML_ASSERT(expression)                    \
  do {                                             \
    if (!(expression)) toml_state_broken();        \
  } while (false)
#define TOML_EXCEPTIONS 1
#define TOML_HEADER_ONLY 1
#define TOML_MAX_NESTED_VALUES 32
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_WINDOWS_COMPAT 0
#include <toml++/toml.h>

namespace sekisho {
namespace {

constexpr std::size_t kMaxDots = 32;

/// toml++ builds and frees one level per dot recursively, without a bound of its own.
std::optional<std::size_t> line_with_too_many_dots(std::string_view text) {
  std::size_t line = 1, dots = 0;
  bool comment = false, blank = true;
  for (const char c : text) {
    if (c == '\n') {
      ++line;
      dots = 0;
      comment = false;
      blank = true;
      continue;
    }
    if (blank && c != ' ' && c != '\t') {
      comment = c == '#';
      blank = false;
    }
    if (c == '=' || c == ',' || c == '{' || c == '}' || c == '[' || c == ']') dots = 0;
    if (c == '.' && !comment && ++dots > kMaxDots) return line;
  }
  return std::nullopt;
}

std::string date_text(const toml::date& d) {
  char out[32];
  std::snprintf(out, sizeof out, "%04u-%02u-%02u", unsigned{d.year}, unsigned{d.month}, unsigned{d.day});
  return out;
}

std::string date_time_text(const toml::date_time& t) {
  char out[48];
  std::snprintf(out, sizeof out, "T%02u:%02u:%02u.%09u", unsigned{t.time.hour}, unsigned{t.time.minute},
                unsigned{t.time.second}, unsigned{t.time.nanosecond});
  std::string text = date_text(t.date) + out;
  if (t.offset) {
    const int minutes = t.offset->minutes;
    const int size = minutes < 0 ? -minutes : minutes;
    std::snprintf(out, sizeof out, "%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60, size % 60);
    text += out;
  }
  return text;
}

TomlNode convert(const toml::node& node);

void convert_table(const toml::table& table, TomlNode& out) {
  out.kind = TomlNode::Kind::kTable;
  out.written_inline = table.is_inline();
  for (const auto& [key, value] : table) {
    out.members.push_back({std::string(key.str()), key.source().begin.line, convert(value)});
  }
  std::stable_sort(out.members.begin(), out.members.end(),
                   [](const TomlMember& a, const TomlMember& b) { return a.line < b.line; });
}

void convert_scalar(const toml::node& node, TomlNode& out) {
  using Kind = TomlNode::Kind;
  if (const auto* text = node.as_string()) {
    out.kind = Kind::kString;
    out.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    out.kind = Kind::kInteger;
    out.integer = integer->get();
  } else if (const auto* boolean = node.as_boolean()) {
    out.kind = Kind::kBoolean;
    out.boolean = boolean->get();
  } else if (const auto* date = node.as_date()) {
    out.kind = Kind::kDate;
    out.text = date_text(date->get());
  } else if (const auto* moment = node.as_date_time()) {
    out.kind = moment->get().offset ? Kind::kDateTime : Kind::kLocalDateTime;
    out.text = date_time_text(moment->get());
  } else {
    out.kind = node.is_time() ? Kind::kTime : Kind::kReal;
  }
}

TomlNode convert(const toml::node& node) {
  TomlNode out;
  out.line = node.source().begin.line;
  out.last_line = std::max<std::size_t>(out.line, node.source().end.line);
  if (const auto* table = node.as_table()) {
    convert_table(*table, out);
  } else if (const auto* array = node.as_array()) {
    out.kind = TomlNode::Kind::kArray;
    for (const toml::node& item : *array) out.items.push_back(convert(item));
  } else {
    convert_scalar(node, out);
  }
  return out;
}

bool breaks_parser(std::string_view text) {
  try {
    (void)toml::parse(text);
  } catch (const TomlStateBroken&) {
    return true;
  } catch (const std::exception&) {
    return false;
  }
  return false;
}

/// The parser reads from front to back, so whether a prefix breaks it is monotone in its lines.
std::size_t line_that_breaks(std::string_view text) {
  std::vector<std::size_t> ends;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') ends.push_back(i + 1);
  }
  ends.push_back(text.size());
  const auto found = std::partition_point(ends.begin(), ends.end(), [text](std::size_t end) {
    return !breaks_parser(text.substr(0, end));
  });
  return static_cast<std::size_t>(found - ends.begin()) + 1;
}

}  // namespace

const TomlMember* TomlNode::find(std::string_view key) const {
  for (const TomlMember& member : members) {
    if (member.key == key) return &member;
  }
  return nullptr;
}

std::string_view toml_kind_name(TomlNode::Kind kind) {
  using Kind = TomlNode::Kind;
  switch (kind) {
    case Kind::kString: return "a string";
    case Kind::kInteger: return "a whole number";
    case Kind::kReal: return "a number";
    case Kind::kBoolean: return "true or false";
    case Kind::kDate: return "a date";
    case Kind::kLocalDateTime:
    case Kind::kDateTime: return "a date and time";
    case Kind::kTime: return "a time of day";
    case Kind::kArray: return "a list";
    case Kind::kTable: return "a table";
  }
  return "a value";
}

std::string toml_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04X", unsigned{byte});
      out += escape;
    } else {
      out += c;
    }
  }
  return out + '"';
}

Result<TomlNode> parse_toml(std::string_view text) {
  if (text.size() > kMaxTomlBytes) {
    return make_error(Code::kConfig, "the file is larger than 4 MiB", "1");
  }
  if (const auto line = line_with_too_many_dots(text)) {
    return make_error(Code::kConfig, "more than 32 dots in one key", std::to_string(*line));
  }
  try {
    return convert(toml::parse(text));
  } catch (const toml::parse_error& error) {
    return make_error(Code::kConfig, "not TOML: " + std::string(error.description()),
                      std::to_string(error.source().begin.line));
  } catch (const TomlStateBroken&) {
    return make_error(Code::kConfig, "not TOML: this line cannot be read",
                      std::to_string(line_that_breaks(text)));
  } catch (const std::exception& error) {
    return make_error(Code::kConfig, std::string("cannot be read: ") + error.what(), "1");
  }
}

}  // namespace sekisho
