#include "sync/serve/outbound.h"

#include <algorithm>

#include "core/crash_point.h"
#include "sync/handling/companion.h"
#include "sync/serve/checked_read.h"
#include "sync/serve/cursor.h"

namespace sekisho::sync {
namespace {

constexpr int kTries = 8;  ///< of one page, while things are taken out of the stream

Error changing() { return make_error(Code::kUnavailable, "the collection is changing; ask again"); }

/// Of one object, without its bytes.
store::StreamQuery every_version(std::string_view object_id) {
  store::StreamQuery query;
  query.ids = {std::string(object_id)};
  query.versions.all = true;
  query.spec_versions = {"2.0", "2.1"};
  query.want_bytes = false;
  return query;
}

}  // namespace

Outbound::Outbound(store::Store& store, Release& release, const Clock& clock, std::string cursor_key,
                   const Egress& egress)
    : store_(store), release_(release), clock_(clock), cursor_key_(std::move(cursor_key)), egress_(egress) {}

Result<std::vector<Readable>> Outbound::readable(std::string_view party) {
  SEKISHO_TRY(egress_.open_for(party));
  const Timestamp as_of = clock_.now();
  SEKISHO_ASSIGN(const PartyView view, release_.view_of(party));
  const auto policy = release_.policy();
  const Timestamp now = clock_.now();
  const policy::Party* reader = policy->policy().find_party(party);
  const bool reads_back = reader != nullptr && reader->own == "show";
  const auto collections = release_.collections();
  std::vector<Readable> out;
  for (const store::Collection& collection : collections) {
    const auto stream = view.streams.find(collection.no);
    if (stream == view.streams.end()) continue;
    if (collection.companion_of && view.attestations != "companion") continue;
    if (is_read(*policy, view.audience, collection, collections, now)) out.push_back({collection, stream->second, std::string(party), view.check});
  }
  for (Readable& one : out) {
    one.reads_back = reads_back;
    one.as_of = as_of;
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
    return Place{place->position, place->date, true};
  }
  SEKISHO_ASSIGN(const auto earlier, store_.earlier_incarnations());
  for (const Uuid& incarnation : earlier) {
    scope.incarnation = incarnation;
    const auto before = open_cursor(cursor_key_, scope, token);
    if (before.ok()) return Place{0, before->date};
  }
  return refused;
}

// One range read, recorded as disclosed before it is given out.
Result<store::PageEnd> Outbound::give(const Readable& from, const std::string& selection, const store::StreamQuery& query,
                                      std::uint64_t recalls, const Fetch& fetch) {
  const std::string& party = from.party;
  SEKISHO_TRY(egress_.open_for(party));
  Given given;
  SEKISHO_ASSIGN(const store::PageEnd end, fetch(from, query, given));
  if (given.first != 0) SEKISHO_TRY(record(from, selection, query, given, end));
  // Stopped or recalled meanwhile: what was read stays here.
  SEKISHO_TRY(egress_.open_for(party));
  if (release_.recalls() != recalls) return changing();
  return end;
}

// What was refused between two items was not disclosed: the range ends before it, and another begins behind it.
Status Outbound::record(const Readable& from, const std::string& selection, const store::StreamQuery& query, const Given& given,
                        const store::PageEnd& end) {
  store::Disclosure disclosure;
  disclosure.party = from.party;
  disclosure.stream = from.stream;
  disclosure.query = selection;
  disclosure.at = clock_.now();
  // A page that continues another joins its range, whatever was passed over between them.
  disclosure.from = query.after_position != 0 ? query.after_position + 1 : given.first;
  crash_point("outbound-before-disclose");
  for (const store::Position refused : given.refused) {
    if (refused < disclosure.from || refused > end.last_position) continue;
    disclosure.to = refused - 1;
    if (disclosure.from <= disclosure.to) SEKISHO_TRY(store_.disclose(disclosure));
    disclosure.from = refused + 1;
  }
  disclosure.to = end.last_position;
  SEKISHO_TRY(store_.disclose(disclosure));
  crash_point("outbound-after-disclose");
  return {};
}

// One range, as it stands or item by item.
Result<store::PageEnd> Outbound::fetch_items(const Readable& from, const store::StreamQuery& query, Given& given,
                                             const std::function<void(const store::StreamItem&)>& visit, bool pages) const {
  const auto note = [&](const store::StreamItem& item) {
    if (given.first == 0) given.first = item.position;
    visit(item);
  };
  if (!from.check) return store_.read_stream(from.stream, query, note);
  return read_checked({store_, from.collection.no, from.stream, *from.check, pages}, query, given.refused, note);
}

Result<PageAnswer> Outbound::read(std::string_view party, const Readable& from, const PageRequest& request,
                                  const std::function<void(const store::StreamItem&)>& visit) {
  std::vector<KeptItem> items;
  auto answer = page(party, from, request, [&](const Readable& now, const store::StreamQuery& query, Given& given) {
    items.clear();
    return fetch_items(now, query, given, [&](const store::StreamItem& item) { items.emplace_back(item); });
  });
  if (!answer.ok()) return answer;
  for (const KeptItem& item : items) visit(item.view());
  SEKISHO_TRY(egress_.open_for(party));
  return answer;
}

Result<PageAnswer> Outbound::read(std::string_view party, const Readable& from, const PageRequest& request, PageCache& cache,
                                  const PageForm& form, const std::function<void(const PageSlice&)>& visit) {
  std::vector<PageSlice> slices;
  auto answer = page(party, from, request, [&](const Readable& now, store::StreamQuery query, Given& given) -> Result<store::PageEnd> {
    slices.clear();
    if (!now.check) {
      return cache.read(store_, now.stream, query, form, [&](const PageSlice& slice) {
        for (std::size_t i = slice.from; given.first == 0 && i < slice.to; ++i) given.first = slice.run->items[i].position;
        slices.push_back(slice);
      });
    }
    query.want_bytes = form.bytes;
    auto run = std::make_shared<PageRun>();
    const auto end = fetch_items(now, query, given, [&](const store::StreamItem& item) { run->add(item, form); });
    const std::size_t count = run->items.size();
    if (count != 0) slices.push_back({std::move(run), 0, count});
    return end;
  });
  if (!answer.ok()) return answer;
  for (const PageSlice& slice : slices) visit(slice);
  SEKISHO_TRY(egress_.open_for(party));
  return answer;
}

// What changed while a page was read is no reason to refuse it: it is cut again from what holds now.
Result<PageAnswer> Outbound::page(std::string_view party, const Readable& from, const PageRequest& request, const Fetch& fetch) {
  Readable now = from;
  for (int tries = 1;; ++tries) {
    bool again = false;
    auto answer = page_once(party, now, request, fetch, again);
    if (answer.ok() || !again || tries == kTries) return answer;
    SEKISHO_ASSIGN(now, find(party, from.collection.id.to_string()));  // perhaps it goes on in another stream
  }
}

Result<PageAnswer> Outbound::page_once(std::string_view party, const Readable& from, const PageRequest& request, const Fetch& fetch,
                                       bool& again) {
  const std::uint64_t recalls = release_.recalls();  // before what depends on them
  if (!from.check && !release_.settled()) {
    again = true;
    return changing();
  }
  store::StreamQuery query = request.query;
  if (!from.reads_back) query.exclude_source = std::string(party);
  query.own = own_part(from);
  query.passed_over = release_.recalled_by(party);
  if (request.next) {
    SEKISHO_ASSIGN(const Place place, open_next(from, request.selection, *request.next));
    query.after_position = place.position;
    if (query.own || !place.holds) query.after_date = std::max(place.date, query.after_date.value_or(place.date));
  }
  PageAnswer answer;
  auto end = give(from, request.selection, query, recalls, fetch);
  again = !end.ok() && release_.recalls() != recalls;
  if (!end.ok()) return end.error();
  answer.end = *end;
  if (!answer.end.more) return answer;
  answer.end.last_position = std::max(answer.end.last_position, query.after_position);  // of own entries alone
  answer.next = make_cursor(cursor_key_, {from.collection.id, store_.incarnation(), from.party, request.selection},
                            {answer.end.last_position, answer.end.last_date});
  return answer;
}

// A timeline goes on by date, for its own entries have no position; its page ends where something may still come under an earlier date.
std::optional<store::OwnPart> Outbound::own_part(const Readable& from) const {
  if (!from.reads_back || !store_.has_own(from.party, from.collection.no)) return std::nullopt;
  return store::OwnPart{from.party, release_.complete_before(from.stream, from.as_of)};
}

Result<FollowAnswer> Outbound::follow(std::string_view party, const Readable& found, const std::string& cursor,
                                      std::size_t limit, std::size_t max_bytes,
                                      const std::function<void(const store::StreamItem&)>& visit) {
  static const std::string kSelection = "follow";
  Readable from = found;
  FollowAnswer answer;
  answer.cursor = cursor;
  answer.recalls = release_.recalls();  // before what depends on them
  if (!from.check && !release_.settled()) {
    SEKISHO_ASSIGN(from, find(party, found.collection.id.to_string()));
  }
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
    if (!place.holds) query.after_date = place.date;
  }
  SEKISHO_ASSIGN(const store::PageEnd end, give(from, kSelection, query, answer.recalls, [&](const Readable& now, const store::StreamQuery& wanted, Given& given) {
    return fetch_items(now, wanted, given, visit);
  }));
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
  Readable now = from;
  for (int tries = 1;; ++tries) {
    const std::uint64_t recalls = release_.recalls();
    const bool out = !now.check && !release_.settled();
    SEKISHO_ASSIGN(bool has, store_.stream_has_id(now.stream, object_id));
    const auto own = own_part(now);
    if (own || (has && (now.check || release_.recalled_by(now.party)))) {
      store::StreamQuery query = every_version(object_id);
      query.limit = 1;
      query.passed_over = release_.recalled_by(now.party);
      query.own = own;
      Given given;
      SEKISHO_ASSIGN(const store::PageEnd any, fetch_items(now, query, given, [](const store::StreamItem&) {}, false));
      has = any.count != 0;
    }
    SEKISHO_TRY(egress_.open_for(now.party));
    if (release_.recalls() == recalls && !out) return has;
    if (tries == kTries) return changing();
    SEKISHO_ASSIGN(now, find(now.party, now.collection.id.to_string()));
  }
}

// Echoes too: what the party sent itself is there for it as long as it does not withdraw it.
Result<std::vector<Outbound::Version>> Outbound::versions_of(const Readable& from, std::string_view object_id) {
  store::StreamQuery query = every_version(object_id);
  query.limit = kVersionsOfOne;
  query.passed_over = release_.recalled_by(from.party);
  std::vector<Version> out;
  Given given;
  const auto end = fetch_items(from, query, given, [&out](const store::StreamItem& item) {
    out.push_back({item.object, std::string(item.version), std::string(item.spec_version)});
  }, false);
  if (!end.ok()) return end.error();
  if (end->more) return make_error(Code::kLimitExceeded, "the object has too many versions");
  return out;
}

}  // namespace sekisho::sync
