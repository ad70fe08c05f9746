// Ids: any text is an id or none; a UUID reads back as itself; the id of a cyber-observable follows
// from its content alone.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/uuid.h"
#include "stix/names.h"
#include "stix/sco_id.h"
#include "tests/fuzz/require.h"

using namespace sekisho;
using fuzz::require;

namespace {

void check_sco(const json::Value& value) {
  const auto id = stix::sco_id(value);
  if (!id.ok()) return;
  const auto parts = stix::split_id(*id);
  require(parts && parts->type == value["type"].string(), "an id bears its type");
  require(parts->uuid.version() == 5 && parts->uuid.rfc_variant(),
          "an id from content is a UUIDv5");
  const std::string canonical = json::canonical(value);
  const auto again = json::Document::parse(canonical);
  if (!again.ok()) return;  // a real like 1e20 is written as an integer that is refused
  const auto same = stix::sco_id((*again)->root());
  // Where none of the four hashes that count is there the first is taken, so order matters then
  // alone.
  if (!value["hashes"].exists())
    require(same.ok() && *same == *id, "spelling and order do not matter");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto parts = stix::split_id(text)) {
    require(stix::is_type_name(parts->type), "the prefix is a type");
    require(text.size() == parts->type.size() + 38, "type, two hyphens, UUID");
    require(stix::split_id(std::string(parts->type) + "--" + parts->uuid.to_string()).has_value(),
            "an id in lower case is one");
  }
  if (const auto uuid = Uuid::parse(text)) {
    require(Uuid::parse(uuid->to_string()) == uuid, "a UUID reads back as itself");
  }
  json::ParseLimits limits;
  limits.max_values = 10'000;
  if (const auto document = json::Document::parse(text, limits); document.ok())
    check_sco((*document)->root());
  return 0;
}
