// What the release follower decided, as it is kept: for each view of a step the decisions in runs, and one hash
// over each decision with the content it was about. docs/specs/audit.md §3. Not thread safe; the follower owns it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/hasher.h"
#include "core/json.h"
#include "policy/compiled.h"
#include "store/store.h"

namespace sekisho::sync {

/// Runs of one view in one link; a log with more keeps its hash and its counts alone.
inline constexpr std::size_t kDecisionRuns = 1024;

/// Decisions of one view, in the order they were made. Movable; a copy goes on by itself.
class DecisionLog {
 public:
  DecisionLog() = default;
  DecisionLog(const DecisionLog& other);
  DecisionLog(DecisionLog&&) = default;
  DecisionLog& operator=(DecisionLog&&) = default;

  void add(store::ObjectNo no, store::CollectionNo collection, const Sha256& content, policy::Effect effect,
           std::string_view rule);
  void add(store::ObjectNo no, store::CollectionNo collection, const Sha256& content, const policy::Decision& decision) {
    add(no, collection, content, decision.effect, rule_of(decision));
  }
  /// The rule that decided.
  static std::string_view rule_of(const policy::Decision& decision) {
    return decision.reasons.empty() ? std::string_view() : std::string_view(decision.reasons.back().rule);
  }
  bool empty() const { return count_ == 0; }
  /// Ends the log and writes it as one JSON object; once.
  void write(json::Writer& w, std::string_view view);

 private:
  struct Run {
    store::ObjectNo first = 0, last = 0;
    store::CollectionNo collection = 0;
    policy::Effect effect = policy::Effect::kDeny;
    std::size_t rule = 0;
  };
  std::size_t rule_number(std::string_view rule);

  std::unique_ptr<Sha256Hasher> hasher_;
  std::vector<std::string> rules_;
  std::vector<Run> runs_;
  std::size_t count_ = 0;
  bool too_many_ = false;
};

/// The logs of several views. Those that are the same so far are kept and hashed as one.
class DecisionLogs {
 public:
  /// One view more, about which nothing was decided; gives its number.
  std::size_t add_view();
  void add(std::size_t view, store::ObjectNo no, store::CollectionNo collection, const Sha256& content, policy::Effect effect,
           std::string_view rule);
  void add(std::size_t view, store::ObjectNo no, store::CollectionNo collection, const Sha256& content,
           const policy::Decision& decision) {
    add(view, no, collection, content, decision.effect, DecisionLog::rule_of(decision));
  }
  /// Takes what was added into the logs: best when each view has been told of the same objects.
  void settle();
  /// After settle().
  const DecisionLog& of(std::size_t view) const { return groups_[group_of_[view]].log; }

 private:
  struct One {
    store::ObjectNo no = 0;
    store::CollectionNo collection = 0;
    policy::Effect effect = policy::Effect::kDeny;
    Sha256 content{};
    std::string rule;
    bool operator==(const One&) const = default;
  };
  struct Group {
    DecisionLog log;
    std::vector<std::size_t> views;
  };
  void settle(std::size_t group);

  std::vector<Group> groups_;
  std::vector<std::size_t> group_of_;     ///< by view
  std::vector<std::vector<One>> added_;   ///< by view, since settle()
};

/// What one transaction of the follower decided.
struct DecisionStep {
  std::string cause;   ///< step (along the change log), due (something was waited for), look (at some), left (what depended on that), policy
  std::string policy;  ///< digest of the policy that decided
  store::ChangeNo through = 0;               ///< the change log's place after it; 0 if it was not about changes
  std::map<std::string, DecisionLog> views;  ///< by name
};

/// Adds the link of this step to `together`, which the follower writes with it; nothing if nothing was decided.
/// kStoreCorrupt if the chain's head cannot be read.
Status decision_root(const store::Store& store, DecisionStep step, Timestamp now,
                     std::vector<store::DocumentPut>& together);

/// Computes the hashes of one link again, from its runs and the objects as stored; gives what is wrong as sentences.
/// `kept`: how many decisions could be computed again; `bare`: how many have a hash only.
Result<std::vector<std::string>> check_decisions(const store::Store& store, const json::Value& link,
                                                 std::uint64_t& kept, std::uint64_t& bare);

}  // namespace sekisho::sync
