// Which of those that a view holds may go as one object comes, found without planning those that certainly stay: each waits for
// one id that it needs, and only moves on along what it needs. docs/specs/release.md, "Waking". Lives for one object in one view.
//
// Cost: what the object wakes, each with the references behind the one that it waited for; and, where somebody waits for an object
// that itself lacks something, twice the shorter of two: the way from that to the end of what is held for it, and what waits for the object.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
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
  /// Of an id whose references may mean something else since an object came that stays: who goes by what is read already.
  Result<Found> turned(const Input& object, const std::string& id);

 private:
  struct Node {
    Place place;
    std::string id;
    std::vector<std::string_view> lacks;  ///< what it needs and is held as well, and leads to the object
    bool stays = false;
  };

  /// The first id, from `from` on, that is neither read nor can come with the object; what can come is added to `lacks`.
  Result<std::optional<std::string>> first_missing(const Needs& needs, const Place& of, std::string_view from, std::vector<std::string_view>& lacks);
  /// The same of the definitions that it bears or names.
  Result<std::optional<std::string>> first_undefined(const Needs& needs, const Place& of, std::string_view from);
  Result<bool> is_read(const Needs& needs, const std::string& id, const Meant& meant);
  /// Whether the object is what such a reference to its id means.
  Result<bool> is_object(const Meant& meant);
  /// Whether something held under this id waits, directly or through others, for the object.
  Result<bool> leads_to_object(const std::string& id);
  /// What those that are held under this id wait for, until `look` says false.
  Status each_awaited_under(const std::string& id, const std::function<Result<bool>(const std::string&)>& look);
  /// Looks at one more of those that wait for the object, directly or through others. False: that was all.
  Result<bool> look_behind();
  Status gather(Found& found);
  void settle(Found& found);

  Planner& planner_;
  const policy::Compiled& policy_;
  const View& view_;
  const Waiting& waiting_;
  const Timestamp now_;
  std::string object_id_;
  bool stays_ = false;       ///< the object does, whatever it needs
  std::vector<Node> nodes_;  ///< the object is the first
  std::set<Place> listed_;
  std::set<std::string> stray_;                 ///< ids from which no way leads to the object
  std::unordered_set<std::string> behind_;      ///< ids from which one does, the object's among them
  std::vector<std::string> open_;               ///< of these, those whose waiters are still to be looked at
  const std::set<Place>* waiters_ = nullptr;    ///< of the one at hand
  std::set<Place>::const_iterator next_waiter_;
};

}  // namespace sekisho::sync
