#include <algorithm>
#include <array>

#include "stix/object.h"

namespace sekisho::stix {
namespace {

struct CategoryRow {
  std::string_view type;
  Category category;
};

using enum Category;
constexpr std::array kTypes{
    CategoryRow{"artifact", kSco},
    CategoryRow{"attack-pattern", kSdo},
    CategoryRow{"autonomous-system", kSco},
    CategoryRow{"bundle", kBundle},
    CategoryRow{"campaign", kSdo},
    CategoryRow{"course-of-action", kSdo},
    CategoryRow{"directory", kSco},
    CategoryRow{"domain-name", kSco},
    CategoryRow{"email-addr", kSco},
    CategoryRow{"email-message", kSco},
    CategoryRow{"extension-definition", kMeta},
    CategoryRow{"file", kSco},
    CategoryRow{"grouping", kSdo},
    CategoryRow{"identity", kSdo},
    CategoryRow{"incident", kSdo},
    CategoryRow{"indicator", kSdo},
    CategoryRow{"infrastructure", kSdo},
    CategoryRow{"intrusion-set", kSdo},
    CategoryRow{"ipv4-addr", kSco},
    CategoryRow{"ipv6-addr", kSco},
    CategoryRow{"language-content", kMeta},
    CategoryRow{"location", kSdo},
    CategoryRow{"mac-addr", kSco},
    CategoryRow{"malware", kSdo},
    CategoryRow{"malware-analysis", kSdo},
    CategoryRow{"marking-definition", kMeta},
    CategoryRow{"mutex", kSco},
    CategoryRow{"network-traffic", kSco},
    CategoryRow{"note", kSdo},
    CategoryRow{"observed-data", kSdo},
    CategoryRow{"opinion", kSdo},
    CategoryRow{"process", kSco},
    CategoryRow{"relationship", kSro},
    CategoryRow{"report", kSdo},
    CategoryRow{"sighting", kSro},
    CategoryRow{"software", kSco},
    CategoryRow{"threat-actor", kSdo},
    CategoryRow{"tool", kSdo},
    CategoryRow{"url", kSco},
    CategoryRow{"user-account", kSco},
    CategoryRow{"vulnerability", kSdo},
    CategoryRow{"windows-registry-key", kSco},
    CategoryRow{"x509-certificate", kSco},
};
static_assert(std::is_sorted(kTypes.begin(), kTypes.end(),
                             [](const CategoryRow& a, const CategoryRow& b) { return a.type < b.type; }));

}  // namespace

Category category_of(std::string_view type) {
  const auto row = std::lower_bound(kTypes.begin(), kTypes.end(), type,
                                    [](const CategoryRow& a, std::string_view b) { return a.type < b; });
  return row != kTypes.end() && row->type == type ? row->category : Category::kUnknown;
}

}  // namespace sekisho::stix
