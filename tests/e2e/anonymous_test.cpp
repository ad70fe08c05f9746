// Anonymous submission with a real node: posted over TAXII, read by another party, updated, killed, backed up, opened.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/json.h"
#include "tests/e2e/harness.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;

namespace {

const std::string kObjects = "/exchange/collections/incidents/objects/";
const std::string kAcme = "identity--ac3e0000-0000-4000-8000-000000000001";

std::string malware(int n, const std::string& modified, const std::string& more = {}) {
  return R"({"type":"malware","spec_version":"2.1","id":"malware--ac3e0000-0000-4000-8000-00000000010)" + std::to_string(n) +
         R"(","created_by_ref":")" + kAcme + R"(","created":"2026-11-20T09:41:07.213Z","modified":")" + modified +
         R"(","name":"loader","is_family":false,"x_ticket":"SEC-4711","object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"])" +
         more + "}";
}
std::string envelope(const std::vector<std::string>& objects) {
  std::string text = "{\"objects\":[";
  for (std::size_t i = 0; i < objects.size(); ++i) text += (i == 0 ? "" : ",") + objects[i];
  return text + "]}";
}

std::string folder_bytes(const std::string& folder) {
  std::string out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    out.append(std::istreambuf_iterator<char>(in), {});
  }
  return out;
}

/// A hub with the intake `incidents`; the member `acme` posts, `reader` reads.
struct Hub {
  Folder folder;
  Node node{folder / "hub", "Hub"};
  std::string token;  ///< of `reader`

