// Character sets of CSV files: UTF-8 and Shift_JIS as Microsoft writes it (CP932, by glibc's
// iconv). A Decoder is for one thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace sekisho::stix::convert {

enum class Encoding { kAuto, kUtf8, kShiftJis };

/// True if all of `bytes` is UTF-8 without surrogates and overlong forms.
bool is_utf8(std::string_view bytes);

class Decoder {
 public:
  /// kAuto looks at all of `bytes`: UTF-8 if it is that, else Shift_JIS. kUnavailable if iconv has
  /// no CP932.
  static Result<Decoder> open(Encoding encoding, std::string_view bytes);
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;
  ~Decoder();

  /// UTF-8 of a piece of the file that ends between characters; nullopt if it cannot be decoded.
  std::optional<std::string> decode(std::string_view piece) const;
  std::string_view name() const;

 private:
  struct Iconv;
  explicit Decoder(std::unique_ptr<Iconv> iconv);
  std::unique_ptr<Iconv> iconv_;  // empty for UTF-8
};

}  // namespace sekisho::stix::convert
