// One contract for stop signs as files and for the fake that other tests use; what files do beyond it.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <limits>

#include "core/system/system.h"
#include "tests/support/doctest.h"
#include "tests/support/fakes.h"

namespace sekisho {
namespace {

struct Machine {
  std::string dir;
  std::unique_ptr<StopSigns> owned;
  Machine() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sekisho-XXXXXX").string();
    dir = mkdtemp(pattern.data());
    owned = again();
  }
  ~Machine() { std::filesystem::remove_all(dir); }
  StopSigns& signs() { return *owned; }
  std::unique_ptr<StopSigns> again() const {
    auto made = system::make_stop_signs(dir);
    REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error().to_string()));
    return std::move(made).value();
  }
  std::string file(const std::string& name) const { return dir + "/stop/" + name; }
};

struct Fake {
  tests::FakeSigns owned;
  StopSigns& signs() { return owned; }
};

using Listed = std::vector<std::pair<std::string, std::string>>;

/// No file of this process may grow while this lives, as on a full disk.
class FullDisk {
 public:
  FullDisk() {
    before_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit_);
    const rlimit none{0, limit_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &none);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &limit_);
    std::signal(SIGXFSZ, before_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit limit_{};
  void (*before_)(int) = nullptr;
};

}  // namespace

TEST_SUITE("contract") {
  TEST_CASE_TEMPLATE("core/stop_signs: up from raise to lower, each by itself", Place, Machine, Fake) {
    Place place;
    StopSigns& signs = place.signs();
    CHECK_FALSE(signs.up("all"));
    REQUIRE(signs.raise("party.a", "one").ok());
    CHECK(signs.up("party.a"));
    CHECK_FALSE(signs.up("all"));
    REQUIRE(signs.raise("party.a", "two").ok());
    REQUIRE(signs.raise("all", "three").ok());
    CHECK(signs.list().value() == Listed{{"all", "three"}, {"party.a", "two"}});
    CHECK(signs.lower("party.a", "one").error().code == Code::kVersionConflict);
    CHECK(signs.up("party.a"));
    REQUIRE(signs.lower("party.a", "two").ok());
    CHECK_FALSE(signs.up("party.a"));
    CHECK(signs.lower("party.a", "two").error().code == Code::kNotFound);
    CHECK(signs.up("all"));
  }
}

TEST_SUITE("unit") {
  TEST_CASE("core/stop_signs: another process and a later one see it; the file is the owner's alone") {
    Machine machine;
    const auto other = machine.again();
    REQUIRE(other->raise("all", "text").ok());
    CHECK(machine.signs().up("all"));
    CHECK(machine.again()->up("all"));
    struct stat facts {};
    REQUIRE(stat(machine.file("all").c_str(), &facts) == 0);
    CHECK((facts.st_mode & 07777) == 0600);
  }

  TEST_CASE("core/stop_signs: a full disk takes the text and leaves the sign") {
    Machine machine;
    {
      const FullDisk full;
      REQUIRE(machine.signs().raise("all", "no room for this").ok());
      REQUIRE(machine.signs().raise("party.a", "nor for this").ok());
    }
    CHECK(machine.signs().list().value() == Listed{{"all", ""}, {"party.a", ""}});
    REQUIRE(machine.signs().raise("all", "now").ok());
    CHECK(machine.signs().list().value() == Listed{{"all", "now"}, {"party.a", ""}});
  }

  TEST_CASE("core/stop_signs: without an inode to spare the sign is a link to what was made beforehand") {
    Machine machine;
    const int ready = ::open(machine.file(".ready").c_str(), O_RDONLY | O_CLOEXEC);
    struct stat made {}, raised {};
    REQUIRE(fstat(ready, &made) == 0);
    {
      const FullDisk full;
      REQUIRE(machine.signs().raise("all", "x").ok());
    }
    REQUIRE(stat(machine.file("all").c_str(), &raised) == 0);
    CHECK(made.st_ino == raised.st_ino);
    ::close(ready);
  }

  TEST_CASE("core/stop_signs: what cannot be told counts as up") {
    Machine machine;
    std::filesystem::remove_all(machine.dir + "/stop");
    CHECK(machine.signs().up("all"));
    std::filesystem::create_symlink("/nowhere", machine.dir + "/stop");
    CHECK(machine.signs().up("all"));
    std::filesystem::remove(machine.dir + "/stop");
    std::filesystem::create_directory(machine.dir + "/stop");
    CHECK_FALSE(machine.signs().up("all"));
    std::filesystem::create_symlink("/nowhere", machine.file("all"));  // put up by hand, in a way nobody would
    CHECK(machine.signs().up("all"));
  }

  TEST_CASE("core/stop_signs: the node's folder may be moved while it runs") {
    Machine machine;
    const std::string before = machine.dir;
    machine.dir += "-moved";
    std::filesystem::rename(before, machine.dir);
    REQUIRE(machine.again()->raise("all", "there").ok());
    CHECK(machine.signs().up("all"));
  }
}

}  // namespace sekisho
