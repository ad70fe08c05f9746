// Quirk profiles: what is taken is within its bounds and reads the same when it is written again.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/json.h"
#include "taxii/quirks.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sekisho;
  using fuzz::require;
  const auto quirks = taxii::Quirks::from_json({reinterpret_cast<const char*>(data), size});
  if (!quirks.ok()) {
    require(quirks.error().code == Code::kInvalidArgument, "one code for a profile that is none");
    return 0;
  }
  require(quirks->media_types.size() <= 8 && quirks->limit <= 100'000, "lists and limits are bounded");
  require(quirks->overlap_seconds >= 0 && quirks->overlap_seconds <= 2'678'400, "an overlap is at most a month");
  require(quirks->step_back_micros() >= 0 && quirks->step_back_micros() <= 86'400'000'000, "a step back is at most a day");
  const std::string text = quirks->to_json();
  require(json::check(text).ok(), "a profile is strict JSON");
  const auto again = taxii::Quirks::from_json(text);
  require(again.ok() && *again == *quirks && again->to_json() == text, "written and read again it is the same");
  return 0;
}
