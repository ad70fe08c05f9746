// The questions, in order; each is one or two GETs. What a finding means for a pull is in pull_state.cpp.
#include "taxii/probe.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/time.h"
#include "taxii/probe_pages.h"
#include "taxii/uri.h"

namespace sekisho::taxii {
namespace {

constexpr std::size_t kSmallPage = 10;
constexpr std::size_t kSmallerLimits[] = {100, 10};

/// Versions are compared as instants: servers write them with other precisions.
ObjectVersion comparable(ObjectVersion item) {
  const auto at = parse_rfc3339(item.version);
  if (at.ok()) item.version = format_taxii_time(*at);
  return item;
}

class Prober {
 public:
  Prober(Exchange& exchange, std::string collection, std::size_t page)
      : reader_(exchange), wanted_(std::move(collection)), page_(page) {}

  Result<ProbeReport> run(const std::string& url) {
    SEKISHO_TRY(open(url));
    SEKISHO_TRY(ask_large_page());
    ask_manifest();
    report_.objects = large_.items.size();
    if (!large_.items.empty()) {
      SEKISHO_TRY(ask_small_page());
      judge_dates();
      judge_shared();
      ask_next();
      ask_behind();
      judge_ways();
    }
    judge_media_types();
    report_.requests = reader_.requests();
    return std::move(report_);
  }

 private:
  void find(std::string quirk, const char* clause, std::string seen, std::string remedy, bool fatal = false) {
    report_.findings.push_back({std::move(quirk), std::string("TAXII 2.1 ") + clause, std::move(seen), std::move(remedy), fatal});
  }

  Status open(const std::string& url) {
    const auto parts = Url::parse(url);
    if (!parts) return make_error(Code::kInvalidArgument, "is not an absolute HTTPS URL", url);
    std::string root = url;
    if (parts->path.empty() || parts->path == "/") {
      SEKISHO_ASSIGN(const auto discovery, reader_.resource(parts->origin + "/taxii2/"));
      SEKISHO_ASSIGN(const auto roots, read_roots(discovery->root(), parts->origin));
      if (roots.empty()) return peer_fault("the peer's discovery names no API root", url);
      root = roots.front();
    }
    SEKISHO_ASSIGN(root, url_below(root, ""));
    SEKISHO_ASSIGN(const auto resource, reader_.resource(root));
    SEKISHO_ASSIGN(report_.root, read_root(resource->root(), root));
    SEKISHO_ASSIGN(const auto list, reader_.resource(root + "collections/"));
    SEKISHO_ASSIGN(const auto collections, read_collections(list->root()));
    for (const RemoteCollection& one : collections) {
      const bool named = one.id == wanted_ || (!one.alias.empty() && one.alias == wanted_);
      if (wanted_.empty() ? one.can_read : named) {
        report_.collection = one;
        return {};
      }
    }
    if (!wanted_.empty()) return make_error(Code::kNotFound, "the server lists no such collection", wanted_);
    return make_error(Code::kTaxiiForbidden, "the server has no collection that these credentials may read", root);
  }

  Result<ProbePage> objects(const ProbeAsk& ask) { return reader_.objects(report_.root.url, report_.collection.id, ask); }

  void ask_manifest() {
    const auto manifest = reader_.manifest(report_.root.url, report_.collection.id, {asked_, "", ""});
    if (!manifest.ok()) {
      find("manifest", "§5.3", "the manifest cannot be had: " + manifest.error().detail, "a pull needs none");
      return;
    }
    for (std::size_t i = 0; i < manifest->items.size(); ++i) {
      if (const auto date = read_date(manifest->dates[i])) added_[comparable(manifest->items[i])] = *date;
    }
  }

  Status ask_large_page() {
    auto page = objects({page_, "", ""});
    asked_ = page_;
    for (const std::size_t smaller : kSmallerLimits) {
      if (page.ok()) break;
      if (smaller >= page_) continue;
      if (page.error().code != Code::kTaxiiBadQuery && page.error().code != Code::kTaxiiPeerFault) break;
      asked_ = smaller;
      page = objects({smaller, "", ""});
    }
    if (!page.ok()) return page.error();
    large_ = std::move(*page);
    if (asked_ < page_) {
      report_.quirks.limit = asked_;
      find("limit: " + std::to_string(asked_), "§3.4", "a limit of " + std::to_string(page_) + " is refused",
           "it asks for " + std::to_string(asked_) + " at once");
    }
    return {};
  }

