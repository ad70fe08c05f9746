// The `objects` of a 2.0 observed-data become cyber-observables that stand alone. One thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/result.h"
#include "stix/upgrade/losses.h"
#include "stix/upgrade/upgrade.h"

namespace sekisho::stix::upgrade {

/// A granular marking of the observed-data that selects inside `objects`.
struct MovedMarking {
  std::string key;   ///< of the observable; empty: all of them
  std::string path;  ///< selector inside it, in 2.0 names; empty: the whole of it
  std::string marking_ref;
};

/// The observed-data around the observables.
struct Container {
  std::string_view id;
  std::string_view modified;
  json::Value objects;
  std::vector<std::string> markings;  ///< object_marking_refs: each observable carries them
  std::vector<MovedMarking> granular;
};

struct Observables {
  std::vector<std::string> objects;  ///< each id once
  std::vector<std::string> ids;      ///< in the order of the container, each once
};

/// Errors: kStixUpgrade, kLimitExceeded.
Result<Observables> upgrade_observables(const Container& container, const Limits& limits,
                                        Losses& losses);

}  // namespace sekisho::stix::upgrade
