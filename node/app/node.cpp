#include "node/app/node.h"

#include "certs/keys.h"
#include "certs/secrets.h"
#include "core/digest.h"
#include "core/forward_clock.h"
#include "core/toml.h"
#include "node/app/links.h"
#include "node/app/restored.h"
#include "node/cli/anonymous.h"
#include "node/cli/peer.h"
#include "node/http/client.h"
#include "policy/compiled.h"
#include "policy/model.h"
#include "stix/convert/convert.h"
#include "store/sqlite/sqlite_store.h"
#include "sync/ingest/inbound.h"
#include "sync/serve/outbound.h"
#include "sync/release/release.h"

namespace sekisho::node::app {
namespace {

constexpr std::size_t kToldAtOnce = 100'000;  // objects of a store that is migrated

}  // namespace

struct Node::Impl {
  explicit Impl(cli::Machine given)
      : clock(given.clock), machine{clock, given.random, given.files, given.log, given.names} {}

  ForwardClock clock;    ///< never behind what the store has on record
  cli::Machine machine;
  std::string dir;
  Config config;
  std::unique_ptr<FileLock> lock;
  std::string master;
  std::unique_ptr<certs::SigningKey> key;
  sync::Signer signer;
  Mutex policy_edit;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<StopSigns> signs;
  std::unique_ptr<sync::Audit> audit;
  std::unique_ptr<sync::Egress> egress;
  std::unique_ptr<sync::Release> release;
  std::unique_ptr<sync::Inbound> inbound;  ///< of commands
  std::unique_ptr<sync::Inbound> intake;   ///< of parties
  std::unique_ptr<sync::Budgets> budgets;
  std::unique_ptr<sync::Outbound> outbound;
  std::unique_ptr<sync::Recalls> recalls;
  std::unique_ptr<sync::Moderation> moderation;
  std::unique_ptr<sync::Ids> ids;
  std::unique_ptr<sync::Anonymous> anonymous;
  std::unique_ptr<Links> links;  ///< after all it works with

  Status read_keys() {
    SEKISHO_ASSIGN(const std::string pem, machine.files.read(dir + "/keys/node.pem", 4096));
    auto parsed = certs::SigningKey::from_pem(pem);
    if (!parsed.ok()) return make_error(Code::kConfig, parsed.error().detail, dir + "/keys/node.pem");
    key = std::move(*parsed);
    SEKISHO_ASSIGN(const std::string text, machine.files.read(dir + "/keys/secret", 4096));
    const auto secret = from_hex(std::string_view(text).substr(0, 64));
    if (!secret || secret->size() != 32) {
      return make_error(Code::kConfig, "must hold 64 hex digits", dir + "/keys/secret");
    }
    master = *secret;
    signer = {key.get(), config.identity, config.since};
    return {};
  }

  /// Ids of renditions are made with it. Nodes of one organisation share one as a file; a single node needs none.
  Result<std::string> read_redaction_key() {
    const std::string file = dir + "/keys/redaction.key";
    if (!machine.files.exists(file)) return certs::derive_key(master, "redaction");
    SEKISHO_ASSIGN(const std::string text, machine.files.read(file, 4096));
    const auto shared = from_hex(std::string_view(text).substr(0, 64));
    if (!shared || shared->size() != 32) return make_error(Code::kConfig, "must hold 64 hex digits", file);
    return *shared;
  }

  Status build(Plans plans) {
    store::SqliteOptions options;
    options.progress = [this](std::size_t done, std::size_t total) {
      if (done % kToldAtOnce == 0 || done == total) {
        machine.log.write(LogLevel::kInfo, "store-migrated", {{"objects", std::to_string(done)}, {"of", std::to_string(total)}});
      }
    };
    SEKISHO_ASSIGN(store, store::open_sqlite_store(dir + "/data/store.sqlite", machine.random, options));
    SEKISHO_ASSIGN(const Timestamp latest, store->latest_instant());
    clock.not_before(latest);
    audit = std::make_unique<sync::Audit>(*store, machine.clock);
    SEKISHO_TRY(begin_restored_life(dir, machine, *store, *audit));
    SEKISHO_ASSIGN(signs, system::make_stop_signs(dir));
    egress = std::make_unique<sync::Egress>(*store, *audit, machine.clock, signs.get());
    SEKISHO_ASSIGN(const std::string redaction_key, read_redaction_key());
    release = std::make_unique<sync::Release>(*store, machine.clock, machine.random, signer, redaction_key);
    inbound = std::make_unique<sync::Inbound>(*store, *release, machine.clock, config.limits);
    intake = std::make_unique<sync::Inbound>(*store, *release, machine.clock, config.limits, sync::Inbound::Returns::kDurable);
    budgets = std::make_unique<sync::Budgets>(machine.clock, config.budgets);
    outbound = std::make_unique<sync::Outbound>(*store, *release, machine.clock,
                                                certs::derive_key(master, "cursor"), *egress);
    recalls = std::make_unique<sync::Recalls>(*store, *release, *audit, *egress, machine.clock, machine.random, signer);
    moderation = std::make_unique<sync::Moderation>(*store, *release, *audit, *recalls, machine.clock);
    SEKISHO_TRY(read_operators());
    ids = std::make_unique<sync::Ids>(*store, *release, *audit, machine.clock);
    SEKISHO_TRY(ids->start());
    anonymous = std::make_unique<sync::Anonymous>(*store, *audit, machine.clock, machine.random, config.identity);
    SEKISHO_TRY(read_anonymous_secret());
    SEKISHO_ASSIGN(const std::string text, machine.files.read(dir + "/policy.toml", 16u << 20));
    SEKISHO_TRY(sync::PolicyChanges(*store, *release, *audit, machine.clock).start(text, dir + "/policy.toml"));
    if (plans == Plans::kAtOnce) SEKISHO_TRY(release->advance());
    SEKISHO_TRY(ids->finish());
    return make_links();
  }

