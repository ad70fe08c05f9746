#include "sync/serve/outbound.h"

#include <algorithm>
#include <array>

#include "core/crash_point.h"
#include "sync/handling/companion.h"
#include "sync/serve/cursor.h"

namespace sekisho::sync {
namespace {

constexpr int kTries = 8;  ///< of one page, while things are taken out of the stream

Error changing() { return make_error(Code::kUnavailable, "the collection is changing; ask again"); }

/// An item that outlives the callback.
class KeptItem {
 public:
  explicit KeptItem(const store::StreamItem& item) : item_(item) {
    const std::string_view from[] = {item.id, item.type, item.spec_version, item.version, item.bytes, item.attestation, item.giver};
    for (std::size_t i = 0; i < texts_.size(); ++i) texts_[i] = from[i];
  }
  store::StreamItem view() const {
    store::StreamItem out = item_;
    std::string_view* const to[] = {&out.id, &out.type, &out.spec_version, &out.version, &out.bytes, &out.attestation, &out.giver};
    for (std::size_t i = 0; i < texts_.size(); ++i) *to[i] = texts_[i];
    return out;
  }

 private:
  store::StreamItem item_;
  std::array<std::string, 7> texts_;
};

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
    if (is_read(*policy, view.audience, collection, collections, now)) out.push_back({collection, stream->second, std::string(party)});
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
Result<store::PageEnd> Outbound::give(std::string_view party, store::StreamNo stream, const std::string& selection,
                                      const store::StreamQuery& query, std::uint64_t recalls, const Fetch& fetch) {
  SEKISHO_TRY(egress_.open_for(party));
  store::Position first = 0;
  SEKISHO_ASSIGN(const store::PageEnd end, fetch(stream, query, first));
  if (first != 0) SEKISHO_TRY(record(party, stream, selection, query, first, end));
  // Stopped or recalled meanwhile: what was read stays here.
  SEKISHO_TRY(egress_.open_for(party));
  if (release_.recalls() != recalls) return changing();
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
  std::vector<KeptItem> items;
  auto answer = page(party, from, request, [&](store::StreamNo stream, const store::StreamQuery& query, store::Position& first) {
    items.clear();
    return store_.read_stream(stream, query, [&](const store::StreamItem& item) {
      if (first == 0) first = item.position;
      items.emplace_back(item);
    });
  });
  if (!answer.ok()) return answer;
  for (const KeptItem& item : items) visit(item.view());
  SEKISHO_TRY(egress_.open_for(party));
  return answer;
}

Result<PageAnswer> Outbound::read(std::string_view party, const Readable& from, const PageRequest& request, PageCache& cache,
                                  const PageForm& form, const std::function<void(const PageSlice&)>& visit) {
  std::vector<PageSlice> slices;
  auto answer = page(party, from, request, [&](store::StreamNo stream, const store::StreamQuery& query, store::Position& first) {
    slices.clear();
    return cache.read(store_, stream, query, form, [&](const PageSlice& slice) {
      for (std::size_t i = slice.from; first == 0 && i < slice.to; ++i) first = slice.run->items[i].position;
      slices.push_back(slice);
    });
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
  if (release_.taking_out()) {
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
  auto end = give(party, from.stream, request.selection, query, recalls, fetch);
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
    if (!place.holds) query.after_date = place.date;
  }
  SEKISHO_ASSIGN(const store::PageEnd end, give(party, from.stream, kSelection, query, answer.recalls,
                                                  [&](store::StreamNo stream, const store::StreamQuery& wanted, store::Position& first) {
    return store_.read_stream(stream, wanted, [&](const store::StreamItem& item) {
      if (first == 0) first = item.position;
      visit(item);
    });
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
    const bool out = release_.taking_out();
    SEKISHO_ASSIGN(bool has, store_.stream_has_id(now.stream, object_id));
    const auto own = own_part(now);
    if (own || (has && release_.recalled_by(now.party))) {
      store::StreamQuery query = every_version(object_id);
      query.limit = 1;
      query.passed_over = release_.recalled_by(now.party);
      query.own = own;
      SEKISHO_ASSIGN(const store::PageEnd any, store_.read_stream(now.stream, query, [](const store::StreamItem&) {}));
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
  const auto end = store_.read_stream(from.stream, query, [&out](const store::StreamItem& item) {
    out.push_back({item.object, std::string(item.version), std::string(item.spec_version)});
  });
  if (!end.ok()) return end.error();
  if (end->more) return make_error(Code::kLimitExceeded, "the object has too many versions");
  return out;
}

}  // namespace sekisho::sync
