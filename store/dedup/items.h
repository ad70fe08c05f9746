// Items: what vendors delivered, one per STIX id, however often and by whatever route it came. An ItemSet
// gives the same items for the same deliveries in any order. One thread. docs/specs/cases.md "Items".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/time.h"
#include "core/uuid.h"
#include "store/dedup/identifiers.h"
#include "store/dedup/keys.h"
#include "store/store.h"

namespace sekisho::store::dedup {

using Digest = std::array<std::uint8_t, 16>;  ///< start of a SHA-256

/// What an item may share with another. The value itself stays in the object.
struct Key {
  enum class Kind : std::uint8_t { kCves, kAdvisories, kUrl } kind = Kind::kCves;
  Digest digest{};

  auto operator<=>(const Key&) const = default;
};
std::string_view kind_name(Key::Kind kind);  ///< "CVE set", "advisory set", "URL"

/// The key of a sorted set of CVE ids, of sorted advisory ids, of a canonical URL.
Key cve_set_key(const std::vector<Cve>& cves);
Key advisory_set_key(const std::vector<std::string>& ids);
Key url_key(std::string_view canonical);

using VendorNo = std::uint32_t;  ///< index into ItemSet::vendors() after finish()

struct Item {
  std::string id;                 ///< STIX id
  ObjectNo object = 0;            ///< stored object that the keys were read from
  Timestamp time;
  std::vector<VendorNo> vendors;  ///< sorted
  std::vector<Cve> cves;          ///< sorted, once each
  std::vector<Key> keys;          ///< sorted, once each
};

/// One report as it came in.
struct Delivery {
  std::string id;
  ObjectNo object = 0;
  Timestamp version;
  Digest content{};                  ///< tells contents of one version apart
  std::vector<std::string> vendors;  ///< who gave it
  ObjectKeys keys;
};

class ItemSet {
 public:
  /// Takes a delivery. The newest version's keys count (of two contents of one version, the one with the
  /// smaller digest); who delivered any version delivered the item.
  void add(const Delivery& delivery);
  /// A vulnerability object and the CVE ids that it stands for.
  void add_vulnerability(const Uuid& id, const std::vector<Found>& cves);

  /// Everything taken, in order of id, with the CVE ids of the vulnerabilities referred to. Revoked reports
  /// and case groupings are left out. Ends the set.
  std::vector<Item> finish();
  /// Names in order, once finished.
  const std::vector<std::string>& vendors() const { return vendors_; }

 private:
  struct Pending {
    Item item;
    Timestamp version;
    Digest content{};
    bool counts = true;
    std::vector<Uuid> vulnerabilities;
  };
  VendorNo vendor(const std::string& name);
  void resolve(Pending& pending) const;
  std::vector<VendorNo> sort_vendors();

  std::unordered_map<std::string, std::size_t> index_;
  std::vector<Pending> pending_;
  std::vector<std::pair<Uuid, Cve>> vulnerabilities_;
  std::vector<std::string> vendors_;
  std::unordered_map<std::string, VendorNo> vendor_index_;
};

}  // namespace sekisho::store::dedup
