#include "shrink.h"

#include <functional>

#include "pair.h"

namespace sekisho::noninterference {
namespace {

class Shrinking {
 public:
  Shrinking(Scenario scenario, std::size_t plays) : scenario_(std::move(scenario)), left_(plays) {}

  Scenario done() {
    for (bool smaller = true; smaller && left_ > 0;) {
      smaller = false;
      for (std::size_t i = scenario_.slots.size(); i-- > 0;) smaller = slot(i) || smaller;
      smaller = steps() || rows() || common_rows() || drafts() || smaller;
    }
    return std::move(scenario_);
  }

 private:
  bool still() {
    --left_;
    Coverage ignored;
    return play(scenario_, ignored).has_value();
  }

  bool attempt(const std::function<void(Scenario&)>& change) {
    if (left_ == 0) return false;
    const Scenario before = scenario_;
    change(scenario_);
    if (still()) return true;
    scenario_ = before;
    return false;
  }

  template <typename List>
  bool thin(std::size_t i, const std::function<List&(Slot&)>& list) {
    bool smaller = false;
    for (std::size_t n = list(scenario_.slots[i]).size(); n-- > 0;) {
      smaller = attempt([&](Scenario& s) {
        List& all = list(s.slots[i]);
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(n));
      }) || smaller;
    }
    return smaller;
  }

  bool slot(std::size_t i) {
    if (attempt([i](Scenario& s) { s.slots.erase(s.slots.begin() + static_cast<std::ptrdiff_t>(i)); })) return true;
    bool smaller = false;
    const auto drop = [&](bool there, const std::function<void(Slot&)>& change) {
      if (there) smaller = attempt([&](Scenario& s) { change(s.slots[i]); }) || smaller;
    };
    drop(scenario_.slots[i].requests != 0, [](Slot& s) { s.requests = 0; });
    drop(scenario_.slots[i].stage.has_value(), [](Slot& s) { s.stage.reset(); });
    drop(scenario_.slots[i].recall.has_value(), [](Slot& s) { s.recall.reset(); });
    drop(scenario_.slots[i].stopped, [](Slot& s) { s.stopped = false; });
    drop(scenario_.slots[i].restart, [](Slot& s) { s.restart = false; });
    for (const std::size_t node : {0UL, 1UL}) {
      drop(scenario_.slots[i].hidden[node].early_micros != 0, [node](Slot& s) { s.hidden[node].early_micros = 0; });
    }
    drop(scenario_.slots[i].wait_micros != 0, [](Slot& s) { s.wait_micros = 0; });
    smaller = thin<Batch>(i, [](Slot& s) -> Batch& { return s.common; }) || smaller;
    smaller = thin<std::vector<Deed>>(i, [](Slot& s) -> auto& { return s.deeds; }) || smaller;
    for (std::size_t n = scenario_.slots[i].deeds.size(); n-- > 0;) smaller = deed(i, n) || smaller;
    for (const std::size_t node : {0UL, 1UL}) {
      drop(scenario_.slots[i].hidden[node].others.has_value(), [node](Slot& s) { s.hidden[node].others.reset(); });
      drop(scenario_.slots[i].hidden[node].restart, [node](Slot& s) { s.hidden[node].restart = false; });
      drop(scenario_.slots[i].hidden[node].stop, [node](Slot& s) { s.hidden[node].stop = false; });
      drop(scenario_.slots[i].hidden[node].traffic != 0, [node](Slot& s) { s.hidden[node].traffic = 0; });
      smaller = thin<std::vector<std::string>>(i, [node](Slot& s) -> auto& { return s.hidden[node].recalls; }) || smaller;
      smaller = thin<std::vector<Batch>>(i, [node](Slot& s) -> auto& { return s.hidden[node].before; }) || smaller;
      smaller = thin<std::vector<Batch>>(i, [node](Slot& s) -> auto& { return s.hidden[node].after; }) || smaller;
      smaller = thin<std::vector<std::pair<std::size_t, Put>>>(i, [node](Slot& s) -> auto& { return s.hidden[node].together; }) || smaller;
    }
    return smaller;
  }

  /// Fewer objects in one envelope, and nothing done to what is posted again.
  bool deed(std::size_t i, std::size_t n) {
    bool smaller = false;
    for (std::size_t k = scenario_.slots[i].deeds[n].objects.size(); k-- > 0;) {
      if (scenario_.slots[i].deeds[n].objects.size() < 2) break;
      smaller = attempt([&](Scenario& s) {
        auto& objects = s.slots[i].deeds[n].objects;
        objects.erase(objects.begin() + static_cast<std::ptrdiff_t>(k));
      }) || smaller;
    }
    if (!scenario_.slots[i].deeds[n].change.empty()) {
      smaller = attempt([&](Scenario& s) { s.slots[i].deeds[n].change.clear(); }) || smaller;
    }
    return smaller;
  }

  bool steps() {
    bool smaller = false;
    if (scenario_.sqlite) smaller = attempt([](Scenario& s) { s.sqlite = false; });
    for (const std::size_t node : {0UL, 1UL}) {
      if (scenario_.steps[node] != 1000) smaller = attempt([node](Scenario& s) { s.steps[node] = 1000; }) || smaller;
    }
    return smaller;
  }

