#include "sync/recalled.h"

#include "core/json.h"

namespace sekisho::sync {

std::string recall_key(std::string_view source, std::string_view object_id) {
  return source.empty() ? std::string(object_id) : std::string(source) + "/" + std::string(object_id);
}

Result<std::shared_ptr<const Recalled>> Recalled::load(const store::Store& store) {
  auto out = std::make_shared<Recalled>();
  SEKISHO_ASSIGN(const auto rows, store.documents(kRecallSpace));
  for (const auto& [key, value] : rows) {
    const auto document = json::Document::parse(value);
    if (!document.ok()) return make_error(Code::kStoreCorrupt, "a recall is not readable", key);
    const json::Value root = (*document)->root();
    const std::string source(root["source"].string_or(""));
    out->sentences_[key] = "It was recalled by " + (source.empty() ? "the operator" : source) + " at " +
                           std::string(root["at"].string_or("")) + " (" +
                           std::string(root["reason_code"].string_or("")) +
                           "): " + std::string(root["reason"].string_or(""));
  }
  return std::shared_ptr<const Recalled>(std::move(out));
}

const std::string* Recalled::by_source(std::string_view source, std::string_view object_id) const {
  if (sentences_.empty()) return nullptr;
  const auto found = sentences_.find(recall_key(source, object_id));
  return found == sentences_.end() ? nullptr : &found->second;
}

const std::string* Recalled::why(std::string_view source, std::string_view object_id) const {
  const std::string* own = by_source("", object_id);
  return own != nullptr || source.empty() ? own : by_source(source, object_id);
}

}  // namespace sekisho::sync
