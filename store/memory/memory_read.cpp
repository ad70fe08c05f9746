// Reading a stream of the reference store, and its disclosures.
#include <algorithm>

#include "store/chain.h"
#include "store/memory/state.h"
#include "store/rules.h"
#include "store/timeline.h"

namespace sekisho::store::memory {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// What a stream carries of one id.
using Family = std::vector<const StoredObject*>;

bool is_first(const Family& family, const StoredObject& object) {
  return std::none_of(family.begin(), family.end(), [&](const StoredObject* other) {
    return other->spec_version == object.spec_version && other->version_time < object.version_time;
  });
}

bool is_last(const Family& family, const StoredObject& object) {
  return std::none_of(family.begin(), family.end(), [&](const StoredObject* other) {
    return other->spec_version == object.spec_version && other->version_time > object.version_time;
  });
}

bool in_newest_spec(const Family& family, const StoredObject& object) {
  return std::none_of(family.begin(), family.end(), [&](const StoredObject* other) {
    return spec_code(other->spec_version) > spec_code(object.spec_version);
  });
}

/// Of a version among those that are shown of its id.
struct Standing {
  bool first = false, last = false, newest_spec = false;
};

bool selected(const StreamQuery& query, const Entry& entry, const Standing& standing) {
  const StoredObject& object = *entry.object;
  if (!query.ids.empty() && !contains(query.ids, object.id)) return false;
  if (!query.types.empty() && !contains(query.types, object.type)) return false;
  if (!query.exclude_source.empty() && object.source == query.exclude_source && !entry.other_sources) return false;
  if (query.spec_versions.empty() ? !standing.newest_spec : !contains(query.spec_versions, object.spec_version)) return false;
  return version_matches(query.versions, standing.first, standing.last, object.version_time);
}

}  // namespace

std::vector<MemoryStore::Page::Item> MemoryStore::select_stream(const StreamData& stream, const StreamQuery& query) const {
  const auto& entries = stream.entries;
  std::map<std::string_view, Family> families;
  for (const auto& entry : entries) {
    if (!entry.withdrawn) families[entry.object->id].push_back(entry.object);
  }
  std::vector<Page::Item> items;
  const std::size_t through = std::min<std::size_t>(entries.size(), query.through_position.value_or(entries.size()));
  for (std::size_t i = 0; i < through; ++i) {
    const Entry& entry = entries[i];
    if (entry.withdrawn || i + 1 <= query.after_position) continue;
    if (query.after_date && entry.date <= *query.after_date) continue;
    if (query.passed_over && query.passed_over->holds(entry.object->id, entry.object->version_time)) continue;
    const Family& family = families[entry.object->id];
    const Standing standing{is_first(family, *entry.object), is_last(family, *entry.object), in_newest_spec(family, *entry.object)};
    if (selected(query, entry, standing)) items.push_back({i + 1, entry, nullptr});
  }
  return items;
}

// Everything that is there, the long way round: what of it the pure function shows, then the query.
std::vector<MemoryStore::Page::Item> MemoryStore::select_timeline(const StreamData& stream, const StreamQuery& query) const {
  std::vector<Page::Item> all;
  std::set<std::string_view> own_ids;
  std::optional<std::int64_t> end;  // of what may be given by now
  const auto own = own_.find({query.own->party, stream.info.collection});
  for (const OwnEntry& mine : own == own_.end() ? std::vector<OwnEntry>() : own->second) {
    const bool wanted = (query.ids.empty() || contains(query.ids, mine.object->id)) && (!query.after_date || mine.date > *query.after_date);
    if (mine.date < query.own->before) {
      all.push_back({0, {mine.object, mine.date, false, false}, nullptr});
      own_ids.insert(mine.object->id);
    } else if (wanted && !end) {
      end = mine.date;
    }
  }
  const auto passed_over = [&query](const Page::Item& item) {
    return item.position != 0 && query.passed_over && query.passed_over->holds(item.entry.object->id, item.entry.object->version_time);
  };
  for (std::size_t i = 0; i < stream.entries.size(); ++i) {
    if (!stream.entries[i].withdrawn) all.push_back({i + 1, stream.entries[i], nullptr});
  }
  std::sort(all.begin(), all.end(), [](const Page::Item& l, const Page::Item& r) { return l.entry.date < r.entry.date; });
  const auto fact = [](const Page::Item& item) {
    const StoredObject& o = *item.entry.object;
    return TimelineFamily::Version{o.version_time, spec_code(o.spec_version), item.entry.date, item.position == 0, o.content};
  };
  std::map<std::string_view, std::vector<TimelineFamily::Version>> families;
  for (const auto& item : all) {
    // Beside an own entry there is nothing that is passed over; a stream by itself counts all that it carries.
    if (own_ids.count(item.entry.object->id) == 0 || !passed_over(item)) families[item.entry.object->id].push_back(fact(item));
  }
  std::vector<Page::Item> items;
  const Position through = query.through_position.value_or(stream.info.length);
  for (const auto& item : all) {
    if (end && item.entry.date > *end) break;
    if (item.position != 0 && (item.position <= query.after_position || item.position > through || passed_over(item))) continue;
    if (query.after_date && item.entry.date <= *query.after_date) continue;
    const auto standing = TimelineFamily(families[item.entry.object->id]).of(fact(item));
    if (standing.shown && selected(query, item.entry, {standing.first, standing.last, standing.newest_spec})) items.push_back(item);
  }
  return items;
}

