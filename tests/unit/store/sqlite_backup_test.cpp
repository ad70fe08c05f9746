// A copy of the file while the store is written to.
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "raw_file.h"

namespace sekisho::store::tests {

TEST_SUITE("integration") {
  TEST_CASE("store/sqlite: a backup holds what was committed and nothing that came later") {
    TempFolder folder;
    sekisho::tests::FakeRandom random;
    const auto store = must(open_sqlite_store(folder.file(), random));
    const CollectionNo c = add_collection(*store, "c");
    const StreamNo s = must(store->create_stream(c, "a", uuid(1))).no;
    std::vector<ObjectNo> objects;
    for (std::uint64_t n = 1; n <= 20; ++n) objects.push_back(commit_one(*store, {n}, c).object);
    release_to(*store, s, objects);
    std::size_t last_done = 0, last_total = 1;
    must(store->backup(folder.file("copy.db"), [&](std::size_t done, std::size_t total) {
      last_done = done;
      last_total = total;
    }));
    CHECK(last_done == last_total);
    commit_one(*store, {99}, c);

    struct stat status {};
    REQUIRE(::stat(folder.file("copy.db").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK_FALSE(std::filesystem::exists(folder.file("copy.db-wal")));  // one file is the whole copy
    CHECK_FALSE(std::filesystem::exists(folder.file("copy.db-journal")));
    const auto copy = must(open_sqlite_store(folder.file("copy.db"), random));
    CHECK(copy->incarnation() == store->incarnation());
    CHECK(must(copy->last_change()) == 20);
    CHECK(read_page(*copy, s).items == read_page(*store, s).items);
    CHECK(must(copy->check(nullptr)).empty());
  }

  TEST_CASE("store/sqlite: a backup is one moment, whatever is written meanwhile") {
    TempFolder folder;
    sekisho::tests::FakeRandom random;
    const auto store = must(open_sqlite_store(folder.file(), random));
    const CollectionNo c = add_collection(*store, "c");
    const StreamNo s = must(store->create_stream(c, "a", uuid(1))).no;
    std::atomic<bool> stop = false;
    std::uint64_t n = 0;
    const auto one_more = [&] {
      ++n;
      release_to(*store, s, {commit_one(*store, {n, 0, std::string(5000, 'x')}, c).object});
    };
    for (int i = 0; i < 200; ++i) one_more();
    std::jthread writer([&] {
      while (!stop) one_more();
    });
    for (const auto* name : {"one.db", "two.db"}) must(store->backup(folder.file(name), nullptr));
    stop = true;
    writer.join();
    for (const auto* name : {"one.db", "two.db"}) {
      const auto copy = must(open_sqlite_store(folder.file(name), random));
      const auto length = must(copy->stream(s)).length;
      CHECK(length >= 200);
      CHECK(length <= n);
      CHECK(must(copy->last_change()) - length <= 1);  // the object and its release are two transactions
      CHECK(must(copy->check(nullptr)).empty());
    }
  }

  TEST_CASE("store/sqlite: a backup overwrites nothing and leaves nothing half") {
    TempFolder folder;
    sekisho::tests::FakeRandom random;
    const auto store = must(open_sqlite_store(folder.file(), random));
    std::ofstream(folder.file("there")) << "mine";
    const Status taken = store->backup(folder.file("there"), nullptr);
    REQUIRE_FALSE(taken.ok());
    CHECK(taken.error().code == Code::kAlreadyExists);
    CHECK(std::filesystem::file_size(folder.file("there")) == 4);
    const Status nowhere = store->backup(folder.file("no/such/folder.db"), nullptr);
    REQUIRE_FALSE(nowhere.ok());
    CHECK(nowhere.error().code == Code::kIo);
  }

  TEST_CASE("store/memory: has no file to copy") {
    MemoryKind kind;
    const Status refused = kind.store->backup("copy", nullptr);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::kInvalidArgument);
  }
}

}  // namespace sekisho::store::tests
