#include "sync/release/plan/decision_root.h"

#include <algorithm>
#include <array>
#include <utility>

#include "store/chain.h"
#include "sync/audit/audit.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kAtOnce = 64;  // decisions of a view that wait to be taken into its log
constexpr std::array<std::string_view, 4> kEffects{"permit", "redact", "hold", "deny"};

std::string_view word(policy::Effect effect) { return kEffects[static_cast<std::size_t>(effect)]; }

/// What is hashed for one decision: fixed-length members first, so that no two decisions give the same bytes.
std::string leaf(store::ObjectNo no, store::CollectionNo collection, const Sha256& content, std::string_view effect,
                 std::string_view rule) {
  std::string bytes;
  bytes.reserve(sizeof no + sizeof collection + content.size() + effect.size() + rule.size() + 2);
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(no >> shift & 0xff);
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(collection >> shift & 0xff);
  bytes.append(as_chars(content)).append(effect).append(" ").append(rule).append("\n");
  return bytes;
}

}  // namespace

DecisionLog::DecisionLog(const DecisionLog& other)
    : hasher_(other.hasher_ ? std::make_unique<Sha256Hasher>(*other.hasher_) : nullptr), rules_(other.rules_), runs_(other.runs_),
      count_(other.count_), too_many_(other.too_many_) {}

std::size_t DecisionLog::rule_number(std::string_view rule) {
  const auto number = static_cast<std::size_t>(std::find(rules_.begin(), rules_.end(), rule) - rules_.begin());
  if (number == rules_.size()) rules_.emplace_back(rule);
  return number;
}

void DecisionLog::add(store::ObjectNo no, store::CollectionNo collection, const Sha256& content,
                      policy::Effect effect, std::string_view rule) {
  if (!hasher_) hasher_ = std::make_unique<Sha256Hasher>();
  hasher_->add(leaf(no, collection, content, word(effect), rule));
  ++count_;
  if (too_many_) return;
  if (!runs_.empty()) {
    Run& last = runs_.back();
    const bool goes_on = last.last + 1 == no && last.collection == collection && last.effect == effect;
    if (goes_on && rules_[last.rule] == rule) {
      last.last = no;
      return;
    }
  }
  if (runs_.size() == kDecisionRuns) {
    too_many_ = true;
    runs_.clear();
    return;
  }
  runs_.push_back({no, no, collection, effect, rule_number(rule)});
}

void DecisionLog::write(json::Writer& w, std::string_view view) {
  w.begin_object().member("view", view).member_int("decisions", static_cast<std::int64_t>(count_));
  w.member("root", hex(hasher_ ? hasher_->finish() : sha256("")));
  hasher_.reset();
  if (!too_many_) {
    w.key("rules").begin_array();
    for (const std::string& rule : rules_) w.string(rule);
    w.end_array().key("runs").begin_array();
    for (const Run& run : runs_) {
      w.begin_array().integer(static_cast<std::int64_t>(run.first)).integer(static_cast<std::int64_t>(run.last));
      w.integer(run.collection).string(word(run.effect)).integer(static_cast<std::int64_t>(run.rule)).end_array();
    }
    w.end_array();
  }
  w.end_object();
}

std::size_t DecisionLogs::add_view() {
  settle();
  const std::size_t view = group_of_.size();
  const auto fresh = std::find_if(groups_.begin(), groups_.end(), [](const Group& group) { return group.log.empty(); });
  group_of_.push_back(static_cast<std::size_t>(fresh - groups_.begin()));
  if (fresh == groups_.end()) groups_.emplace_back();
  groups_[group_of_.back()].views.push_back(view);
  added_.emplace_back();
  return view;
}

void DecisionLogs::add(std::size_t view, store::ObjectNo no, store::CollectionNo collection, const Sha256& content,
                       policy::Effect effect, std::string_view rule) {
  if (added_[view].size() == kAtOnce) settle();
  added_[view].push_back({no, collection, effect, content, std::string(rule)});
}

void DecisionLogs::settle() {
  for (std::size_t group = 0; group < groups_.size(); ++group) settle(group);
}

