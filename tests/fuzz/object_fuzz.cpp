// One object, read and judged: any bytes are an object or refused with a reason; findings are bounded and point
// into the text; an object written again is the same one; and the order of members changes nothing.
#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/json.h"
#include "stix/object.h"
#include "stix/validate/validate.h"
#include "tests/fuzz/require.h"

namespace {

using sekisho::fuzz::require;
namespace json = sekisho::json;
namespace stix = sekisho::stix;

constexpr std::size_t kMostFindings = 3 * 100 + 1;  // of each severity, and the note that some are left out

/// The value with the members of every object the other way round. Those of `hashes` stay: an id takes the first
/// of them where none of the four that count is there (STIX 2.1 §2.9). As deep as core/json.h lets it be.
void write_reversed(const json::Value& value, json::Writer& out, bool keep = false) {
  std::vector<json::Value::Entry> entries;
  for (const auto entry : value) entries.push_back(entry);
  if (value.is_array()) {
    out.begin_array();
    for (const auto& entry : entries) write_reversed(entry.value, out);
    out.end_array();
  } else if (value.is_object()) {
    if (!keep) std::reverse(entries.begin(), entries.end());
    out.begin_object();
    for (const auto& entry : entries) {
      out.key(entry.key);
      write_reversed(entry.value, out, entry.key == "hashes");
    }
    out.end_object();
  } else {
    out.raw(value.raw());
  }
}

using Verdict = std::vector<std::tuple<stix::Severity, std::string_view, std::string>>;

Verdict verdict(const json::Value& root, const std::string& text, const stix::ValidateOptions& options) {
  const auto findings = stix::validate(root, options);
  require(findings.size() <= kMostFindings, "findings are bounded");
  require(stix::acceptable(findings) == std::none_of(findings.begin(), findings.end(), [](const auto& each) {
            return each.severity == stix::Severity::kError;
          }), "what has an error is not acceptable");
  Verdict found;
  for (const auto& each : findings) {
    require(each.position.offset < text.size(), "a finding points into the text");
    require(!each.message.empty(), "a finding says what is right");
    // Of the members of an object that need an extension the first is named, for all of them.
    const bool first_named = each.clause == stix::Clause::kCustomProperty || each.clause == stix::Clause::kCustomName ||
                             each.clause == stix::Clause::kBundleContent;
    found.emplace_back(each.severity, stix::info(each.clause).id, first_named ? std::string() : each.pointer);
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool some_left_out(const Verdict& found) {
  const std::string_view left_out = stix::info(stix::Clause::kLeftOut).id;
  return std::any_of(found.begin(), found.end(), [&](const auto& each) { return std::get<1>(each) == left_out; });
}

void check_object(const stix::Object& object, const std::string& text, const std::string& reversed) {
  require(object.bytes() == text, "an object keeps its bytes");
  const auto again = stix::Object::parse(object.bytes());
  require(again.ok() && (*again)->content_hash() == object.content_hash(), "an object reads back as itself");
  const auto other = stix::Object::parse(reversed);
  require(other.ok(), "the order of members does not make an object");
  require((*other)->content_hash() == object.content_hash() && (*other)->id() == object.id() &&
              (*other)->version() == object.version(), "the order of members is no other content");
  for (const auto& reference : stix::references(object)) {
    require(!reference.id.empty() && !reference.pointer.empty(), "a reference has an id and a place");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto object = stix::Object::parse(text);
  json::ParseLimits limits;
  limits.max_values = 10'000;
  const auto document = json::Document::parse(text, limits);
  if (!document.ok()) {
    require(object.ok() || !object.error().detail.empty(), "a refusal says why");
    return 0;
  }
  json::Writer writer;
  write_reversed((*document)->root(), writer);
  const std::string reversed = writer.take();
  const auto other = json::Document::parse(reversed);
  require(other.ok(), "what is written can be read");
  if (object.ok()) check_object(**object, text, reversed);
  for (const bool strict : {false, true}) {
    stix::ValidateOptions options;
    options.strict = strict;
    const Verdict first = verdict((*document)->root(), text, options);
    const Verdict second = verdict((*other)->root(), reversed, options);
    require(some_left_out(first) == some_left_out(second), "the order of members does not change how much is found");
    if (!some_left_out(first)) require(first == second, "the order of members does not change a finding");
  }
  return 0;
}
