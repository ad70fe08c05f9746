// Anonymous submission through the pipeline: docs/specs/anonymous.md.
#include "anonymous_desk.h"

#include <algorithm>

#include "core/json.h"
#include "stix/sco_id.h"

namespace sekisho::sync::tests {
namespace {

/// Objects of a type that `m` reads in the intake, in order.
std::vector<stix::ObjectPtr> read(Office& office, const std::string& type) {
  std::vector<stix::ObjectPtr> out;
  for (const Row& row : office.world.read("m")) {
    auto object = must(stix::Object::parse(row.bytes));
    if (object->type() == type) out.push_back(std::move(object));
  }
  return out;
}

std::string observable(const std::string& body) {
  const std::string draft = R"({"type":)" + body.substr(body.find('"'));
  const auto document = must(json::Document::parse(draft));
  return R"({"id":")" + must(stix::sco_id(document->root())) + "\"," + draft.substr(1);
}

bool told(const Submission& status, const std::string& id, const std::string& part) {
  return std::any_of(status.failures.begin(), status.failures.end(), [&](const Submission::Detail& detail) {
    return detail.id == id && detail.message.find(part) != std::string::npos;
  });
}

TEST_SUITE("unit") {
  TEST_CASE("sync/anonymous: what came is the organisation's, and nothing in the store says whose it was") {
    Office office;
    const Submission done = office.post({malware(1), report_of(2, {id_of(1, "malware")})});
    CHECK(done.failures.empty());
    REQUIRE(done.successes.size() == 2);
    CHECK(done.successes[0].id == id_of(1, "malware"));
    const auto reports = read(office, "report");
    REQUIRE(reports.size() == 1);
    const stix::Object& report = *reports[0];
    CHECK(report.id() != id_of(2));
    CHECK(*report.created_by_ref() == kOwn);
    CHECK(report.version() == "2026-11-20T00:00:00.000Z");
    const auto others = read(office, "malware");
    REQUIRE(others.size() == 1);
    CHECK(report.root()["object_refs"].at(0).string_or("") == others[0]->id());
    const auto held = must(office.world.store->versions_of(report.id(), true));
    REQUIRE(held.size() == 1);
    CHECK(held[0].source.empty());
    CHECK(held[0].provenance == R"({"route":"anonymous"})");
    CHECK(must(office.world.store->versions_of(id_of(2), false)).empty());
    CHECK(office.world.attested("m").size() == 3);
    CHECK(office.log.text.find("acme") == std::string::npos);
    CHECK(office.log.text.find(office.pseudonym()) != std::string::npos);
  }

  TEST_CASE("sync/anonymous: a later version gets the same id, a later time, and follows its references") {
    Office office;
    office.post({malware(1), report_of(2, {id_of(1, "malware")})});
    office.restart();
    office.post({report_of(2, {id_of(1, "malware"), id_of(9, "malware")}, kLater)});
    office.post({malware(9)});
    const auto reports = read(office, "report");
    REQUIRE(reports.size() == 2);
    CHECK(reports[0]->id() == reports[1]->id());
    CHECK(reports[1]->version() == "2026-11-20T00:00:00.001Z");
    const auto all = read(office, "malware");
    REQUIRE(all.size() == 2);
    CHECK(reports[1]->root()["object_refs"].at(0).string_or("") == all[0]->id());
    CHECK(reports[1]->root()["object_refs"].at(1).string_or("") == all[1]->id());
  }

  TEST_CASE("sync/anonymous: again changes nothing; other content or an older version is the sender's mistake") {
    Office office;
    office.post({malware(1, "", kLater)});
    const auto before = office.world.read("m");
    CHECK(office.post({malware(1, "", kLater)}).successes.size() == 1);
    CHECK(told(office.post({malware(1, R"("description":"other")", kLater)}), id_of(1, "malware"), "other content"));
    CHECK(told(office.post({malware(1)}), id_of(1, "malware"), "other content"));
    CHECK(office.world.read("m") == before);
  }

  TEST_CASE("sync/anonymous: two submitters with one original id have nothing in common") {
    Office office;
    const AnonymousVault vault = must(office.office->vault());
    CHECK(vault.object_key("acme", id_of(1)) != vault.object_key("b", id_of(1)));
    const AnonymousRecord record{"report--x", "", {}};
    const auto put = vault.record_put("acme", id_of(1), record);
    CHECK(vault.record("acme", id_of(1), *put.value)->id == "report--x");
    CHECK_FALSE(vault.record("b", id_of(1), *put.value));
    CHECK_FALSE(vault.record("acme", id_of(2), *put.value));
  }

  TEST_CASE("sync/anonymous: observables keep the id that their content makes; what changes takes a random one") {
    Office office;
    const std::string domain = observable(R"({"domain-name","value":"evil.example"})");
    const std::string address = observable(R"({"ipv4-addr","value":"198.51.100.7"})");
    const auto id = [](const std::string& text) { return std::string(must(stix::Object::parse(text))->id()); };
    const std::string traffic = observable(R"({"network-traffic","start":")" + kStart + R"(","protocols":["tcp"],"src_ref":")" + id(address) + "\"}");
    const std::string mine = observable(R"({"domain-name","value":"vpn.acme.example"})");
    const Submission done = office.post({domain, address, traffic, mine, report_of(2, {id(domain), id(address), id(traffic), id(mine)})});
    CHECK(done.failures.size() == 1);
    CHECK(told(done, id(mine), "never edited"));
    const auto reports = read(office, "report");
    REQUIRE(reports.size() == 1);
    const auto refs = reports[0]->root()["object_refs"];
    REQUIRE(refs.size() == 3);
    CHECK(refs.at(0).string_or("") == id(domain));
    CHECK(refs.at(1).string_or("") == id(address));
    CHECK(refs.at(2).string_or("") != id(traffic));
    const auto flows = read(office, "network-traffic");
    REQUIRE(flows.size() == 1);
    CHECK(flows[0]->id() == refs.at(2).string_or(""));
    CHECK(flows[0]->root()["start"].string_or("") == "2026-11-20T00:00:00.000Z");
    CHECK(office.post({domain}).failures.empty());
    CHECK(read(office, "domain-name").size() == 1);
  }

