// sekisho recall, sekisho recall list|confirm.
#include "core/json.h"
#include "node/cli/command.h"

namespace sekisho::node::cli {
namespace {

std::string state_of(const sync::Notice& notice) {
  if (!notice.acknowledged.empty()) return "acknowledged";
  return notice.delivered.empty() ? "queued" : "delivered";
}

std::string when_of(const sync::Notice& notice) {
  if (!notice.acknowledged.empty()) return notice.acknowledged;
  return notice.delivered.empty() ? notice.queued : notice.delivered;
}

void print_recall(Console& console, const sync::RecallReport& recall) {
  if (console.json) {
    json::Writer w;
    w.begin_object().member("object", recall.object_id).member("by", recall.source.empty() ? "self" : recall.source);
    w.member("reason_code", recall.reason_code).member("reason", recall.reason).member("at", recall.at);
    w.member_int("versions", static_cast<std::int64_t>(recall.versions)).key("holders").begin_array();
    for (const auto& holder : recall.holders) {
      w.begin_object().member("party", holder.party).member("notice", holder.notice.id);
      w.member("state", state_of(holder.notice)).member("since", when_of(holder.notice)).end_object();
    }
    w.end_array().end_object();
    console.line(w.text());
    return;
  }
  console.line(recall.object_id + "  " + recall.at + "  by " + (recall.source.empty() ? "us" : recall.source) + "  " +
               recall.reason_code + ": " + recall.reason + "  (" + std::to_string(recall.versions) + " versions)");
  for (const auto& holder : recall.holders) {
    console.line("  " + holder.party + "  " + state_of(holder.notice) + "  " + when_of(holder.notice));
  }
  if (recall.holders.empty()) console.line("  nobody was given it");
}

int run_recall(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1 || !args.has("--reason")) {
    return fail(console, make_error(Code::kUsage, "give OBJECT and --reason TEXT"));
  }
  const auto recall = house.recalls.recall(args.positional()[0], args.get("--reason-code", "wrong"),
                                           args.get("--reason"), kOperator);
  if (!recall.ok()) return fail(console, recall.error());
  print_recall(console, *recall);
  return kDone;
}

void print_waiting(Console& console, const sync::WaitingRecall& recall) {
  if (console.json) {
    json::Writer w;
    w.begin_object().member("party", recall.party).member("object", recall.object_id).member("state", recall.state);
    w.member("since", recall.at).key("versions").begin_array();
    for (const std::string& version : recall.versions) w.string(version);
    w.end_array().member("notice", recall.notice).end_object();
    console.line(w.text());
    return;
  }
  console.line(recall.party + "  " + recall.object_id + "  " + recall.state + "  " + recall.at + "  " +
               std::to_string(recall.versions.size()) + " versions");
}

int list_waiting(House& house, Console& console) {
  const auto recalls = house.recalls.waiting();
  if (!recalls.ok()) return fail(console, recalls.error());
  for (const auto& recall : *recalls) {
    if (recall.state == "waiting") print_waiting(console, recall);
  }
  return kDone;
}

int run_confirm(House& house, const Args& args, Console& console) {
  const bool all = args.has("--all");
  if (!args.has("--party") || args.positional().size() != (all ? 0U : 1U)) {
    return fail(console, make_error(Code::kUsage, "give --party P and OBJECT, or --party P --all"));
  }
  const auto done = house.recalls.confirm(args.get("--party"), all ? "" : args.positional()[0], kOperator);
  if (!done.ok()) return fail(console, done.error());
  for (const auto& recall : *done) print_waiting(console, recall);
  return kDone;
}

int run_recall_list(House& house, const Args& args, Console& console) {
  if (args.has("--waiting")) return list_waiting(house, console);
  const auto recalls = house.recalls.list();
  if (!recalls.ok()) return fail(console, recalls.error());
  for (const auto& recall : *recalls) print_recall(console, recall);
  return kDone;
}

}  // namespace

std::vector<Command> recall_commands() {
  return {
      {"recall", "OBJECT --reason TEXT [--reason-code CODE]",
       "take an object back: out of all streams, never again, and a notice to everyone who was given it",
       {{"--reason", "TEXT", "why; the holders will read it"},
        {"--reason-code", "CODE", "wrong (default), over-shared, licence, personal-data"}},
       nullptr, run_recall},
      {"recall list", "[--waiting]", "list recalls with their holders, and who has acknowledged",
       {{"--waiting", "", "what a policy change took from parties that hold it, and nobody has confirmed yet"}}, nullptr, run_recall_list},
      {"recall confirm", "--party P [--all | OBJECT]",
       "call back what a policy change took from a party; it will refuse the object from us from then on",
       {{"--party", "P", "from whom"}, {"--all", "", "everything that waits for this party"}}, nullptr, run_confirm},
  };
}

}  // namespace sekisho::node::cli
