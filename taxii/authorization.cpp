#include "taxii/authorization.h"

#include "core/digest.h"
#include "taxii/header_text.h"

namespace sekisho::taxii {
namespace {

std::optional<Presented> basic(std::string_view encoded) {
  const auto text = from_base64(encoded);
  const std::size_t colon = text ? text->find(':') : std::string::npos;
  if (colon == std::string::npos) return std::nullopt;
  return Presented{Presented::Scheme::kBasic, text->substr(0, colon), text->substr(colon + 1)};
}

std::optional<Presented> bearer(std::string_view token) {
  const std::size_t dot = token.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  return Presented{Presented::Scheme::kBearer, std::string(token.substr(0, dot)), std::string(token)};
}

}  // namespace

std::optional<Presented> read_authorization(std::string_view value) {
  const std::size_t space = value.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = value.substr(0, space), rest = value.substr(space + 1);
  if (equal_ignoring_case(scheme, "basic")) return basic(rest);
  return equal_ignoring_case(scheme, "bearer") ? bearer(rest) : std::nullopt;
}

}  // namespace sekisho::taxii
