// The pass for all views at once gives what the planner gives view by view, on random worlds; and its parts by themselves.
#include <map>
#include <set>
#include <vector>

#include "stix/sharing_facts.h"
#include "sync/release/plan/sweep.h"
#include "tests/support/property.h"
#include "script.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

using Input = Planner::Input;

const std::string kPapAmber(stix::pap_marking_id(stix::Pap::kAmber));

/// Everything that a plan looks at: versions, copies, references, markings with definitions, embargoes, sources.
class Worlds {
 public:
  explicit Worlds(Script& script) : script_(script) {}

  std::string rows() {
    static constexpr const char* kClasses[] = {"silver", "bronze", "platinum"};
    std::string text;
    for (const std::string id : {"a", "b", "c"}) text += member(id, kClasses[script_.next(3)]);
    text += party("s", "supplier") + party("v", "vendor", "write = [\"weekly\"]\nsigns = false");
    if (script_.next(2) != 0) text += agreement("s");
    if (script_.next(2) != 0) text += kNoAmberForBronze;
    if (script_.next(3) == 0) text += "[[rule]]\nid = \"h\"\neffect = \"hold\"\nclasses = [\"platinum\"]\ntlp = [\"TLP:AMBER\"]\n";
    if (script_.next(3) == 0) text += "[[rule]]\nid = \"t\"\neffect = \"deny\"\nclasses = [\"silver\"]\ntypes = [\"marking-definition\"]\n";
    if (script_.next(3) == 0) text += "[[rule]]\nid = \"e\"\neffect = \"deny\"\nclasses = [\"platinum\"]\ntypes = [\"extension-definition\"]\n";
    if (script_.next(3) == 0) text += "[[rule]]\nid = \"l\"\neffect = \"deny\"\nclasses = [\"bronze\"]\ncollections = [\"vulns\"]\n";
    text += "[[profile]]\nid = \"p\"\nfrom = 2024-01-01\nblur = \"day\"\n";
    const std::string redacted = kClasses[script_.next(3)];
    if (script_.next(2) == 0) text += "[[rule]]\nid = \"x\"\neffect = \"redact\"\nprofile = \"p\"\nclasses = [\"" + redacted + "\"]\ntlp = [\"TLP:GREEN\"]\n";
    return text;
  }

  void fill(World& world) {
    for (unsigned left = 2 + script_.next(5); left > 0; --left) {
      std::vector<std::string> texts;
      for (unsigned n = script_.next(9); n > 0; --n) texts.push_back(object());
      static const std::vector<std::string> kFrom = {"", "", "v", "w"};
      const std::string alias = script_.next(3) == 0 ? "vulns" : "weekly";
      world.commit(texts, alias, kFrom[script_.next(4)]);
      if (script_.next(8) == 0) recall(world);
      if (script_.next(4) != 0) must(world.release->advance());
    }
    must(world.release->advance());
  }

 private:
  std::string object() {
    switch (script_.next(9)) {
      case 0:
      case 1: return definition("marking-definition", R"("definition_type":"statement","definition":{"statement":"S"})");
      case 2: return definition("extension-definition", R"("schema":"s","version":"1","extension_types":["property-extension"],"name":"S")");
      default: return report();
    }
  }

  std::string definition(const std::string& type, std::string content) {
    const std::string id = id_of(1 + script_.next(3), type);
    content.replace(content.find("\"S\""), 3, script_.next(3) == 0 ? "\"T\"" : "\"S\"");
    const std::string version = type[0] == 'e' ? std::string(",\"modified\":\"2024-01-01T00:0") + static_cast<char>('0' + script_.next(3)) + ":00.000Z\"" : "";
    return R"({"type":")" + type + R"(","spec_version":"2.1","id":")" + id + R"(","created":"2024-01-01T00:00:00.000Z")" + version +
           R"(,"object_marking_refs":[")" + label() + R"("],)" + content + "}";
  }

  std::string label() {
    static constexpr stix::Tlp kLabels[] = {stix::Tlp::kClear, stix::Tlp::kGreen, stix::Tlp::kGreen, stix::Tlp::kGreen, stix::Tlp::kAmber, stix::Tlp::kAmber, stix::Tlp::kRed};
    return std::string(stix::tlp_marking_id(kLabels[script_.next(7)]));
  }

