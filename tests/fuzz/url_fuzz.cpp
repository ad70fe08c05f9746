// Links and identifiers: any text has a key or none; a key is its own key, ASCII and bounded.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "store/dedup/identifiers.h"
#include "store/dedup/url.h"
#include "tests/fuzz/require.h"

using sekisho::fuzz::require;
namespace dedup = sekisho::store::dedup;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto key = dedup::canonical_url(text)) {
    require(key->size() <= dedup::kMaxUrlBytes, "a key is bounded");
    require(std::all_of(key->begin(), key->end(), [](char c) { return c > ' ' && c < 0x7F; }), "a key is visible ASCII");
    require(dedup::canonical_url(*key) == key, "a key is its own key");
    require(key->find('#') == std::string::npos, "a key has no fragment");
  }
  for (const dedup::Cve& cve : dedup::cves_in(text)) {
    require(dedup::parse_cve(cve.to_string()) == cve, "a CVE id reads back as itself");
  }
  if (const auto id = dedup::advisory_id(text)) {
    require(dedup::advisory_id(*id) == id, "an advisory id is its own form");
  }
  return 0;
}
