// What happens to a link when the power fails, the cable is cut or garbled, the disk is full or a clock is hours off.
// Afterwards nothing is missing and nothing came twice (promises 3, 5, 8).
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "tests/e2e/linked.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;

namespace {

/// Every crash point that lies on the way of a linked exchange; docs/testing.md says what each stands for.
const std::vector<std::string> kPoints = {
    "inbound-before-commit", "inbound-after-commit",  "inbound-after-release",   "release-before-commit",
    "release-after-commit",  "outbound-before-disclose", "outbound-after-disclose", "link-greeted",
    "link-before-batch",     "link-after-batch",      "link-batch-received",     "link-before-ack",
    "link-after-ack",        "link-ack-received"};

long largest_file(const Node& node) {
  std::uintmax_t largest = 0;
  for (const auto& entry : std::filesystem::directory_iterator(node.dir + "/data")) largest = std::max(largest, entry.file_size());
  return static_cast<long>(largest);
}

/// Imports again what a dying node may have lost; known objects change nothing.
void publish_again(const Linked& linked, int first, int count) { linked.both_publish(first, count); }

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("kill -9 at every named point, on either side") {
    Linked linked;
    int count = 0;
    for (const std::string& point : kPoints) {
      for (const bool at_isac : {true, false}) {
        CAPTURE(point);
        CAPTURE(at_isac);
        linked.catch_up();
        Node& victim = at_isac ? linked.isac : linked.member;
        victim.kill9();
        at_isac ? linked.start_isac({point, "", 0}) : linked.start_member({point, "", 0});
        // Each import may be the moment at which the node dies, so it may fail; some later moment may be, too.
        const std::string file = linked.folder / "crash.json";
        linked.isac({"import", "--collection", "weekly", indicator_file(file, count + 1, 4, Tlp::kGreen)});
        linked.member({"import", "--collection", "submissions", indicator_file(file, Linked::kOther + count + 1, 4, Tlp::kGreen)});
        CHECK(victim.wait_end() == 128 + 9);
        at_isac ? linked.start_isac() : linked.start_member();
        publish_again(linked, count + 1, 4);
        count += 4;
        linked.catch_up();
      }
    }
    linked.check_complete(count);
  }

  TEST_CASE("a cable that is cut or garbled at any byte loses nothing") {
    Linked linked;
    linked.catch_up();
    int count = 0;
    for (const std::int64_t place : {0, 1, 5, 100, 700, 1500, 2300, 4000, 9000, 20'000}) {
      for (const bool garble : {false, true}) {
        CAPTURE(place);
        CAPTURE(garble);
        garble ? linked.cable.garble_at(place) : linked.cable.cut_after(place);
        linked.both_publish(count + 1, 25);
        count += 25;
        // While the fault is met the command may fail; the link comes back by itself.
        linked.member({"sync", "--once", "--peer", "isac"});
        linked.cable.cut_after(-1);
        linked.cable.garble_at(-1);
        linked.catch_up();
      }
    }
    linked.check_complete(count);
  }

  TEST_CASE("a disk that is full at the receiver: not acknowledged, not lost, and it goes on when there is room") {
    Linked linked;
    linked.both_publish(1, 5);
    linked.catch_up();
    linked.member.kill9();
    linked.start_member({"", "", 1L << 40});
    linked.catch_up();
    linked.member.allow_file_bytes(largest_file(linked.member) + 200'000);
    linked.isac.must({"import", "--collection", "weekly", indicator_file(linked.folder / "many.json", 6, 3000, Tlp::kGreen)});
    const Outcome stuck = linked.member({"sync", "--once", "--peer", "isac"});
    CHECK(stuck.exit == 1);
    CHECK(linked.member.running());
    linked.member.allow_file_bytes(1L << 40);
    linked.member.must({"import", "--collection", "submissions",
                        indicator_file(linked.folder / "own.json", Linked::kOther + 6, 3000, Tlp::kGreen)});
    linked.catch_up();
    linked.check_complete(3005);
  }

  TEST_CASE("clocks hours apart change nothing but what doctor says") {
    Linked linked;
    int count = 0;
    for (const char* offset : {"-5h", "+7h"}) {
      CAPTURE(offset);
      linked.member.kill9();
      linked.start_member({"", offset, 0});
      linked.both_publish(count + 1, 10);
      count += 10;
      linked.catch_up();
      const Outcome listed = linked.member({"link", "list", "--json"});
      const auto rows = json_lines(listed.out);
      REQUIRE(rows.size() == 1);
      const std::int64_t skew = rows[0].number("skew_micros");
      if (offset[0] == '-') {  // the member's time stands still at what it has on record, and its own doctor says why
        CHECK(std::abs(skew) < 600'000'000);
        CHECK(linked.member({"doctor"}).out.find("behind the latest instant on record") != std::string::npos);
      } else {
        CHECK(-skew > 3'600'000'000);
      }
    }
    linked.check_complete(count);
  }
}