  Status ask_small_page() {
    const std::size_t all = large_.items.size();
    small_limit_ = std::min(kSmallPage, std::max<std::size_t>(1, all / 3));
    SEKISHO_ASSIGN(small_, objects({small_limit_, "", ""}));
    if (small_.items.empty()) return peer_fault("asked for fewer objects it gives none", "limit=" + std::to_string(small_limit_));
    if (large_.items.size() > asked_ || small_.items.size() > small_limit_) {
      report_.quirks.whole = true;
      find("whole", "§3.4", "asked for " + std::to_string(small_limit_) + " objects it gives " + std::to_string(small_.items.size()),
           "it takes large answers, and stores them in parts");
    }
    const bool less = small_.items.size() < all;
    if (less && !small_.more) untold("a page that is not the last says nothing of more");
    return {};
  }

  void untold(std::string seen) {
    if (std::exchange(report_.quirks.more_untold, true)) return;
    find("more: untold", "§3.7", std::move(seen), "it goes on until nothing later comes");
  }

  /// When it was added, by the manifest.
  const DateSpelling* listed(const ObjectVersion& item) const {
    const auto found = added_.find(comparable(item));
    return found == added_.end() ? nullptr : &found->second;
  }

  /// The date of a page's last object, if anybody says.
  std::optional<DateSpelling> last_of(const ProbePage& page) const {
    if (page.items.empty()) return std::nullopt;
    if (const auto* date = listed(page.items.back())) return *date;
    if (report_.quirks.date_headers >= Quirks::DateHeaders::kManifest) return std::nullopt;
    return read_date(page.last_header);
  }

  /// The headers of the small page: are they there, dates, spelled as they should be, and true?
  void judge_dates() {
    const auto last = read_date(small_.last_header);
    if (!last) return no_headers(small_.last_header.empty() ? "the page has no X-TAXII-Date-Added-Last"
                                                            : "X-TAXII-Date-Added-Last is no date");
    std::int64_t latest = 0;
    bool known = true;
    for (const ObjectVersion& item : small_.items) {
      const DateSpelling* date = listed(item);
      known = known && date != nullptr;
      if (date != nullptr) latest = std::max(latest, date->micros);
    }
    const bool less = small_.items.size() < large_.items.size();
    const bool later = known ? last->micros >= latest + std::max<std::int64_t>(last->unit, 1)
                             : less && small_.last_header == large_.last_header && small_.first_header != small_.last_header;
    if (later) return no_headers("X-TAXII-Date-Added-Last is later than the last object of the page");
    if (last->exact) return;
    report_.quirks.date_headers = Quirks::DateHeaders::kLoose;
    report_.quirks.date_unit = last->unit;
    find("date_headers: loose", "§2, §3.2", "dates are written like " + printable(small_.last_header, 50),
         "it asks from one such unit earlier, and passes over what comes again");
  }

  void no_headers(std::string seen) {
    const DateSpelling* date = listed(small_.items.back());
    const bool by_manifest = date != nullptr;
    report_.quirks.date_headers = by_manifest ? Quirks::DateHeaders::kManifest : Quirks::DateHeaders::kNone;
    if (by_manifest && !date->exact) report_.quirks.date_unit = date->unit;
    find(by_manifest ? "date_headers: manifest" : "date_headers: none", "§3.2", std::move(seen),
         by_manifest ? "it takes the date of the last object from the manifest" : "each pull reads the whole collection again");
  }

  /// Whether one date stands for several objects. Dates coarser than that show nothing, and need no more.
  void judge_shared() {
    if (report_.quirks.date_unit > 1) return;
    bool shared = false;
    std::map<std::int64_t, int> at;
    for (const auto& [item, date] : added_) shared = ++at[date.micros] > 1 || shared;
    if (added_.empty() && report_.quirks.date_headers != Quirks::DateHeaders::kNone) shared = first_two_share();
    if (!shared) return;
    report_.quirks.shared_dates = true;
    find("dates: shared", "§3.2, §3.5", "several objects have the same date_added",
         "by date it goes one microsecond back, so that a page that ends between them loses none");
  }

  bool first_two_share() {
    for (const ProbePage* page : {&small_, &large_}) {
      if (page->items.size() > 1 && page->first_header == page->last_header) return true;
    }
    if (large_.items.size() < 3) return false;
    const auto two = objects({2, "", ""});
    return two.ok() && two->items.size() == 2 && two->first_header == two->last_header;
  }