  TEST_CASE("sync/anonymous: an observable that names one which is not at hand loses the name") {
    Office office;
    const std::string away = observable(R"({"ipv4-addr","value":"203.0.113.5"})");
    const std::string gone(must(stix::Object::parse(away))->id());
    const std::string domain = observable(R"({"domain-name","value":"evil.example","resolves_to_refs":[")" + gone + "\"]}");
    CHECK(office.post({domain}).failures.empty());
    REQUIRE(read(office, "domain-name").size() == 1);
    CHECK_FALSE(read(office, "domain-name")[0]->root()["resolves_to_refs"].exists());
  }

  TEST_CASE("sync/anonymous: a text that names the submitter waits with the name masked, and goes when an operator says so") {
    Office office;
    const std::string identity = R"({"type":"identity","spec_version":"2.1","id":")" + kAcme + R"(","created":")" + kStart + R"(","modified":")" + kStart +
                                 R"(","name":"Acme K.K.","contact_information":"psirt@acme-kk.example"})";
    const Submission done = office.post({identity, malware(1, R"("description":"hit ACME K.K., mail psirt@acme-kk.example")")});
    CHECK(done.failures.empty());
    CHECK(read(office, "malware").empty());
    REQUIRE(office.letters().size() == 1);
    const auto letter = office.letters()[0];
    CHECK(letter.kind == store::LetterKind::kQuarantined);
    CHECK(letter.party == office.pseudonym());
    CHECK(letter.payload.find("hit [withheld], mail [withheld]") != std::string::npos);
    CHECK(letter.payload.find(kAcme) == std::string::npos);
    CHECK(office.post({malware(1, R"("description":"hit ACME K.K., mail psirt@acme-kk.example")")}).failures.empty());
    CHECK(office.letters().size() == 1);
    must(office.quarantine().let_in(letter.no, "op", "read"));
    REQUIRE(read(office, "malware").size() == 1);
    CHECK(must(office.world.store->versions_of(letter.object_id, false)).at(0).source.empty());
  }

  TEST_CASE("sync/anonymous: an import rule that asks for an operator still hides the sender") {
    Office office(nullptr, "[[import]]\nid = \"look\"\neffect = \"quarantine\"\ntypes = [\"malware\"]\n");
    CHECK(office.post({malware(1)}).failures.empty());
    REQUIRE(office.letters().size() == 1);
    CHECK(office.letters()[0].party == office.pseudonym());
    CHECK(office.letters()[0].reason.detail.find("acme") == std::string::npos);
  }

  TEST_CASE("sync/anonymous: what is refused is told to the sender and kept under seal") {
    Office office;
    const std::string bad = sdo("report", 4, R"("name":"no list")"), odd = R"({"type":"x-acme","id":"x"})";
    const Submission done = office.post({bad, odd, malware(1)});
    CHECK(done.successes.size() == 1);
    CHECK(done.failures.size() == 2);
    CHECK(told(done, id_of(4), "STIX 2.1 S-"));
    REQUIRE(office.letters().size() == 2);
    for (const auto& letter : office.letters()) {
      CHECK(letter.party == office.pseudonym());
      CHECK(letter.object_id.empty());
      CHECK(letter.version.empty());
      CHECK(letter.payload.find("no list") == std::string::npos);
      CHECK(letter.reason.detail == "sealed; its submitter was told why");
      CHECK(office.quarantine().replay(letter.no, "op").error().code == Code::kInvalidArgument);
    }
    const auto opened = must(office.office->open(std::to_string(office.letters()[0].no), office.key.file(), "hanako", "why"));
    CHECK(opened.party == "acme");
    CHECK(opened.payload == bad);
    office.post({bad});
    CHECK(office.letters().size() == 2);
  }

  TEST_CASE("sync/anonymous: a corrected object of the same version is taken") {
    Office office;
    CHECK(office.post({malware(1, R"("object_refs":[],"granular_markings":[{"marking_ref":"marking-definition--ac3e0000-0000-4000-8000-000000000009","selectors":["created"]}])")}).failures.size() == 1);
    CHECK(office.post({malware(1)}).failures.empty());
    CHECK(read(office, "malware").size() == 1);
  }

  TEST_CASE("sync/anonymous: the status opens with its id for its party alone") {
    Office office;
    const Submission done = office.post({malware(1)});
    const auto again = must(office.submissions->status("acme", done.id));
    REQUIRE(again.successes.size() == 1);
    CHECK(again.successes[0].id == id_of(1, "malware"));
    CHECK(office.submissions->status("m", done.id).error().code == Code::kNotFound);
    CHECK(must(office.world.store->documents("status/acme")).empty());
    for (const auto& [id, value] : must(office.world.store->documents("status/" + office.pseudonym()))) {
      CHECK(id != done.id);
      CHECK(value.find("malware") == std::string::npos);
      CHECK(office.submissions->status("acme", id).error().code == Code::kNotFound);
    }
    CHECK(must(office.world.store->documents("submission-held/acme")).empty());
  }

  TEST_CASE("sync/anonymous: a small set waits, unless the operator who enters it accepts that") {
    std::string rows;
    for (int i = 0; i < 5; ++i) rows += member("p" + std::to_string(i), "platinum") + (i < 4 ? member("b" + std::to_string(i), "bronze") : "");
    Office office(nullptr, rows);
    const auto facts = [](const std::string& product) {
      return R"("extensions":{"extension-definition--0d3b8a92-069a-421d-be24-3cbcf715d45f":{"extension_type":"property-extension","products":[")" + product + R"("],"sectors":["Platinum"]}})";
    };
    office.post({malware(1, facts("product:platinum")), malware(2, facts("bronze")), malware(3, facts("ecu-4711")), malware(4, R"("labels":["platinum","trojan"])"),
                 malware(5, R"("labels":["sector:space"])")});
    CHECK(read(office, "malware").size() == 2);
    REQUIRE(office.letters().size() == 3);
    CHECK(office.letters()[0].reason.detail.find("fewer than 5 parties have bronze") == 0);
    CHECK(office.letters()[1].reason.detail.find("ecu-4711") != std::string::npos);
    CHECK(office.letters()[2].reason.detail.find("space") != std::string::npos);
    office.post({malware(6, facts("bronze"))}, Submissions::Entered{true});
    CHECK(read(office, "malware").size() == 3);
    office.post({malware(7, facts("bronze"))}, Submissions::Entered{false});
    CHECK(office.letters().size() == 4);
  }

  TEST_CASE("sync/anonymous: references stay only to what the submitter may see of others") {
    Office office;
    auto public_one = sdo("tool", 30, R"("name":"known")");
    public_one.replace(public_one.find(kAcme), kAcme.size(), kOwn);
    const auto hidden_one = sdo("tool", 31, R"("name":"hidden")");
    office.world.put({public_one}, "vulns");
    office.world.put({hidden_one}, "weekly");
    const std::string own = sdo("tool", 32, R"("name":"named")");
    const std::vector<std::string_view> views{own};
    must(office.submissions->take("acme", "vulns", views));  // under its own name
    office.post({report_of(2, {id_of(30, "tool"), id_of(31, "tool"), id_of(32, "tool"), kAcme})});
    const auto holds = must(office.world.store->changes(0, 100));
    const auto made = must(office.world.store->object(holds.back().object));
    const auto object = must(stix::Object::parse(made.bytes));
    const auto refs = object->root()["object_refs"];
    REQUIRE(refs.size() == 3);
    CHECK(refs.at(0).string_or("") == id_of(30, "tool"));
    CHECK(refs.at(1).string_or("") != id_of(31, "tool"));
    CHECK(refs.at(2).string_or("") != id_of(32, "tool"));
  }

  TEST_CASE("sync/anonymous: nothing gets in by another way") {
    Office office;
    Inbound::PartyBatch batch;
    batch.party = "acme";
    batch.collection = &office.world.collections.at(0);
    batch.objects.push_back(must(stix::Object::parse(malware(1))));
    const AttestationPool none(1);
    CHECK(office.inbound->take(batch, none).error().code == Code::kImportDenied);
    Submissions plain(*office.world.store, *office.world.release, *office.inbound, office.world.clock,
                      office.world.random, office.log);
    const std::string object = malware(1);
    const std::vector<std::string_view> views{object};
    CHECK(plain.take("acme", "weekly", views).error().code == Code::kImportDenied);
    CHECK(office.submissions->take("acme", "vulns", views, Submissions::Entered{}).error().code == Code::kInvalidArgument);
    CHECK(office.submissions->take("m", "weekly", views).error().code == Code::kNotFound);
    CHECK(must(office.world.store->last_change()) == 2);
  }

  TEST_CASE("sync/anonymous: without key or secret nothing is taken") {
    Office office;
    Anonymous bare(*office.world.store, *office.world.audit, office.world.clock, office.world.random, kOwn);
    CHECK(bare.vault().error().code == Code::kUnavailable);
    office.put({{kAnonymousSpace, "opening-key", std::nullopt}});
    const std::string object = malware(1);
    const std::vector<std::string_view> views{object};
    CHECK(office.submissions->take("acme", "weekly", views).error().code == Code::kUnavailable);
    CHECK(must(office.world.store->last_change()) == 2);
  }

  TEST_CASE("sync/anonymous: an opening is on record before anything is shown") {
    Office office;
    office.post({malware(1)});
    const auto rows = must(office.office->list());
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].pseudonym == office.pseudonym());
    const auto lines = [&office] {
      std::vector<std::string> out;
      for (const auto& entry : must(office.world.audit->list(0, 100))) out.push_back(entry.line.action + " " + entry.line.actor + " " + entry.line.subject + " " + entry.line.detail);
      return out;
    };
    const auto other = certs::OpeningKey::generate(office.world.random);
    CHECK(office.office->open(rows[0].pseudonym, other.file(), "taro", "curious").error().code == Code::kCryptoFailure);
    CHECK(lines().back() == "submitter.open taro " + rows[0].pseudonym + " curious");
    CHECK(office.office->open(rows[0].pseudonym, office.key.file(), "", "x").error().code == Code::kInvalidArgument);
    CHECK(office.office->open("submitter-0", office.key.file(), "taro", "x").error().code == Code::kNotFound);
    const auto before = lines().size();
    CHECK(must(office.office->open(rows[0].pseudonym, office.key.file(), "hanako", "court")).party == "acme");
    const auto object = must(office.office->open(rows[0].id, office.key.file(), "hanako", "court"));
    CHECK(object.party == "acme");
    CHECK(object.id == id_of(1, "malware"));
    CHECK(lines().size() == before + 2);
    office.put({{"audit-head", "head", "broken"}});
    CHECK(office.office->open(rows[0].pseudonym, office.key.file(), "hanako", "court").error().code == Code::kStoreCorrupt);
  }

  TEST_CASE("sync/anonymous: a restored node gets its pseudonyms back from the seal") {
    Office office;
    office.post({malware(1)});
    const std::string before = office.pseudonym();
    office.world.restart();
    office.open();
    const auto other = certs::OpeningKey::generate(office.world.random);
    CHECK_FALSE(office.office->unseal(other, "op", "restored").ok());
    CHECK_FALSE(office.office->has_secret());
    CHECK(must(office.office->unseal(office.key, "op", "restored")) == std::string(32, 'k'));
    CHECK(office.pseudonym() == before);
    must(office.office->adopt_key(other.sealing(), "op"));
    office.post({malware(2)});
    const auto rows = must(office.office->list());
    REQUIRE(rows.size() == 2);
    std::size_t opened = 0;
    for (const auto& row : rows) opened += office.office->open(row.id, other.file(), "op", "x").ok() ? 1 : 0;
    CHECK(opened == 1);
    CHECK(office.office->open(before, office.key.file(), "op", "x").ok());
  }

  TEST_CASE("sync/anonymous: replies reach whoever holds a receipt") {
    Office office;
    const Submission first = office.post({malware(1)}), second = office.post({malware(2)});
    must(office.office->reply(office.pseudonym(), "hanako", "Which version?"));
    must(office.office->reply(office.pseudonym(), "hanako", "And when?"));
    for (const Submission& one : {first, second}) {
      const auto replies = must(office.office->replies_by_receipt(one.id));
      REQUIRE(replies.size() == 2);
      CHECK(replies[0].text == "Which version?");
    }
    CHECK(office.office->replies_by_receipt(office.pseudonym()).error().code == Code::kNotFound);
    CHECK(office.office->reply("submitter-0", "hanako", "x").error().code == Code::kNotFound);
    CHECK(office.office->reply(must(office.office->list())[0].id, "hanako", "x").error().code == Code::kNotFound);
    CHECK(office.office->reply(office.pseudonym(), "hanako", std::string(20'000, 'x')).error().code == Code::kLimitExceeded);
  }

  TEST_CASE("sync/anonymous: settings of an intake") {
    CHECK(AnonymousIntake{stix::redact::Blur::kMonth, 7}.to_json() == R"({"blur":"month","smallest_set":7})");
    CHECK(must(AnonymousIntake::from_json(R"({"blur":"hour","smallest_set":1})")).blur == stix::redact::Blur::kHour);
    for (const char* bad : {"", "{}", R"({"blur":"none","smallest_set":5})", R"({"blur":"day","smallest_set":0})"}) {
      CHECK_FALSE(AnonymousIntake::from_json(bad).ok());
    }
  }

  TEST_CASE("sync/anonymous: vectors of docs/specs/anonymous.md") {
    FakeRandom random;
    const AnonymousVault vault(std::string(32, 'k'), certs::OpeningKey::generate(random).sealing(), random);
    CHECK(vault.pseudonym("acme") == "submitter-ede51f6240c4c047");
    CHECK(vault.object_key("acme", "report--8a4f0000-0000-4000-8000-000000000001") == "251a65d4ef5890c3bf57e40c1768fa72f5d4f33d1477fb1eccb32f1a85b4a18b");
    CHECK(vault.receipt_key("0d5e0000-0000-4000-8000-000000000002") == "1a12f7c0777ad31b5de8da86c9593644baa80a71253158e708a41811a47728fa");
    CHECK(vault.status_id("acme", "0d5e0000-0000-4000-8000-000000000002") == "f1bb81d5-1958-430c-bf7a-532630adb296");
  }
}

}  // namespace
}  // namespace sekisho::sync::tests
