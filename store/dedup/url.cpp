// Refang, split, then each part by itself (RFC 3986 §3, §6.2). ICU does the host names (UTS 46).
#include "store/dedup/url.h"

#include <unicode/uidna.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "core/ascii.h"
#include "core/utf8.h"

namespace sekisho::store::dedup {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

/// Query parameters that say where a reader came from, not what is read; a `*` stands for any ending.
constexpr std::array<std::string_view, 16> kTracking = {
    "utm_*", "mc_*",  "_hs*",   "fbclid", "gclid",   "dclid", "gbraid", "wbraid",
    "msclkid", "twclid", "yclid", "igshid", "mkt_tok", "_ga",   "_gl",    "ref_src"};

bool is_unreserved(char c) { return ascii::is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~'; }
/// pchar and "/" and "?" of RFC 3986 without "%": what may stand unescaped in path and query.
bool may_stand(char c) { return is_unreserved(c) || (c != '\0' && std::string_view("!$&'()*+,;=:@/?").find(c) != std::string_view::npos); }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = ascii::to_lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  std::string out;
  std::size_t at = 0;
  while (true) {
    const std::size_t found = text.find(from, at);
    out.append(text, at, found - at);
    if (found == std::string::npos) break;
    out.append(to);
    at = found + from.size();
  }
  text = std::move(out);
}

/// Takes the first of `words` that `text` begins with, whatever its case.
bool take(std::string_view& text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (ascii::lower(text.substr(0, word.size())) != word) continue;
    text.remove_prefix(word.size());
    return true;
  }
  return false;
}

/// `http` or `https`, with what follows the slashes left in `text`; nullopt if it is another scheme or none.
std::optional<std::string_view> take_scheme(std::string_view& text) {
  if (!take(text, {"http", "hxxp"})) return std::nullopt;
  const bool secure = take(text, {"s"});
  if (!take(text, {"://", "[:]//", "[://]"})) return std::nullopt;
  return secure ? "https" : "http";
}

/// Path or query with every escape that is not needed undone, the others in capitals, and what may not stand escaped.
std::string normal_escapes(std::string_view text) {
  std::string out;
  const auto escape = [&out](unsigned char byte) {
    out += '%';
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool escaped = c == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
    if (escaped) {
      const char byte = static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      if (is_unreserved(byte)) out += byte;
      else escape(static_cast<unsigned char>(byte));
      i += 2;
    } else if (may_stand(c)) {
      out += c;
    } else {
      escape(static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t at = text.find(separator);
    out.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + 1);
  }
}

/// Without `.` and `..` segments, and without slashes at the end unless it is the root. A backslash is a slash,
/// as browsers have it.
std::string normal_path(std::string raw) {
  replace_all(raw, "\\", "/");
  const std::string path = normal_escapes(raw);
  std::vector<std::string_view> kept;
  for (const std::string_view segment : split(std::string_view(path).substr(path.empty() ? 0 : 1), '/')) {
    if (segment == ".") continue;
    if (segment != "..") kept.push_back(segment);
    else if (!kept.empty()) kept.pop_back();
  }
  while (!kept.empty() && kept.back().empty()) kept.pop_back();
  std::string out;
  for (const std::string_view segment : kept) out.append("/").append(segment);
  return out.empty() ? "/" : out;
}

bool is_tracking(std::string_view parameter) {
  const std::string name = ascii::lower(parameter.substr(0, parameter.find('=')));
  return std::any_of(kTracking.begin(), kTracking.end(), [&](std::string_view known) {
    if (known.back() != '*') return name == known;
    known.remove_suffix(1);
    return name.compare(0, known.size(), known) == 0;
  });
}

/// The parameters that count, sorted; empty, or with its question mark.
std::string normal_query(std::string_view raw) {
  std::vector<std::string> kept;
  for (const std::string_view part : split(raw, '&')) {
    std::string parameter = normal_escapes(part);
    if (!parameter.empty() && !is_tracking(parameter)) kept.push_back(std::move(parameter));
  }
  std::sort(kept.begin(), kept.end());
  std::string out;
  for (const std::string& parameter : kept) out.append(out.empty() ? "?" : "&").append(parameter);
  return out;
}

/// A host name in ASCII by UTS 46, non-transitional; nullopt if it is none.
std::optional<std::string> to_ascii(const std::string& host) {
  if (!utf8::valid(host)) return std::nullopt;
  UErrorCode status = U_ZERO_ERROR;
  UIDNA* idna = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI, &status);
  std::array<char, 1024> out{};
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  const std::int32_t length = uidna_nameToASCII_UTF8(idna, host.data(), static_cast<std::int32_t>(host.size()), out.data(),
                                                     static_cast<std::int32_t>(out.size()), &info, &status);
  uidna_close(idna);
  if (U_FAILURE(status) || info.errors != 0 || length <= 0) return std::nullopt;
  return std::string(out.data(), static_cast<std::size_t>(length));
}

