#include "sync/serve/checked_read.h"

#include <algorithm>
#include <map>
#include <utility>

#include "store/rules.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kAtOnce = 256;

/// Which items a query selects of what the check leaves: whether a version is the first, the last, or of the latest spec_version is
/// said of those alone.
class Selection {
 public:
  Selection(const CheckedStream& from, const store::StreamQuery& query) : from_(from), query_(query) {}

  using May = ItemCheck::May;
  Result<bool> holds(const store::StreamItem& item, May& told) {
    // Its own entries nobody takes from a party but itself, or a recall in the same moment.
    SEKISHO_ASSIGN(told, item.position == 0 ? Result<May>(May::kGoes) : from_.check.may(from_.collection, item.object));
    if (told != May::kGoes) return false;
    const auto& specs = query_.spec_versions;
    const bool spec_named = std::find(specs.begin(), specs.end(), item.spec_version) != specs.end();
    if (!specs.empty() && !spec_named) return false;
    if (query_.versions.all && !specs.empty()) return true;
    SEKISHO_ASSIGN(const auto* family, family_of(std::string(item.id)));
    const auto own = std::find_if(family->begin(), family->end(), [&item](const Version& one) { return one.object == item.object; });
    if (own == family->end()) return false;
    bool first = true, last = true, latest_spec = true;
    for (const Version& other : *family) {
      latest_spec = latest_spec && other.spec <= own->spec;
      if (other.spec != own->spec) continue;
      first = first && other.at >= own->at;
      last = last && other.at <= own->at;
    }
    if (specs.empty() && !latest_spec) return false;
    return store::version_matches(query_.versions, first, last, own->at);
  }

 private:
  struct Version {
    store::ObjectNo object = 0;
    Timestamp at;
    std::uint16_t spec = 0;
  };

  /// What the stream carries of an id and may give.
  Result<const std::vector<Version>*> family_of(const std::string& id) {
    const auto [found, fresh] = families_.try_emplace(id);
    if (!fresh) return &found->second;
    if (query_.own) {
      SEKISHO_TRY(read_timeline(id, found->second));
      return &found->second;
    }
    SEKISHO_ASSIGN(const auto versions, from_.store.versions_of(id, false));
    for (const store::StoredObject& version : versions) {
      SEKISHO_ASSIGN(const auto placed, from_.store.placements(version.no));
      if (std::find(placed.begin(), placed.end(), from_.stream) == placed.end()) continue;
      SEKISHO_ASSIGN(const May may, from_.check.may(from_.collection, version.no));
      if (may == May::kGoes) found->second.push_back({version.no, version.version_time, store::spec_code(version.spec_version)});
    }
    return &found->second;
  }

  Status read_timeline(const std::string& id, std::vector<Version>& out) {
    store::StreamQuery query;
    query.ids = {id};
    query.versions.all = true;
    query.spec_versions = {"2.0", "2.1"};
    query.want_bytes = false;
    query.limit = kAtOnce;
    query.own = query_.own;
    query.exclude_source = query_.exclude_source;
    Status failure;
    const auto add = [&](const store::StreamItem& item) {
      const auto may = item.position == 0 ? Result<May>(May::kGoes) : from_.check.may(from_.collection, item.object);
      const auto at = parse_stix_time(item.version);
      if (!may.ok()) failure = may.error();
      else if (*may == May::kGoes && at.ok()) out.push_back({item.object, *at, store::spec_code(item.spec_version)});
    };
    for (bool more = true; more;) {
      SEKISHO_ASSIGN(const store::PageEnd end, from_.store.read_stream(from_.stream, query, add));
      SEKISHO_TRY(failure);
      more = end.more;
      query.after_position = std::max(query.after_position, end.last_position);
      query.after_date = end.last_date;
    }
    return {};
  }

  const CheckedStream& from_;
  const store::StreamQuery& query_;
  std::map<std::string, std::vector<Version>> families_;
};

}  // namespace

KeptItem::KeptItem(const store::StreamItem& item) : item_(item) {
  const std::string_view from[] = {item.id, item.type, item.spec_version, item.version, item.bytes, item.attestation, item.giver};
  for (std::size_t i = 0; i < texts_.size(); ++i) texts_[i] = from[i];
}

store::StreamItem KeptItem::view() const {
  store::StreamItem out = item_;
  std::string_view* const to[] = {&out.id, &out.type, &out.spec_version, &out.version, &out.bytes, &out.attestation, &out.giver};
  for (std::size_t i = 0; i < texts_.size(); ++i) *to[i] = texts_[i];
  return out;
}

// Everything of the range is read; what is not refused and not selected leaves no trace either way.
Result<store::PageEnd> read_checked(const CheckedStream& from, const store::StreamQuery& query, std::vector<store::Position>& refused,
                                    const std::function<void(const store::StreamItem&)>& visit) {
  if (query.limit == 0) return make_error(Code::kInvalidArgument, "the limit is at least 1", "limit");
  Selection selection(from, query);
  store::StreamQuery raw = query;
  raw.versions = {true, false, false, {}};
  raw.spec_versions = {"2.0", "2.1"};
  raw.limit = kAtOnce;
  raw.want_names = true;
  store::PageEnd out;
  std::size_t bytes = 0;
  for (bool more = true; more;) {
    std::vector<KeptItem> items;
    SEKISHO_ASSIGN(const store::PageEnd end, from.store.read_stream(from.stream, raw, [&items](const store::StreamItem& item) { items.emplace_back(item); }));
    out.stream = end.stream;
    out.generation = end.generation;
    for (const KeptItem& kept : items) {
      const store::StreamItem item = kept.view();
      auto told = ItemCheck::May::kGoes;
      SEKISHO_ASSIGN(const bool selected, selection.holds(item, told));
      // What may yet stay must not be passed: the reader asks again from here.
      if (told == ItemCheck::May::kDepends && from.pages) return out;
      if (told != ItemCheck::May::kGoes) refused.push_back(item.position);
      if (!selected) continue;
      const std::size_t size = item.bytes.size() + item.attestation.size();
      out.more = out.count == query.limit || (out.count > 0 && bytes + size > query.max_bytes);
      if (out.more) return out;
      bytes += size;
      visit(item);
      if (item.position != 0) out.last_position = item.position;
      out.last_date = item.date_added;
      ++out.count;
    }
    more = end.more;
    raw.after_position = std::max(raw.after_position, end.last_position);
    if (raw.own) raw.after_date = end.last_date;
  }
  return out;
}

}  // namespace sekisho::sync
