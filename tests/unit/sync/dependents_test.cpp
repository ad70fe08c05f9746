// What leaves takes with it what depends on it, and nothing else is computed: row by row the same as all views computed anew.
#include <map>
#include <vector>

#include "stix/sco_id.h"
#include "stix/sharing_facts.h"
#include "sync/peer/pull.h"
#include "sync/release/plan/recalled.h"
#include "sync/release/policy_change/applied.h"
#include "sync/release/policy_change/policy_recalls.h"
#include "sync/release/views/views.h"
#include "failing_store.h"
#include "tests/support/property.h"
#include "script.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

const std::string kAcme = "identity--33333333-3333-4333-8333-333333333333";
const std::string kStranger = "identity--44444444-4444-4444-8444-444444444444";
const std::vector<std::string> kReaders = {"a", "b", "h", "p", "acme", "j"};
const std::vector<std::string> kAliases = {"weekly", "vulns"};
constexpr std::int64_t kSecond = 1'000'000;

/// A marking that whoever honours it may read until `seconds` after a history has begun.
const std::string kEnding = id_of(3, "marking-definition");
std::string ending(unsigned seconds) {
  return R"({"type":"marking-definition","spec_version":"2.1","id":")" + kEnding + R"(","created":"2024-01-01T00:00:00.000Z","object_marking_refs":[")" +
         std::string(stix::tlp_marking_id(stix::Tlp::kClear)) + R"("],"extensions":{")" + std::string(stix::kIepExtensionId) +
         R"(":{"extension_type":"property-extension","iep_version":2.0,"iep_id":"01234567-89ab-4def-8123-456789abcdef","name":"n",)" +
         R"("encrypt_in_transit":"must","permitted_actions":"none","affected_party_notifications":"may","tlp":"white","provider_attribution":"may",)" +
         R"("unmodified_resale":"may","start_date":"2024-01-01T00:00:00Z","end_date":")" +
         format_stix_time(FakeClock().now().plus_micros(seconds * kSecond), 3) + R"("}}})";
}

/// `profile`: some get renditions.
std::string rows(bool silver, bool profile) {
  const auto giver = [](const std::string& id, const std::string& more) {
    return party(id, "vendor", "write = [\"*\"]\nsigns = false\nclass = \"silver\"\n" + more);
  };
  std::string text = "[[licence]]\nid = \"sealed\"\nresale = \"must-not\"\n" + party("j", "peer-isac") + agreement("j") + giver("acme", "identities = [\"" + kAcme + "\"]") + giver("beta", "") + giver("gamma", "standing = 2\nlicence = \"sealed\"") +
                     member("a", silver ? "silver" : "bronze") + member("b", "bronze") + member("p", "platinum") + kNoAmberForBronze +
                     party("h", "member", "class = \"silver\"\nhonours = [\"iep\"]") +
                     "[[rule]]\nid = \"m\"\neffect = \"deny\"\nclasses = [\"platinum\"]\ntypes = [\"extension-definition\"]\n";
  if (profile) {
    text += "[[profile]]\nid = \"p\"\nfrom = 2024-01-01\nblur = \"day\"\n"
            "[[rule]]\nid = \"x\"\neffect = \"redact\"\nprofile = \"p\"\nclasses = [\"platinum\"]\ntlp = [\"TLP:GREEN\"]\n";
  }
  return text;
}

/// One row of a history: played alike in every world.
struct Event {
  enum class Kind { kPut, kRecall, kPolicy, kRestart, kWait } kind = Kind::kPut;
  std::vector<std::string> texts, givers, aliases;
  std::string source, id;
  std::optional<std::string> version;  ///< of a recall of one alone
  std::string rows;
  std::int64_t micros = 1000;
};

class Histories {
 public:
  /// `plain`: without definitions and renditions, which all computed anew treats otherwise here and there though nothing left.
  explicit Histories(Script& script, bool plain) : script_(script), plain_(plain), profile_(!plain && script.next(3) == 0) {}

  std::string first_rows() const { return rows(silver_, profile_); }

