#include "pair.h"

#include <algorithm>
#include <memory>

#include "core/json.h"
#include "hostile_acts.h"
#include "link.h"
#include "node.h"
#include "requests.h"

namespace sekisho::noninterference {
namespace {

constexpr std::size_t kShown = 300;  // bytes around a difference

std::string text_of(const taxii::HttpResponse& answer) {
  std::string out = std::to_string(answer.status) + "\n";
  for (const auto& [name, value] : answer.headers) out += name + ": " + value + "\n";
  return out + "\n" + body_of(answer);
}

std::string text_of(const taxii::HttpRequest& request) {
  std::string out = request.method + " " + request.path + (request.query.empty() ? "" : "?" + request.query) + "\n";
  for (const auto& [name, value] : request.headers) out += name + ": " + value + "\n";
  return out + request.body.substr(0, 3000);
}

/// An object of the node's own that nobody drew.
bool is_rendition(const Scenario& scenario, const json::Value& object) {
  return object["created_by_ref"].string_or("") == kOwn && object["extensions"].size() == 0 &&
         scenario.ids.count(std::string(object["id"].string_or(""))) == 0;
}

void count(Coverage& coverage, const Scenario& scenario, const Asked& asked, const taxii::HttpResponse& answer) {
  ++coverage.requests;
  ++coverage.doors[asked.door][answer.status];
  if (answer.status != 200 || asked.request.path.find("/objects/") == std::string::npos) return;
  const auto document = json::Document::parse(body_of(answer));
  if (!document.ok()) return;
  for (const auto& entry : (*document)->root()["objects"]) {
    ++coverage.types[std::string(entry.value["type"].string_or(""))];
    ++coverage.given;
    if (is_rendition(scenario, entry.value)) ++coverage.renditions;
  }
}

void note_features(Coverage& coverage, const Scenario& scenario) {
  ++coverage.worlds;
  if (scenario.sqlite) ++coverage.features["SQLite"];
  if (scenario.hostile) ++coverage.features["hostile writers"];
  coverage.common += scenario.common;
  coverage.hidden += scenario.hidden[0];
  std::set<std::string> seen;
  for (const Slot& slot : scenario.slots) {
    if (slot.stage) seen.insert("policy change");
    if (slot.recall) seen.insert("recall");
    if (slot.restart) seen.insert("restart");
    for (const Put& put : slot.common) {
      if (put.draft.embargo >= 0) seen.insert("embargo");
    }
    for (const HiddenPart& part : slot.hidden) {
      if (part.others) seen.insert("hidden policy change");
      if (part.restart) seen.insert("one restarts");
      if (!part.recalls.empty()) seen.insert("hidden recall");
      if (part.traffic != 0) seen.insert("traffic of others");
      if (!part.together.empty()) seen.insert("hidden in the same batch");
    }
  }
  for (const Stage& stage : scenario.stages) {
    if (stage.rows.find("effect = \"redact\"") != std::string::npos) seen.insert("redact rule");
    if (stage.rows.find("profile = ") != std::string::npos) seen.insert("redaction");
  }
  for (const std::string& feature : seen) ++coverage.features[feature];
}

std::optional<Difference> compare(const std::string& what, const std::string& left, const std::string& right, std::size_t slot) {
  if (left == right) return std::nullopt;
  return Difference{what, left, right, slot};
}

// Whatever P asked, it reads each collection whole after each step.
/// What P and its accomplices read of one node, slot by slot, as what came and what went.
class Diary {
 public:
  void note(const char* node, std::size_t slot, Node& from, const Scenario& scenario, std::string& out) {
    for (const std::string& reader : scenario.readers()) note(node, slot, reader, from.picture(reader), out);
  }

