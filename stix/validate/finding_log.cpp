#include "stix/validate/finding_log.h"

#include <algorithm>
#include <utility>

namespace sekisho::stix {
namespace {

constexpr std::size_t kLongestPointer = 1000;

/// §7.3, §11: a consumer may refuse what it does not understand. Strict does.
bool refused_when_strict(Clause clause, Severity severity) {
  return severity == Severity::kWarning || clause == Clause::kUnknownExtension || clause == Clause::kCustomObject;
}

}  // namespace

void FindingLog::report(const json::Value& at, Clause clause, std::string message, Site site) {
  if (!wants(clause)) return;
  if (judge_ != nullptr && !judge_->keep({site, row_}, clause)) return;
  Severity severity = info(clause).severity;
  if (options_.strict && refused_when_strict(clause, severity)) severity = Severity::kError;
  if (++counts_[static_cast<std::size_t>(severity)] > kMostOfEach) return;
  Finding finding;
  finding.severity = severity;
  finding.clause = clause;
  finding.pointer = at.pointer();
  if (finding.pointer.size() > kLongestPointer) finding.pointer.resize(kLongestPointer);
  finding.position = at.position();
  finding.message = std::move(message);
  findings_.push_back(std::move(finding));
}

std::vector<Finding> FindingLog::take() {
  std::stable_sort(findings_.begin(), findings_.end(), [](const Finding& a, const Finding& b) {
    return a.position.offset < b.position.offset;
  });
  std::size_t left_out = 0;
  for (const std::size_t count : counts_) left_out += count - std::min(count, kMostOfEach);
  if (left_out > 0) {
    Finding finding;
    finding.severity = Severity::kNote;
    finding.clause = Clause::kLeftOut;
    finding.message = std::to_string(left_out) + " further findings are not listed";
    findings_.push_back(std::move(finding));
  }
  return std::exchange(findings_, {});
}

}  // namespace sekisho::stix