  std::vector<Event> events() {
    std::vector<Event> out;
    while (!script_.over()) {
      Event event;
      switch (script_.next(10)) {
        case 0:
        case 1:
        case 2:
          event.kind = Event::Kind::kRecall;
          event.source = kGivers[script_.next(4)];
          event.id = own_id();
          if (script_.next(3) == 0) event.version = kVersions[script_.next(2)];
          break;
        case 3:
          event.kind = Event::Kind::kPolicy;
          silver_ = !silver_;
          event.rows = first_rows();
          break;
        case 4:
          event.kind = script_.next(3) == 0 ? Event::Kind::kRestart : Event::Kind::kWait;
          event.micros = 5 * kSecond;
          break;
        default:
          for (unsigned left = 1 + script_.next(4); left > 0; --left) {
            event.givers.push_back(kGivers[script_.next(4)]);
            event.aliases.push_back(kAliases[script_.next(4) / 3]);
            event.texts.push_back(object());
          }
      }
      out.push_back(std::move(event));
    }
    return out;
  }

 private:
  inline static const std::vector<std::string> kGivers = {"", "acme", "beta", "gamma"};
  static constexpr const char* kVersions[] = {"2024-01-01T00:01:00.000Z", "2024-01-01T00:02:00.000Z"};

  std::string object() {
    switch (script_.next(12) + (plain_ ? 12 : 0)) {
      case 14: return address();
      case 0: return definition("marking-definition", R"("definition_type":"statement","definition":{"statement":"S"})");
      case 1: return definition("extension-definition", R"("schema":"s","version":"1","extension_types":["property-extension"],"name":"S")");
      case 2: return address();
      default: return report();
    }
  }

  std::string definition(const std::string& type, const std::string& content) {
    const std::string version = type[0] == 'e' ? std::string(R"(,"modified":")") + kVersions[script_.next(2)] + "\"" : "";
    return R"({"type":")" + type + R"(","spec_version":"2.1","id":")" + id_of(1 + script_.next(2), type) +
           R"(","created":"2024-01-01T00:00:00.000Z")" + version + R"(,"object_marking_refs":[")" + label() + R"("],)" + content + "}";
  }

  std::string address() {
    const std::string value = R"("type":"ipv4-addr","value":"198.51.100.)" + std::to_string(script_.next(2)) + "\"";
    const auto document = must(json::Document::parse("{" + value + "}"));
    return "{" + value + R"(,"spec_version":"2.1","id":")" + must(stix::sco_id(document->root())) + R"(","x_note":")" +
           (script_.next(2) == 0 ? "x" : "y") + R"(","object_marking_refs":[")" + label() + R"("]})";
  }

  std::string report() {
    static const std::vector<std::string> kCreators = {"", "", kAcme, kStranger};
    json::Writer w;
    w.begin_object().member("type", "report").member("spec_version", "2.1").member("id", own_id());
    const std::string creator = kCreators[script_.next(4)];
    if (!creator.empty()) w.member("created_by_ref", creator);
    w.member("created", "1960-01-01T00:00:00.000Z").member("modified", kVersions[script_.next(2)]);
    w.key("object_marking_refs").begin_array().string(label());
    if (script_.next(4) == 0 && !plain_) w.string(id_of(1 + script_.next(3), "marking-definition"));
    w.end_array();
    w.member("name", script_.next(5) == 0 ? "other" : "x").member("published", "2024-01-01T00:01:02.000Z").key("object_refs").begin_array();
    for (unsigned refs = script_.next(9) / 3; refs > 0; --refs) w.string(script_.next(8) == 0 && !plain_ ? id_of(1, "extension-definition") : own_id());
    w.end_array();
    if (script_.next(4) == 0 && !plain_) draw_extensions(w, script_, 2);
    w.end_object();
    return w.take();
  }

  std::string label() {
    static constexpr stix::Tlp kLabels[] = {stix::Tlp::kClear, stix::Tlp::kGreen, stix::Tlp::kGreen, stix::Tlp::kAmber};
    return std::string(stix::tlp_marking_id(kLabels[script_.next(4)]));
  }
  std::string own_id() { return id_of(script_.next(7)); }

  Script& script_;
  const bool plain_, profile_;
  bool silver_ = true;
};

