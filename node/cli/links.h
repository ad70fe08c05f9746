// What commands may ask of the links to gRPC peers. node/app implements it. Any thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/result.h"
#include "sync/peer/grpc/session.h"

namespace sekisho::node::cli {

/// One party that is, or should be, linked.
struct LinkRow {
  std::string party;
  std::string target;   ///< host:port that we dial; empty: it dials us
  bool up = false;
  sync::LinkState state;
  std::string trouble;  ///< why it is down, if it ended badly
};

class LinkControl {
 public:
  virtual ~LinkControl() = default;
  /// The configured peers are not what they were.
  virtual void peers_changed() = 0;
  /// Until both sides have taken all there is: over the link that stands, else over one dialled for it.
  /// kPeerUnknown: neither linked nor a peer with a gRPC address; kTimeout: no progress for a minute; what ended the link.
  virtual Result<sync::LinkState> catch_up(const std::string& party,
                                           const std::function<void(const sync::LinkState&)>& progress) = 0;
  virtual std::vector<LinkRow> rows() = 0;
};

}  // namespace sekisho::node::cli
