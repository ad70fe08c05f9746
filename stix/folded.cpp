#include "stix/folded.h"

#include <algorithm>
#include <numeric>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include "core/utf8.h"

namespace sekisho::stix {
namespace {

constexpr std::size_t kBrief = 64;  // of a name that is looked for byte by byte

char32_t decode(std::string_view bytes) {
  const auto byte = [&bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  char32_t out = bytes.size() == 1 ? byte(0) : byte(0) & (0x7FU >> bytes.size());
  for (std::size_t i = 1; i < bytes.size(); ++i) out = out << 6U | (byte(i) & 0x3FU);
  return out;
}

/// Those that show as nothing but a gap.
bool is_blank(char32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
         c == 0x202F || c == 0x205F || c == 0x3000 || c == 0x2800 || c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0;
}

bool is_unseen(char32_t c) {
  const auto type = u_charType(static_cast<UChar32>(c));
  return type == U_CONTROL_CHAR || type == U_FORMAT_CHAR;
}

/// A mark, or what follows the first consonant of a Korean syllable.
bool belongs_to_letter(char32_t c) { return (c >= 0x1160 && c <= 0x11FF) || u_getCombiningClass(static_cast<UChar32>(c)) != 0; }

const icu::Normalizer2* folding() {
  static const icu::Normalizer2* const kFolding = [] {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* found = icu::Normalizer2::getNFKCCasefoldInstance(error);
    return U_SUCCESS(error) ? found : nullptr;
  }();
  return kFolding;
}

}  // namespace

Folded::Folded(std::string_view text) : original_(text) {
  text_.reserve(text.size());
  std::string scratch;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t valid = utf8::sequence_length(text.substr(at)), size = std::max<std::size_t>(valid, 1);
    const std::string_view bytes = text.substr(at, size);
    const char32_t c = decode(bytes);
    if (valid == 0) {
      put(bytes, at, size);  // of no text at all
    } else if (is_blank(c)) {
      put_blank(at, size);
    } else if (c < 0x80) {
      const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : static_cast<char>(c);
      if (c > ' ' && c != 0x7F) put({&small, 1}, at, size);
    } else if (!is_unseen(c)) {
      icu::UnicodeString parts;
      scratch.clear();
      const bool other = folding() != nullptr && folding()->getDecomposition(static_cast<UChar32>(c), parts);
      put(other ? std::string_view(parts.toUTF8String(scratch)) : bytes, at, size);
    }
    at += size;
  }
}

void Folded::put(std::string_view folded, std::size_t from, std::size_t size) {
  const bool stands = from == text_.size() && folded.size() == size && utf8::sequence_length(folded) == size;
  if (!places_ && !stands) {
    from_.reserve(original_.size());
    from_.resize(text_.size());
    std::iota(from_.begin(), from_.end(), 0U);
    places_ = true;
  }
  text_ += folded;
  if (places_) from_.resize(text_.size(), static_cast<std::uint32_t>(from));
}

void Folded::put_blank(std::size_t from, std::size_t size) {
  if (text_.empty() || text_.back() != ' ') put(" ", from, size);
}

bool Folded::is_end(std::size_t to) const {
  if (!places_ || to == 0 || to >= text_.size() || from_[to] != from_[to - 1]) return true;
  const std::string_view rest = std::string_view(text_).substr(to);
  const std::size_t size = utf8::sequence_length(rest);
  return size == 0 || !belongs_to_letter(decode(rest.substr(0, size)));
}

bool Folded::holds(std::string_view name) const {
  if (name.empty()) return false;
  if (name.size() > kBrief) return holds_long(name);
  for (auto at = text_.find(name); at != std::string::npos; at = text_.find(name, at + 1)) {
    if (is_end(at + name.size())) return true;
  }
  return false;
}

// Knuth, Morris and Pratt: no byte of the text is looked at again, whatever the name repeats of itself.
bool Folded::holds_long(std::string_view name) const {
  std::vector<std::uint32_t> shorter(name.size() + 1, 0);  // the longest other beginning of the name that ends as these many bytes do
  const auto step = [&](std::uint32_t had, char c) {
    while (had > 0 && (had == name.size() || name[had] != c)) had = shorter[had];
    return name[had] == c ? had + 1 : 0;
  };
  for (std::uint32_t i = 1; i < name.size(); ++i) shorter[i + 1] = step(shorter[i], name[i]);
  std::uint32_t had = 0;
  for (std::size_t at = 0; at < text_.size(); ++at) {
    had = step(had, text_[at]);
    if (had == name.size() && is_end(at + 1)) return true;
  }
  return false;
}

std::pair<std::size_t, std::size_t> Folded::origin(std::size_t from, std::size_t to) const {
  if (from >= to || !places_) return {from, to};
  const std::size_t last = from_[to - 1];
  return {from_[from], last + std::max<std::size_t>(utf8::sequence_length(original_.substr(last)), 1)};
}

std::string folded_name(std::string_view name) {
  std::string out = Folded(name).text();
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return !out.empty() && out.front() == ' ' ? out.substr(1) : out;
}

}  // namespace sekisho::stix
