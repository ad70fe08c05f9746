// Bookkeeping of views: which streams belong together, who reads them, who needs a fork.
// Not thread safe; the release follower owns it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/ports/random.h"
#include "policy/compiled.h"
#include "store/store.h"

namespace sekisho::sync {

struct View {
  std::string name;      ///< a UUID that stays when the audience changes; key of its holds
  std::string audience;  ///< key in the compiled policy
  std::string attestations = "companion";
  bool pristine = true;
  bool rebuild = false;  ///< decisions must be made anew for everything
  bool fresh = false;    ///< made a moment ago: its streams were always empty
  std::map<store::CollectionNo, store::StreamNo> streams;
  std::set<std::string> parties;

  /// Stored as the audience text of each of its streams.
  std::string tag() const { return audience + ":" + name; }
};

class Views {
 public:
  explicit Views(store::Store& store, Random& random) : store_(store), random_(random) {}

  /// Reads streams and assignments back from the store.
  Status load();
  /// Brings views in line with the audiences of the policy: forks, creates, assigns, marks for rebuild.
  Status reconcile(const policy::Compiled& policy, Timestamp now, bool rebuild_all);
  /// A stream in every view for every collection.
  Status fill_collections(const std::vector<store::Collection>& collections);

  std::vector<View>& all() { return views_; }
  const View* of_party(const std::string& party) const;

 private:
  struct Wanted {
    std::string audience, attestations;
  };
  std::map<std::string, Wanted> wanted_audiences(const policy::Compiled& policy, Timestamp now) const;
  Status regroup(const std::map<std::string, Wanted>& wanted);
  Status adopt_newcomers(const std::map<std::string, Wanted>& wanted);
  Result<View> fork(const View& from, const std::string& audience);
  Status retag(View& view, const std::string& audience);
  Status assign(View& view, const std::set<std::string>& parties);
  std::string new_name(const std::string& audience);

  store::Store& store_;
  Random& random_;
  std::vector<View> views_;
  std::vector<store::Collection> collections_;
};

}  // namespace sekisho::sync
