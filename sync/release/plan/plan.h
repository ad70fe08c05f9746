// What a plan is of and made of: stored objects with what a decision needs, what goes of them, and what waits.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time.h"
#include "store/store.h"
#include "sync/handling/provenance.h"
#include "sync/release/plan/closure.h"
#include "sync/release/plan/rendition.h"
#include "sync/release/plan/waiting.h"

namespace sekisho::sync {

/// What one version names and competes with; the same for every view.
struct Links {
  ClosureCandidate closure;  ///< with the ids that must be readable
  std::string version;       ///< id and version in one
  Sha256 content{};
  std::vector<std::string> markings;  ///< that it bears, at whatever depth, those of TLP excepted; sorted, unique
};

/// A stored object, parsed, with what a decision needs.
struct Loaded {
  store::StoredObject stored;  ///< without bytes; the object has them
  stix::ObjectPtr object;
  Provenance provenance;
  std::shared_ptr<const Links> links;
  std::vector<std::string> definitions;  ///< of its markings and extensions: they travel along if held here
  std::vector<std::string> named;        ///< those that it refers to: they travel along too, and it does not go without
};
using LoadedPtr = std::shared_ptr<const Loaded>;

/// What other copies of its content say of an object, hidden ones included: docs/specs/ownership.md §5.
struct Bound {
  std::vector<std::string> givers;    ///< whose licences and rules bind it; sorted
  std::optional<unsigned> hops_left;  ///< what the creator's own copies leave
  bool operator==(const Bound&) const = default;
};

/// Id and version in one, as Links::version.
std::string version_of(const stix::Object& object);
/// Ids that an object refers to; sorted, unique. A definition refers to nothing that it needs.
struct Names {
  std::vector<std::string> references;   ///< must be readable for it to go
  std::vector<std::string> definitions;  ///< travel with it; without those of TLP, which everybody has
};
Names named_by(const stix::Object& object, const std::vector<std::string>& opaque);
/// What must be readable for a rendition to go; sorted, unique. It has a creator of its own, and definitions travel with it.
std::vector<std::string> named_by_rendition(const stix::Object& object, const std::vector<std::string>& opaque);
bool is_marking(std::string_view id);
/// Of a marking or of an extension: it travels with whoever uses or names it.
bool is_definition(std::string_view id);
/// Never edited: such an object goes as it is or not at all.
bool is_rigid(std::string_view type);
/// Of a definition: whoever uses it does not go without. The others that travel along are understood without.
bool needs_definition(std::string_view id);
/// Parses a stored object with its bytes; without `links` and `named`.
Result<std::shared_ptr<Loaded>> parse_stored(store::StoredObject stored);

inline constexpr std::string_view kTranslationType = "language-content";

/// What a language-content says it is a translation of.
struct Translates {
  std::string id;
  bool names_version = false;
  std::optional<Timestamp> version;  ///< of the version that it names, if that is a time
  bool may_be_of(std::string_view version_text) const;
  static std::optional<Translates> of(const stix::Object& object);
};

/// One object in one collection, light enough to hold by the hundred thousand.
struct PlanItem {
  store::ObjectNo no = 0;
  store::CollectionNo collection = 0;
  std::shared_ptr<const Links> links;
  std::vector<store::ObjectNo> definitions;
  bool original = true;                ///< false: only what is below
  std::vector<Made> made;              ///< to be stored: renditions instead of it, or what speaks of it beside it
  std::vector<store::ObjectNo> stored; ///< of the same kind, stored before: carried already, or `made` once it is stored
};

/// What may not go although no rule is against it.
struct Withheld {
  store::ObjectNo no = 0;
  store::CollectionNo collection = 0;
  std::string reason;  ///< for the operator
};

/// What a plan ends with that is given up.
inline Error node_is_stopping() { return make_error(Code::kUnavailable, "the node is stopping; what was accepted is planned at its next start"); }

struct Plan {
  std::vector<PlanItem> released;     ///< in the order given
  std::vector<store::Hold> holds;
  std::vector<Withheld> withheld;
  std::vector<Place> gone;            ///< carried, and no longer served: another claim or content counts
  std::vector<Place> overtaken;       ///< carried translations that may not stay as they are: of what they translate more is lost from here on
  std::vector<std::pair<Place, Needs>> needs;  ///< of those that references hold back
  std::vector<std::pair<Place, std::string>> left, filled;  ///< with their ids: whose places stay empty, and are kept no longer
  std::set<std::string> contested;    ///< ids about whose claims this was
  bool renditions = false;            ///< of some ids alone: renditions are concerned, and this is not the whole plan
  bool cut = false;                   ///< it stands on what came in the same step: that is to be written first
};

/// What a view had before all is computed anew.
struct Before {
  const std::vector<Place>* carried = nullptr;  ///< sorted, in whatever form; borrowed
  std::set<Place> left;                         ///< may not be read any more, and keep their places
  std::set<std::string, std::less<>> displaced; ///< ids of which another claim waited
  bool same_audience = true;                    ///< what it carries was made by the profiles that are in force
  bool had(const Place& place) const { return carries(place) || left.count(place) != 0; }
  bool carries(const Place& place) const { return carried != nullptr && std::binary_search(carried->begin(), carried->end(), place); }
  /// All but `carried`.
  static Before of(const std::vector<store::Hold>& holds);
};

}  // namespace sekisho::sync
