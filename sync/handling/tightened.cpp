#include "sync/handling/tightened.h"

#include <algorithm>
#include <charconv>

#include "core/json.h"
#include "sync/handling/provenance.h"

namespace sekisho::sync {

certs::Handling tightest(const certs::Handling& a, const certs::Handling& b) {
  certs::Handling out;
  const bool membership =
      a.org_scope == certs::OrgScope::kIsacMembership && b.org_scope == certs::OrgScope::kIsacMembership;
  out.org_scope = membership ? certs::OrgScope::kIsacMembership : certs::OrgScope::kMemberFirm;
  out.onward_consent = a.onward_consent && b.onward_consent;
  out.max_hops = a.max_hops;
  if (b.max_hops) out.max_hops = a.max_hops ? std::min(*a.max_hops, *b.max_hops) : *b.max_hops;
  return out;
}

store::DocumentPut tightened_row(const Tightening& said, bool open) {
  json::Writer w;
  w.begin_object();
  w.member("org_scope", said.handling.org_scope == certs::OrgScope::kIsacMembership ? "isac-membership" : "member-firm");
  w.member_bool("onward_consent", said.handling.onward_consent);
  if (said.handling.max_hops) w.member_int("max_hops", *said.handling.max_hops);
  w.member_bool("open", open).end_object();
  return {kTightenedSpace, std::to_string(said.object), w.take()};
}

Result<std::vector<store::ObjectNo>> Tightened::load(const store::Store& store) {
  std::vector<store::ObjectNo> open;
  std::unordered_map<store::ObjectNo, certs::Handling> rows;
  SEKISHO_ASSIGN(const auto documents, store.documents(kTightenedSpace));
  for (const auto& [key, value] : documents) {
    store::ObjectNo no = 0;
    const bool number = std::from_chars(key.data(), key.data() + key.size(), no).ptr == key.data() + key.size();
    const auto document = json::Document::parse(value);
    if (!number || !document.ok()) return make_error(Code::kStoreCorrupt, "what a giver said again of its object is not readable", key);
    SEKISHO_ASSIGN(const Provenance said, Provenance::from_json(value));
    rows[no] = said.handling;
    if ((*document)->root()["open"].boolean().value_or(true)) open.push_back(no);
  }
  const MutexLock lock(mutex_);
  empty_ = rows.empty();
  rows_ = std::move(rows);
  loaded_ = true;
  return open;
}

void Tightened::put(const Tightening& said) {
  const MutexLock lock(mutex_);
  rows_[said.object] = said.handling;
  empty_ = false;
}

}  // namespace sekisho::sync