bool is_host_name(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  for (const std::string_view label : split(host, '.')) {
    if (label.empty() || label.size() > 63) return false;
    if (!std::all_of(label.begin(), label.end(), [](char c) { return ascii::is_alphanumeric(c) || c == '-' || c == '_'; })) return false;
  }
  return true;
}

std::optional<std::string> normal_host(std::string_view raw) {
  if (!raw.empty() && raw.front() == '[') {  // IPv6
    const bool literal = raw.size() > 3 && raw.back() == ']' && std::all_of(raw.begin() + 1, raw.end() - 1, [](char c) {
                           return hex_value(c) >= 0 || c == ':' || c == '.';
                         });
    return literal && raw.find(':') != std::string_view::npos ? std::optional(ascii::lower(raw)) : std::nullopt;
  }
  std::string host;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const bool escaped = raw[i] == '%' && i + 2 < raw.size() && hex_value(raw[i + 1]) >= 0 && hex_value(raw[i + 2]) >= 0;
    host += escaped ? static_cast<char>(hex_value(raw[i + 1]) * 16 + hex_value(raw[i + 2])) : raw[i];
    if (escaped) i += 2;
  }
  const bool ascii = std::all_of(host.begin(), host.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!ascii) {
    auto converted = to_ascii(host);
    if (!converted) return std::nullopt;
    host = std::move(*converted);
  }
  host = ascii::lower(host);
  if (!host.empty() && host.back() == '.') host.pop_back();
  return is_host_name(host) ? std::optional(std::move(host)) : std::nullopt;
}

/// Empty for the scheme's own port or none; nullopt if it is no port.
std::optional<std::string> normal_port(std::string_view digits, std::string_view scheme) {
  unsigned port = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9' || port > 65535) return std::nullopt;
    port = port * 10 + static_cast<unsigned>(c - '0');
  }
  if (port > 65535) return std::nullopt;
  if (digits.empty() || port == (scheme == "https" ? 443U : 80U)) return "";
  return ":" + std::to_string(port);
}

std::optional<std::string> normal_authority(std::string authority, std::string_view scheme) {
  for (const std::string_view dot : {"(.)", "{.}", "(dot)", "{dot}"}) replace_all(authority, dot, ".");
  std::string_view rest = authority;
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) rest.remove_prefix(at + 1);
  const std::size_t bracket = rest.rfind(']');
  const std::size_t colon = rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const auto host = normal_host(rest.substr(0, colon));
  const auto port = normal_port(colon == std::string_view::npos ? "" : rest.substr(colon + 1), scheme);
  return host && port ? std::optional(*host + *port) : std::nullopt;
}


}  // namespace

std::optional<std::string> canonical_url(std::string_view raw) {
  std::string_view text = ascii::trimmed(raw);
  if (text.size() > kMaxUrlBytes) return std::nullopt;
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7F; })) {
    return std::nullopt;
  }
  const auto scheme = take_scheme(text);
  if (!scheme) return std::nullopt;
  std::string rest(text.substr(0, text.find('#')));
  for (const std::string_view dot : {"[.]", "[dot]"}) replace_all(rest, dot, ".");
  const std::size_t authority_end = std::min(rest.find_first_of("/?\\"), rest.size());
  const std::size_t query = std::min(rest.find('?', authority_end), rest.size());
  const auto authority = normal_authority(rest.substr(0, authority_end), *scheme);
  if (!authority) return std::nullopt;
  std::string out = std::string(*scheme) + "://" + *authority +
                    normal_path(rest.substr(authority_end, query - authority_end)) +
                    (query < rest.size() ? normal_query(rest.substr(query + 1)) : "");
  return out.size() <= kMaxUrlBytes ? std::optional(std::move(out)) : std::nullopt;
}

bool is_home_page(std::string_view canonical) {
  const std::size_t host = canonical.find("//");
  const std::size_t path = host == std::string_view::npos ? host : canonical.find('/', host + 2);
  return path == std::string_view::npos || path + 1 == canonical.size();
}

}  // namespace sekisho::store::dedup
