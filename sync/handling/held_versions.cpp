#include "sync/handling/held_versions.h"

#include "stix/versions.h"

namespace sekisho::sync {
namespace {

const HeldVersions::Line::Versions kNone;

}  // namespace

HeldVersions::Line::Line(std::vector<store::StoredObject> versions) : versions_(std::move(versions)) {
  for (const store::StoredObject& version : versions_) {
    by_content_[version.content].push_back(&version);
    by_time_[version.version_time].push_back(&version);
  }
}

const HeldVersions::Line::Versions& HeldVersions::Line::of_content(const Sha256& content) const {
  const auto found = by_content_.find(content);
  return found == by_content_.end() ? kNone : found->second;
}

const HeldVersions::Line::Versions& HeldVersions::Line::at(Timestamp version) const {
  const auto found = by_time_.find(version);
  return found == by_time_.end() ? kNone : found->second;
}

bool HeldVersions::Line::differs(const stix::Object& object) const {
  // A content has one version time, so all of it that is held is among those of that time.
  return at(object.version_time()).size() > of_content(object.content_hash()).size();
}

Result<HeldVersions::LinePtr> HeldVersions::of(std::string_view id) {
  const auto held = lines_.find(id);
  if (held != lines_.end()) return held->second;
  SEKISHO_ASSIGN(auto versions, store_.versions_of(id, false));
  rows_ += versions.size() + 1;
  if (rows_ > kRows) {
    lines_.clear();
    rows_ = versions.size() + 1;
  }
  auto line = std::make_shared<const Line>(std::move(versions));
  lines_.emplace(id, line);
  return line;
}

std::vector<store::ObjectNo> Sayings::others(const stix::Object& object) const {
  std::vector<store::ObjectNo> out;
  if (versions_.empty()) return out;
  const auto found = versions_.find(stix::saying_of(object));
  if (found == versions_.end()) return out;
  for (const auto& [content, no] : found->second) {
    if (content != object.content_hash()) out.push_back(no);
    if (out.size() == kOthers) break;
  }
  return out;
}

Result<Sha256> saying_of(const store::Store& store, const store::StoredObject& version) {
  SEKISHO_ASSIGN(auto stored, store.object(version.no));
  SEKISHO_ASSIGN(const auto object, stix::Object::parse_kept(std::move(stored.bytes), version.content));
  return stix::saying_of(*object);
}

}  // namespace sekisho::sync
