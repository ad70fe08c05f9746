#include "sync/release/policy_change/displaced.h"

#include <algorithm>

#include "core/json.h"

namespace sekisho::sync {

std::string Displaced::to_json() const {
  json::Writer w;
  w.begin_object().key("parties").begin_array();
  for (const std::string& party : parties) w.string(party);
  w.end_array().key("displaced").begin_array();
  for (const One& one : all) {
    w.begin_object().member("id", one.id).member("version", one.version).member("sha256", hex(one.content)).member("source", one.source);
    w.member_int("stream", one.stream).member_int("position", static_cast<std::int64_t>(one.position)).end_object();
  }
  w.end_array().end_object();
  return w.take();
}

Result<Displaced> Displaced::from_json(const std::string& key, const std::string& value) {
  const auto document = json::Document::parse(value);
  if (!document.ok()) return make_error(Code::kStoreCorrupt, "what was displaced is not readable", key);
  const json::Value root = (*document)->root();
  Displaced out;
  for (const auto& party : root["parties"]) out.parties.emplace(party.value.string_or(""));
  for (const auto& entry : root["displaced"]) {
    const auto digest = from_hex(entry.value["sha256"].string_or(""));
    One one;
    if (!digest || digest->size() != one.content.size()) return make_error(Code::kStoreCorrupt, "what was displaced is not readable", key);
    std::copy(digest->begin(), digest->end(), one.content.begin());
    one.id = std::string(entry.value["id"].string_or(""));
    one.version = std::string(entry.value["version"].string_or(""));
    one.source = std::string(entry.value["source"].string_or(""));
    one.stream = static_cast<store::StreamNo>(entry.value["stream"].integer().value_or(0));
    one.position = static_cast<store::Position>(entry.value["position"].integer().value_or(0));
    out.all.push_back(std::move(one));
  }
  return out;
}

}  // namespace sekisho::sync
