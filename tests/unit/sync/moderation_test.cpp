// Held until people let it through: states, who may, and what does not count.
#include "sync/moderation/moderation.h"

#include <algorithm>

#include "certs/attestation.h"
#include "moderated.h"
#include "store/chain.h"

namespace sekisho::sync::tests {
namespace {

constexpr Act kActs[] = {Act::kScreen, Act::kEnrich, Act::kApprove, Act::kPublish, Act::kTakeBack, Act::kText};

void put_raw(World& world, const std::string& space, const std::string& key, std::optional<std::string> value) {
  store::Batch batch;
  batch.documents.push_back({space, key, std::move(value)});
  must(world.store->commit(batch, world.clock.now()));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  REQUIRE(text.find(from) != std::string::npos);
  return text.replace(text.find(from), from.size(), to);
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("sync/moderation: a critical report reaches nobody before two operators approved it") {
    Desk desk;
    desk.world.put({graded(1, "critical"), graded(2, "awareness")});
    CHECK_FALSE(desk.reads("m", 1));
    CHECK(desk.reads("m", 2));
    const auto waiting = must(desk.moderation->waiting());
    REQUIRE(waiting.size() == 2);  // 2 is held from the peer
    CHECK(waiting[0].object == id_of(1));
    CHECK(waiting[0].needed() == 2);
    CHECK(waiting[0].held.size() == 2);
    CHECK(waiting[1].held.size() == 1);
    CHECK(waiting[1].held[0].parties == std::vector<std::string>{"peer"});
    CHECK(waiting[1].held[0].rule.starts_with("policy.toml:"));
    desk.act(Act::kScreen, 'a', 1);
    CHECK(desk.act(Act::kApprove, 'a', 1).state == State::kApproved);
    CHECK_FALSE(desk.reads("m", 1));
    const Moderated done = desk.act(Act::kApprove, 'b', 1);
    CHECK(done.state == State::kPublished);
    CHECK(done.approved_by == std::vector<std::string>{"op-a", "op-b"});
    CHECK(desk.reads("m", 1));
    CHECK(desk.reads("peer", 1));
    CHECK(desk.problems().empty());
    desk.restart();  // verified again
    CHECK(desk.reads("m", 1));
    CHECK(desk.count(graded(1, "critical")) == 2);
  }

  TEST_CASE("sync/moderation: one operator is enough at home, not towards another ISAC") {
    Desk desk;
    desk.world.put({graded(1, "caution")});
    desk.act(Act::kScreen, 'a', 1);
    CHECK(desk.act(Act::kApprove, 'a', 1).state == State::kPublished);
    CHECK(desk.reads("m", 1));
    CHECK_FALSE(desk.reads("peer", 1));
    desk.act(Act::kApprove, 'b', 1);
    CHECK(desk.reads("peer", 1));
  }

  TEST_CASE("sync/moderation: the same operator twice counts once, also with another key") {
    Desk desk;
    desk.world.put({graded(1, "critical")});
    desk.act(Act::kScreen, 'a', 1);
    desk.act(Act::kApprove, 'a', 1);
    CHECK(desk.try_act(Act::kApprove, 'a', 1).error().code == Code::kAlreadyExists);
    Operator second;
    second.name = "op-a";
    second.key = test_key('z')->public_key();
    desk.operators = must(with_operator(desk.operators, second));
    desk.take_operators();
    const auto key = test_key('z');
    CHECK(desk.moderation->act(Act::kApprove, {id_of(1), "", ""}, {"op-a", *key, ""}).error().code == Code::kAlreadyExists);
    CHECK(desk.count(graded(1, "critical")) == 1);
    CHECK_FALSE(desk.reads("m", 1));
  }

  TEST_CASE("sync/moderation: only the operator's own key, and only while it counts") {
    Desk desk;
    desk.world.put({graded(1, "critical")});
    const auto a = test_key('a'), stranger = test_key('x');
    const Which which{id_of(1), "", ""};
    CHECK(desk.moderation->act(Act::kScreen, which, {"op-b", *a, ""}).error().code == Code::kKeyNotAllowed);
    CHECK(desk.moderation->act(Act::kScreen, which, {"op-a", *stranger, ""}).error().code == Code::kKeyUnknown);
    desk.operators = must(with_revoked_operator(desk.operators, "op-a", "", desk.world.clock.now(), "lost"));
    desk.take_operators();
    CHECK(desk.try_act(Act::kScreen, 'a', 1).error().code == Code::kKeyNotValid);
    CHECK(desk.show(1).state == State::kReceived);
    CHECK(must(desk.world.audit->list(0, 10)).empty());
  }

  TEST_CASE("sync/moderation: a revocation spares what was approved before it; one dated back does not") {
    Desk desk;
    const std::string object = graded(1, "critical");
    desk.world.put({object});
    const Timestamp before = desk.world.clock.now();
    desk.world.clock.advance_micros(1'000'000);
    desk.act(Act::kScreen, 'a', 1);
    desk.act(Act::kApprove, 'a', 1);
    desk.world.clock.advance_micros(1'000'000);
    const std::string later = must(with_revoked_operator(desk.operators, "op-a", "", desk.world.clock.now(), "left"));
    const std::string original = desk.operators;
    desk.operators = later;
    CHECK(desk.take_operators().empty());
    CHECK(desk.count(object) == 1);
    desk.operators = must(with_revoked_operator(original, "op-a", "", before, "stolen"));
    CHECK(desk.take_operators() == std::vector<std::string>{id_of(1)});
    CHECK(desk.count(object) == 0);
    desk.act(Act::kApprove, 'b', 1);
    CHECK_FALSE(desk.reads("m", 1));
    desk.act(Act::kApprove, 'c', 1);
    CHECK(desk.reads("m", 1));
    desk.operators = must(without_operator(original, "op-b"));
    CHECK(desk.take_operators().empty());  // b's went, that of a came back
    CHECK(desk.count(object) == 2);
    CHECK(desk.problems().empty());  // that a key went is no alteration
  }

  TEST_CASE("sync/moderation: an approval of a content says nothing of another one") {
    Desk desk;
    desk.world.put({graded(1, "critical")});
    desk.act(Act::kScreen, 'a', 1);
    desk.act(Act::kApprove, 'a', 1);
    desk.act(Act::kApprove, 'b', 1);
    // The same id and version with other bytes, from somebody else.
    const std::string altered = graded(1, "critical", 0, "altered");
    desk.world.put({altered}, "vulns", "m");
    CHECK(desk.count(altered) == 0);
    CHECK(desk.try_act(Act::kPublish, 'a', 1).error().code == Code::kVersionConflict);
    CHECK(desk.world.ids("m", "vulns").empty());
    CHECK(desk.world.ids("peer", "vulns").empty());
    // A newer version starts anew, and the one before is updated.
    desk.world.put({graded(1, "critical", 5)});
    const auto versions = must(desk.moderation->show(id_of(1)));
    REQUIRE(versions.size() == 3);
    CHECK(versions[0].state == State::kUpdated);
    CHECK(versions[2].state == State::kReceived);
    CHECK(desk.world.versions("m").size() == 1);
    CHECK(desk.problems().empty());
  }

  TEST_CASE("sync/moderation: from each state only what the table says, and the refusal says what is possible") {
    Desk desk;
    desk.world.put({graded(1, "critical")});
    const auto check = [&](const std::vector<Act>& possible) {
      for (const Act act : kActs) {
        if (std::find(possible.begin(), possible.end(), act) != possible.end()) continue;
        CAPTURE(act_word(act));
        const auto done = desk.try_act(act, 'c', 1, "t");
        REQUIRE_FALSE(done.ok());
        CHECK(done.error().code == Code::kInvalidArgument);
        for (const Act one : possible) CHECK(done.error().detail.find(act_word(one)) != std::string::npos);
      }
    };
    check({Act::kScreen});
    desk.act(Act::kScreen, 'a', 1);
    check({Act::kEnrich, Act::kText, Act::kApprove});
    desk.act(Act::kEnrich, 'a', 1, "seen elsewhere");
    check({Act::kEnrich, Act::kText, Act::kApprove});
    desk.act(Act::kApprove, 'a', 1);
    check({Act::kText, Act::kApprove, Act::kTakeBack, Act::kPublish});
    CHECK(desk.try_act(Act::kPublish, 'a', 1).error().code == Code::kPolicyDenied);
    desk.act(Act::kApprove, 'b', 1);
    check({Act::kText, Act::kApprove, Act::kPublish});
    CHECK_FALSE(desk.try_act(Act::kText, 'c', 1, "t").ok());  // but the texts that are used
    CHECK(desk.act(Act::kPublish, 'a', 1).state == State::kPublished);
    CHECK(desk.try_act(Act::kWithdraw, 'a', 1).error().code == Code::kInvalidArgument);  // without a reason
    CHECK(desk.act(Act::kWithdraw, 'a', 1, "wrong product").state == State::kWithdrawn);
    CHECK_FALSE(desk.reads("m", 1));
    check({});
    CHECK(desk.problems().empty());
  }

  TEST_CASE("sync/moderation: an approval can be taken back by whoever gave it, before publication") {
    Desk desk;
    const std::string object = graded(1, "critical");
    desk.world.put({object});
    desk.act(Act::kScreen, 'a', 1);
    desk.act(Act::kApprove, 'a', 1);
    const auto approval = must(desk.world.store->documents(kApprovalSpace));
    CHECK(desk.try_act(Act::kTakeBack, 'b', 1).error().code == Code::kNotFound);
    CHECK(desk.act(Act::kTakeBack, 'a', 1).state == State::kScreened);
    CHECK(desk.count(object) == 0);
    CHECK(desk.problems().empty());
    // Put back by hand, the old approval would count again: the trail tells.
    for (const auto& [key, value] : approval) put_raw(desk.world, kApprovalSpace, key, value);
    CHECK_FALSE(desk.problems().empty());
  }

  TEST_CASE("sync/moderation: what a recall withdrew is withdrawn, whichever command did it") {
    Desk desk;
    desk.world.put({graded(1, "caution")});
    desk.act(Act::kScreen, 'a', 1);
    desk.act(Act::kApprove, 'a', 1);
    must(desk.recalls->recall(id_of(1), "wrong", "r", "op"));
    CHECK(desk.show(1).state == State::kWithdrawn);
    CHECK_FALSE(desk.reads("m", 1));
    CHECK(desk.problems().empty());
  }

  TEST_CASE("sync/moderation: a forged approval in the store does not count") {
    Desk desk;
    const std::string object = graded(1, "critical");
    desk.world.put({object});
    desk.act(Act::kScreen, 'a', 1);
    desk.act(Act::kApprove, 'a', 1);
    const auto rows = must(desk.world.store->documents(kApprovalSpace));
    const auto real = std::find_if(rows.begin(), rows.end(), [](const auto& r) { return r.first.find(" approve ") != std::string::npos; });
    REQUIRE(real != rows.end());
    const auto reload = [&] { desk.take_operators(); return desk.count(object); };
    const auto forge = [&](const std::string& key, const std::string& value) {
      put_raw(desk.world, kApprovalSpace, key, value);
      const unsigned counted = reload();
      put_raw(desk.world, kApprovalSpace, key, std::nullopt);
      return counted;
    };
    const std::string other = replaced(real->first, "op-a", "op-b");
    CHECK(reload() == 1);
    CHECK(forge(other, real->second) == 1);                                      // a copy under another name
    CHECK(forge(other, replaced(real->second, "op-a", "op-b")) == 1);            // naming another operator
    // Signed by a real operator's key, but the trail tells nothing of it.
    Statement statement;
    statement.object = id_of(1);
    statement.version = "2024-01-01T00:00:00.000Z";
    statement.content = must(stix::Object::parse(object))->content_hash();
    statement.operator_name = "op-b";
    statement.at = desk.world.clock.now();
    SignedAct act = sign_act(*test_key('b'), statement, "");
    for (const std::uint64_t line : {0, 1, 2, 3, 99}) {
      act.line = line;
      CHECK(forge(other, act.to_json()) == 1);
    }
    // By a key that nobody knows, with a line in the trail.
    SignedAct stranger = sign_act(*test_key('x'), statement, "");
    must(desk.world.audit->record_numbered({"moderate.approve", "op-b", id_of(1), act_detail(stranger)}, [&](std::uint64_t no) {
      stranger.line = no;
      return std::vector<store::DocumentPut>();
    }));
    CHECK(forge(other, stranger.to_json()) == 1);
    CHECK(forge(other, "{}") == 1);
    CHECK(forge(other, "not json") == 1);
    CHECK_FALSE(desk.reads("m", 1));
    // The real one, altered in any byte, does not count either.
    for (std::size_t i = 0; i < real->second.size(); i += 7) {
      std::string flipped = real->second;
      flipped[i] = static_cast<char>(flipped[i] ^ 1);
      put_raw(desk.world, kApprovalSpace, real->first, flipped);
      CAPTURE(flipped);
      CHECK(reload() == 0);
    }
  }

  TEST_CASE("sync/moderation: another kind of signature, another scope or another note does not count") {
    Desk desk;
    const std::string object = graded(1, "critical");
    desk.world.put({object});
    const auto key = test_key('b');
    Statement s;
    s.object = id_of(1);
    s.version = "2024-01-01T00:00:00.000Z";
    s.content = must(stix::Object::parse(object))->content_hash();
    s.operator_name = "op-b";
    s.at = desk.world.clock.now();
    const auto counted = [&](SignedAct act) {
      must(desk.world.audit->record_numbered({"moderate." + std::string(act_word(act.statement.act)), "op-b", id_of(1), act_detail(act)},
                                             [&](std::uint64_t no) {
                                               act.line = no;
                                               return std::vector<store::DocumentPut>{{kApprovalSpace, act.key(), act.to_json()}};
                                             }));
      desk.take_operators();
      return desk.count(object);
    };
    SignedAct act = sign_act(*key, s, "");
    act.jws = certs::sign_detached(*key, certs::kTypExport, statement_text(act.statement));
    CHECK(counted(act) == 0);
    act = sign_act(*key, s, "the note");
    act.note = "another note";
    CHECK(counted(act) == 0);
    Statement members = s;
    members.scope = "members";
    CHECK(counted(sign_act(*key, members, "")) == 0);
    Statement screen = s;
    screen.act = Act::kScreen;
    CHECK(counted(sign_act(*key, screen, "")) == 0);
    Statement early = s;  // signed before the key began to count
    early.at = Timestamp{1'000'000'000, 0};
    desk.operators = replaced(desk.operators, "name = \"op-b\"\n", "name = \"op-b\"\nfrom = 2020-01-01\n");
    CHECK(counted(sign_act(*key, early, "")) == 0);
    CHECK(counted(sign_act(*key, s, "")) == 1);
  }

  TEST_CASE("sync/moderation: public texts need as many operators as the object, to the letter") {
    Desk desk;
    const std::string object = graded(1, "critical");
    const Sha256 content = must(stix::Object::parse(object))->content_hash();
    desk.world.put({object});
    desk.act(Act::kScreen, 'a', 1);
    const auto texts = [&](unsigned needed) {
      const ApprovedTexts* found = desk.moderation->approvals()->texts(content, needed);
      return found == nullptr ? ApprovedTexts() : *found;
    };
    const ApprovedTexts one{{"/name", "one"}}, two{{"/name", "two"}};
    desk.act(Act::kText, 'a', 1, "one");
    CHECK(texts(1) == one);
    CHECK(texts(2).empty());
    desk.act(Act::kText, 'b', 1, "two");
    CHECK(texts(2).empty());
    CHECK(texts(1) == two);  // the newest
    desk.act(Act::kText, 'b', 1, "one");
    CHECK(texts(2) == one);
    CHECK(desk.count(object) == 0);  // texts are no approval
    const auto key = test_key('a');
    const Signing by{"op-a", *key, ""};
    const Which which{id_of(1), "", ""};
    for (const char* pointer : {"/description", "/id", "/object_refs/0", "name", "", "/extensions"}) {
      CAPTURE(pointer);
      CHECK(desk.moderation->set_texts(which, by, {{pointer, "t"}}).error().code == Code::kInvalidArgument);
    }
    CHECK(desk.moderation->set_texts(which, by, {}).error().code == Code::kInvalidArgument);
    desk.act(Act::kApprove, 'a', 1);
    desk.act(Act::kApprove, 'b', 1);
    CHECK_FALSE(desk.try_act(Act::kText, 'c', 1, "later").ok());  // published: it says what it says
    desk.restart();
    CHECK(texts(2) == one);
    CHECK(desk.problems().empty());
  }

  TEST_CASE("sync/moderation: one operator's texts are enough at home, two are needed by another ISAC, and for level critical") {
    for (const std::string level : {"critical", "awareness"}) {
      CAPTURE(level);
      Desk desk;
      desk.world.apply(member("m", "silver") + party("peer", "peer-isac") + agreement("peer") +
                       "[[profile]]\nid = \"public\"\nfrom = 2024-01-01\ntext = \"approved\"\n"
                       "[[rule]]\nid = \"r\"\neffect = \"redact\"\nprofile = \"public\"\n");
      const std::string id = id_of(1, "campaign");
      desk.world.put({R"({"type":"campaign","spec_version":"2.1","id":")" + id +
                      R"(","created":"2024-02-01T10:00:00.000Z","modified":"2024-02-01T10:00:00.000Z","object_marking_refs":[")" +
                      std::string(stix::tlp_marking_id(stix::Tlp::kGreen)) +
                      R"("],"name":"inside","extensions":{"extension-definition--0d3b8a92-069a-421d-be24-3cbcf715d45f":)" +
                      R"({"extension_type":"property-extension","level":")" + level + "\"}}}"});
      const auto gets = [&](const std::string& who) {
        const auto rows = desk.world.read(who);
        return std::count_if(rows.begin(), rows.end(), [](const Row& row) { return row.bytes.find("\"name\":\"public\"") != std::string::npos; });
      };
      const auto sign = [&](char who, const std::string& text) {
        const auto key = test_key(who);
        return desk.moderation->set_texts({id, "", ""}, {std::string("op-") + who, *key, ""}, {{"/name", text}});
      };
      const auto key = test_key('a');
      must(desk.moderation->act(Act::kScreen, {id, "", ""}, {"op-a", *key, "seen"}));
      must(sign('a', "public"));
      CHECK(gets("m") == (level == "critical" ? 0 : 1));
      CHECK(gets("peer") == 0);
      CHECK(sign('b', "something else").ok() == (level == "critical"));  // once out, it says what it says
      must(sign('b', "public"));
      CHECK(gets("m") == 1);
      CHECK(gets("peer") == 1);
    }
  }

