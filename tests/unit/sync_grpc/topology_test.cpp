// docs/specs/sync.md §4: chains, rings and meshes: hop limits, no echo, every object once for each source.
#include <algorithm>
#include <set>

#include "tests/support/property.h"
#include "wire.h"

using namespace sekisho;
using namespace sekisho::sync;
using namespace sekisho::sync::tests;

namespace {

/// Nodes 0 to n-1 with links between some of them; everybody relays.
struct Mesh {
  std::vector<std::unique_ptr<Node>> nodes;
  std::vector<std::pair<std::size_t, std::size_t>> edges;

  Mesh(std::size_t count, std::vector<std::pair<std::size_t, std::size_t>> edges_in) : edges(std::move(edges_in)) {
    for (std::size_t i = 0; i < count; ++i) {
      nodes.push_back(std::make_unique<Node>(std::string(1, static_cast<char>('a' + i)), static_cast<unsigned>(i + 1)));
    }
    for (std::size_t i = 0; i < count; ++i) {
      std::string rows;
      for (const auto& [x, y] : edges) {
        if (x == i) rows += nodes[y]->as_party("relay = true\n");
        if (y == i) rows += nodes[x]->as_party("relay = true\n");
      }
      nodes[i]->apply(rows);
    }
  }
  Node& operator[](std::size_t i) { return *nodes[i]; }

  /// One link over each edge, to its end. Entries that travelled.
  std::uint64_t round() {
    std::uint64_t entries = 0;
    for (const auto& [x, y] : edges) {
      Wire wire(*nodes[x], *nodes[y]);
      wire.run();
      entries += wire.state(Side::kLeft).sent + wire.state(Side::kRight).sent;
      for (const Side side : {Side::kLeft, Side::kRight}) CHECK(wire.failure(side).ok());
    }
    return entries;
  }
  /// Rounds until nothing travels any more.
  std::size_t settle() {
    for (std::size_t rounds = 0; rounds < 20; ++rounds) {
      if (round() == 0) return rounds;
    }
    FAIL("it never comes to rest");
    return 0;
  }

  std::set<std::string> sources() const {
    std::set<std::string> out{""};
    for (const auto& node : nodes) out.insert(node->name);
    return out;
  }
  /// (id, version) that the node has from anybody.
  std::set<std::pair<std::string, std::string>> all(std::size_t i) {
    std::set<std::pair<std::string, std::string>> out;
    for (const std::string& source : sources()) {
      for (const auto& [name, count] : nodes[i]->held(source)) out.insert(name);
    }
    return out;
  }
  int most_of(std::size_t i) {
    int out = 0;
    for (const std::string& source : sources()) out = std::max(out, most(nodes[i]->held(source)));
    return out;
  }
};

Provenance hops(std::uint32_t max) {
  Provenance how;
  how.handling.max_hops = max;
  return how;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("sync/grpc/chain: relayed under the relay's own signature, as far as max_hops lets it") {
    Mesh mesh(4, {{0, 1}, {1, 2}, {2, 3}});
    mesh[0].put({Make{.n = 1}.json()});
    mesh[0].put({Make{.n = 2}.json()}, "weekly", hops(2));
    mesh[0].put({Make{.n = 3}.json()}, "weekly", hops(1));
    mesh.settle();
    CHECK(mesh.all(1).size() == 3);
    CHECK(mesh.all(2).size() == 3);
    CHECK(mesh.all(3).size() == 2);
    CHECK(mesh.all(3).count({id_of(3), "2024-01-01T00:00:00.000Z"}) == 0);
    CHECK(mesh[1].provenance(id_of(2)).handling.max_hops == 2u);
    CHECK(mesh[2].provenance(id_of(2)).handling.max_hops == 1u);
    CHECK(mesh[3].provenance(id_of(2)).handling.max_hops == 0u);
    CHECK(mesh[1].provenance(id_of(1)).role == certs::Role::kCreator);
    CHECK(mesh[2].provenance(id_of(1)).role == certs::Role::kRelay);
    CHECK(mesh[2].provenance(id_of(1)).kid == mesh[1].key->kid());
    CHECK(mesh[2].provenance(id_of(3)).handling.max_hops == 0u);
  }

  TEST_CASE("sync/grpc/chain: who may not relay passes nothing of others on") {
    Mesh mesh(3, {{0, 1}, {1, 2}});
    mesh[2].apply(mesh[1].as_party());
    mesh[0].put_range(1, 2);
    mesh[1].put_range(3, 3);
    mesh.settle();
    CHECK(mesh.all(2).size() == 1);
    CHECK(mesh[2].letters().size() == 2);
  }

  TEST_CASE("sync/grpc/echo: an object never goes back to the party that gave it") {
    Mesh mesh(2, {{0, 1}});
    mesh[0].put_range(1, 10);
    mesh[1].put_range(11, 15);
    Wire wire(mesh[0], mesh[1]);
    wire.run();
    wire.poke();
    CHECK(wire.state(Side::kLeft).sent == 10);
    CHECK(wire.state(Side::kRight).sent == 5);
    CHECK(mesh[0].held("b").size() == 5);
  }

  TEST_CASE("sync/grpc/ring: counts are stable after any number of rounds") {
    Mesh mesh(3, {{0, 1}, {1, 2}, {2, 0}});
    mesh[0].put_range(1, 5);
    mesh[1].put_range(11, 12);
    CHECK(mesh.settle() <= 3);
    std::vector<std::size_t> counts;
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(mesh.all(i).size() == 7);
      CHECK(mesh.most_of(i) == 1);
      counts.push_back(must(mesh[i].kept->last_change()));
    }
    for (int round = 0; round < 3; ++round) CHECK(mesh.round() == 0);
    for (std::size_t i = 0; i < 3; ++i) CHECK(must(mesh[i].kept->last_change()) == counts[i]);
  }

