#include "sync/recall/recall_text.h"

#include <optional>
#include <set>

#include "certs/attestation.h"
#include "core/uuid.h"
#include "sync/handling/trust.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kObjects = 1000;  // of one notice

Error bad(const std::string& what) { return make_error(Code::kSyncProtocol, what); }

GivenContent content_of(const json::Value& of) {
  const auto text = [&of](std::string_view key) { return std::string(of[key].string_or("")); };
  return {text("id"), text("version"), text("sha256")};
}

bool is_stix_id(const std::string& id) {
  const std::size_t split = id.find("--");
  return split != std::string::npos && Uuid::parse(id.substr(split + 2));
}

}  // namespace

void write_contents(const std::vector<GivenContent>& contents, json::Writer& w) {
  w.key("contents").begin_array();
  for (const GivenContent& one : contents) {
    w.begin_object().member("id", one.id).member("version", one.version).member("sha256", one.sha256).end_object();
  }
  w.end_array();
}

bool is_of_contents(const json::Value& notice) { return notice["scope"].string_or("") == "contents"; }

// Not under `objects`: a receiver that does not know the scope refuses it, rather than to take back all of the id.
Result<std::vector<GivenContent>> displaced_contents(const json::Value& notice) {
  std::vector<GivenContent> out;
  for (const auto& entry : notice["contents"]) {
    out.push_back(content_of(entry.value));
    const GivenContent& one = out.back();
    const auto digest = from_hex(one.sha256);
    if (!is_stix_id(one.id)) return bad("a notice names no STIX id");
    if (!digest || digest->size() != 32) return bad("a notice names a content by no SHA-256");
    if (!one.version.empty() && !parse_stix_time(one.version).ok()) return bad("a notice names a version that is no time");
    if (out.size() > kObjects) return make_error(Code::kLimitExceeded, "a notice names more than 1000 contents");
  }
  if (out.empty()) return bad("a notice names no content");
  return out;
}

std::string recall_out_space(const std::string& party) { return "recall-out/" + party; }
std::string recall_in_space(const std::string& party) { return "recall-in/" + party; }

std::string recall_to_json(const RecallReport& recall, bool open) {
  json::Writer w;
  w.begin_object().member("object", recall.object_id).member("source", recall.source);
  if (!recall.version.empty()) w.member("version", recall.version);
  if (!recall.content.empty()) w.member("content", recall.content);
  if (recall.all) w.member_bool("all", true);
  w.member("reason_code", recall.reason_code).member("reason", recall.reason).member("at", recall.at);
  w.member("actor", recall.actor).member_int("versions", static_cast<std::int64_t>(recall.versions));
  w.member_bool("open", open).key("holders").begin_array();
  for (const Holder& holder : recall.holders) {
    w.begin_object().member("party", holder.party).member("notice", holder.notice.id).end_object();
  }
  w.end_array().end_object();
  return w.take();
}

Result<std::pair<RecallReport, bool>> recall_from_json(const std::string& value) {
  const auto document = json::Document::parse(value);
  if (!document.ok()) return make_error(Code::kStoreCorrupt, "a recall is not readable");
  const json::Value root = (*document)->root();
  const auto text = [](const json::Value& of, std::string_view key) { return std::string(of[key].string_or("")); };
  RecallReport recall;
  recall.object_id = text(root, "object");
  recall.source = text(root, "source");
  recall.version = text(root, "version");
  recall.content = text(root, "content");
  recall.all = root["all"].boolean().value_or(false);
  recall.reason_code = text(root, "reason_code");
  recall.reason = text(root, "reason");
  recall.at = text(root, "at");
  recall.actor = text(root, "actor");
  recall.versions = static_cast<std::size_t>(root["versions"].integer().value_or(0));
  for (const auto& entry : root["holders"]) {
    Holder holder;
    holder.party = text(entry.value, "party");
    holder.notice.id = text(entry.value, "notice");
    recall.holders.push_back(std::move(holder));
  }
  return std::pair{std::move(recall), root["open"].boolean().value_or(false)};
}

