// Bookkeeping of views: which streams belong together, who reads them, who moves where under a new policy.
// Not thread safe; each user has one of its own, the release follower's is the one in force.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/random.h"
#include "policy/compiled.h"
#include "store/store.h"

namespace sekisho::sync {

/// The audience of a view whose parties are all away: nothing is decided for it; it is computed anew when one comes back.
inline constexpr std::string_view kIdle = "idle";

struct View {
  std::string name;      ///< a UUID that stays when the audience changes; key of its holds
  std::string audience;  ///< key in the compiled policy
  std::string attestations = "companion";
  bool pristine = true;
  std::map<store::CollectionNo, store::StreamNo> streams;
  std::set<std::string> parties;

  /// Stored as the audience text of each of its streams.
  std::string tag() const { return audience + ":" + name; }
};

/// What becomes of the readers of one view, or of newcomers, under a policy.
struct Move {
  std::string from;      ///< name of the view that they read until now; empty = they start one
  std::string audience;  ///< what it is computed for from then on
  std::string attestations = "companion";
  bool fork = false;     ///< a copy of `from` goes with them; the others keep it
  bool rebuild = false;  ///< decisions must be made for everything
  std::set<std::string> parties;    ///< who reads it then, of those valid now
  std::set<std::string> newcomers;  ///< those of them who read nothing before
  bool operator==(const Move&) const = default;
};

class Views {
 public:
  explicit Views(store::Store& store, Random& random) : store_(store), random_(random) {}

  /// Reads streams and assignments back from the store. What a failed change had staged is passed over.
  Status load();
  /// The way of attestations of each view, as the policy says now.
  void read_ways(const policy::Compiled& policy, Timestamp now);
  /// What a policy does to each view, in order of name, and to newcomers. `everything`: all are computed anew.
  std::vector<Move> moves(const policy::Compiled& policy, Timestamp now, bool everything) const;
  /// A stream in every view for every collection.
  Status fill_collections(const std::vector<store::Collection>& collections);

  /// The view that a move leads to. Its new streams are made, out of everyone's sight until commit() is stored.
  Result<View> stage(const Move& move);
  /// What makes a staged view the one that its parties read.
  static void commit(const Move& move, const View& staged, store::Release& release);

  std::vector<View>& all() { return views_; }
  const std::vector<View>& all() const { return views_; }
  const View* of_party(const std::string& party) const;
  const View* named(const std::string& name) const;

 private:
  Result<View> fork(const View& from, const std::string& audience);
  Result<View> start(const std::string& audience);
  Status assign(View& view, const std::set<std::string>& parties);
  std::string new_name(const std::string& audience);

  store::Store& store_;
  Random& random_;
  std::vector<View> views_;
  std::vector<store::Collection> collections_;
};

}  // namespace sekisho::sync
