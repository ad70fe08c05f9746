// The cut of an envelope against the strict reader: where that reads all, the objects are the same; where it
// does not, something that is handed on is refused when it is read.
#include <string>
#include <string_view>
#include <vector>

#include "core/json_split.h"
#include "tests/fuzz/require.h"

namespace {

using sekisho::fuzz::require;
namespace json = sekisho::json;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  json::ParseLimits inner, outer;
  outer.max_depth = inner.max_depth + 2;  // an element stands two levels deeper in the whole
  const auto whole = json::Document::parse(text, outer);
  const auto cut = json::split(text, "objects", outer);
  if (whole.ok()) {
    require(cut.ok(), "what the strict reader takes can be cut");
    std::vector<std::string_view> raw;
    const json::Value list = (*whole)->root()["objects"];
    if (list.is_array()) {
      for (const auto& entry : list) raw.push_back(entry.value.raw());
    }
    require(raw == cut->elements, "the objects are those of the strict reader");
    return 0;
  }
  if (!cut.ok()) {
    require(!cut.error().detail.empty(), "a refusal says why");
    return 0;
  }
  bool sound = true;
  for (const std::string_view element : cut->elements) {
    const bool inside = element.data() >= text.data() && element.data() + element.size() <= text.data() + text.size();
    require(inside, "the objects are slices of the text");
    sound = sound && json::check(element, inner).ok();
  }
  require(!sound, "a text that is not strict JSON has an object that is not");
  return 0;
}
