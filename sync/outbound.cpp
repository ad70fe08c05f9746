#include "sync/outbound.h"

#include <algorithm>

#include "sync/cursor.h"

namespace sekisho::sync {

Outbound::Outbound(store::Store& store, Release& release, const Clock& clock, std::string cursor_key)
    : store_(store), release_(release), clock_(clock), cursor_key_(std::move(cursor_key)) {}

Result<std::vector<Readable>> Outbound::readable(std::string_view party) {
  SEKISHO_ASSIGN(const PartyView view, release_.view_of(party));
  const auto policy = release_.policy();
  const Timestamp now = clock_.now();
  const auto collections = release_.collections();
  std::vector<Readable> out;
  for (const store::Collection& collection : collections) {
    const auto stream = view.streams.find(collection.no);
    if (stream == view.streams.end()) continue;
    const store::Collection* ruled = &collection;
    if (collection.companion_of) {
      if (view.attestations != "companion") continue;
      const auto main = std::find_if(collections.begin(), collections.end(), [&](const store::Collection& c) {
        return c.no == *collection.companion_of;
      });
      if (main == collections.end()) continue;
      ruled = &*main;
    }
    if (policy->reads(view.audience, ruled->alias, now)) out.push_back({collection, stream->second});
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

// A token holds for the stream it was made from and for those forked from it later, as far as the past
// that they share.
Result<std::uint64_t> Outbound::open_next(std::string_view party, store::StreamNo stream_no,
                                          const PageRequest& request) {
  const Error refused =
      make_error(Code::kTaxiiBadCursor, "`next` was not given for this request; start without it", "next");
  SEKISHO_ASSIGN(store::Stream stream, store_.stream(stream_no));
  store::Position shared = stream.length;
  Uuid id = stream.id;
  std::optional<std::vector<store::Stream>> all;
  while (true) {
    const CursorScope scope{id, store_.incarnation(), party, request.selection};
    const auto place = open_cursor(cursor_key_, scope, *request.next);
    if (place.ok()) {
      if (place->position > shared) return refused;
      return place->position;
    }
    if (!stream.parent) return refused;
    if (!all) {
      SEKISHO_ASSIGN(all, store_.streams());
    }
    shared = std::min(shared, stream.parent_length);
    id = *stream.parent;
    const auto parent = std::find_if(all->begin(), all->end(), [&](const store::Stream& s) { return s.id == id; });
    if (parent == all->end()) return refused;
    stream = *parent;
  }
}

Result<PageAnswer> Outbound::read(std::string_view party, const Readable& from, const PageRequest& request,
                                  const std::function<void(const store::StreamItem&)>& visit) {
  store::StreamQuery query = request.query;
  query.exclude_source = std::string(party);
  if (request.next) {
    SEKISHO_ASSIGN(query.after_position, open_next(party, from.stream, request));
  }
  PageAnswer answer;
  store::Position first = 0;
  SEKISHO_ASSIGN(answer.end, store_.read_stream(from.stream, query, [&](const store::StreamItem& item) {
    if (first == 0) first = item.position;
    visit(item);
  }));
  if (answer.end.count == 0) return answer;
  store::Disclosure disclosure;
  disclosure.party = std::string(party);
  disclosure.stream = from.stream;
  disclosure.query = request.selection;
  // A page that continues another joins its range, whatever was passed over between them.
  disclosure.from = query.after_position != 0 ? query.after_position + 1 : first;
  disclosure.to = answer.end.last_position;
  disclosure.at = clock_.now();
  SEKISHO_TRY(store_.disclose(disclosure));
  if (answer.end.more) {
    SEKISHO_ASSIGN(const store::Stream stream, store_.stream(from.stream));
    const CursorScope scope{stream.id, store_.incarnation(), party, request.selection};
    answer.next = make_cursor(cursor_key_, scope, {answer.end.last_position, answer.end.last_date});
  }
  return answer;
}

Result<bool> Outbound::has_object(const Readable& from, std::string_view object_id) {
  return store_.stream_has_id(from.stream, object_id);
}

}  // namespace sekisho::sync
