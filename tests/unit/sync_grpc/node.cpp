#include "node.h"

#include <algorithm>
#include <cstdio>

#include "certs/attestation.h"
#include "core/digest.h"
#include "policy/compiled.h"
#include "stix/markings.h"
#include "store/memory/memory_store.h"
#include "sync/peer/pull.h"

namespace sekisho::sync::tests {
namespace {

std::string numbered(const std::string& type, unsigned n) {
  char uuid[40];
  std::snprintf(uuid, sizeof uuid, "%08x-0000-4000-8000-000000000000", n);
  return type + "--" + uuid;
}

std::string marking_of(const std::string& tlp) {
  if (tlp == "CLEAR") return std::string(stix::tlp_marking_id(stix::Tlp::kClear));
  if (tlp == "GREEN") return std::string(stix::tlp_marking_id(stix::Tlp::kGreen));
  return std::string(stix::tlp_marking_id(stix::Tlp::kAmber));
}

const std::string kCursorKey(32, 'k');

}  // namespace

std::string id_of(unsigned n) { return numbered("report", n); }

std::string Make::json() const {
  char modified[40];
  std::snprintf(modified, sizeof modified, "2024-01-01T00:%02d:00.000Z", version);
  json::Writer w;
  w.begin_object().member("type", "report").member("spec_version", "2.1").member("id", id_of(n));
  if (!creator.empty()) w.member("created_by_ref", creator);
  w.member("created", "2024-01-01T00:00:00.000Z").member("modified", modified);
  w.key("object_marking_refs").begin_array().string(marking_of(tlp)).end_array();
  w.member("name", text).member("published", "2024-01-01T00:00:00.000Z");
  w.key("object_refs").begin_array().string(std::string(stix::tlp_marking_id(stix::Tlp::kClear))).end_array().end_object();
  return w.take();
}

void Notes::write(LogLevel, std::string_view event, std::initializer_list<Field>) {
  MutexLock lock(mutex_);
  events_.emplace_back(event);
}

bool Notes::has(const std::string& event) const {
  MutexLock lock(mutex_);
  return std::find(events_.begin(), events_.end(), event) != events_.end();
}

Node::Node(std::string name_in, unsigned n, const std::vector<std::string>& aliases)
    : name(std::move(name_in)), identity(numbered("identity", n)), random(n),
      key(must(certs::SigningKey::from_seed(std::string(32, static_cast<char>('a' + n))))),
      kept(store::make_memory_store(random)), store(failing_store(*kept, refuse_commits)) {
  open();
  for (const std::string& alias : aliases) {
    store::Collection main;
    main.id = Uuid::v4(random, "collection");
    main.alias = main.title = alias;
    main = must(store->add_collection(main));
    store::Collection beside;
    beside.id = Uuid::v4(random, "collection");
    beside.alias = beside.title = companion_alias(alias);
    beside.companion_of = main.no;
    must(store->add_collection(beside));
  }
  must(release->collections_changed());
  apply("");
}

void Node::open() {
  recalls.reset();
  const Signer signer{key.get(), identity, "2025-01-01T00:00:00.000Z"};
  audit = std::make_unique<Audit>(*store, clock);
  egress = std::make_unique<Egress>(*store, *audit, clock);
  release = std::make_unique<Release>(*store, clock, random, signer);
  inbound = std::make_unique<Inbound>(*store, *release, clock, limits);
  outbound = std::make_unique<Outbound>(*store, *release, clock, kCursorKey, *egress);
  recalls = std::make_unique<Recalls>(*store, *release, *audit, *egress, clock, random, signer);
}

std::string Node::as_party(const std::string& more) const {
  const auto unless = [&more](const std::string& name_of, const std::string& value) {
    return more.find(name_of + " =") == std::string::npos ? name_of + " = " + value + "\n" : "";
  };
  return "[[party]]\nid = \"" + name + "\"\nkind = \"peer-isac\"\n" + unless("identities", "[\"" + identity + "\"]") +
         unless("collections", "[\"*\"]") + unless("write", "[\"weekly\"]") + more + "\n[[party.keys]]\nx = \"" +
         base64url(as_chars(key->public_key().bytes)) + "\"\n";
}

void Node::apply(const std::string& rows) {
  const std::string text = policy::initial_policy("Example", identity, "isac") + "\n" + rows;
  must(release->set_policy(policy::Compiled::compile(must(policy::load_policy(text, "policy.toml", nullptr)))));
  rows_ = rows;
  must(release->advance());
}

void Node::restart() {
  open();
  apply(rows_);
}

LinkParts Node::parts() {
  return {*store, *release, *inbound, *outbound, *recalls, clock, log, limits, name, identity};
}

store::Collection Node::collection(const std::string& alias) const {
  for (const auto& one : must(store->collections())) {
    if (one.alias == alias) return one;
  }
  FAIL("no collection " << alias);
  return {};
}

void Node::put(const std::vector<std::string>& objects, const std::string& alias, const Provenance& how) {
  store::Batch batch;
  const store::CollectionNo no = collection(alias).no;
  for (const std::string& text : objects) {
    batch.objects.push_back({must(stix::Object::parse(text)), "", no, how.to_json()});
  }
  must(store->commit(batch, clock.now()));
  must(release->advance());
}

void Node::put_range(unsigned from, unsigned to, const std::string& alias) {
  for (unsigned n = from; n <= to; ++n) put({Make{.n = n}.json()}, alias);
}

Versions Node::held(const std::string& source) const {
  Versions out;
  for (const auto& change : must(kept->changes(0, 1'000'000))) {
    const auto object = must(kept->object(change.object));
    if (object.source == source) ++out[{object.id, object.version}];
  }
  return out;
}

Provenance Node::provenance(const std::string& id) const {
  const auto versions = must(kept->versions_of(id, false));
  REQUIRE_FALSE(versions.empty());
  return must(Provenance::from_json(versions.back().provenance));
}

std::vector<store::DeadLetter> Node::letters(std::optional<store::LetterKind> kind) const {
  return must(kept->dead_letters(0, 10'000, kind));
}

std::string Node::cursor(const std::string& party, const std::string& remote_collection) const {
  return must(kept->document("follow/" + party, remote_collection)).value_or("");
}

std::string Node::attest(const std::string& object, certs::Role role) const {
  return certs::attest(*key, must(stix::Object::parse(object))->canonical(), role, {});
}

void befriend(Node& a, Node& b) {
  a.apply(b.as_party());
  b.apply(a.as_party());
}

int most(const Versions& versions) {
  int out = 0;
  for (const auto& [name, count] : versions) out = std::max(out, count);
  return out;
}

}  // namespace sekisho::sync::tests
