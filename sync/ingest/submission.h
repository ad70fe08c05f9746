// Objects that a party posts: each judged alone, against what that party may see, and answered by a status
// that becomes durable with what it reports. docs/specs/taxii-post.md. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/limits.h"
#include "core/log.h"
#include "core/ports/clock.h"
#include "core/ports/random.h"
#include "core/result.h"
#include "store/store.h"
#include "sync/ingest/anonymous/anonymous.h"
#include "sync/ingest/budgets.h"
#include "sync/ingest/inbound.h"
#include "sync/release/release.h"
#include "sync/ingest/pending_posts.h"
#include "sync/ingest/status_shelf.h"

namespace sekisho::sync {

/// What became of one submission, as its poster may know it: judged, object by object, as soon as it exists.
struct Submission {
  struct Detail {
    std::string id, version;
    std::string message;  ///< empty, or what is wrong with the poster's own object
  };
  std::string id;  ///< random UUIDv4
  Timestamp requested;
  std::vector<Detail> successes, failures;
  bool complete = true;  ///< the follower has come past all that was accepted until it was taken
  std::vector<Anonymous::Reply> replies;  ///< to what was submitted anonymously: the newest, at most kReplyBytesShown
  static constexpr std::size_t kReplyBytesShown = 64u << 10;
};

class Submissions {
 public:
  /// `budgets`: where letters are counted, if anywhere.
  Submissions(store::Store& store, Release& release, Inbound& inbound, const Clock& clock, Random& random, Log& log,
              Anonymous* anonymous = nullptr, Budgets* budgets = nullptr);

  /// Collections that the party may post to now, in the store's order. kNotFound: not a party now.
  Result<std::vector<store::Collection>> writable(std::string_view party);

  /// What an operator who enters a submission for a party may ask for, in an anonymous intake only.
  struct Entered {
    bool accept_small_set = false;
  };

  /// `objects`: bytes of each as received, not read yet. Attestations may stand anywhere among them.
  /// Returns when the `Inbound` does; where that is before all is planned, the status of what has a success is not complete yet.
  /// Delivering again changes nothing but for a new status. Errors: kNotFound (no such collection for
  /// this party to write to), store errors; then nothing was accepted, or it counts without a status.
  Result<Submission> take(const std::string& party, std::string_view id_or_alias,
                          const std::vector<std::string_view>& objects, const std::optional<Entered>& entered = std::nullopt);

  /// The same of what an operator got from the party by another way, in batches of any size: judged as if the party had sent
  /// it, and kept without a status. `levels`: how deep bundles in it are opened. kImportDenied: the party may not write there;
  /// kInvalidArgument: an anonymous intake.
  Result<InboundReport> take_given(const std::string& party, const store::Collection& collection,
                                   const std::vector<std::string_view>& objects, std::size_t levels = kBundleLevels);

  /// kNotFound: unknown, somebody else's, or no longer kept.
  Result<Submission> status(const std::string& party, std::string_view id);

 private:
  store::Store& store_;
  Release& release_;
  Inbound& inbound_;
  const Clock& clock_;
  Random& random_;
  Log& log_;
  Anonymous* anonymous_;  ///< null: this node has no anonymous intakes
  Budgets* budgets_;      ///< null: letters are not counted
  StatusShelf shelf_;
  PendingPosts pending_;

  Submission begun(const std::string& party);
  Status note_pending(Submission& status);
  Result<Submission> take_openly(const std::string& party, const store::Collection& collection,
                                 const std::vector<std::string_view>& objects);
  Result<Submission> take_anonymously(const std::string& party, const store::Collection& collection,
                                      const std::vector<std::string_view>& objects, const std::optional<Entered>& entered);
  Result<StatusShelf::Kept> anonymous_status(std::string_view party, std::string_view id);
  Status add_replies(std::string_view party, Submission& status);
};

}  // namespace sekisho::sync
