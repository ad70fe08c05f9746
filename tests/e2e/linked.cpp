#include "tests/e2e/linked.h"

#include <set>
#include <stdexcept>

namespace sekisho::e2e {

Linked::Linked() : isac(folder / "isac", "Publishing ISAC"), member(folder / "member", "Linked Member") {
  start_isac();
  member.start();
  for (const Node* node : {&isac, &member}) {
    node->must({"collection", "add", "weekly"});
    node->must({"collection", "add", "submissions"});
    node->must({"party", "add", "reader", "--kind", "member", "--read", "weekly", "--read", "submissions"});
  }
  isac.must({"party", "add", "member", "--kind", "member", "--read", "weekly", "--write", "submissions", "--identity",
             member.identity, "--key", member.key, "--tls-pin", member.pin});
  member.must({"party", "add", "isac", "--kind", "isac", "--relay", "--read", "submissions", "--write", "weekly", "--identity",
               isac.identity, "--key", isac.key, "--tls-pin", isac.pin});
  member.must({"peer", "add", "isac", "--grpc", target()});
}

void Linked::start_isac(const Start& how) {
  isac.start(how);
  cable.plug_into(isac.grpc_port);
}

void Linked::both_publish(int first, int count) const {
  const std::string file = folder / ("in-" + std::to_string(first) + ".json");
  isac.must({"import", "--collection", "weekly", indicator_file(file, first, count, Tlp::kGreen)});
  member.must({"import", "--collection", "submissions", indicator_file(file, kOther + first, count, Tlp::kGreen)});
}

Json Linked::catch_up() const {
  const Outcome outcome = member({"sync", "--once", "--peer", "isac", "--json"});
  if (outcome.exit != 0) throw std::runtime_error("sync gave " + std::to_string(outcome.exit) + ": " + outcome.out + outcome.err);
  return std::move(json_lines(outcome.out).at(0));
}

void Linked::check_complete(int count) const {
  const auto expected = static_cast<std::size_t>(count);
  const auto same = [expected](const std::vector<std::string>& taken, const std::vector<std::string>& offered, const std::string& where) {
    if (taken != offered || taken.size() != expected || std::set<std::string>(taken.begin(), taken.end()).size() != expected) {
      throw std::runtime_error(where + ": " + std::to_string(taken.size()) + " taken, " + std::to_string(offered.size()) +
                               " offered, " + std::to_string(expected) + " expected, or not in the same order");
    }
  };
  same(held(member, "weekly", "reader"), held(isac, "weekly", "member"), "weekly at the member");
  same(held(isac, "submissions", "reader"), held(member, "submissions", "isac"), "submissions at the ISAC");
  for (const Node* node : {&isac, &member}) {
    if (fsck(*node).number("dead_letters") != 0) throw std::runtime_error("dead letters: " + node->must({"deadletter", "list"}));
  }
}

}  // namespace sekisho::e2e
