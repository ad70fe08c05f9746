// Two nodes over a link, and an operator who says whose claim of an id counts: docs/specs/ownership.md §4, docs/specs/recall.md "Contents".
#include <algorithm>

#include "tests/e2e/linked.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;

namespace {

const std::string kAcme = "identity--ac3e0000-0000-4000-8000-0000000000c1", kBeta = "identity--be7a0000-0000-4000-8000-0000000000c2";
const std::string kTool = "tool--10000001-0000-4000-8000-0000000000c0";
const std::string kClear = R"("object_marking_refs":["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"])";

std::string identity(const std::string& id) {
  return R"({"type":"identity","spec_version":"2.1","id":")" + id +
         R"(","created":"2026-03-01T00:00:00.000Z","modified":"2026-03-01T00:00:00.000Z","name":"n","identity_class":"organization",)" + kClear + "}";
}
std::string tool(const std::string& name, const std::string& creator, const std::string& minute) {
  return R"({"type":"tool","spec_version":"2.1","id":")" + kTool + R"(","created":"2026-03-01T00:00:00.000Z","modified":"2026-03-01T00:)" + minute + R"(:00.000Z","name":")" + name +
         R"(","created_by_ref":")" + creator + "\"," + kClear + "}";
}

/// acme and beta give one id to the ISAC by mail; beta was first.
struct Claimed {
  Linked linked;

  Claimed() {
    for (const auto& [party, id] : {std::pair("acme", kAcme), std::pair("beta", kBeta)}) {
      linked.isac.must({"party", "add", party, "--kind", "member", "--write", "weekly", "--unsigned", "--identity", id});
    }
    linked.isac.add_policy("\n[[import]]\nid = \"both\"\neffect = \"accept\"\nsources = [\"acme\", \"beta\"]\n");
    import("{\"objects\":[" + identity(kAcme) + "," + identity(kBeta) + "]}");
    import(tool("beta's", kBeta, "00"), "beta");
    linked.catch_up();
    import(tool("acme's", kAcme, "01"), "acme");
    linked.catch_up();
  }
  void import(const std::string& text, const std::string& given_by = {}) const {
    write_text(linked.folder / "in.json", text);
    std::vector<std::string> words{"import", "--collection", "weekly", linked.folder / "in.json"};
    if (!given_by.empty()) words.insert(words.end(), {"--given-by", given_by});
    linked.isac.must(words);
  }
  static std::string read(const Node& node, const std::string& party) { return node.must({"export", "--collection", "weekly", "--as", party}); }
  /// What counts, is displaced and so on, of each giver's copy towards a party.
  static std::vector<std::string> states(const Node& node, const std::string& party) {
    std::vector<std::string> out;
    for (const Json& copy : json_lines(node.must({"object", "versions", kTool, "--json"}))) {
      for (const auto& audience : copy["audiences"]) {
        for (const auto& one : audience.value["parties"]) {
          if (one.value.string_or("") == party) out.push_back(copy.text("giver") + " " + std::string(audience.value["state"].string_or("")));
        }
      }
    }
    std::sort(out.begin(), out.end());
    return out;
  }
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
using States = std::vector<std::string>;

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("claims: an operator sees both claims, gives the id to the other, and the peer withdraws what no longer counts") {
    Claimed it;
    const Node& isac = it.linked.isac;
    CHECK(Claimed::states(isac, "member") == States{"acme displaced", "beta counts"});
    CHECK(has(Claimed::read(it.linked.member, "reader"), "beta's"));
    const std::string table = isac.must({"object", "versions", kTool});
    CHECK(has(table, "claim of party acme"));
    CHECK(has(table, "party beta counts"));
    const Outcome given = isac({"ids", "give", kTool, "--to", "acme", "--reason", "it is acme's"});
    CHECK_MESSAGE(given.exit == 0, given.err);
    CHECK(Claimed::states(isac, "member") == States{"acme counts", "beta displaced"});
    CHECK(has(isac.must({"ids", "list"}), "it is acme's"));
    it.linked.catch_up();
    it.linked.catch_up();
    const std::string there = Claimed::read(it.linked.member, "reader");
    CHECK(has(there, "acme's"));
    CHECK_FALSE(has(there, "beta's"));
    // Nothing is banned: what counts again here counts again there.
    isac.must({"ids", "take-back", kTool, "--reason", "it was not"});
    it.linked.catch_up();
    it.linked.catch_up();
    const std::string again = Claimed::read(it.linked.member, "reader");
    CHECK(has(again, "beta's"));
    CHECK_FALSE(has(again, "acme's"));
    CHECK(has(isac.must({"audit"}), "ids.take-back"));
    for (const Node* node : {&it.linked.isac, &it.linked.member}) {
      CHECK((*node)({"fsck"}).exit == 0);
      CHECK((*node)({"audit", "verify"}).exit == 0);
    }
  }

  TEST_CASE("claims: ids are given only to who gave something of them, and only with a reason") {
    Claimed it;
    CHECK(it.linked.isac({"ids", "give", kTool, "--to", "reader", "--reason", "x"}).exit == 1);
    CHECK(it.linked.isac({"ids", "give", kTool, "--to", "nobody", "--reason", "x"}).exit == 1);
    CHECK(it.linked.isac({"ids", "give", kTool, "--to", "acme"}).exit == 2);
    CHECK(it.linked.isac({"ids", "take-back", kTool, "--reason", "x"}).exit == 1);
    CHECK(it.linked.isac({"object", "versions", "tool--10000002-0000-4000-8000-0000000000c0"}).exit == 1);
  }
}
