// All stored versions of one id and which of them a stream carries: who is first and last of it there.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
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
  std::vector<Member> members;             ///< ascending by number
  std::map<StreamNo, StreamFlags> before;  ///< of the streams touched: flags as stored

  /// Among `members`; nothing if there is no such object.
  std::optional<std::size_t> index_of(ObjectNo no) const;
  /// The member of this version that the stream carries: one at most.
  std::optional<std::size_t> carried(StreamNo stream, Timestamp version) const;
  void place(std::size_t index, StreamNo stream, Position position);
  void take_out(std::size_t index, StreamNo stream);

 private:
  friend Family load_family(Connection& db, ObjectNo no);
  static constexpr std::size_t kFew = 8;  ///< up to so many are looked through
  std::map<std::pair<StreamNo, Timestamp>, std::size_t> places_;  ///< of more than a few
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
  static void take_out(Family& family, std::size_t index, StreamNo stream);
  void flush(BlockEditor& blocks);

 private:
  Connection& db_;
  Newcomers& newcomers_;
  std::unordered_map<std::string, Family> families_;
  std::unordered_map<ObjectNo, Family*> of_members_;  ///< of families of several
};

}  // namespace sekisho::store::sqlite
