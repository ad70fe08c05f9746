// Names of STIX 2.1: types, ids, properties, language codes (§2.3, §2.9, §3.1, RFC 5646). Pure, linear in
// the text; any thread; any bytes may be asked about.
#pragma once

#include <optional>
#include <string_view>

#include "core/uuid.h"

namespace sekisho::stix {

/// 3 to 250 of a-z 0-9 and single hyphens, a letter first, no hyphen last.
bool is_type_name(std::string_view text);
/// 3 to 250 of a-z 0-9 _ and a letter first, or `id`.
bool is_property_name(std::string_view text);
/// 1 to 250 of a-z A-Z 0-9 - _ (§2.3).
bool is_dictionary_key(std::string_view text);
/// A well-formed RFC 5646 tag whose language has two or three letters (no longer one is
/// registered).
bool is_language_tag(std::string_view text);

struct IdParts {
  std::string_view type;
  Uuid uuid;
};
/// The parts of `type--UUID`; nothing if the text is not of that form.
std::optional<IdParts> split_id(std::string_view text);

}  // namespace sekisho::stix
