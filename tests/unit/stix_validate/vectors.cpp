#include "vectors.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <stdexcept>

#include "tests/support/data.h"

namespace sekisho::stix::vectors {
namespace {

using Objects = std::map<std::string, std::string, std::less<>>;

std::shared_ptr<const json::Document> parsed(std::string text, const std::string& where) {
  auto document = json::Document::parse(std::move(text));
  if (!document.ok()) throw std::runtime_error(where + ": " + document.error().to_string());
  return std::move(document).value();
}

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  const std::string text = tests::read_file(path.string());
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// The good object without `unset`, with the members of `set` replaced or added.
std::string changed(const json::Value& good, const json::Value& unset, const json::Value& set) {
  json::Writer writer;
  writer.begin_object();
  for (const auto& [key, value] : good) {
    bool kept = !set[key].exists();
    for (const auto& entry : unset) kept = kept && entry.value.string() != key;
    if (kept) writer.key(key).raw(value.raw());
  }
  for (const auto& [key, value] : set) writer.key(key).raw(value.raw());
  return writer.end_object().take();
}

Vector good_vector(const std::string& line, const std::string& where) {
  Vector vector{where, {}, "nothing", {}, {}, 0, parsed(line, where)};
  vector.type = vector.object->root()["type"].string_or({});
  return vector;
}

Vector changed_vector(const std::string& line, const std::string& where, const Objects& good) {
  const auto document = parsed(line, where);
  const json::Value root = document->root();
  Vector vector{where, {}, std::string(root["expect"].string_or({})), std::string(root["clause"].string_or({})),
                std::string(root["at"].string_or({})), 0, nullptr};
  vector.errors = static_cast<std::size_t>(root["errors"].integer().value_or(vector.expect == "error" ? 1 : 0));
  if (const json::Value whole = root["object"]; whole.exists()) {
    vector.object = parsed(std::string(whole.raw()), where);
  } else {
    const auto base = good.find(root["type"].string_or({}));
    if (base == good.end()) throw std::runtime_error(where + ": valid.jsonl has no object of this type");
    vector.object = parsed(changed(parsed(base->second, where)->root(), root["unset"], root["set"]), where);
  }
  vector.type = vector.object->root()["type"].string_or({});
  return vector;
}

std::vector<Vector> read() {
  const std::filesystem::path folder = std::string(SEKISHO_SOURCE_DIR) + "/conformance/vectors/stix";
  std::vector<Vector> out;
  Objects good;
  std::size_t number = 0;
  for (const std::string& line : lines_of(folder / "valid.jsonl")) {
    out.push_back(good_vector(line, "valid.jsonl:" + std::to_string(++number)));
    good.emplace(out.back().type, line);
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".jsonl") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    const std::string name = file.filename().string();
    const auto lines = lines_of(file);
    if (lines.empty() || !parsed(lines[0], name)->root()["expect"].exists()) continue;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      out.push_back(changed_vector(lines[i], name + ":" + std::to_string(i + 1), good));
    }
  }
  return out;
}

}  // namespace

const std::vector<Vector>& all() {
  static const std::vector<Vector> vectors = read();
  return vectors;
}

std::string complaint(const Vector& vector, const std::vector<Finding>& findings) {
  std::size_t errors = 0;
  bool found = false;
  bool named = false;
  const Severity severity = vector.expect == "error"     ? Severity::kError
                            : vector.expect == "warning" ? Severity::kWarning
                                                         : Severity::kNote;
  for (const Finding& finding : findings) {
    named = named || info(finding.clause).id == vector.clause;
    errors += finding.severity == Severity::kError ? 1 : 0;
    found = found || (finding.severity == severity && info(finding.clause).id == vector.clause &&
                      finding.pointer == vector.at);
  }
  if (vector.expect == "nothing") return findings.empty() ? "" : "something is found";
  if (vector.expect == "ok" && named) return vector.clause + " is found";
  if (vector.expect == "ok") return errors == 0 ? "" : "an error is found";
  if (errors != vector.errors) return std::to_string(errors) + " errors";
  return found ? "" : vector.clause + " is not found at " + vector.at;
}

}  // namespace sekisho::stix::vectors