  // Before the first policy: approvals count in its decisions. A file that was edited by hand is told of.
  Status read_operators() {
    const std::string path = dir + "/operators.toml";
    std::string text;
    if (machine.files.exists(path)) {
      SEKISHO_ASSIGN(text, machine.files.read(path, kMaxTomlBytes));
    }
    SEKISHO_ASSIGN(sync::Operators operators, sync::Operators::parse(text, path));
    const std::string digest = operators.digest();
    SEKISHO_ASSIGN(const auto told, store->document(cli::kOperatorsSpace, cli::kOperatorsDigest));
    if (told ? *told != digest : !text.empty()) {
      SEKISHO_TRY(audit->record({"operator.edit", "file", "operators.toml", "operators.toml in force: " + digest},
                                {{cli::kOperatorsSpace, cli::kOperatorsDigest, digest}}));
    }
    const auto fewer = moderation->set_operators(std::move(operators));
    return fewer.ok() ? Status() : Status(fewer.error());
  }

  Status read_anonymous_secret() {
    const std::string path = dir + "/" + cli::kAnonymousSecretFile;
    if (!machine.files.exists(path)) return {};
    SEKISHO_ASSIGN(const std::string text, machine.files.read(path, 4096));
    const auto secret = from_hex(std::string_view(text).substr(0, 64));
    if (!secret || secret->size() != 32) return make_error(Code::kConfig, "must hold 64 hex digits", path);
    anonymous->set_secret(*secret);
    return {};
  }

  Status make_links() {
    sync::LinkIdentity identity;
    SEKISHO_ASSIGN(identity.certificate_pem, machine.files.read(dir + "/tls/server.pem", 1u << 20));
    SEKISHO_ASSIGN(identity.key_pem, machine.files.read(dir + "/tls/server-key.pem", 1u << 20));
    const sync::LinkParts parts{*store,  *release,      *intake,    *outbound,     *recalls,
                                machine.clock, machine.log, config.limits, config.organisation, config.identity, budgets.get()};
    links = std::make_unique<Links>(parts, std::move(identity), [this] { return cli::all_peers(*store); }, machine.random, *egress);
    release->on_change([this] { links->poke(); });
    return {};
  }
};

Node::Node() = default;

Node::~Node() {
  if (!impl_ || !impl_->links) return;
  impl_->links->stop();
  impl_->release->on_change(nullptr);
}

Result<std::unique_ptr<Node>> Node::open(const std::string& dir, cli::Machine machine, Plans plans) {
  std::unique_ptr<Node> node(new Node());
  node->impl_ = std::make_unique<Impl>(machine);
  Impl& impl = *node->impl_;
  impl.dir = dir;
  const std::string file = dir + "/node.toml";
  if (!machine.files.exists(file)) {
    return make_error(Code::kNotFound, "no node here; make one with: sekisho init " + dir + " --org NAME", file);
  }
  SEKISHO_ASSIGN(const std::string text, machine.files.read(file, 1u << 20));
  SEKISHO_ASSIGN(impl.config, load_config(text, file));
  SEKISHO_ASSIGN(impl.lock, machine.files.lock(dir + "/lock"));
  SEKISHO_TRY(impl.read_keys());
  SEKISHO_TRY(impl.build(plans));
  return node;
}

const Config& Node::config() const { return impl_->config; }

Links& Node::links() { return *impl_->links; }

sync::Inbound& Node::intake() { return *impl_->intake; }

sync::Budgets& Node::budgets() { return *impl_->budgets; }

std::string Node::derived_key(const std::string& purpose) const { return certs::derive_key(impl_->master, purpose); }

cli::House Node::house(cli::Machine given) {
  Impl& impl = *impl_;
  const cli::Machine machine{impl.clock, given.random, given.files, given.log, given.names};
  const Clock* clock = &impl.machine.clock;
  return {machine,
          impl.dir,
          impl.config.organisation,
          impl.config.identity,
          stix::convert::identity_object(impl.config.identity, impl.config.organisation, impl.config.since),
          impl.config.listen.address + ":" + std::to_string(impl.config.listen.port),
          impl.config.api_root,
          impl.config.limits,
          *impl.store,
          *impl.release,
          *impl.inbound,
          *impl.outbound,
          *impl.audit,
          *impl.egress,
          *impl.recalls,
          *impl.moderation,
          *impl.ids,
          *impl.anonymous,
          impl.signer,
          impl.policy_edit,
          *impl.links,
          [clock](http::ClientTrust trust) { return http::make_transport(std::move(trust), *clock); }};
}

}  // namespace sekisho::node::app
