#include "store/chain.h"

#include <cstdio>

#include "core/digest.h"

namespace sekisho::store {
namespace {

Error broken(const std::string& what, std::string_view space) {
  return make_error(Code::kStoreCorrupt, what, std::string(space));
}

}  // namespace

std::string chain_key(std::uint64_t no) {
  char text[24];
  std::snprintf(text, sizeof text, "%020llu", static_cast<unsigned long long>(no));
  return text;
}

std::string chain_head_space(std::string_view space) { return std::string(space) + "-head"; }

std::string ChainHead::to_json() const {
  json::Writer w;
  w.begin_object().member_int("no", static_cast<std::int64_t>(no)).member("sha256", sha256).end_object();
  return w.take();
}

Result<ChainHead> ChainHead::from(const std::optional<std::string>& text, std::string_view space) {
  if (!text) return ChainHead();
  const auto document = json::Document::parse(*text);
  if (!document.ok()) return broken("the head of the trail is not readable", space);
  const json::Value root = (*document)->root();
  const ChainHead head{static_cast<std::uint64_t>(root["no"].integer().value_or(0)),
                       std::string(root["sha256"].string_or(""))};
  if (head.no == 0 || head.to_json() != *text) return broken("the head of the trail is not readable", space);
  return head;
}

Result<ChainHead> chain_head(const Store& store, std::string_view space) {
  SEKISHO_ASSIGN(const auto text, store.document(chain_head_space(space), kChainHeadKey));
  return ChainHead::from(text, space);
}

std::vector<DocumentPut> chain_next(std::string_view space, ChainHead& head,
                                    const std::function<void(json::Writer&)>& fields) {
  json::Writer w;
  w.begin_object().member_int("no", static_cast<std::int64_t>(head.no + 1));
  fields(w);
  w.member("previous", head.sha256).end_object();
  head = {head.no + 1, hex(sha256(w.text()))};
  return {{std::string(space), chain_key(head.no), w.take()}, {chain_head_space(space), kChainHeadKey, head.to_json()}};
}

std::vector<DocumentPut> chain_disclosure(ChainHead& head, const Disclosure& d) {
  return chain_next(kDisclosedChain, head, [&](json::Writer& w) {
    w.member("at", format_taxii_time(d.at)).member("party", d.party);
    w.member_int("stream", static_cast<std::int64_t>(d.stream)).member("query", d.query);
    w.member_int("from", static_cast<std::int64_t>(d.from)).member_int("to", static_cast<std::int64_t>(d.to));
  });
}

Result<std::vector<std::string>> check_chain(const Store& store, std::string_view space,
                                             const std::function<void(const ChainLink&)>& visit) {
  // The chain may grow while it is read: its end lies between the heads before and after.
  std::vector<std::string> wrong;
  const auto unreadable = [&](const Result<ChainHead>& head) {
    if (head.ok() || head.error().code != Code::kStoreCorrupt) return false;
    wrong.push_back("the head of the trail `" + std::string(space) + "` is not readable");
    return true;
  };
  const auto before = chain_head(store, space);
  if (unreadable(before)) return wrong;
  SEKISHO_TRY(before);
  SEKISHO_ASSIGN(const auto links, store.documents(space));
  const auto after = chain_head(store, space);
  if (unreadable(after)) return wrong;
  SEKISHO_TRY(after);
  SEKISHO_ASSIGN(const auto heads, store.documents(chain_head_space(space)));
  if (heads.size() > 1) wrong.push_back("there is more than one head of the trail `" + std::string(space) + "`");
  ChainHead last;
  bool begins = before->no == 0;
  for (const auto& [key, value] : links) {
    if (last.no == after->no) break;
    const std::string name = "line " + std::to_string(last.no + 1) + " of `" + std::string(space) + "`";
    if (key != chain_key(last.no + 1)) {
      wrong.push_back(name + " is missing");
      return wrong;
    }
    const std::string previous = last.sha256;
    last = {last.no + 1, hex(sha256(value))};
    begins = begins || last == *before;
    const auto document = json::Document::parse(value);
    if (!document.ok() || (*document)->root()["no"].integer() != static_cast<std::int64_t>(last.no)) {
      wrong.push_back(name + " is not readable");
      continue;
    }
    if ((*document)->root()["previous"].string_or("") != previous) {
      wrong.push_back(name + " does not follow the line before: one was altered");
    }
    visit({last.no, (*document)->root(), last.sha256});
  }
  if (last.no < before->no) {
    wrong.push_back("the trail `" + std::string(space) + "` ends at line " + std::to_string(last.no) + " instead of " +
                    std::to_string(before->no));
  } else if (links.size() > after->no) {
    wrong.push_back("there are lines behind the last one of `" + std::string(space) + "`, number " +
                    std::to_string(after->no));
  } else if (!begins || (last.no == after->no && last != *after)) {
    wrong.push_back("the last line of `" + std::string(space) + "` was altered");
  }
  return wrong;
}

}  // namespace sekisho::store
