// A TAXII server as a peer to pull from and to push to. One thread at a time.
#pragma once

#include <map>
#include <string>

#include "sync/peer/pull.h"
#include "sync/peer/push.h"
#include "taxii/client.h"

namespace sekisho::sync {

class TaxiiPeer : public PeerSource, public PeerSink {
 public:
  /// `url`: an API root ("https://host/exchange/"), or an origin whose default root is discovered.
  TaxiiPeer(taxii::Client& client, std::string url) : client_(client), url_(std::move(url)) {}

  Result<std::vector<PeerCollection>> collections() override;
  Result<PeerPage> page(const PeerCollection& collection, const std::string& state, std::size_t limit) override;

  Result<std::vector<PeerCollection>> writable() override;
  Result<std::size_t> max_envelope_bytes() override;
  Result<PushOutcome> post(const PeerCollection& collection, std::string envelope) override;
  Result<PushOutcome> outcome(const std::string& id) override;

 private:
  Status open();
  taxii::Client& client_;
  std::string url_;
  taxii::RemoteRoot root_;
  /// Per collection: the state that the last page left, so that a `next` that was perhaps used is known.
  std::map<std::string, std::string> left_at_;
};

}  // namespace sekisho::sync
