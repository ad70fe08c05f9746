#include "scripted_transport.h"
#include "sync/peer/pull.h"
#include "sync/ingest/submission.h"
#include "sync/peer/taxii/peer.h"
#include "sync/peer/taxii/source.h"
#include "taxii/client.h"
#include "taxii/router.h"
#include "transport.h"

namespace sekisho::sync::tests {
namespace {

/// Everybody is the one party.
class OneParty : public taxii::Authenticator {
 public:
  explicit OneParty(std::string party) : party_(std::move(party)) {}
  Result<taxii::Principal> authenticate(const taxii::HttpRequest&) override { return taxii::Principal{party_}; }

 private:
  const std::string party_;
};

class Line : public taxii::HttpTransport {
 public:
  Line(taxii::Router& router, const Weather& weather) : router_(router), weather_(weather), left_(weather.steps) {}
  Result<taxii::HttpResponse> send(const Call& call) override {
    if (left_ == 0) return make_error(Code::kConnect, "the line is cut");
    --left_;
    SEKISHO_ASSIGN(auto response, router_.send(call));
    response.body = altered(std::move(response.body), weather_);
    return response;
  }
  bool cut() const { return left_ == 0; }

 private:
  taxii::tests::RouterTransport router_;
  const Weather& weather_;
  std::size_t left_;
};

}  // namespace

bool OverTaxii::bring(Node& from, Node& to, const Weather& weather) {
  Submissions submissions(*from.store, *from.release, *from.inbound, from.clock, from.random, from.log);
  Withdrawals withdrawals(*from.store, *from.release, *from.outbound, *from.recalls, from.clock);
  TaxiiSource source(*from.outbound, submissions, withdrawals, from.limits);
  OneParty authenticator(to.name);
  taxii::ServerInfo info;
  info.title = from.name;
  info.roots = {{"api", from.name, ""}};
  taxii::Router router(info, authenticator, source, from.limits);
  Line line(router, weather);
  taxii::Client client(line, "sekisho-test", {});
  TaxiiPeer peer(client, "https://taxii.test/api/");
  PullOptions options;
  options.party = from.name;
  options.attestation_wait_micros = 0;
  const auto rows = pull(*to.store, *to.inbound, to.clock, peer, options, nullptr);
  if (!rows.ok()) return false;
  for (const auto& row : *rows) {
    if (!row.status.ok()) return false;
  }
  return true;
}

}  // namespace sekisho::sync::tests