  explicit Hub(const Start& how = {}) {
    node.start();
    node.must({"anonymous", "key", "--out", folder / "opening.key"});
    node.must({"collection", "add", "incidents", "--anonymous"});
    node.must({"party", "add", "acme", "--kind", "member", "--write", "incidents", "--unsigned", "--identity", kAcme});
    node.must({"party", "add", "reader", "--kind", "member", "--read", "incidents"});
    node.add_policy("[[import]]\nid = \"open\"\neffect = \"accept\"\nsources = [\"acme\"]\n");
    if (how.crash_at.empty()) return;
    node.stop();
    node.start(how);
  }
  /// (id, version) of what `reader` sees but the organisation itself, and all of its bytes.
  std::vector<std::string> read(std::string& bytes) {
    if (token.empty()) token = node.token("reader");
    Caller reader(node, "Bearer " + token);
    bytes = body_of(reader.get(kObjects + "?match[version]=all"));
    std::vector<std::string> out;
    const Json page(bytes);
    for (const auto& entry : page["objects"]) {
      const std::string id(entry.value["id"].string_or(""));
      if (id.starts_with("malware--")) out.push_back(id + " " + std::string(entry.value["modified"].string_or("")));
    }
    return out;
  }
};

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("a member reports, others read it as the organisation's, it is updated, asked back, and opened on record") {
    Hub hub;
    Node& node = hub.node;
    Caller acme(node, "Bearer " + node.token("acme"));
    const auto posted = acme.post(kObjects, envelope({malware(1, "2026-11-20T09:41:07.213Z")}));
    REQUIRE(posted.status == 202);
    const Json status(body_of(posted));
    CHECK(status.number("success_count") == 1);
    CHECK(body_of(acme.get("/exchange/status/" + status.text("id") + "/")) == body_of(posted));
    std::string bytes;
    const auto first = hub.read(bytes);
    REQUIRE(first.size() == 1);
    for (const char* hidden : {"ac3e", "09:41:07", "SEC-4711", "acme"}) CHECK(bytes.find(hidden) == std::string::npos);
    CHECK(bytes.find(R"("created_by_ref":")" + node.identity) != std::string::npos);

    CHECK(acme.post(kObjects, envelope({malware(1, "2026-11-20T11:00:00.500Z", R"(,"description":"now with a loader")")})).status == 202);
    const auto both = hub.read(bytes);
    REQUIRE(both.size() == 2);
    CHECK(both[1].substr(0, 45) == both[0].substr(0, 45));

    const std::string row = node.must({"anonymous", "list", "--json"});
    const std::string pseudonym = Json(row).text("submitter");
    node.must({"reply", "send", pseudonym, "--text", "Which version?", "--operator", "hanako"});
    CHECK(node.must({"reply", "show", "--receipt", status.text("id")}).find("Which version?") != std::string::npos);

    const auto told = acme.get("/exchange/status/" + status.text("id") + "/");
    CHECK(told.status == 200);
    CHECK(body_of(told).find(R"("text":"Which version?")") != std::string::npos);
    CHECK(body_of(told).find("hanako") == std::string::npos);

    CHECK(node({"anonymous", "open", pseudonym, "--key", hub.folder / "opening.key"}).exit == 2);
    const std::string opened = node.must({"anonymous", "open", pseudonym, "--key", hub.folder / "opening.key", "--reason", "court", "--operator", "hanako"});
    CHECK(opened == "acme\n");
    CHECK(node.must({"audit"}).find("hanako  submitter.open  " + pseudonym + "  court") != std::string::npos);

    // Once operators have keys, a name alone opens nothing.
    for (const std::string who : {"hanako", "taro"}) node.must({"operator", "add", who, "--key", hub.folder / (who + ".pem")});
    const std::vector<std::string> open{"anonymous", "open", pseudonym, "--key", hub.folder / "opening.key", "--reason", "court", "--operator", "hanako"};
    const auto open_with = [&](const std::string& key) {
      auto words = open;
      words.insert(words.end(), {"--operator-key", hub.folder / key});
      return words;
    };
    CHECK(node(open).exit == 2);
    CHECK(node(open_with("taro.pem")).exit == 2);
    CHECK(node(open_with("opening.key")).exit == 2);
    CHECK(node.must(open_with("hanako.pem")) == "acme\n");
    CHECK(node.must({"audit"}).find("hanako (key ") != std::string::npos);
    node.must({"operator", "remove", "taro"});

    for (const char* command : {"quarantine", "deadletter"}) CHECK(node.must({command, "list", "--json"}).find("acme") == std::string::npos);
    CHECK(node.must({"policy", "explain", both[0].substr(0, 45), "--party", "reader"}).find("acme") == std::string::npos);
    CHECK(fsck(node).number("contradictions") == 0);
  }

  TEST_CASE("an operator enters a report for a party; names wait, masked") {
    Hub hub;
    write_text(hub.folder / "in.json", bundle({malware(2, "2026-11-20T09:41:07.213Z", R"(,"description":"at ACME")")}));
    const Json done(hub.node.must({"import", "--collection", "incidents", "--anonymous", "--from-party", "acme", "--json", hub.folder / "in.json"}));
    CHECK(done.number("taken") == 1);
    std::string bytes;
    CHECK(hub.read(bytes).empty());
    const std::string waiting = hub.node.must({"quarantine", "list", "--json"});
    CHECK(waiting.find("submitter-") != std::string::npos);
    const auto no = Json(waiting).number("no");
    CHECK(hub.node.must({"quarantine", "show", std::to_string(no)}).find("at [withheld]") != std::string::npos);
    hub.node.must({"quarantine", "release", std::to_string(no), "--reason", "read"});
    CHECK(hub.read(bytes).size() == 1);
    CHECK(bytes.find("at [withheld]") != std::string::npos);
    CHECK(hub.node({"import", "--collection", "incidents", "--from-party", "acme", hub.folder / "in.json"}).exit == 2);
  }

  TEST_CASE("kill -9 around the write loses nothing and doubles nothing") {
    for (const char* point : {"inbound-before-commit", "inbound-after-commit", "inbound-after-release"}) {
      CAPTURE(point);
      Start how;
      how.crash_at = point;
      Hub hub(how);
      Caller acme(hub.node, "Bearer " + hub.node.token("acme"));
      const std::string body = envelope({malware(1, "2026-11-20T09:41:07.213Z"), malware(2, "2026-11-20T09:41:07.213Z")});
      CHECK_THROWS(acme.post(kObjects, body));  // the connection ends with the process
      hub.node.wait_end();
      hub.node.start();
      const auto again = acme.post(kObjects, body);
      REQUIRE(again.status == 202);
      CHECK(Json(body_of(again)).number("success_count") == 2);
      std::string bytes;
      CHECK(hub.read(bytes).size() == 2);
      CHECK(json_lines(hub.node.must({"anonymous", "list", "--json"})).size() == 2);
      CHECK(fsck(hub.node).number("contradictions") == 0);
    }
  }

  TEST_CASE("a backup holds the secret of the pseudonyms only under seal, and a restored node asks for the key") {
    Hub hub;
    Caller acme(hub.node, "Bearer " + hub.node.token("acme"));
    CHECK(acme.post(kObjects, envelope({malware(1, "2026-11-20T09:41:07.213Z")})).status == 202);
    const std::string before = Json(hub.node.must({"anonymous", "list", "--json"})).text("submitter");
    const std::string secret = read_text(hub.node.dir + "/anonymous/secret").substr(0, 64);
    hub.node.must({"backup", hub.folder / "copy"});
    const std::string copy = folder_bytes(hub.folder / "copy");
    CHECK(copy.find(secret) == std::string::npos);
    CHECK(copy.find("SEC-4711") == std::string::npos);
    hub.node.stop();
    std::filesystem::remove_all(hub.node.dir);
    hub.node.must({"restore", hub.folder / "copy"});
    hub.node.start();
    CHECK(acme.post(kObjects, envelope({malware(2, "2026-11-20T09:41:07.213Z")})).status == 503);
    CHECK(hub.node({"anonymous", "key", "--out", hub.folder / "other.key"}).exit == 1);
    hub.node.must({"anonymous", "unseal", "--key", hub.folder / "opening.key", "--reason", "restored", "--operator", "hanako"});
    CHECK(acme.post(kObjects, envelope({malware(1, "2026-11-21T09:41:07.213Z")})).status == 202);
    const auto rows = json_lines(hub.node.must({"anonymous", "list", "--json"}));
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].text("submitter") == before);
  }
}
