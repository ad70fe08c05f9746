#include "store/sqlite/families.h"

#include <algorithm>
#include <cstring>

namespace sekisho::store::sqlite {
namespace {

struct Range {
  Timestamp first, last;
};

void settle_flags(BlockEditor& blocks, const Family& family, StreamNo stream, const StreamFlags& before) {
  const StreamFlags after = version_flags(family, stream);
  for (const Member& member : family.members) {
    const auto want = after.find(member.no);
    if (want == after.end()) continue;
    const auto held = before.find(member.no);
    if (want->second == (held == before.end() ? 0 : held->second)) continue;
    const Position position = *member.placements.find(stream);
    Entry entry = blocks.read(stream, position);
    entry.flags = static_cast<std::uint16_t>((entry.flags & ~kVersionFlags) | want->second);
    blocks.write(stream, position, entry);
  }
}

}  // namespace

Family load_family(Connection& db, ObjectNo no) {
  Family family;
  Query query = db.query(
      "SELECT o.no, o.version_seconds, o.version_nanos, o.spec, o.type, o.source, o.content, p.streams, o.id"
      " FROM objects s JOIN objects o ON o.id = s.id LEFT JOIN placements p ON p.object = o.no WHERE s.no = ?1",
      no);
  while (query.row()) {
    if (family.members.empty()) family.id = query.text(8);
    Member member;
    member.no = query.number(0);
    member.version = {query.integer(1), query.number32(2)};
    member.spec = static_cast<std::uint16_t>(query.integer(3));
    member.type = query.number32(4);
    member.source = query.number32(5);
    const std::string_view content = query.blob(6);
    std::memcpy(member.content.data(), content.data(), std::min(content.size(), member.content.size()));
    member.placements = unpack_placements(query.blob(7));
    family.members.push_back(std::move(member));
  }
  auto& members = family.members;
  std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) { return a.no < b.no; });
  for (std::size_t i = 0; members.size() > Family::kFew && i < members.size(); ++i) {
    for (const auto& [stream, position] : members[i].placements) family.places_.emplace(std::pair(stream, members[i].version), i);
  }
  return family;
}

std::optional<std::size_t> Family::index_of(ObjectNo no) const {
  const auto found = std::lower_bound(members.begin(), members.end(), no, [](const Member& member, ObjectNo wanted) { return member.no < wanted; });
  if (found == members.end() || found->no != no) return std::nullopt;
  return static_cast<std::size_t>(found - members.begin());
}

std::optional<std::size_t> Family::carried(StreamNo stream, Timestamp version) const {
  if (members.size() > kFew) {
    const auto found = places_.find({stream, version});
    return found == places_.end() ? std::nullopt : std::optional(found->second);
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i].version == version && members[i].placements.find(stream)) return i;
  }
  return std::nullopt;
}

void Family::place(std::size_t index, StreamNo stream, Position position) {
  Member& member = members[index];
  member.placements.set(stream, position);
  member.moved = true;
  if (members.size() > kFew) places_[{stream, member.version}] = index;
}

void Family::take_out(std::size_t index, StreamNo stream) {
  Member& member = members[index];
  member.placements.erase(stream);
  member.moved = true;
  const auto found = places_.find({stream, member.version});
  if (found != places_.end() && found->second == index) places_.erase(found);
}

StreamFlags version_flags(const Family& family, StreamNo stream) {
  std::map<std::uint16_t, Range> specs;
  for (const Member& member : family.members) {
    if (!member.placements.find(stream)) continue;
    Range& range = specs.try_emplace(member.spec, Range{member.version, member.version}).first->second;
    range.first = std::min(range.first, member.version);
    range.last = std::max(range.last, member.version);
  }
  StreamFlags flags;
  for (const Member& member : family.members) {
    if (!member.placements.find(stream)) continue;
    const Range& range = specs.at(member.spec);
    unsigned bits = 0;
    if (range.first < member.version) bits |= kNotFirst;
    if (member.version < range.last) bits |= kNotLast;
    if (member.spec < specs.rbegin()->first) bits |= kOldSpec;
    flags[member.no] = static_cast<std::uint16_t>(bits);
  }
  return flags;
}

Family* Families::of(ObjectNo no) {
  if (const auto held = of_members_.find(no); held != of_members_.end()) return held->second;
  Family loaded;
  if (auto newcomer = newcomers_.take(no)) {
    loaded.id = std::move(newcomer->id);
    loaded.members.push_back({no, newcomer->version, newcomer->spec, newcomer->type, newcomer->source, newcomer->content, {}, false});
  } else {
    loaded = load_family(db_, no);
  }
  if (loaded.members.empty()) return nullptr;
  // Another version may have brought the family in already: that one knows what has changed since.
  const auto [held, added] = families_.try_emplace(loaded.id);
  Family& family = held->second;
  if (!added) return &family;
  family = std::move(loaded);
  for (const Member& member : family.members) {
    if (family.members.size() > 1) of_members_.emplace(member.no, &family);
  }
  return &family;
}

void Families::touch(Family& family, StreamNo stream) {
  if (family.members.size() < 2) return;  // alone, it is always first and last
  const auto [found, added] = family.before.try_emplace(stream);
  if (added) found->second = version_flags(family, stream);
}

void Families::take_out(Family& family, std::size_t index, StreamNo stream) {
  touch(family, stream);
  if (const auto before = family.before.find(stream); before != family.before.end()) before->second.erase(family.members[index].no);
  family.take_out(index, stream);
}

void Families::flush(BlockEditor& blocks) {
  for (auto& [id, family] : families_) {
    for (const auto& [stream, before] : family.before) settle_flags(blocks, family, stream, before);
    for (const Member& member : family.members) {
      if (member.moved) write_placements(db_, member.no, member.placements);
    }
  }
  of_members_.clear();
  families_.clear();
}

}  // namespace sekisho::store::sqlite
