// Hostile histories: plants of ids, versions and contents by several givers, addresses posted again, recalls, policies that
// come and go. What the follower makes of them row by row is what it makes of them at once, and what all computed anew gives.
#include <map>
#include <vector>

#include "stix/sco_id.h"
#include "sync/peer/pull.h"
#include "sync/release/plan/recalled.h"
#include "sync/release/plan/waiting.h"
#include "sync/release/policy_change/applied.h"
#include "sync/release/views/views.h"
#include "tests/support/property.h"
#include "script.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

const std::string kAcme = "identity--33333333-3333-4333-8333-333333333333";
const std::string kStranger = "identity--44444444-4444-4444-8444-444444444444";
const std::vector<std::string> kReaders = {"a", "b", "acme", "j"};
const std::vector<std::string> kAliases = {"weekly", "vulns"};

struct Settings {
  bool a_silver = true, narrow = false;
  std::string rows() const {
    const auto giver = [](const std::string& id, const std::string& more) {
      return party(id, "vendor", "write = [\"*\"]\nsigns = false\nclass = \"silver\"\n" + more);
    };
    return "[[licence]]\nid = \"sealed\"\nresale = \"must-not\"\n" + party("j", "peer-isac") + agreement("j") + giver("acme", "identities = [\"" + kAcme + "\"]") + giver("beta", "") + giver("gamma", "standing = 2\nlicence = \"sealed\"") +
           member("a", a_silver ? "silver" : "bronze") + member("b", "bronze") + kNoAmberForBronze +
           (narrow ? "[[rule]]\nid = \"n\"\neffect = \"deny\"\nclasses = [\"bronze\"]\ncollections = [\"vulns\"]\n" : "");
  }
};

std::string address(unsigned n, const std::string& tlp, const std::string& note) {
  const std::string value = R"("type":"ipv4-addr","value":"198.51.100.)" + std::to_string(n) + "\"";
  const auto document = must(json::Document::parse("{" + value + "}"));
  return "{" + value + R"(,"spec_version":"2.1","id":")" + must(stix::sco_id(document->root())) + R"(","x_note":")" + note +
         R"(","object_marking_refs":[")" + std::string(stix::tlp_marking_id(tlp == "AMBER" ? stix::Tlp::kAmber : stix::Tlp::kClear)) + R"("]})";
}

std::string identity(const std::string& id) {
  return R"({"type":"identity","spec_version":"2.1","id":")" + id + R"(","created":"2024-01-01T00:00:00.000Z","modified":)" +
         R"("2024-01-01T00:00:00.000Z","name":"n","object_marking_refs":[")" + std::string(stix::tlp_marking_id(stix::Tlp::kClear)) + "\"]}";
}

/// One row of a history: played alike in every world.
struct Event {
  enum class Kind { kPut, kRecall, kPolicy, kRestart, kGive } kind = Kind::kPut;
  std::vector<std::string> texts;
  std::vector<std::string> givers;
  std::vector<std::string> aliases;
  std::string source, id;
  Settings settings;
};

std::vector<Event> history(Script& script) {
  const std::vector<std::string> labels = {"CLEAR", "GREEN", "GREEN", "AMBER"}, givers = {"", "acme", "beta", "gamma"};
  const std::vector<std::string> creators = {"", "", kAcme, kStranger};
  std::vector<Event> out;
  Settings settings;
  while (!script.over()) {
    Event event;
    switch (script.next(10)) {
      case 0:
        event.kind = Event::Kind::kRecall;
        event.source = givers[script.next(4)];
        event.id = id_of(script.next(4));
        break;
      case 1:
        event.kind = Event::Kind::kPolicy;
        (script.next(2) == 0 ? settings.a_silver : settings.narrow) ^= true;
        event.settings = settings;
        break;
      case 2: event.kind = Event::Kind::kRestart; break;
      case 3:  // to nobody: taken back
        event.kind = Event::Kind::kGive;
        event.source = givers[script.next(4)];
        event.id = id_of(script.next(4));
        break;
      default:
        for (unsigned left = 1 + script.next(5); left > 0; --left) {
          const std::string label = labels[script.next(4)], text = script.next(3) == 0 ? "y" : "x";
          event.givers.push_back(givers[script.next(4)]);
          event.aliases.push_back(kAliases[script.next(4) / 3]);
          if (script.next(4) == 0) {
            // One giver says one thing of an address: of several in several collections what counts depends on their order.
            event.texts.push_back(address(script.next(2), label, event.givers.back().empty() ? "x" : "y"));
            continue;
          }
          Make make{script.next(4), label, {}, static_cast<int>(script.next(2)), text, creators[script.next(4)]};
          for (unsigned refs = script.next(5) / 3; refs > 0; --refs) make.refs.push_back(id_of(script.next(4)));
          event.texts.push_back(make.json());
        }
    }
    out.push_back(std::move(event));
  }
  return out;
}

class Played {
 public:
  /// `rows`: how many of the change log one transaction takes.
  explicit Played(std::size_t rows) : rows_(rows) {
    apply({});
    world.put({identity(kAcme), identity(kStranger)});
  }

