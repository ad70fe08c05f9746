// A translation goes without what its target lost for the same audience. docs/specs/redaction.md §4, docs/specs/ownership.md §9.
#include "tests/support/property.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

const std::string kTool = id_of(1, "tool");
const std::string kRed = std::string(stix::tlp_marking_id(stix::Tlp::kRed));
const std::string kHidden = R"(,"granular_markings":[{"marking_ref":")" + kRed + R"(","selectors":["description"]}])";

std::string time_of(int version) {
  char out[40];
  std::snprintf(out, sizeof out, "2024-02-01T10:%02d:00.000Z", version);
  return out;
}

std::string object(const std::string& type, unsigned n, const std::string& more, int version = 0) {
  return R"({"type":")" + type + R"(","spec_version":"2.1","id":")" + id_of(n, type) + R"(","created":"2024-02-01T10:00:00.000Z","modified":")" + time_of(version) +
         R"(","object_marking_refs":[")" + std::string(stix::tlp_marking_id(stix::Tlp::kGreen)) + "\"]" + more + "}";
}
std::string tool(const std::string& more = {}, int version = 0) { return object("tool", 1, R"(,"name":"tool","description":"what it does")" + more, version); }

/// Of `of`; it names a version of it, or none.
std::string translation(unsigned n, const std::string& japanese, int of_version = -1, const std::string& of = kTool) {
  return object("language-content", n, R"(,"object_ref":")" + of + "\"" + (of_version < 0 ? std::string() : R"(,"object_modified":")" + time_of(of_version) + "\"") +
                                           R"(,"contents":{"ja":)" + japanese + "}");
}
const std::string kBoth = R"({"name":"dougu","description":"SECRET"})";

/// `peer` gets tools by a profile, `plain` as they are.
std::string rows(const std::string& profile = "granular = \"TLP:GREEN\"", const std::string& types = "\"tool\"") {
  return party("peer", "peer-isac") + agreement("peer") + party("acme", "member") + party("plain", "member") + "[[profile]]\nid = \"p\"\nfrom = 2024-01-01\n" + profile +
         "\n[[rule]]\nid = \"r\"\neffect = \"redact\"\nprofile = \"p\"\nkinds = [\"peer-isac\"]\ntypes = [" + types + "]\n";
}

struct Case {
  World world;
  explicit Case(const std::string& policy = rows()) { world.apply(policy); }
  std::vector<stix::ObjectPtr> of_type(const std::string& type, const std::string& to = "peer") {
    std::vector<stix::ObjectPtr> out;
    for (const Row& row : world.read(to)) {
      auto object = must(stix::Object::parse(row.bytes));
      if (object->type() == type) out.push_back(std::move(object));
    }
    return out;
  }
  std::vector<stix::ObjectPtr> translations(const std::string& to = "peer") { return of_type("language-content", to); }
  bool says(const std::string& word, const std::string& to = "peer") {
    const auto rows = world.read(to);
    return std::any_of(rows.begin(), rows.end(), [&word](const Row& row) { return row.bytes.find(word) != std::string::npos; });
  }
  std::set<std::string> bytes() {
    std::set<std::string> out;
    for (const Row& row : world.read("peer")) out.insert(row.bytes);
    return out;
  }
  /// Everything from the beginning, over the same store.
  void anew(bool forget_translations = false) {
    store::Batch batch;
    batch.documents.push_back({"release", "applied-policy", std::nullopt});
    if (forget_translations) batch.documents.push_back({"release", "translations", std::nullopt});
    must(world.store->commit(batch, world.clock.now()));
    world.restart();
  }
  /// The peer is given this and, when all is computed anew, the same.
  bool gives(std::size_t count, bool secret) {
    const auto before = bytes();
    const bool now = translations().size() == count && says("SECRET") == secret;
    anew();
    return now && bytes() == before;
  }
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("translation: it goes without what its target lost, whichever came first") {
    for (const int version : {-1, 0}) {
      CAPTURE(version);
      Case together;
      together.world.put({tool(kHidden), translation(2, kBoth, version)});
      CHECK(together.gives(1, false));
      CHECK(together.says("dougu"));
      const auto form = together.translations().front();
      const auto target = together.of_type("tool").front();
      CHECK(form->root()["object_ref"].string() == target->id());
      CHECK(form->root()["object_modified"].string_or("") == (version < 0 ? std::string_view() : target->version()));

      Case later;
      later.world.put({tool(kHidden)});
      later.world.put({translation(2, kBoth, version)});
      CHECK(later.gives(1, false));
      CHECK(later.bytes() == together.bytes());

      Case first;
      first.world.put({translation(2, kBoth, version)});
      first.world.put({tool(kHidden)});
      CHECK(first.gives(1, false));
      CHECK(first.bytes() == together.bytes());
    }
  }

