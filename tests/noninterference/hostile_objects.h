// The objects that hostile writers make: plants under ids of others, definitions, bundles in bundles, objects within objects,
// chains. Each call draws one. One thread.
#pragma once

#include <string>
#include <vector>

#include "hostile.h"

namespace sekisho::noninterference {

class HostileObjects {
 public:
  HostileObjects(Rng& rng, const Targets& targets, std::string party) : rng_(rng), targets_(targets), party_(std::move(party)) {}
  /// Under any id, in anybody's name, of any version.
  std::string plant() const;
  /// A marking-definition under any marking's id, also those of TLP.
  std::string definition() const;
  /// A bundle that holds plants, up to 10 deep.
  std::string nested() const;
  /// An object that holds another one: as a property of its own, or among the objects of observed-data.
  std::string embedding() const;
  /// Notes each of which names the next; the last one names a target.
  std::vector<std::string> chain() const;

 private:
  std::string creator() const;
  Rng& rng_;
  const Targets& targets_;
  std::string party_;
};

}  // namespace sekisho::noninterference
