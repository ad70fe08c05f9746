// What the follower makes of what was accepted, by the bytes that were accepted: docs/specs/release.md, "What it costs".
#include <algorithm>

#include "counting_store.h"
#include "stix/markings.h"
#include "work.h"
#include "world.h"

namespace sekisho::cost {
namespace {

using namespace sync;
using namespace sync::tests;

const std::string kClear(stix::tlp_marking_id(stix::Tlp::kClear));
const std::string kGreen(stix::tlp_marking_id(stix::Tlp::kGreen));
const std::string kRed(stix::tlp_marking_id(stix::Tlp::kRed));
const std::string kFiller(300, 'x');

using Objects = std::vector<std::string>;
template <typename Make>
Objects many(std::size_t size, Make make) {
  Objects out;
  for (std::size_t i = 0; i < size; ++i) out.push_back(make(static_cast<unsigned>(i)));
  return out;
}
Objects operator+(Objects a, const Objects& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
Objects reversed(Objects objects) {
  std::reverse(objects.begin(), objects.end());
  return objects;
}
/// One of each by turns.
Objects by_turns(const Objects& a, const Objects& b) {
  Objects out;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    if (i < a.size()) out.push_back(a[i]);
    if (i < b.size()) out.push_back(b[i]);
  }
  return out;
}

std::string list_of(const Objects& ids) {
  std::string out;
  for (const std::string& id : ids) out += (out.empty() ? "\"" : ",\"") + id + "\"";
  return "[" + out + "]";
}
std::string time_of(std::size_t n) { return format_stix_time(Timestamp{1'700'000'000 + 60 * static_cast<std::int64_t>(n), 0}); }
std::string marking_id(unsigned n) { return id_of(n, "marking-definition"); }
std::string definition(unsigned n, const Objects& bears, std::size_t version = 0) {
  return R"({"type":"marking-definition","spec_version":"2.1","id":")" + marking_id(n) + R"(","created":")" + time_of(version) + R"(","object_marking_refs":)" +
         list_of(bears) + R"(,"definition_type":"statement","definition":{"statement":")" + kFiller + "\"}}";
}
std::string extension(std::size_t version, const std::string& mark) {
  return R"({"type":"extension-definition","spec_version":"2.1","id":")" + id_of(1, "extension-definition") + R"(","created":")" + time_of(0) + R"(","modified":")" +
         time_of(version) + R"(","created_by_ref":")" + kPeer + R"(","name":"e","schema":"s","version":"1.0.0","extension_types":["property-extension"],"object_marking_refs":[")" + mark +
         "\"]}";
}
std::string tool(unsigned n, const Objects& marks, std::size_t version = 0, const std::string& more = {}) {
  return R"({"type":"tool","spec_version":"2.1","id":")" + id_of(n, "tool") + R"(","created":")" + time_of(0) + R"(","modified":")" + time_of(version) + R"(","name":")" +
         kFiller + R"(","object_marking_refs":)" + list_of(marks) + more + "}";
}
std::string note(unsigned n, const Objects& refs, std::size_t version = 0) {
  return R"({"type":"note","spec_version":"2.1","id":")" + id_of(n, "note") + R"(","created":")" + time_of(0) + R"(","modified":")" + time_of(version) + R"(","content":")" +
         kFiller + R"(","object_marking_refs":[")" + kGreen + R"("],"object_refs":)" + list_of(refs) + "}";
}

