// What honest parties give in a world with hostile writers, and what their readers must get of it: computed from the rules of
// docs/specs/ownership.md and the table of the arena's parties, not from the node. Values; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "drafts.h"
#include "hostile.h"

namespace sekisho::noninterference {

/// One version of one object of an honest giver.
struct Given {
  Draft draft;
  std::string bytes;       ///< of the object itself
  std::string posted;      ///< the same, or a bundle that holds it
  std::string giver;       ///< empty: ours
  std::string collection;
  std::string token;       ///< a text that nothing else holds
  int level = 0;           ///< CLEAR 0 to RED 4, of everything in it
  bool held = false;       ///< bears a marking that nobody who counts has defined
};

/// One thing that happens.
struct Act {
  enum class Kind { kGive, kDelete, kRecall, kRestart, kDeed } kind = Kind::kGive;
  std::vector<Given> given;  ///< of one giver for one collection
  std::string giver, collection, id;
  Deed deed;
  std::string text() const;
};

struct HonestWorld {
  std::uint64_t seed = 0;
  std::vector<Act> acts;
};

/// What the worlds may hold.
struct HonestFeatures {
  bool deeds = true;  ///< hostile ones
  bool depth = true;  ///< bundles, embedded objects, labels that look like TLP
};

HonestWorld make_honest_world(std::uint64_t seed, const HonestFeatures& features);

/// What must be so, act by act.
class Rules {
 public:
  void gave(const Given& given);
  void gone(const std::string& id) { gone_.insert(id); }
  /// A hostile party has posted something under this id.
  void planted(const std::string& id, const std::string& party);
  /// The text of this token stands in what a hostile party posted as something else: nothing keeps it back any more.
  void laundered(const std::string& token) { laundered_.insert(token); }

  /// Whether a party may have this version. `surely`: also if every doubt goes against it.
  bool readable(const std::string& party, const Given& given, bool surely) const;
  bool secret(const std::string& party, const Given& given) const { return laundered_.count(given.token) == 0 && !readable(party, given, false); }
  /// What is wrong with the bytes of an id that a reader is given in a collection; empty: nothing.
  std::string wrong(const std::string& reader, const std::string& id, const std::string& collection, const std::vector<std::string>& served) const;
  const std::vector<Given>& all() const { return all_; }
  bool is_gone(const std::string& id) const { return gone_.count(id) != 0; }

 private:
  bool any_readable(const std::string& party, const std::string& id, bool surely) const;
  bool counts_for(const std::string& reader, const std::string& id) const;
  std::vector<Given> all_;
  std::set<std::string> gone_, laundered_;
  std::map<std::string, std::size_t> contested_;  ///< id -> how many versions had been given when a plant could be accepted
};

}  // namespace sekisho::noninterference
