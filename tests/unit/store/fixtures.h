// What the store tests share: objects by number, stores of each kind, pages as plain values.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"
#include "tests/support/doctest.h"
#include "tests/support/fakes.h"

namespace sekisho::store::tests {

/// The value, or a failed check with the error's text.
template <typename T>
T must(Result<T> result) {
  REQUIRE_MESSAGE(result.ok(), result.error().to_string());
  return std::move(result).value();
}
inline void must(Status status) { REQUIRE_MESSAGE(status.ok(), status.error().to_string()); }

template <typename T>
Code code_of(const Result<T>& result) {
  REQUIRE_FALSE(result.ok());
  return result.error().code;
}

inline constexpr Timestamp kNow{1'750'000'000, 0};

Uuid uuid(std::uint64_t n);
std::string id_of(std::uint64_t n, const std::string& type = "indicator");

/// Object number `n`; `minute` is its version, `text` its content.
struct Make {
  std::uint64_t n = 1;
  int minute = 0;
  std::string text = "x";
  std::string type = "indicator";
  std::string spec = "2.1";
  std::string fraction = ".000";  ///< of the seconds of `modified`
  stix::ObjectPtr object() const;
};
std::string version_text(int minute, const std::string& fraction = ".000");
Timestamp version_at(int minute);

/// A folder of its own that goes away with it.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  std::string file(const std::string& name = "store.db") const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// The kinds of store that pass the contract suite.
struct MemoryKind {
  sekisho::tests::FakeRandom random;
  std::unique_ptr<Store> store = make_memory_store(random);
};
struct SqliteKind {
  TempFolder folder;
  sekisho::tests::FakeRandom random;
  std::unique_ptr<Store> store = must(open_sqlite_store(folder.file(), random));
};
#define STORE_KINDS MemoryKind, SqliteKind

CollectionNo add_collection(Store& store, const std::string& alias);
NewObject given(const Make& make, CollectionNo collection, const std::string& source = "");
Added commit_one(Store& store, const Make& make, CollectionNo collection, const std::string& source = "");
/// Releases objects to one stream; gives the rows added.
std::size_t release_to(Store& store, StreamNo stream, const std::vector<ObjectNo>& objects, Timestamp now = kNow);
void withdraw_from(Store& store, StreamNo stream, ObjectNo object);
/// An attestation of a stored object; `n` tells several of one object apart.
NewObject attestation_of(const StoredObject& target, CollectionNo collection, std::uint64_t n = 1);
/// Releases one to a stream; gives its number.
ObjectNo attest(Store& store, StreamNo stream, ObjectNo target, CollectionNo collection, std::uint64_t n = 1);

/// A StreamItem that outlives its callback.
struct Item {
  Position position = 0;
  std::int64_t date_added = 0;
  ObjectNo object = 0;
  std::string id, type, spec_version, version, bytes, attestation, giver;
  bool operator==(const Item&) const = default;
};
struct PageRead {
  std::vector<Item> items;
  PageEnd end;
  std::vector<ObjectNo> objects() const;
};
PageRead read_page(const Store& store, StreamNo stream, const StreamQuery& query = {});
StreamQuery all_versions();

}  // namespace sekisho::store::tests
