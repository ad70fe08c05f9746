// One node of a pair: everything from the store to the TAXII router and the link, over a clock and randomness of
// its own, without a socket. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "certs/keys.h"
#include "core/limits.h"
#include "link.h"
#include "requests.h"
#include "scenario.h"
#include "store/store.h"
#include "sync/audit/audit.h"
#include "sync/serve/egress.h"
#include "sync/ingest/inbound.h"
#include "sync/ingest/quarantine.h"
#include "sync/serve/outbound.h"
#include "sync/recall/recall.h"
#include "sync/release/release.h"
#include "sync/ingest/submission.h"
#include "sync/peer/taxii/source.h"
#include "sync/peer/taxii/throttle.h"
#include "taxii/router.h"
#include "tests/support/fakes.h"

namespace sekisho::noninterference {

/// The bearer token is the party's name.
class NameAuthenticator : public taxii::Authenticator {
 public:
  explicit NameAuthenticator(const sync::Release& release) : release_(release) {}
  Result<taxii::Principal> authenticate(const taxii::HttpRequest& request) override;

 private:
  const sync::Release& release_;
};

class QuietLog : public Log {
 public:
  void write(LogLevel, std::string_view, std::initializer_list<Field>) override {}
};

/// The value, or the end of the process: what a world's own script does must succeed.
void require(const Status& status, const char* what);
template <typename T>
T need(Result<T> result, const char* what) {
  if (!result.ok()) require(Status(result.error()), what);
  return std::move(result).value();
}

class Node {
 public:
  Node(const Scenario& scenario, std::size_t index);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// The common part of a slot and what only this node has, up to the requests.
  void play(const Slot& slot);
  taxii::HttpResponse ask(const taxii::HttpRequest& request);
  /// What is durable and concerns a party: disclosures, dead letters, documents kept under its name. One line each.
  std::vector<std::string> durable(const std::string& party) const;
  sync::LinkParts parts();
  /// `sekisho export`: every version of a collection as one document.
  std::string exported(const std::string& collection, const std::string& party = "p");
  std::vector<std::string> collection_ids() const;
  /// What the operator does: `sekisho import` of the node's own, `sekisho recall`; a restart; time that passes.
  Result<sync::InboundReport> import_own(const std::string& alias, const std::vector<std::string_view>& objects);
  void recall(const std::string& id);
  /// `sekisho quarantine release`: whether a letter of this party about this id was let in.
  bool let_in(const std::string& party, const std::string& id);
  /// `sekisho stop` and its lifting, of one party's sharing or of all (empty).
  void stop(const std::string& party);
  void lift(const std::string& party);
  /// What `party` says over its link to take objects back; what it is told of recalls here.
  Status take_recall(const std::string& party, const std::string& notice);
  std::vector<std::string> notices_to(const std::string& party);
  /// How many versions of an id are stored.
  std::size_t held(const std::string& id) const { return need(store_->versions_of(id, false), "versions").size(); }
  void restart();
  void wait(std::int64_t micros);
  Timestamp now() const { return clock_.now(); }
  /// The link of P, made anew after a restart.
  LinkDoor& link();
  /// Everything that a party reads, one line each, what it gave itself too; reads without disclosing.
  std::vector<std::string> picture(const std::string& party);
  /// What the streams of it carry, as collection and bytes.
  std::vector<std::pair<std::string, std::string>> readings(const std::string& party);
  /// `sekisho policy preview --party p`: what P is given of a collection, or would be given by the stage after this one.
  std::string preview(const std::string& alias, bool next);
  /// What P does not get and why, for people.
  std::string withheld(const std::string& party);
  store::Store& store() { return *store_; }
  sync::Outbound& outbound() { return *outbound_; }
  /// What others were answered here, as if P had got hold of it.
  const Memory& overheard() const { return overheard_; }

 private:
  void open_store();
  void open();
  void add_collections();
  void apply();
  void commit(const Batch& batch);
  store::CollectionNo number(const std::string& alias) const;
  void traffic(std::uint64_t seed);
  void egress(const Slot& slot);
  Status each_reading(const std::string& party, bool own, const std::function<void(const sync::Readable&, const store::StreamItem&)>& visit);

  const Scenario& scenario_;
  const std::size_t index_;
  bool stopped_ = false, stopped_q_ = false;
  Memory overheard_;
  std::size_t stage_ = 0, variant_ = 0;
  std::string folder_;  ///< of the SQLite store
  sekisho::tests::FakeClock clock_;
  sekisho::tests::FakeRandom random_;
  QuietLog log_;
  Limits limits_;
  std::unique_ptr<certs::SigningKey> key_;
  std::unique_ptr<store::Store> store_;
  std::vector<store::Collection> collections_;
  std::unique_ptr<sync::Audit> audit_;
  std::unique_ptr<sync::Egress> egress_;
  std::unique_ptr<sync::Release> release_;
  std::unique_ptr<sync::Inbound> inbound_;
  std::unique_ptr<sync::Outbound> outbound_;
  std::unique_ptr<sync::Recalls> recalls_;
  std::unique_ptr<sync::Submissions> submissions_;
  sync::RequestThrottle throttle_;  ///< of the house, not of one life of it
  std::unique_ptr<sync::Withdrawals> withdrawals_;
  std::unique_ptr<sync::TaxiiSource> source_;
  std::unique_ptr<NameAuthenticator> authenticator_;
  std::unique_ptr<taxii::Router> router_;
  std::unique_ptr<LinkDoor> link_;
};

}  // namespace sekisho::noninterference
