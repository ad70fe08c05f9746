// Which candidates may be released together, and as what: the greatest set in which every reference leads to something
// the audience reads (cycles pass). A candidate goes out as it is, or as a rendition in which references are rewritten or
// stripped, or not at all. docs/specs/redaction.md §4. Pure function; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::sync {

/// What the readers of a view have of an id; a higher one wins.
enum class Reads : std::uint8_t { kNothing, kRendition, kOriginal };

struct ClosureCandidate {
  std::string id;
  std::vector<std::string> references;
};

/// Of references that do not mean whatever there is of their id: what they mean instead, as a text that is no id.
using ClosureMeanings = std::map<std::string, std::string, std::less<>>;

struct ClosureNode {
  const ClosureCandidate* names = nullptr;  ///< outlives the call
  bool redacted = false;  ///< goes out as a rendition at best
  bool rigid = false;     ///< goes out as it is or not at all (indicators, cyber-observables, what was released before)
  bool strips = false;    ///< lives, as a rendition, without a reference that leads nowhere; never of what is rigid
  std::string_view stands_for = {};  ///< while it lives, readers have a rendition of this id too
  const ClosureMeanings* meanings = nullptr;  ///< null: none; outlives the call
  const std::vector<std::string>* also = nullptr;  ///< it is what references of these meanings mean, too; null: none; outlives the call
};

struct Closed {
  Reads as = Reads::kNothing;
  std::string missing;  ///< of kNothing: a reference that does not hold, as it is written
};

/// One answer for each node. `available`: what the audience reads of an id, or of a meaning, already, or kOriginal if anybody may be
/// pointed at it.
std::vector<Closed> close_references(const std::vector<ClosureNode>& nodes,
                                     const std::function<Reads(std::string_view id)>& available);

}  // namespace sekisho::sync
