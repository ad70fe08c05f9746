// Headers with a grammar of their own. Line 1 is Accept, line 2 Content-Type, line 3 If-None-Match, line 4 Accept-Encoding,
// line 5 Retry-After, line 6 Authorization; each reading is bounded, agrees with a reading of the same in another spelling, and
// takes nothing that is not there.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/digest.h"
#include "core/time.h"
#include "node/http/coding.h"
#include "taxii/authorization.h"
#include "taxii/header_text.h"
#include "taxii/media_type.h"
#include "taxii/page_tag.h"
#include "taxii/quirks.h"
#include "taxii/retry.h"
#include "tests/fuzz/require.h"

namespace {

using namespace sekisho;
using sekisho::fuzz::require;

std::string take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string line(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

void check_accept(const std::string& accept) {
  const bool taken = taxii::accepts_taxii({{"Accept", accept}});
  require(taken == taxii::accepts_taxii({{"ACCEPT", " \t" + accept + "\t"}}), "white space around a list means nothing");
  require(taken == taxii::accepts_taxii({{"accept", upper(accept)}}), "case means nothing");
  if (accept.find('"') == std::string::npos) {
    require(taken == taxii::accepts_taxii({{"Accept", ",," + accept + ","}}), "empty elements mean nothing");
    require(taxii::accepts_taxii({{"Accept", accept + ",application/taxii+json;version=2.1"}}), "the exact type is taken");
  }
}

void check_content_type(const std::string& type) {
  const bool ours = taxii::is_taxii(type);
  const std::string bare = taxii::bare_media_type(type);
  if (ours) require(bare == "application/taxii+json", "a type that is TAXII's is bare so");
  require(taxii::bare_media_type(bare) == bare, "a bare type is bare");
  require(taxii::Quirks().takes_media_type(type) == ours, "without quirks only TAXII's own is taken");
}

void check_if_none_match(const std::string& header) {
  const std::string tag = "W/\"abc\"";
  const bool named = taxii::names_tag(header, tag);
  if (named) require(header.find("\"abc\"") != std::string::npos || header.find('*') != std::string::npos, "a tag is named that is there");
  require(taxii::names_tag("\"abc\", " + header, tag) && taxii::names_tag("*," + header, tag), "the first of a list counts");
  require(named == taxii::names_tag(header, "\"abc\""), "comparison is weak");
}

void check_accept_encoding(const std::string& header) {
  using node::http::Coding;
  const Coding coding = node::http::negotiated(header);
  if (coding == Coding::kGzip) require(upper(header).find("GZIP") != std::string::npos || header.find('*') != std::string::npos, "asked for");
  if (coding == Coding::kZstd) require(upper(header).find("ZSTD") != std::string::npos || header.find('*') != std::string::npos, "asked for");
  require(node::http::negotiated("identity;q=1,gzip;q=0,zstd;q=0") == Coding::kIdentity, "what is refused is not used");
}

void check_retry_after(const std::string& header) {
  const auto wait = taxii::retry_after(header, Timestamp{1'750'000'000, 0});
  if (wait) require(*wait >= 0, "a wait is not negative");
}

void check_authorization(const std::string& header) {
  const auto shown = taxii::read_authorization(header);
  if (!shown) return;
  const std::string credential = header.substr(header.find(' ') + 1);
  if (shown->scheme == taxii::Presented::Scheme::kBasic) {
    require(shown->user.find(':') == std::string::npos, "a user name has no colon");
    require(base64(shown->user + ":" + shown->secret) == credential, "nothing is added or lost");
  } else {
    require(shown->secret == credential && shown->secret.substr(0, shown->user.size() + 1) == shown->user + ".", "a token is whole");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  check_accept(take_line(rest));
  check_content_type(take_line(rest));
  check_if_none_match(take_line(rest));
  check_accept_encoding(take_line(rest));
  check_retry_after(take_line(rest));
  check_authorization(take_line(rest));
  std::string_view parts = rest;
  std::size_t cut = 0;
  while (!parts.empty()) {
    const std::string_view part = taxii::trim(taxii::take_part(parts, ','));
    require(part.empty() || (part.front() != ' ' && part.back() != '\t'), "a part is trimmed");
    if (taxii::is_token(part)) require(taxii::equal_ignoring_case(part, upper(std::string(part))), "case means nothing");
    require(++cut <= rest.size(), "each part costs at least one octet");
  }
  const auto weight = taxii::parse_weight(rest);
  if (weight) require(*weight >= 0 && *weight <= 1000, "a weight is one");
  return 0;
}
