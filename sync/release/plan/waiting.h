// What one view holds: objects that may go to it as soon as something comes, or at an instant. Mirrors the store's rows.
// Not thread safe; the release follower owns it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time.h"
#include "store/store.h"
#include "sync/release/plan/closure.h"

namespace sekisho::sync {

using Place = std::pair<store::ObjectNo, store::CollectionNo>;

/// The first whole microsecond that is not before it: instants are kept in these.
inline Timestamp whole_micros(Timestamp at) {
  const Timestamp cut = Timestamp::from_micros(at.micros());
  return cut < at ? cut.plus_micros(1) : cut;
}

/// Words about an object that stand among the ids it waits for, before its own id. It may be read, and another claim counts
/// (it goes as it is, or as a rendition); or it may not be read any more, and counted when it left.
enum class Mark : char { kDisplaced = '!', kDisplacedRendition = '~', kLeft = '?' };
inline std::string marked(Mark mark, std::string_view id) { return static_cast<char>(mark) + std::string(id); }
inline bool is_mark(std::string_view word) { return !word.empty() && (word[0] == '!' || word[0] == '~' || word[0] == '?'); }

/// What a held object waits for: ids that are not read yet, an instant, or whichever comes first.
struct Awaited {
  std::string id;  ///< one, or several with a space between: any of them; marks among them
  std::optional<Timestamp> due;

  /// What it waits for, without marks.
  std::vector<std::string> ids() const;
  /// The first id; empty where there is none.
  std::string first() const;
  bool has(Mark mark) const;
  /// Another claim counts in its place, as it is or as a rendition.
  bool is_displaced() const { return has(Mark::kDisplaced) || has(Mark::kDisplacedRendition); }
  /// One more word.
  void add(const std::string& word) { id += (id.empty() ? "" : " ") + word; }
  /// `id`, `id@instant` or `@instant`: the text of store::Hold::missing.
  std::string to_text() const;
  static Awaited from_text(std::string_view text);
  bool operator==(const Awaited&) const = default;
};

/// What an object that is held needs to go, as it was planned last: it certainly stays while one of these is neither
/// read nor about to be.
struct Needs {
  std::shared_ptr<const ClosureCandidate> names;
  std::string giver;   ///< who means it
  bool rigid = false;  ///< a rendition of what it names is not enough
  // Where no reference holds it back, sorted as well; null: there is none.
  std::shared_ptr<const std::vector<std::string>> markings;     ///< it bears them, and must know what each means
  std::shared_ptr<const std::vector<std::string>> definitions;  ///< it names them, and must be able to read each
  std::string creator;                                          ///< whose word on its markings counts besides the giver's
};

// Invariant: from a held object one comes, from the id that it waits for to whoever is held under that id and on to what that one
// waits for, to an id under which nothing is held, never back to the object. So what is held goes only after the id at the end came.
class Waiting {
 public:
  void load(const std::vector<store::Hold>& holds);
  void put(const Place& place, const Awaited& awaited);
  void take(const Place& place);
  const Awaited* of(const Place& place) const;
  /// One more word among what it waits for, or one less.
  void add(const Place& place, const std::string& word);
  void remove(const Place& place, const std::string& word);
  /// After put(): its needs, until it is put or taken again.
  void set_needs(const Place& place, Needs needs);
  /// Null: not known, because it waits for something else or was held before the last start.
  const Needs* needs(const Place& place) const;
  /// It waits for this id and no other one from here on.
  void wait_for(const Place& place, const std::string& id);
  /// Those with known needs that are held under this id; null: none; valid until anything changes.
  const std::set<Place>* find_held_under(std::string_view id) const;
  /// Whether the needs of some are not known.
  bool any_unknown() const { return needs_.size() != awaited_.size(); }
  /// Everything is again as it was when write() was called last.
  void go_back();
  /// Who waits for this id, or bears this mark; in no order that means anything: Planner::sort_by_arrival.
  std::vector<Place> for_id(std::string_view id) const;
  bool any_for(std::string_view id) const { return by_id_.find(id) != by_id_.end(); }
  /// Who gave those that wait for this id and whose needs are known, and how many each; null: nobody.
  const std::map<std::string, std::size_t>* givers_for(std::string_view id) const;
  /// Whether the needs of some that wait for this id are not known.
  bool any_unknown_for(std::string_view id) const;
  /// The same, not copied: null if there is none; valid until anything changes.
  const std::set<Place>* find_for(std::string_view id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &found->second;
  }
  /// Who waits for an instant up to `now`; likewise.
  std::vector<Place> due(Timestamp now) const;
  std::optional<Timestamp> next_due() const;
  bool empty() const { return awaited_.empty(); }
  const std::map<Place, Awaited>& all() const { return awaited_; }

  /// What changed since the last call, as store rows of this view.
  void write(const std::string& view, Timestamp now, store::Release& out);

 private:
  void touch(const Place& place);
  void count(const std::string& ids, const std::string& giver, bool more);

  std::map<Place, Awaited> awaited_;
  std::map<std::string, std::set<Place>, std::less<>> by_id_;
  std::set<std::pair<Timestamp, Place>> by_due_;
  std::map<Place, Needs> needs_;
  std::map<std::string, std::map<std::string, std::size_t>, std::less<>> givers_;  ///< of needs_, by the ids that they wait for
  std::map<std::string, std::set<Place>, std::less<>> under_;  ///< of needs_, by the object's own id
  std::map<Place, std::optional<Awaited>> before_;  ///< of those touched since the last write()
};

}  // namespace sekisho::sync
