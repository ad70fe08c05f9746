// sekisho policy check|explain|why-not|matrix
#include <algorithm>
#include <array>
#include <map>

#include "core/json.h"
#include "node/cli/command.h"
#include "policy/compiled.h"
#include "policy/matrix.h"
#include "policy/model.h"

namespace sekisho::node::cli {
namespace {

/// What may not come into force anew, and warnings of what is over; `--against` names the policy in force.
Result<std::vector<policy::Problem>> refused_anew(Machine& machine, const Args& args, const policy::Policy& loaded) {
  std::optional<policy::Policy> before;
  if (args.has("--against")) {
    SEKISHO_ASSIGN(const std::string text, machine.files.read(args.get("--against"), 16u << 20));
    SEKISHO_ASSIGN(before, policy::load_policy(text, args.get("--against"), nullptr));
  }
  const Timestamp now = machine.clock.now();
  auto problems = policy::refuse_new(loaded, before ? &*before : nullptr, now);
  for (auto& over : policy::expired(loaded, now)) {
    const bool told = std::any_of(problems.begin(), problems.end(), [&over](const policy::Problem& one) { return one.line == over.line; });
    if (!told) problems.push_back(std::move(over));
  }
  return problems;
}

int run_check(Machine& machine, const Args& args, Console& console) {
  const std::string path =
      args.positional().empty() ? args.get("--dir", ".") + "/policy.toml" : args.positional()[0];
  const auto text = machine.files.read(path, 16u << 20);
  if (!text.ok()) return fail(console, text.error());
  std::vector<policy::Problem> problems;
  const auto loaded = policy::load_policy(*text, path, &problems);
  if (loaded.ok()) {
    const auto more = refused_anew(machine, args, *loaded);
    if (!more.ok()) return fail(console, more.error());
    problems.insert(problems.end(), more->begin(), more->end());
  }
  for (const auto& problem : problems) {
    if (console.json) {
      json::Writer w;
      w.begin_object().member("file", path).member_int("line", static_cast<std::int64_t>(problem.line));
      w.member("severity", problem.error ? "error" : "warning").member("message", problem.message).end_object();
      console.line(w.text());
    } else {
      console.line(path + ":" + std::to_string(problem.line) + ": " + (problem.error ? "error: " : "warning: ") +
                   problem.message);
    }
  }
  if (!loaded.ok() && problems.empty()) return fail(console, loaded.error());
  if (std::any_of(problems.begin(), problems.end(), [](const policy::Problem& problem) { return problem.error; })) return kRefused;
  if (!console.json) {
    const auto compiled = policy::Compiled::compile(*loaded);
    for (const auto& audience : compiled->audiences(machine.clock.now())) {
      std::string parties;
      for (const std::string& party : audience.parties) parties += (parties.empty() ? "" : ", ") + party;
      console.line("audience " + audience.key + " (" + audience.description + "): " + parties);
    }
    console.line(path + ": good, " + std::to_string(loaded->parties.size()) + " parties, " +
                 std::to_string(loaded->agreements.size()) + " agreements, " + std::to_string(loaded->rules.size()) +
                 " rules");
  }
  return kDone;
}

Result<policy::Policy> load_file(Machine& machine, const Args& args) {
  const std::string path =
      args.positional().empty() ? args.get("--dir", ".") + "/policy.toml" : args.positional()[0];
  SEKISHO_ASSIGN(const std::string text, machine.files.read(path, 16u << 20));
  return policy::load_policy(text, path, nullptr);
}

constexpr std::array<std::string_view, 5> kLabelWords{"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"};

void print_matrix_row(Console& console, const policy::MatrixRow& row) {
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const policy::MatrixCell& cell = row.cells[i];
    json::Writer w;
    w.begin_object().member("kind", row.kind).member("tlp", "TLP:" + std::string(kLabelWords[i])).member("asks", cell.asks);
    w.member("loosest", cell.loosest).member_int("parties", static_cast<std::int64_t>(row.parties));
    w.member_int("permit", static_cast<std::int64_t>(cell.permitted));
    w.member_int("redact", static_cast<std::int64_t>(cell.redacted)).member_int("hold", static_cast<std::int64_t>(cell.held));
    w.member_int("deny", static_cast<std::int64_t>(cell.denied)).end_object();
    console.line(w.text());
  }
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size() + 1), ' ');
  return text;
}

