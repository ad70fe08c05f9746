// Upgrade of STIX 2.0: any JSON gives objects that are JSON of 2.1 with the id they are known by,
// and the same again on the next run.
#include <string>
#include <string_view>

#include "core/json.h"
#include "stix/object.h"
#include "stix/upgrade/upgrade.h"
#include "tests/fuzz/require.h"

namespace {

using sekisho::fuzz::require;
namespace json = sekisho::json;
namespace stix = sekisho::stix;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document =
      json::Document::parse(std::string(reinterpret_cast<const char*>(data), size));
  if (!document.ok()) return 0;
  stix::upgrade::Limits limits;
  limits.max_output_bytes = 1u << 20;
  const auto first = stix::upgrade::upgrade_bundle((*document)->root(), limits);
  const auto second = stix::upgrade::upgrade_bundle((*document)->root(), limits);
  require(first.ok() == second.ok(), "the outcome is the same again");
  if (!first.ok()) {
    require(!first.error().detail.empty(), "a refusal says why");
    return 0;
  }
  require(first->objects == second->objects, "the objects are the same again");
  for (const std::string& object : first->objects) {
    const auto parsed = json::Document::parse(object);
    require(parsed.ok(), "an object is strict JSON");
    const json::Value root = (*parsed)->root();
    require(root["type"].is_string(), "an object has a type");
    require(root["id"].is_string(), "an object has an id");
  }
  for (const auto& refused : first->refused) {
    require(!refused.error.detail.empty(), "a refusal says why");
  }
  return 0;
}
