// Versions of one object: making the next one, revoking, ordering and comparing them, and deriving
// a new object from somebody else's. Sources: STIX 2.1 §3.5, §3.6; docs/specs/versions.md with
// examples. Pure: the caller gives the time and the ids. Any thread. What is made keeps the order
// of members and the bytes of every value that is not changed.
#pragma once

#include <compare>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"
#include "stix/object.h"

namespace sekisho::stix {

/// Members to change, as a JSON object: a value replaces or adds, null removes (STIX has no null).
using Changes = std::string_view;

/// The next version: `changes` applied and a later `modified`; `id`, `created` and all else as they
/// were. `modified` is `now` in milliseconds, or one millisecond after the old one where the clock
/// is not past it. kStixInvalid (where = JSON Pointer): the type has no versions, the object is
/// revoked (S-3.6-8), or a granular marking would select what is no longer there. kInvalidArgument:
/// `changes` is no object, or names type, spec_version, id, created, modified, created_by_ref or
/// revoked. kLimitExceeded, kJson*.
Result<ObjectPtr> new_version(const Object& object, Changes changes, Timestamp now);
/// The last version: `revoked` true, a later `modified`. Errors as new_version().
Result<ObjectPtr> revoke(const Object& object, Timestamp now);
/// Whether `identity` made the object and so may make versions of it (S-3.6-5). An object that does
/// not name its creator has nobody who can prove to be it.
bool may_version(const Object& object, std::string_view identity);

/// Whether two STIX timestamps are one instant, to the last digit written; false if one is none.
bool same_instant(std::string_view left, std::string_view right);
/// The order of versions of one object: by the instant of `modified` (else `created`), to its last
/// digit. Two spellings of an instant are equal. Total over all objects.
std::weak_ordering version_order(const Object& left, const Object& right);
/// The newest of `versions` (S-3.6-3), the first of equals; null if there is none.
const Object* current_version(std::span<const ObjectPtr> versions);

/// Whether a member says what its absence says (S-3.6-7): `revoked` false, `lang` en, `defanged` false, a sighting's
/// `summary` false, a cyber-observable's `spec_version` 2.1.
bool is_default(std::string_view type, std::string_view name, const json::Value& value);

enum class VersionRelation {
  kOtherObject,  ///< another id
  kOlder,        ///< left is the older one
  kNewer,
  kSame,  ///< the same version, whatever its spelling: order of members, numbers, defaults left out
  kConflict  ///< one id and instant, two contents (S-3.6-10): report it, never choose in silence
};
VersionRelation compare_versions(const Object& left, const Object& right);
/// A hash of what a version says and of its instant: equal for two objects of one id exactly if compare_versions() says kSame. For
/// who compares one object with many: linear in the object.
Sha256 saying_of(const Object& object);
/// The instant of a STIX timestamp, to the last digit written: equal exactly if same_instant(). As it is if it is none.
std::string exact_instant(std::string_view time);

/// The ids a derived object takes. New ones: STIX 2.1 §3.5 forbids keeping the original's.
struct DerivedIds {
  std::string object;        ///< of the original's type
  std::string relationship;  ///< relationship--UUID
  std::string creator;       ///< the identity that makes the change
};
struct Derived {
  ObjectPtr object;
  /// derived-from the original; all markings of the original, granular ones too, mark the whole of
  /// it. It names the original, so do not send it to who must not know of that.
  ObjectPtr relationship;
};
/// What one publishes who changes, adds to or leaves out of another's object (S-3.5-3, S-3.6-6): a
/// new object with `changes`, `created` = `modified` = now. Errors as new_version(), and
/// kInvalidArgument for ids that are not of the right type or not new. A revoked original may be
/// derived from; the copy is not revoked.
Result<Derived> derive(const Object& original, const DerivedIds& ids, Changes changes,
                       Timestamp now);

}  // namespace sekisho::stix
