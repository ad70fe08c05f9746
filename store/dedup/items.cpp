#include "store/dedup/items.h"

#include <algorithm>

#include "core/digest.h"

namespace sekisho::store::dedup {
namespace {

Digest digest_of(std::string_view text) {
  const Sha256 whole = sha256(text);
  Digest out;
  std::copy_n(whole.begin(), out.size(), out.begin());
  return out;
}

template <typename T>
void sort_unique(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

Digest set_digest(std::vector<std::string> ids) {
  sort_unique(ids);
  std::string text;
  for (const std::string& id : ids) text.append(id).push_back('\n');
  return digest_of(text);
}

}  // namespace

std::string_view kind_name(Key::Kind kind) {
  switch (kind) {
    case Key::Kind::kCves: return "CVE set";
    case Key::Kind::kAdvisories: return "advisory set";
    case Key::Kind::kUrl: return "URL";
  }
  return "";
}

Key cve_set_key(const std::vector<Cve>& cves) {
  std::vector<std::string> ids;
  for (const Cve& cve : cves) ids.push_back(cve.to_string());
  return {Key::Kind::kCves, set_digest(std::move(ids))};
}

Key advisory_set_key(const std::vector<std::string>& ids) { return {Key::Kind::kAdvisories, set_digest(ids)}; }

Key url_key(std::string_view canonical) { return {Key::Kind::kUrl, digest_of(canonical)}; }

VendorNo ItemSet::vendor(const std::string& name) {
  const auto [at, fresh] = vendor_index_.try_emplace(name, static_cast<VendorNo>(vendors_.size()));
  if (fresh) vendors_.push_back(name);
  return at->second;
}

void ItemSet::add(const Delivery& delivery) {
  const auto [at, fresh] = index_.try_emplace(delivery.id, pending_.size());
  if (fresh) pending_.emplace_back();
  Pending& pending = pending_[at->second];
  for (const std::string& name : delivery.vendors) pending.item.vendors.push_back(vendor(name));
  sort_unique(pending.item.vendors);
  const bool better = fresh || delivery.version > pending.version ||
                      (delivery.version == pending.version && delivery.content < pending.content);
  if (!better) return;
  Item item{delivery.id, delivery.object, delivery.keys.time, std::move(pending.item.vendors), {}, {}};
  std::vector<std::string> advisories;
  for (const Found& found : delivery.keys.cves) {
    if (const auto cve = parse_cve(found.value)) item.cves.push_back(*cve);
  }
  for (const Found& found : delivery.keys.advisories) advisories.push_back(found.value);
  for (const Found& found : delivery.keys.urls) item.keys.push_back(url_key(found.value));
  if (!advisories.empty()) item.keys.push_back(advisory_set_key(advisories));
  pending = Pending{std::move(item), delivery.version, delivery.content, !delivery.keys.revoked && !delivery.keys.is_case,
                    delivery.keys.vulnerabilities};
}

void ItemSet::add_vulnerability(const Uuid& id, const std::vector<Found>& cves) {
  for (const Found& found : cves) {
    if (const auto cve = parse_cve(found.value)) vulnerabilities_.emplace_back(id, *cve);
  }
}

void ItemSet::resolve(Pending& pending) const {
  Item& item = pending.item;
  for (const Uuid& id : pending.vulnerabilities) {
    auto at = std::lower_bound(vulnerabilities_.begin(), vulnerabilities_.end(), std::pair(id, Cve{}));
    for (; at != vulnerabilities_.end() && at->first == id; ++at) item.cves.push_back(at->second);
  }
  sort_unique(item.cves);
  if (!item.cves.empty()) {
    std::erase_if(item.keys, [](const Key& key) { return key.kind == Key::Kind::kAdvisories; });
    item.keys.push_back(cve_set_key(item.cves));
  }
  sort_unique(item.keys);
}

/// Puts the names in order; gives each old number's new one.
std::vector<VendorNo> ItemSet::sort_vendors() {
  std::vector<std::string> names = vendors_;
  std::sort(names.begin(), names.end());
  std::vector<VendorNo> out;
  for (const std::string& name : vendors_) {
    out.push_back(static_cast<VendorNo>(std::lower_bound(names.begin(), names.end(), name) - names.begin()));
  }
  vendors_ = std::move(names);
  return out;
}

std::vector<Item> ItemSet::finish() {
  sort_unique(vulnerabilities_);
  const std::vector<VendorNo> numbers = sort_vendors();
  std::vector<Item> out;
  for (Pending& pending : pending_) {
    if (!pending.counts) continue;
    resolve(pending);
    for (VendorNo& no : pending.item.vendors) no = numbers[no];
    std::sort(pending.item.vendors.begin(), pending.item.vendors.end());
    out.push_back(std::move(pending.item));
  }
  std::sort(out.begin(), out.end(), [](const Item& a, const Item& b) { return a.id < b.id; });
  return out;
}

}  // namespace sekisho::store::dedup