  TEST_CASE("sync/approval: text and signature are those of the specification") {
    Statement s;
    s.object = "report--00000001-0000-4000-8000-000000000000";
    s.version = "2026-11-20T00:00:00.000Z";
    s.content = sha256("content");
    s.operator_name = "tanaka";
    s.at = must(parse_rfc3339("2026-11-22T01:02:03Z"));
    const SignedAct act = sign_act(*test_key('o'), s, "source confirmed by telephone");
    CHECK(statement_text(act.statement) ==
          R"({"act":"approve","at":"2026-11-22T01:02:03.000000Z","content":"ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73",)"
          R"("note":"a79aca6c621c6f604e9fa10d0ef8697332a34a6f719e5a6b624706654e7ed1ee","object":"report--00000001-0000-4000-8000-000000000000",)"
          R"("operator":"tanaka","scope":"all","type":"sekisho-approval","version":"2026-11-20T00:00:00.000Z"})");
    CHECK(act.jws ==
          "eyJhbGciOiJFZERTQSIsImtpZCI6ImFnUTllQ2pCbGFsQ2IydzQ4OFRLaDNMaG1Fbmh2cUR4bWdYbUpxSWxJVFkiLCJ0eXAiOiJzZWtpc2hvLWFwcHJvdmFsK2p3cyJ9"
          "..EM5qg68w9COFg22xJJaJTIYfmlBr71k530j2jTIFZnD4AZLg6zeZuOIKu7NhtgafnBrZy8KketvfsROVYyJFBw");
    CHECK(must(statement_from(statement_text(act.statement))).at == s.at);
    CHECK(must(SignedAct::from_json(act.to_json())).jws == act.jws);
  }
}

}  // namespace sekisho::sync::tests
