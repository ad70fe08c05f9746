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
  return family;
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
  if (added) held->second = std::move(loaded);
  return &held->second;
}

void Families::touch(Family& family, StreamNo stream) {
  if (family.members.size() < 2) return;  // alone, it is always first and last
  const auto [found, added] = family.before.try_emplace(stream);
  if (added) found->second = version_flags(family, stream);
}

void Families::take_out(Family& family, Member& member, StreamNo stream) {
  touch(family, stream);
  if (const auto before = family.before.find(stream); before != family.before.end()) before->second.erase(member.no);
  member.placements.erase(stream);
  member.moved = true;
}

void Families::flush(BlockEditor& blocks) {
  for (auto& [id, family] : families_) {
    for (const auto& [stream, before] : family.before) settle_flags(blocks, family, stream, before);
    for (const Member& member : family.members) {
      if (member.moved) write_placements(db_, member.no, member.placements);
    }
  }
  families_.clear();
}

}  // namespace sekisho::store::sqlite
