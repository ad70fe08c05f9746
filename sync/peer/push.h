// Pushes to a peer's server what the peer may read here: its own stream, so that every byte passes the egress
// decision, each object behind its attestation. The place becomes durable after the peer has acknowledged, so
// a crash repeats and never skips. One push per peer at a time. docs/specs/push.md.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "core/ports/clock.h"
#include "core/result.h"
#include "store/store.h"
#include "sync/serve/outbound.h"
#include "sync/peer/pull.h"

namespace sekisho::sync {

/// An object that the peer did not take, in its words.
struct PushRefusal {
  std::string id, version, message;
};

/// What the peer says of one envelope.
struct PushOutcome {
  std::string id;        ///< to ask again by
  bool complete = true;  ///< final; do not ask again
  std::size_t pending = 0;
  std::vector<PushRefusal> refusals;
};

/// A peer that takes envelopes, behind some transport. One thread at a time.
class PeerSink {
 public:
  virtual ~PeerSink() = default;
  virtual Result<std::vector<PeerCollection>> writable() = 0;
  virtual Result<std::size_t> max_envelope_bytes() = 0;
  /// Returns once the peer has acknowledged.
  virtual Result<PushOutcome> post(const PeerCollection& collection, std::string envelope) = 0;
  /// kNotFound: the peer does not keep it any more.
  virtual Result<PushOutcome> outcome(const std::string& id) = 0;
};

struct PushOptions {
  std::string party;
  std::map<std::string, std::string> collections;  ///< local alias -> alias or id at the peer
  std::size_t envelope_objects = 1000;             ///< attestations count
};

struct CollectionPush {
  std::string local, remote;
  std::size_t sent = 0;               ///< objects, without their attestations
  std::size_t pending = 0;            ///< acknowledged, and not judged by the peer yet
  std::vector<PushRefusal> refusals;  ///< also those of earlier pushes that were pending then
  Status status;                      ///< why it stopped early, if it did
};

/// Pushes everything new once. An error here means nothing could be pushed.
Result<std::vector<CollectionPush>> push(store::Store& store, Outbound& outbound, const Clock& clock, PeerSink& sink,
                                         const PushOptions& options);

}  // namespace sekisho::sync
