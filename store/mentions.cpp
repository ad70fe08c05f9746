#include "store/mentions.h"

#include <algorithm>

#include "core/checksum.h"
#include "stix/markings.h"
#include "stix/names.h"

namespace sekisho::store {
namespace {

/// Walks an object once; makes no text. Depth is bounded by the parser.
class MentionWalk {
 public:
  explicit MentionWalk(std::string_view own) : own_(own) {}

  void value(const json::Value& at) {
    if (at.is_object()) {
      for (const auto& [key, member] : at) {
        if (key.starts_with("extension-definition--")) add(key);
        value(member);
      }
    } else if (at.is_array()) {
      for (const auto& entry : at) value(entry.value);
    } else if (const auto text = at.string(); text && (stix::split_id(*text) || text->starts_with("marking-definition--"))) {
      add(*text);
    }
  }

  std::vector<std::uint64_t> take() {
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    return std::move(found_);
  }

 private:
  void add(std::string_view id) {
    if (id != own_ && !stix::tlp_from_marking_id(id)) found_.push_back(mention_hash(id));
  }

  const std::string_view own_;
  std::vector<std::uint64_t> found_;
};

}  // namespace

std::uint64_t mention_hash(std::string_view id) { return checksum(id); }

std::vector<std::uint64_t> mentioned_by(const stix::Object& object) {
  if (object.type() == "sekisho-attestation") return {};
  MentionWalk walk(object.id());
  walk.value(object.root());
  return walk.take();
}

}  // namespace sekisho::store
