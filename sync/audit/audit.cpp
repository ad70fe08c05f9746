#include "sync/audit/audit.h"

#include "core/json.h"
#include "store/chain.h"

namespace sekisho::sync {
namespace {

Error broken(const std::string& what) { return make_error(Code::kStoreCorrupt, what, "audit"); }

}  // namespace

Result<AuditEntry> audit_entry(const std::string& value) {
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

// The other chains' heads stand in each line, so that whoever keeps the head of this one keeps all.
Status Audit::append(const AuditLine& line,
                     const std::function<Status(std::uint64_t, std::vector<store::DocumentPut>)>& write) {
  const MutexLock lock(writing_);
  SEKISHO_ASSIGN(store::ChainHead head, store::chain_head(store_, kAuditChain));
  SEKISHO_ASSIGN(const store::ChainHead decisions, store::chain_head(store_, kDecisionsChain));
  SEKISHO_ASSIGN(const store::ChainHead disclosed, store::chain_head(store_, store::kDisclosedChain));
  auto puts = store::chain_next(kAuditChain, head, [&](json::Writer& w) {
    w.member("at", format_taxii_time(clock_.now())).member("action", line.action).member("actor", line.actor);
    w.member("subject", line.subject).member("detail", line.detail);
    w.member("decisions", decisions.to_string()).member("disclosed", disclosed.to_string());
  });
  return write(head.no, std::move(puts));
}

Status Audit::record(const AuditLine& line, std::vector<store::DocumentPut> together) {
  return record_numbered(line, [&](std::uint64_t) { return std::move(together); });
}

Status Audit::record_with(const AuditLine& line,
                          const std::function<Status(std::vector<store::DocumentPut> puts)>& write) {
  return append(line, [&](std::uint64_t, std::vector<store::DocumentPut> puts) { return write(std::move(puts)); });
}

Status Audit::record_numbered(const AuditLine& line,
                              const std::function<std::vector<store::DocumentPut>(std::uint64_t no)>& together) {
  return append(line, [&](std::uint64_t no, std::vector<store::DocumentPut> puts) -> Status {
    store::Batch batch;
    batch.documents = together(no);
    for (auto& put : puts) batch.documents.push_back(std::move(put));
    const auto stored = store_.commit(batch, clock_.now());
    return stored.ok() ? Status() : Status(stored.error());
  });
}

Result<AuditEntry> Audit::line(std::uint64_t no) const {
  SEKISHO_ASSIGN(const auto value, store_.document(kAuditChain, store::chain_key(no)));
  if (!value) return make_error(Code::kNotFound, "the audit trail has no such line", std::to_string(no));
  return audit_entry(*value);
}

Result<std::vector<AuditEntry>> Audit::list(std::uint64_t after, std::size_t limit) const {
  SEKISHO_ASSIGN(const store::ChainHead head, store::chain_head(store_, kAuditChain));
  std::vector<AuditEntry> out;
  for (std::uint64_t no = after + 1; no <= head.no && out.size() < limit; ++no) {
    SEKISHO_ASSIGN(const auto value, store_.document(kAuditChain, store::chain_key(no)));
    if (!value) return broken("line " + std::to_string(no) + " of the audit trail is missing");
    SEKISHO_ASSIGN(AuditEntry entry, audit_entry(*value));
    out.push_back(std::move(entry));
  }
  return out;
}

Result<std::vector<std::string>> Audit::check() const {
  return store::check_chain(store_, kAuditChain, [](const store::ChainLink&) {});
}

Result<std::string> Audit::head() const {
  SEKISHO_ASSIGN(const store::ChainHead head, store::chain_head(store_, kAuditChain));
  return head.to_string();
}

}  // namespace sekisho::sync
