#include "world.h"

#include <cstdio>

#include "policy/compiled.h"
#include "stix/markings.h"
#include "sync/peer/pull.h"

namespace sekisho::sync::tests {

std::unique_ptr<certs::SigningKey> test_key(char fill) { return must(certs::SigningKey::from_seed(std::string(32, fill))); }

std::string id_of(unsigned n, const std::string& type) {
  char uuid[40];
  std::snprintf(uuid, sizeof uuid, "%08x-0000-4000-8000-000000000000", n);
  return type + "--" + uuid;
}

namespace {
std::string marking_of(const std::string& tlp) {
  if (tlp == "CLEAR") return std::string(stix::tlp_marking_id(stix::Tlp::kClear));
  if (tlp == "GREEN") return std::string(stix::tlp_marking_id(stix::Tlp::kGreen));
  if (tlp == "AMBER") return std::string(stix::tlp_marking_id(stix::Tlp::kAmber));
  if (tlp == "RED") return std::string(stix::tlp_marking_id(stix::Tlp::kRed));
  return tlp;
}
}  // namespace

std::string Make::json() const {
  char modified[40];
  std::snprintf(modified, sizeof modified, "2024-01-01T00:%02d:00.000Z", version);
  json::Writer w;
  w.begin_object().member("type", "report").member("spec_version", "2.1").member("id", id_of(n));
  if (!creator.empty()) w.member("created_by_ref", creator);
  w.member("created", "2024-01-01T00:00:00.000Z").member("modified", modified);
  if (!tlp.empty()) w.key("object_marking_refs").begin_array().string(marking_of(tlp)).end_array();
  w.member("name", text).member("published", "2024-01-01T00:00:00.000Z");
  w.key("object_refs").begin_array();
  for (const std::string& ref : refs) w.string(ref);
  w.end_array().end_object();
  return w.take();
}

stix::ObjectPtr Make::object() const { return must(stix::Object::parse(json())); }

std::string statement(unsigned n, const std::string& tlp) {
  return R"({"type":"marking-definition","spec_version":"2.1","id":")" + id_of(n, "marking-definition") +
         R"(","created":"2024-01-01T00:00:00.000Z","object_marking_refs":[")" + marking_of(tlp) +
         R"("],"definition_type":"statement","definition":{"statement":"all rights"}})";
}

std::shared_ptr<const policy::Compiled> policy_of(const std::string& rows) {
  return policy::Compiled::compile(
      must(policy::load_policy(policy::initial_policy("Example", kOwn, "isac") + "\n" + rows, "policy.toml", nullptr)));
}

std::string party(const std::string& id, const std::string& kind, const std::string& more) {
  return "[[party]]\nid = \"" + id + "\"\nkind = \"" + kind + "\"\n" +
         (more.find("collections") == std::string::npos ? "collections = [\"*\"]\n" : "") + more + "\n";
}
std::string member(const std::string& id, const std::string& member_class) {
  return party(id, "member", "class = \"" + member_class + "\"");
}
std::string agreement(const std::string& to, const std::string& more) {
  return "[[agreement]]\nid = \"mou-" + to + "\"\nparty = \"" + to + "\"\n" + more + "\n";
}

World::World(std::uint64_t seed, std::unique_ptr<store::Store> given)
    : random(seed), store(given ? std::move(given) : store::make_memory_store(random)) {
  open();
  add_collection("weekly");
  add_collection("vulns");
}

void World::open() {
  audit = std::make_unique<Audit>(*store, clock);
  egress = std::make_unique<Egress>(*store, *audit, clock, &signs);
  release = std::make_unique<Release>(*store, clock, random, signer(), std::string(32, 'r'));
  release->set_settled(must(SettledIds::load(*store)));
  outbound = std::make_unique<Outbound>(*store, *release, clock, kCursorKey, *egress);
}

void World::add_collection(const std::string& alias) {
  store::Collection main;
  main.id = Uuid::v4(random, "collection");
  main.alias = alias;
  main.title = alias;
  main = must(store->add_collection(main));
  store::Collection beside;
  beside.id = Uuid::v4(random, "collection");
  beside.alias = companion_alias(alias);
  beside.title = beside.alias;
  beside.companion_of = main.no;
  must(store->add_collection(beside));
  collections = must(store->collections());
  must(release->collections_changed());
}

