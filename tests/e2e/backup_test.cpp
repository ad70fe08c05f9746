// A node lost after its backup, restored elsewhere, and what its readers get: no gap, no repetition.
#include <algorithm>
#include <filesystem>
#include <set>

#include "tests/e2e/harness.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;

namespace {

constexpr int kLimit = 7;

/// A reader with its place in `weekly`; keeps the indicators it was given.
struct Reader {
  Caller caller;
  std::string next, walk_after, after;  ///< `next` goes with the added_after that its walk began with
  std::vector<std::string> ids, dates;

  /// One page; true if there is more.
  bool step() {
    std::string target = "/exchange/collections/weekly/objects/?match[version]=all&match[type]=indicator&limit=" +
                         std::to_string(kLimit);
    if (next.empty()) walk_after = after;
    if (!walk_after.empty()) target += "&added_after=" + walk_after;
    if (!next.empty()) target += "&next=" + next;
    const auto response = caller.get(target);
    REQUIRE(response.status == 200);
    const Json page(body_of(response));
    for (const auto& entry : page["objects"]) ids.emplace_back(entry.value["id"].string_or(""));
    if (page["objects"].size() > 0) {
      after = header_of(response, "X-TAXII-Date-Added-Last");
      dates.push_back(after);
    }
    next = page.text("next");
    return page["more"].boolean().value_or(false);
  }
  void to_the_end() {
    while (step()) {
    }
  }
};

std::vector<std::string> indicators(int first, int last) {
  std::vector<std::string> ids;
  for (int n = first; n <= last; ++n) ids.push_back(indicator_id(n));
  return ids;
}

std::vector<std::string> joined(std::vector<std::string> left, const std::vector<std::string>& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

void import_some(const Exchange& exchange, int first, int last) {
  const std::string file = exchange.folder / ("from-" + std::to_string(first) + ".json");
  exchange.publisher.must(
      {"import", "--collection", "weekly", indicator_file(file, first, last - first + 1, Tlp::kGreen)});
}

/// Kills the publisher and goes on with what the backup gives, in another folder.
void lose_and_restore(Exchange& exchange, const std::string& backup) {
  exchange.publisher.kill9();
  const std::string fresh = exchange.folder / "publisher-restored";
  const Outcome restored = run({"restore", backup, "--dir", fresh});
  REQUIRE_MESSAGE(restored.exit == 0, restored.err);
  exchange.publisher.dir = fresh;
  exchange.publisher.start();
}

/// A node with a backup of it, both at rest.
struct Saved {
  Saved() : node(folder / "node", "Saved ISAC"), backup(folder / "backup") {
    node.must({"collection", "add", "weekly"});
    node.must({"backup", backup});
  }
  Outcome restore(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"restore", backup, "--dir", folder / "fresh"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  bool untouched() const { return !std::filesystem::exists(folder / "fresh/node.toml"); }

  Folder folder;
  Node node;
  std::string backup;
};

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("after a restore every reader goes on: nothing is missing, nothing comes twice") {
    Exchange exchange(20);
    const std::string bearer = "Bearer " + read_text(exchange.folder / "token");
    import_some(exchange, 1, 50);
    REQUIRE(exchange.sync().exit == 0);
    Reader behind{Caller(exchange.publisher, bearer), "", "", "", {}, {}};
    behind.step();
    behind.step();
    REQUIRE_FALSE(behind.next.empty());

    const std::string backup = exchange.folder / "backup";
    exchange.publisher.must({"backup", backup});
    import_some(exchange, 51, 60);  // these will be lost
    REQUIRE(exchange.sync().exit == 0);
    Reader ahead{Caller(exchange.publisher, bearer), "", "", "", {}, {}};
    ahead.to_the_end();
    REQUIRE(ahead.ids == indicators(1, 60));
    Reader between{Caller(exchange.publisher, bearer), "", "", "", {}, {}};
    while (between.ids.size() < 56) between.step();  // its place is one that the backup never had
    REQUIRE_FALSE(between.next.empty());

    lose_and_restore(exchange, backup);
    CHECK(fsck(exchange.publisher).number("contradictions") == 0);
    import_some(exchange, 56, 70);  // five of the lost ones come again, ten are new

    behind.to_the_end();
    CHECK(behind.ids == joined(indicators(1, 50), indicators(56, 70)));
    const std::string last_before = ahead.after;
    ahead.to_the_end();
    CHECK(ahead.ids == joined(indicators(1, 60), indicators(56, 70)));
    CHECK(std::is_sorted(ahead.dates.begin(), ahead.dates.end()));
    CHECK(ahead.dates.back() > last_before);
    between.to_the_end();
    CHECK(between.ids == joined(indicators(1, 56), indicators(56, 70)));

    const Json row = sync_row(exchange.sync(), "weekly");
    CHECK(row.text("error").empty());
    CHECK(row.number("accepted") == 10);
    CHECK(row.number("duplicates") == 5);
    const auto taken = held(exchange.subscriber, "weekly", "reader");
    CHECK(taken.size() == 70);
    CHECK(std::set<std::string>(taken.begin(), taken.end()).size() == 70);
    CHECK(sync_row(exchange.sync(), "weekly").number("received") == 0);
    CHECK(fsck(exchange.subscriber).number("contradictions") == 0);

    // a second opening begins no further life: places given out since the first still hold
    exchange.publisher.stop();
    CHECK_FALSE(std::filesystem::exists(exchange.publisher.dir + "/data/restored"));
    Reader later{Caller(exchange.publisher, bearer), "", "", "", {}, {}};
    exchange.publisher.start();
    later.step();
    exchange.publisher.stop();
    exchange.publisher.start();
    later.to_the_end();
    CHECK(later.ids == joined(indicators(1, 50), indicators(56, 70)));
  }

  TEST_CASE("a backup is private, and only a whole one is restored") {
    const Saved saved;
    CHECK((std::filesystem::status(saved.backup).permissions() & std::filesystem::perms::mask) ==
          std::filesystem::perms::owner_all);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(saved.backup)) {
      CAPTURE(entry.path().string());
      if (!entry.is_regular_file()) continue;
      CHECK((entry.status().permissions() & std::filesystem::perms::mask) ==
            (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    }
    CHECK(saved.node({"backup", saved.backup}).exit == 1);  // never over something

    const std::string store = saved.backup + "/store.sqlite", manifest = saved.backup + "/manifest.json";
    const std::string good_store = read_text(store), good_manifest = read_text(manifest);
    std::string bad = good_store;
    bad[bad.size() / 2] = static_cast<char>(bad[bad.size() / 2] ^ 1);
    write_text(store, bad);
    CHECK(saved.restore().exit == 1);
    CHECK(saved.untouched());
    write_text(store, good_store);

    std::string other = good_manifest;
    other.replace(other.find("Saved"), 5, "Other");
    write_text(manifest, other);
    const Outcome forged = saved.restore();
    CHECK(forged.exit == 1);
    CHECK(forged.err.find("signature") != std::string::npos);
    CHECK(saved.untouched());
    std::filesystem::remove(manifest);
    CHECK(saved.restore().exit == 1);
    CHECK(saved.untouched());
    write_text(manifest, good_manifest);

    CHECK(saved.restore({"--fingerprint", "somebody-else"}).exit == 1);
    CHECK(saved.untouched());
    CHECK(saved.restore().exit == 0);
    CHECK(saved.restore().exit == 1);  // there is a node now
  }
}
