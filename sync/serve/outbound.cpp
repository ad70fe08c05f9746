#include "sync/serve/outbound.h"

#include <algorithm>

#include "core/crash_point.h"
#include "sync/handling/companion.h"
#include "sync/serve/cursor.h"

namespace sekisho::sync {

Outbound::Outbound(store::Store& store, Release& release, const Clock& clock, std::string cursor_key,
                   const Egress& egress)
    : store_(store), release_(release), clock_(clock), cursor_key_(std::move(cursor_key)), egress_(egress) {}

Result<std::vector<Readable>> Outbound::readable(std::string_view party) {
  SEKISHO_TRY(egress_.open_for(party));
  SEKISHO_ASSIGN(const PartyView view, release_.view_of(party));
  const auto policy = release_.policy();
  const Timestamp now = clock_.now();
  const auto collections = release_.collections();
  std::vector<Readable> out;
  for (const store::Collection& collection : collections) {
    const auto stream = view.streams.find(collection.no);
    if (stream == view.streams.end()) continue;
    if (collection.companion_of && view.attestations != "companion") continue;
    if (is_read(*policy, view.audience, collection, collections, now)) out.push_back({collection, stream->second, std::string(party)});
  }
  std::sort(out.begin(), out.end(), [](const Readable& a, const Readable& b) {
    return a.collection.id.bytes < b.collection.id.bytes;
  });
  return out;
}

Result<Readable> Outbound::find(std::string_view party, std::string_view id_or_alias) {
  SEKISHO_ASSIGN(const auto all, readable(party));
  for (const Readable& one : all) {
    if (one.collection.alias == id_or_alias || one.collection.id.to_string() == id_or_alias) return one;
  }
  return make_error(Code::kNotFound, "no such collection");
}

// A token holds for what the party has read of the collection, whichever stream carries that: a stream continues when its
// party changes audience, and whether it was forked then depends on who else read it, which must not show. After a restore
// positions may differ, dates given out before never come again: go on by date.
Result<Outbound::Place> Outbound::open_next(const Readable& from, std::string_view selection, std::string_view token) {
  const Error refused =
      make_error(Code::kTaxiiBadCursor, "`next` was not given for this request; start without it", "next");
  CursorScope scope{from.collection.id, store_.incarnation(), from.party, selection};
  const auto place = open_cursor(cursor_key_, scope, token);
  if (place.ok()) {
    SEKISHO_ASSIGN(const store::Stream stream, store_.stream(from.stream));
    if (place->position > stream.length) return refused;
    return Place{place->position, std::nullopt};
  }
  SEKISHO_ASSIGN(const auto earlier, store_.earlier_incarnations());
  for (const Uuid& incarnation : earlier) {
    scope.incarnation = incarnation;
    const auto before = open_cursor(cursor_key_, scope, token);
    if (before.ok()) return Place{0, before->date};
  }
  return refused;
}

Outbound::Fetch Outbound::items_of(store::StreamNo stream, const std::function<void(const store::StreamItem&)>& visit) {
  return [this, stream, &visit](const store::StreamQuery& query, store::Position& first) {
    return store_.read_stream(stream, query, [&](const store::StreamItem& item) {
      if (first == 0) first = item.position;
      visit(item);
    });
  };
}

// One range read, recorded as disclosed before it is given out.
Result<store::PageEnd> Outbound::give(std::string_view party, store::StreamNo stream, const std::string& selection,
                                      const store::StreamQuery& query, std::uint64_t recalls, const Fetch& fetch) {
  SEKISHO_TRY(egress_.open_for(party));
  store::Position first = 0;
  SEKISHO_ASSIGN(const store::PageEnd end, fetch(query, first));
  if (end.count != 0) SEKISHO_TRY(record(party, stream, selection, query, first, end));
  // Stopped or recalled meanwhile: what was read stays here.
  SEKISHO_TRY(egress_.open_for(party));
  if (release_.recalls() != recalls) return make_error(Code::kUnavailable, "the collection is changing; ask again");
  return end;
}

Status Outbound::record(std::string_view party, store::StreamNo stream, const std::string& selection,
                        const store::StreamQuery& query, store::Position first, const store::PageEnd& end) {
  store::Disclosure disclosure;
  disclosure.party = std::string(party);
  disclosure.stream = stream;
  disclosure.query = selection;
  // A page that continues another joins its range, whatever was passed over between them.
  disclosure.from = query.after_position != 0 ? query.after_position + 1 : first;
  disclosure.to = end.last_position;
  disclosure.at = clock_.now();
  crash_point("outbound-before-disclose");
  SEKISHO_TRY(store_.disclose(disclosure));
  crash_point("outbound-after-disclose");
  return {};
}

Result<PageAnswer> Outbound::read(std::string_view party, const Readable& from, const PageRequest& request,
                                  const std::function<void(const store::StreamItem&)>& visit) {
  return page(party, from, request, items_of(from.stream, visit));
}

Result<PageAnswer> Outbound::read(std::string_view party, const Readable& from, const PageRequest& request, PageCache& cache,
                                  const PageForm& form, const std::function<void(const PageSlice&)>& visit) {
  return page(party, from, request, [&](const store::StreamQuery& query, store::Position& first) {
    return cache.read(store_, from.stream, query, form, [&](const PageSlice& slice) {
      if (first == 0) first = slice.run->items[slice.from].position;
      visit(slice);
    });
  });
}

Result<PageAnswer> Outbound::page(std::string_view party, const Readable& from, const PageRequest& request,
                                  const Fetch& fetch) {
  const std::uint64_t recalls = release_.recalls();  // before what depends on them
  store::StreamQuery query = request.query;
  query.exclude_source = std::string(party);
  query.passed_over = release_.recalled_by(party);
  if (request.next) {
    SEKISHO_ASSIGN(const Place place, open_next(from, request.selection, *request.next));
    query.after_position = place.position;
    if (place.date) query.after_date = std::max(*place.date, query.after_date.value_or(*place.date));
  }
  PageAnswer answer;
  SEKISHO_ASSIGN(answer.end, give(party, from.stream, request.selection, query, recalls, fetch));
  if (!answer.end.more) return answer;
  answer.next = make_cursor(cursor_key_, {from.collection.id, store_.incarnation(), from.party, request.selection},
                            {answer.end.last_position, answer.end.last_date});
  return answer;
}

Result<FollowAnswer> Outbound::follow(std::string_view party, const Readable& from, const std::string& cursor,
                                      std::size_t limit, std::size_t max_bytes,
                                      const std::function<void(const store::StreamItem&)>& visit) {
  static const std::string kSelection = "follow";
  FollowAnswer answer;
  answer.cursor = cursor;
  answer.recalls = release_.recalls();  // before what depends on them
  store::StreamQuery query;
  query.exclude_source = std::string(party);
  query.passed_over = release_.recalled_by(party);
  query.versions.all = true;
  query.spec_versions = {"2.0", "2.1"};
  query.limit = limit;
  query.max_bytes = max_bytes;
  // Where the party gets none, one may be there because of others.
  SEKISHO_ASSIGN(const PartyView view, release_.view_of(party));
  query.want_attestations = view.attestations != "none";
  if (!cursor.empty()) {
    SEKISHO_ASSIGN(const Place place, open_next(from, kSelection, cursor));
    query.after_position = place.position;
    query.after_date = place.date;
  }
  SEKISHO_ASSIGN(const store::PageEnd end, give(party, from.stream, kSelection, query, answer.recalls, items_of(from.stream, visit)));
  answer.count = end.count;
  answer.more = end.more;
  if (end.count == 0) return answer;
  answer.cursor = make_cursor(cursor_key_, {from.collection.id, store_.incarnation(), from.party, kSelection},
                              {end.last_position, end.last_date});
  return answer;
}

Status Outbound::confirm(const Readable& from, std::uint64_t recalls) {
  SEKISHO_ASSIGN(const Readable still, find(from.party, from.collection.id.to_string()));
  if (still.stream == from.stream && release_.recalls() == recalls) return {};
  return make_error(Code::kUnavailable, "something was withdrawn since it was read; it is read again");
}

Result<bool> Outbound::has_object(const Readable& from, std::string_view object_id) {
  SEKISHO_ASSIGN(bool has, store_.stream_has_id(from.stream, object_id));
  if (has && release_.recalled_by(from.party)) {
    SEKISHO_ASSIGN(const auto versions, versions_of(from, object_id));
    has = !versions.empty();
  }
  SEKISHO_TRY(egress_.open_for(from.party));
  return has;
}

// Echoes too: what the party sent itself is there for it as long as it does not withdraw it.
Result<std::vector<Outbound::Version>> Outbound::versions_of(const Readable& from, std::string_view object_id) {
  store::StreamQuery query;
  query.ids = {std::string(object_id)};
  query.versions.all = true;
  query.spec_versions = {"2.0", "2.1"};
  query.limit = kVersionsOfOne;
  query.want_bytes = false;
  query.passed_over = release_.recalled_by(from.party);
  std::vector<Version> out;
  const auto end = store_.read_stream(from.stream, query, [&out](const store::StreamItem& item) {
    out.push_back({item.object, std::string(item.version), std::string(item.spec_version)});
  });
  if (!end.ok()) return end.error();
  if (end->more) return make_error(Code::kLimitExceeded, "the object has too many versions");
  return out;
}

}  // namespace sekisho::sync
