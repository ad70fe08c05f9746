// sekisho audit, sekisho audit verify|seal. docs/specs/audit.md.
#include "sync/audit/audit.h"

#include "core/json.h"
#include "node/cli/command.h"
#include "sync/moderation/audit_verify.h"

namespace sekisho::node::cli {
namespace {

void print_entry(Console& console, const sync::AuditEntry& entry) {
  if (console.json) {
    json::Writer w;
    w.begin_object().member_int("no", static_cast<std::int64_t>(entry.no)).member("at", entry.at);
    w.member("action", entry.line.action).member("actor", entry.line.actor).member("subject", entry.line.subject);
    w.member("detail", entry.line.detail).member("previous", entry.previous).end_object();
    console.line(w.text());
    return;
  }
  console.line(std::to_string(entry.no) + "  " + entry.at + "  " + entry.line.actor + "  " + entry.line.action + "  " +
               entry.line.subject + (entry.line.detail.empty() ? "" : "  " + entry.line.detail));
}

int run_audit(House& house, const Args& args, Console& console) {
  std::uint64_t after = 0;
  for (const char c : args.get("--after", "0")) {
    if (c < '0' || c > '9' || after > 1'000'000'000'000ULL) {
      return fail(console, make_error(Code::kUsage, "a line's number", "--after"));
    }
    after = after * 10 + static_cast<std::uint64_t>(c - '0');
  }
  while (true) {
    const auto entries = house.audit.list(after, 500);
    if (!entries.ok()) return fail(console, entries.error());
    if (entries->empty()) return kDone;
    for (const auto& entry : *entries) print_entry(console, entry);
    after = entries->back().no;
  }
}

int run_audit_verify(House& house, const Args& args, Console& console) {
  const auto report = sync::verify_audit(house.store, *house.moderation.operators(), args.get("--head"));
  if (!report.ok()) return fail(console, report.error());
  const bool sound = report->problems.empty();
  if (console.json) {
    const auto number = [](std::uint64_t n) { return static_cast<std::int64_t>(n); };
    json::Writer w;
    w.begin_object().member_bool("sound", sound).member("head", report->head).member_int("lines", number(report->lines));
    w.member_int("steps", number(report->steps)).member_int("decisions", number(report->decided));
    w.member_int("decisions_by_hash_only", number(report->bare)).member_int("disclosures", number(report->disclosures));
    w.key("problems").begin_array();
    for (const std::string& one : report->problems) w.string(one);
    w.end_array().end_object();
    console.line(w.text());
    return sound ? kDone : kRefused;
  }
  for (const std::string& one : report->problems) console.line(one);
  console.line(std::to_string(report->lines) + " lines, " + std::to_string(report->steps) + " steps with " +
               std::to_string(report->decided) + " decisions computed again (and " + std::to_string(report->bare) +
               " of which only a hash is kept), " + std::to_string(report->disclosures) + " disclosures");
  console.line(sound ? "the trail is sound; its last line: " + report->head : "the trail was altered");
  return sound ? kDone : kRefused;
}

int run_seal(House& house, const Args&, Console& console) {
  const Status done = house.audit.record({"audit.seal", kOperator, "audit", "its head is to be kept elsewhere"});
  if (!done.ok()) return fail(console, done.error());
  const auto head = house.audit.head();
  if (!head.ok()) return fail(console, head.error());
  if (console.json) {
    json::Writer w;
    w.begin_object().member("head", *head).end_object();
    console.line(w.text());
  } else {
    console.line(*head);
  }
  return kDone;
}

}  // namespace

std::vector<Command> audit_commands() {
  const std::vector<OptionSpec> head{{"--head", "\"NO HASH\"", "a head kept elsewhere: it must still be in the trail"}};
  return {
      {"audit", "[--after N]", "show what operators did", {{"--after", "N", "only lines after number N"}}, nullptr,
       run_audit},
      {"audit verify", "[--head \"NO HASH\"]",
       "check that nothing of the trail, of decisions, disclosures and approvals was altered, added, reordered or taken out", head, nullptr, run_audit_verify},
      {"audit check", "[--head \"NO HASH\"]", "the older word for audit verify", head, nullptr, run_audit_verify},
      {"audit seal", "", "write a line that covers all there is, and print its number and hash to be kept on paper", {}, nullptr,
       run_seal},
  };
}

}  // namespace sekisho::node::cli
