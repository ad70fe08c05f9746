#include "sync/peer/taxii/peer.h"

#include <utility>

namespace sekisho::sync {
namespace {

PushOutcome outcome_of(taxii::RemoteStatus status) {
  PushOutcome out;
  out.id = std::move(status.id);
  out.complete = status.complete;
  out.pending = static_cast<std::size_t>(status.pending_count);
  for (auto& failure : status.failures) {
    out.refusals.push_back({std::move(failure.id), std::move(failure.version), std::move(failure.message)});
  }
  return out;
}

}  // namespace

Status TaxiiPeer::open() {
  if (!root_.url.empty()) return {};
  const std::size_t scheme = url_.find("://");
  const std::size_t path = scheme == std::string::npos ? std::string::npos : url_.find('/', scheme + 3);
  std::string root = url_;
  if (path == std::string::npos || path + 1 == url_.size()) {
    const std::string origin = path == std::string::npos ? url_ : url_.substr(0, path);
    SEKISHO_ASSIGN(const auto roots, client_.discover(origin));
    if (roots.empty()) return make_error(Code::kTaxiiPeerFault, "the peer's discovery names no API root", url_);
    root = roots.front();
  }
  SEKISHO_ASSIGN(root_, client_.root(root));
  return {};
}

Result<std::vector<PeerCollection>> TaxiiPeer::collections() {
  SEKISHO_TRY(open());
  SEKISHO_ASSIGN(const auto remote, client_.collections(root_));
  std::vector<PeerCollection> out;
  for (const auto& one : remote) {
    if (one.can_read) out.push_back({one.id, one.alias, one.title});
  }
  return out;
}

Result<PeerPage> TaxiiPeer::page(const PeerCollection& collection, const std::string& state, std::size_t limit) {
  SEKISHO_TRY(open());
  taxii::PullState from;
  if (!state.empty()) {
    SEKISHO_ASSIGN(from, taxii::PullState::from_text(state));
  }
  // A `next` from before a break may have been used already; some servers go on from there when it comes again.
  const bool broke = left_at_[collection.id] != state;
  if (broke && client_.quirks().next == taxii::Quirks::Next::kOnce) from = from.restart();
  left_at_.erase(collection.id);
  taxii::RemoteCollection remote;
  remote.id = collection.id;
  remote.alias = collection.alias;
  auto answer = client_.objects(root_, remote, from, limit);
  if (!answer.ok() && answer.error().code == Code::kTaxiiBadCursor) {
    from = from.restart();  // the server forgot the walk; dates carry on, and what comes twice changes nothing
    answer = client_.objects(root_, remote, from, limit);
  }
  if (!answer.ok()) return answer.error();
  taxii::RemotePage page = std::move(*answer);
  PeerPage out;
  out.objects = std::move(page.objects);
  out.body = std::move(page.body);
  out.after = page.after.to_text();
  left_at_[collection.id] = out.after;
  out.more = page.more;
  return out;
}

Result<std::vector<PeerCollection>> TaxiiPeer::writable() {
  SEKISHO_TRY(open());
  SEKISHO_ASSIGN(const auto remote, client_.collections(root_));
  std::vector<PeerCollection> out;
  for (const auto& one : remote) {
    if (one.can_write) out.push_back({one.id, one.alias, one.title});
  }
  return out;
}

Result<std::size_t> TaxiiPeer::max_envelope_bytes() {
  SEKISHO_TRY(open());
  return static_cast<std::size_t>(root_.max_content_length);
}

Result<PushOutcome> TaxiiPeer::post(const PeerCollection& collection, std::string envelope) {
  SEKISHO_TRY(open());
  SEKISHO_ASSIGN(auto status, client_.post(root_, collection.id, std::move(envelope)));
  return outcome_of(std::move(status));
}

Result<PushOutcome> TaxiiPeer::outcome(const std::string& id) {
  SEKISHO_TRY(open());
  SEKISHO_ASSIGN(auto status, client_.status(root_, id));
  return outcome_of(std::move(status));
}

}  // namespace sekisho::sync
