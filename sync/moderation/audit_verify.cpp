#include "sync/moderation/audit_verify.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "store/chain.h"
#include "sync/handling/approval.h"
#include "sync/audit/audit.h"
#include "sync/release/plan/decision_root.h"
#include "sync/moderation/moderation_text.h"

namespace sekisho::sync {
namespace {

constexpr std::string_view kModerate = "moderate.";

Result<store::ChainHead> read_head(const std::string& text) {
  store::ChainHead head;
  const std::size_t space = text.find(' ');
  const std::string number = text.substr(0, std::min(space, text.size()));
  const bool digits = !number.empty() && number.size() < 16 &&
                      std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (space == std::string::npos || !digits) {
    return make_error(Code::kInvalidArgument, "write the head as it was printed: \"NO HASH\"", "--head");
  }
  head.no = std::stoull(number);
  head.sha256 = text.substr(space + 1);
  const auto bytes = from_hex(head.sha256);
  if (!bytes || bytes->size() != 32) {
    return make_error(Code::kInvalidArgument, "write the head as it was printed: \"NO HASH\"", "--head");
  }
  return head;
}

/// What the operators' trail says about everything else.
class Told {
 public:
  explicit Told(std::vector<std::string>& problems) : problems_(problems) {}

  void line(const store::ChainLink& link) {
    head_of(link, "decisions", decisions_);
    head_of(link, "disclosed", disclosed_);
    const std::string_view action = link.value["action"].string_or("");
    if (action.starts_with(kModerate)) moderated(link, action.substr(kModerate.size()));
  }

  /// Whether the link is the one that the trail named by this number, if it named one.
  void other(const char* chain, const store::ChainLink& link) {
    auto& heads = std::string_view(chain) == "decisions" ? decisions_ : disclosed_;
    const auto found = heads.find(link.no);
    if (found == heads.end()) return;
    if (found->second != link.sha256) {
      problems_.push_back("line " + std::to_string(link.no) + " of `" + chain + "` is not the one that the audit trail names");
    }
    heads.erase(found);
  }
  /// After all links of a chain were given.
  void other_ends(const char* chain) {
    auto& heads = std::string_view(chain) == "decisions" ? decisions_ : disclosed_;
    if (heads.empty()) return;
    problems_.push_back("`" + std::string(chain) + "` was cut off: the audit trail names its line " +
                        std::to_string(heads.rbegin()->first));
  }

  /// The acts in force: key of the document -> number of its line.
  const std::map<std::string, std::uint64_t>& acts() const { return acts_; }
  const std::map<std::string, State>& states() const { return states_; }

 private:
  void head_of(const store::ChainLink& link, const char* chain, std::map<std::uint64_t, std::string>& heads) {
    const std::string text(link.value[chain].string_or(""));
    if (text.empty()) return;  // a line from before these chains
    const auto head = read_head(text);
    if (!head.ok()) {
      problems_.push_back("line " + std::to_string(link.no) + " of `audit` names no head of `" + chain + "`");
      return;
    }
    if (head->no == 0) return;
    const auto [found, fresh] = heads.emplace(head->no, head->sha256);
    if (!fresh && found->second != head->sha256) {
      problems_.push_back("the audit trail names two hashes for line " + std::to_string(head->no) + " of `" + chain + "`");
    }
  }

  void moderated(const store::ChainLink& link, std::string_view word) {
    const std::string detail(link.value["detail"].string_or(""));
    const std::size_t at = detail.find("content ");
    if (at == std::string::npos) return;
    const std::string content = detail.substr(at + 8, 64);
    const auto act = act_of(word);
    if (!act) {
      for (const State state : {State::kPublished, State::kUpdated, State::kWithdrawn}) {
        if (word == state_word(state)) states_[content] = state;
      }
      return;
    }
    SignedAct one;
    one.statement.act = *act;
    one.statement.operator_name = std::string(link.value["actor"].string_or(""));
    const std::string suffix = one.key().substr(64);
    acts_[content + suffix] = link.no;
    const auto before = states_.find(content);
    const State now = before == states_.end() ? State::kReceived : before->second;
    const auto next = next_state(now, *act);
    if (!next) {
      problems_.push_back("line " + std::to_string(link.no) + " of `audit`: " + std::string(word) + " is not possible where it stands");
      return;
    }
    if (*act == Act::kApprove && now != State::kApproved && *next == State::kApproved) first_[content] = now;
    if (*act == Act::kApprove) ++standing_[content];
    states_[content] = *next;
    if (*act == Act::kTakeBack && --standing_[content] == 0) states_[content] = first_[content];
  }

