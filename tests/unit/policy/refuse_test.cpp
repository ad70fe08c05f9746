// What may not come into force anew, though a node that restarts with it goes on.
#include "fixture.h"

namespace sekisho::policy {
namespace {

const std::string kPeer = "[policy]\norganisation = \"X\"\n[tlp.peer-isac]\nCLEAR = \"permit\"\nGREEN = \"agreement\"\n[[party]]\nid = \"peer\"\nkind = \"peer-isac\"\n";
std::string agreement(const std::string& lines) { return "[[agreement]]\nid = \"m\"\nparty = \"peer\"\n" + lines + "\n"; }
std::string profile(const std::string& from, const std::string& lines) {
  return "[[profile]]\nid = \"p\"\nfrom = " + from + "\n" + lines + "\n[[rule]]\nid = \"r\"\neffect = \"redact\"\nprofile = \"p\"\n";
}

std::string refused(const std::string& text, const std::string& before = {}, Timestamp now = kNow) {
  const Policy policy = load(kPeer + text);
  std::optional<Policy> old;
  if (!before.empty()) old = load(kPeer + before);
  std::string out;
  for (const Problem& problem : refuse_new(policy, old ? &*old : nullptr, now)) {
    CHECK(problem.error);
    out += std::to_string(problem.line) + ": " + problem.message + "\n";
  }
  return out;
}

TEST_SUITE("unit") {
  TEST_CASE("policy/refuse: an agreement that is over") {
    const std::string over = agreement("until = 2026-03-31"), runs = agreement("until = 2027-03-31");
    CHECK(refused(over) == "9: agreement \"m\" with party \"peer\" ended at 2026-04-01T00:00:00.000Z; renew \"until\", or remove it\n");
    CHECK(refused(runs).empty());
    CHECK(refused(agreement("")).empty());
    CHECK_FALSE(refused(over, runs).empty());
    CHECK(refused(over, over).empty());  // it lapsed in force: time passing stops nobody
    CHECK(refused(over, {}, at("2026-03-31T23:59:59.999Z")).empty());
    CHECK_FALSE(refused(over, {}, at("2026-04-01T00:00:00Z")).empty());
  }

  TEST_CASE("policy/refuse: a changed profile needs a later date") {
    const std::string day = profile("2026-04-01", "blur = \"day\""), week = profile("2026-04-01", "blur = \"week\"");
    CHECK(refused(day, day).empty());
    CHECK(refused(week).empty());
    CHECK(refused(week, day) == "9: profile \"p\" is not what is in force, and renditions with its old content may be out since "
                                "2026-04-01T00:00:00.000Z; write from = 2026-09-21T14:13:21.000Z or later\n");
    CHECK(refused(profile("2026-03-01", "blur = \"week\""), day) == refused(week, day));
    // Later than the old one, but renditions made since carry that time already.
    CHECK_FALSE(refused(profile("2026-05-01", "blur = \"week\""), day).empty());
    CHECK(refused(profile("2026-09-21", "blur = \"week\""), day).empty());
    CHECK(refused(profile("2026-09-21T14:13:21Z", "blur = \"week\""), day).empty());
    // What is written does what was asked for.
    CHECK(refused(profile("2026-09-21T14:13:21.000Z", "blur = \"week\""), day).empty());
    // The date alone, and what is no part of a rendition's content, may change.
    CHECK(refused(profile("2026-05-01", "blur = \"day\""), day).empty());
    CHECK(refused(profile("2026-04-01", "blur = \"day\"\nwait = \"1h\"\nreferences = \"strip\""), day).empty());
    CHECK(refused(profile("2026-04-01", "blur = \"day\"\ngranular = \"TLP:GREEN\""), day).substr(0, 2) == "9:");
  }
}

}  // namespace
}  // namespace sekisho::policy
