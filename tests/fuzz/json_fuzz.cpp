// The strict JSON reader against nlohmann/json: what we accept, it accepts, with the same values; what it accepts and we
// refuse is one of the differences that core/json.h documents (I-JSON, limits), and really there.
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

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

/// What makes JSON no I-JSON, as the other reader sees it.
struct Seen {
  bool name_twice = false;
  bool large_number = false;
};

Seen look(const std::string& text) {
  Seen seen;
  std::vector<std::set<std::string>> names;
  const auto each = [&](int, nlohmann::json::parse_event_t event, nlohmann::json& value) {
    using Event = nlohmann::json::parse_event_t;
    if (event == Event::object_start) names.emplace_back();
    if (event == Event::object_end) names.pop_back();
    if (event == Event::key && !names.back().insert(value.get<std::string>()).second) seen.name_twice = true;
    if (event == Event::value && value.is_number() && std::fabs(value.get<double>()) > 9007199254740991.0) {
      seen.large_number = true;
    }
    return true;
  };
  const auto all = nlohmann::json::parse(text, each, false);
  require(!all.is_discarded(), "what was read is read again");
  return seen;
}

/// We refused it and the other reader did not.
void check_refusal(const std::string& text, const sekisho::Error& error) {
  if (text.find('\0') != std::string::npos) return;     // ends the text for nlohmann
  if (text.starts_with("\xEF\xBB\xBF")) return;        // a byte order mark: nlohmann passes over it
  using sekisho::Code;
  if (error.code == Code::kLimitExceeded) return;
  const Seen seen = look(text);
  require(error.code == Code::kJsonDuplicateKey || error.code == Code::kJsonNumber, "only I-JSON makes the difference");
  if (error.code == Code::kJsonDuplicateKey) require(seen.name_twice, "a name that we say is there twice is");
  if (error.code == Code::kJsonNumber) require(seen.large_number, "a number that we refuse is too large");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto ours = json::Document::parse(text);
  require(json::check(text).ok() == ours.ok(), "check() and parse() agree");
  const nlohmann::json theirs = nlohmann::json::parse(text, nullptr, false);
  if (!ours.ok()) {
    require(!ours.error().detail.empty(), "a refusal says why");
    if (!theirs.is_discarded()) check_refusal(text, ours.error());
    return 0;
  }
  const json::Value root = (*ours)->root();
  std::size_t left = kMaxPlaces;
  check_places(root, left);

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
