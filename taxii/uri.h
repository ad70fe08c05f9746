// Percent-encoding and absolute URLs (RFC 3986), as far as TAXII needs them. Values; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sekisho::taxii {

/// Decodes once; nullopt if a '%' is not followed by two hex digits. '+' stays '+'.
std::optional<std::string> percent_decode(std::string_view text);
/// Encodes everything but the unreserved characters of RFC 3986 §2.3.
std::string percent_encode(std::string_view text);

/// An absolute URL without user information, query and fragment.
struct Url {
  std::string origin;  ///< scheme://host[:port], lower case, without the scheme's default port
  std::string path;    ///< empty or begins with '/'

  /// https, or http on a loopback host (the transport decides whether that is allowed); nullopt
  /// else.
  static std::optional<Url> parse(std::string_view text);
};

}  // namespace sekisho::taxii
