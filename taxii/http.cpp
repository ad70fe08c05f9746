#include "taxii/http.h"

#include "taxii/header_text.h"

namespace sekisho::taxii {

std::optional<std::string_view> header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (equal_ignoring_case(key, name)) return std::string_view(value);
  }
  return std::nullopt;
}

}  // namespace sekisho::taxii
