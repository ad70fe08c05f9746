#include "sync/ingest/anonymous/anonymous_vault.h"

#include <algorithm>

#include "certs/secrets.h"
#include "core/json.h"

namespace sekisho::sync {
namespace {

std::string text_of(const Sha256& mac) { return hex(mac); }

std::string shaped(const Sha256& mac) {
  std::array<std::uint8_t, 16> bytes{};
  std::copy_n(mac.begin(), bytes.size(), bytes.begin());
  return Uuid::shaped_v4(bytes).to_string();
}

}  // namespace

std::string AnonymousRecord::to_json() const {
  json::Writer w;
  w.begin_object().member("id", id).member("created", created).key("versions").begin_array();
  for (const Version& one : versions) {
    w.begin_array().string(one.original).string(one.fresh).string(one.content);
    if (one.revoked) w.string("revoked");
    w.end_array();
  }
  w.end_array().end_object();
  return w.take();
}

std::optional<AnonymousRecord> AnonymousRecord::from_json(const std::string& text) {
  const auto document = json::Document::parse(text);
  if (!document.ok()) return std::nullopt;
  const json::Value root = (*document)->root();
  AnonymousRecord record;
  record.id = std::string(root["id"].string_or(""));
  record.created = std::string(root["created"].string_or(""));
  for (const auto& entry : root["versions"]) {
    const auto part = [&entry](std::size_t i) { return std::string(entry.value.at(i).string_or("")); };
    record.versions.push_back({part(0), part(1), part(2), part(3) == "revoked"});
  }
  if (record.id.empty()) return std::nullopt;
  return record;
}

Sha256 AnonymousVault::mac(std::string_view label, std::initializer_list<std::string_view> parts) const {
  std::string message = "sekisho-anonymous-" + std::string(label);
  for (const std::string_view part : parts) message.append("\n").append(part);
  return certs::hmac_sha256(secret_, message);
}

std::string AnonymousVault::pseudonym(std::string_view party) const {
  return "submitter-" + text_of(mac("pseudonym-1", {party})).substr(0, 16);
}

std::string AnonymousVault::object_key(std::string_view party, std::string_view id) const {
  return text_of(mac("object-1", {party, id}));
}

store::DocumentPut AnonymousVault::record_put(std::string_view party, std::string_view id, const AnonymousRecord& record) const {
  const Sha256 key = mac("object-key-1", {party, id});
  return {kAnonymousObjects, object_key(party, id), certs::lock_text(as_chars(key), record.to_json(), random_)};
}

std::optional<AnonymousRecord> AnonymousVault::record(std::string_view party, std::string_view id,
                                                      std::string_view locked) const {
  const auto text = certs::unlock_text(as_chars(mac("object-key-1", {party, id})), locked);
  if (!text) return std::nullopt;
  return AnonymousRecord::from_json(*text);
}

std::string AnonymousVault::content_mark(const Sha256& content) const { return text_of(mac("content-1", {as_chars(content)})); }

std::string AnonymousVault::status_id(std::string_view party, std::string_view id) const {
  return shaped(mac("status-1", {party, id}));
}

std::string AnonymousVault::status_lock(std::string_view party, std::string_view id, std::string_view text) const {
  return certs::lock_text(as_chars(mac("status-key-1", {party, id})), text, random_);
}

std::optional<std::string> AnonymousVault::status_text(std::string_view party, std::string_view id,
                                                       std::string_view locked) const {
  return certs::unlock_text(as_chars(mac("status-key-1", {party, id})), locked);
}

std::string AnonymousVault::names_key(std::string_view party) const { return text_of(mac("names-1", {party})); }

store::DocumentPut AnonymousVault::names_put(std::string_view party, const std::vector<std::string>& names) const {
  json::Writer w;
  w.begin_array();
  for (const std::string& name : names) w.string(name);
  w.end_array();
  return {kAnonymousNames, names_key(party), certs::lock_text(as_chars(mac("names-key-1", {party})), w.text(), random_)};
}

std::vector<std::string> AnonymousVault::names(std::string_view party, std::string_view locked) const {
  std::vector<std::string> out;
  const auto text = certs::unlock_text(as_chars(mac("names-key-1", {party})), locked);
  if (!text) return out;
  const auto document = json::Document::parse(*text);
  if (!document.ok()) return out;
  for (const auto& entry : (*document)->root()) out.emplace_back(entry.value.string_or({}));
  return out;
}

std::string AnonymousVault::receipt_key(std::string_view receipt) const { return text_of(mac("receipt-1", {receipt})); }

store::DocumentPut AnonymousVault::receipt_put(std::string_view receipt, std::string_view party) const {
  const Sha256 key = mac("receipt-key-1", {receipt});
  return {kAnonymousReceipts, receipt_key(receipt), certs::lock_text(as_chars(key), pseudonym(party), random_)};
}

std::optional<std::string> AnonymousVault::receipt_pseudonym(std::string_view receipt, std::string_view locked) const {
  return certs::unlock_text(as_chars(mac("receipt-key-1", {receipt})), locked);
}

std::string AnonymousVault::letter_key(std::string_view party, std::string_view payload, std::string_view code) const {
  const std::string content = hex(sha256(payload));
  return "r/" + text_of(mac("letter-1", {party, content, code}));
}

}  // namespace sekisho::sync