 private:
  void note(const char* node, std::size_t slot, const std::string& reader, const std::vector<std::string>& now, std::string& out) {
    std::vector<std::string>& last = last_[reader];
    const std::set<std::string> before(last.begin(), last.end()), after(now.begin(), now.end());
    const std::string head = "slot " + std::to_string(slot) + " " + node + " " + reader;
    for (const std::string& line : last) {
      if (after.count(line) == 0) out += head + " - " + line.substr(0, kShown) + "\n";
    }
    for (const std::string& line : now) {
      if (before.count(line) == 0) out += head + " + " + line + "\n";
    }
    last = now;
  }
  std::map<std::string, std::vector<std::string>> last_;
};

std::optional<Difference> compare_pictures(Node& one, Node& other, const Scenario& scenario, std::size_t slot) {
  for (const std::string& reader : scenario.readers()) {
    const auto left = one.picture(reader), right = other.picture(reader);
    for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
      const auto line = [i](const std::vector<std::string>& lines) { return i < lines.size() ? lines[i] : std::string("(end)"); };
      if (auto found = compare("everything that " + reader + " reads, line " + std::to_string(i), line(left), line(right), slot)) return found;
    }
  }
  return std::nullopt;
}

void tell_withheld(Node& one, Node& other, const Scenario& scenario, std::string& diary) {
  for (const std::string& reader : scenario.readers()) {
    diary += "withheld from " + reader + " in one:\n" + one.withheld(reader) + "in the other:\n" + other.withheld(reader);
  }
}

/// What P and its accomplices do, the same in both nodes.
std::optional<Difference> by_deeds(Node& one, Node& other, const Scenario& scenario, std::size_t i, Loot& loot, Coverage& coverage, std::string* diary) {
  const Slot& slot = scenario.slots[i];
  if (slot.deeds.empty()) return std::nullopt;
  for (const std::string& reader : scenario.readers()) {
    for (const auto& [collection, bytes] : one.readings(reader)) loot.add(bytes);
  }
  for (const Deed& deed : slot.deeds) {
    const Asked asked = asked_of(deed, loot);
    const auto answer = one.ask(asked.request), second = other.ask(asked.request);
    ++coverage.requests;
    ++coverage.doors["hostile " + deed.name][answer.status];
    if (diary != nullptr) *diary += "slot " + std::to_string(i) + " " + deed.text() + ": " + text_of(answer) + "\n";
    if (auto found = compare(text_of(asked.request), text_of(answer), text_of(second), i)) return found;
  }
  return compare_pictures(one, other, scenario, i);
}

std::optional<Difference> by_link(Node& one, Node& other, const Slot& slot, std::size_t i, Rng& rng, const Memory& memory,
                                  LinkMemory& link, RequestDraw& draw, Coverage& coverage) {
  // A restart of either ends the link of both: that links end is no secret.
  if (slot.restart || slot.hidden[0].restart || slot.hidden[1].restart) {
    link.open = false;
    link.numbers.clear();
  }
  for (std::size_t left = slot.requests == 0 ? 0 : rng.below(4); left > 0; --left) {
    const LinkStep step = next_step(rng, memory, link, [&draw] { return draw.posted_object("p"); });
    const std::string answer = one.link().take(step), second = other.link().take(step);
    ++coverage.requests;
    ++coverage.doors[step.name()][200];
    if (auto found = compare(step.name() + " " + step.collection + " " + step.object, answer, second, i)) return found;
    if (step.kind == LinkStep::Kind::kGreet) {
      link.open = true;
      link.numbers.clear();
      link.sent = 0;
    }
    if (step.kind == LinkStep::Kind::kSend) ++link.sent;
    link.learn(answer);
  }
  return std::nullopt;
}

std::optional<Difference> by_export(Node& one, Node& other, std::size_t slot, RequestDraw& draw, Coverage& coverage) {
  if (slot % 5 != 4) return std::nullopt;
  const std::string collection = draw.export_of();
  const std::string answer = one.exported(collection), second = other.exported(collection);
  ++coverage.requests;
  ++coverage.doors["export"][answer.empty() ? 204 : 200];
  return compare("export of " + collection, answer, second, slot);
}

/// What the operator is shown as P's: now, and under the policy that comes next.
std::optional<Difference> by_preview(Node& one, Node& other, std::size_t slot, RequestDraw& draw, Coverage& coverage) {
  if (slot % 5 != 2) return std::nullopt;
  const std::string collection = draw.preview_of();
  for (const bool next : {false, true}) {
    const std::string answer = one.preview(collection, next), second = other.preview(collection, next);
    const std::string door = next ? "preview of the next policy" : "preview";
    ++coverage.requests;
    ++coverage.doors[door][answer.empty() ? 204 : 200];
    if (auto found = compare(door + " of " + collection, answer, second, slot)) return found;
  }
  return std::nullopt;
}

/// P deletes what is hidden from it just where that is: for P nothing is there.
std::optional<Difference> by_delete(Node& one, Node& other, const Scenario& scenario, std::size_t i, Coverage& coverage) {
  const Slot& slot = scenario.slots[i];
  std::vector<const Put*> hidden;
  for (const HiddenPart& part : slot.hidden) {
    for (const auto& [place, put] : part.together) hidden.push_back(&put);
    for (const auto* side : {&part.before, &part.after}) {
      for (const Batch& batch : *side) {
        for (const Put& put : batch) hidden.push_back(&put);
      }
    }
  }
  if (slot.requests == 0 || hidden.empty()) return std::nullopt;
  Rng rng(~slot.asking);
  const Put& put = *rng.pick(hidden);
  const Asked asked = RequestDraw::deletion("p", put.collection, put.draft.id);
  const auto answer = one.ask(asked.request), second = other.ask(asked.request);
  count(coverage, scenario, asked, answer);
  return compare(text_of(asked.request), text_of(answer), text_of(second), i);
}

}  // namespace

