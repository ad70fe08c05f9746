// What hostile writers do in a world: P and its accomplices, of which a1 has an identity and a key and signs, and a2 has
// neither. They know what one of them reads, and the ids of hidden objects, so that what they plant hits. Values; one thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rng.h"

namespace sekisho::noninterference {

/// P first. None of them reads what is hidden.
const std::vector<std::string>& conspirators();
/// The identity for which each speaks; empty: none.
std::string identity_of(const std::string& conspirator);
/// The rows of the accomplices in policy.toml.
std::string accomplice_rows(Rng& rng);

/// What there is to aim at.
struct Targets {
  std::vector<std::string> ids;          ///< hidden, known and unknown ones, of every type
  std::vector<std::string> definitions;  ///< of markings
  std::vector<std::string> identities;   ///< of others
};

/// One request of one of them.
struct Deed {
  enum class Kind { kPost, kPostAgain, kDelete, kRead } kind = Kind::kPost;
  std::string name;  ///< for people
  std::string party, collection;
  std::vector<std::string> objects;  ///< kPost: JSON of each
  std::size_t which = 0;             ///< kPostAgain: one of what they have read
  std::string change;                ///< kPostAgain: words of what is done to it; empty = the bytes as they are
  std::string id, query;             ///< kDelete, kRead
  bool creator = true;               ///< how a1 signs: as creator, or as relay
  std::string text() const;
};

Deed draw_deed(Rng& rng, const Targets& targets);

}  // namespace sekisho::noninterference
