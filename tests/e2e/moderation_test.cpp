// Critical reports wait for two people: real commands on a real node, and what the party reads over TAXII.
#include <algorithm>

#include "tests/e2e/harness.h"
#include "tests/support/doctest.h"

using namespace sekisho::e2e;

namespace {

std::string report_id(int n) {
  const auto object = Json(report(n, Tlp::kGreen, {indicator_id(1)}));
  return object.text("id");
}

/// The n-th report, of level critical.
std::string critical(int n) {
  std::string text = report(n, Tlp::kGreen, {indicator_id(1)});
  text.erase(text.rfind('}'));
  return text + R"(,"extensions":{"extension-definition--0d3b8a92-069a-421d-be24-3cbcf715d45f":{"extension_type":"property-extension","level":"critical"}}})";
}

struct Desk {
  Folder folder;
  Node node{folder / "node", "Moderating ISAC"};

  Desk() {
    node.start();
    node.must({"collection", "add", "weekly"});
    node.must({"party", "add", "maker", "--kind", "member", "--read", "weekly"});
    node.add_policy("\n[[rule]]\nid = \"people-look-first\"\neffect = \"hold\"\nlevels = [\"critical\"]\nreason = \"People look first.\"\n");
    for (const char* name : {"tanaka", "suzuki"}) node.must({"operator", "add", name, "--key", key_of(name)});
    write_text(folder / "in.json", bundle({indicator(1, Tlp::kGreen), critical(2)}));
    node.must({"import", "--collection", "weekly", folder / "in.json"});
  }
  std::string key_of(const std::string& name) const { return folder / (name + ".pem"); }
  Outcome moderate(const std::string& act, const std::string& name, std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"moderate", act, report_id(2), "--operator", name, "--key", key_of(name), "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return node(words);
  }
  bool sound(const std::string& head = {}) const {
    std::vector<std::string> words{"audit", "verify", "--json"};
    if (!head.empty()) words.insert(words.end(), {"--head", head});
    return node(words).exit == 0;
  }
};

/// Everything that a party reads, ids in order.
std::vector<std::string> pages(const Node& node, const std::string& token) {
  Caller caller(node, "Bearer " + token);
  const Json collections = caller.page("/exchange/collections/");
  std::vector<std::string> ids;
  for (const auto& one : collections["collections"]) {
    if (one.value["alias"].string_or("") != "weekly") continue;
    const Json page = caller.page("/exchange/collections/" + std::string(one.value["id"].string_or("")) + "/objects/");
    for (const auto& object : page["objects"]) ids.emplace_back(object.value["id"].string_or(""));
  }
  return ids;
}

bool contains(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("a critical report appears at the party once two operators approved it") {
    Desk desk;
    const std::string token = desk.node.token("maker");
    CHECK(contains(pages(desk.node, token), indicator_id(1)));
    const auto waiting = json_lines(desk.node.must({"moderate", "list", "--json"}));
    REQUIRE(waiting.size() == 1);
    CHECK(waiting[0].text("object") == report_id(2));
    CHECK(waiting[0].number("needed") == 2);
    CHECK(waiting[0]["held"].at(0)["parties"].at(0).string_or("") == "maker");
    CHECK(waiting[0]["held"].at(0)["rule"].string_or("").find("policy.toml:") != std::string_view::npos);

    CHECK(desk.moderate("approve", "tanaka").exit == 1);  // nobody has looked at it
    CHECK(desk.moderate("screen", "tanaka", {"--note", "confirmed by telephone"}).exit == 0);
    CHECK(desk.moderate("approve", "tanaka").exit == 0);
    CHECK_FALSE(contains(pages(desk.node, token), report_id(2)));

    // One operator twice does not do it, nor somebody else's key.
    const Outcome again = desk.moderate("approve", "tanaka");
    CHECK(again.exit == 1);
    CHECK(again.out.find("already-exists") != std::string::npos);
    CHECK(desk.node({"moderate", "approve", report_id(2), "--operator", "suzuki", "--key", desk.key_of("tanaka")}).exit == 1);
    CHECK_FALSE(contains(pages(desk.node, token), report_id(2)));

    const std::string head = Json(desk.node.must({"audit", "seal", "--json"})).text("head");
    const Json done(desk.moderate("approve", "suzuki").out);
    CHECK(done.text("state") == "published");
    CHECK(contains(pages(desk.node, token), report_id(2)));
    CHECK(json_lines(desk.node.must({"moderate", "list", "--json"})).empty());

    // It stays after a crash, and the trail is whole.
    desk.node.kill9();
    desk.node.start();
    CHECK(contains(pages(desk.node, token), report_id(2)));
    CHECK(desk.sound(head));
    CHECK(fsck(desk.node).number("contradictions") == 0);

    // Taken back, it is gone.
    CHECK(Json(desk.moderate("withdraw", "suzuki", {"--note", "another product"}).out).text("state") == "withdrawn");
    CHECK_FALSE(contains(pages(desk.node, token), report_id(2)));
    CHECK(desk.sound(head));
  }

  TEST_CASE("operators.toml is checked with its line, and a revoked operator can approve no more") {
    Desk desk;
    CHECK(desk.node({"operator", "add", "tanaka", "--key", desk.key_of("tanaka")}).exit == 1);  // overwrites no key
    CHECK(read_text(desk.key_of("tanaka")).starts_with("-----BEGIN PRIVATE KEY-----"));
    CHECK(desk.moderate("screen", "tanaka").exit == 0);
    desk.node.must({"operator", "revoke", "tanaka", "--reason", "lost key"});
    CHECK(desk.moderate("approve", "tanaka").exit == 1);
    const auto listed = json_lines(desk.node.must({"operator", "list", "--json"}));
    REQUIRE(listed.size() == 2);
    CHECK(listed[0].text("state") == "revoked");
    desk.node.stop();
    append_text(desk.node.dir + "/operators.toml", "nmae = \"x\"\n");
    const Outcome refused = desk.node({"operator", "list"});
    CHECK(refused.exit == 1);
    CHECK(refused.err.find("operators.toml:") != std::string::npos);
  }
}
