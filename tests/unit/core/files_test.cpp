// One contract for the files of the machine and for the fake that other tests use.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <limits>

#include "core/digest.h"
#include "core/system/system.h"
#include "tests/support/doctest.h"
#include "tests/support/fakes.h"

namespace sekisho {
namespace {

/// A new folder of the machine, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sekisho-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Machine {
  std::unique_ptr<Files> owned = system::make_files();
  Files& files = *owned;
  TemporaryFolder folder;
  std::string base = folder.path();
};

struct Fake {
  tests::FakeFiles files;
  std::string base = "node";
  Fake() { REQUIRE(files.make_directory(base, 0700).ok()); }
};

template <typename T>
Code code_of(const Result<T>& result) {
  return result.ok() ? Code{} : result.error().code;
}

unsigned mode_of(const std::string& path) {
  struct stat facts {};
  REQUIRE(stat(path.c_str(), &facts) == 0);
  return facts.st_mode & 07777;
}

TEST_SUITE("contract") {
  TEST_CASE_TEMPLATE("core/files: an open file is read piece by piece to its end", World, Machine, Fake) {
    World world;
    const std::string path = world.base + "/long";
    REQUIRE(world.files.write_atomic(path, "0123456789", 0600).ok());
    const auto reader = world.files.open(path);
    REQUIRE(reader.ok());
    std::string room(4, '\0'), all;
    for (int i = 0; i < 5; ++i) {
      const auto got = (*reader)->read(room);
      REQUIRE(got.ok());
      all.append(room, 0, *got);
    }
    CHECK(all == "0123456789");
    CHECK(code_of(world.files.open(world.base + "/none")) == Code::kNotFound);
  }

  TEST_CASE_TEMPLATE("core/files: writes, reads, replaces and removes", World, Machine, Fake) {
    World world;
    const std::string path = world.base + "/a.txt";
    CHECK_FALSE(world.files.exists(path));
    CHECK(code_of(world.files.read(path, 10)) == Code::kNotFound);
    REQUIRE(world.files.write_atomic(path, "first", 0600).ok());
    CHECK(world.files.exists(path));
    CHECK(*world.files.read(path, 10) == "first");
    REQUIRE(world.files.write_atomic(path, std::string("\0x\n", 3), 0600).ok());
    CHECK(*world.files.read(path, 3) == std::string("\0x\n", 3));
    REQUIRE(world.files.write_atomic(path, "", 0600).ok());
    CHECK(world.files.read(path, 0)->empty());
    CHECK(*world.files.list(world.base) == std::vector<std::string>{"a.txt"});
    REQUIRE(world.files.remove(path).ok());
    CHECK_FALSE(world.files.exists(path));
    CHECK(code_of(world.files.remove(path)) == Code::kNotFound);
  }

  TEST_CASE_TEMPLATE("core/files: copies a file of any size to a new one, and tells what it holds", World, Machine, Fake) {
    World world;
    const std::string from = world.base + "/from", to = world.base + "/to";
    for (const std::size_t size : {0u, 1u, 65'536u, 200'001u}) {
      const std::string bytes(size, 'x');
      REQUIRE(world.files.write_atomic(from, bytes, 0644).ok());
      const auto copied = world.files.copy(from, to, 0600);
      REQUIRE(copied.ok());
      CHECK(copied->size == size);
      CHECK(copied->sha256 == sha256(bytes));
      CHECK(world.files.facts(to)->sha256 == sha256(bytes));
      CHECK(world.files.facts(to)->size == size);
      CHECK(*world.files.read(to, size) == bytes);
      CHECK(code_of(world.files.copy(from, to, 0600)) == Code::kAlreadyExists);
      REQUIRE(world.files.remove(to).ok());
    }
    CHECK(code_of(world.files.copy(world.base + "/none", to, 0600)) == Code::kNotFound);
    CHECK_FALSE(world.files.exists(to));
    CHECK(code_of(world.files.facts(to)) == Code::kNotFound);
  }

  TEST_CASE_TEMPLATE("core/files: a file over the limit is refused whole", World, Machine, Fake) {
    World world;
    const std::string path = world.base + "/big";
    const std::string bytes(200'000, 'x');
    REQUIRE(world.files.write_atomic(path, bytes, 0600).ok());
    CHECK(*world.files.read(path, bytes.size()) == bytes);
    CHECK(*world.files.read(path, std::numeric_limits<std::size_t>::max()) == bytes);
    const auto refused = world.files.read(path, bytes.size() - 1);
    CHECK(code_of(refused) == Code::kLimitExceeded);
    CHECK(refused.error().where == path);
  }

  TEST_CASE_TEMPLATE("core/files: folders", World, Machine, Fake) {
    World world;
    const std::string folder = world.base + "/keys";
    CHECK(code_of(world.files.write_atomic(folder + "/k", "x", 0600)) == Code::kNotFound);
    CHECK(code_of(world.files.make_directory(world.base + "/a/b", 0700)) == Code::kNotFound);
    REQUIRE(world.files.make_directory(folder, 0700).ok());
    CHECK(world.files.exists(folder));
    CHECK(code_of(world.files.make_directory(folder, 0700)) == Code::kAlreadyExists);
    REQUIRE(world.files.write_atomic(folder + "/b", "x", 0600).ok());
    REQUIRE(world.files.write_atomic(folder + "/a", "x", 0600).ok());
    REQUIRE(world.files.make_directory(folder + "/sub", 0700).ok());
    CHECK(*world.files.list(folder) == std::vector<std::string>{"a", "b", "sub/"});
    CHECK(code_of(world.files.list(world.base + "/none")) == Code::kNotFound);
    CHECK(code_of(world.files.read(folder, 100)) == Code::kIo);
    CHECK(code_of(world.files.write_atomic(folder, "x", 0600)) == Code::kIo);
    CHECK(code_of(world.files.remove(folder)) == Code::kIo);
    REQUIRE(world.files.remove(folder + "/sub").ok());
    REQUIRE(world.files.free_bytes(folder).ok());
    CHECK(*world.files.free_bytes(folder) > 0);
    CHECK(code_of(world.files.free_bytes(world.base + "/none")) == Code::kNotFound);
  }

  TEST_CASE_TEMPLATE("core/files: a lock is held by one until it is destroyed", World, Machine,
                     Fake) {
    World world;
    const std::string path = world.base + "/lock";
    auto first = world.files.lock(path);
    REQUIRE(first.ok());
    CHECK(code_of(world.files.lock(path)) == Code::kStoreLocked);
    CHECK(world.files.lock(path + "2").ok());
    first.value().reset();
    CHECK(world.files.lock(path).ok());
    CHECK(code_of(world.files.lock(world.base + "/none/lock")) == Code::kNotFound);
  }
}

TEST_SUITE("unit") {
  TEST_CASE("core/files: modes hold whatever the umask") {
    Machine world;
    const mode_t before = umask(0077);
    REQUIRE(world.files.write_atomic(world.base + "/open", "x", 0644).ok());
    REQUIRE(world.files.make_directory(world.base + "/shared", 0755).ok());
    umask(0);
    REQUIRE(world.files.write_atomic(world.base + "/secret", "x", 0600).ok());
    REQUIRE(world.files.make_directory(world.base + "/private", 0700).ok());
    umask(before);
    CHECK(mode_of(world.base + "/open") == 0644);
    CHECK(mode_of(world.base + "/shared") == 0755);
    CHECK(mode_of(world.base + "/secret") == 0600);
    CHECK(mode_of(world.base + "/private") == 0700);
    REQUIRE(world.files.write_atomic(world.base + "/open", "y", 0600).ok());
    CHECK(mode_of(world.base + "/open") == 0600);
  }

  TEST_CASE("core/files: a failing write leaves the old content and nothing beside it") {
    Machine world;
    const std::string path = world.base + "/a.txt";
    REQUIRE(world.files.write_atomic(path, "old", 0600).ok());
    // The kernel refuses to write beyond this size, as a full disk would.
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit tight{1000, before.rlim_max};
    REQUIRE(setrlimit(RLIMIT_FSIZE, &tight) == 0);
    const Status refused = world.files.write_atomic(path, std::string(5000, 'n'), 0600);
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::kIo);
    CHECK(refused.error().where == path);
    CHECK(*world.files.read(path, 100) == "old");
    CHECK(*world.files.list(world.base) == std::vector<std::string>{"a.txt"});
  }

  TEST_CASE("core/files: leaves a link's target alone") {
    Machine world;
    REQUIRE(world.files.write_atomic(world.base + "/target", "keep", 0600).ok());
    std::filesystem::create_symlink(world.base + "/target", world.base + "/link");
    REQUIRE(world.files.write_atomic(world.base + "/link", "new", 0600).ok());
    CHECK(*world.files.read(world.base + "/target", 100) == "keep");
    CHECK(*world.files.read(world.base + "/link", 100) == "new");
  }

  TEST_CASE("core/files: reads what has no size") {
    const auto files = system::make_files();
    CHECK_FALSE(files->read("/proc/self/status", 1u << 20)->empty());
    CHECK(code_of(files->read("/dev/zero", 100'000)) == Code::kLimitExceeded);
  }

  TEST_CASE("core/files: the fake refuses writes on demand") {
    Fake world;
    world.files.fail_writes = true;
    CHECK(code_of(world.files.write_atomic("node/x", "x", 0600)) == Code::kIo);
    CHECK_FALSE(world.files.exists("node/x"));
  }
}

}  // namespace
}  // namespace sekisho
