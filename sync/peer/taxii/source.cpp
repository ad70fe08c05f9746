#include "sync/peer/taxii/source.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "taxii/pages.h"

namespace sekisho::sync {
namespace {

taxii::CollectionView view_of(const store::Collection& collection) {
  taxii::CollectionView view;
  view.id = collection.id.to_string();
  view.title = collection.title;
  view.description = collection.description;
  view.alias = collection.alias;
  return view;
}

taxii::StatusView view_of(const Submission& submission) {
  taxii::StatusView view;
  view.id = submission.id;
  view.requested = submission.requested;
  const auto copy = [](const std::vector<Submission::Detail>& from, std::vector<taxii::StatusDetail>& to) {
    to.reserve(from.size());
    for (const auto& one : from) {
      to.push_back({one.id, one.version, std::nullopt});
      if (!one.message.empty()) to.back().message = one.message;
    }
  };
  view.complete = submission.complete;
  copy(submission.successes, view.complete ? view.successes : view.pendings);
  copy(submission.failures, view.failures);
  for (const auto& reply : submission.replies) view.replies.push_back({reply.at, reply.text});
  return view;
}

template <taxii::Listing kListing>
void append(const store::StreamItem& item, std::string& out) {
  taxii::append_entry(kListing, {item.id, item.type, item.spec_version, item.version, item.bytes, item.date_added}, out);
}

PageForm form_of(taxii::Listing listing) {
  switch (listing) {
    case taxii::Listing::kManifest: return {"manifest", false, append<taxii::Listing::kManifest>};
    case taxii::Listing::kVersions: return {"versions", false, append<taxii::Listing::kVersions>};
    default: return {"objects", true, append<taxii::Listing::kEnvelope>};
  }
}

}  // namespace

Result<std::vector<taxii::CollectionView>> TaxiiSource::collections(const taxii::Principal& caller) {
  SEKISHO_ASSIGN(const auto readable, outbound_.readable(caller.party));
  SEKISHO_ASSIGN(const auto writable, submissions_.writable(caller.party));
  std::map<Uuid, taxii::CollectionView> views;
  for (const Readable& one : readable) {
    views.emplace(one.collection.id, view_of(one.collection)).first->second.can_read = true;
  }
  for (const store::Collection& one : writable) views.emplace(one.id, view_of(one)).first->second.can_write = true;
  std::vector<taxii::CollectionView> out;
  out.reserve(views.size());
  for (auto& [id, view] : views) out.push_back(std::move(view));
  return out;
}

/// kTaxiiForbidden where the caller may write only.
Result<Readable> TaxiiSource::readable(const taxii::Principal& caller, std::string_view id_or_alias) {
  auto found = outbound_.find(caller.party, id_or_alias);
  if (found.ok() || found.error().code != Code::kNotFound) return found;
  SEKISHO_ASSIGN(const auto writable, submissions_.writable(caller.party));
  for (const store::Collection& one : writable) {
    if (one.id.to_string() == id_or_alias || one.alias == id_or_alias) {
      return make_error(Code::kTaxiiForbidden, "the caller may write here, not read");
    }
  }
  return found;
}

Result<taxii::PageInfo> TaxiiSource::read(const taxii::Principal& caller, std::string_view id_or_alias,
                                          const taxii::Query& query, taxii::Listing listing,
                                          const std::function<void(const taxii::Run&)>& visit) {
  SEKISHO_ASSIGN(const Readable from, readable(caller, id_or_alias));
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

  taxii::PageInfo info;
  SEKISHO_ASSIGN(const PageAnswer answer,
                 outbound_.read(caller.party, from, request, pages_, form_of(listing), [&](const PageSlice& slice) {
                   if (!info.first_date) info.first_date = slice.run->items[slice.from].date;
                   info.last_date = slice.run->items[slice.to - 1].date;
                   visit({slice.text(), slice.marks(), slice.run, slice.run->text.capacity()});
                 }));
  info.more = answer.end.more;
  info.next = answer.next;
  return info;
}

Result<bool> TaxiiSource::has_object(const taxii::Principal& caller, std::string_view id_or_alias,
                                     std::string_view object_id) {
  SEKISHO_ASSIGN(const Readable from, readable(caller, id_or_alias));
  return outbound_.has_object(from, object_id);
}

Result<taxii::StatusView> TaxiiSource::submit(const taxii::Principal& caller, std::string_view id_or_alias,
                                              const std::vector<std::string_view>& objects) {
  SEKISHO_ASSIGN(const Submission done, submissions_.take(caller.party, id_or_alias, objects));
  return view_of(done);
}

Status TaxiiSource::remove(const taxii::Principal& caller, std::string_view id_or_alias, std::string_view object_id,
                           const taxii::Query& query) {
  Withdrawals::Selection selection;
  selection.by_version = query.version_given && !query.version_all;
  selection.versions = {query.version_all, query.version_first, query.version_last, query.versions};
  selection.spec_versions = query.spec_versions;
  SEKISHO_ASSIGN(const Readable from, readable(caller, id_or_alias));
  return withdrawals_.remove(from, object_id, selection);
}

Result<taxii::StatusView> TaxiiSource::status(const taxii::Principal& caller, std::string_view id) {
  SEKISHO_TRY(outbound_.readable(caller.party));  // the gate: nothing leaves while egress is stopped
  SEKISHO_ASSIGN(const Submission done, submissions_.status(caller.party, id));
  return view_of(done);
}

}  // namespace sekisho::sync