std::string translation(unsigned n, const std::string& more) {
  return R"({"type":"language-content","spec_version":"2.1","id":")" + id_of(n, "language-content") + R"(","created":")" + time_of(0) + R"(","modified":")" + time_of(0) +
         R"(","object_ref":")" + id_of(1, "tool") + R"(","object_marking_refs":[")" + kGreen + R"("],"contents":{"de":{"name":")" + kFiller + "\"}}" + more + "}";
}

/// Parties that write and read; with a profile one of them gets notes and tools redacted.
struct Node {
  World world;
  explicit Node(bool profile) : world(1, [] {
          static FakeRandom random;
          return std::make_unique<CountingStore>(store::make_memory_store(random));
        }()) {
    const std::string writes = "write = [\"*\"]\nsigns = false\n";
    world.apply(party("vera-co", "vendor", writes) + party("wanda-co", "vendor", writes) + member("a", "silver") + member("b", "bronze") + party("peer", "peer-isac") + agreement("peer") +
                (profile ? R"([[profile]]
id = "p"
from = 2024-01-01
attribution = "strip"
blur = "day"
references = "strip"
wait = "1m"
[[rule]]
id = "r"
effect = "redact"
profile = "p"
kinds = ["peer-isac"]
types = ["tool", "note"]
)"
                         : ""));
  }
};

struct Given {
  Objects objects;
  std::string by = "vera-co";
};
/// What is given is planned, after what was there before; all of it counts as sent, and what was there is planned without being counted.
Run plans(const std::vector<Given>& given, bool profile = false, const std::vector<Given>& before = {}) {
  auto node = std::make_shared<Node>(profile);
  Run run;
  const auto commit = [&](const Given& one) {
    for (const std::string& text : one.objects) run.bytes += text.size();
    if (!one.objects.empty()) node->world.commit(one.objects, "weekly", one.by);
  };
  for (const Given& one : before) commit(one);
  must(node->world.release->advance());
  for (const Given& one : given) commit(one);
  node->world.clock.advance_micros(120'000'000);
  run.work = [node] { must(node->world.release->advance()); };
  return run;
}
constexpr double kBlocks = 2000, kAllocated = 2000;

}  // namespace

