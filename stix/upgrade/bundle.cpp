#include <string_view>
#include <unordered_set>
#include <utility>

#include "core/digest.h"
#include "stix/upgrade/losses.h"
#include "stix/upgrade/merge.h"
#include "stix/upgrade/upgrade.h"

namespace sekisho::stix::upgrade {
namespace {

constexpr std::size_t kMostLosses = 100'000;

class BundleUpgrade {
 public:
  explicit BundleUpgrade(const Limits& limits) : limits_(limits) {}

  void add(const json::Value& member, const std::string& where) {
    auto upgraded = upgrade(member, limits_);
    if (!upgraded.ok()) return refuse(where, std::move(upgraded).error());
    for (const std::string& object : upgraded->objects) bytes_ += object.size();
    if (bytes_ > limits_.max_bundle_bytes) {
      return refuse(where,
                    make_error(Code::kLimitExceeded, "the bundle takes more than " +
                                                         std::to_string(limits_.max_bundle_bytes) +
                                                         " bytes in STIX 2.1; split it"));
    }
    for (Loss& loss : upgraded->losses) lose(where + loss.where, std::move(loss.what));
    const std::size_t last = upgraded->objects.size() - 1;
    for (std::size_t i = 0; i < last; ++i) observable(std::move(upgraded->objects[i]), where);
    keep(std::move(upgraded->objects[last]));
  }

  void lose(std::string where, std::string what) { losses_.add(std::move(where), std::move(what)); }

  UpgradedBundle take(std::string_view id) {
    out_.objects = merger_.take(losses_);
    for (std::string& object : others_) out_.objects.push_back(std::move(object));
    out_.losses = losses_.take();
    out_.id = id;
    return std::move(out_);
  }

 private:
  void refuse(const std::string& where, Error error) {
    std::string place = where + error.where;
    out_.refused.push_back({std::move(place), std::move(error)});
  }
  void observable(std::string object, const std::string& where) {
    // The writer gives type, spec_version and id first, in this form.
    constexpr std::string_view kBefore = "\"id\":\"";
    const std::size_t start = object.find(kBefore) + kBefore.size();
    const std::string id = object.substr(start, object.find('"', start) - start);
    merger_.add(id, std::move(object), where);
  }
  void keep(std::string object) {
    if (given_.insert(sha256(object)).second) others_.push_back(std::move(object));
  }

  struct HashOfHash {
    std::size_t operator()(const Sha256& hash) const {
      std::size_t out = 0;
      for (std::size_t i = 0; i < sizeof(out); ++i) out = out << 8 | hash[i];
      return out;
    }
  };

  const Limits& limits_;
  UpgradedBundle out_;
  Losses losses_{kMostLosses};
  std::size_t bytes_ = 0;
  Merger merger_;
  std::unordered_set<Sha256, HashOfHash> given_;
  std::vector<std::string> others_;
};

void add_all(const json::Value& list, const std::string& where, BundleUpgrade& bundle) {
  std::size_t index = 0;
  for (const auto& entry : list) bundle.add(entry.value, where + "/" + std::to_string(index++));
}

}  // namespace

Result<UpgradedBundle> upgrade_bundle(const json::Value& root, const Limits& limits) {
  BundleUpgrade bundle(limits);
  if (root.is_array()) {
    add_all(root, "", bundle);
    return bundle.take({});
  }
  if (!root.is_object()) {
    return make_error(Code::kStixNotObject, "expected a bundle, an object or a list of objects");
  }
  const json::Value objects = root["objects"];
  const bool is_bundle = root["type"].string() == "bundle";
  const bool is_envelope = !root["type"].exists() && objects.exists();
  if (!is_bundle && !is_envelope) {
    bundle.add(root, "");
    return bundle.take(root["id"].string_or({}));
  }
  if (objects.exists() && !objects.is_array()) {
    return make_error(Code::kStixNotObject, "`objects` is a list of STIX objects", "/objects");
  }
  add_all(objects, "/objects", bundle);
  for (const json::Value::Entry& entry : root) {
    if (is_bundle && entry.key != "type" && entry.key != "id" && entry.key != "spec_version" &&
        entry.key != "objects") {
      bundle.lose("/" + std::string(entry.key), "A bundle has no such property in STIX 2.1");
    }
  }
  return bundle.take(root["id"].string_or({}));
}

}  // namespace sekisho::stix::upgrade