std::string notice_to_json(const Notice& notice) {
  json::Writer w;
  w.begin_object().member("text", notice.text).member("queued", notice.queued);
  w.member("delivered", notice.delivered).member("acknowledged", notice.acknowledged);
  if (!notice.contents.empty()) write_contents(notice.contents, w);
  w.end_object();
  return w.take();
}

Result<Notice> notice_from_json(const std::string& id, const std::string& value) {
  const auto document = json::Document::parse(value);
  if (!document.ok()) return make_error(Code::kStoreCorrupt, "a recall notice is not readable", id);
  const json::Value root = (*document)->root();
  const auto text = [&root](std::string_view key) { return std::string(root[key].string_or("")); };
  Notice notice{id, {}, text("text"), text("queued"), text("delivered"), text("acknowledged")};
  for (const auto& entry : root["contents"]) notice.contents.push_back(content_of(entry.value));
  return notice;
}

std::string seal_recall(const certs::SigningKey& key, std::string_view member, std::string_view json,
                        std::string_view typ) {
  const auto document = json::Document::parse(std::string(json));
  const std::string canonical = document.ok() ? json::canonical((*document)->root()) : std::string("{}");
  json::Writer w;
  w.begin_object().member("jws", certs::sign_detached(key, typ, canonical)).key(member).raw(canonical).end_object();
  return w.take();
}

Result<OpenedRecall> open_recall(const std::string& text, std::string_view member, std::string_view typ,
                                 const policy::Policy& policy, const std::string& party, Timestamp now) {
  if (policy.find_party(party) == nullptr) {
    return make_error(Code::kPeerUnknown, "no party of this name in the policy", party);
  }
  json::ParseLimits limits;
  limits.max_bytes = kRecallBytes;
  limits.max_depth = 8;
  OpenedRecall opened;
  SEKISHO_ASSIGN(opened.document, json::Document::parse(text, limits));
  const json::Value root = opened.document->root();
  opened.body = root[member];
  const auto jws = root["jws"].string();
  if (!opened.body.is_object() || !jws) return bad("write {\"" + std::string(member) + "\":{…},\"jws\":\"…\"}");
  SEKISHO_ASSIGN(const certs::TrustList trust, trust_list(policy));
  const certs::KeyLookup lookup = [&trust](std::string_view kid) -> std::optional<certs::PublicKey> {
    const certs::PinnedKey* pinned = trust.find(kid);
    return pinned == nullptr ? std::nullopt : std::optional<certs::PublicKey>(pinned->key);
  };
  SEKISHO_ASSIGN(const std::string kid, certs::check_detached(*jws, typ, json::canonical(opened.body), lookup));
  SEKISHO_TRY(trust.usable(kid, party, now));
  return opened;
}

Result<std::vector<std::pair<std::string, std::string>>> recalled_objects(const json::Value& notice) {
  const bool versions_only = notice["scope"].string_or("") == "versions";
  std::set<std::pair<std::string, std::string>> targets;
  for (const auto& entry : notice["objects"]) {
    const std::string id(entry.value["id"].string_or(""));
    if (!is_stix_id(id)) return bad("a recall names no STIX id");
    if (!versions_only) targets.emplace(id, "");
    for (const auto& version : entry.value["versions"]) {
      if (!versions_only) break;
      const std::string text(version.value.string_or(""));
      if (!parse_stix_time(text).ok()) return bad("a recall names a version that is no time");
      targets.emplace(id, text);
      if (targets.size() > kObjects) break;
    }
    if (targets.size() > kObjects) return make_error(Code::kLimitExceeded, "a recall names more than 1000 objects");
  }
  if (targets.empty()) return bad("a recall names no object");
  return std::vector<std::pair<std::string, std::string>>(targets.begin(), targets.end());
}

}  // namespace sekisho::sync
