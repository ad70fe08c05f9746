// Which of those that a view holds may go as one object comes, found without planning those that certainly stay: each waits for
// one id that it needs, and only moves on along what it needs. docs/specs/release.md, "Waking". Lives for one object in one view.
//
// Cost: what the object wakes, each with the references behind the one that it waited for; and, where somebody waits for an object
// that itself lacks something, the way from that to the end of what is held for it.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sync/release/plan/planner.h"

namespace sekisho::sync {

class Planner::Waking {
 public:
  /// Borrows all of it.
  Waking(Planner& planner, const policy::Compiled& policy, const View& view, const Waiting& waiting, Timestamp now)
      : planner_(planner), policy_(policy), view_(view), waiting_(waiting), now_(now) {}

  struct Found {
    std::vector<Place> may_go;                             ///< to be planned together with the object, in no order
    std::vector<std::pair<Place, std::string>> wait_on;    ///< they stay, and wait for another id from now on
    std::optional<std::string> missing;                    ///< the object itself stays, for this id
  };
  /// `needs`: of the object; without names it refers to nothing.
  Result<Found> run(const Input& object, const std::string& id, const Needs& needs);

 private:
  struct Node {
    Place place;
    std::string id;
    std::vector<std::string_view> lacks;  ///< what it needs and is held as well, and leads to the object
    bool stays = false;
  };

  /// The first id, from `from` on, that is neither read nor can come with the object; what can come is added to `lacks`.
  Result<std::optional<std::string>> first_missing(const Needs& needs, const Place& of, std::string_view from, std::vector<std::string_view>& lacks);
  Result<bool> is_read(const Needs& needs, const std::string& id, const Meant& meant);
  /// Whether the object is what such a reference to its id means.
  Result<bool> is_object(const Meant& meant);
  /// Whether something held under this id waits, directly or through others, for the object.
  Result<bool> leads_to_object(const std::string& id);
  Result<std::vector<std::string>> awaited_under(const std::string& id);
  Status gather(Found& found);
  void settle(Found& found);

  Planner& planner_;
  const policy::Compiled& policy_;
  const View& view_;
  const Waiting& waiting_;
  const Timestamp now_;
  std::string object_id_;
  std::vector<Node> nodes_;  ///< the object is the first
  std::set<Place> listed_;
  std::unordered_map<std::string, bool> leads_;
};

}  // namespace sekisho::sync