  void ask_next() {
    if (small_.next.empty()) return;
    const auto second = objects({small_limit_, "", small_.next});
    if (!second.ok() || second->items == small_.items) {
      report_.quirks.next = Quirks::Next::kBroken;
      find("next: broken", "§3.5", second.ok() ? "`next` gives the same page again" : "its own `next` is refused: " + second.error().detail,
           "it goes by date");
      return;
    }
    const auto again = objects({small_limit_, "", small_.next});
    if (again.ok() && again->items == second->items) return;
    report_.quirks.next = Quirks::Next::kOnce;
    find("next: once", "§3.5", "the same `next` gives another page the second time",
         "after any break the walk begins again, and what comes again is passed over");
  }

  /// Asks for what comes after the last object of the large page: nothing, if all was there and dates exclude
  /// their own instant.
  void ask_behind() {
    const auto last = last_of(large_);
    if (!last) return;
    const auto behind = objects({small_limit_, format_taxii_time(Timestamp::from_micros(last->micros)), ""});
    if (!behind.ok()) {
      find("added_after", "§3.4", "it is refused: " + behind.error().detail, "nothing: only first pulls can work", true);
      return;
    }
    bool again = false, unknown = false, beginning = false;
    for (const ObjectVersion& item : behind->items) {
      const bool held = std::find(large_.items.begin(), large_.items.end(), item) != large_.items.end();
      again = again || held;
      unknown = unknown || !held;
      beginning = beginning || item == large_.items.front();
    }
    if (unknown && !large_.more && !(beginning && report_.quirks.whole)) cut_short();
    if (!again) return;
    const DateSpelling* first = listed(large_.items.front());
    const bool one_instant = first != nullptr ? first->micros == last->micros : large_.first_header == large_.last_header;
    if (beginning && !one_instant) {
      report_.quirks.added_after = Quirks::AddedAfter::kIgnored;
      find("added_after: ignored", "§3.4", "objects from before that date come too", "each pull reads all again, and passes over it");
    } else if (report_.quirks.date_unit <= 1) {
      report_.quirks.added_after = Quirks::AddedAfter::kInclusive;
      find("added_after: inclusive", "§3.4", "objects of that very instant come too", "it passes over what comes again");
    }
  }

  void cut_short() {
    untold("there is more behind a page of " + std::to_string(large_.items.size()) + " that says nothing of more");
    if (large_.items.size() >= asked_) return;
    report_.quirks.limit = large_.items.size();
    find("limit: " + std::to_string(large_.items.size()), "§3.4",
         "asked for " + std::to_string(asked_) + " objects it gives " + std::to_string(large_.items.size()) + " and does not say that there are more",
         "it asks for no more than that");
  }

  /// Whether any way leads through a collection of several pages.
  void judge_ways() {
    const bool by_next = !small_.next.empty() && report_.quirks.next != Quirks::Next::kBroken;
    const bool ignored = report_.quirks.added_after == Quirks::AddedAfter::kIgnored;
    const bool by_date = report_.quirks.date_headers != Quirks::DateHeaders::kNone && !ignored;
    const bool pages = small_.items.size() < large_.items.size();
    if (by_next || by_date || !pages) return;
    find("no way through", "§3.5", "neither `next` nor dates lead from one page to the next",
         "nothing: a collection of more than one page cannot be read", true);
  }

  void judge_media_types() {
    for (const std::string& type : reader_.odd_media_types()) {
      if (report_.quirks.media_types.size() == Quirks::kMostMediaTypes) {
        find("media_types", "§3.1", "answers are labelled in more ways than a profile holds", "nothing: it takes no others", true);
        return;
      }
      report_.quirks.media_types.push_back(type);
      find("media_types", "§3.1", type.empty() ? "answers have no Content-Type" : "answers are labelled " + type, "it takes them as they are");
    }
  }

  ProbeReader reader_;
  const std::string wanted_;
  const std::size_t page_;
  ProbeReport report_;
  std::map<ObjectVersion, DateSpelling> added_;  ///< by the manifest
  std::size_t asked_ = 0, small_limit_ = 0;
  ProbePage large_, small_;
};

}  // namespace

bool ProbeReport::complete() const {
  return std::none_of(findings.begin(), findings.end(), [](const Finding& finding) { return finding.fatal; });
}

Result<ProbeReport> probe(Exchange& exchange, const std::string& url, const std::string& collection, std::size_t page) {
  return Prober(exchange, collection, page).run(url);
}

}  // namespace sekisho::taxii
