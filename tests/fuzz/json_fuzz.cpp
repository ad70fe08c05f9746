// The strict JSON reader against nlohmann/json: what we accept, it accepts, with the same values.
#include <nlohmann/json.hpp>
#include <string>

#include "core/json.h"
#include "tests/fuzz/require.h"

namespace {

using sekisho::fuzz::require;
namespace json = sekisho::json;

constexpr std::size_t kMaxPlaces =
    100;  // pointers and positions walk from the root: bound the work

void check_places(const json::Value& value, std::size_t& left) {
  if (left == 0) return;
  --left;
  require(json::check(value.raw()).ok(), "each value's bytes are JSON");
  require(value.key_position().offset <= value.position().offset, "a name stands before its value");
  require(value.pointer().empty() || value.pointer().front() == '/', "a pointer is a JSON Pointer");
  for (const auto& [key, each] : value) check_places(each, left);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto ours = json::Document::parse(text);
  require(json::check(text).ok() == ours.ok(), "check() and parse() agree");
  if (!ours.ok()) {
    require(!ours.error().detail.empty(), "a refusal says why");
    return 0;
  }
  const json::Value root = (*ours)->root();
  std::size_t left = kMaxPlaces;
  check_places(root, left);

  const nlohmann::json theirs = nlohmann::json::parse(text, nullptr, false);
  require(!theirs.is_discarded(), "what we accept, another reader accepts");
  const std::string canonical = json::canonical(root);
  require(nlohmann::json::parse(canonical, nullptr, false) == theirs,
          "the canonical form has the same values");
  const auto again = json::Document::parse(canonical);
  if (again.ok()) {
    require(json::canonical((*again)->root()) == canonical, "the canonical form is stable");
  } else {
    require(again.error().code == sekisho::Code::kJsonNumber,
            "only a real like 1e20 cannot be read back");
  }
  return 0;
}
