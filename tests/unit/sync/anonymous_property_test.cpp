// Random submissions, then every byte of the store's files is searched: nothing that only the submitter would write stands
// there outside a seal. docs/specs/anonymous.md.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "anonymous_desk.h"
#include "core/json.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/support/property.h"

namespace sekisho::sync::tests {
namespace {

class Folder {
 public:
  Folder() : path_((std::filesystem::temp_directory_path() / "sekisho-anonymous-XXXXXX").string()) {
    REQUIRE(mkdtemp(path_.data()) != nullptr);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file() const { return path_ + "/store.db"; }
  /// Every file in it, WAL included.
  std::string bytes() const {
    std::string out;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      std::ifstream in(entry.path(), std::ios::binary);
      out.append(std::istreambuf_iterator<char>(in), {});
    }
    return out;
  }

 private:
  std::string path_;
};

/// A submission by script, and what of it nobody may find again.
struct Draft {
  explicit Draft(const std::vector<unsigned char>& script) : script_(script) {}

  std::vector<std::string> objects, secrets;

  void fill(const std::string& modified) {
    objects.clear();
    const unsigned count = 1 + next(5);
    for (unsigned n = 0; n < count; ++n) objects.push_back(object(1 + next(4), modified));
    if (filled_++ == 0) {  // later ones come without
      objects.push_back(R"({"type":"identity","spec_version":"2.1","id":")" + kAcme + R"(","created":")" + time() + R"(","modified":")" + time() +
                        R"(","name":"Yotsuba Heavy","contact_information":"desk@yotsuba-heavy.example"})");
    }
    if (next(4) == 0) objects.push_back("{\"type\":\"report\",\"" + secret() + "\":1");
  }

 private:
  unsigned next(unsigned below) { return at_ < script_.size() ? script_[at_++] % below : 0; }

  std::string secret() {
    secrets.push_back("Zq" + std::to_string(secrets.size()) + "vault" + std::to_string(next(256)));
    return secrets.back();
  }
  std::string time() {
    char text[40];
    std::snprintf(text, sizeof text, "2026-10-%02uT%02u:%02u:%02u.%03uZ", 1 + next(28), next(24), next(60), 1 + next(59), 1 + next(255));
    secrets.emplace_back(text);
    return text;
  }
  std::string naming() {
    const std::vector<std::string> ways{"ACME MOTORS", "Acme Motors", "yotsuba heavy", "desk@yotsuba-heavy.example", kAcme, "\\u0041cme Motors"};
    return ways[next(6)];
  }

  std::string object(unsigned n, const std::string& modified) {
    static const std::vector<std::string> kTypes{"malware", "tool", "note", "indicator", "relationship", "domain-name", "x-odd", "report"};
    const std::string type = kTypes[next(8)];
    std::string body;
    if (type == "malware") body = R"("is_family":false,"first_seen":")" + time() + "\"";
    if (type == "tool") body = R"("name":"t")";
    if (type == "note") body = R"("content":"c","authors":[")" + secret() + R"("],"object_refs":[")" + ref() + "\"]";
    if (type == "indicator") {
      body = R"("pattern":"[ipv4-addr:value = '198.51.100.7']","pattern_type":"stix","valid_from":")" + time() + R"(","name":"x)" +
             (next(2) != 0 ? naming() : "") + "\"";
    }
    if (type == "relationship") body = R"("relationship_type":"related-to","source_ref":")" + ref() + R"(","target_ref":")" + ref() + "\"";
    if (type == "domain-name") {
      const std::string made = R"({"type":"domain-name","spec_version":"2.1","id":")" + id_of(n, type) + R"(","value":"d.example","x_own":")" + secret() + "\"}";
      secrets.push_back(id_of(n, type));
      return made;
    }
    if (type == "x-odd") body = R"("odd":")" + secret() + "\"";
    if (type == "report") body = R"("name":"r","published":")" + time() + R"(","object_refs":[")" + ref() + "\"]";
    if (next(2) != 0) body += R"(,"x_ticket":")" + secret() + "\"";
    if (next(3) == 0) body += R"(,"description":"about )" + naming() + " and " + ref() + "\"";
    if (next(3) == 0) {
      body += R"(,"external_references":[{"source_name":")" + naming() + R"(","external_id":")" + secret() +
              R"("},{"source_name":"cve","external_id":"CVE-2026-1","x_by":")" + secret() + "\"}]";
    }
    if (next(3) == 0) {
      body += R"(,"granular_markings":[{"marking_ref":")" + id_of(n, "marking-definition") + R"(","selectors":["description"]}])";
      secrets.push_back(id_of(n, "marking-definition"));
    }
    secrets.push_back(id_of(n, type));
    secrets.push_back(modified);
    return sdo(type, n, body, modified);
  }
  std::string ref() {
    const std::string id = next(5) == 0 ? kAcme : id_of(1 + next(6), next(2) == 0 ? "malware" : "tool");
    secrets.push_back(id);
    return id;
  }

  const std::vector<unsigned char>& script_;
  std::size_t at_ = 0, filled_ = 0;
};

TEST_SUITE("property") {
  TEST_CASE("sync/anonymous: no byte of the store's files tells what only the submitter would write") {
    PROPERTY("nothing shows", [](const std::vector<unsigned char>& script) {
      const Folder folder;
      FakeRandom random;
      Office office(must(store::open_sqlite_store(folder.file(), random)));
      Draft draft(script);
      std::vector<std::string> receipts;
      for (const std::string& modified : {kStart, kLater}) {
        draft.fill(modified);
        receipts.push_back(office.post(draft.objects).id);
      }
      for (const auto& letter : office.letters()) {
        if (letter.kind == store::LetterKind::kQuarantined) (void)office.quarantine().let_in(letter.no, "op", "read");
      }
      const std::string bytes = folder.bytes();
      std::vector<std::string> hidden = draft.secrets;
      for (const char* name : {"Acme Motors", "ACME MOTORS", "yotsuba", "Yotsuba", "desk@"}) hidden.emplace_back(name);
      hidden.insert(hidden.end(), receipts.begin(), receipts.end());
      hidden.insert(hidden.end(), {kAcme, kStart, kLater});
      std::erase(hidden, kAcme);  // it stands in the policy that is in force; below: not beside anything that came
      for (const std::string& text : hidden) {
        if (bytes.find(text) != std::string::npos) RC_FAIL("stands in the store: " + text);
      }
      // The party's id does stand there, among those who read; not beside anything that came.
      for (const auto& change : must(office.world.store->changes(0, 10'000))) {
        const auto object = must(office.world.store->object(change.object));
        RC_ASSERT(object.source.empty());
        RC_ASSERT(object.bytes.find("acme") == std::string::npos);
        RC_ASSERT(object.bytes.find(kAcme) == std::string::npos);
        RC_ASSERT(object.provenance.find(kAcme) == std::string::npos);
        RC_ASSERT(object.provenance.find("acme") == std::string::npos);
      }
      for (const auto& letter : office.letters()) {
        for (const std::string* text : {&letter.party, &letter.key, &letter.payload, &letter.context, &letter.reason.detail, &letter.object_id}) {
          RC_ASSERT(text->find("acme") == std::string::npos);
          RC_ASSERT(text->find(kAcme) == std::string::npos);
        }
      }
      for (const Row& row : office.world.read("m")) RC_ASSERT(row.bytes.find("acme") == std::string::npos);
      RC_ASSERT(office.log.text.find("acme") == std::string::npos);
    });
  }
}

}  // namespace
}  // namespace sekisho::sync::tests
