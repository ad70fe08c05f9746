// Texts as the octets that libsodium takes. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace sekisho::certs {

inline const unsigned char* octets(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
inline unsigned char* octets(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace sekisho::certs
