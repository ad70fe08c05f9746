// A peer by script: collections as lists, pages by index, failures on order.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sync/peer/pull.h"
#include "world.h"

namespace sekisho::sync::tests {

class ScriptedPeer : public PeerSource {
 public:
  std::map<std::string, std::vector<std::string>> offered;  ///< alias -> objects in order
  std::size_t fail_after = SIZE_MAX;                        ///< pages until one fails
  std::size_t pages = 0;
  bool whole = false;                                       ///< passes over the limit

  Result<std::vector<PeerCollection>> collections() override;
  Result<PeerPage> page(const PeerCollection& collection, const std::string& state, std::size_t limit) override;
};

/// The receiving node with one peer called `peer`.
struct Receiver {
  World world;
  std::unique_ptr<certs::SigningKey> peer_key = test_key('p');
  Limits limits;
  std::unique_ptr<Inbound> inbound;
  ScriptedPeer peer;

  explicit Receiver(std::unique_ptr<store::Store> store = nullptr);
  /// `more` are members of the party, `key` of its key.
  void trust(const std::string& more = {}, const std::string& key = {}, const std::string& rows = {});
  void restart();
  std::string attest(const std::string& object, certs::Role role = certs::Role::kCreator,
                     const certs::Handling& handling = {}, const std::string& identity = kPeer) const;
  CollectionPull pull_once(std::size_t page = 1000);
  /// Judged at once, without a wait.
  InboundReport take(const std::vector<std::string>& objects, const std::vector<std::string>& attestations);
  /// (id, version) of what was accepted from the peer, each once or a check fails.
  Versions accepted();
  std::vector<store::DeadLetter> letters() { return must(world.store->dead_letters(0, 1000)); }
};

}  // namespace sekisho::sync::tests
