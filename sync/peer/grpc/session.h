// One link between two nodes: the greeting, both halves, heartbeats. A state machine over frames without socket,
// thread or timer of its own, so that two of them can be joined in memory. docs/specs/sync.md.
//
// next() and tick() belong to one thread (the writer), receive() to another (the reader); everything else from
// any thread. Work on the store happens inside next() and receive(), under no lock.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/limits.h"
#include "core/log.h"
#include "core/ports/clock.h"
#include "core/result.h"
#include "store/store.h"
#include "sync/ingest/budgets.h"
#include "sync/ingest/inbound.h"
#include "sync/serve/outbound.h"
#include "sync/recall/recall.h"
#include "sync/release/release.h"

namespace sekisho::sync::v1 {
class Frame;
}

namespace sekisho::sync {

/// The parts of the node that a link works with; they outlive it.
struct LinkParts {
  store::Store& store;
  Release& release;
  Inbound& inbound;
  Outbound& outbound;
  Recalls& recalls;
  const Clock& clock;
  Log& log;
  Limits limits;
  std::string organisation, identity;  ///< ours; the identity that our attestations name
  Budgets* budgets = nullptr;          ///< null: as much as they like
};

struct LinkOptions {
  std::string party;                                ///< who the other side is, by its pinned certificate
  std::map<std::string, std::string> collections;   ///< remote alias or id -> local alias; empty = same aliases
  std::uint64_t window_bytes = 16u << 20;           ///< of entries that may come before we acknowledge
  std::uint32_t heartbeat_seconds = 10;
  bool compress = true;
};

/// What a link has done so far.
struct LinkState {
  bool greeted = false;
  bool ended = false;          ///< Goodbye was sent or received, or receive() failed
  std::string peer_software;
  std::int64_t skew_micros = 0;  ///< its clock minus ours, at the greeting
  std::uint64_t sent = 0, received = 0;  ///< entries
  std::uint64_t batches_unacknowledged = 0;
  InboundReport taken;         ///< without verdicts and refusals
  std::uint64_t refused = 0;   ///< entries that became dead letters here
  std::uint64_t refused_there = 0;
  bool followed_to_end = false;   ///< every collection followed has told its end, and all of it is durable here
  std::uint64_t answered = 0;     ///< the last question of ours that the other side answered
  bool published_to_end = false;  ///< all there is has been sent and acknowledged
};

class Session {
 public:
  /// `wake` is called whenever next() may have something; from any thread, quick, calls nothing here.
  Session(LinkParts parts, LinkOptions options, std::function<void()> wake);
  ~Session();

  /// The next frame to send. False: nothing now.
  bool next(v1::Frame& frame);
  /// Takes one frame (it may be emptied). On failure the link must end once next() has nothing more: a Goodbye is queued.
  Status receive(v1::Frame& frame);
  /// Streams or notices may have grown.
  void poke();
  /// Asks the other side to look again and tell when all it has for us was sent. Gives the number of the question;
  /// once LinkState::answered has reached it, followed_to_end speaks of a time after this call.
  std::uint64_t ask();
  /// Once a second or so: heartbeats, the time limits. kTimeout: end the link.
  Status tick();
  /// Queues a Goodbye (code 0 = shutting down); nothing else follows it.
  void say_goodbye(std::uint32_t code, const std::string& name, const std::string& message);
  LinkState state() const;
  const std::string& party() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::sync