class Played {
 public:
  /// `most`: dependents that are looked at; 0: all is computed anew.
  Played(const std::string& rows, std::size_t most) : most_(most) {
    apply(rows);
    for (const std::string& id : {kAcme, kStranger}) {
      world.put({R"({"type":"identity","spec_version":"2.1","id":")" + id + R"(","created":"2024-01-01T00:00:00.000Z","modified":)" +
                 R"("2024-01-01T00:00:00.000Z","name":"n","object_marking_refs":[")" + std::string(stix::tlp_marking_id(stix::Tlp::kClear)) + "\"]}"});
    }
  }

  void play(const Event& event) {
    world.clock.advance_micros(event.micros);
    switch (event.kind) {
      case Event::Kind::kRecall: return recall(world, event);
      case Event::Kind::kPolicy: return apply(event.rows);
      case Event::Kind::kRestart: return restart();
      case Event::Kind::kWait: return must(world.release->advance());
      case Event::Kind::kPut: break;
    }
    for (std::size_t i = 0; i < event.texts.size(); ++i) world.commit({event.texts[i]}, event.aliases[i], event.givers[i]);
    must(world.release->advance());
  }

  void compute_anew() {
    forget_mark(world);
    restart();
  }
  static void anew_in(World& world) {
    forget_mark(world);
    world.restart();
  }
  static void forget_mark(World& world) {
    store::Batch batch;
    batch.documents.push_back({kReleaseSpace, kAppliedKey, std::nullopt});
    must(world.store->commit(batch, world.clock.now()));
  }

  static void recall(World& world, const Event& event, bool follow = true) {
    std::optional<Timestamp> version;
    if (event.version) version = must(parse_stix_time(*event.version));
    std::vector<store::ObjectNo> numbers;
    for (const auto& stored : must(world.store->versions_of(event.id, false))) {
      const bool is_meant = (event.source.empty() || stored.source == event.source) && (!version || stored.version_time == *version);
      if (is_meant) numbers.push_back(stored.no);
    }
    std::vector<store::DocumentPut> together;
    together.push_back({kRecallSpace, recall_key(event.source, event.id, version),
                        "{\"source\":\"" + event.source + "\",\"object\":\"" + event.id + "\",\"version\":\"" + event.version.value_or("") +
                            "\",\"at\":\"x\",\"reason_code\":\"x\",\"reason\":\"x\"}"});
    must(world.release->recall(numbers, together));
    if (follow) must(world.release->advance());
  }

  /// Every stream row by row, what waits, and what is to be called back.
  std::vector<std::string> all() {
    std::vector<std::string> out;
    for (const std::string& reader : kReaders) {
      for (const std::string& alias : kAliases) {
        for (const std::string& from : {alias, companion_alias(alias)}) {
          for (const Row& row : world.read(reader, from)) {
            out.push_back(reader + " " + from + " " + std::to_string(row.position) + " " + std::to_string(row.date) + " " + row.bytes);
          }
        }
      }
    }
    Views views(*world.store, world.random);
    must(views.load());
    for (const View& view : views.all()) {
      for (const auto& hold : must(world.store->holds(view.name))) {
        // Of several references that are missing it waits for any; who waits for one is not looked at when its own date comes; which
        // of the copies of an observable is noted beside the one that goes depends on what came with it. None of it shows in a stream.
        const Awaited awaited = Awaited::from_text(hold.missing);
        const std::string text = awaited.first().empty() ? hold.missing : "a reference";
        const bool ends = must(world.store->object(hold.object)).bytes.find(kEnding) != std::string::npos;
        if (ends || serves(view, hold.object) || text.find("ipv4") != std::string::npos) continue;
        out.push_back(view.audience + " " + std::to_string(hold.object) + " in " + std::to_string(hold.collection) + " waits for " + text);
      }
    }
    for (const auto& [key, value] : must(world.store->documents(kPolicyRecallSpace))) out.push_back(key + " " + value);
    return out;
  }

  /// By all streams, in order; nothing of it counts as read.
  std::vector<store::ObjectNo> carried() const {
    std::vector<store::ObjectNo> out;
    for (const auto& stream : must(world.store->streams())) {
      store::StreamQuery query;
      query.versions.all = true;
      query.limit = 10'000;
      must(world.store->read_stream(stream.no, query, [&out](const store::StreamItem& item) { out.push_back(item.object); }));
      out.push_back(0);
    }
    return out;
  }

  /// Whether another copy of it goes: then what waits comes to nothing, and is not always noted.
  bool serves(const View& view, store::ObjectNo no) const {
    for (const auto& version : must(world.store->versions_of(must(world.store->object(no)).id, false))) {
      for (const store::StreamNo placed : must(world.store->placements(version.no))) {
        for (const auto& [collection, stream] : view.streams) {
          if (stream == placed) return true;
        }
      }
    }
    return false;
  }

  std::uint64_t anew() const { return anew_ + world.release->computed_anew(); }

  World world;

 private:
  void apply(const std::string& rows) {
    world.apply(rows);
    world.release->set_most_dependents(most_);
  }
  void restart() {
    anew_ += world.release->computed_anew();
    world.restart();
    world.release->set_most_dependents(most_);
  }
  const std::size_t most_;
  std::uint64_t anew_ = 0;
};

