#include <cstdint>
#include <cstring>

#include "stix/validate/object_rules.h"

namespace sekisho::stix {
namespace {

unsigned byte(char c) {
  return static_cast<unsigned char>(c);
}

/// U+FDD0..U+FDEF and the last two code points of each plane, in valid UTF-8.
bool has_noncharacter(std::string_view text) {
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    const unsigned first = byte(text[i]);
    if (first < 0xEF) continue;
    const unsigned second = byte(text[i + 1]);
    const unsigned third = byte(text[i + 2]);
    if (first == 0xEF) {
      if (second == 0xB7 && third >= 0x90 && third <= 0xAF) return true;
      if (second == 0xBF && third >= 0xBE) return true;
    } else if ((second & 0x0F) == 0x0F && third == 0xBF && i + 3 < text.size() && byte(text[i + 3]) >= 0xBE) {
      return true;
    }
  }
  return false;
}

/// Whether the source of a value could hold one: a byte of EF or above, or an escape of a code point. Most
/// objects are ASCII, so eight bytes at a time.
bool may_hold_noncharacter(std::string_view source) {
  std::size_t i = 0;
  for (; i + 8 <= source.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, source.data() + i, 8);
    if ((word & 0x8080808080808080u) == 0) continue;
    for (std::size_t k = i; k < i + 8; ++k) {
      if (byte(source[k]) >= 0xEF) return true;
    }
  }
  for (; i < source.size(); ++i) {
    if (byte(source[i]) >= 0xEF) return true;
  }
  return source.find("\\u") != std::string_view::npos;
}

/// As deep as the object, which core/json.h bounds.
void look(const json::Value& value, FindingLog& log) {
  if (const auto text = value.string()) {
    if (has_noncharacter(*text)) log.report(value, Clause::kIJson, "a string of I-JSON has no noncharacter such as U+FFFE");
    return;
  }
  for (const auto& [key, member] : value) {
    if (has_noncharacter(key)) log.report(member, Clause::kIJson, "a name in I-JSON has no noncharacter such as U+FFFE");
    look(member, log);
  }
}

}  // namespace

void check_texts(const json::Value& root, FindingLog& log) {
  if (may_hold_noncharacter(root.raw())) look(root, log);
}

}  // namespace sekisho::stix
