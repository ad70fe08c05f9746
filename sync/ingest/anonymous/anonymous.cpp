#include "sync/ingest/anonymous/anonymous.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/json.h"

namespace sekisho::sync {
namespace {

using stix::redact::Blur;

constexpr const char* kOpeningKey = "opening-key";
constexpr const char* kSecret = "secret";
constexpr std::array<std::pair<std::string_view, Blur>, 4> kBlurs{
    {{"hour", Blur::kHour}, {"day", Blur::kDay}, {"week", Blur::kWeek}, {"month", Blur::kMonth}}};

std::string reply_space(const std::string& pseudonym) { return "anonymous-reply/" + pseudonym; }

bool is_number(const std::string& text) {
  return !text.empty() && text.size() < 19 && text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

std::optional<Blur> AnonymousIntake::blur_of(std::string_view word) {
  for (const auto& [name, blur] : kBlurs) {
    if (name == word) return blur;
  }
  return std::nullopt;
}

std::string AnonymousIntake::to_json() const {
  std::string_view word = "day";
  for (const auto& [name, one] : kBlurs) {
    if (one == blur) word = name;
  }
  json::Writer w;
  w.begin_object().member("blur", word).member_int("smallest_set", static_cast<std::int64_t>(smallest_set)).end_object();
  return w.take();
}

Result<AnonymousIntake> AnonymousIntake::from_json(const std::string& text) {
  SEKISHO_ASSIGN(const auto document, json::Document::parse(text));
  const auto blur = blur_of(document->root()["blur"].string_or(""));
  const auto smallest = document->root()["smallest_set"].integer();
  if (!blur || !smallest || *smallest < 1) return make_error(Code::kStoreCorrupt, "not the settings of an intake", kAnonymousIntakes);
  return AnonymousIntake{*blur, static_cast<std::size_t>(*smallest)};
}

Result<std::optional<AnonymousIntake>> anonymous_intake(const store::Store& store, std::string_view alias) {
  SEKISHO_ASSIGN(const auto text, store.document(kAnonymousIntakes, alias));
  if (!text) return std::optional<AnonymousIntake>();
  SEKISHO_ASSIGN(const AnonymousIntake intake, AnonymousIntake::from_json(*text));
  return std::optional<AnonymousIntake>(intake);
}

void Anonymous::set_secret(std::string secret32) {
  const MutexLock lock(mutex_);
  secret_ = std::move(secret32);
}

bool Anonymous::has_secret() const {
  const MutexLock lock(mutex_);
  return !secret_.empty();
}

Result<AnonymousVault> Anonymous::vault() const {
  SEKISHO_ASSIGN(const auto text, store_.document(kAnonymousSpace, kOpeningKey));
  if (!text) return make_error(Code::kUnavailable, "no opening key; make one with: sekisho anonymous key --out FILE");
  SEKISHO_ASSIGN(const auto key, certs::SealingKey::from_text(*text));
  const MutexLock lock(mutex_);
  if (secret_.empty()) {
    return make_error(Code::kUnavailable, "the secret of the pseudonyms is sealed; see: sekisho anonymous unseal --help");
  }
  return AnonymousVault(secret_, key, random_);
}

Result<bool> Anonymous::sealed() const {
  SEKISHO_ASSIGN(const auto text, store_.document(kAnonymousSpace, kSecret));
  return text.has_value();
}

Status Anonymous::adopt_key(const certs::SealingKey& key, const std::string& actor) {
  std::string secret;
  {
    const MutexLock lock(mutex_);
    secret = secret_;
  }
  if (secret.empty()) return make_error(Code::kUnavailable, "the secret of the pseudonyms is not here");
  std::string box = key.seal(secret, random_);
  if (box.empty()) return make_error(Code::kCryptoFailure, "this key cannot be sealed to");
  return audit_.record({"anonymous.key", actor, key.name(), "submitters are sealed to this key from now on"},
                       {{kAnonymousSpace, kOpeningKey, key.text()}, {kAnonymousSpace, kSecret, std::move(box)}});
}

Result<std::string> Anonymous::unseal(const certs::OpeningKey& key, const std::string& actor, const std::string& reason) {
  SEKISHO_ASSIGN(const auto box, store_.document(kAnonymousSpace, kSecret));
  if (!box) return make_error(Code::kNotFound, "nothing is sealed here");
  SEKISHO_TRY(audit_.record({"anonymous.unseal", actor, key.sealing().name(), reason}));
  SEKISHO_ASSIGN(std::string secret, key.open(*box));
  if (secret.size() != 32) return make_error(Code::kCryptoFailure, "what is sealed is no secret");
  set_secret(secret);
  return secret;
}

Result<std::string> Anonymous::sealed_text(const std::string& what) const {
  if (is_number(what)) {
    SEKISHO_ASSIGN(const auto letter, store_.dead_letter(std::stoull(what)));
    const auto document = json::Document::parse(letter.payload);
    if (document.ok()) {
      if (const auto box = (*document)->root()["sealed"].string()) return std::string(*box);
    }
    return make_error(Code::kNotFound, "this letter is not sealed", what);
  }
  SEKISHO_ASSIGN(const auto box, store_.document(kAnonymousSealed, what));
  if (!box) return make_error(Code::kNotFound, "no submitter or object of this name; see: sekisho anonymous list", what);
  return *box;
}

Result<Anonymous::Opened> Anonymous::open(const std::string& what, const std::string& key_file, const std::string& actor,
                                          const std::string& reason) {
  if (actor.empty() || reason.empty()) return make_error(Code::kInvalidArgument, "who opens, and why, must be said");
  SEKISHO_ASSIGN(const std::string box, sealed_text(what));
  SEKISHO_TRY(audit_.record({"submitter.open", actor, what, reason}));  // first: what is not on record is not opened
  SEKISHO_ASSIGN(const auto key, certs::OpeningKey::from_file(key_file));
  SEKISHO_ASSIGN(const std::string text, key.open(box));
  SEKISHO_ASSIGN(const auto document, json::Document::parse(text));
  const auto part = [&document](const char* name) { return std::string(document->root()[name].string_or("")); };
  return Opened{part("party"), part("id"), part("payload")};
}

Result<std::vector<Anonymous::Row>> Anonymous::list() const {
  SEKISHO_ASSIGN(const auto rows, store_.documents(kAnonymousBy));
  std::vector<Row> out;
  for (const auto& [id, pseudonym] : rows) out.push_back({pseudonym, id});
  std::sort(out.begin(), out.end(), [](const Row& a, const Row& b) { return std::tie(a.pseudonym, a.id) < std::tie(b.pseudonym, b.id); });
  return out;
}

Status Anonymous::reply(const std::string& pseudonym, const std::string& actor, const std::string& text) {
  if (text.empty() || text.size() > kReplyBytes) return make_error(Code::kLimitExceeded, "a reply has 1 to 16384 bytes", "--text");
  SEKISHO_ASSIGN(const auto known, store_.document(kAnonymousSealed, pseudonym));
  if (!known || !pseudonym.starts_with("submitter-")) return make_error(Code::kNotFound, "nobody of this pseudonym", pseudonym);
  const MutexLock lock(replying_);
  SEKISHO_ASSIGN(const auto before, replies(pseudonym));
  if (before.size() >= kReplies) return make_error(Code::kLimitExceeded, "this submitter has 1000 replies already", pseudonym);
  char number[8];
  std::snprintf(number, sizeof number, "%06u", static_cast<unsigned>(before.size() + 1));
  json::Writer w;
  w.begin_object().member("at", format_taxii_time(clock_.now())).member("actor", actor).member("text", text).end_object();
  return audit_.record({"reply.send", actor, pseudonym, "reply " + std::string(number)}, {{reply_space(pseudonym), number, w.take()}});
}

Result<std::vector<Anonymous::Reply>> Anonymous::replies(const std::string& pseudonym) const {
  SEKISHO_ASSIGN(const auto rows, store_.documents(reply_space(pseudonym)));
  std::vector<Reply> out;
  for (const auto& [number, value] : rows) {
    SEKISHO_ASSIGN(const auto document, json::Document::parse(value));
    const auto part = [&document](const char* name) { return std::string(document->root()[name].string_or("")); };
    out.push_back({part("at"), part("actor"), part("text")});
  }
  return out;
}

Result<std::vector<Anonymous::Reply>> Anonymous::replies_by_receipt(const std::string& receipt) const {
  SEKISHO_ASSIGN(const AnonymousVault sealed_names, vault());
  SEKISHO_ASSIGN(const auto locked, store_.document(kAnonymousReceipts, sealed_names.receipt_key(receipt)));
  const auto pseudonym = locked ? sealed_names.receipt_pseudonym(receipt, *locked) : std::nullopt;
  if (!pseudonym) return make_error(Code::kNotFound, "no submission has this receipt");
  return replies(*pseudonym);
}

}  // namespace sekisho::sync
