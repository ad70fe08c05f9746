// Ids of converted objects, and the small grammars that inputs share: CVE, CPE, URI, language tag,
// width folding. Text given must be valid UTF-8. Any thread.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/uuid.h"

namespace sekisho::stix::convert {

/// Constant `created` and `modified` of objects that every document must give with the same bytes.
inline constexpr std::string_view kFixedTime = "2025-01-01T00:00:00.000Z";

/// `type--UUIDv5` over the JSON array of `parts`; the type must be one of them (STIX 2.1 §2.9: one
/// UUID never serves two types).
std::string object_id(const Uuid& id_namespace, std::string_view type,
                      std::initializer_list<std::string_view> parts);

/// `CVE-YYYY-N{4,}` of `text` after folding width and case; nullopt if it is none.
std::optional<std::string> cve_id(std::string_view text);
/// `CWE-N` as written.
bool is_cwe_id(std::string_view text);
/// A CPE 2.3 formatted string (NISTIR 7695 §6.2): `cpe:2.3:` part and ten more components.
bool is_cpe23(std::string_view text);
/// An absolute URI that RFC 3986 allows: scheme, only URI characters, whole percent-escapes.
bool is_uri(std::string_view text);
/// The host of a URI, or `otherwise` if there is none.
std::string host_of(std::string_view uri, std::string_view otherwise);

/// Full-width ASCII to ASCII, half-width katakana to katakana with their voice marks, runs of white
/// space to one space, none at the ends.
std::string fold_width(std::string_view text);
/// Pieces of `text` between any code point of `separators` or a line break, trimmed, without empty
/// ones.
std::vector<std::string> split(std::string_view text, std::string_view separators);
/// Without ASCII and ideographic white space at either end.
std::string_view trimmed(std::string_view text);
/// The first line of `text`, cut after `limit` code points with an ellipsis.
std::string shortened(std::string_view text, std::size_t limit);

}  // namespace sekisho::stix::convert