  static std::optional<Act> act_of(std::string_view word) {
    for (const Act act : {Act::kScreen, Act::kEnrich, Act::kApprove, Act::kPublish, Act::kWithdraw, Act::kTakeBack, Act::kText}) {
      if (act_word(act) == word) return act;
    }
    return std::nullopt;
  }

  std::vector<std::string>& problems_;
  std::map<std::uint64_t, std::string> decisions_, disclosed_;
  std::map<std::string, std::uint64_t> acts_;
  std::map<std::string, State> states_, first_;
  std::map<std::string, int> standing_;
};

class Verifier {
 public:
  Verifier(const store::Store& store, const Operators& operators) : store_(store), operators_(operators) {}

  Result<AuditReport> run(const std::string& kept_head) {
    std::optional<store::ChainHead> kept;
    if (!kept_head.empty()) {
      SEKISHO_ASSIGN(kept, read_head(kept_head));
    }
    SEKISHO_TRY(trail(kept));
    SEKISHO_TRY(decisions());
    SEKISHO_TRY(disclosures());
    SEKISHO_TRY(acts());
    SEKISHO_TRY(states());
    return std::move(report_);
  }

 private:
  void add(std::vector<std::string> wrong) {
    for (std::string& one : wrong) report_.problems.push_back(std::move(one));
  }

  Status trail(const std::optional<store::ChainHead>& kept) {
    bool found = !kept || kept->no == 0;
    store::ChainHead last;
    SEKISHO_ASSIGN(auto wrong, store::check_chain(store_, kAuditChain, [&](const store::ChainLink& link) {
                     ++report_.lines;
                     last = {link.no, link.sha256};
                     told_.line(link);
                     if (kept && kept->no == link.no && kept->sha256 == link.sha256) found = true;
                   }));
    add(std::move(wrong));
    if (!found) {
      report_.problems.push_back(kept->no > last.no ? "the head kept elsewhere is line " + std::to_string(kept->no) +
                                                          ", but the trail ends at line " + std::to_string(last.no)
                                                    : "line " + std::to_string(kept->no) + " is not the one whose head was kept elsewhere");
    }
    report_.head = last.to_string();
    return {};
  }

  Status decisions() {
    Status failure;
    SEKISHO_ASSIGN(auto wrong, store::check_chain(store_, kDecisionsChain, [&](const store::ChainLink& link) {
                     ++report_.steps;
                     told_.other(kDecisionsChain, link);
                     auto found = check_decisions(store_, link.value, report_.decided, report_.bare);
                     if (found.ok()) add(std::move(*found));
                     else failure = found.error();
                   }));
    SEKISHO_TRY(failure);
    add(std::move(wrong));
    told_.other_ends(kDecisionsChain);
    return {};
  }

  using Reader = std::tuple<std::string, store::StreamNo, std::string>;
  using Ranges = std::map<store::Position, store::Position>;  // first -> last, none touching another

  static void put(Ranges& ranges, store::Position from, store::Position to) {
    auto at = ranges.upper_bound(from);
    if (at != ranges.begin() && std::prev(at)->second + 1 >= from) --at;
    while (at != ranges.end() && at->first <= to + 1 && at->second + 1 >= from) {
      from = std::min(from, at->first);
      to = std::max(to, at->second);
      at = ranges.erase(at);
    }
    ranges[from] = to;
  }
  static bool within(const std::map<Reader, Ranges>& some, const std::map<Reader, Ranges>& all) {
    for (const auto& [reader, ranges] : some) {
      const auto found = all.find(reader);
      if (found == all.end()) return false;
      for (const auto& [from, to] : ranges) {
        const auto at = found->second.upper_bound(from);
        if (at == found->second.begin() || std::prev(at)->second < to) return false;
      }
    }
    return true;
  }
  Result<std::map<Reader, Ranges>> recorded() const {
    std::map<Reader, Ranges> out;
    SEKISHO_ASSIGN(const auto ranges, store_.disclosures(""));
    for (const auto& range : ranges) put(out[{range.party, range.stream, range.query}], range.from, range.to);
    return out;
  }

