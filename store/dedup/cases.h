// Cases: items about one matter. Union-find over shared keys, with the guards of docs/specs/cases.md "Cases".
// A pure function: the same items in any order give the same cases. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/time.h"
#include "store/dedup/items.h"

namespace sekisho::store::dedup {

/// A key that more items than this share says nothing and joins none.
inline constexpr std::size_t kHotKeyItems = 100;

/// Why items are together: they share this key. Indexes into the items clustered, ascending.
struct Link {
  Key key;
  std::vector<std::size_t> items;
};

struct Case {
  std::string id;                  ///< `case-` and 16 hex digits, from the first item's id
  std::vector<std::size_t> items;  ///< in order of time, then id
  std::vector<Link> links;
};

/// A shared key that joined nothing, and why.
struct RefusedKey {
  enum class Reason {
    kHot,           ///< more than kHotKeyItems items share it
    kContradicted,  ///< items that name CVE ids share it without having one of them in common
    kChained        ///< it would have been a link of a chain that ends in a contradiction
  } reason = Reason::kHot;
  Link link;
};
std::string_view reason_text(RefusedKey::Reason reason);  ///< a sentence for the operator

struct Clusters {
  std::vector<Case> cases;          ///< by date of the first item, then id; every item is in exactly one
  std::vector<RefusedKey> refused;  ///< by key
};
/// `items` have distinct ids.
Clusters cluster(const std::vector<Item>& items);

}  // namespace sekisho::store::dedup
