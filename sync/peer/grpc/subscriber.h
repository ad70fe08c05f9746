// The half of a link that takes: subscriptions, batches into Inbound, cursors. What a batch brought, its refusals and
// its cursor are one transaction; only then is it acknowledged. next() belongs to the writer thread, the rest to the
// reader, counts to any. docs/specs/sync.md §3-4.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/mutex.h"
#include "core/result.h"
#include "sekisho/sync/v1/link.pb.h"
#include "sync/ingest/bundles.h"
#include "sync/peer/grpc/session.h"

namespace sekisho::sync {

class Subscriber {
 public:
  Subscriber(const LinkParts& parts, const LinkOptions& options) : parts_(parts), options_(options) {}

  void greeted(std::string attestor) { attestor_ = std::move(attestor); }
  /// kLimitExceeded: more offers than a link has subscriptions; kSyncProtocol: an id that is no UUID.
  Status offered(const v1::Catalog& catalog);
  /// Takes a batch and gives the acknowledgement for it. kSyncProtocol, kLimitExceeded, store errors: nothing of it
  /// counts as received.
  Result<v1::Ack> take(v1::Batch& batch);
  /// kSyncProtocol if a cursor is refused twice.
  Status ended(const v1::Unsubscribed& unsubscribed);
  /// Collections or rights may have changed here.
  void poke();

  bool next(v1::Frame& frame);

  bool to_end() const;
  void count(LinkState& state) const;

 private:
  struct Following {
    store::Collection local;
    std::uint64_t number = 0;  ///< of the last batch taken
    bool ended = false;        ///< that one was the end as of then
  };
  bool is_offered(const std::string& id) const SEKISHO_REQUIRES(mutex_);
  std::optional<store::Collection> local_for(const v1::Offer& offer) const;
  void read_entries(v1::Entries& entries, Inbound::PartyBatch& batch) const;
  void read_entry(Handed one, std::string jws, Inbound::PartyBatch& batch) const;
  /// kLimitExceeded: the party is over its budget.
  Status count(const v1::Entries& entries) const;
  std::string space() const { return "follow/" + options_.party; }

  const LinkParts& parts_;
  const LinkOptions& options_;
  std::string attestor_;  ///< reader thread
  store::ChangeNo taken_through_ = 0;  ///< reader thread; the end of the change log behind the last batch, 0: nobody waits for it

  mutable Mutex mutex_;
  std::vector<v1::Offer> offers_ SEKISHO_GUARDED_BY(mutex_);
  bool offered_ SEKISHO_GUARDED_BY(mutex_) = false;
  bool answer_due_ SEKISHO_GUARDED_BY(mutex_) = false;  ///< a Catalog has not been answered
  bool look_ SEKISHO_GUARDED_BY(mutex_) = false;
  std::map<std::string, Following> following_ SEKISHO_GUARDED_BY(mutex_);
  std::map<std::string, bool> from_start_ SEKISHO_GUARDED_BY(mutex_);  ///< the cursor was refused; true: asked again
  InboundReport taken_ SEKISHO_GUARDED_BY(mutex_);
  std::uint64_t received_ SEKISHO_GUARDED_BY(mutex_) = 0, refused_ SEKISHO_GUARDED_BY(mutex_) = 0;
};

}  // namespace sekisho::sync
