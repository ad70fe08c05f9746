// Recalls that a policy change caused, confirmed by the operator. docs/specs/recall.md.
#include <set>

#include "core/uuid.h"
#include "sync/release/policy_change/policy_recalls.h"
#include "sync/recall/recall.h"
#include "sync/recall/recall_text.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kAtOnce = 1000;  // notices in one transaction
constexpr const char* kReason = "The sharing policy no longer permits it.";

}  // namespace

Result<std::vector<WaitingRecall>> Recalls::waiting() const {
  const MutexLock lock(working_);
  PolicyRecalls recalls(store_, clock_);
  SEKISHO_TRY(recalls.settle());
  return recalls.list();
}

Result<std::vector<WaitingRecall>> Recalls::confirm(const std::string& party, const std::string& object_id,
                                                    const std::string& actor) {
  const MutexLock lock(working_);
  PolicyRecalls recalls(store_, clock_);
  SEKISHO_TRY(recalls.settle());
  SEKISHO_ASSIGN(const auto all, recalls.list());
  std::vector<WaitingRecall> done;
  std::vector<store::DocumentPut> puts;
  const auto write = [&]() -> Status {
    if (puts.empty()) return {};
    const AuditLine line{"recall.confirm", actor, party, std::to_string(puts.size() / 2) + " notices queued"};
    return audit_.record(line, std::exchange(puts, {}));
  };
  for (WaitingRecall recall : all) {
    if (recall.state != "waiting" || recall.party != party || (!object_id.empty() && recall.object_id != object_id)) continue;
    RecallReport report;
    report.object_id = recall.object_id;
    report.reason_code = "over-shared";
    report.reason = kReason;
    report.at = format_taxii_time(clock_.now());
    Notice notice;
    notice.id = Uuid::v4(random_, "recall/" + party).to_string();
    notice.text = notice_text(notice.id, {{{recall.object_id, recall.versions}}, {}}, report);
    notice.queued = report.at;
    recall.state = "confirmed";
    recall.at = report.at;
    recall.notice = notice.id;
    puts.push_back({recall_out_space(party), notice.id, notice_to_json(notice)});
    puts.push_back({kPolicyRecallSpace, policy_recall_key(party, recall.object_id), policy_recall_to_json(recall)});
    done.push_back(std::move(recall));
    if (puts.size() >= 2 * kAtOnce) SEKISHO_TRY(write());
  }
  if (done.empty()) return make_error(Code::kNotFound, "nothing waits for that; see `sekisho recall list --waiting`", party);
  SEKISHO_TRY(write());
  release_.announce();
  return done;
}

}  // namespace sekisho::sync
