// The process killed, the disk full: what was acknowledged is there, and what was not is refused.
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "fixtures.h"

namespace sekisho::store::tests {
namespace {

std::uint64_t number_of(std::uint64_t round, std::uint64_t i) { return round * 1'000'000 + i; }

bool say(int out, std::uint64_t number) { return ::write(out, &number, sizeof number) == sizeof number; }

/// Commits and releases object after object, telling each number once it is acknowledged.
[[noreturn]] void write_until_killed(const std::string& path, std::uint64_t round, int out) {
  sekisho::tests::FakeRandom random;
  const auto store = open_sqlite_store(path, random);
  if (!store.ok()) ::_exit(1);
  for (std::uint64_t i = 1;; ++i) {
    Batch batch;
    batch.objects.push_back(given({number_of(round, i), static_cast<int>(i % 3), std::string(300, 'x')}, 1));
    batch.documents.push_back({"round", std::to_string(round), std::to_string(i)});
    const auto added = (*store)->commit(batch, kNow);
    if (!added.ok()) ::_exit(2);
    Release release;
    release.through = (*store)->last_change().value();
    release.appends.push_back({1, {{added->at(0).object, std::nullopt}}});
    if (!(*store)->release(release, kNow).ok()) ::_exit(3);
    if (!say(out, i)) ::_exit(4);
  }
}

/// Reads `count` acknowledgements, kills the writer, and gives the last number it had told.
std::uint64_t run_and_kill(const std::string& path, std::uint64_t round, std::uint64_t count) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    write_until_killed(path, round, ends[1]);
  }
  ::close(ends[1]);
  std::uint64_t last = 0, number = 0;
  while (last < count && ::read(ends[0], &number, sizeof number) == sizeof number) last = number;
  ::kill(child, SIGKILL);
  while (::read(ends[0], &number, sizeof number) == sizeof number) last = number;
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  return last;
}

/// In a child: fills the store until the file-size limit bites; 0 if all went as promised.
int fill_until_refused(const std::string& path, rlim_t limit) {
  ::signal(SIGXFSZ, SIG_IGN);
  sekisho::tests::FakeRandom random;
  const auto opened = open_sqlite_store(path, random);
  if (!opened.ok()) return 1;
  Store& store = **opened;
  struct rlimit size {};
  ::getrlimit(RLIMIT_FSIZE, &size);
  const rlimit unlimited = size;
  size.rlim_cur = limit;
  ::setrlimit(RLIMIT_FSIZE, &size);
  std::uint64_t n = 1;
  Result<std::vector<Added>> outcome = std::vector<Added>{};
  for (; n < 5000 && outcome.ok(); ++n) {
    Batch batch;
    batch.objects.push_back(given({n, 0, std::string(2000, 'x')}, 1));
    outcome = store.commit(batch, kNow);
  }
  if (outcome.ok() || outcome.error().code != Code::kStoreWrite) return 2;
  const ChangeNo held = n - 1;  // one before, and 1 to n - 2: the last one tried was refused
  if (store.last_change().value() != held) return 3;
  if (store.versions_of(id_of(n - 1), false).value().size() != 0) return 4;
  std::string party = "p";
  Status disclosed;
  for (; party.size() < 300 && disclosed.ok(); party += 'p') disclosed = store.disclose({party, 1, "", 1, 1, kNow});
  party.pop_back();  // the party of the disclosure that was refused
  if (disclosed.ok() || disclosed.error().code != Code::kStoreWrite) return 5;
  if (store.disclose({party, 1, "", 1, 1, kNow}).ok()) return 11;  // nor is it remembered as done
  if (!store.disclosures(party).value().empty()) return 6;
  ::setrlimit(RLIMIT_FSIZE, &unlimited);
  Batch again;
  again.objects.push_back(given({n - 1, 0, "room again"}, 1));
  if (!store.commit(again, kNow).ok()) return 7;
  if (!store.disclose({party, 1, "", 1, 1, kNow}).ok()) return 8;
  if (store.last_change().value() != held + 1) return 9;
  return store.check(nullptr).value().empty() ? 0 : 10;
}

}  // namespace

TEST_SUITE("integration") {
  TEST_CASE("store/sqlite: kill -9 loses nothing that was acknowledged") {
    TempFolder folder;
    sekisho::tests::FakeRandom random;
    {
      const auto store = must(open_sqlite_store(folder.file(), random));
      add_collection(*store, "c");
      must(store->create_stream(1, "a", uuid(1)));
    }
    for (std::uint64_t round = 1; round <= 10; ++round) {
      const std::uint64_t told = run_and_kill(folder.file(), round, 1 + (round * 7919) % 40);
      const auto store = must(open_sqlite_store(folder.file(), random));
      for (std::uint64_t i = 1; i <= told; ++i) {
        REQUIRE(must(store->stream_has_id(1, id_of(number_of(round, i)))));
      }
      CHECK(std::stoull(must(store->document("round", std::to_string(round))).value_or("0")) >= told);
      const auto found = must(store->check(nullptr));
      CHECK_MESSAGE(found.empty(), (found.empty() ? std::string() : found[0]));
    }
  }

  TEST_CASE("store/sqlite: a full disk is reported, nothing is half accepted, and it goes on after") {
    for (const rlim_t limit : {300U << 10, 1U << 20}) {
      TempFolder folder;
      sekisho::tests::FakeRandom random;
      {
        const auto store = must(open_sqlite_store(folder.file(), random));
        add_collection(*store, "c");
        must(store->create_stream(1, "a", uuid(1)));
        release_to(*store, 1, {commit_one(*store, {900'000}, 1).object});
        REQUIRE(must(store->last_change()) == 1);
      }
      const pid_t child = ::fork();
      REQUIRE(child >= 0);
      if (child == 0) ::_exit(fill_until_refused(folder.file(), limit));
      int status = 0;
      ::waitpid(child, &status, 0);
      REQUIRE(WIFEXITED(status));
      CHECK(WEXITSTATUS(status) == 0);
      const auto store = must(open_sqlite_store(folder.file(), random));
      CHECK(must(store->check(nullptr)).empty());
      CHECK(must(store->last_change()) > 10);
    }
  }
}

}  // namespace sekisho::store::tests