  bool rows() {
    bool smaller = false;
    for (const std::size_t node : {0UL, 1UL}) {
      for (std::size_t n = 0; n < scenario_.others[node].size(); ++n) {
        if (scenario_.others[node][n].rows == scenario_.others[1 - node][0].rows) continue;
        smaller = attempt([&](Scenario& s) { s.others[node][n] = s.others[1 - node][0]; }) || smaller;
      }
    }
    return smaller;
  }

  /// Without a redact rule, a need to know or a consent nothing that was hidden can be seen; a deny must stay.
  bool common_rows() {
    bool smaller = false;
    for (const char* kind : {"effect = \"redact\"", "effect = \"need-to-know\"", "[[consent]]"}) {
      for (std::size_t i = 0; i < scenario_.stages.size(); ++i) {
        const std::string& rows = scenario_.stages[i].rows;
        for (std::size_t at = rows.find("[[rule]]"); at != std::string::npos; at = rows.find("[[", at + 1)) {
          const std::string block = rows.substr(at, rows.find("[[", at + 1) - at);
          if (block.find(kind) == std::string::npos) continue;
          if (attempt([&](Scenario& s) { s.stages[i].rows.erase(at, block.size()); })) smaller = true;
        }
      }
    }
    return smaller;
  }

  bool drafts() {
    bool smaller = false;
    for (std::size_t i = 0; i < scenario_.slots.size(); ++i) {
      for (std::size_t n = 0; n < scenario_.slots[i].common.size(); ++n) {
        const auto drop = [&](bool there, const std::function<void(Draft&)>& change) {
          if (there) smaller = attempt([&](Scenario& s) { change(s.slots[i].common[n].draft); }) || smaller;
        };
        const Draft draft = scenario_.slots[i].common[n].draft;
        drop(!draft.refs.empty(), [](Draft& d) { d.refs.clear(); });
        drop(!draft.granular.empty(), [](Draft& d) { d.granular.clear(); });
        drop(!draft.external.empty(), [](Draft& d) { d.external.clear(); });
        drop(!draft.extensions.empty(), [](Draft& d) { d.extensions.clear(); });
        drop(!draft.creator.empty(), [](Draft& d) { d.creator.clear(); });
        drop(draft.embargo >= 0, [](Draft& d) { d.embargo = -1; });
        drop(!draft.level.empty(), [](Draft& d) { d.level.clear(); });
      }
    }
    return smaller;
  }

  Scenario scenario_;
  std::size_t left_;
};

std::string line(const Put& put) {
  return put.collection + " from " + (put.source.empty() ? "self" : put.source) + " " + put.draft.json();
}

}  // namespace

Scenario shrink(Scenario scenario, std::size_t plays) { return Shrinking(std::move(scenario), plays).done(); }

std::string script_of(const Scenario& scenario) {
  std::string out = "steps " + std::to_string(scenario.steps[0]) + " and " + std::to_string(scenario.steps[1]) + (scenario.sqlite ? ", SQLite" : "") + "\n";
  for (std::size_t i = 0; i < scenario.stages.size(); ++i) out += "P's rows, stage " + std::to_string(i) + ":\n" + scenario.stages[i].rows;
  for (const std::size_t node : {0UL, 1UL}) out += "rows of others in node " + std::to_string(node) + ":\n" + scenario.others[node].front().rows;
  for (std::size_t i = 0; i < scenario.slots.size(); ++i) {
    const Slot& slot = scenario.slots[i];
    out += "slot " + std::to_string(i) + ": wait " + std::to_string(slot.wait_micros) + " us" + (slot.restart ? ", restart" : "") + (slot.stopped ? ", sharing with P stopped" : "") +
           ", " + std::to_string(slot.requests) + " requests\n";
    if (slot.stage) out += "  stage " + std::to_string(*slot.stage) + "\n";
    if (slot.recall) out += "  recall " + *slot.recall + "\n";
    for (const Put& put : slot.common) out += "  both: " + line(put) + "\n";
    for (const Deed& deed : slot.deeds) out += "  deed: " + deed.text() + "\n";
    for (const std::size_t node : {0UL, 1UL}) {
      const HiddenPart& part = slot.hidden[node];
      const std::string who = "  node " + std::to_string(node) + " ";
      if (part.others) out += who + "policy of others: " + scenario.others[node][*part.others].rows;
      if (part.early_micros != 0) out += who + "early by " + std::to_string(part.early_micros) + " us\n";
      if (part.restart) out += who + "restarts\n";
      if (part.traffic != 0) out += who + "traffic of others\n";
      for (const std::string& id : part.recalls) out += who + "recalls " + id + "\n";
      for (const Batch& batch : part.before) {
        for (const Put& put : batch) out += who + "before: " + line(put) + "\n";
      }
      for (const auto& [place, put] : part.together) out += who + "together at " + std::to_string(place) + ": " + line(put) + "\n";
      for (const Batch& batch : part.after) {
        for (const Put& put : batch) out += who + "after: " + line(put) + "\n";
      }
    }
  }
  return out;
}

}  // namespace sekisho::noninterference
