// What of a view's streams may still be handed out while something that takes away is not settled (a recall, a date): asked item
// by item, of the policy in force as of now. docs/specs/release.md, "Until it is settled". One reader's call; one thread.
#pragma once

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

  /// Whether the view may be given what the stream of this collection carries. kUnavailable: it names, through others, more than
  /// can be looked at; store errors.
  Result<bool> may(store::CollectionNo collection, store::ObjectNo object);

 private:
  struct Graph;
  std::unique_ptr<Graph> graph_;
};

}  // namespace sekisho::sync
