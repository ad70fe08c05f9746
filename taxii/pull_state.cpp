// Where a pull stands, and how a page moves it (TAXII 2.1 §3.5, client side).
#include <algorithm>
#include <utility>

#include "core/json.h"
#include "core/time.h"
#include "taxii/client.h"
#include "taxii/remote.h"

namespace sekisho::taxii {
namespace {

constexpr std::size_t kMaxNextBytes = 8192;
constexpr std::string_view kLastHeader = "X-TAXII-Date-Added-Last";

bool power_of_two(std::uint32_t n) {
  return (n & (n - 1)) == 0;
}

/// Goes on with the server's `next`. One earlier value is remembered and moved at growing distances
/// (Brent), so that every circle of values is noticed without remembering them all.
Result<PullState> step(const PullState& from, const std::string& next, PullState to) {
  if (next.size() > kMaxNextBytes) return peer_fault("is too long", "/next");
  if (next == from.next || next == from.seen_next) {
    return peer_fault("has been given before in this walk", "/next");
  }
  const bool first = from.next.empty();
  to.next = next;
  to.walk_after = first ? from.added_after : from.walk_after;
  to.walk_pages = first ? 1 : from.walk_pages + 1;
  to.seen_next = power_of_two(to.walk_pages) ? next : from.seen_next;
  return to;
}

}  // namespace

Result<PullState> advance(const PullState& from, const RemoteEnvelope& page,
                          std::optional<std::string_view> last) {
  PullState to;
  to.added_after = from.added_after;
  if (!page.objects.empty()) {
    if (!last || !parse_taxii_time(*last)) {
      return peer_fault("must be a TAXII timestamp on a page with objects",
                        std::string(kLastHeader));
    }
    // Same length and UTC, so that text order is time order.
    to.added_after = std::max(to.added_after, std::string(*last));
  }
  if (!page.more) return to;
  if (!page.next.empty()) return step(from, page.next, std::move(to));
  if (to.added_after == from.added_after) {
    return peer_fault("says that there is more, without `next` and without a later " +
                      std::string(kLastHeader));
  }
  return to;
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
      .member("seen_next", seen_next)
      .member_int("walk_pages", walk_pages)
      .end_object();
  return writer.take();
}

Result<PullState> PullState::from_text(std::string_view text) {
  const auto document = json::Document::parse(std::string(text));
  if (!document) return make_error(Code::kInvalidArgument, "is not a pull state");
  const json::Value root = (*document)->root();
  PullState state;
  const std::pair<const char*, std::string*> members[] = {{"added_after", &state.added_after},
                                                          {"next", &state.next},
                                                          {"walk_after", &state.walk_after},
                                                          {"seen_next", &state.seen_next}};
  for (const auto& [name, target] : members) {
    const auto value = root[name].string();
    if (!value) return make_error(Code::kInvalidArgument, "is not a pull state", name);
    *target = *value;
  }
  const auto pages = root["walk_pages"].integer();
  if (!pages || *pages < 0 || *pages > UINT32_MAX) {
    return make_error(Code::kInvalidArgument, "is not a pull state", "walk_pages");
  }
  state.walk_pages = static_cast<std::uint32_t>(*pages);
  for (const std::string* time : {&state.added_after, &state.walk_after}) {
    if (!time->empty() && !parse_taxii_time(*time)) {
      return make_error(Code::kInvalidArgument, "is not a TAXII timestamp", *time);
    }
  }
  return state;
}

}  // namespace sekisho::taxii
