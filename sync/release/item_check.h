// What of a view's streams may still be handed out while something that takes away is not settled (a recall, a date): asked item
// by item, of the policy in force as of now. docs/specs/release.md, "Until it is settled". One reader's call; one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/ports/clock.h"
#include "core/result.h"
#include "policy/compiled.h"
#include "store/store.h"

namespace sekisho::sync {

struct PartyView;

class ItemCheck {
 public:
  struct Stand;  ///< what decisions stand on; release_impl.h
  explicit ItemCheck(std::unique_ptr<Stand> stand);
  ~ItemCheck();

  /// kDepends: it goes by itself, and names, perhaps through others, an id that several gave, of which something is leaving: whether
  /// it meant that is known when it is settled.
  enum class May : std::uint8_t { kGoes, kLeaves, kDepends };
  /// Whether the view may be given what the stream of this collection carries. kUnavailable: it names, through others, more than
  /// can be looked at; store errors.
  Result<May> may(store::CollectionNo collection, store::ObjectNo object);

 private:
  struct Graph;
  std::unique_ptr<Graph> graph_;
};

}  // namespace sekisho::sync
