// Where a pull stands, and how a page moves it (TAXII 2.1 §3.5, client side; docs/specs/quirks.md).
#include <algorithm>
#include <utility>

#include "core/digest.h"
#include "core/json.h"
#include "core/time.h"
#include "taxii/client.h"
#include "taxii/remote.h"
#include "taxii/uri.h"

namespace sekisho::taxii {
namespace {

constexpr std::size_t kMaxNextBytes = 8192;
constexpr std::uint32_t kMaxEmptyPages = 100;
constexpr std::size_t kMaxStretch = 100'000;
constexpr std::string_view kAdvice = "; to find out what the server does: sekisho peer probe";

bool power_of_two(std::uint32_t n) {
  return (n & (n - 1)) == 0;
}

/// Short text that two pages share if they hold the same objects in the same order, as far as anybody cares.
std::string digest_of(const RemoteEnvelope& page) {
  if (page.objects.empty()) return {};
  const std::string text = std::string(page.objects.front()) + "\n" + std::string(page.objects.back()) + "\n" +
                           std::to_string(page.objects.size());
  return hex(sha256(text)).substr(0, 32);
}

/// What a query from `date` asks for: earlier by what the quirks want, and no earlier than 1970.
std::string asked_after(const std::string& date, bool pull_begins, const Quirks& quirks) {
  if (date.empty() || quirks.date_headers == Quirks::DateHeaders::kNone) return {};
  const auto place = parse_taxii_time(date);
  if (!place.ok()) return date;
  std::int64_t back = quirks.step_back_micros();
  if (pull_begins) back += quirks.overlap_seconds * 1'000'000;
  if (back == 0) return date;
  return format_taxii_time(Timestamp::from_micros(std::max<std::int64_t>(0, place->micros() - back)));
}

std::string first_asked_after(const PullState& from, const Quirks& quirks) {
  return asked_after(from.added_after, from.walk_pages == 0 && from.stretched == 0, quirks);
}

/// Goes on with the server's `next`. One earlier place is remembered and moved at growing distances (Brent), so
/// that every circle is noticed without remembering them all.
Result<Step> by_next(const PullState& from, const RemoteEnvelope& page, PullState to, const Quirks& quirks) {
  if (page.next.size() > kMaxNextBytes) return peer_fault("is too long", "/next");
  // One that holds once may be the same text on every page: the server keeps the place.
  if (quirks.next != Quirks::Next::kOnce && (page.next == from.next || page.next == from.seen_next)) {
    return peer_fault("has been given before in this walk" + std::string(kAdvice), "/next");
  }
  const std::string digest = digest_of(page);
  if (!digest.empty() && digest == from.seen_page) return peer_fault("the same page has come before in this walk");
  to.empty_pages = page.objects.empty() ? from.empty_pages + 1 : 0;
  if (to.empty_pages > kMaxEmptyPages) return peer_fault("many empty pages in a row, and each says that there is more");
  const bool first = from.next.empty();
  to.next = page.next;
  to.walk_after = first ? from.added_after : from.walk_after;
  to.sent_after = first ? first_asked_after(from, quirks) : from.sent_after;
  to.walk_pages = first ? 1 : from.walk_pages + 1;
  to.seen_next = power_of_two(to.walk_pages) ? page.next : from.seen_next;
  to.seen_page = power_of_two(to.walk_pages) && !digest.empty() ? digest : from.seen_page;
  return Step{std::move(to), true};
}

/// Goes on behind the page's last date. If that is no later, all of the page is at one instant: more is asked for
/// at once, as long as that can help: not of a server that gives fewer than asked and says that there are more.
Result<Step> by_date(const PullState& from, const RemoteEnvelope& page, PullState to, std::size_t limit,
                     const Quirks& quirks) {
  const bool later = to.added_after > from.added_after;
  const std::size_t most = quirks.limit > 0 ? std::min(limit, quirks.limit) : limit;
  const bool full = page.objects.size() >= most;
  const bool more = quirks.more_untold ? !page.objects.empty() && (later || full) : page.more;
  if (!more) return Step{std::move(to), false};
  to.walk_pages = from.next.empty() ? from.walk_pages + 1 : 1;
  if (later) return Step{std::move(to), true};
  if (!quirks.gives_again() || page.objects.empty()) {
    return peer_fault("says that there is more, without `next` and without a later " + std::string(kLastDateHeader) +
                      std::string(kAdvice));
  }
  if (limit >= kMaxStretch || (page.more && !full)) {
    return peer_fault("has more objects of one instant than it gives at once: " + std::to_string(page.objects.size()) +
                      " of them, and no way to the rest");
  }
  to.stretched = static_cast<std::uint32_t>(std::min(limit * 2, kMaxStretch));
  return Step{std::move(to), true};
}

}  // namespace

std::string objects_query(const PullState& from, std::size_t limit, const Quirks& quirks) {
  const std::string after = from.next.empty() ? first_asked_after(from, quirks) : from.sent_after;
  std::string query = "match%5Bversion%5D=all&limit=" + std::to_string(limit);
  if (!after.empty()) query.append("&added_after=").append(percent_encode(after));
  if (!from.next.empty()) query.append("&next=").append(percent_encode(from.next));
  return query;
}

Result<Step> advance(const PullState& from, const RemoteEnvelope& page, const std::string& last, std::size_t limit,
                     const Quirks& quirks) {
  PullState to;
  to.added_after = std::max(from.added_after, last);  // same length and UTC, so that text order is time order
  if (!page.next.empty() && quirks.next != Quirks::Next::kBroken) return by_next(from, page, std::move(to), quirks);
  return by_date(from, page, std::move(to), limit, quirks);
}

PullState PullState::restart() const {
  PullState start;
  start.added_after = next.empty() ? added_after : walk_after;
  return start;
}

std::string PullState::to_text() const {
  json::Writer writer;
  writer.begin_object()
      .member("added_after", added_after)
      .member("next", next)
      .member("walk_after", walk_after)
      .member("sent_after", sent_after)
      .member("seen_next", seen_next)
      .member("seen_page", seen_page)
      .member_int("walk_pages", walk_pages)
      .member_int("empty_pages", empty_pages)
      .member_int("stretched", stretched)
      .end_object();
  return writer.take();
}

Result<PullState> PullState::from_text(std::string_view text) {
  const auto document = json::Document::parse(std::string(text));
  if (!document) return make_error(Code::kInvalidArgument, "is not a pull state");
  const json::Value root = (*document)->root();
  PullState state;
  const std::pair<const char*, std::string*> texts[] = {
      {"added_after", &state.added_after}, {"next", &state.next},           {"walk_after", &state.walk_after},
      {"sent_after", &state.sent_after},   {"seen_next", &state.seen_next}, {"seen_page", &state.seen_page}};
  if (!root["added_after"].exists()) return make_error(Code::kInvalidArgument, "is not a pull state", "added_after");
  for (const auto& [name, target] : texts) {
    if (!root[name].exists()) continue;  // written before the member was there
    const auto value = root[name].string();
    if (!value) return make_error(Code::kInvalidArgument, "is not a pull state", name);
    *target = *value;
  }
  const std::pair<const char*, std::uint32_t*> counts[] = {
      {"walk_pages", &state.walk_pages}, {"empty_pages", &state.empty_pages}, {"stretched", &state.stretched}};
  for (const auto& [name, target] : counts) {
    if (!root[name].exists()) continue;
    const auto value = root[name].integer();
    if (!value || *value < 0 || *value > UINT32_MAX) {
      return make_error(Code::kInvalidArgument, "is not a pull state", name);
    }
    *target = static_cast<std::uint32_t>(*value);
  }
  for (const std::string* time : {&state.added_after, &state.walk_after, &state.sent_after}) {
    if (!time->empty() && !parse_taxii_time(*time)) {
      return make_error(Code::kInvalidArgument, "is not a TAXII timestamp", *time);
    }
  }
  if (!root["sent_after"].exists()) state.sent_after = state.walk_after;
  return state;
}

}  // namespace sekisho::taxii