/// Those that were told something else than the first leave for a group behind, which is settled in its turn.
void DecisionLogs::settle(std::size_t group) {
  const auto& first = added_[groups_[group].views.front()];
  const auto parts = [&](std::size_t view) { return added_[view] != first; };
  auto& views = groups_[group].views;
  if (std::any_of(views.begin(), views.end(), parts)) {
    Group other{groups_[group].log, {}};
    std::copy_if(views.begin(), views.end(), std::back_inserter(other.views), parts);
    std::erase_if(views, parts);
    for (const std::size_t view : other.views) group_of_[view] = groups_.size();
    groups_.push_back(std::move(other));
  }
  Group& mine = groups_[group];
  for (const One& one : first) mine.log.add(one.no, one.collection, one.content, one.effect, one.rule);
  for (const std::size_t view : mine.views) added_[view].clear();
}

Status decision_root(const store::Store& store, DecisionStep step, Timestamp now,
                     std::vector<store::DocumentPut>& together) {
  std::erase_if(step.views, [](const auto& view) { return view.second.empty(); });
  if (step.views.empty()) return {};
  SEKISHO_ASSIGN(store::ChainHead head, store::chain_head(store, kDecisionsChain));
  auto puts = store::chain_next(kDecisionsChain, head, [&](json::Writer& w) {
    w.member("at", format_taxii_time(now)).member("cause", step.cause).member("policy", step.policy);
    w.member_int("through", static_cast<std::int64_t>(step.through)).key("views").begin_array();
    for (auto& [name, log] : step.views) log.write(w, name);
    w.end_array();
  });
  for (auto& put : puts) together.push_back(std::move(put));
  return {};
}

namespace {

/// One run as written; false if it is not one.
struct ReadRun {
  store::ObjectNo first = 0, last = 0;
  store::CollectionNo collection = 0;
  std::string_view effect, rule;
};
bool read_run(const json::Value& run, const std::vector<std::string_view>& rules, ReadRun& out) {
  std::array<std::int64_t, 5> numbers{};
  std::size_t i = 0;
  for (const auto& entry : run) {
    if (i == numbers.size()) return false;
    if (i == 3) out.effect = entry.value.string_or("");
    else numbers[i] = entry.value.integer().value_or(-1);
    ++i;
  }
  const bool whole = i == numbers.size() && numbers[0] > 0 && numbers[1] >= numbers[0] && numbers[2] > 0 &&
                     numbers[4] >= 0 && static_cast<std::size_t>(numbers[4]) < rules.size() && !out.effect.empty();
  if (!whole) return false;
  out.first = static_cast<store::ObjectNo>(numbers[0]);
  out.last = static_cast<store::ObjectNo>(numbers[1]);
  out.collection = static_cast<store::CollectionNo>(numbers[2]);
  out.rule = rules[static_cast<std::size_t>(numbers[4])];
  return true;
}

/// The hash of one view's runs; empty text if they cannot be read or name what is not stored.
Result<std::string> root_of(const store::Store& store, const json::Value& view, std::uint64_t& decisions) {
  std::vector<std::string_view> rules;
  for (const auto& entry : view["rules"]) rules.push_back(entry.value.string_or(""));
  Sha256Hasher hasher;
  for (const auto& entry : view["runs"]) {
    ReadRun run;
    if (!read_run(entry.value, rules, run)) return std::string();
    for (store::ObjectNo no = run.first; no <= run.last; ++no) {
      const auto object = store.object(no);
      if (!object.ok()) return object.error().code == Code::kNotFound ? Result<std::string>(std::string()) : object.error();
      hasher.add(leaf(no, run.collection, object->content, run.effect, run.rule));
      ++decisions;
    }
  }
  return hex(hasher.finish());
}

}  // namespace

Result<std::vector<std::string>> check_decisions(const store::Store& store, const json::Value& link,
                                                 std::uint64_t& kept, std::uint64_t& bare) {
  std::vector<std::string> wrong;
  const std::string name = "decisions, line " + std::to_string(link["no"].integer().value_or(0));
  for (const auto& entry : link["views"]) {
    const json::Value& view = entry.value;
    const auto said = static_cast<std::uint64_t>(view["decisions"].integer().value_or(0));
    if (!view["runs"].exists()) {
      bare += said;
      continue;
    }
    std::uint64_t decisions = 0;
    SEKISHO_ASSIGN(const std::string root, root_of(store, view, decisions));
    kept += decisions;
    if (root != view["root"].string_or("") || decisions != said) {
      wrong.push_back(name + ", " + std::string(view["view"].string_or("")) +
                      ": the objects that were decided about are not those stored now");
    }
  }
  return wrong;
}

}  // namespace sekisho::sync
