#include "taxii/http.h"

#include "taxii/header_text.h"

namespace sekisho::taxii {

std::optional<std::string_view> header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (equal_ignoring_case(key, name)) return std::string_view(value);
  }
  return std::nullopt;
}

std::size_t body_size(const HttpResponse& response) {
  std::size_t size = response.body.size();
  for (const HeldText& part : response.parts) size += part.text.size();
  return size;
}

void join_body(HttpResponse& response) {
  response.body.reserve(body_size(response));
  for (const HeldText& part : response.parts) response.body.append(part.text);
  response.parts.clear();
}

}  // namespace sekisho::taxii
