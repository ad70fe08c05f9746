#include "memory_source.h"

#include <algorithm>
#include <charconv>

#include "taxii/pages.h"

namespace sekisho::taxii::tests {
namespace {

bool listed(const std::vector<std::string>& values, std::string_view value) {
  return values.empty() || std::find(values.begin(), values.end(), value) != values.end();
}

/// Items that the query's match fields select, in order.
std::vector<const StoredItem*> select(const std::vector<StoredItem>& items, const Query& query) {
  std::map<std::string_view, std::string_view> latest_spec;
  for (const StoredItem& item : items) {
    auto& latest = latest_spec[item.id];
    latest = std::max(latest, std::string_view(item.spec_version));
  }
  std::vector<const StoredItem*> held;
  std::map<std::string_view, std::pair<Timestamp, Timestamp>> range;  // first, last
  for (const StoredItem& item : items) {
    const bool spec = query.spec_versions.empty() ? item.spec_version == latest_spec[item.id]
                                                  : listed(query.spec_versions, item.spec_version);
    if (!spec || !listed(query.ids, item.id) || !listed(query.types, item.type)) continue;
    held.push_back(&item);
    const auto [place, fresh] = range.try_emplace(item.id, item.modified, item.modified);
    place->second.first = std::min(place->second.first, item.modified);
    place->second.second = std::max(place->second.second, item.modified);
  }
  std::erase_if(held, [&](const StoredItem* item) {
    const auto& [first, last] = range[item->id];
    return !(query.version_all || (query.version_first && item->modified == first) ||
             (query.version_last && item->modified == last) ||
             std::find(query.versions.begin(), query.versions.end(), item->modified) !=
                 query.versions.end());
  });
  return held;
}

}  // namespace

StoredItem make_item(const std::string& id, const std::string& version, std::int64_t date_added,
                     const std::string& spec_version) {
  StoredItem item;
  item.id = id;
  item.type = id.substr(0, id.find("--"));
  item.spec_version = spec_version;
  item.version = version;
  item.modified = parse_stix_time(version).value();
  item.date_added = date_added;
  item.bytes = R"({"type":")" + item.type + R"(", "id":")" + id + R"(","modified":")" + version +
               R"(","x_number":1.0,"x_small":1e-7,"name":"\u00e9 𠮷"})";
  return item;
}

Result<const MemoryCollection*> MemorySource::find(const Principal& caller,
                                                   std::string_view id_or_alias) {
  ++calls;
  if (fails) return *fails;
  for (const MemoryCollection& collection : content) {
    const bool named = collection.view.id == id_or_alias ||
                       (!collection.view.alias.empty() && collection.view.alias == id_or_alias);
    if (named && collection.rights.count(caller.party) != 0) return &collection;
  }
  return make_error(Code::kNotFound, "no collection " + std::string(id_or_alias));
}

Result<std::vector<CollectionView>> MemorySource::collections(const Principal& caller) {
  ++calls;
  if (fails) return *fails;
  std::vector<CollectionView> out;
  for (const MemoryCollection& collection : content) {
    const auto rights = collection.rights.find(caller.party);
    if (rights == collection.rights.end()) continue;
    out.push_back(collection.view);
    out.back().can_read = rights->second.read;
    out.back().can_write = rights->second.write;
  }
  return out;
}

Result<PageInfo> MemorySource::read(const Principal& caller, std::string_view id_or_alias,
                                    const Query& query, Listing listing,
                                    const std::function<void(const Run&)>& visit) {
  last_query = query;
  SEKISHO_ASSIGN(const auto* found, find(caller, id_or_alias));
  if (!found->rights.at(caller.party).read) return make_error(Code::kTaxiiForbidden, "");
  const std::string scope = caller.party + "|" + found->view.id + "|" + query.selection() + "|" +
                            std::to_string(query.added_after.value_or(0)) + "|";
  std::int64_t after = query.added_after.value_or(INT64_MIN);
  if (query.next) {
    const std::string_view next = *query.next;
    const bool own = next.size() > scope.size() && next.starts_with(scope);
    const char* end = next.data() + next.size();
    if (!own || std::from_chars(next.data() + scope.size(), end, after).ptr != end) {
      return make_error(Code::kTaxiiBadCursor, "");
    }
  }
  PageInfo page;
  std::size_t count = 0;
  for (const StoredItem* item : select(found->items, query)) {
    if (item->date_added <= after) continue;
    if (count++ == *query.limit) {
      page.more = true;
      if (gives_next) page.next = scope + std::to_string(*page.last_date);
      break;
    }
    const auto text = std::make_shared<std::string>();
    append_entry(listing, {item->id, item->type, item->spec_version, item->version, item->bytes, item->date_added}, *text);
    const std::size_t entry = text->size();
    text->append(item->id + item->version + std::to_string(item->date_added));
    visit({std::string_view(*text).substr(0, entry), std::string_view(*text).substr(entry), text});
    if (!page.first_date) page.first_date = item->date_added;
    page.last_date = item->date_added;
  }
  return page;
}

Result<bool> MemorySource::has_object(const Principal& caller, std::string_view id_or_alias,
                                      std::string_view object_id) {
  SEKISHO_ASSIGN(const auto* found, find(caller, id_or_alias));
  return std::any_of(found->items.begin(), found->items.end(),
                     [object_id](const StoredItem& item) { return item.id == object_id; });
}

Result<StatusView> MemorySource::submit(const Principal& caller, std::string_view id_or_alias,
                                        const std::vector<std::string_view>& objects) {
  SEKISHO_TRY(find(caller, id_or_alias));
  StatusView view;
  view.id = "9a000000-0000-4000-8000-00000000000" + std::to_string(statuses.size());
  view.requested = Timestamp::from_micros(1'750'000'000'000'000);
  submitted.clear();
  for (const std::string_view bytes : objects) {
    submitted.emplace_back(bytes);
    const StatusDetail detail{"x--" + std::to_string(submitted.size()), "v", std::nullopt};
    if (bytes.starts_with('{')) {
      view.successes.push_back(detail);
    } else {
      view.failures.push_back({detail.id, detail.version, "not an object"});
    }
  }
  statuses[{caller.party, view.id}] = view;
  return view;
}

Status MemorySource::remove(const Principal& caller, std::string_view id_or_alias,
                            std::string_view object_id, const Query& query) {
  ++calls;
  if (fails) return *fails;
  SEKISHO_ASSIGN(const auto* found, find(caller, id_or_alias));
  for (MemoryCollection& collection : content) {
    if (&collection != found) continue;
    const auto gone = std::erase_if(collection.items, [object_id](const StoredItem& item) {
      return item.id == object_id;
    });
    if (gone == 0) return make_error(Code::kNotFound, "");
    removed.push_back(std::string(object_id) + (query.version_given ? " " : " whole ") + query.selection());
  }
  return {};
}

Result<StatusView> MemorySource::status(const Principal& caller, std::string_view id) {
  ++calls;
  if (fails) return *fails;
  const auto found = statuses.find({caller.party, std::string(id)});
  if (found == statuses.end()) return make_error(Code::kNotFound, "");
  return found->second;
}

Result<Principal> MemoryAuthenticator::authenticate(const HttpRequest& request) {
  if (fails) return *fails;
  const std::string_view value = header(request.headers, "authorization").value_or("");
  for (const std::string& party : parties) {
    if (value == "Bearer " + party) return Principal{party};
  }
  return make_error(Code::kCredentialInvalid, "");
}

}  // namespace sekisho::taxii::tests