  TEST_CASE("translation: of what nothing is left it stays here, and the operator is told why") {
    Case all;
    all.world.put({tool(kHidden), translation(2, R"({"description":"SECRET"})")});
    CHECK(all.gives(0, false));
    CHECK(must(all.world.release->explain(id_of(2, "language-content"), "peer"))[0].withheld.find("its target lost") != std::string::npos);
  }

  TEST_CASE("translation: whatever a profile does to the target it does to its translations") {
    struct Try {
      std::string profile, more, japanese;
      std::size_t goes;
    };
    const std::vector<Try> tries = {
        {"remove = [\"/x_ticket\"]", R"(,"x_ticket":"7")", R"({"x_ticket":"SECRET","name":"dougu"})", 1},
        {"remove = [\"/x_deep/ticket\"]", R"(,"x_deep":{"ticket":"7","more":"m"})", R"({"x_deep":{"ticket":"SECRET","more":"n"}})", 1},
        {"remove = [\"/x_deep/ticket\"]", R"(,"x_deep":{"ticket":"7","more":"m"})", R"({"x_deep":"SECRET"})", 0},
        {"remove = [\"/aliases/1\"]", R"(,"aliases":["a","b"])", R"({"aliases":["a","SECRET"],"name":"dougu"})", 1},
        {"remove = [\"/external_references/*/description\"]", R"(,"external_references":[{"source_name":"s","description":"d","external_id":"e"}])",
         R"({"external_references":[{"source_name":"s","description":"SECRET"}],"name":"dougu"})", 1},
        {"generalise = [{ at = \"/x_sector\", map = { \"automotive\" = \"manufacturing\" } }]", R"(,"x_sector":"automotive")", R"({"x_sector":"SECRET","name":"dougu"})", 1},
        {"blur = \"day\"", R"(,"x_seen":"2024-02-01T10:11:12.000Z")", R"({"x_seen":"SECRET","created":"SECRET","name":"dougu"})", 1}};
    for (const Try& one : tries) {
      CAPTURE(one.japanese);
      CAPTURE(one.profile);
      Case with(rows(one.profile));
      with.world.put({tool(one.more), translation(2, one.japanese)});
      with.world.put({translation(3, one.japanese, 0)});
      CHECK(with.of_type("tool").size() == 1);
      CHECK(with.gives(2 * one.goes, false));
      CHECK(with.says("SECRET", "plain"));
    }
  }

  TEST_CASE("translation: without a version it stands for every version of its target") {
    for (const bool marked_last : {false, true}) {
      CAPTURE(marked_last);
      Case two;
      two.world.put({tool(marked_last ? std::string() : kHidden, 0), tool(marked_last ? kHidden : std::string(), 5)});
      two.world.put({translation(2, kBoth), translation(3, R"({"description":"of the clean one"})", marked_last ? 0 : 5),
                     translation(4, R"({"description":"SECRET"})", marked_last ? 5 : 0)});
      CHECK(two.gives(2, false));
      CHECK(two.says("of the clean one"));
      const auto tools = two.of_type("tool");
      REQUIRE(tools.size() == 2);
      // What names a version names the rendition, or the object, of that version.
      for (const auto& form : two.translations()) {
        if (!form->root()["object_modified"].exists()) continue;
        const auto& clean = tools[0]->root()["description"].exists() ? tools[0] : tools[1];
        CHECK(form->root()["object_ref"].string() == clean->id());
        CHECK(form->root()["object_modified"].string() == clean->version());
      }
    }
  }