  // The ranges on record are the union of those that the chain tells of. Others may be recorded meanwhile.
  Status disclosures() {
    std::map<Reader, Ranges> told;
    SEKISHO_ASSIGN(const auto before, recorded());
    SEKISHO_ASSIGN(auto wrong, store::check_chain(store_, store::kDisclosedChain, [&](const store::ChainLink& link) {
                     ++report_.disclosures;
                     told_.other(store::kDisclosedChain, link);
                     const json::Value& v = link.value;
                     const auto number = [&](std::string_view key) { return static_cast<std::uint64_t>(v[key].integer().value_or(0)); };
                     put(told[{std::string(v["party"].string_or("")), static_cast<store::StreamNo>(number("stream")),
                               std::string(v["query"].string_or(""))}],
                         number("from"), number("to"));
                   }));
    add(std::move(wrong));
    told_.other_ends(store::kDisclosedChain);
    SEKISHO_ASSIGN(const auto after, recorded());
    // A store that has disclosed nothing since this chain came to be has no link yet.
    if (report_.disclosures != 0 && (!within(before, told) || !within(told, after))) {
      report_.problems.emplace_back("the disclosures on record are not those that `disclosed` tells of");
    }
    return {};
  }

  Status acts() {
    SEKISHO_ASSIGN(const auto rows, store_.documents(kApprovalSpace));
    auto missing = told_.acts();
    for (const auto& [key, value] : rows) {
      const std::string name = "the act `" + key + "`";
      const auto act = SignedAct::from_json(value);
      const auto told = missing.find(key);
      if (!act.ok() || act->key() != key) {
        report_.problems.push_back(name + " is not readable");
      } else if (act->line <= report_.lines && (told == missing.end() || told->second != act->line)) {
        report_.problems.push_back(name + " is not the one that the audit trail tells of last");
      } else {
        const auto good = check_act(store_, operators_, *act);
        const bool of_key = !good.ok() && (good.error().code == Code::kKeyUnknown || good.error().code == Code::kKeyNotValid);
        if (!good.ok() && !of_key) report_.problems.push_back(name + ": " + good.error().detail);
      }
      if (told != missing.end()) missing.erase(told);
    }
    for (const auto& [key, line] : missing) {
      report_.problems.push_back("the act `" + key + "`, line " + std::to_string(line) + " of `audit`, is missing");
    }
    return {};
  }

  Status states() {
    SEKISHO_ASSIGN(const auto rows, store_.documents(kModerationSpace));
    SEKISHO_ASSIGN(const store::ChainHead now, store::chain_head(store_, kAuditChain));
    if (now.to_string() != report_.head && report_.problems.empty()) return {};  // it goes on: these may be newer
    auto missing = told_.states();
    for (const auto& [key, value] : rows) {
      const auto item = state_from_json(key, value);
      const auto told = missing.find(key);
      if (!item.ok() || told == missing.end() || told->second != item->state || state_to_json(*item) != value) {
        report_.problems.push_back("the state of content " + key + " is not the one that the audit trail tells of");
      }
      if (told != missing.end()) missing.erase(told);
    }
    for (const auto& [content, state] : missing) report_.problems.push_back("the state of content " + content + " is missing");
    return {};
  }

  const store::Store& store_;
  const Operators& operators_;
  AuditReport report_;
  Told told_{report_.problems};
};

}  // namespace

Result<AuditReport> verify_audit(const store::Store& store, const Operators& operators, const std::string& kept_head) {
  return Verifier(store, operators).run(kept_head);
}

}  // namespace sekisho::sync
