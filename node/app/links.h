// The links of this node to its gRPC peers: the listener, a dialler for each peer with a gRPC address, one live link
// for each party. docs/specs/sync.md. Any thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/log.h"
#include "core/mutex.h"
#include "core/ports/random.h"
#include "core/result.h"
#include "node/app/config.h"
#include "node/cli/links.h"
#include "node/cli/peer.h"
#include "sync/peer/grpc/channel.h"
#include "sync/peer/grpc/session.h"

namespace sekisho::node::app {

class Links : public cli::LinkControl {
 public:
  using Peers = std::function<Result<std::vector<cli::Peer>>()>;
  Links(sync::LinkParts parts, sync::LinkIdentity identity, Peers peers, Random& random, const sync::Egress& egress);
  ~Links() override;

  /// Listens (unless `listen` is off) and dials every peer until stop(). kTls, kIo.
  Status start(const Endpoint& listen);
  /// 0 if not listening.
  std::uint16_t port() const;
  /// Says goodbye on every link and waits for their ends.
  void stop();
  /// Streams, rights or notices may have grown.
  void poke();
  /// Ends links on which something is under way to somebody with whom sharing is stopped. Takes no lock that is held for long.
  void cut_stopped();

  void peers_changed() override;
  Result<sync::LinkState> catch_up(const std::string& party,
                                   const std::function<void(const sync::LinkState&)>& progress) override;
  std::vector<cli::LinkRow> rows() override;

 private:
  Result<sync::LinkState> exchange(const std::string& party, const std::function<void(const sync::LinkState&)>& progress);
  /// One peer that is dialled again and again.
  struct Dialling {
    cli::Peer peer;
    std::unique_ptr<sync::LinkDialer> dialer;
    std::thread thread;
    // Under mutex_:
    bool stop = false;
    bool nudged = false;          ///< do not wait for the pause to end
    std::uint64_t attempts = 0;   ///< that have ended
    Status last;                  ///< how the last one ended
  };

  sync::LinkEvents events();
  Result<std::shared_ptr<sync::Session>> open(const std::string& party, std::function<void()> wake);
  void closed(const std::string& party, const std::shared_ptr<sync::Session>& session, const Status& why);
  std::optional<std::string> party_of(const std::string& fingerprint) const;
  Result<cli::Peer> peer(const std::string& party) const;
  void dial(Dialling& dialling);
  void settle_dialling();
  Result<sync::LinkState> wait_for_end(const std::shared_ptr<sync::Session>& session,
                                       const std::function<void(const sync::LinkState&)>& progress);
  void sending(const sync::Session& link, std::function<void()> cancel);
  std::shared_ptr<sync::Session> live(const std::string& party);
  Result<std::shared_ptr<sync::Session>> standing(const std::string& party);
  Result<sync::LinkState> dial_once(const cli::Peer& to, const std::function<void(const sync::LinkState&)>& progress);

  const sync::LinkParts parts_;
  const sync::LinkIdentity identity_;
  const Peers peers_;
  Random& random_;
  const sync::Egress& egress_;
  std::unique_ptr<sync::LinkListener> listener_;

  mutable Mutex mutex_;
  ConditionVariable changed_;
  bool serving_ SEKISHO_GUARDED_BY(mutex_) = false;
  bool stopping_ SEKISHO_GUARDED_BY(mutex_) = false;
  std::map<std::string, std::shared_ptr<sync::Session>> live_ SEKISHO_GUARDED_BY(mutex_);
  std::map<std::string, std::string> trouble_ SEKISHO_GUARDED_BY(mutex_);
  Mutex sending_mutex_;  ///< after all others
  std::map<const sync::Session*, std::function<void()>> sending_ SEKISHO_GUARDED_BY(sending_mutex_);  ///< content is under way; ends it
  Mutex dialling_mutex_;  ///< before mutex_; the table of diallers
  std::map<std::string, std::unique_ptr<Dialling>> dialling_ SEKISHO_GUARDED_BY(dialling_mutex_);
};

}  // namespace sekisho::node::app