  void play(const Event& event) {
    world.clock.advance_micros(1000);
    switch (event.kind) {
      case Event::Kind::kRecall: return recall(event);
      case Event::Kind::kPolicy: return apply(event.settings);
      case Event::Kind::kRestart: return restart();
      case Event::Kind::kGive: return give(event);
      case Event::Kind::kPut: break;
    }
    for (std::size_t i = 0; i < event.texts.size(); ++i) world.commit({event.texts[i]}, event.aliases[i], event.givers[i]);
    must(world.release->advance());
  }

  void anew() {
    store::Batch batch;
    batch.documents.push_back({kReleaseSpace, kAppliedKey, std::nullopt});
    must(world.store->commit(batch, world.clock.now()));
    restart();
  }

  std::vector<std::vector<Row>> all() {
    std::vector<std::vector<Row>> out;
    for (const std::string& reader : kReaders) {
      for (const std::string& alias : kAliases) {
        out.push_back(world.read(reader, alias));
        out.push_back(world.read(reader, companion_alias(alias)));
      }
    }
    for (auto& rows : out) {
      for (Row& row : rows) row.object = 0;  // never on the wire
    }
    return out;
  }

  World world;

 private:
  void apply(const Settings& settings) {
    world.apply(settings.rows());
    world.release->set_step(rows_);
  }
  void restart() {
    world.restart();
    world.release->set_step(rows_);
  }
  void give(const Event& event) {
    store::Batch batch;
    const SettledId settled{event.id, event.source, "x", "x", "x", false};
    batch.documents.push_back({kSettledSpace, event.id, event.source.empty() ? std::nullopt : std::optional<std::string>(settled.to_json())});
    must(world.store->commit(batch, world.clock.now()));
    world.release->set_settled(must(SettledIds::load(*world.store)));
    must(world.release->settle(event.id));
  }
  void recall(const Event& event) {
    std::vector<store::ObjectNo> numbers;
    for (const auto& version : must(world.store->versions_of(event.id, false))) {
      if (event.source.empty() || version.source == event.source) numbers.push_back(version.no);
    }
    std::vector<store::DocumentPut> together;
    together.push_back({kRecallSpace, recall_key(event.source, event.id),
                        "{\"source\":\"" + event.source + "\",\"object\":\"" + event.id + "\",\"at\":\"x\",\"reason_code\":\"x\",\"reason\":\"x\"}"});
    must(world.release->recall(numbers, together));
    must(world.release->advance());
  }

  std::size_t rows_;
};

/// By what is read, not by where: (alias, id, version) and the content.
std::map<std::string, std::string> contents(World& world, const std::string& party) {
  std::map<std::string, std::string> out;
  for (const std::string& alias : kAliases) {
    for (const Row& row : world.read(party, alias)) RC_ASSERT(out.emplace(alias + " " + row.id + " " + row.version, attested_name(row.bytes)).second);
  }
  return out;
}

std::size_t displaced_in(World& world) {
  Views views(*world.store, world.random);
  must(views.load());
  std::size_t count = 0;
  for (const View& view : views.all()) {
    for (const auto& hold : must(world.store->holds(view.name))) count += is_mark(hold.missing) ? 1 : 0;
  }
  return count;
}

TEST_SUITE("property") {
  TEST_CASE("claims: row by row, at once and all anew are the same") {
    std::size_t rows = 0, displaced = 0, recalled = 0;
    PROPERTY("claims", [&] {
      const Bytes bytes = *rc::gen::resize(90, rc::gen::container<Bytes>(90, rc::gen::arbitrary<unsigned char>()));
      Script script(bytes);
      const auto events = history(script);
      Played one(1), many(1000);
      bool taken = false;
      for (const Event& event : events) {
        one.play(event);
        many.play(event);
        taken = taken || event.kind == Event::Kind::kRecall || event.kind == Event::Kind::kPolicy || event.kind == Event::Kind::kGive;
        recalled += taken ? 1 : 0;
        if (event.texts.size() > 1) RC_ASSERT(one.all() == many.all());
      }
      RC_ASSERT(one.all() == many.all());
      for (const auto& read : one.all()) rows += read.size();
      displaced += displaced_in(one.world);
      const auto before = many.all();
      many.anew();
      RC_ASSERT(many.all() == before);
      if (taken) return;
      // Nothing ever left: whoever comes new reads the same, and so does the node that takes everything at once.
      World fresh(1);
      fresh.commit({identity(kAcme), identity(kStranger)});
      for (const Event& event : events) {
        for (std::size_t i = 0; i < event.texts.size(); ++i) fresh.commit({event.texts[i]}, event.aliases[i], event.givers[i]);
      }
      fresh.apply(Settings().rows());
      for (const std::string& reader : kReaders) RC_ASSERT(contents(fresh, reader) == contents(one.world, reader));
    });
    MESSAGE(rows << " rows, " << displaced << " displaced or kept, " << recalled << " steps after something was taken");
    CHECK(rows > 300);
    CHECK(displaced > 100);
  }
}

}  // namespace
}  // namespace sekisho::sync::tests
