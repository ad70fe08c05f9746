// Building JSON Pointers (RFC 6901). Any thread.
#pragma once

#include <string>
#include <string_view>

namespace sekisho::json {

/// Appends "/token", with the escapes of §3.
void append_token(std::string& pointer, std::string_view token);

}  // namespace sekisho::json
