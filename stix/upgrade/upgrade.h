// STIX 2.0 objects become STIX 2.1 objects (docs/specs/stix20-upgrade.md). Pure: the same object
// gives the same bytes, whatever else lies in its bundle. Ids and times stay; what 2.1 has no place
// for, and every value that had to be assumed, is listed. Any thread. Sources: STIX 2.0 Parts 1 to
// 5, STIX 2.1.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/result.h"

namespace sekisho::stix::upgrade {

/// Going over one is kLimitExceeded.
struct Limits {
  std::size_t max_object_bytes = 4u << 20;    ///< one 2.0 object
  std::size_t max_observables = 10'000;       ///< of one observed-data
  std::size_t max_output_bytes = 64u << 20;   ///< all objects made of one 2.0 object
  std::size_t max_bundle_bytes = 256u << 20;  ///< all objects made of one bundle
};

/// What has no place in 2.1, was renamed to a custom property, or had to be assumed.
struct Loss {
  std::string where;  ///< JSON Pointer inside the 2.0 object
  std::string what;   ///< a sentence without full stop
};

struct Upgraded {
  std::vector<std::string> objects;  ///< cyber-observables first; the object itself is the last
  std::vector<Loss> losses;          ///< at most 200; one more says how many are not listed
};

/// One object of a 2.0 bundle. An object that is 2.1 already (spec_version "2.1", or a
/// cyber-observable that stands alone) comes back as it is. Errors: kStixNotObject, kStixUpgrade
/// (where = JSON Pointer inside the object), kLimitExceeded.
Result<Upgraded> upgrade(const json::Value& object, const Limits& limits = {});

/// A member that was not upgraded; the others are.
struct Refused {
  std::string where;  ///< JSON Pointer from the root
  Error error;
};

struct UpgradedBundle {
  std::string id;  ///< of the bundle or the object, if it has one
  std::vector<std::string> objects;
  std::vector<Loss> losses;  ///< `where` from the root; at most 100,000, as above
  std::vector<Refused> refused;
};

/// A bundle, an envelope or list of objects, or one object. The same cyber-observable met again is
/// merged: lists of references and markings are joined, of other properties the first value stays.
/// Objects repeated byte for byte are given once. Errors: kStixNotObject.
Result<UpgradedBundle> upgrade_bundle(const json::Value& root, const Limits& limits = {});

}  // namespace sekisho::stix::upgrade
