#include "sync/release/policy_change/policy_history.h"

#include <cstdio>

#include "core/digest.h"
#include "core/json.h"

namespace sekisho::sync {
namespace {

constexpr const char* kSpace = "policy-history";
constexpr const char* kHeadSpace = "policy-history-head";
constexpr const char* kDigestSpace = "policy-digests";  // key: digest, value: its last number
constexpr const char* kHead = "head";

std::string key_of(std::uint64_t no) {
  char text[24];
  std::snprintf(text, sizeof text, "%020llu", static_cast<unsigned long long>(no));
  return text;
}

Error broken(const std::string& what) { return make_error(Code::kStoreCorrupt, what, "policy history"); }

}  // namespace

Result<std::optional<PolicyVersion>> PolicyHistory::last() const {
  SEKISHO_ASSIGN(const auto text, store_.document(kHeadSpace, kHead));
  if (!text) return std::optional<PolicyVersion>();
  const auto document = json::Document::parse(*text);
  if (!document.ok()) return broken("the head is not readable");
  PolicyVersion version;
  version.no = static_cast<std::uint64_t>((*document)->root()["no"].integer().value_or(0));
  version.digest = std::string((*document)->root()["digest"].string_or(""));
  if (version.no == 0) return broken("the head is not readable");
  return std::optional(std::move(version));
}

Result<PolicyVersion> PolicyHistory::version(std::uint64_t no) const {
  SEKISHO_ASSIGN(const auto value, store_.document(kSpace, key_of(no)));
  if (!value) return make_error(Code::kNotFound, "no policy of this number; see `sekisho policy history`", std::to_string(no));
  const auto document = json::Document::parse(*value);
  if (!document.ok()) return broken("version " + std::to_string(no) + " is not readable");
  const json::Value root = (*document)->root();
  PolicyVersion version;
  version.no = no;
  version.digest = std::string(root["digest"].string_or(""));
  version.at = std::string(root["at"].string_or(""));
  version.actor = std::string(root["actor"].string_or(""));
  version.action = std::string(root["action"].string_or(""));
  version.text = std::string(root["text"].string_or(""));
  if (hex(sha256(version.text)) != version.digest) {
    return broken("the text of version " + std::to_string(no) + " is not the one that was in force");
  }
  return version;
}

Result<bool> PolicyHistory::has(const std::string& digest) const {
  SEKISHO_ASSIGN(const auto known, store_.document(kDigestSpace, digest));
  return known.has_value();
}

Result<std::vector<PolicyVersion>> PolicyHistory::newest(std::size_t limit) const {
  std::vector<PolicyVersion> out;
  SEKISHO_ASSIGN(const auto head, last());
  for (std::uint64_t no = head ? head->no : 0; no > 0 && out.size() < limit; --no) {
    SEKISHO_ASSIGN(auto one, version(no));
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<store::DocumentPut> PolicyHistory::puts(const PolicyVersion& version) {
  json::Writer value;
  value.begin_object().member("digest", version.digest).member("at", version.at).member("actor", version.actor);
  value.member("action", version.action).member("text", version.text).end_object();
  json::Writer head;
  head.begin_object().member_int("no", static_cast<std::int64_t>(version.no)).member("digest", version.digest).end_object();
  return {{kSpace, key_of(version.no), value.take()},
          {kHeadSpace, kHead, head.take()},
          {kDigestSpace, version.digest, std::to_string(version.no)}};
}

}  // namespace sekisho::sync
