#include "stix_cases.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "core/json.h"
#include "tests/support/data.h"

namespace sekisho::stix::cases {
namespace {

std::unique_ptr<const json::Document> document(std::string text) {
  auto parsed = json::Document::parse(std::move(text));
  if (!parsed.ok()) throw std::runtime_error(parsed.error().to_string());
  return std::move(parsed).value();
}

}  // namespace

std::vector<std::string> vector_lines(const std::string& name) {
  const std::string text =
      tests::read_file(std::string(SEKISHO_SOURCE_DIR) + "/conformance/vectors/stix/" + name);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::string valid_object(std::string_view type) {
  static const std::map<std::string, std::string, std::less<>> objects = [] {
    std::map<std::string, std::string, std::less<>> all;
    for (const std::string& line : vector_lines("valid.jsonl")) {
      all.emplace(document(line)->root()["type"].string_or({}), line);
    }
    return all;
  }();
  return objects.find(type)->second;
}

std::string changed(std::string_view object, const std::vector<std::string>& unset,
                    std::string_view set) {
  const auto original = document(std::string(object));
  const auto changes = document(std::string(set));
  json::Writer writer;
  writer.begin_object();
  for (const auto& [key, value] : original->root()) {
    if (std::find(unset.begin(), unset.end(), key) != unset.end()) continue;
    if (!changes->root()[key].exists()) writer.key(key).raw(value.raw());
  }
  for (const auto& [key, value] : changes->root()) writer.key(key).raw(value.raw());
  return writer.end_object().take();
}

ObjectPtr object(std::string text) {
  auto parsed = Object::parse(std::move(text));
  if (!parsed.ok()) throw std::runtime_error(parsed.error().to_string());
  return std::move(parsed).value();
}

std::string listing(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& finding : findings) {
    constexpr const char* kNames[] = {"error ", "warning ", "note "};
    out += kNames[static_cast<int>(finding.severity)] + std::string(info(finding.clause).id) + " " + finding.pointer +
           " (" + finding.message + ")\n";
  }
  return out;
}

bool has(const std::vector<Finding>& findings, Severity severity, std::string_view clause,
         std::string_view pointer) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.severity == severity && info(finding.clause).id == clause && finding.pointer == pointer;
  });
}

std::size_t count(const std::vector<Finding>& findings, Severity severity) {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(),
                    [severity](const Finding& finding) { return finding.severity == severity; }));
}

}  // namespace sekisho::stix::cases
