// The texts of recalls: documents in the store, notices and acknowledgements on the wire. Pure functions
// but for the check of keys; any thread. docs/specs/recall.md.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json.h"
#include "policy/model.h"
#include "sync/recall/recall.h"

namespace sekisho::sync {

/// Where notices to a party are kept, and those taken from it.
std::string recall_out_space(const std::string& party);
std::string recall_in_space(const std::string& party);

/// `open`: its notices are not queued yet. Read back, `holders` have no more than the ids of their notices.
std::string recall_to_json(const RecallReport& recall, bool open);
Result<std::pair<RecallReport, bool>> recall_from_json(const std::string& value);

/// A member `contents`.
void write_contents(const std::vector<GivenContent>& contents, json::Writer& w);
std::string notice_to_json(const Notice& notice);
Result<Notice> notice_from_json(const std::string& id, const std::string& value);

/// `{"jws":…,"<member>":{…}}`, signed over the canonical form of `json`.
std::string seal_recall(const certs::SigningKey& key, std::string_view member, std::string_view json,
                        std::string_view typ);
/// The same from a party, its signature checked against the keys pinned for it, now.
struct OpenedRecall {
  std::unique_ptr<const json::Document> document;
  json::Value body;
};
Result<OpenedRecall> open_recall(const std::string& text, std::string_view member, std::string_view typ,
                                 const policy::Policy& policy, const std::string& party, Timestamp now);
/// What gives way by a notice of scope `contents`, sorted, 1 to 1000.
Result<std::vector<GivenContent>> displaced_contents(const json::Value& notice);
bool is_of_contents(const json::Value& notice);
/// What a notice of another scope takes back, sorted, 1 to 1000: ids, each with a version, or with an empty text for the whole object.
Result<std::vector<std::pair<std::string, std::string>>> recalled_objects(const json::Value& notice);

}  // namespace sekisho::sync
