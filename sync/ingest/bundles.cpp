#include "sync/ingest/bundles.h"

#include <utility>

namespace sekisho::sync {
namespace {

/// One handed-in object on its way into `out`.
class Opening {
 public:
  explicit Opening(const OpenLimits& limits) : limits_(limits) {}

  std::vector<Handed> out;

  /// An error: of the bundle as a whole.
  Status take(std::string_view bytes, std::size_t levels) {
    auto object = stix::Object::parse(std::string(bytes), limits_.object_bytes);
    if (object.ok() && (*object)->type() != "bundle") return keep(std::move(object), {});
    // A bundle may lack what an object needs, or be larger than one object.
    const auto container = stix::open_container(std::string(bytes));
    const bool bundle = container.ok() && container->kind == stix::Container::Kind::kBundle;
    if (!bundle && object.ok()) return container.error();
    if (!bundle) return keep(std::move(object), std::string(bytes));
    if (levels == 0) {
      return make_error(Code::kLimitExceeded, "bundles are nested more than " + std::to_string(kBundleLevels) +
                                                  " deep; send the objects without the bundles around them");
    }
    for (const std::string_view member : container->slices) SEKISHO_TRY(take(member, levels - 1));
    return {};
  }

 private:
  Status keep(Result<stix::ObjectPtr> object, std::string unreadable) {
    if (out.size() >= limits_.members) {
      return make_error(Code::kLimitExceeded, "the bundle brings more objects than one submission may hold; send it in parts");
    }
    out.push_back({std::move(object), std::move(unreadable)});
    return {};
  }

  const OpenLimits& limits_;
};

}  // namespace

std::vector<Handed> opened(std::string_view bytes, const OpenLimits& limits) {
  Opening opening(limits);
  const Status whole = opening.take(bytes, limits.levels);
  if (whole.ok()) return std::move(opening.out);
  std::vector<Handed> refused;
  refused.push_back({whole.error(), std::string(bytes)});
  return refused;
}

}  // namespace sekisho::sync
