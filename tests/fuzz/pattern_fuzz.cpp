// Patterns: what is read prints to a text that is read as the same, checks and normal form hold their bounds,
// and a refusal says where.
#include <string>

#include "stix/pattern/check.h"
#include "stix/pattern/normal.h"
#include "stix/pattern/parse.h"
#include "stix/pattern/print.h"
#include "tests/fuzz/require.h"

using sekisho::fuzz::require;
using namespace sekisho::stix::pattern;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto pattern = parse(text, Language::kEither);
  const Inspection inspection = inspect(text, Language::kEither);
  require(inspection.pattern.has_value() == pattern.ok(), "inspect() and parse() agree");
  require(inspection.findings.size() <= 2 * kMostFindings, "findings are bounded");
  for (const Finding& each : inspection.findings) require(each.offset <= size, "a finding points into the text");
  if (parse(text, Language::kStix20).ok() || parse(text, Language::kStix21).ok()) require(pattern.ok(), "kEither reads both languages");
  if (!pattern.ok()) {
    require(!pattern.error().detail.empty() && pattern.error().where.find(':') != std::string::npos, "a refusal says why and where");
    return 0;
  }
  const std::string printed = print(*pattern);
  const auto again = parse(printed);
  require(again.ok(), "what is printed is a pattern of 2.1");
  require(print(*again) == printed, "what is printed is read as the same");
  require(level_of(*again) == level_of(*pattern), "the level is of the tree, not of the spelling");
  const auto normal = normal_text(*pattern);
  const auto normal_again = normal_text(*again);
  require(normal.ok() == normal_again.ok(), "the normal form does not depend on the spelling");
  if (!normal.ok()) return 0;
  require(*normal == *normal_again, "the normal form does not depend on the spelling");
  PatternLimits wide;  // sets become comparisons
  wide.max_bytes = 64u << 20;
  wide.max_comparisons = 1'000'000;
  wide.max_constants = 1'000'000;
  const auto of_normal = parse(*normal, Language::kStix21, wide);
  require(of_normal.ok(), "the normal form is a pattern");
  const auto twice = normal_text(*of_normal);
  if (twice.ok()) require(*twice == *normal, "the normal form is its own normal form");
  return 0;
}
