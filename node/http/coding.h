// Answers compressed where the client asks for it (RFC 9110 §8.4, §12.5.3): zstd or gzip. Pure functions; any thread.
// What is compressed is content that its reader may have, and nothing of the request is repeated in it, so that the length
// tells an eavesdropper no more than the length of the content does.
#pragma once

#include <cstdint>
#include <string_view>

#include "taxii/http.h"

namespace sekisho::node::http {

enum class Coding : std::uint8_t { kIdentity, kGzip, kZstd };

inline constexpr std::size_t kLeastCompressed = 1024;  ///< shorter bodies go as they are

/// What an Accept-Encoding header asks for: the highest q; at equal q zstd, gzip, identity. Identity without a header, or if
/// nothing that we have is acceptable.
Coding negotiated(std::string_view accept_encoding);
/// Compresses the body of a 200 if the request asks for it and it is worth it; else leaves the answer as it is.
void encode(const taxii::HttpRequest& request, taxii::HttpResponse& response);

}  // namespace sekisho::node::http