int run_matrix(Machine& machine, const Args& args, Console& console) {
  const auto loaded = load_file(machine, args);
  if (!loaded.ok()) return fail(console, loaded.error());
  policy::MatrixQuestion question;
  question.type = args.get("--type", "report");
  question.collection = args.get("--collection");
  if (args.has("--source") && args.get("--source") != "self") {
    question.source = args.get("--source");
    if (!loaded->find_party(question.source)) return fail(console, make_error(Code::kPeerUnknown, "no such party", question.source));
  }
  const auto compiled = policy::Compiled::compile(*loaded);
  const auto rows = policy::matrix(*compiled, question, machine.clock.now());
  if (!rows.ok()) return fail(console, rows.error());
  std::string head = padded("", 12), stricter;
  for (const std::string_view label : kLabelWords) head += padded(std::string(label), 19);
  if (!console.json) console.line(head);
  for (const auto& row : *rows) {
    if (console.json) {
      print_matrix_row(console, row);
      continue;
    }
    std::string line = padded(row.kind, 12);
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const policy::MatrixCell& cell = row.cells[i];
      line += padded(cell.asks + (row.parties == 0 ? "" : " " + std::to_string(cell.permitted) + "/" + std::to_string(row.parties)) +
                         (cell.redacted == 0 ? "" : " redacted " + std::to_string(cell.redacted)) +
                         (cell.held == 0 ? "" : " held " + std::to_string(cell.held)), 19);
      if (cell.asks != cell.loosest) {
        stricter += "stricter than it could be: " + row.kind + " " + std::string(kLabelWords[i]) + ": " + cell.asks + ", could be " + cell.loosest + "\n";
      }
    }
    console.line(line.substr(0, line.find_last_not_of(' ') + 1));
  }
  if (!console.json) {
    console.out(stricter);
    console.line("parties that get a " + question.type + " of " + (question.source.empty() ? "this node" : question.source) +
                 " with that marking alone, as it is, of all of their kind");
    console.line("Deny wins over hold, hold over redact, redact over permit, in whatever order the rules stand.");
    console.line("The tightest marking counts: of the object, of its parts, of its collection.");
  }
  return kDone;
}

const char* effect_word(policy::Effect effect) {
  switch (effect) {
    case policy::Effect::kPermit: return "permit";
    case policy::Effect::kRedact: return "redact";
    case policy::Effect::kHold: return "hold";
    case policy::Effect::kDeny: return "deny";
  }
  return "deny";
}

/// Why a version that may go does not: another claim of its id counts.
std::string claim_words(const std::string& party, const std::string& claim) {
  if (claim == "nobody") return "the place of its id is kept: what counted for " + party + " has left, and nothing that ranks above it has come";
  const std::string whose = claim == "party:" ? "this organisation's" : claim.starts_with("party:") ? "that of " + claim.substr(6) : "that of " + claim.substr(claim.find(':') + 1);
  return "another claim of its id counts for " + party + ": " + whose;
}

void print_standing(Console& console, const std::string& id, const std::string& party, const sync::Standing& standing) {
  if (console.json) {
    json::Writer w;
    w.begin_object().member("object", id).member("version", standing.version).member("collection", standing.collection);
    w.member("party", party).member("effect", effect_word(standing.decision.effect));
    w.member_bool("released", standing.released);
    if (!standing.renditions.empty()) {
      w.key("renditions").begin_array();
      for (const std::string& rendition : standing.renditions) w.string(rendition);
      w.end_array();
    }
    if (standing.waits_for) w.member("waits_for", *standing.waits_for);
    if (standing.waits_until) w.member("waits_until", format_stix_time(*standing.waits_until));
    if (!standing.another_claim.empty()) w.member("another_claim", standing.another_claim);
    if (!standing.withheld.empty()) w.member("withheld", standing.withheld);
    w.key("reasons").begin_array();
    for (const auto& reason : standing.decision.reasons) {
      w.begin_object().member("text", reason.text).member("rule", reason.rule).end_object();
    }
    w.end_array().end_object();
    console.line(w.text());
    return;
  }
  console.line(id + " version " + standing.version + " in " + standing.collection + " for " + party + ": " +
               (standing.released ? "released" : "withheld") + " (" + effect_word(standing.decision.effect) + ")");
  for (const auto& reason : standing.decision.reasons) console.line("  - " + reason.text + "  [" + reason.rule + "]");
  for (const std::string& rendition : standing.renditions) console.line("  - " + party + " has it as " + rendition + "  [rendition]");
  if (standing.waits_for) {
    console.line("  - it refers to " + *standing.waits_for + ", which " + party +
                 " does not read; it is held until that is released to it" +
                 (standing.waits_until ? ", at the latest until " + format_stix_time(*standing.waits_until) : "") + "  [references]");
  } else if (standing.waits_until) {
    console.line("  - it is looked at again at " + format_stix_time(*standing.waits_until) + "  [date]");
  } else if (!standing.withheld.empty()) {
    console.line("  - as a rendition: " + standing.withheld + "  [redaction]");
  } else if (!standing.another_claim.empty()) {
    console.line("  - " + claim_words(party, standing.another_claim) + "  [claims]");
  } else if (standing.decision.effect <= policy::Effect::kRedact && !standing.released) {
    console.line("  - the party's stream carries this version already from another source  [one content per version]");
  }
}