  TEST_CASE("translation: what went leaves when a version comes that lost more, and comes again without") {
    for (const bool restart : {false, true}) {
      CAPTURE(restart);
      Case world;
      world.world.put({tool(), translation(2, kBoth), translation(3, R"({"description":"of the first"})", 0)});
      REQUIRE(world.says("SECRET"));
      if (restart) world.world.restart();
      world.world.put({tool(kHidden, 5)});
      CHECK(world.gives(2, false));
      CHECK(world.says("dougu"));
      CHECK(world.says("of the first"));
    }
    Case at_once;  // all of it before anything is planned
    at_once.world.commit({tool()});
    at_once.world.commit({translation(2, kBoth)});
    at_once.world.commit({tool(kHidden, 5)});
    must(at_once.world.release->advance());
    CHECK(at_once.gives(1, false));
    Case withheld;  // of which nothing goes, as it has no name left
    withheld.world.put({tool(), translation(2, kBoth)});
    withheld.world.put({tool(R"(,"granular_markings":[{"marking_ref":")" + kRed + R"(","selectors":["name"]}])", 5)});
    CHECK(withheld.of_type("tool").size() == 1);
    CHECK(withheld.gives(0, false));
  }

  TEST_CASE("translation: of what an audience has as it is it goes whole") {
    Case world;
    world.world.put({tool(), translation(2, kBoth, 0), translation(3, kBoth)});
    CHECK(world.gives(2, true));
    for (const auto& form : world.translations()) CHECK(form->root()["object_ref"].string() == kTool);
    Case other;  // a translation that the profile changes itself
    other.world.apply(rows("blur = \"day\"", "\"language-content\""));
    other.world.put({tool(), translation(2, kBoth, 0)});
    CHECK(other.gives(1, true));
    CHECK(other.translations().front()->root()["object_modified"].string() == time_of(0));
  }

  TEST_CASE("translation: one whose version is not here waits for it where the others go redacted") {
    Case world;
    world.world.put({tool(kHidden), translation(2, R"({"description":"SECRET","name":"dougu"})", 7)});
    CHECK(world.gives(0, false));
    world.world.put({tool(kHidden, 5)});
    CHECK(world.gives(0, false));
    world.world.put({tool(kHidden, 7)});
    CHECK(world.gives(1, false));
    const auto tools = world.of_type("tool");
    CHECK(world.translations().front()->root()["object_modified"].string() == tools.back()->version());
    Case late;
    late.world.put({tool(), translation(2, kBoth, 7)});
    CHECK(late.says("SECRET"));  // nothing here is redacted
    late.world.put({tool(kHidden, 5)});
    CHECK(late.gives(0, false));
  }

  TEST_CASE("translation: a version that the audience may not have at all does not show in it") {
    Case one, other;
    for (Case* each : {&one, &other}) each->world.put({tool(), translation(2, kBoth)});
    std::string hidden = tool({}, 5);
    hidden.replace(hidden.find(std::string(stix::tlp_marking_id(stix::Tlp::kGreen))), kRed.size(), kRed);
    other.world.put({hidden});
    CHECK(one.bytes() == other.bytes());
    CHECK(other.gives(1, true));
  }

  TEST_CASE("translation: of a translation, and of what somebody else gave") {
    Case deep;
    deep.world.put({tool(kHidden), translation(2, kBoth),
                    translation(3, R"({"contents":{"ja":{"description":"SECRET","name":"n"}}})", -1, id_of(2, "language-content"))});
    CHECK(deep.gives(2, false));
    Case others;
    others.world.put({tool(kHidden)});
    others.world.put({translation(2, kBoth)}, "weekly", "acme");
    CHECK(others.gives(1, false));
    Case later;
    later.world.put({tool()});
    later.world.put({translation(2, kBoth)}, "weekly", "acme");
    later.world.put({tool(kHidden, 5)});
    CHECK(later.gives(1, false));
  }

