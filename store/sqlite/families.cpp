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
    const Position position = member.placements.at(stream);
    Entry entry = blocks.read(stream, position);
    entry.flags = static_cast<std::uint16_t>((entry.flags & ~kVersionFlags) | want->second);
    blocks.write(stream, position, entry);
  }
}

}  // namespace

Family load_family(Connection& db, std::string_view id) {
  Family family;
  Query query = db.query(
      "SELECT o.no, o.version_seconds, o.version_nanos, o.spec, o.source, o.content, p.streams FROM objects o"
      " LEFT JOIN placements p ON p.object = o.no WHERE o.id = ?1",
      id);
  while (query.row()) {
    Member member;
    member.no = query.number(0);
    member.version = {query.integer(1), query.number32(2)};
    member.spec = static_cast<std::uint16_t>(query.integer(3));
    member.source = query.number32(4);
    const std::string_view content = query.blob(5);
    std::memcpy(member.content.data(), content.data(), std::min(content.size(), member.content.size()));
    member.placements = unpack_placements(query.blob(6));
    family.members.push_back(std::move(member));
  }
  return family;
}

StreamFlags version_flags(const Family& family, StreamNo stream) {
  std::map<std::uint16_t, Range> specs;
  for (const Member& member : family.members) {
    if (!member.placements.count(stream)) continue;
    Range& range = specs.try_emplace(member.spec, Range{member.version, member.version}).first->second;
    range.first = std::min(range.first, member.version);
    range.last = std::max(range.last, member.version);
  }
  StreamFlags flags;
  for (const Member& member : family.members) {
    if (!member.placements.count(stream)) continue;
    const Range& range = specs.at(member.spec);
    unsigned bits = 0;
    if (range.first < member.version) bits |= kNotFirst;
    if (member.version < range.last) bits |= kNotLast;
    if (member.spec < specs.rbegin()->first) bits |= kOldSpec;
    flags[member.no] = static_cast<std::uint16_t>(bits);
  }
  return flags;
}

Family& Families::of(const std::string& id) {
  const auto [found, added] = families_.try_emplace(id);
  if (added) found->second = load_family(db_, id);
  return found->second;
}

Member* Families::member(Family& family, ObjectNo no) {
  const auto found =
      std::find_if(family.members.begin(), family.members.end(), [&](const Member& m) { return m.no == no; });
  return found == family.members.end() ? nullptr : &*found;
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
