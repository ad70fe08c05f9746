// The Authorization header of a request (RFC 9110 §11.6.2, RFC 7617, RFC 6750). Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sekisho::taxii {

struct Presented {
  enum class Scheme : std::uint8_t { kBasic, kBearer } scheme = Scheme::kBasic;
  std::string user;    ///< Basic: before the first colon; bearer: before the first dot, which names the token
  std::string secret;  ///< Basic: behind the colon; bearer: the whole token
};

/// One space behind the scheme, whose case does not matter; nullopt for another scheme and for what is malformed.
std::optional<Presented> read_authorization(std::string_view value);

}  // namespace sekisho::taxii
