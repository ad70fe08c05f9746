// All stored versions of one id and which of them a stream carries: who is first and last of it there.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/digest.h"
#include "store/sqlite/blocks.h"
#include "store/sqlite/placements.h"
#include "store/sqlite/writer.h"

namespace sekisho::store::sqlite {

/// One stored object among those of its id.
struct Member {
  ObjectNo no = 0;
  Timestamp version;
  std::uint16_t spec = 0;
  std::uint32_t type = 0, source = 0;  ///< Names codes
  Sha256 content{};
  Placements placements;
  bool moved = false;  ///< placements differ from the stored row
};

using StreamFlags = std::map<ObjectNo, std::uint16_t>;

struct Family {
  std::string id;
  std::vector<Member> members;
  std::map<StreamNo, StreamFlags> before;  ///< of the streams touched: flags as stored
};

/// Of a stored object; no members if there is no such object.
Family load_family(Connection& db, ObjectNo no);
/// kVersionFlags of each member that the stream carries.
StreamFlags version_flags(const Family& family, StreamNo stream);

/// The families that one transaction touches; flush() brings flags and placements up to date.
class Families {
 public:
  explicit Families(Writing& writing) : db_(writing.db), newcomers_(writing.newcomers) {}
  /// The family of an object; nothing if there is no such object.
  Family* of(ObjectNo no);
  /// Notes that the stream's part of the family is about to change.
  static void touch(Family& family, StreamNo stream);
  /// Takes a member out of the stream; placed there again, it is a new entry without flags.
  static void take_out(Family& family, Member& member, StreamNo stream);
  void flush(BlockEditor& blocks);

 private:
  Connection& db_;
  Newcomers& newcomers_;
  std::unordered_map<std::string, Family> families_;
};

}  // namespace sekisho::store::sqlite
