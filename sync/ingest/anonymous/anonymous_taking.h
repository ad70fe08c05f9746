// One anonymous submission on its way: judged as it came, made the organisation's, with everything that is to be stored with
// it. docs/specs/anonymous.md. One batch; one thread, with Anonymous::taking() held until it is stored.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policy/compiled.h"
#include "stix/anonymise/anonymise.h"
#include "store/store.h"
#include "sync/ingest/anonymous/anonymous.h"
#include "sync/ingest/inbound.h"
#include "sync/ingest/judge.h"

namespace sekisho::sync {

class AnonymousTaking {
 public:
  static constexpr std::size_t kNewIds = 50'000;  ///< drawn for one batch
  static constexpr std::size_t kNames = 200;      ///< of one submitter, remembered

  /// The arguments outlive it.
  AnonymousTaking(const store::Store& store, const policy::Compiled& policy, const Inbound::PartyBatch& incoming,
                  const AnonymousIntake& intake, const AnonymousVault& vault, Timestamp now);
  /// Errors: of the store; kLimitExceeded. Then nothing may be stored.
  Status run(const Judge& judge, const AttestationPool& pool);

  store::Batch batch;
  InboundReport report;

 private:
  /// Where one object of the batch stands.
  struct Item {
    bool open = true;        ///< still to be made; else its verdict is known
    bool to_operator = false;  ///< an import rule wants it seen
    std::string created, modified;  ///< of the new object
  };
  /// An id that the submitter uses.
  struct Known {
    AnonymousRecord record;
    bool changed = false;  ///< to be written
    bool first = false;    ///< nothing of it was here before
  };
  enum class Observable { kKept, kRandom, kRefused };

  void judge_all(const Judge& judge, const AttestationPool& pool);
  void learn_names();
  void learn(const stix::Object& identity);
  void settle(std::size_t i, Verdict::Outcome outcome, Error reason = {});
  void refuse(std::size_t i, Error reason);
  std::string sealed_payload(std::string_view id, std::string_view payload);
  void refuse_letter(const Refusal& refusal, std::string_view payload);

  Status sort_observables();
  Status plan(std::size_t i);
  Status make(std::size_t i);
  void take(std::size_t i, const stix::anonymise::Outcome& made);
  std::optional<Error> reason_to_wait(std::size_t i, const stix::anonymise::Outcome& made);
  std::string small_set(const stix::Object& object);
  void remember();

  stix::anonymise::Request request(std::size_t i);
  stix::anonymise::Turn turn(std::string_view id, stix::anonymise::Mention mention);
  bool keeps_marking(std::string_view id);
  bool reads(std::string_view id);
  bool is_own_identity(const stix::Object& object) const;
  /// The record of an id, drawn now if there is none and `draw` says so.
  Known* known(std::string_view id, bool draw);

  const store::Store& store_;
  const policy::Compiled& policy_;
  const Inbound::PartyBatch& incoming_;
  const Inbound::AnonymousEntry& entry_;
  const AnonymousIntake& intake_;
  const AnonymousVault& vault_;
  const policy::Party* party_;
  Timestamp now_;
  std::string pseudonym_;
  stix::anonymise::Hidden hidden_;
  std::size_t names_before_ = 0;
  std::set<std::string, std::less<>> identities_;  ///< of the submitter
  std::set<std::string, std::less<>> here_;        ///< ids of the batch that are still open, but observables
  std::map<std::string, Observable, std::less<>> observables_;
  std::map<std::string, std::optional<Known>, std::less<>> known_;
  std::map<std::string, bool, std::less<>> reads_;
  std::map<std::string, bool, std::less<>> ours_here_;  ///< of observables: whether a copy of this organisation is here
  std::vector<Item> items_;
  std::optional<std::map<std::string, std::size_t>> sets_;  ///< how many parties have a word
  std::size_t drawn_ = 0;
  Status failed_;  ///< of the store, met where nothing can be returned
};

}  // namespace sekisho::sync