std::string Difference::text() const {
  const auto [a, b] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
  const auto at = static_cast<std::size_t>(a - left.begin());
  const std::size_t from = at < kShown / 2 ? 0 : at - kShown / 2;
  return "slot " + std::to_string(slot) + ", first difference at byte " + std::to_string(at) + " of the answer to\n" + request +
         "\n--- one\n" + left.substr(0, left.find('\n')) + " ... " + left.substr(std::min(from, left.size()), kShown) + "\n--- other\n" + right.substr(0, right.find('\n')) + " ... " +
         right.substr(std::min(from, right.size()), kShown) + "\n";
}

std::optional<Difference> play(const Scenario& scenario, Coverage& coverage, std::string* diary) {
  note_features(coverage, scenario);
  Node one(scenario, 0), other(scenario, 1);
  Memory memory;
  LinkMemory link;
  Loot loot;
  Diary diaries[2];
  memory.guessed = other.collection_ids();
  memory.overheard[0] = &one.overheard();
  memory.overheard[1] = &other.overheard();
  for (std::size_t i = 0; i < scenario.slots.size(); ++i) {
    const Slot& slot = scenario.slots[i];
    one.play(slot);
    other.play(slot);
    Rng rng(slot.asking);
    RequestDraw draw(rng, scenario, memory);
    if (diary != nullptr) {
      diaries[0].note("one  ", i, one, scenario, *diary);
      diaries[1].note("other", i, other, scenario, *diary);
    }
    if (auto found = compare_pictures(one, other, scenario, i)) {
      if (diary != nullptr) tell_withheld(one, other, scenario, *diary);
      return found;
    }
    if (auto found = by_deeds(one, other, scenario, i, loot, coverage, diary)) return found;
    if (auto found = by_link(one, other, slot, i, rng, memory, link, draw, coverage)) return found;
    if (auto found = by_export(one, other, i, draw, coverage)) return found;
    if (auto found = by_preview(one, other, i, draw, coverage)) return found;
    for (std::size_t left = slot.requests; left > 0; --left) {
      const Asked asked = draw.next("p");
      const auto answer = one.ask(asked.request);
      const auto second = other.ask(asked.request);
      if (diary != nullptr && asked.request.method == "POST") *diary += "slot " + std::to_string(i) + " P posts " + std::to_string(answer.status) + " " + asked.request.path + " " + asked.request.body.substr(0, 2000) + "\n";
      count(coverage, scenario, asked, answer);
      if (auto found = compare(text_of(asked.request), text_of(answer), text_of(second), i)) return found;
      memory.learn(asked, answer);
    }
    if (auto found = by_delete(one, other, scenario, i, coverage)) return found;
  }
  if (auto found = compare_pictures(one, other, scenario, scenario.slots.size())) {
    if (diary != nullptr) tell_withheld(one, other, scenario, *diary);
    return found;
  }
  for (const std::string& reader : scenario.readers()) {
    const auto left = one.durable(reader), right = other.durable(reader);
    for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
      const auto line = [i](const std::vector<std::string>& lines) { return i < lines.size() ? lines[i] : std::string("(none)"); };
      if (auto found = compare("what is durable for " + reader, line(left), line(right), scenario.slots.size())) return found;
    }
  }
  return std::nullopt;
}

}  // namespace sekisho::noninterference
