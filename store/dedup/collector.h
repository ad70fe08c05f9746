// Reads a store's change log into items, and says again where an item's key stands. Memory: the keys of each
// report (about 250 bytes and 16 per key), never the objects. Any thread; the store may be written meanwhile.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "store/dedup/cases.h"
#include "store/dedup/items.h"
#include "store/dedup/keys.h"
#include "store/store.h"

namespace sekisho::store::dedup {

/// The vendor of our own reports that name none.
inline constexpr std::string_view kOwnVendor = "SOC";

struct CollectOptions {
  std::vector<CollectionNo> collections;  ///< empty = all
  /// Whom an object's creator speaks for: identity id to party.
  std::map<std::string, std::string, std::less<>> party_of_identity;
  /// How own reports call a party: name to party.
  std::map<std::string, std::string, std::less<>> party_of_name;
  std::function<void(ChangeNo done, ChangeNo total)> progress;  ///< after every block of the change log
};

struct ObjectProblem {
  std::string object_id;
  Problem problem;
};

struct Collected {
  std::vector<Item> items;           ///< by id
  std::vector<std::string> vendors;  ///< of VendorNo, by name
  std::size_t problem_count = 0;
  std::vector<ObjectProblem> problems;  ///< the first 100
};
/// Errors: those of the store.
Result<Collected> collect(const Store& store, const CollectOptions& options);

/// One text that a key was made of.
struct Evidence {
  std::string object_id;  ///< the item, or a vulnerability that it refers to
  std::string pointer;    ///< JSON Pointer in that object
  std::string value;      ///< normalised
};
/// Where `key` of `item` stands, from the stored objects. Errors: those of the store, kStoreCorrupt.
Result<std::vector<Evidence>> evidence(const Store& store, const Item& item, const Key& key);

/// The keys of the stored object that an item was read from. Errors as above.
Result<ObjectKeys> stored_keys(const Store& store, ObjectNo object);

}  // namespace sekisho::store::dedup
