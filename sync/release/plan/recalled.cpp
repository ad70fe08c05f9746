#include "sync/release/plan/recalled.h"

#include "core/json.h"

namespace sekisho::sync {

std::string recall_key(std::string_view source, std::string_view object_id, std::optional<Timestamp> version) {
  std::string key = source.empty() ? std::string(object_id) : std::string(source) + "/" + std::string(object_id);
  if (version) key += "@" + format_stix_time(*version, 9);
  return key;
}

std::string gave_way_key(std::string_view source, std::string_view object_id, const Sha256& content) {
  return recall_key(source, object_id) + "#" + hex(content);
}

Result<std::shared_ptr<const Recalled>> Recalled::load(const store::Store& store) {
  auto out = std::make_shared<Recalled>();
  SEKISHO_ASSIGN(const auto rows, store.documents(kRecallSpace));
  for (const auto& [key, value] : rows) {
    const auto document = json::Document::parse(value);
    if (!document.ok()) return make_error(Code::kStoreCorrupt, "a recall is not readable", key);
    const json::Value root = (*document)->root();
    const std::string source(root["source"].string_or(""));
    if (!root["content"].string_or("").empty()) {
      out->sentences_[key] = "Its giver said at " + std::string(root["at"].string_or("")) + " that another claim or content of this id counts in its place.";
      out->gave_way_of_.insert(source);
      continue;
    }
    out->sentences_[key] = "It was recalled by " + (source.empty() ? "the operator" : source) + " at " +
                           std::string(root["at"].string_or("")) + " (" +
                           std::string(root["reason_code"].string_or("")) +
                           "): " + std::string(root["reason"].string_or(""));
    const std::string object(root["object"].string_or(""));
    auto& mine = out->of_source_[source];
    if (!mine) mine = std::make_shared<store::PassedOver>();
    const std::string_view version = root["version"].string_or("");
    if (version.empty() || root["all"].boolean().value_or(false)) mine->ids.insert(object);
    if (version.empty()) continue;
    const auto time = parse_stix_time(version);
    if (!time.ok()) return make_error(Code::kStoreCorrupt, "a recall is not readable", key);
    mine->versions[object].insert(*time);
    out->versions_ = true;
  }
  return std::shared_ptr<const Recalled>(std::move(out));
}

const std::string* Recalled::by_source(std::string_view source, std::string_view object_id,
                                       std::optional<Timestamp> version) const {
  if (sentences_.empty()) return nullptr;
  auto found = sentences_.find(recall_key(source, object_id));
  if (found == sentences_.end() && versions_ && version) found = sentences_.find(recall_key(source, object_id, version));
  return found == sentences_.end() ? nullptr : &found->second;
}

const std::string* Recalled::why(std::string_view source, std::string_view object_id, Timestamp version) const {
  const std::string* own = by_source("", object_id, version);
  return own != nullptr || source.empty() ? own : by_source(source, object_id, version);
}

const std::string* Recalled::why(const store::StoredObject& stored) const {
  const std::string* all = why(stored.source, stored.id, stored.version_time);
  if (all != nullptr || !any_gave_way(stored.source)) return all;
  const auto found = sentences_.find(gave_way_key(stored.source, stored.id, stored.content));
  return found == sentences_.end() ? nullptr : &found->second;
}

bool Recalled::gave_way(std::string_view source, std::string_view object_id, const Sha256& content) const {
  return any_gave_way(source) && sentences_.count(gave_way_key(source, object_id, content)) != 0;
}

std::shared_ptr<const store::PassedOver> Recalled::of_source(std::string_view source) const {
  const auto found = of_source_.find(source);
  return found == of_source_.end() ? nullptr : found->second;
}

}  // namespace sekisho::sync
