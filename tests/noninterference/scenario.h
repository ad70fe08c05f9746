// One world's script: what happens in both nodes, what only in one because it is hidden from P, and when.
// Value once made.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "drafts.h"
#include "hostile.h"
#include "rng.h"
#include "rows.h"
#include "sync/handling/provenance.h"

namespace sekisho::noninterference {

/// One object version on its way into a collection.
struct Put {
  Draft draft;
  std::string collection;
  std::string source;  ///< party, empty = own
  sync::Provenance provenance;
};
using Batch = std::vector<Put>;

/// What happens in one node alone at one point of time.
struct HiddenPart {
  std::vector<std::pair<std::size_t, Put>> together;  ///< place in the common batch
  std::vector<Batch> before, after;                   ///< batches of their own
  std::optional<std::size_t> others;                  ///< the rows of others change to this variant
  bool restart = false;
  std::vector<std::string> recalls;                   ///< ids that only hidden objects have, and nobody posts
  bool stop = false;                                  ///< sharing with q1 is stopped from here, or lifted
  std::int64_t early_micros = 0;                      ///< `before` comes so long before everything else of the slot
  std::uint64_t traffic = 0;                          ///< seed of what other parties ask and post; 0 = none
};

struct Slot {
  std::int64_t wait_micros = 0;
  Batch common;
  std::optional<std::size_t> stage;   ///< the common policy changes
  std::optional<std::string> recall;  ///< of a common object
  bool restart = false;
  bool stopped = false;               ///< sharing with P is stopped while this slot lasts
  HiddenPart hidden[2];
  std::size_t requests = 0;
  std::uint64_t asking = 0;           ///< seed of what P asks
  std::vector<Deed> deeds;            ///< of P and its accomplices, in both nodes
};

struct Scenario {
  std::uint64_t seed = 0;
  Features features;
  std::vector<Stage> stages;
  std::vector<Others> others[2];      ///< variants of each node
  std::vector<Slot> slots;
  std::size_t steps[2] = {1000, 1000};  ///< rows that the follower of each node takes at once
  bool sqlite = false;                  ///< over SQLite instead of the memory store
  bool hostile = false;                 ///< P has accomplices, and they do what they can
  std::set<std::string> ids;          ///< that P may ask about: seen, hidden and unknown ones
  std::set<std::string> spared;       ///< hidden ids that an object of somebody else names: nobody plants them
  std::set<std::string> named;        ///< ids that common objects name: what others give under them has another id
  std::size_t common = 0, hidden[2] = {0, 0};

  /// P, and its accomplices if it has any.
  std::vector<std::string> readers() const;

  std::string rows(std::size_t node, std::size_t stage, std::size_t variant) const {
    return stages[stage].rows + others[node][variant].rows;
  }
};

/// The same seed gives the same script.
Scenario make_scenario(std::uint64_t seed, const Features& features);

}  // namespace sekisho::noninterference
