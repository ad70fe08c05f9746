// TLP as people and other programs write it into texts and labels. docs/specs/markings.md §4 has the table. Pure; any thread;
// linear in the text.
#pragma once

#include <optional>
#include <string_view>

#include "stix/markings.h"

namespace sekisho::stix {

/// What a text says about TLP: it speaks of it if it begins with `TLP:`, whatever follows, or with TLP and the name of a level,
/// which may stand behind names that end with signs, as in `marking:tlp:red`; signs around and between do not matter.
struct TlpWords {
  bool speaks = false;
  std::optional<Tlp> tlp;  ///< of the level at its beginning
  bool exact = false;      ///< the level is all that it says
};
/// Full-width and other compatibility forms of letters and signs, case and blanks make no difference, nor do characters that
/// nobody sees.
TlpWords tlp_in(std::string_view text);

}  // namespace sekisho::stix
