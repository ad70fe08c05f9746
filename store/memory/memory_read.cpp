// Reading a stream of the reference store, and its disclosures.
#include <algorithm>

#include "store/chain.h"
#include "store/memory/state.h"
#include "store/rules.h"

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

bool spec_selected(const StreamQuery& query, const Family& family, const StoredObject& object) {
  if (!query.spec_versions.empty()) return contains(query.spec_versions, object.spec_version);
  return std::none_of(family.begin(), family.end(), [&](const StoredObject* other) {
    return spec_code(other->spec_version) > spec_code(object.spec_version);
  });
}

bool selected(const StreamQuery& query, const Family& family, const Entry& entry) {
  const StoredObject& object = *entry.object;
  if (!query.ids.empty() && !contains(query.ids, object.id)) return false;
  if (!query.types.empty() && !contains(query.types, object.type)) return false;
  if (!query.exclude_source.empty() && object.source == query.exclude_source && !entry.other_sources) return false;
  if (query.passed_over && query.passed_over->holds(object.id, object.version_time)) return false;
  return spec_selected(query, family, object) &&
         version_matches(query.versions, is_first(family, object), is_last(family, object), object.version_time);
}

}  // namespace

struct MemoryStore::Page {
  struct Item {
    Position position = 0;
    Entry entry;
    const StoredObject* attestation = nullptr;
  };
  std::vector<Item> items;
  bool more = false;
  Uuid stream;
  std::uint64_t generation = 0;
};

Result<MemoryStore::Page> MemoryStore::select(StreamNo no, const StreamQuery& query) const {
  if (query.limit == 0) return make_error(Code::kInvalidArgument, "the limit is at least 1", "limit");
  const auto found = streams_.find(no);
  if (found == streams_.end()) return make_error(Code::kNotFound, "no such stream", "stream");
  const auto& entries = found->second.entries;
  std::map<std::string_view, Family> families;
  for (const auto& entry : entries) {
    if (!entry.withdrawn) families[entry.object->id].push_back(entry.object);
  }
  Page page;
  page.stream = found->second.info.id;
  page.generation = found->second.info.generation;
  std::size_t bytes = 0;
  const std::size_t through = std::min<std::size_t>(entries.size(), query.through_position.value_or(entries.size()));
  for (std::size_t i = 0; i < through; ++i) {
    const Entry& entry = entries[i];
    const Position position = i + 1;
    if (entry.withdrawn || position <= query.after_position) continue;
    if (query.after_date && entry.date <= *query.after_date) continue;
    if (!selected(query, families[entry.object->id], entry)) continue;
    const StoredObject* attestation = query.want_attestations ? newest_attestation(entry.object->no) : nullptr;
    const std::size_t size = (query.want_bytes ? entry.object->bytes.size() : 0) +
                             (attestation != nullptr ? attestation->bytes.size() : 0);
    const bool full = page.items.size() == query.limit || (!page.items.empty() && bytes + size > query.max_bytes);
    if (full) {
      page.more = true;
      return page;
    }
    bytes += size;
    page.items.push_back({position, entry, attestation});
  }
  return page;
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
    end.last_position = position;
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
