#include "stix/convert/charset.h"

#include <iconv.h>

#include <cstdint>
#include <utility>

namespace sekisho::stix::convert {

bool is_utf8(std::string_view bytes) {
  std::size_t i = 0;
  while (i < bytes.size()) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xc2 ? 0
                               : lead < 0xe0 ? 2
                               : lead < 0xf0 ? 3
                               : lead < 0xf5 ? 4
                                             : 0;
    if (length == 0 || i + length > bytes.size()) return false;
    std::uint32_t point = length == 1 ? lead : lead & (0xffu >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(bytes[i + k]);
      if ((next & 0xc0u) != 0x80u) return false;
      point = (point << 6) | (next & 0x3fu);
    }
    const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    if (overlong || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
    i += length;
  }
  return true;
}

struct Decoder::Iconv {
  explicit Iconv(iconv_t opened) : handle(opened) {}
  Iconv(const Iconv&) = delete;
  Iconv& operator=(const Iconv&) = delete;
  ~Iconv() { iconv_close(handle); }
  iconv_t handle;
};

Decoder::Decoder(std::unique_ptr<Iconv> iconv) : iconv_(std::move(iconv)) {}
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;
Decoder::~Decoder() = default;

Result<Decoder> Decoder::open(Encoding encoding, std::string_view bytes) {
  if (encoding == Encoding::kUtf8 || (encoding == Encoding::kAuto && is_utf8(bytes)))
    return Decoder(nullptr);
  const iconv_t handle = iconv_open("UTF-8", "CP932");
  if (reinterpret_cast<std::intptr_t>(handle) == -1) {
    return make_error(Code::kUnavailable,
                      "this system's iconv does not know CP932; write the file as UTF-8");
  }
  return Decoder(std::make_unique<Iconv>(handle));
}

std::string_view Decoder::name() const {
  return iconv_ ? "Shift_JIS" : "UTF-8";
}

std::optional<std::string> Decoder::decode(std::string_view piece) const {
  if (!iconv_) {
    if (!is_utf8(piece)) return std::nullopt;
    return std::string(piece);
  }
  std::string out(piece.size() * 3, '\0');       // one CP932 byte gives at most three of UTF-8
  char* from = const_cast<char*>(piece.data());  // iconv's signature; it does not write there
  std::size_t from_left = piece.size();
  char* to = out.data();
  std::size_t to_left = out.size();
  iconv(iconv_->handle, nullptr, nullptr, nullptr, nullptr);
  const std::size_t outcome = iconv(iconv_->handle, &from, &from_left, &to, &to_left);
  if (outcome == static_cast<std::size_t>(-1) || from_left != 0) return std::nullopt;
  out.resize(out.size() - to_left);
  return out;
}

}  // namespace sekisho::stix::convert
