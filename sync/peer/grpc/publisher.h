// The half of a link that sends: catalog, batches within the window, notices. Reads the party's own streams through
// Outbound, never anything else. next() belongs to the writer thread, the rest to any. docs/specs/sync.md §3.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "core/mutex.h"
#include "core/result.h"
#include "sekisho/sync/v1/link.pb.h"
#include "sync/peer/grpc/session.h"

namespace sekisho::sync {

class Publisher {
 public:
  Publisher(const LinkParts& parts, const std::string& party) : parts_(parts), party_(party) {}

  /// What the other side can take.
  void greeted(const v1::Hello& hello, bool compress);
  /// kSyncProtocol: a collection that is followed already; kLimitExceeded.
  Status subscribe(const v1::Subscriptions& wanted);
  /// kSyncProtocol: a number that was never sent, or refusals of more than was; store errors.
  Status acknowledged(const v1::Ack& ack);
  Status notice_acknowledged(const v1::NoticeAck& ack);
  /// Streams, rights or notices may have changed.
  void poke();

  /// The next frame of this half, if the window and the streams have one.
  bool next(v1::Frame& frame);

  bool to_end() const;
  void count(LinkState& state) const;

 private:
  struct Subscription {
    std::string cursor;
    std::uint64_t number = 0;  ///< of the last batch sent
    std::uint64_t poked = 0;   ///< the poke up to which it was read to its end
    bool answered = false;     ///< its first batch was sent
    struct Sent {
      std::uint64_t number = 0, bytes = 0, entries = 0;
    };
    std::deque<Sent> unacknowledged;
  };
  using Subscriptions = std::map<std::string, Subscription>;
  struct Turn {
    std::string collection, cursor;
    std::uint64_t number = 0, poked = 0;
    bool answered = false, compress = false;
    std::size_t max_bytes = 0;
  };

  bool next_catalog(v1::Frame& frame);
  bool next_notice(v1::Frame& frame);
  bool next_batch(v1::Frame& frame);
  bool take_turn(Turn& turn);
  Result<Readable> offered(const std::string& collection) const;
  bool read(const Turn& turn, v1::Frame& frame);
  bool finish_turn(const Turn& turn, const v1::Batch& batch, std::uint64_t entries);
  void rest(const Turn& turn);
  Subscriptions::iterator drop(Subscriptions::iterator subscription) SEKISHO_REQUIRES(mutex_);
  void settle(Subscription& subscription) SEKISHO_REQUIRES(mutex_);
  Status keep_refusals(const v1::Ack& ack);
  Result<bool> is_stored(const v1::Refusal& refusal) const;
  void end_subscription(const Turn& turn, const Error& error, v1::Frame& frame);

  const LinkParts& parts_;
  const std::string party_;
  std::string last_catalog_;  ///< writer thread only
  std::deque<std::pair<std::string, std::string>> notices_;  ///< writer thread only: read, not sent yet

  mutable Mutex mutex_;
  bool greeted_ SEKISHO_GUARDED_BY(mutex_) = false;
  bool compress_ SEKISHO_GUARDED_BY(mutex_) = false;
  std::uint64_t window_ SEKISHO_GUARDED_BY(mutex_) = 0;
  std::size_t batch_bytes_ SEKISHO_GUARDED_BY(mutex_) = 0;
  std::uint64_t pokes_ SEKISHO_GUARDED_BY(mutex_) = 1;
  std::uint64_t catalog_poked_ SEKISHO_GUARDED_BY(mutex_) = 0;
  std::uint64_t notices_poked_ SEKISHO_GUARDED_BY(mutex_) = 0;
  std::uint64_t notices_recalls_ SEKISHO_GUARDED_BY(mutex_) = 0;
  bool notices_missed_ SEKISHO_GUARDED_BY(mutex_) = false;  ///< they could not be looked at
  bool catalog_answered_ SEKISHO_GUARDED_BY(mutex_) = false;
  Subscriptions subscriptions_ SEKISHO_GUARDED_BY(mutex_);  ///< added by the reader, removed by the writer
  std::string last_turn_ SEKISHO_GUARDED_BY(mutex_);
  std::uint64_t waiting_bytes_ SEKISHO_GUARDED_BY(mutex_) = 0;
  std::uint64_t waiting_batches_ SEKISHO_GUARDED_BY(mutex_) = 0;
  bool window_full_ SEKISHO_GUARDED_BY(mutex_) = false;  ///< what comes next does not fit; until an acknowledgement
  std::map<std::string, bool> notices_sent_ SEKISHO_GUARDED_BY(mutex_);  ///< on this link; whether it was answered
  std::uint64_t sent_ SEKISHO_GUARDED_BY(mutex_) = 0;
  std::uint64_t refused_there_ SEKISHO_GUARDED_BY(mutex_) = 0;
};

}  // namespace sekisho::sync
