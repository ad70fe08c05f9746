// A node without a network: a memory store, clock and randomness of its own, and everything a link works with.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "certs/keys.h"
#include "store/store.h"
#include "sync/audit/audit.h"
#include "sync/serve/egress.h"
#include "sync/peer/grpc/session.h"
#include "sync/ingest/inbound.h"
#include "sync/serve/outbound.h"
#include "sync/recall/recall.h"
#include "sync/release/release.h"
#include "tests/support/doctest.h"
#include "tests/support/fakes.h"

namespace sekisho::sync::tests {

using sekisho::tests::FakeClock;
using sekisho::tests::FakeRandom;

/// The value; a check fails and the process ends if there is none.
template <typename T>
T must(Result<T> result) {
  REQUIRE_MESSAGE(result.ok(), (result.ok() ? "" : result.error().to_string()));
  return std::move(result).value();
}
inline void must(const Status& status) {
  REQUIRE_MESSAGE(status.ok(), (status.ok() ? "" : status.error().to_string()));
}

/// Object number `n`, CLEAR unless said otherwise.
struct Make {
  unsigned n = 1;
  int version = 0;  ///< minute
  std::string tlp = "CLEAR";
  std::string text = "x";
  std::string creator = {};
  std::string json() const;
};
std::string id_of(unsigned n);

/// Names of log lines.
class Notes : public Log {
 public:
  void write(LogLevel, std::string_view event, std::initializer_list<Field>) override;
  bool has(const std::string& event) const;

 private:
  mutable Mutex mutex_;
  std::vector<std::string> events_ SEKISHO_GUARDED_BY(mutex_);
};

/// Passes everything on; refuses to commit while told so, and counts.
std::unique_ptr<store::Store> failing_store(store::Store& behind, const bool& refuse);

using Versions = std::map<std::pair<std::string, std::string>, int>;  ///< (id, version) -> how often

struct Node {
  /// Its collections are `aliases`, each with a companion. `n` makes it another node than the others.
  Node(std::string name, unsigned n, const std::vector<std::string>& aliases = {"weekly"});

  const std::string name, identity;
  FakeClock clock;
  FakeRandom random;
  Notes log;
  std::unique_ptr<certs::SigningKey> key;
  std::unique_ptr<store::Store> kept;
  bool refuse_commits = false;
  std::unique_ptr<store::Store> store;  ///< in front of `kept`
  std::unique_ptr<Audit> audit;
  std::unique_ptr<Egress> egress;
  std::unique_ptr<Release> release;
  std::unique_ptr<Inbound> inbound;
  std::unique_ptr<Outbound> outbound;
  std::unique_ptr<Recalls> recalls;
  Limits limits;

  /// How another node's policy names this one: peer ISAC, may read and write `weekly`, its key. `more` are
  /// further members of the party.
  std::string as_party(const std::string& more = {}) const;
  void apply(const std::string& rows);
  /// Everything anew over the same store, with the policy last applied.
  void restart();
  LinkParts parts();

  store::Collection collection(const std::string& alias) const;
  void put(const std::vector<std::string>& objects, const std::string& alias = "weekly", const Provenance& how = {});
  /// Objects `from` to `to`, one commit each.
  void put_range(unsigned from, unsigned to, const std::string& alias = "weekly");
  /// What is stored from a party (empty = own content) that is no attestation nor definition of one.
  Versions held(const std::string& source) const;
  Provenance provenance(const std::string& id) const;
  std::vector<store::DeadLetter> letters(std::optional<store::LetterKind> kind = std::nullopt) const;
  /// The cursor kept for what `party` publishes; empty if none.
  std::string cursor(const std::string& party, const std::string& remote_collection) const;
  std::string attest(const std::string& object, certs::Role role = certs::Role::kCreator) const;

 private:
  void open();
  std::string rows_;
};

/// Each lists the other, with everything allowed.
void befriend(Node& a, Node& b);
/// How often the most frequent one is there.
int most(const Versions& versions);

}  // namespace sekisho::sync::tests