store::CollectionNo World::number(const std::string& alias) const {
  for (const auto& collection : collections) {
    if (collection.alias == alias) return collection.no;
  }
  FAIL("no collection " << alias);
  return 0;
}

std::vector<PartyChange> World::apply(const std::string& rows) {
  auto changes = must(release->set_policy(policy_of(rows)));
  rows_ = rows;
  must(release->advance());
  return changes;
}

void World::restart() {
  open();
  must(release->set_policy(policy_of(rows_)));
  must(release->advance());
}

std::vector<store::Added> World::commit(const std::vector<std::string>& objects, const std::string& alias,
                                        const std::string& source, const Provenance& provenance) {
  store::Batch batch;
  for (const std::string& text : objects) {
    batch.objects.push_back({must(stix::Object::parse(text)), source, number(alias), provenance.to_json()});
  }
  return must(store->commit(batch, clock.now()));
}

void World::put(const std::vector<std::string>& objects, const std::string& alias, const std::string& source,
                const Provenance& provenance) {
  commit(objects, alias, source, provenance);
  must(release->advance());
}

std::vector<Row> World::page(const std::string& party, const std::string& alias, std::size_t limit,
                             std::optional<std::string>& next, std::optional<std::int64_t> after_date) {
  const Readable from = must(outbound->find(party, alias));
  PageRequest request;
  request.query.limit = limit;
  request.query.versions.all = true;
  request.query.after_date = after_date;
  request.selection = "version=all";
  request.next = next;
  std::vector<Row> rows;
  const PageAnswer answer = must(outbound->read(party, from, request, [&](const store::StreamItem& item) {
    rows.push_back({item.position, item.date_added, item.object, std::string(item.id), std::string(item.version),
                    std::string(item.bytes)});
  }));
  CHECK(answer.end.more == answer.next.has_value());
  next = answer.next;
  return rows;
}

std::vector<Row> World::read(const std::string& party, const std::string& alias, std::size_t limit) {
  std::vector<Row> all;
  std::optional<std::string> next;
  do {
    const auto rows = page(party, alias, limit, next);
    all.insert(all.end(), rows.begin(), rows.end());
  } while (next);
  return all;
}

std::vector<Row> World::read_by_date(const std::string& party, const std::string& alias, std::size_t limit,
                                     std::int64_t after) {
  std::vector<Row> all;
  while (true) {
    std::optional<std::string> next;
    const auto rows = page(party, alias, limit, next, after);
    all.insert(all.end(), rows.begin(), rows.end());
    if (!next) return all;
    after = rows.back().date;
  }
}

Versions World::versions(const std::string& party, const std::string& alias) {
  Versions out;
  for (const Row& row : read(party, alias)) {
    CHECK_MESSAGE(out.emplace(row.id, row.version).second, "twice: " << row.id);
  }
  return out;
}

std::vector<std::string> World::ids(const std::string& party, const std::string& alias) {
  std::vector<std::string> out;
  for (const Row& row : read(party, alias)) out.push_back(row.id);
  return out;
}

std::string attested_name(std::string_view bytes) {
  const auto object = must(stix::Object::parse(std::string(bytes)));
  if (object->type() == kAttestationType) {
    const auto parsed = must(parse_attestation(*object));
    return parsed.target_ref + " " + parsed.target_version + " " + parsed.target_sha256;
  }
  const json::Value root = object->root();
  const auto version = root["modified"].string().value_or(root["created"].string_or(""));
  return std::string(object->id()) + " " + std::string(version) + " " + hex(object->content_hash());
}

std::set<std::string> World::attested(const std::string& party, const std::string& alias) {
  std::set<std::string> out;
  for (const Row& row : read(party, companion_alias(alias))) {
    if (row.id.starts_with(kAttestationType)) out.insert(attested_name(row.bytes));
  }
  return out;
}

store::StreamNo World::stream(const std::string& party, const std::string& alias) {
  return must(release->view_of(party)).streams.at(number(alias));
}

}  // namespace sekisho::sync::tests
