#include "sync/audit.h"

#include <cstdio>

#include "core/digest.h"
#include "core/json.h"

namespace sekisho::sync {
namespace {

constexpr const char* kSpace = "audit";
constexpr const char* kHeadSpace = "audit-head";
constexpr const char* kHeadKey = "head";

std::string key_of(std::uint64_t no) {
  char text[24];
  std::snprintf(text, sizeof text, "%020llu", static_cast<unsigned long long>(no));
  return text;
}

/// The last line, by number and hash.
struct Head {
  std::uint64_t no = 0;
  std::string sha256 = std::string(64, '0');

  std::string to_json() const {
    json::Writer w;
    w.begin_object().member_int("no", static_cast<std::int64_t>(no)).member("sha256", sha256).end_object();
    return w.take();
  }
};

Error broken(const std::string& what) { return make_error(Code::kStoreCorrupt, what, "audit"); }

Result<Head> read_head(const store::Store& store) {
  SEKISHO_ASSIGN(const auto text, store.document(kHeadSpace, kHeadKey));
  if (!text) return Head();
  const auto document = json::Document::parse(*text);
  if (!document.ok()) return broken("the head of the audit trail is not readable");
  const json::Value root = (*document)->root();
  const auto no = root["no"].integer();
  const auto sha256 = root["sha256"].string();
  if (!no || *no < 1 || !sha256) return broken("the head of the audit trail is not readable");
  return Head{static_cast<std::uint64_t>(*no), std::string(*sha256)};
}

std::string value_of(std::uint64_t no, Timestamp at, const AuditLine& line, const std::string& previous) {
  json::Writer w;
  w.begin_object().member_int("no", static_cast<std::int64_t>(no)).member("at", format_taxii_time(at));
  w.member("action", line.action).member("actor", line.actor).member("subject", line.subject);
  w.member("detail", line.detail).member("previous", previous).end_object();
  return w.take();
}

Result<AuditEntry> entry_of(const std::string& value) {
  const auto document = json::Document::parse(value);
  if (!document.ok()) return broken("a line of the audit trail is not readable");
  const json::Value root = (*document)->root();
  const auto text = [&root](std::string_view key) { return std::string(root[key].string_or("")); };
  AuditEntry entry;
  entry.no = static_cast<std::uint64_t>(root["no"].integer().value_or(0));
  entry.at = text("at");
  entry.line = {text("action"), text("actor"), text("subject"), text("detail")};
  entry.previous = text("previous");
  return entry;
}

}  // namespace

Status Audit::record(const AuditLine& line, std::vector<store::DocumentPut> together) {
  return record_with(line, [&](std::vector<store::DocumentPut> puts) -> Status {
    store::Batch batch;
    batch.documents = std::move(together);
    for (auto& put : puts) batch.documents.push_back(std::move(put));
    const auto stored = store_.commit(batch, clock_.now());
    return stored.ok() ? Status() : Status(stored.error());
  });
}

Status Audit::record_with(const AuditLine& line,
                          const std::function<Status(std::vector<store::DocumentPut> puts)>& write) {
  const MutexLock lock(writing_);
  SEKISHO_ASSIGN(const Head before, read_head(store_));
  const std::string value = value_of(before.no + 1, clock_.now(), line, before.sha256);
  const Head after{before.no + 1, hex(sha256(value))};
  return write({{kSpace, key_of(after.no), value}, {kHeadSpace, kHeadKey, after.to_json()}});
}

Result<std::vector<AuditEntry>> Audit::list(std::uint64_t after, std::size_t limit) const {
  SEKISHO_ASSIGN(const Head head, read_head(store_));
  std::vector<AuditEntry> out;
  for (std::uint64_t no = after + 1; no <= head.no && out.size() < limit; ++no) {
    SEKISHO_ASSIGN(const auto value, store_.document(kSpace, key_of(no)));
    if (!value) return broken("line " + std::to_string(no) + " of the audit trail is missing");
    SEKISHO_ASSIGN(AuditEntry entry, entry_of(*value));
    out.push_back(std::move(entry));
  }
  return out;
}

Result<std::vector<std::string>> Audit::check() const {
  SEKISHO_ASSIGN(const Head head, read_head(store_));
  SEKISHO_ASSIGN(const auto lines, store_.documents(kSpace));
  std::vector<std::string> wrong;
  Head last;
  for (const auto& [key, value] : lines) {
    const std::string name = "line " + std::to_string(last.no + 1);
    if (key != key_of(last.no + 1)) {
      wrong.push_back(name + " is missing");
      return wrong;
    }
    const auto entry = entry_of(value);
    if (!entry.ok() || entry->no != last.no + 1) wrong.push_back(name + " is not readable");
    else if (entry->previous != last.sha256) wrong.push_back(name + " does not follow the line before: one was altered");
    last = {last.no + 1, hex(sha256(value))};
    if (last.no == head.no) break;
  }
  if (last.no < head.no) {
    wrong.push_back("the trail ends at line " + std::to_string(last.no) + " instead of " + std::to_string(head.no));
  } else if (lines.size() > head.no) {
    wrong.push_back("there are lines behind the last one, number " + std::to_string(head.no));
  } else if (last.sha256 != head.sha256) {
    wrong.push_back("the last line was altered");
  }
  return wrong;
}

Result<std::string> Audit::head() const {
  SEKISHO_ASSIGN(const Head head, read_head(store_));
  return std::to_string(head.no) + " " + head.sha256;
}

}  // namespace sekisho::sync
