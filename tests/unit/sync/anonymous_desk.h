// A node with an anonymous intake `weekly`, a member `acme` that writes there and reads only `vulns`, and a reader `m`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "certs/sealed.h"
#include "sync/ingest/anonymous/anonymous.h"
#include "sync/ingest/inbound.h"
#include "sync/ingest/quarantine.h"
#include "sync/ingest/submission.h"
#include "world.h"

namespace sekisho::sync::tests {

inline const std::string kAcme = "identity--ac3e0000-0000-4000-8000-000000000001";
inline const std::string kGreenMark = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb";
inline const std::string kStart = "2026-11-20T09:41:07.213Z", kLater = "2026-11-20T11:02:33.871Z";

class KeptLog : public Log {
 public:
  void write(LogLevel, std::string_view event, std::initializer_list<Field> fields) override {
    text += event;
    for (const auto& [name, value] : fields) text.append(" ").append(name).append("=").append(value);
    text += "\n";
  }
  std::string text;
};

struct Office {
  World world;
  KeptLog log;
  Limits limits;
  certs::OpeningKey key = certs::OpeningKey::generate(world.random);
  std::unique_ptr<Anonymous> office;
  std::unique_ptr<Inbound> inbound;
  std::unique_ptr<Submissions> submissions;

  explicit Office(std::unique_ptr<store::Store> store = nullptr, const std::string& more = {})
      : world(1, std::move(store)) {
    world.apply("[[party]]\nid = \"acme\"\nname = \"Acme Motors\"\nkind = \"member\"\nidentities = [\"" + kAcme +
                "\"]\ncollections = [\"vulns\"]\nwrite = [\"weekly\", \"vulns\"]\nsigns = false\n" + member("m", "silver") +
                "[[import]]\nid = \"open\"\neffect = \"accept\"\nsources = [\"acme\"]\n" + more);
    for (const char* alias : {"weekly", "vulns"}) {  // as `collection add` does
      world.put({R"({"type":"identity","spec_version":"2.1","id":")" + kOwn + R"(","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","name":"Example",)" +
                     R"("object_marking_refs":["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"]})"},
                alias);
    }
    put({{kAnonymousIntakes, "weekly", AnonymousIntake{}.to_json()}});
    open();
    office->set_secret(std::string(32, 'k'));
    must(office->adopt_key(key.sealing(), "op"));
  }
  void open() {
    office = std::make_unique<Anonymous>(*world.store, *world.audit, world.clock, world.random, kOwn);
    inbound = std::make_unique<Inbound>(*world.store, *world.release, world.clock, limits);
    submissions = std::make_unique<Submissions>(*world.store, *world.release, *inbound, world.clock,
                                                world.random, log, office.get());
  }
  void restart() {
    world.restart();
    open();
    office->set_secret(std::string(32, 'k'));
  }
  void put(std::vector<store::DocumentPut> documents) {
    store::Batch batch;
    batch.documents = std::move(documents);
    must(world.store->commit(batch, world.clock.now()));
  }
  Submission post(const std::vector<std::string>& objects, const std::optional<Submissions::Entered>& entered = std::nullopt) {
    const std::vector<std::string_view> views(objects.begin(), objects.end());
    return must(submissions->take("acme", "weekly", views, entered));
  }
  Quarantine quarantine() { return {*world.store, *world.release, *world.audit, world.clock, limits}; }
  std::vector<store::DeadLetter> letters() { return must(world.store->dead_letters(0, 1000)); }
  std::string pseudonym() { return must(office->vault()).pseudonym("acme"); }
};

/// An SDO of acme. `more`: further members.
inline std::string sdo(const std::string& type, unsigned n, const std::string& more, const std::string& modified = kStart) {
  return R"({"type":")" + type + R"(","spec_version":"2.1","id":")" + id_of(n, type) + R"(","created_by_ref":")" + kAcme +
         R"(","created":")" + kStart + R"(","modified":")" + modified + R"(","object_marking_refs":[")" + kGreenMark + "\"]" +
         (more.empty() ? "" : "," + more) + "}";
}
inline std::string malware(unsigned n, const std::string& more = {}, const std::string& modified = kStart) {
  return sdo("malware", n, R"("is_family":false,"name":"loader")" + (more.empty() ? "" : "," + more), modified);
}
inline std::string report_of(unsigned n, const std::vector<std::string>& refs, const std::string& modified = kStart) {
  std::string list;
  for (const std::string& ref : refs) list += (list.empty() ? "\"" : ",\"") + ref + "\"";
  return sdo("report", n, R"("name":"Break-in","published":")" + kStart + R"(","object_refs":[)" + list + "]", modified);
}

}  // namespace sekisho::sync::tests
