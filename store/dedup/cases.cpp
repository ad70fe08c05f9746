#include "store/dedup/cases.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "core/digest.h"

namespace sekisho::store::dedup {
namespace {

/// Disjoint sets of the numbers below `size`.
class Groups {
 public:
  explicit Groups(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t root(std::size_t n) {
    while (parent_[n] != n) n = parent_[n] = parent_[parent_[n]];
    return n;
  }
  void join(const std::vector<std::size_t>& members) {
    for (const std::size_t member : members) parent_[root(member)] = root(members.front());
  }
  /// The members of each group, ascending.
  std::vector<std::vector<std::size_t>> lists() {
    std::vector<std::vector<std::size_t>> by_root(parent_.size());
    for (std::size_t n = 0; n < parent_.size(); ++n) by_root[root(n)].push_back(n);
    std::erase_if(by_root, [](const auto& list) { return list.empty(); });
    return by_root;
  }

 private:
  std::vector<std::size_t> parent_;
};

/// Whether those of `members` that name CVE ids have one in common.
bool agree(const std::vector<Item>& items, const std::vector<std::size_t>& members) {
  const std::vector<Cve>* first = nullptr;
  std::vector<Cve> common;
  for (const std::size_t member : members) {
    const std::vector<Cve>& cves = items[member].cves;
    if (cves.empty()) continue;
    if (first == nullptr) {
      first = &cves;
      common = cves;
      continue;
    }
    std::vector<Cve> kept;
    std::set_intersection(common.begin(), common.end(), cves.begin(), cves.end(), std::back_inserter(kept));
    if (kept.empty()) return false;
    common = std::move(kept);
  }
  return true;
}

/// Every key that two or more items share, by key.
std::vector<Link> shared_keys(const std::vector<Item>& items) {
  std::vector<std::pair<Key, std::size_t>> rows;
  for (std::size_t n = 0; n < items.size(); ++n) {
    for (const Key& key : items[n].keys) rows.emplace_back(key, n);
  }
  std::sort(rows.begin(), rows.end());
  std::vector<Link> out;
  for (auto at = rows.begin(); at != rows.end();) {
    const auto end = std::find_if(at, rows.end(), [&](const auto& row) { return row.first != at->first; });
    if (end - at > 1) {
      Link link{at->first, {}};
      for (; at != end; ++at) link.items.push_back(at->second);
      out.push_back(std::move(link));
    }
    at = end;
  }
  return out;
}

/// Chains: a group whose CVE ids have none in common keeps only what equal sets join.
std::vector<bool> contradicted(const std::vector<Item>& items, const std::vector<Link>& links) {
  Groups groups(items.size());
  for (const Link& link : links) groups.join(link.items);
  std::vector<bool> out(items.size(), false);
  for (const auto& members : groups.lists()) {
    if (members.size() < 3 || agree(items, members)) continue;
    for (const std::size_t member : members) out[member] = true;
  }
  return out;
}

Case make_case(const std::vector<Item>& items, std::vector<std::size_t> members) {
  std::sort(members.begin(), members.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(items[a].time, std::string_view(items[a].id)) < std::pair(items[b].time, std::string_view(items[b].id));
  });
  const Sha256 whole = sha256(items[members.front()].id);
  return Case{"case-" + hex(std::span(whole).first(8)), std::move(members), {}};
}

}  // namespace

std::string_view reason_text(RefusedKey::Reason reason) {
  switch (reason) {
    case RefusedKey::Reason::kHot: return "too many items share it to say anything";
    case RefusedKey::Reason::kContradicted: return "the items that share it name CVE ids without one in common";
    case RefusedKey::Reason::kChained: return "it would chain together items whose CVE ids have none in common";
  }
  return "";
}

Clusters cluster(const std::vector<Item>& items) {
  Clusters out;
  std::vector<Link> links;
  for (Link& link : shared_keys(items)) {
    if (link.items.size() > kHotKeyItems) {
      out.refused.push_back({RefusedKey::Reason::kHot, std::move(link)});
    } else if (!agree(items, link.items)) {
      out.refused.push_back({RefusedKey::Reason::kContradicted, std::move(link)});
    } else {
      links.push_back(std::move(link));
    }
  }
  const std::vector<bool> chained = contradicted(items, links);
  Groups groups(items.size());
  std::vector<Link> joining;
  for (Link& link : links) {
    if (link.key.kind != Key::Kind::kCves && chained[link.items.front()]) {
      out.refused.push_back({RefusedKey::Reason::kChained, std::move(link)});
      continue;
    }
    groups.join(link.items);
    joining.push_back(std::move(link));
  }
  std::vector<std::size_t> case_of(items.size());
  for (auto& members : groups.lists()) {
    for (const std::size_t member : members) case_of[member] = out.cases.size();
    out.cases.push_back(make_case(items, std::move(members)));
  }
  for (Link& link : joining) {
    const std::size_t owner = case_of[link.items.front()];
    out.cases[owner].links.push_back(std::move(link));
  }
  std::sort(out.cases.begin(), out.cases.end(), [&](const Case& a, const Case& b) {
    return std::pair(items[a.items.front()].time, std::string_view(a.id)) <
           std::pair(items[b.items.front()].time, std::string_view(b.id));
  });
  std::sort(out.refused.begin(), out.refused.end(),
            [](const RefusedKey& a, const RefusedKey& b) { return a.link.key < b.link.key; });
  return out;
}

}  // namespace sekisho::store::dedup
