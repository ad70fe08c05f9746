// Pulls a peer's collections to their end, page by page, through Inbound. The cursor becomes durable in
// the same transaction as what it covers, so a crash at any point neither loses nor repeats.
// One pull per peer at a time. docs/specs/pull.md.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/clock.h"
#include "core/result.h"
#include "store/store.h"
#include "sync/ingest/inbound.h"

namespace sekisho::sync {

/// A collection as the peer offers it.
struct PeerCollection {
  std::string id, alias, title;
};

struct PeerPage {
  std::unique_ptr<const std::string> body;  ///< owns the bytes
  std::vector<std::string_view> objects;    ///< of each, not read yet: one that is faulty concerns only itself
  std::string after;  ///< opaque state to go on from once this page is stored
  bool more = false;
};

/// A peer behind some transport. One thread at a time.
class PeerSource {
 public:
  virtual ~PeerSource() = default;
  virtual Result<std::vector<PeerCollection>> collections() = 0;
  virtual Result<PeerPage> page(const PeerCollection& collection, const std::string& state, std::size_t limit) = 0;
};

struct PullOptions {
  std::string party;
  std::map<std::string, std::string> collections;  ///< remote alias or id -> local alias; empty = same aliases
  std::size_t page = 1000;
  std::int64_t attestation_wait_micros = 900'000'000;  ///< then an unattested object becomes a dead letter
};

struct CollectionPull {
  std::string remote, local;
  std::size_t received = 0, waiting = 0;
  InboundReport report;
  Status status;  ///< why it stopped early, if it did
};

/// After each page, or part of a large one: what has come so far.
using PullProgress = std::function<void(const CollectionPull& so_far)>;

/// Pulls everything once. An error here means nothing could be pulled; per-collection trouble is in the rows.
Result<std::vector<CollectionPull>> pull(store::Store& store, Inbound& inbound, const Clock& clock,
                                         PeerSource& source, const PullOptions& options,
                                         const PullProgress& progress);

/// Of that alias or id; null if there is none. Points into `all`.
const PeerCollection* find_collection(const std::vector<PeerCollection>& all, std::string_view alias_or_id);

/// The alias of the collection that carries the attestations of `alias`.
std::string companion_alias(std::string_view alias);

}  // namespace sekisho::sync
