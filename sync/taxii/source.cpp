#include "sync/taxii/source.h"

#include <algorithm>

namespace sekisho::sync {
namespace {

taxii::CollectionView view_of(const Readable& readable) {
  taxii::CollectionView view;
  view.id = readable.collection.id.to_string();
  view.title = readable.collection.title;
  view.description = readable.collection.description;
  view.alias = readable.collection.alias;
  view.can_read = true;
  view.can_write = false;
  return view;
}

}  // namespace

Result<std::vector<taxii::CollectionView>> TaxiiSource::collections(const taxii::Principal& caller) {
  SEKISHO_ASSIGN(const auto readable, outbound_.readable(caller.party));
  std::vector<taxii::CollectionView> views;
  views.reserve(readable.size());
  for (const Readable& one : readable) views.push_back(view_of(one));
  return views;
}

Result<taxii::CollectionView> TaxiiSource::collection(const taxii::Principal& caller, std::string_view id_or_alias) {
  SEKISHO_ASSIGN(const Readable readable, outbound_.find(caller.party, id_or_alias));
  return view_of(readable);
}

Result<taxii::PageInfo> TaxiiSource::read(const taxii::Principal& caller, std::string_view id_or_alias,
                                          const taxii::Query& query, bool want_bytes,
                                          const std::function<void(const taxii::Item&)>& visit) {
  SEKISHO_ASSIGN(const Readable readable, outbound_.find(caller.party, id_or_alias));
  PageRequest request;
  request.selection = query.selection();
  request.next = query.next;
  request.query.after_date = query.added_after;
  request.query.limit = std::min(query.limit.value_or(limits_.page_items), limits_.page_items);
  request.query.max_bytes = limits_.page_bytes;
  request.query.ids = query.ids;
  request.query.types = query.types;
  request.query.spec_versions = query.spec_versions;
  request.query.versions = {query.version_all, query.version_first, query.version_last, query.versions};
  request.query.want_bytes = want_bytes;

  taxii::PageInfo info;
  SEKISHO_ASSIGN(const PageAnswer answer,
                 outbound_.read(caller.party, readable, request, [&](const store::StreamItem& item) {
                   if (!info.first_date) info.first_date = item.date_added;
                   info.last_date = item.date_added;
                   visit({item.id, item.type, item.spec_version, item.version, item.bytes, item.date_added});
                 }));
  info.more = answer.end.more;
  info.next = answer.next;
  return info;
}

Result<bool> TaxiiSource::has_object(const taxii::Principal& caller, std::string_view id_or_alias,
                                     std::string_view object_id) {
  SEKISHO_ASSIGN(const Readable readable, outbound_.find(caller.party, id_or_alias));
  return outbound_.has_object(readable, object_id);
}

}  // namespace sekisho::sync
