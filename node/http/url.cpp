#include "node/http/url.h"

#include <algorithm>
#include <string_view>

#include "node/http/grammar.h"

namespace sekisho::node::http {

Result<Url> parse_url(const std::string& text) {
  const auto bad = [&](const char* what) { return make_error(Code::kInvalidArgument, what, "url"); };
  Url url;
  std::string_view rest = text;
  if (rest.substr(0, 8) == "https://") {
    rest.remove_prefix(8);
  } else if (rest.substr(0, 7) == "http://") {
    rest.remove_prefix(7);
    url.tls = false;
  } else {
    return bad("The URL begins with neither https:// nor http://.");
  }
  const std::size_t slash = std::min(rest.find_first_of("/?"), rest.size());
  const std::string_view authority = rest.substr(0, slash);
  if (!is_authority(authority)) return bad("The URL has no proper host.");
  url.authority = authority;
  const bool bracket = authority.front() == '[';
  const std::size_t host_end = bracket ? authority.find(']') + 1 : std::min(authority.find(':'), authority.size());
  url.host = bracket ? authority.substr(1, host_end - 2) : authority.substr(0, host_end);
  url.port = url.tls ? 443 : 80;
  if (host_end + 1 < authority.size()) {
    const auto port = decimal(authority.substr(host_end + 1), 5);
    if (!port || *port == 0 || *port > 65535) return bad("The URL's port is not one.");
    url.port = static_cast<std::uint16_t>(*port);
  }
  rest.remove_prefix(slash);
  url.target = rest.empty() || rest.front() == '?' ? "/" + std::string(rest) : std::string(rest);
  const std::string_view target = url.target;
  const std::size_t mark = std::min(target.find('?'), target.size());
  if (!is_path(target.substr(0, mark)) || !is_query(target.substr(std::min(mark + 1, target.size())))) {
    return bad("The URL's path or query has a character that must be percent-encoded.");
  }
  return url;
}

}  // namespace sekisho::node::http
