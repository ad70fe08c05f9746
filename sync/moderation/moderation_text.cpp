#include "sync/moderation/moderation_text.h"

#include <algorithm>
#include <array>

#include "core/json.h"

namespace sekisho::sync {
namespace {

constexpr std::array<std::string_view, 7> kStates{"received",  "screened", "enriched", "approved",
                                                  "published", "updated",  "withdrawn"};
constexpr std::array<std::string_view, 6> kFreeTexts{"/name",    "/description", "/abstract",
                                                     "/content", "/explanation", "/objective"};

struct Row {
  State from;
  Act act;
  State to;
};
// What is not here is refused.
constexpr std::array<Row, 20> kTable{{
    {State::kReceived, Act::kScreen, State::kScreened},
    {State::kReceived, Act::kWithdraw, State::kWithdrawn},
    {State::kScreened, Act::kEnrich, State::kEnriched},
    {State::kScreened, Act::kText, State::kScreened},
    {State::kScreened, Act::kApprove, State::kApproved},
    {State::kScreened, Act::kWithdraw, State::kWithdrawn},
    {State::kEnriched, Act::kEnrich, State::kEnriched},
    {State::kEnriched, Act::kText, State::kEnriched},
    {State::kEnriched, Act::kApprove, State::kApproved},
    {State::kEnriched, Act::kWithdraw, State::kWithdrawn},
    {State::kApproved, Act::kText, State::kApproved},
    {State::kApproved, Act::kApprove, State::kApproved},
    {State::kApproved, Act::kTakeBack, State::kApproved},
    {State::kApproved, Act::kPublish, State::kApproved},
    {State::kApproved, Act::kWithdraw, State::kWithdrawn},
    {State::kPublished, Act::kText, State::kPublished},
    {State::kPublished, Act::kApprove, State::kPublished},
    {State::kPublished, Act::kPublish, State::kPublished},
    {State::kPublished, Act::kWithdraw, State::kWithdrawn},
    {State::kUpdated, Act::kWithdraw, State::kWithdrawn},
}};

}  // namespace

std::string_view state_word(State state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<State> next_state(State state, Act act) {
  const auto row = std::find_if(kTable.begin(), kTable.end(), [&](const Row& r) { return r.from == state && r.act == act; });
  return row == kTable.end() ? std::nullopt : std::optional(row->to);
}

std::string possible_acts(State state) {
  std::string out;
  for (const Row& row : kTable) {
    if (row.from == state) out += (out.empty() ? "" : ", ") + std::string(act_word(row.act));
  }
  return out.empty() ? "nothing" : out;
}

std::string state_to_json(const Moderated& item) {
  json::Writer w;
  w.begin_object().member("object", item.object).member("version", item.version).member("state", state_word(item.state));
  w.member("at", item.since).member("by", item.by).member("before", state_word(item.before)).key("held_from").begin_array();
  for (const std::string& party : item.held_from) w.string(party);
  w.end_array().end_object();
  return w.take();
}

Result<Moderated> state_from_json(const std::string& key, const std::string& value) {
  const Error broken = make_error(Code::kStoreCorrupt, "a state of moderation is not readable", key);
  const auto document = json::Document::parse(value);
  const auto content = from_hex(key);
  Moderated item;
  if (!document.ok() || !content || content->size() != item.content.size()) return broken;
  std::copy(content->begin(), content->end(), item.content.begin());
  const json::Value root = (*document)->root();
  const auto state = std::find(kStates.begin(), kStates.end(), root["state"].string_or(""));
  const auto before = std::find(kStates.begin(), kStates.end(), root["before"].string_or(""));
  if (state == kStates.end() || before == kStates.end()) return broken;
  item.state = static_cast<State>(state - kStates.begin());
  item.before = static_cast<State>(before - kStates.begin());
  item.object = std::string(root["object"].string_or(""));
  item.version = std::string(root["version"].string_or(""));
  item.since = std::string(root["at"].string_or(""));
  item.by = std::string(root["by"].string_or(""));
  for (const auto& entry : root["held_from"]) item.held_from.emplace_back(entry.value.string_or(""));
  return item;
}

Held held_of(const Standing& standing, const std::vector<std::string>& parties, unsigned needed) {
  Held held;
  held.parties = parties;
  held.collection = standing.collection;
  held.needed = needed;
  if (!standing.decision.reasons.empty()) {
    held.text = standing.decision.reasons.back().text;
    held.rule = standing.decision.reasons.back().rule;
  }
  return held;
}

Status check_texts(const stix::Object& object, const ApprovedTexts& texts) {
  if (texts.empty()) return make_error(Code::kInvalidArgument, "give at least one text: --set /name=\"…\"", "--set");
  std::size_t bytes = 0;
  for (const auto& [pointer, text] : texts) {
    bytes += text.size();
    const bool free = std::find(kFreeTexts.begin(), kFreeTexts.end(), pointer) != kFreeTexts.end();
    if (!free || !object.root()[std::string_view(pointer).substr(1)].is_string()) {
      return make_error(Code::kInvalidArgument, "this object has no such free text; free texts are /name, /description, "
                                                "/abstract, /content, /explanation, /objective", pointer);
    }
  }
  if (bytes > kTextsBytes || texts.size() > kTextCount) return make_error(Code::kLimitExceeded, "the texts are too long", "--set");
  return {};
}

}  // namespace sekisho::sync