  std::string report() {
    json::Writer w;
    // One and the same instant in two spellings, and one before 1970, are versions too.
    static constexpr const char* kVersions[] = {"2024-01-01T00:01:00.000Z", "2024-01-01T00:01:00Z", "2024-01-01T00:02:00.000Z",
                                                "1969-01-01T00:00:00.000Z", "2024-01-01T00:01:00.123456Z"};
    w.begin_object().member("type", "report").member("spec_version", "2.1").member("id", own_id());
    w.member("created", "1960-01-01T00:00:00.000Z").member("modified", kVersions[script_.next(5)]);
    if (script_.next(6) != 0) {
      w.key("object_marking_refs").begin_array().string(label());
      if (script_.next(2) == 0) w.string(id_of(1 + script_.next(4), "marking-definition"));
      if (script_.next(12) == 0) w.string(kPapAmber);
      w.end_array();
    }
    w.member("name", script_.next(6) == 0 ? "other" : "x").member("published", "2024-01-01T00:01:02.000Z").key("object_refs").begin_array();
    for (unsigned refs = script_.next(8) / 3; refs > 0; --refs) w.string(some_id());
    w.end_array();
    if (script_.next(3) == 0) draw_extensions(w, script_, 3);
    w.end_object();
    return w.take();
  }

  std::string own_id() {
    const unsigned n = script_.next(8);
    return n == 7 ? "report--ABCDEF00-0000-4000-8000-000000000000" : id_of(n);
  }
  /// One more that is never there, and definitions.
  std::string some_id() {
    switch (script_.next(12)) {
      case 9: return id_of(1, "identity");
      case 10: return id_of(1 + script_.next(4), "marking-definition");
      case 11: return id_of(1 + script_.next(4), "extension-definition");
      default: return own_id();
    }
  }

  void recall(World& world) {
    const std::string source = script_.next(2) == 0 ? "" : "v";
    store::Batch batch;
    batch.documents.push_back({kRecallSpace, recall_key(source, some_id()), "{\"source\":\"" + source + "\",\"at\":\"x\",\"reason_code\":\"x\",\"reason\":\"x\"}"});
    must(world.store->commit(batch, world.clock.now()));
  }

  Script& script_;
};

/// What one view is to get, in the words of both.
struct Told {
  std::vector<std::string> released;
  std::map<Place, std::string> holds;
  std::string log;
  bool operator==(const Told&) const = default;
};

std::string text_of(const PlanItem& item) {
  std::string out = std::to_string(item.no) + " in " + std::to_string(item.collection) + " " + item.links->version + " " + hex(item.links->content);
  for (const std::string& id : item.links->closure.references) out += " -> " + id;
  for (const store::ObjectNo no : item.definitions) out += " with " + std::to_string(no);
  for (const store::ObjectNo no : item.stored) out += " stored " + std::to_string(no);
  return out + (item.original ? "" : " made") + std::string(item.made.size(), '*');
}

std::string text_of(DecisionLog log) {
  json::Writer w;
  log.write(w, "v");
  return w.take();
}

