// One node among honest and hostile parties, for scenarios with an expected answer: short ways to give, forge and read.
// h1 (member), h2 (vendor that signs, under a licence that forbids resale) and h3 (member of higher standing) give; r1 (member), r2 (supplier, GREEN) and r3
// (peer ISAC, GREEN) read; p, a1 and a2 are the hostile ones. One thread.
#pragma once

#include <string>
#include <vector>

#include "drafts.h"
#include "node.h"

namespace sekisho::noninterference {

inline const std::vector<std::string> kHonestReaders = {"r1", "r2", "r3"};

/// The identity for which an honest or hostile party of the arena speaks; empty name: ours.
std::string identity_in_arena(const std::string& party);
/// The parties' rows, with more behind them.
Scenario arena_scenario(std::uint64_t seed, const std::string& more = "");

class Arena {
 public:
  /// Everybody's identity is here already.
  explicit Arena(std::uint64_t seed = 1, const std::string& more = "");

  /// `sekisho import`; the number of objects accepted.
  std::size_t own(const std::string& collection, const std::vector<std::string>& objects);
  /// POST; the status resource, or the error. h2 and a1 sign: as "creator", as "relay", with "" not at all, or in the name
  /// of the party whose name this is.
  std::string post(const std::string& party, const std::string& collection, const std::vector<std::string>& objects, const std::string& signs = "creator");
  int remove(const std::string& party, const std::string& collection, const std::string& id);
  void recall(const std::string& id) { node_.recall(id); }
  void restart() { node_.restart(); }
  /// Something else is recalled, so that all streams are computed anew.
  void anew();
  /// Letters about what a party sent.
  std::size_t letters(const std::string& party) const;

  /// The bytes of an id, every version that a party reads in a collection; oldest first.
  std::vector<std::string> versions(const std::string& party, const std::string& collection, const std::string& id);
  /// What GET says of an id, without asking for versions; empty: 404 or none.
  std::string newest(const std::string& party, const std::string& collection, const std::string& id);
  /// Every byte that a party is given: pages, manifests, lists, attestations, what is exported for it.
  std::string everything(const std::string& party);
  bool sees(const std::string& party, const std::string& text) { return everything(party).find(text) != std::string::npos; }
  Node& node() { return node_; }

 private:
  std::string ask(const taxii::HttpRequest& request, int* status = nullptr);
  const Scenario scenario_;
  Node node_;
};

}  // namespace sekisho::noninterference