int run_explain(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1 || !args.has("--party")) {
    return fail(console, make_error(Code::kUsage, "give OBJECT and --party P"));
  }
  const auto standings = house.release.explain(args.positional()[0], args.get("--party"));
  if (!standings.ok()) return fail(console, standings.error());
  for (const auto& standing : *standings) print_standing(console, args.positional()[0], args.get("--party"), standing);
  return kDone;
}

/// What decided, in words that many objects share.
std::pair<std::string, std::string> deciding(const sync::Standing& standing) {
  if (standing.decision.effect <= policy::Effect::kRedact) {
    if (!standing.withheld.empty()) return {standing.withheld, "redaction"};
    if (standing.waits_for) return {"refers to something that this party does not read", "references"};
    if (!standing.another_claim.empty()) return {"another claim of the id counts, or its place is kept", "claims"};
    return {"another content or copy of this version is carried already", "one content per version"};
  }
  if (standing.decision.reasons.empty()) return {"default deny", "built-in"};
  return {standing.decision.reasons.back().text, standing.decision.reasons.back().rule};
}

int run_why_not(House& house, const Args& args, Console& console) {
  if (!args.has("--party")) return fail(console, make_error(Code::kUsage, "give --party P"));
  struct Row {
    std::size_t count = 0;
    std::string example, effect;
  };
  std::map<std::pair<std::string, std::string>, Row> rows;
  const Status done = house.release.each_withheld(args.get("--party"), [&](const sync::Standing& standing) {
    if (args.has("--collection") && args.get("--collection") != standing.collection) return;
    Row& row = rows[deciding(standing)];
    if (row.count++ != 0) return;
    row.example = standing.id;
    row.effect = effect_word(standing.decision.effect);
  });
  if (!done.ok()) return fail(console, done.error());
  for (const auto& [reason, row] : rows) {
    if (console.json) {
      json::Writer w;
      w.begin_object().member("party", args.get("--party")).member("reason", reason.first).member("rule", reason.second);
      w.member("effect", row.effect).member_int("count", static_cast<std::int64_t>(row.count));
      w.member("example", row.example).end_object();
      console.line(w.text());
    } else {
      console.line(std::to_string(row.count) + "  " + reason.first + "  [" + reason.second + "]  e.g. " + row.example);
    }
  }
  return kDone;
}

}  // namespace

std::vector<Command> policy_commands() {
  return {
      {"policy check", "[FILE] [--against FILE]", "check policy.toml and show the audiences it makes",
       {{"--against", "FILE", "the policy in force: a changed profile needs a later date"}}, run_check, nullptr},
      {"policy explain", "OBJECT --party P", "why a party gets an object or not, rule by rule",
       {{"--party", "P", "which party"}}, nullptr, run_explain},
      {"policy why-not", "--party P [--collection C]", "what a party does not get, counted by the reason that decided",
       {{"--party", "P", "which party"}, {"--collection", "C", "only this collection"}}, nullptr, run_why_not},
      {"policy matrix", "[FILE] [--type T] [--source P] [--collection C]", "what each label needs towards each kind of party, and how many get it",
       {{"--type", "T", "STIX type asked about (default: report)"},
        {"--source", "P", "party that gave it (default: this node)"},
        {"--collection", "C", "in this collection (default: the first that the party reads)"}},
       run_matrix, nullptr},
  };
}

}  // namespace sekisho::node::cli