Result<MemoryStore::Page> MemoryStore::select(StreamNo no, const StreamQuery& query) const {
  if (query.limit == 0) return make_error(Code::kInvalidArgument, "the limit is at least 1", "limit");
  const auto found = streams_.find(no);
  if (found == streams_.end()) return make_error(Code::kNotFound, "no such stream", "stream");
  Page page;
  page.stream = found->second.info.id;
  page.generation = found->second.info.generation;
  std::size_t bytes = 0;
  for (Page::Item& item : query.own ? select_timeline(found->second, query) : select_stream(found->second, query)) {
    item.attestation = query.want_attestations ? newest_attestation(item.entry.object->no) : nullptr;
    const std::size_t size = (query.want_bytes ? item.entry.object->bytes.size() : 0) +
                             (item.attestation != nullptr ? item.attestation->bytes.size() : 0);
    const bool full = page.items.size() == query.limit || (!page.items.empty() && bytes + size > query.max_bytes);
    if (full) {
      page.more = true;
      return page;
    }
    bytes += size;
    page.items.push_back(item);
  }
  return page;
}

bool MemoryStore::has_own(std::string_view party, CollectionNo collection) const {
  MutexLock lock(mutex_);
  return own_.count({std::string(party), collection}) != 0;
}

Result<PageEnd> MemoryStore::read_stream(StreamNo no, const StreamQuery& query,
                                         const std::function<void(const StreamItem&)>& visit) const {
  Page page;
  {
    MutexLock lock(mutex_);
    SEKISHO_ASSIGN(page, select(no, query));
  }
  PageEnd end;
  for (const auto& [position, entry, attestation] : page.items) {
    const StoredObject& o = *entry.object;
    const std::string_view bytes = query.want_bytes ? std::string_view(o.bytes) : std::string_view();
    const bool alone = query.want_givers && !entry.other_sources;
    visit(StreamItem{position, entry.date, o.no, o.id, o.type, o.spec_version, o.version, bytes,
                     attestation != nullptr ? std::string_view(attestation->bytes) : std::string_view(),
                     alone ? std::string_view(o.source) : std::string_view()});
    if (position != 0) end.last_position = position;
    end.last_date = entry.date;
    ++end.count;
  }
  end.more = page.more;
  end.stream = page.stream;
  end.generation = page.generation;
  return end;
}

Result<bool> MemoryStore::stream_has_id(StreamNo no, std::string_view id) const {
  MutexLock lock(mutex_);
  const auto found = streams_.find(no);
  if (found == streams_.end()) return make_error(Code::kNotFound, "no such stream", "stream");
  const auto& entries = found->second.entries;
  return std::any_of(entries.begin(), entries.end(),
                     [&](const Entry& entry) { return !entry.withdrawn && entry.object->id == id; });
}

Status MemoryStore::disclose(const Disclosure& disclosure) {
  MutexLock lock(mutex_);
  const auto stream = streams_.find(disclosure.stream);
  if (stream == streams_.end()) return make_error(Code::kNotFound, "no such stream", "stream");
  if (disclosure.from == 0 || disclosure.from > disclosure.to || disclosure.to > stream->second.info.length) {
    return make_error(Code::kInvalidArgument, "the range is not within the stream", "disclosure");
  }
  const auto text = documents_.find({chain_head_space(kDisclosedChain), kChainHeadKey});
  SEKISHO_ASSIGN(ChainHead head, ChainHead::from(text == documents_.end() ? std::nullopt : std::optional(text->second),
                                                 kDisclosedChain));
  Disclosure joined = disclosure;
  joined.at = Timestamp::from_micros(disclosure.at.micros());
  for (auto it = disclosures_.begin(); it != disclosures_.end();) {
    const Disclosure& held = it->second;
    const bool same =
        held.party == joined.party && held.stream == joined.stream && held.query == joined.query;
    if (!same || held.to + 1 < joined.from || joined.to + 1 < held.from) {
      ++it;
      continue;
    }
    if (held.from <= joined.from && joined.to <= held.to) return {};
    joined.from = std::min(joined.from, held.from);
    joined.to = std::max(joined.to, held.to);
    joined.at = std::min(joined.at, held.at);
    it = disclosures_.erase(it);
  }
  put_documents(chain_disclosure(head, disclosure));
  disclosures_[{joined.party, joined.stream, joined.query, joined.from}] = joined;
  return {};
}

Result<std::vector<Disclosure>> MemoryStore::disclosures(std::string_view party) const {
  MutexLock lock(mutex_);
  std::vector<Disclosure> out;
  for (const auto& [key, disclosure] : disclosures_) {
    if (party.empty() || disclosure.party == party) out.push_back(disclosure);
  }
  return out;
}

}  // namespace sekisho::store::memory