/// The lines that one has and the other has not.
std::string difference(const std::vector<std::string>& few, const std::vector<std::string>& all) {
  std::string out;
  for (const auto* one : {&few, &all}) {
    const auto& other = one == &few ? all : few;
    for (const std::string& line : *one) {
      if (std::find(other.begin(), other.end(), line) == other.end()) out += (one == &few ? "\n  by itself: " : "\n  all anew: ") + line;
    }
  }
  return out.empty() && few != all ? "the order" : out;
}

struct Counts {
  std::uint64_t by_itself = 0, anew = 0, rows = 0, lapsed = 0;
};

/// What is left of a history when all is left out without which computing anew still changes something; mostly a few lines.
std::pair<std::vector<Event>, std::string> smallest(const std::vector<Event>& events, std::ptrdiff_t count, const std::string& first) {
  const auto change = [&first](const std::vector<Event>& some) {
    Played world(first, 50'000);
    for (const Event& event : some) world.play(event);
    const auto told = world.all();
    world.compute_anew();
    return difference(told, world.all());
  };
  const auto differs = [&change](const std::vector<Event>& some) { return !change(some).empty(); };
  std::vector<Event> small(events.begin(), events.begin() + count);
  while (!small.empty() && !differs(small)) small.pop_back();
  for (bool again = true; again;) {
    again = false;
    const auto try_without = [&](const std::vector<Event>& less) {
      if (!differs(less)) return false;
      small = less;
      return again = true;
    };
    for (std::size_t i = small.size(); i-- > 0;) {
      auto less = small;
      less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
      if (try_without(less)) continue;
      for (std::size_t j = small[i].texts.size(); j-- > 0;) {
        less = small;
        for (auto* list : {&less[i].texts, &less[i].givers, &less[i].aliases}) list->erase(list->begin() + static_cast<std::ptrdiff_t>(j));
        try_without(less);
      }
    }
  }
  return {small, change(small)};
}

std::string text_of(const std::vector<Event>& events) {
  static constexpr const char* kKinds[] = {"put", "recall", "policy", "restart", "wait"};
  std::string out;
  for (const Event& event : events) {
    out += std::string(kKinds[static_cast<int>(event.kind)]) + " " + event.source + " " + event.id + " " + event.version.value_or("") + "\n";
    for (std::size_t i = 0; i < event.texts.size(); ++i) out += "  " + event.givers[i] + " in " + event.aliases[i] + " " + event.texts[i] + "\n";
  }
  return out;
}

/// Two worlds play one history; in the one what leaves is followed by itself where it can be, in the other all is computed anew.
void compare(Script& script, bool plain, Counts& counts) {
  Histories histories(script, plain);
  const std::string first = histories.first_rows();
  const unsigned ends = 5 + script.next(20);
  const auto events = histories.events();
  Played few(first, 50'000), all(first, 0);
  if (!plain) {
    few.world.put({ending(ends)});
    all.world.put({ending(ends)});
  }
  for (const Event& event : events) {
    const bool takes = event.kind == Event::Kind::kRecall || event.kind == Event::Kind::kWait;
    if (takes && !plain) {  // from what computing anew leaves alone: renditions that name one another in a circle change each time
      std::vector<store::ObjectNo> once;
      for (int times = 0; times < 2; ++times) {
        once = all.carried();
        few.compute_anew();
        all.compute_anew();
      }
      if (all.carried() != once) return;
    }
    const std::uint64_t before = all.anew();
    few.play(event);
    all.play(event);
    if (!takes && &event != &events.back()) continue;
    const auto told = few.all();
    const std::string other = difference(told, all.all());
    if (!other.empty()) {
      const auto [small, change] = smallest(events, &event - events.data() + 1, first);
      RC_FAIL(other + "\n\nthe smallest:\n" + text_of(small) + change);
    }
    counts.rows += told.size();
    if (event.kind == Event::Kind::kWait) counts.lapsed += all.anew() - before;
  }
  counts.by_itself += all.anew() - few.anew();
  counts.anew += few.anew();
}

std::string naming(unsigned n, const std::vector<std::string>& refs) { return Make{n, "GREEN", refs}.json(); }
std::string naming_by(const std::string& creator, unsigned n, const std::vector<std::string>& refs, int version, const std::string& tlp = "GREEN") {
  return Make{n, tlp, refs, version, "x", creator}.json();
}

std::optional<std::string> mark(World& world) { return must(world.store->document(kReleaseSpace, kAppliedKey)); }

std::string waits_for(World& world, unsigned n, const std::string& party) {
  return must(world.release->explain(id_of(n), party)).at(0).waits_for.value_or("nothing");
}

void recall(World& world, const std::string& id, const std::string& source = {}) {
  Event event;
  event.source = source;
  event.id = id;
  Played::recall(world, event);
}

}  // namespace

TEST_SUITE("property") {
  TEST_CASE("dependents: what leaves takes with it what all computed anew takes") {
    Counts plain, whole;
    PROPERTY("without definitions", [&] {
      const Bytes bytes = *rc::gen::resize(250, rc::gen::container<Bytes>(250, rc::gen::arbitrary<unsigned char>()));
      Script script(bytes);
      compare(script, true, plain);
    });
    PROPERTY("with definitions, dates and renditions", [&] {
      const Bytes bytes = *rc::gen::resize(300, rc::gen::container<Bytes>(300, rc::gen::arbitrary<unsigned char>()));
      Script script(bytes);
      compare(script, false, whole);
    });
    for (const Counts* counts : {&plain, &whole}) {
      MESSAGE(counts->by_itself << " times by itself, " << counts->anew << " times all anew, " << counts->lapsed << " by a date, " << counts->rows << " rows");
    }
    // Computed anew is what has renditions, definitions, or several claims of an id.
    CHECK(plain.by_itself > 10);
    CHECK(whole.by_itself > 5);
  }
}

TEST_SUITE("unit") {
  TEST_CASE("dependents: chains go, cycles that need nothing of it stay where they are, and who reads none is not touched") {
    World world;
    world.apply(member("a", "silver") + member("b", "bronze") + kNoAmberForBronze);
    world.put({Make{1, "AMBER"}.json(), naming(2, {id_of(1)}), naming(3, {id_of(2)}), naming(4, {id_of(5)}), naming(5, {id_of(4)})});
    world.put({naming(6, {id_of(7), id_of(1)}), naming(7, {id_of(6)})});  // a cycle that needs it
    const auto before = world.read("a");
    REQUIRE(before.size() == 7);
    const std::uint64_t generation = must(world.store->stream(world.stream("b"))).generation;
    recall(world, id_of(1));
    const auto after = world.read("a");
    REQUIRE(after.size() == 2);
    for (const Row& row : after) CHECK(std::find(before.begin(), before.end(), row) != before.end());
    CHECK(world.ids("a") == std::vector<std::string>{id_of(5), id_of(4)});
    CHECK(world.attested("a").size() == 2);
    CHECK(waits_for(world, 2, "a") == id_of(1));
    CHECK(waits_for(world, 3, "a") == id_of(2));
    CHECK(must(world.store->stream(world.stream("b"))).generation == generation);
    CHECK(world.release->computed_anew() == 0);
    CHECK(must(world.store->check(nullptr)) == std::vector<std::string>());
  }

  TEST_CASE("dependents: another copy of the claim follows and keeps what names it, another claim does not") {
    World world;
    world.apply(party("v", "vendor", "write = [\"*\"]\nsigns = false") + party("w", "vendor", "write = [\"*\"]\nsigns = false") + member("a", "silver"));
    world.put({Make{1}.json()}, "weekly", "v");
    world.put({Make{1, "GREEN", {}, 1}.json()}, "weekly", "v");
    world.put({Make{2}.json()}, "weekly", "v");
    world.put({Make{2, "GREEN", {}, 0, "other"}.json()}, "weekly", "w");
    world.put({naming(3, {id_of(1)}), naming(4, {id_of(2)})});
    REQUIRE(world.ids("a").size() == 5);
    Event event;
    event.id = id_of(1);
    event.version = "2024-01-01T00:01:00.000Z";
    Played::recall(world, event);
    CHECK(world.versions("a").size() == 4);
    CHECK(world.release->computed_anew() == 0);
    recall(world, id_of(2), "v");
    CHECK(world.ids("a") == std::vector<std::string>{id_of(1), id_of(3)});  // what named it meant that claim
    recall(world, id_of(2), "w");
    CHECK(world.ids("a") == std::vector<std::string>{id_of(1), id_of(3)});
  }

  TEST_CASE("dependents: of an id with several claims goes what means the claim that left, and nothing else") {
    World world;
    world.apply(party("v", "vendor", "write = [\"*\"]\nsigns = false") + party("w", "vendor", "write = [\"*\"]\nsigns = false") + member("a", "silver"));
    world.put({Make{1, "GREEN", {}, 0, "of v"}.json(), naming(3, {id_of(1)})}, "weekly", "v");
    world.put({Make{1, "GREEN", {}, 0, "of w"}.json(), naming(4, {id_of(1)})}, "weekly", "w");
    world.put({naming(5, {id_of(3)}), naming(6, {id_of(4)})});
    REQUIRE(world.ids("a").size() == 5);  // of the two claims v's counts, and w's meets what means it
    recall(world, id_of(1), "w");
    CHECK(world.ids("a") == std::vector<std::string>{id_of(1), id_of(3), id_of(5)});
    recall(world, id_of(1), "v");
    CHECK(world.ids("a").empty());
  }

  TEST_CASE("dependents: a reference turns to its giver's claim as that comes, though only another's copy of it is read") {
    Played played(rows(true, false), 50'000);
    World& world = played.world;
    world.put({naming_by("", 2, {id_of(5)}, 0)}, "weekly", "acme");
    world.put({naming_by(kAcme, 5, {}, 2)}, "vulns", "gamma");  // on acme's behalf, and hidden from acme
    CHECK(waits_for(world, 2, "a") == id_of(5));
    world.put({naming_by("", 5, {id_of(3)}, 1)}, "weekly", "acme");
    CHECK(world.ids("a") == std::vector<std::string>{kAcme, kStranger, id_of(2)});
    const auto before = world.ids("a");
    Played::anew_in(world);
    CHECK(world.ids("a") == before);
  }

  TEST_CASE("dependents: who still lacks something after its reference turned waits for that, and not in a circle") {
    Played played(rows(true, false), 50'000);
    World& world = played.world;
    world.put({naming_by(kAcme, 1, {id_of(3), id_of(2)}, 2)}, "weekly", "acme");
    world.put({naming_by(kStranger, 2, {id_of(6), id_of(1)}, 1, "AMBER")}, "weekly", "acme");
    Event event;
    event.source = "acme";
    event.id = id_of(6);
    event.version = "2024-01-01T00:02:00.000Z";
    world.apply(rows(false, false));
    Played::recall(world, event);
    world.put({naming_by("", 5, {id_of(3)}, 2, "CLEAR")}, "vulns");
    world.put({naming_by("", 3, {id_of(5)}, 1)}, "weekly", "acme");
    world.put({naming_by("", 6, {}, 2)}, "weekly", "acme");
    world.put({naming_by("", 6, {id_of(1), id_of(3)}, 2, "CLEAR")}, "weekly", "beta");
    world.put({naming_by(kStranger, 6, {}, 1, "CLEAR")}, "vulns");
    const auto ids = world.ids("p");
    CHECK(std::count(ids.begin(), ids.end(), id_of(2)) == 1);
    Played::anew_in(world);
    CHECK(world.ids("p") == ids);
  }

  TEST_CASE("dependents: a policy that lets a giver read more or less turns what it refers to in views that it changes nothing of") {
    World world;
    const std::string rows = party("v", "vendor", "write = [\"*\"]\nsigns = false\n") + party("w", "vendor", "write = [\"*\"]\nsigns = false\n") + member("a", "silver");
    world.apply(rows);
    world.put({Make{1}.json()}, "weekly", "w");
    world.put({naming(2, {id_of(1)})}, "weekly", "v");
    world.put({naming(3, {id_of(4)})}, "weekly", "w");
    CHECK(world.ids("a") == std::vector<std::string>{id_of(1)});  // v could not mean what it does not read
    world.apply(rows + agreement("v"));
    CHECK(world.ids("a") == std::vector<std::string>{id_of(1), id_of(2)});
    world.apply(rows);
    CHECK(world.ids("a") == std::vector<std::string>{id_of(1)});
  }

  TEST_CASE("dependents: a definition that travelled stays when what used it leaves, and goes when it is recalled") {
    World world;
    world.apply(member("a", "silver"));
    const std::string first = id_of(1, "marking-definition");
    world.put({statement(1, "GREEN")}, "vulns");
    world.put({Make{1, first}.json(), Make{2, first}.json()});
    world.put({Make{3, first}.json()}, "vulns");
    REQUIRE(world.ids("a").size() == 3);
    recall(world, id_of(1));
    CHECK(world.ids("a") == std::vector<std::string>{first, id_of(2)});
    recall(world, id_of(2));
    CHECK(world.ids("a") == std::vector<std::string>{first});
    recall(world, id_of(3));
    CHECK(world.ids("a", "vulns") == std::vector<std::string>{first});
    CHECK(world.release->computed_anew() == 0);
    recall(world, first);
    CHECK(world.ids("a").empty());
    CHECK(world.ids("a", "vulns").empty());
    CHECK(world.release->computed_anew() == 0);
  }

  TEST_CASE("dependents: a definition that leaves takes its users along, and what names these; one that comes turns them") {
    World world;
    world.apply(party("v", "vendor", "write = [\"*\"]\nsigns = false") + member("a", "silver"));
    const std::string marking = id_of(1, "marking-definition");
    world.put({statement(1, "GREEN")}, "vulns", "v");
    world.put({Make{1, marking}.json(), naming(2, {id_of(1)}), Make{3}.json()}, "weekly", "v");
    REQUIRE(world.ids("a").size() == 4);
    recall(world, marking, "v");
    CHECK(world.ids("a") == std::vector<std::string>{id_of(3)});
    CHECK(waits_for(world, 2, "a") == id_of(1));
    CHECK(world.release->computed_anew() == 0);

    World other;  // two that contradict each other hold; without the one, the other is meant
    other.apply(party("v", "vendor", "write = [\"*\"]\nsigns = false") + member("a", "silver"));
    const auto pap = [&](const std::string& level) {
      return R"({"type":"marking-definition","spec_version":"2.1","id":")" + marking + R"(","created":"2024-01-01T00:00:00.000Z","definition_type":"statement",)" +
             R"("definition":{"statement":")" + level + "\"}}";
    };
    other.put({pap("Copyright"), Make{1, marking}.json(), naming(2, {id_of(1)})}, "weekly", "v");
    REQUIRE(other.ids("a").size() == 3);
    other.put({pap("TLP:RED")}, "weekly", "v");
    const auto before = other.ids("a");
    CHECK(std::count(before.begin(), before.end(), id_of(2)) == 0);
    CHECK(other.release->computed_anew() == 0);
    Played::anew_in(other);
    CHECK(other.ids("a") == before);
  }

  TEST_CASE("dependents: the mark is missing until they are settled, and a start in between computes all anew") {
    World world;
    world.apply(member("a", "silver"));
    world.put({Make{1}.json(), naming(2, {id_of(1)}), naming(3, {id_of(2)})});
    REQUIRE(mark(world).has_value());
    Event event;
    event.id = id_of(1);
    Played::recall(world, event, false);
    CHECK_FALSE(mark(world).has_value());
    world.restart();
    CHECK(world.ids("a").empty());
    CHECK(mark(world).has_value());
    world.put({Make{5}.json(), naming(6, {id_of(5)})});
    recall(world, id_of(5));
    CHECK(mark(world).has_value());
    CHECK(world.release->computed_anew() == 0);
  }

  TEST_CASE("dependents: what could not be written is done by whoever comes next, and nothing is served before") {
    FakeRandom random{9};
    auto made = std::make_unique<FailingStore>(store::make_memory_store(random));
    FailingStore* disk = made.get();
    World world(1, std::move(made));
    world.apply(member("a", "silver"));
    world.put({Make{1}.json(), naming(2, {id_of(1)}), Make{3}.json()});
    const store::StreamNo stream = world.stream("a");
    Event event;
    event.id = id_of(1);
    Played::recall(world, event, false);
    disk->fail_at = 2;  // it leaves, and what names it cannot
    CHECK_FALSE(world.release->advance().ok());
    CHECK_FALSE(mark(world).has_value());
    CHECK_FALSE(must(world.store->stream_has_id(stream, id_of(1))));
    disk->fail_at = 1;
    CHECK_FALSE(world.release->view_of("a").ok());
    CHECK(world.ids("a") == std::vector<std::string>{id_of(3)});
    CHECK(mark(world).has_value());
    CHECK(world.release->computed_anew() == 0);
  }

  TEST_CASE("dependents: what a date takes back takes with it what depended on it, in that view alone") {
    World world;
    world.apply(member("a", "silver") + party("h", "member", "class = \"silver\"\nhonours = [\"iep\"]"));
    world.put({ending(10), Make{1, kEnding}.json(), naming(2, {id_of(1)}), Make{3}.json()});
    CHECK(world.ids("h") == std::vector<std::string>{kEnding, id_of(1), id_of(2), id_of(3)});
    const std::uint64_t generation = must(world.store->stream(world.stream("a"))).generation;
    world.clock.advance_micros(11 * kSecond);
    CHECK(world.ids("h") == std::vector<std::string>{kEnding, id_of(3)});
    CHECK(must(world.store->stream(world.stream("a"))).generation == generation);
    CHECK(mark(world).has_value());
    CHECK(world.release->computed_anew() == 0);
  }

  TEST_CASE("dependents: more than may be looked at is computed anew, and comes to the same") {
    World world;
    world.apply(member("a", "silver"));
    world.put({Make{1}.json(), naming(2, {id_of(1)}), naming(3, {id_of(2)}), Make{4}.json()});
    world.release->set_most_dependents(1);
    recall(world, id_of(1));
    CHECK(world.release->computed_anew() == 1);
    CHECK(world.ids("a") == std::vector<std::string>{id_of(4)});
  }
}

}  // namespace sekisho::sync::tests
