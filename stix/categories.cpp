#include <algorithm>
#include <array>

#include "stix/object.h"

namespace sekisho::stix {
namespace {

struct Row {
  std::string_view type;
  Category category;
};

using enum Category;
constexpr std::array kTypes{
    Row{"artifact", kSco},
    Row{"attack-pattern", kSdo},
    Row{"autonomous-system", kSco},
    Row{"bundle", kBundle},
    Row{"campaign", kSdo},
    Row{"course-of-action", kSdo},
    Row{"directory", kSco},
    Row{"domain-name", kSco},
    Row{"email-addr", kSco},
    Row{"email-message", kSco},
    Row{"extension-definition", kMeta},
    Row{"file", kSco},
    Row{"grouping", kSdo},
    Row{"identity", kSdo},
    Row{"incident", kSdo},
    Row{"indicator", kSdo},
    Row{"infrastructure", kSdo},
    Row{"intrusion-set", kSdo},
    Row{"ipv4-addr", kSco},
    Row{"ipv6-addr", kSco},
    Row{"language-content", kMeta},
    Row{"location", kSdo},
    Row{"mac-addr", kSco},
    Row{"malware", kSdo},
    Row{"malware-analysis", kSdo},
    Row{"marking-definition", kMeta},
    Row{"mutex", kSco},
    Row{"network-traffic", kSco},
    Row{"note", kSdo},
    Row{"observed-data", kSdo},
    Row{"opinion", kSdo},
    Row{"process", kSco},
    Row{"relationship", kSro},
    Row{"report", kSdo},
    Row{"sighting", kSro},
    Row{"software", kSco},
    Row{"threat-actor", kSdo},
    Row{"tool", kSdo},
    Row{"url", kSco},
    Row{"user-account", kSco},
    Row{"vulnerability", kSdo},
    Row{"windows-registry-key", kSco},
    Row{"x509-certificate", kSco},
};
static_assert(std::is_sorted(kTypes.begin(), kTypes.end(),
                             [](const Row& a, const Row& b) { return a.type < b.type; }));

}  // namespace

Category category_of(std::string_view type) {
  const auto row = std::lower_bound(kTypes.begin(), kTypes.end(), type,
                                    [](const Row& a, std::string_view b) { return a.type < b; });
  return row != kTypes.end() && row->type == type ? row->category : Category::kUnknown;
}

}  // namespace sekisho::stix