/// A store, a policy that is to come, and both ways of working it out.
class Both {
 public:
  Both(World& world, std::shared_ptr<const policy::Compiled> policy)
      : world_(world), policy_(std::move(policy)), now_(world.clock.now()),
        planner_(*world.store, Renditions(std::string(32, 'r'), kOwn)) {
    planner_.set_collections(must(world.store->collections()));
    planner_.set_recalled(must(Recalled::load(*world.store)));
    must(planner_.forget());
    must(planner_.arrived_all());
    for (const auto& change : must(world.store->changes(0, 10'000))) inputs_.push_back({change.object, change.collection});
  }

  /// `as`: the audience of the n-th view, and who carries things now.
  Told by_planner(const View& view) {
    planner_.look_again();
    planner_.begin_decisions();
    std::vector<Input> order;
    std::vector<Input> rest;
    bool carries = false;
    for (const Input& input : inputs_) {
      const bool carried = is_carried(view, input);
      carries = carries || carried;
      (carried ? order : rest).push_back(input);
    }
    order.insert(order.end(), rest.begin(), rest.end());
    Before before = Before::of(must(world_.store->holds(view.name)));
    std::vector<Place> carried;
    for (const Input& input : inputs_) {
      if (is_carried(view, input)) carried.emplace_back(input.no, input.collection);
    }
    std::sort(carried.begin(), carried.end());
    before.carried = &carried;
    const Plan plan = must(planner_.plan_whole(*policy_, view, order, before, now_));
    Told out;
    for (const PlanItem& item : plan.released) out.released.push_back(text_of(item));
    for (const auto& hold : plan.holds) out.holds[{hold.object, hold.collection}] = hold.missing;
    for (const auto& [place, id] : plan.left) {
      Awaited awaited = Awaited::from_text(out.holds[place]);
      awaited.add(marked(Mark::kLeft, id));
      out.holds[place] = awaited.to_text();
    }
    auto logs = planner_.take_decisions();
    if (!carries) out.log = text_of(std::move(logs[view.name]));  // else the orders differ
    return out;
  }

  void check(const std::vector<View>& views) {
    std::vector<Sweep::For> wanted;
    for (const View& view : views) wanted.push_back({view.audience, view.streams, Before::of(must(world_.store->holds(view.name)))});
    planner_.look_again();
    Sweep sweep(*world_.store, planner_, *policy_, wanted, now_);
    must(sweep.read(must(world_.store->released_through()), nullptr));
    must(sweep.settle());
    for (std::size_t v = 0; v < views.size(); ++v) {
      const Told planned = by_planner(views[v]);
      if (!sweep.plain(v)) continue;
      ++plain;
      Told swept;
      std::set<Place> had;
      for (const Place& place : sweep.carried(v)) RC_ASSERT(had.insert(place).second);
      sweep.give(v, [&](const Sweep::Item& item) {
        swept.released.push_back(text_of(sweep.plan_item(item)));
        along += item.definitions->size();
        again += item.carried ? 1 : 0;
        RC_ASSERT(item.carried == is_carried(views[v], {item.no, item.collection}));
        RC_ASSERT(item.carried == (had.count({item.no, item.collection}) != 0));
      });
      swept.holds = sweep.holds(v);
      if (!planned.log.empty()) swept.log = text_of(DecisionLog(sweep.decision_log(v)));
      RC_ASSERT(swept.released == planned.released);
      RC_ASSERT(swept.holds == planned.holds);
      RC_ASSERT(swept.log == planned.log);
      released += swept.released.size();
      held += swept.holds.size();
    }
  }

  std::size_t plain = 0, released = 0, held = 0, along = 0, again = 0;

 private:
  bool is_carried(const View& view, const Input& input) const {
    const auto stream = view.streams.find(input.collection);
    if (stream == view.streams.end()) return false;
    const auto placed = must(world_.store->placements(input.no));
    return std::find(placed.begin(), placed.end(), stream->second) != placed.end();
  }

  World& world_;
  std::shared_ptr<const policy::Compiled> policy_;
  const Timestamp now_;
  Planner planner_;
  std::vector<Input> inputs_;
};

/// The views there are, each for an audience of the coming policy, and as many newcomers.
std::vector<View> views_under(World& world, const policy::Compiled& policy, Script& script) {
  Views beside(*world.store, world.random);
  must(beside.load());
  std::vector<View> views = beside.all();
  // Parties of one view part: both begin with what it carries.
  if (!views.empty()) views.push_back(views[script.next(static_cast<unsigned>(views.size()))]);
  for (const std::size_t more : {1U, 2U}) views.emplace_back().name = "new " + std::to_string(more);
  const auto audiences = policy.audiences(world.clock.now());
  for (View& view : views) view.audience = audiences[script.next(static_cast<unsigned>(audiences.size()))].key;
  return views;
}

TEST_SUITE("property") {
  TEST_CASE("sync/sweep: one pass for all views is the plan of each") {
    std::size_t plain = 0, released = 0, held = 0, along = 0, again = 0;
    // Some of what is looked at comes together in one world of a hundred.
    for (int round = 0; round < 4; ++round) PROPERTY("sweep", [&] {
      const Bytes bytes = *rc::gen::resize(1000, rc::gen::container<Bytes>(1000, rc::gen::arbitrary<unsigned char>()));
      Script script(bytes);
      Worlds worlds(script);
      World world;
      world.apply(worlds.rows());
      worlds.fill(world);
      const auto coming = policy_of(worlds.rows());
      Both both(world, coming);
      both.check(views_under(world, *coming, script));
      plain += both.plain;
      released += both.released;
      held += both.held;
      along += both.along;
      again += both.again;
    });
    MESSAGE(plain << " plain views: " << released << " released, of which carried " << again << ", " << along << " definitions along, " << held << " held");
    CHECK(plain > 800);
    CHECK(released > 3000);
    CHECK(held > 1000);
    CHECK(along > 200);
    CHECK(again > 500);
  }

  TEST_CASE("sync/mask_closure: each bit is the closure of its view") {
    PROPERTY("masks", [] {
      constexpr std::size_t kViews = 70;  // more than one word
      const Bytes bytes = *rc::gen::resize(400, rc::gen::container<Bytes>(400, rc::gen::arbitrary<unsigned char>()));
      Script script(bytes);
      const std::size_t count = script.next(12), ids = 8;
      MaskGraph graph;
      Masks may(kViews);
      std::vector<ClosureCandidate> names;
      for (std::size_t i = 0; i < count; ++i) {
        graph.id.push_back(script.next(ids));
        names.push_back({std::to_string(graph.id.back()), {}});
        std::set<std::uint32_t> references;
        for (unsigned n = script.next(4); n > 0; --n) references.insert(script.next(ids));
        for (const std::uint32_t id : references) {
          graph.references.push_back(id);
          names.back().references.push_back(std::to_string(id));
        }
        graph.end.push_back(graph.references.size());
        may.add();
        for (std::size_t v = 0; v < kViews; v += 1 + script.next(3)) Masks::set(may.row(i), v);
      }
      for (std::size_t id = 0; id < ids; ++id) graph.everybody.push_back(id == 7);
      const Masks before = may;
      close_masks(graph, may);
      for (std::size_t v = 0; v < kViews; ++v) {
        std::vector<ClosureNode> nodes;
        std::vector<std::size_t> who;
        for (std::size_t i = 0; i < count; ++i) {
          if (!before.test(i, v)) continue;
          nodes.push_back({&names[i]});
          who.push_back(i);
        }
        const auto closed = close_references(nodes, [](std::string_view id) { return id == "7" ? Reads::kOriginal : Reads::kNothing; });
        for (std::size_t i = 0; i < count; ++i) RC_ASSERT((before.test(i, v) || !may.test(i, v)));
        for (std::size_t n = 0; n < who.size(); ++n) RC_ASSERT((closed[n].as == Reads::kOriginal) == may.test(who[n], v));
      }
    });
  }
}

TEST_SUITE("unit") {
  TEST_CASE("sync/id_table: texts in any form come back, each with one number") {
    IdTable table;
    const std::vector<std::string> texts = {id_of(1), id_of(1, "identity"), "report--ABCDEF00-0000-4000-8000-000000000000",
                                            "report--abcdef00-0000-4000-8000-000000000000", "report", "", "--", id_of(1) + " ",
                                            "--00000001-0000-4000-8000-000000000000", "00000001-0000-4000-8000-000000000000"};
    for (std::uint32_t i = 0; i < texts.size(); ++i) CHECK(table.number(texts[i]) == i);
    for (unsigned n = 0; n < 3000; ++n) table.number(id_of(n, "x-many"));
    for (std::uint32_t i = 0; i < texts.size(); ++i) {
      CHECK(table.number(texts[i]) == i);
      CHECK(table.find(texts[i]) == i);
      CHECK(table.text(i) == texts[i]);
    }
    CHECK(table.size() == texts.size() + 3000);
    CHECK_FALSE(table.find(id_of(2)).has_value());
    CHECK_FALSE(IdTable().find(id_of(2)).has_value());
  }
}

}  // namespace
}  // namespace sekisho::sync::tests
