// One node without a network: store, release, outbound, a clock moved by hand, and short ways to say
// objects, policies and what a party reads.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "certs/keys.h"
#include "core/digest.h"
#include "policy/model.h"
#include "store/memory/memory_store.h"
#include "store/store.h"
#include "sync/audit/audit.h"
#include "sync/handling/settled_ids.h"
#include "sync/serve/egress.h"
#include "sync/ingest/inbound.h"
#include "sync/serve/outbound.h"
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

inline const std::string kOwn = "identity--11111111-1111-4111-8111-111111111111";
inline const std::string kPeer = "identity--22222222-2222-4222-8222-222222222222";
inline const std::string kKeySince = "2025-01-01T00:00:00.000Z";

std::unique_ptr<certs::SigningKey> test_key(char fill);
std::string id_of(unsigned n, const std::string& type = "report");

/// Object number `n` as JSON.
struct Make {
  unsigned n = 1;
  std::string tlp = "GREEN";          ///< CLEAR, GREEN, AMBER, RED; empty = unmarked; else a marking id
  std::vector<std::string> refs = {};  ///< object_refs
  int version = 0;                    ///< minute
  std::string text = "x";
  std::string creator = {};
  std::string json() const;
  stix::ObjectPtr object() const;
};
/// A statement marking, itself marked.
std::string statement(unsigned n, const std::string& tlp);

/// The policy that `init` writes, with these rows behind it.
std::shared_ptr<const policy::Compiled> policy_of(const std::string& rows);
std::string party(const std::string& id, const std::string& kind, const std::string& more = {});
std::string member(const std::string& id, const std::string& member_class);
std::string agreement(const std::string& to, const std::string& more = {});
/// AMBER is kept from the class bronze.
inline const std::string kNoAmberForBronze =
    "[[rule]]\nid = \"bronze\"\neffect = \"deny\"\nclasses = [\"bronze\"]\ntlp = [\"TLP:AMBER\"]\nreason = \"bronze\"\n";

struct Row {
  store::Position position = 0;
  std::int64_t date = 0;
  store::ObjectNo object = 0;
  std::string id, version, bytes;
  bool operator==(const Row&) const = default;
};
using Versions = std::set<std::pair<std::string, std::string>>;  ///< (id, version)

struct World {
  FakeClock clock;
  FakeRandom random;
  sekisho::tests::FakeSigns signs;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<certs::SigningKey> key = test_key('s');
  std::unique_ptr<Audit> audit;
  std::unique_ptr<Egress> egress;
  std::unique_ptr<Release> release;
  std::unique_ptr<Outbound> outbound;
  std::vector<store::Collection> collections;

  explicit World(std::uint64_t seed = 1, std::unique_ptr<store::Store> given = nullptr);
  /// Collections `alias` and its companion.
  void add_collection(const std::string& alias);
  store::CollectionNo number(const std::string& alias) const;
  Signer signer() const { return {key.get(), kOwn, kKeySince}; }

  std::vector<PartyChange> apply(const std::string& rows);
  /// Everything anew over the same store, with the policy last applied.
  void restart();

  /// Commits without telling the release.
  std::vector<store::Added> commit(const std::vector<std::string>& objects, const std::string& alias = "weekly",
                                   const std::string& source = {}, const Provenance& provenance = {});
  /// Commits and advances.
  void put(const std::vector<std::string>& objects, const std::string& alias = "weekly",
           const std::string& source = {}, const Provenance& provenance = {});

  /// One page, all versions.
  std::vector<Row> page(const std::string& party, const std::string& alias, std::size_t limit,
                        std::optional<std::string>& next, std::optional<std::int64_t> after_date = std::nullopt);
  /// Everything, page by page over `next`.
  std::vector<Row> read(const std::string& party, const std::string& alias = "weekly", std::size_t limit = 1000);
  /// Everything, page by page over `added_after` alone.
  std::vector<Row> read_by_date(const std::string& party, const std::string& alias, std::size_t limit,
                                std::int64_t after = 0);
  Versions versions(const std::string& party, const std::string& alias = "weekly");
  std::vector<std::string> ids(const std::string& party, const std::string& alias = "weekly");
  /// (target_ref, target_version, target_sha256) of the attestations beside a collection.
  std::set<std::string> attested(const std::string& party, const std::string& alias = "weekly");
  store::StreamNo stream(const std::string& party, const std::string& alias = "weekly");

 private:
  void open();
  std::string rows_;
};

std::string attested_name(std::string_view bytes);
inline const std::string kCursorKey(32, 'k');

}  // namespace sekisho::sync::tests
