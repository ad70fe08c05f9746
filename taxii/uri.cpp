#include "taxii/uri.h"

#include <algorithm>
#include <array>

#include "core/ascii.h"
#include "core/digest.h"

namespace sekisho::taxii {
namespace {

bool unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

bool url_character(char c) {
  return unreserved(c) || std::string_view("%:/[]@!$&'()*+,;=").find(c) != std::string_view::npos;
}

using ascii::lower;

void drop_suffix(std::string& text, std::string_view suffix) {
  if (std::string_view(text).ends_with(suffix)) text.resize(text.size() - suffix.size());
}

bool loopback(std::string_view authority) {
  constexpr std::array<std::string_view, 3> kHosts = {"127.0.0.1", "localhost", "[::1]"};
  return std::any_of(kHosts.begin(), kHosts.end(), [authority](std::string_view host) {
    return authority.starts_with(host) &&
           (authority.size() == host.size() || authority[host.size()] == ':');
  });
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (unreserved(c)) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kHex[byte >> 4]);
    out.push_back(kHex[byte & 15]);
  }
  return out;
}

std::optional<Url> Url::parse(std::string_view text) {
  if (!std::all_of(text.begin(), text.end(), url_character)) return std::nullopt;
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string scheme = lower(text.substr(0, colon));
  text.remove_prefix(colon + 3);
  const std::size_t slash = std::min(text.find('/'), text.size());
  std::string authority = lower(text.substr(0, slash));
  if (authority.empty() || authority.front() == ':') return std::nullopt;
  if (authority.find('@') != std::string::npos) return std::nullopt;
  if (scheme == "https") {
    drop_suffix(authority, ":443");
  } else if (scheme == "http" && loopback(authority)) {
    drop_suffix(authority, ":80");
  } else {
    return std::nullopt;
  }
  return Url{scheme + "://" + authority, std::string(text.substr(slash))};
}

}  // namespace sekisho::taxii
