// Makes the rendition of an object that a party may not have as it is: an object of the releasing organisation with an
// id of its own. Sources: STIX 2.1 §3.5, §3.6, §7.2.3; docs/specs/redaction.md. Pure: the caller brings the profiles,
// the keyed hash and what is known of markings and references; what comes out still has to be validated. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "stix/marking_map.h"
#include "stix/markings.h"
#include "stix/object.h"
#include "stix/redact/lost.h"

namespace sekisho::stix::redact {

/// Ordered from finest to coarsest.
enum class Blur { kNone, kHour, kDay, kWeek, kMonth };

/// Strings at a pointer (`*` = each element or member) are replaced by the map.
struct Generalisation {
  std::string at;
  std::map<std::string, std::string, std::less<>> map;
  bool keep_others = true;  ///< false: what the map lacks is removed
};

/// Named transformations. docs/specs/redaction.md §1.
struct Profile {
  std::string id;
  Timestamp from{};                ///< effective date: nothing it makes has an earlier `modified`; what would gets one up to an hour behind it
  bool strip_attribution = false;
  std::optional<Tlp> granular;     ///< granularly marked above it: dropped
  std::vector<std::string> remove; ///< pointers, `*` as above
  std::vector<Generalisation> generalise;
  Blur blur = Blur::kNone;
  bool approved_text = false;      ///< free text only as approved
  bool remove_attachments = false;
};

/// What a reference turns into: the rendition that the reader has instead.
struct Replacement {
  std::string id;
  std::string modified;
};

/// 16 bytes that only the organisation can compute, for a text.
using KeyedHash = std::function<std::array<std::uint8_t, 16>(std::string_view)>;

struct Request {
  const Object* original = nullptr;
  std::vector<const Profile*> profiles;  ///< all of them apply; may be empty where only references change
  std::string creator;                   ///< identity of the releasing organisation
  std::vector<std::string> source_identities, source_names;  ///< whom `strip_attribution` hides
  MarkingMeanings meanings;
  std::map<std::string, std::string, std::less<>> approved;  ///< JSON Pointer → public text of this version
  std::vector<std::string> opaque;       ///< property names whose ids are no references (stix::references)
  std::vector<std::string> strip;        ///< references to take out
  std::map<std::string, Replacement, std::less<>> rewrite;   ///< references to turn
  Lost lost;                             ///< of a translation: what its target lost, which is taken out
  KeyedHash hash;
  std::string claim;                     ///< whose the original is, where its id is keyed by that too
};

struct Outcome {
  enum class Kind {
    kUnchanged,  ///< nothing to do: the original goes
    kRendition,
    kWithheld    ///< neither may go; `reason` is for the operator
  } kind = Kind::kWithheld;
  ObjectPtr rendition;
  std::string reason;
};

/// Indicators, cyber-observables, marking- and extension-definitions: no rendition is ever made of them.
bool never_edited(std::string_view type);
/// What is never edited comes out unchanged or withheld.
Outcome redact(const Request& request);

/// The id of docs/specs/redaction.md §3. `edits` as written there, sorted; `claim` empty: not keyed by it.
std::string rendition_id(const Object& original, const std::vector<const Profile*>& profiles,
                         const std::vector<std::string>& edits, const KeyedHash& hash, std::string_view claim = {});

}  // namespace sekisho::stix::redact
