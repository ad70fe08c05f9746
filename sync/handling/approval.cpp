#include "sync/handling/approval.h"

#include <algorithm>
#include <array>

#include "certs/attestation.h"
#include "core/json.h"
#include "store/chain.h"
#include "sync/audit/audit.h"

namespace sekisho::sync {
namespace {

constexpr std::array<std::string_view, 7> kWords{"screen",   "enrich",    "approve", "publish",
                                                 "withdraw", "take-back", "text"};

Error unreadable(const std::string& what) { return make_error(Code::kStoreCorrupt, "an act of moderation: " + what); }

std::optional<Sha256> digest_of(std::string_view text) {
  const auto bytes = from_hex(text);
  Sha256 out{};
  if (!bytes || bytes->size() != out.size() || hex(as_bytes(*bytes)) != text) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return out;
}

Status read_texts(const json::Value& texts, ApprovedTexts& out) {
  for (const auto& entry : texts) {
    const auto text = entry.value.string();
    if (!text || out.size() == kTextCount) return unreadable("its texts are not texts");
    out.emplace(entry.key, *text);
  }
  return {};
}

}  // namespace

std::string_view act_word(Act act) { return kWords[static_cast<std::size_t>(act)]; }

std::string statement_text(const Statement& s) {
  json::Writer w;
  w.begin_object().member("act", act_word(s.act)).member("at", format_taxii_time(s.at)).member("content", hex(s.content));
  w.member("note", hex(s.note)).member("object", s.object).member("operator", s.operator_name).member("scope", s.scope);
  if (s.act == Act::kText) {
    w.key("texts").begin_object();
    for (const auto& [pointer, text] : s.texts) w.member(pointer, text);
    w.end_object();
  }
  w.member("type", "sekisho-approval").member("version", s.version).end_object();
  const auto document = json::Document::parse(w.take());
  return document.ok() ? json::canonical((*document)->root()) : std::string();
}

Result<Statement> statement_from(std::string_view canonical) {
  const auto document = json::Document::parse(std::string(canonical));
  if (!document.ok()) return unreadable("it is not JSON");
  const json::Value root = (*document)->root();
  const auto text = [&root](std::string_view key) { return std::string(root[key].string_or("")); };
  Statement s;
  const auto word = std::find(kWords.begin(), kWords.end(), text("act"));
  const auto at = parse_taxii_time(text("at"));
  const auto content = digest_of(text("content")), note = digest_of(text("note"));
  if (word == kWords.end() || !at.ok() || !content || !note) return unreadable("a member of its statement is wrong");
  s.act = static_cast<Act>(word - kWords.begin());
  s.object = text("object");
  s.version = text("version");
  s.content = *content;
  s.scope = text("scope");
  s.note = *note;
  s.operator_name = text("operator");
  s.at = *at;
  SEKISHO_TRY(read_texts(root["texts"], s.texts));
  // Written again it must be the same: nothing stands in it that was not read.
  if (statement_text(s) != canonical) return unreadable("its statement is not in the form that is signed");
  return s;
}

std::string SignedAct::key() const {
  const Act act = statement.act == Act::kTakeBack ? Act::kApprove : statement.act;
  return hex(statement.content) + " " + std::string(act_word(act)) + " " + statement.operator_name;
}

std::string SignedAct::to_json() const {
  json::Writer w;
  w.begin_object().member("jws", jws).member_int("line", static_cast<std::int64_t>(line)).member("note", note);
  w.member("statement", statement_text(statement)).end_object();
  return w.take();
}

Result<SignedAct> SignedAct::from_json(const std::string& value) {
  const auto document = json::Document::parse(value);
  if (!document.ok()) return unreadable("its document is not JSON");
  const json::Value root = (*document)->root();
  SignedAct act;
  SEKISHO_ASSIGN(act.statement, statement_from(root["statement"].string_or("")));
  act.note = std::string(root["note"].string_or(""));
  act.jws = std::string(root["jws"].string_or(""));
  act.line = static_cast<std::uint64_t>(std::max<std::int64_t>(root["line"].integer().value_or(0), 0));
  if (act.to_json() != value) return unreadable("its document is not in the form that is written");
  return act;
}

SignedAct sign_act(const certs::SigningKey& key, Statement statement, std::string note) {
  SignedAct act;
  statement.note = sha256(note);
  statement.at = Timestamp::from_micros(statement.at.micros());
  act.statement = std::move(statement);
  act.note = std::move(note);
  act.jws = certs::sign_detached(key, kTypApproval, statement_text(act.statement));
  return act;
}

std::string act_detail(const SignedAct& act) {
  return "version " + (act.statement.version.empty() ? "-" : act.statement.version) + ", content " +
         hex(act.statement.content) + ", signature " + hex(sha256(act.jws));
}

Result<std::string> check_act(const store::Store& store, const Operators& operators, const SignedAct& act) {
  const Statement& s = act.statement;
  if (s.scope != "all") return unreadable("its scope is not known");
  if (sha256(act.note) != s.note) return unreadable("its note is not the one that was signed");
  // The line holds the hash of the signature: so an altered name of the key is found, which otherwise only looks unknown.
  SEKISHO_ASSIGN(const auto value, store.document(kAuditChain, store::chain_key(act.line)));
  if (!value) return unreadable("the audit trail does not tell of it");
  SEKISHO_ASSIGN(const AuditEntry line, audit_entry(*value));
  const bool told = line.no == act.line && line.line.action == "moderate." + std::string(act_word(s.act)) &&
                    line.line.actor == s.operator_name && line.line.subject == s.object &&
                    line.line.detail == act_detail(act);
  if (!told) return unreadable("the line of the audit trail that it names tells of something else");
  const certs::KeyLookup lookup = [&](std::string_view kid) -> std::optional<certs::PublicKey> {
    const Operator* row = operators.find(kid);
    return row == nullptr ? std::nullopt : std::optional(row->key);
  };
  SEKISHO_ASSIGN(const std::string kid, certs::check_detached(act.jws, kTypApproval, statement_text(s), lookup));
  SEKISHO_ASSIGN(const Operator* signer, operators.usable(kid, s.at));
  if (signer->name != s.operator_name) return unreadable("it is signed by another operator than it names");
  // First sight is the instant of the trail's line: a stolen key cannot sign into the past.
  SEKISHO_ASSIGN(const Timestamp seen, parse_taxii_time(line.at));
  const auto then = operators.usable(kid, seen);
  if (!then.ok()) return then.error();
  return signer->name;
}

}  // namespace sekisho::sync
