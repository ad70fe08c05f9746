// A node without a network, over SQLite: what the benchmarks of the pipelines share.
#pragma once

#include <memory>
#include <string>

#include "certs/keys.h"
#include "core/log.h"
#include "core/ports/clock.h"
#include "core/ports/random.h"
#include "measure.h"
#include "store/store.h"
#include "sync/audit/audit.h"
#include "sync/serve/egress.h"
#include "sync/ingest/inbound.h"
#include "sync/serve/outbound.h"
#include "sync/release/release.h"

namespace sekisho::bench {

inline const std::string kKeySince = "2024-01-01T00:00:00.000Z";

class Quiet : public Log {
 public:
  void write(LogLevel, std::string_view, std::initializer_list<Field>) override {}
};

/// Has the collection `bench` and its companion.
struct BenchNode {
  BenchNode(const std::string& path, const std::string& identity, char seed);
  /// The policy that `init` writes, with these rows behind it.
  void apply(const std::string& rows);
  /// The identity kCreator, without which every object that names it would be held as a dangling reference.
  void import_creator(const std::string& marking);
  store::Collection collection() const { return release->collections().front(); }
  sync::Signer signer() const { return {key.get(), identity_id, kKeySince}; }

  std::unique_ptr<Clock> clock;
  std::unique_ptr<Random> random;
  Quiet log;
  std::unique_ptr<certs::SigningKey> key;
  const std::string identity_id;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<sync::Audit> audit;
  std::unique_ptr<sync::Egress> egress;
  std::unique_ptr<sync::Release> release;
  std::unique_ptr<sync::Outbound> outbound;
  std::unique_ptr<sync::Inbound> inbound;
};

}  // namespace sekisho::bench