  TEST_CASE("translation: a version that comes by a date is no other") {
    Case world;
    world.world.put({tool(), translation(2, kBoth)});
    const std::string until = format_stix_time(world.world.clock.now().plus_micros(3'600'000'000), 3);
    world.world.put({tool(kHidden + R"(,"extensions":{"extension-definition--0d3b8a92-069a-421d-be24-3cbcf715d45f":{"extension_type":"property-extension","embargo_until":")" + until + "\"}}", 5)});
    CHECK(world.says("SECRET"));
    world.world.clock.advance_micros(7'200'000'000);
    CHECK(world.of_type("tool").size() == 2);
    CHECK(world.gives(1, false));
  }

  TEST_CASE("translation: a recall of the marked version gives nothing back") {
    Case world;
    world.world.put({tool(), tool(kHidden, 5), translation(2, kBoth)});
    const auto versions = must(world.world.store->versions_of(kTool, false));
    REQUIRE(versions.size() >= 2);
    must(world.world.release->recall({versions.back().no}, {}));
    must(world.world.release->advance());
    CHECK_FALSE(world.says("SECRET"));
    CHECK(world.gives(1, false));
  }

  TEST_CASE("translation: a store of before is gone through once, and what went of it too far leaves") {
    Case world;
    world.world.put({tool(), translation(2, kBoth)});
    store::Batch batch;  // as if it had gone before
    for (const auto& [key, value] : must(world.world.store->documents("translations/" + kTool))) batch.documents.push_back({"translations/" + kTool, key, std::nullopt});
    batch.documents.push_back({"release", "translations", std::nullopt});
    must(world.world.store->commit(batch, world.world.clock.now()));
    world.world.restart();
    CHECK(must(world.world.store->documents("translations/" + kTool)).size() == 1);
    world.world.put({tool(kHidden, 5)});
    CHECK(world.gives(1, false));
  }

  TEST_CASE("translation: what comes while a policy is prepared is not missed") {
    Case world;
    world.world.apply(rows() + "[[rule]]\nid = \"x\"\neffect = \"deny\"\nparties = [\"peer\"]\ntypes = [\"language-content\"]\nreason = \"no\"\n");
    world.world.put({tool(), translation(2, kBoth)});
    const auto prepared = must(world.world.release->prepare(policy_of(rows()), {}));
    world.world.put({tool(kHidden, 5)});
    must(world.world.release->switch_to(prepared, {}, {}));
    CHECK_FALSE(world.says("SECRET"));
    must(world.world.release->advance());
    CHECK_FALSE(world.says("SECRET"));
    CHECK(world.says("dougu"));
  }
}

TEST_SUITE("property") {
  TEST_CASE("translation: whatever the order, a marked text goes to nobody, and all of it computed anew is the same") {
    PROPERTY("orders", [](std::vector<std::uint16_t> seeds, const std::vector<std::uint8_t>& cuts) {
      if (seeds.size() > 14) seeds.resize(14);
      Case world;
      std::vector<std::string> batch;
      std::set<int> marked;
      for (std::size_t i = 0; i < seeds.size(); ++i) {
        const int version = static_cast<int>((seeds[i] >> 2U) % 4U);
        const auto n = static_cast<unsigned>(10 + i);
        if (seeds[i] % 2U == 0) {
          if (!marked.insert(version).second) continue;
          // Odd versions are marked; the text of each is its own.
          batch.push_back(object("tool", 1, R"(,"name":"t","description":"text )" + std::to_string(version) + "\"" + (version % 2 != 0 ? kHidden : std::string()), version));
        } else {
          const bool named = (seeds[i] >> 4U) % 2U != 0;
          const std::string text = version % 2 != 0 ? "SECRET" : named ? "open" : "other";
          batch.push_back(translation(n, R"({"name":"d","description":")" + text + "\"}", named ? version : -1));
        }
        if (i < cuts.size() && cuts[i] % 2 == 0) {
          world.world.put(batch);
          batch.clear();
        }
      }
      world.world.put(batch);
      const auto before = world.bytes();
      // An unnamed one may be of a marked version as soon as there is one.
      if (marked.count(1) != 0 || marked.count(3) != 0) RC_ASSERT(!world.says("SECRET") && !world.says("other"));
      for (const auto& form : world.translations()) {
        const auto tools = world.of_type("tool");
        if (!form->root()["object_modified"].exists()) continue;
        const bool met = std::any_of(tools.begin(), tools.end(), [&](const auto& one) {
          return one->id() == form->root()["object_ref"].string_or("") && one->version() == form->root()["object_modified"].string_or("");
        });
        RC_ASSERT(met || (marked.count(1) == 0 && marked.count(3) == 0));
      }
      world.anew();
      RC_ASSERT(world.bytes() == before);
    });
  }
}

}  // namespace sekisho::sync::tests
