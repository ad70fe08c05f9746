#include "peer.h"

#include <algorithm>

#include "core/json_split.h"

namespace sekisho::sync::tests {

Result<std::vector<PeerCollection>> ScriptedPeer::collections() {
  std::vector<PeerCollection> out;
  for (const auto& [alias, objects] : offered) out.push_back({"id-of-" + alias, alias, alias});
  return out;
}

Result<PeerPage> ScriptedPeer::page(const PeerCollection& collection, const std::string& state, std::size_t limit) {
  if (pages++ >= fail_after) return make_error(Code::kIo, "the line is cut");
  const auto& all = offered.at(collection.alias);
  const std::size_t start = state.empty() ? 0 : std::stoul(state);
  const std::size_t end = whole ? all.size() : std::min(all.size(), start + limit);
  std::string text = "[";
  for (std::size_t i = start; i < end; ++i) text += (i == start ? "" : ",") + all[i];
  PeerPage page;
  page.body = std::make_unique<const std::string>("{\"objects\":" + text + "]}");
  SEKISHO_ASSIGN(auto cut, json::split(*page.body, "objects"));
  page.objects = std::move(cut.elements);
  page.after = std::to_string(end);
  page.more = end < all.size();
  return page;
}

Receiver::Receiver(std::unique_ptr<store::Store> store) : world(1, std::move(store)) {
  inbound = std::make_unique<Inbound>(*world.store, *world.release, world.clock, limits);
  peer.offered["weekly"];
  peer.offered["weekly-attestations"];
  trust();
  world.put({R"({"type":"identity","spec_version":"2.1","id":")" + kPeer +
             R"(","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","name":"Peer",)" +
             R"("object_marking_refs":["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"]})"},
            "vulns");
}

void Receiver::trust(const std::string& more, const std::string& key, const std::string& rows) {
  const std::string x = base64url(as_chars(peer_key->public_key().bytes));
  world.apply(party("peer", "peer-isac",
                    "identities = [\"" + kPeer + "\"]\n" +
                        (more.find("write") == std::string::npos ? "write = [\"weekly\"]\n" : "") + more +
                        "\n[[party.keys]]\nx = \"" + x + "\"\n" + key) +
              member("m", "silver") + rows);
}

void Receiver::restart() {
  world.restart();
  inbound = std::make_unique<Inbound>(*world.store, *world.release, world.clock, limits);
}

std::string Receiver::attest(const std::string& object, certs::Role role, const certs::Handling& handling,
                             const std::string& identity) const {
  return make_attestation(*must(stix::Object::parse(object)), {peer_key.get(), identity, kKeySince}, role, handling);
}

CollectionPull Receiver::pull_once(std::size_t page) {
  PullOptions options;
  options.party = "peer";
  options.page = page;
  const auto rows = must(pull(*world.store, *inbound, world.clock, peer, options, nullptr));
  REQUIRE(rows.size() == 1);
  return rows.front();
}

InboundReport Receiver::take(const std::vector<std::string>& objects, const std::vector<std::string>& attestations) {
  AttestationPool pool(1000);
  for (const std::string& text : attestations) {
    const auto object = must(stix::Object::parse(text));
    pool.add(object, must(parse_attestation(*object)));
  }
  Inbound::PartyBatch batch;
  batch.party = "peer";
  batch.collection = &world.collections.at(0);
  for (const std::string& text : objects) batch.objects.push_back(must(stix::Object::parse(text)));
  return must(inbound->take(batch, pool));
}

Versions Receiver::accepted() {
  Versions out;
  for (const auto& change : must(world.store->changes(0, 10000))) {
    const auto object = must(world.store->object(change.object));
    if (object.source.empty()) continue;
    CHECK_MESSAGE(out.emplace(object.id, object.version).second, "twice: " << object.id);
  }
  return out;
}

}  // namespace sekisho::sync::tests
