// Which markings hold where in one object: the one place that joins object markings, granular
// markings and the selectors of both. Sources: STIX 2.1 §7.2.2, §7.2.3; docs/specs/markings.md. Any
// thread, once made. Borrows the object. Limits: those of the object; making a map is linear in it. What is embedded in the
// object (stix/parts.h) is a part that its own markings hold for.
//
// Fails towards more restriction: a granular marking whose selectors cannot be read, are missing,
// or name nothing in the object holds for all of it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/result.h"
#include "stix/markings.h"

namespace sekisho::stix {

/// The markings that hold at one place. Ids are as written, sorted, each once.
struct Marks {
  std::vector<std::string_view> object;    ///< object_marking_refs
  std::vector<std::string_view> granular;  ///< on the place itself, or on something it lies in
  std::vector<std::string_view>
      below;  ///< only on something inside it: showing it whole shows that too
  std::optional<std::string_view> lang;  ///< of the nearest granular marking at or around it
  std::vector<std::string_view> langs_below;
  bool unreadable =
      false;  ///< the object has a marking that is none: treat it as one not understood
};

class MarkingMap {
 public:
  /// `root` is the object; what it borrows must outlive the map.
  explicit MarkingMap(const json::Value& root);
  /// What holds at a JSON Pointer ("" is the whole object).
  /// kInvalidArgument: no pointer. kNotFound: the object has nothing there.
  Result<Marks> at(std::string_view pointer) const;

 private:
  struct Granular {
    std::string_view marking_ref, lang;  ///< one or both are empty
  };
  void read_part(const json::Value& part);
  void read_granular(const json::Value& root);
  void read_entry(const json::Value& entry);
  std::size_t place(const json::Value& value) const;

  json::Value root_;
  std::vector<std::string_view> object_;
  std::vector<Granular> granular_;
  std::multimap<std::size_t, std::size_t>
      places_;  ///< where a value starts in the text → granular_
  bool unreadable_ = false;
};

/// What an id means; nothing if no definition is at hand. The fixed TLP ids are known without it.
using MarkingMeanings = std::function<std::optional<MarkingMeaning>(std::string_view id)>;

/// What a reader of a place must meet. A TLP comes from the tightest marking that holds; a granular
/// marking makes it only tighter (S-7.2-12: STIX leaves precedence open, this is our rule).
/// Anything `unknown` or in `mismatch` is held, whatever the TLP says.
struct EffectiveTlp {
  Tlp tlp = Tlp::kRed;
  bool unmarked = false;  ///< no TLP marks the whole object: `unmarked` of the caller counted
  std::optional<std::string> unknown;   ///< the first id that is not understood
  std::optional<std::string> mismatch;  ///< the first id whose definition contradicts it
};
/// Whether what is marked inside the place counts too: yes for showing it whole, no for its bare
/// presence.
enum class Extent { kWithBelow, kPlaceOnly };
EffectiveTlp effective_tlp(const Marks& marks, const MarkingMeanings& meanings, Tlp unmarked,
                           Extent extent = Extent::kWithBelow);

}  // namespace sekisho::stix