TEST_SUITE("cost") {
  TEST_CASE("cost: planning what is not linked") {
    judge("planned: definitions", 200, kBlocks, kAllocated, [](std::size_t size) { return plans({{many(size, [](unsigned i) { return definition(i, {kClear}); })}}); });
    judge("planned: tools", 200, kBlocks, kAllocated, [](std::size_t size) { return plans({{many(size, [](unsigned i) { return tool(i, {kGreen}); })}}); });
    judge("planned: tools with a profile", 200, kBlocks, kAllocated, [](std::size_t size) { return plans({{many(size, [](unsigned i) { return tool(i, {kGreen}); })}}, true); });
  }

  TEST_CASE("cost: planning markings of markings") {
    const auto chain = [](std::size_t size) {
      return many(size, [size](unsigned i) { return definition(i, {i + 1 < size ? marking_id(i + 1) : kClear}); });
    };
    judge("planned: a chain of definitions", 100, kBlocks, kAllocated, [&](std::size_t size) { return plans({{chain(size) + Objects{tool(1, {marking_id(0)})}}}); });
    judge("planned: the same, from its end", 100, kBlocks, kAllocated, [&](std::size_t size) { return plans({{reversed(chain(size)) + Objects{tool(1, {marking_id(0)})}}}); });
    judge("planned: tools, then a chain", 100, kBlocks, kAllocated, [&](std::size_t size) {
      return plans({{many(size, [](unsigned i) { return tool(i, {marking_id(i)}); }) + chain(size)}});
    });
    judge("planned: a circle of definitions", 100, kBlocks, kAllocated, [&](std::size_t size) {
      return plans({{many(size, [size](unsigned i) { return definition(i, {marking_id((i + 1) % static_cast<unsigned>(size))}); })}});
    });
    judge("planned: layers of definitions", 20, kBlocks, kAllocated, [](std::size_t size) {
      Objects out;
      for (unsigned group = 0; group < size; ++group) {
        for (unsigned layer = 4; layer-- > 0;) {
          Objects next;
          for (unsigned i = 0; i < 6; ++i) next.push_back(layer == 3 ? kClear : marking_id(group * 100 + (layer + 1) * 10 + i));
          for (unsigned i = 0; i < 6; ++i) out.push_back(definition(group * 100 + layer * 10 + i, next));
        }
        out.push_back(tool(group, {marking_id(group * 100)}));
      }
      return plans({{out}});
    });
    judge("planned: many definitions of one id", 150, kBlocks, kAllocated, [](std::size_t size) {
      return plans({{by_turns(many(size, [](unsigned i) { return definition(1, {i % 2 == 0 ? kClear : kRed}, i); }), many(size, [](unsigned i) { return tool(i, {marking_id(1)}); }))}});
    });
    judge("planned: such that nobody may read", 150, kBlocks, kAllocated, [](std::size_t size) {
      return plans({{by_turns(many(size, [](unsigned i) { return definition(1, {kRed}, i); }), many(size, [](unsigned i) { return tool(i, {marking_id(1)}); }))}});
    });
    judge("planned: many users, many definitions", 150, kBlocks, kAllocated, [](std::size_t size) {
      return plans({{many(size, [](unsigned i) { return tool(i, {marking_id(1)}); }) + many(size, [](unsigned i) { return definition(1, {kRed}, i); })}});
    });
    judge("planned: definitions that bear one", 150, kBlocks, kAllocated, [](std::size_t size) {
      return plans({{many(size, [](unsigned i) { return definition(i + 2, {marking_id(1)}); }) + many(size, [](unsigned i) { return definition(1, {kClear}, i); })}});
    });
    judge("planned: one with many markings", 150, kBlocks, kAllocated, [](std::size_t size) {
      return plans({{Objects{tool(1, many(size, marking_id))} + many(size, [](unsigned i) { return definition(i, {kClear}); })}});
    });
    judge("planned: versions of an extension", 150, kBlocks, kAllocated, [](std::size_t size) {
      const std::string bears = ",\"extensions\":{\"" + id_of(1, "extension-definition") + "\":{\"extension_type\":\"property-extension\",\"x\":1}}";
      return plans({{by_turns(many(size, [](unsigned i) { return extension(i, kRed); }), many(size, [&](unsigned i) { return tool(i, {kGreen}, 0, bears); }))}});
    });
    judge("planned: definitions between references", 150, kBlocks, kAllocated, [](std::size_t size) {
      return plans({{many(size, [](unsigned i) { return definition(i, {kClear}); }), "wanda-co"}, {many(size, [](unsigned i) { return note(i, {id_of(1, "tool")}); }), "wanda-co"}}, false,
                   {{many(size, [](unsigned i) { return tool(1, {kGreen}, i); }), "vera-co"}, {{tool(1, {kGreen}, 100'000)}, "wanda-co"}});
    });
  }

  TEST_CASE("cost: planning versions where an audience gets renditions") {
    const auto versions = [](std::size_t size, std::size_t from = 0) { return many(size, [from](unsigned i) { return tool(1, {kGreen}, from + i); }); };
    judge("planned: versions, no profile", 150, kBlocks, kAllocated, [&](std::size_t size) { return plans({{versions(size)}}); });
    judge("planned: versions with a profile", 150, kBlocks, kAllocated, [&](std::size_t size) { return plans({{versions(size)}}, true); });
    judge("planned: the same, post by post", 60, kBlocks, kAllocated, [&](std::size_t size) {
      auto node = std::make_shared<Node>(true);
      const Objects objects = versions(size);
      Run run;
      for (const std::string& text : objects) run.bytes += text.size();
      run.work = [node, objects] {
        for (const std::string& text : objects) node->world.put({text}, "weekly", "vera-co");
      };
      return run;
    });
    judge("planned: onto as many versions", 150, kBlocks, kAllocated, [&](std::size_t size) { return plans({{versions(size, size)}}, true, {{versions(size)}}); });
    judge("planned: notes that name versions", 100, kBlocks, kAllocated, [&](std::size_t size) {
      return plans({{by_turns(versions(size), many(size, [](unsigned i) { return note(i, {id_of(1, "tool")}); }))}}, true);
    });
    judge("planned: versions, each another rendition", 60, kBlocks, kAllocated, [&](std::size_t size) {
      const auto other = [](unsigned i) { return tool(1, {kGreen}, i, ",\"x_ref\":\"" + id_of(i, "campaign") + "\""); };
      return plans({{by_turns(many(size, other), many(size, [](unsigned i) { return note(i, {id_of(1, "tool")}); }))}}, true);
    });
    judge("planned: versions that are translated", 60, kBlocks, kAllocated, [&](std::size_t size) {
      return plans({{versions(size)}}, true, {{{tool(1, {kGreen}, 1'000'000), translation(1, {})}}});
    });
    judge("planned: versions by two", 60, kBlocks, kAllocated, [&](std::size_t size) { return plans({{versions(size), "vera-co"}, {versions(size, size), "wanda-co"}}); });
    judge("planned: versions, the last revoked", 100, kBlocks, kAllocated, [&](std::size_t size) {
      return plans({{versions(size) + many(size, [size](unsigned i) { return tool(1, {kGreen}, size + i, ",\"revoked\":true"); })}}, true);
    });
    judge("anew: versions with a profile", 100, kBlocks, kAllocated, [&](std::size_t size) {
      auto node = std::make_shared<Node>(true);
      const Objects objects = versions(size);
      node->world.put(objects, "weekly", "vera-co");
      store::Batch batch;
      batch.documents.push_back({"release", "applied-policy", std::nullopt});
      must(node->world.store->commit(batch, node->world.clock.now()));
      Run run;
      for (const std::string& text : objects) run.bytes += text.size();
      run.work = [node] { node->world.restart(); };
      return run;
    });
  }

  TEST_CASE("cost: planning what waits") {
    judge("planned: many that wait for one", 200, kBlocks, kAllocated, [](std::size_t size) {
      return plans({{many(size, [](unsigned i) { return note(i, {id_of(1, "tool")}); }) + Objects{tool(1, {kGreen})}}});
    });
    judge("planned: many that lead into a chain", 100, kBlocks, kAllocated, [](std::size_t size) {
      const unsigned half = 1'000'000;
      Objects out = many(size, [](unsigned i) { return note(i, {id_of(i + 1, "note")}); });
      for (unsigned i = 0; i < size; ++i) {
        out.push_back(note(half + 2 * i, {id_of(half + 2 * i + 1, "note")}));
        out.push_back(note(half + 2 * i + 1, {id_of(0, "note")}));
      }
      return plans({{out}});
    });
    judge("planned: notes that name many definitions", 150, kBlocks, kAllocated, [](std::size_t size) {
      return plans({{many(size, [](unsigned i) { return note(i, {marking_id(1)}); }) + many(size, [](unsigned i) { return definition(1, {kClear}, i); })}});
    });
    judge("planned: what lacks an id of many versions", 150, kBlocks, kAllocated, [](std::size_t size) {
      const unsigned far = 1'000'000;
      return plans({{many(size, [](unsigned i) { return note(1, {id_of(1, "tool")}, i); }) + many(size, [](unsigned i) { return note(far + i, {id_of(2 + i, "note")}); }) +
                     many(size, [](unsigned i) { return note(2 + i, {id_of(1, "note")}); })}});
    });
    judge("planned: many that wait for many versions", 150, kBlocks, kAllocated, [](std::size_t size) {
      return plans({{many(size, [](unsigned i) { return note(2 + i, {id_of(1, "note")}); }) + many(size, [](unsigned i) { return note(1, {id_of(1, "tool")}, i); }) + Objects{tool(1, {kGreen})}}});
    });
    judge("planned: a chain, its beginning first", 200, kBlocks, kAllocated, [](std::size_t size) { return plans({{many(size, [](unsigned i) { return note(i, {id_of(i + 1, "note")}); })}}); });
  }
}

}  // namespace sekisho::cost
