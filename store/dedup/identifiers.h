// Advisory identifiers, normalised in width, case and dash: CVE, GHSA, JVNDB, JVN, JVNVU.
// docs/specs/cases.md. Any text is taken; any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::store::dedup {

/// `CVE-YYYY-N{4,14}`: four digits at least, no leading zero beyond four.
struct Cve {
  std::uint64_t packed = 0;  ///< year, then number: sorts as people do

  auto operator<=>(const Cve&) const = default;
  std::string to_string() const;
};

/// The CVE id that `text` is as a whole, white space aside; nullopt if it is none.
std::optional<Cve> parse_cve(std::string_view text);
/// Every CVE id inside `text`, sorted, once each.
std::vector<Cve> cves_in(std::string_view text);
/// Another advisory id that `text` is as a whole, as its publisher writes it: `GHSA-xxxx-xxxx-xxxx`,
/// `JVNDB-YYYY-NNNNNN`, `JVN#NNNNNNNN`, `JVNVU#NNNNNNNN`; nullopt if it is none.
std::optional<std::string> advisory_id(std::string_view text);

}  // namespace sekisho::store::dedup