  TEST_CASE("sync/grpc/ring: a live ring comes to rest too") {
    Mesh mesh(3, {{0, 1}, {1, 2}, {2, 0}});
    Wire ab(mesh[0], mesh[1]), bc(mesh[1], mesh[2]), ca(mesh[2], mesh[0]);
    for (unsigned step = 1; step <= 5; ++step) {
      mesh[step % 3].put_range(step, step);
      for (int round = 0; round < 4; ++round) {
        for (Wire* wire : {&ab, &bc, &ca}) wire->poke();
      }
      const std::size_t frames = ab.trace.size() + bc.trace.size() + ca.trace.size();
      for (Wire* wire : {&ab, &bc, &ca}) wire->poke();
      CHECK(ab.trace.size() + bc.trace.size() + ca.trace.size() == frames);
    }
    for (std::size_t i = 0; i < 3; ++i) CHECK(mesh.all(i).size() == 5);
  }

  TEST_CASE("sync/grpc/routes: by two routes stored once for each source and released once") {
    Mesh mesh(5, {{0, 1}, {0, 2}, {1, 3}, {2, 3}, {3, 4}});
    mesh[0].put_range(1, 6);
    mesh.settle();
    CHECK(mesh[3].held("b").size() == 6);
    CHECK(mesh[3].held("c").size() == 6);
    CHECK(mesh.most_of(3) == 1);
    CHECK(mesh[4].held("d").size() == 6);
    CHECK(mesh.most_of(4) == 1);
  }
}

TEST_SUITE("property") {
  TEST_CASE("sync/grpc/mesh: random nodes, links and orders come to rest with everything everywhere, once for each source") {
    PROPERTY("all converge", [] {
      const auto count = *rc::gen::inRange<std::size_t>(3, 6);
      std::vector<std::pair<std::size_t, std::size_t>> edges;
      for (std::size_t i = 1; i < count; ++i) edges.emplace_back(*rc::gen::inRange<std::size_t>(0, i), i);
      const auto extra = *rc::gen::inRange<std::size_t>(0, 4);
      for (std::size_t i = 0; i < extra; ++i) {
        const auto x = *rc::gen::inRange<std::size_t>(0, count - 1);
        const auto y = *rc::gen::inRange<std::size_t>(x + 1, count);
        if (std::find(edges.begin(), edges.end(), std::make_pair(x, y)) == edges.end()) edges.emplace_back(x, y);
      }
      Mesh mesh(count, edges);
      const auto steps = *rc::gen::inRange<unsigned>(1, 12);
      for (unsigned step = 1; step <= steps; ++step) {
        mesh[*rc::gen::inRange<std::size_t>(0, count)].put_range(step, step);
        const auto& [x, y] = mesh.edges[*rc::gen::inRange<std::size_t>(0, mesh.edges.size())];
        Wire wire(mesh[x], mesh[y]);
        std::size_t left = *rc::gen::inRange<std::size_t>(0, 30);
        wire.script = [&left](Side, v1::Frame&, auto&) { return left-- != 0; };
        wire.run();
      }
      mesh.settle();
      for (std::size_t i = 0; i < count; ++i) {
        RC_ASSERT(mesh.all(i).size() == steps);
        RC_ASSERT(mesh.most_of(i) <= 1);
        RC_ASSERT(mesh[i].letters().empty());
      }
    });
  }
}
