#include "node/cli/report.h"

namespace sekisho::node::cli {

void print_report(Console& console, const sync::InboundReport& report, const std::string& what) {
  for (const auto& refusal : report.refused) {
    console.complain(what + ": " + (refusal.object_id.empty() ? "object" : refusal.object_id) +
                     " refused: " + refusal.reason.to_string());
  }
  for (const auto& remark : report.conflicting) {
    console.complain(what + ": " + remark.object_id + " " + remark.version + " in conflict: " + remark.text);
  }
  for (const auto& remark : report.warnings) {
    console.complain(what + ": " + remark.object_id + " " + remark.version + ": warning: " + remark.text);
  }
}

void report_members(json::Writer& w, const sync::InboundReport& report) {
  w.member_int("accepted", static_cast<std::int64_t>(report.accepted));
  w.member_int("duplicates", static_cast<std::int64_t>(report.duplicates));
  w.member_int("conflicts", static_cast<std::int64_t>(report.conflicts));
  w.member_int("quarantined", static_cast<std::int64_t>(report.quarantined));
  w.key("in_conflict").begin_array();
  for (const auto& remark : report.conflicting) w.begin_array().string(remark.object_id).string(remark.version).end_array();
  w.end_array();
  w.member_int("refused", static_cast<std::int64_t>(report.refused.size()));
}

}  // namespace sekisho::node::cli
