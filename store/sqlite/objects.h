// Object rows, the change log and which collection holds what.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "store/sqlite/writer.h"
#include "store/store.h"

namespace sekisho::store::sqlite {

/// What entries repeat of an object.
struct ObjectHead {
  Timestamp version;
  std::uint32_t type = 0, source = 0;  ///< Names codes
  std::uint16_t spec = 0;              ///< spec_code
};

/// Stores the objects and logs a change for each that its collection did not hold yet.
/// kInvalidArgument: no object given, or a collection that does not exist.
Result<std::vector<Added>> add_objects(Writing& writing, const std::vector<NewObject>& objects, Timestamp now);
/// Stores the objects in their collections without change-log rows.
Result<std::vector<ObjectNo>> keep_objects(Writing& writing, const std::vector<NewObject>& objects, Timestamp now);

inline constexpr std::size_t kMostRows = 1u << 30;  ///< a limit is given to SQLite as a signed number

bool collection_exists(Connection& db, CollectionNo no);
std::optional<ObjectHead> object_head(Connection& db, ObjectNo no);
/// As it is stored, damaged or not; kNotFound.
Result<StoredObject> read_object(Connection& db, ObjectNo no);
/// The same if its bytes are those that were stored; else kStoreCorrupt, and `damage` knows of it.
Result<StoredObject> read_sound_object(Connection& db, ObjectNo no, Damage& damage);
std::vector<StoredObject> read_versions(Connection& db, std::string_view id, bool want_bytes);
std::vector<ObjectNo> read_shared_contents(Connection& db);
std::vector<bool> read_held(Connection& db, const std::vector<std::string_view>& ids);
std::vector<Change> read_changes(Connection& db, ChangeNo after, std::size_t limit);
std::size_t visit_changes(Connection& db, ChangeNo after, std::size_t limit,
                          const std::function<void(const ChangeRow&)>& visit);
ChangeNo last_change(Connection& db);
ObjectNo last_object(Connection& db);
std::vector<CollectionNo> read_collections_of(Connection& db, ObjectNo no);
std::optional<Change> read_arrival(Connection& db, ObjectNo no, CollectionNo collection);

}  // namespace sekisho::store::sqlite
