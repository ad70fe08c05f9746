#include <algorithm>
#include <deque>

#include "policy/loader.h"
#include "policy/text.h"

namespace sekisho::policy {
namespace {

const Group* record_of(const Policy& policy, const std::string& id) {
  for (const Group& group : policy.group_records) {
    if (group.id == id) return &group;
  }
  return nullptr;
}

/// The shortest way from a group back to itself; empty if there is none.
std::vector<const Group*> circle_of(const Policy& policy, const Group& start) {
  std::map<const Group*, const Group*> came_from;
  std::deque<const Group*> open{&start};
  while (!open.empty()) {
    const Group* at = open.front();
    open.pop_front();
    for (const std::string& id : at->includes) {
      const Group* next = record_of(policy, id);
      if (next == nullptr || (next != &start && came_from.count(next) != 0)) continue;
      if (next != &start) {
        came_from[next] = at;
        open.push_back(next);
        continue;
      }
      std::vector<const Group*> out{at};
      while (out.back() != &start) out.push_back(came_from.at(out.back()));
      std::reverse(out.begin(), out.end());
      return out;
    }
  }
  return {};
}

std::string named(const Group& group) { return shown(group.id) + " (line " + std::to_string(group.line) + ")"; }

}  // namespace

void Loader::read_group(const TomlNode& node) {
  TableReader table(node, "[[group]]", context);
  Group out;
  out.line = node.line;
  out.id = name(table, "id");
  note(groups, out.id, table.line_of("id"), "group id");
  out.validity = table.validity();
  out.includes = table.texts("includes", Empty::kRefused);
  table.finish();
  if (!out.id.empty() && !lists(policy.groups, out.id)) policy.groups.push_back(out.id);
  policy.group_records.push_back(std::move(out));
}

void Loader::check_groups() {
  for (const Group& group : policy.group_records) {
    for (const std::string& id : group.includes) {
      if (lists(policy.groups, id)) continue;
      context.error(group.line, "group " + shown(group.id) + " includes " + shown(id) + ", which is neither in \"groups\" of [policy] nor a [[group]]" +
                                    suggestion(id, policy.groups));
    }
    const auto circle = circle_of(policy, group);
    // Told once, where it begins in the file.
    const bool first = std::all_of(circle.begin(), circle.end(), [&group](const Group* other) { return group.line <= other->line; });
    if (circle.empty() || !first) continue;
    std::string text = "groups include one another in a circle: ";
    for (const Group* each : circle) text += named(*each) + " includes ";
    context.error(group.line, text + shown(group.id) + "; take one of these out of \"includes\"");
  }
}

}  // namespace sekisho::policy
