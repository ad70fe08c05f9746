// Two nodes that differ only in what is hidden from a party answer it byte for byte alike.
#include <vector>

#include "sync/pull.h"
#include "tests/support/property.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

using Bytes = std::vector<unsigned char>;

constexpr unsigned kNames = 6;     // objects 0..5 may be seen
constexpr unsigned kHidden = 100;  // and beyond are hidden ones

struct Step {
  bool change_q = false, restart = false;
  unsigned wait = 0;
  std::string alias;
  std::vector<std::string> shown;                         ///< in both worlds
  std::vector<std::pair<std::size_t, std::string>> more;  ///< hidden from P: place among them, object
  bool apart = false;                                     ///< the hidden ones in a transaction of their own
};

std::string hidden_object(unsigned kind, unsigned n, unsigned other) {
  switch (kind) {
    case 0: return Make{kHidden + n, "RED"}.json();
    case 1: return Make{n % kNames, "RED", {}, 0, "secret"}.json();            // conflict with what is seen
    case 2: return Make{n % kNames, "AMBER", {}, 59}.json();                   // a later version
    case 3: return Make{n % kNames, "GREEN", {id_of(999)}, 0, "dangling"}.json();
    case 4: return Make{kHidden + n, "AMBER", {id_of(other % kNames)}}.json();
    case 5: return Make{n % kNames, "RED", {id_of(other % kNames)}, 1}.json();
    default: return Make{kHidden + n, "GREEN", {id_of(900 + other)}}.json();
  }
}

std::vector<Step> steps_of(const Bytes& bytes) {
  std::size_t at = 0;
  const auto next = [&](unsigned below) { return at < bytes.size() ? bytes[at++] % below : 0; };
  const std::vector<std::string> labels = {"CLEAR", "GREEN", "GREEN", "AMBER"};
  std::vector<Step> steps;
  while (at < bytes.size() && steps.size() < 12) {
    Step step;
    step.wait = next(3);
    step.change_q = next(6) == 0;
    step.restart = next(8) == 0;
    step.alias = next(3) == 0 ? "vulns" : "weekly";
    step.apart = next(2) == 0;
    for (unsigned left = next(4); left > 0; --left) {
      Make make{next(kNames), labels[next(4)], {}, static_cast<int>(next(2))};
      // Some refer to hidden objects: they are hidden in both worlds.
      for (unsigned refs = next(3); refs > 0; --refs) make.refs.push_back(id_of(next(5) == 0 ? kHidden + next(3) : next(kNames)));
      step.shown.push_back(make.json());
    }
    for (unsigned left = next(4); left > 0; --left) {
      step.more.emplace_back(next(4), hidden_object(next(7), next(6), next(6)));
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

/// Everything that P can ask for, after each step.
std::string transcript(const std::vector<Step>& steps, bool with_hidden) {
  World world;
  bool q_silver = true;
  const auto rows = [&] { return member("p", "bronze") + member("q", q_silver ? "silver" : "bronze") + kNoAmberForBronze; };
  world.apply(rows());
  std::string out;
  for (const Step& step : steps) {
    world.clock.advance_micros(step.wait);
    if (step.change_q) {
      q_silver = !q_silver;
      world.apply(rows());
    }
    std::vector<std::string> together = step.shown, apart;
    if (with_hidden) {
      for (const auto& [place, text] : step.more) {
        if (step.apart) {
          apart.push_back(text);
        } else {
          together.insert(together.begin() + static_cast<std::ptrdiff_t>(std::min(place, together.size())), text);
        }
      }
    }
    world.put(apart, step.alias);
    world.put(together, step.alias);
    if (step.restart) world.restart();
    for (const Readable& one : must(world.outbound->readable("p"))) {
      out += one.collection.id.to_string() + "\n";
      for (const std::size_t limit : {1UL, 3UL}) {
        std::optional<std::string> next;
        do {
          for (const Row& row : world.page("p", one.collection.alias, limit, next)) {
            out += std::to_string(row.position) + " " + std::to_string(row.date) + " " + row.bytes + "\n";
          }
          out += next.value_or("end") + "\n";
        } while (next);
      }
      for (const unsigned n : {0U, 1U, 2U, 3U, 4U, 5U, kHidden, kHidden + 1, kHidden + 2}) {
        if (must(world.outbound->has_object(one, id_of(n)))) out += "has " + std::to_string(n) + "\n";
      }
    }
  }
  return out;
}

TEST_SUITE("unit") {
  TEST_CASE("what wakes a waiting object in vain does not change its place") {
    const auto order = [](bool with_hidden) {
      World world;
      world.apply(member("p", "bronze") + kNoAmberForBronze);
      world.put({Make{0, "GREEN", {id_of(4), id_of(2)}}.json(), Make{3, "GREEN", {id_of(4)}}.json()});
      std::vector<std::string> next = {Make{2, "CLEAR", {id_of(2), id_of(3)}}.json()};
      if (with_hidden) next.push_back(Make{4, "RED", {}, 0, "secret"}.json());
      world.put(next);
      world.put({Make{4, "GREEN", {}, 1}.json()});
      return world.ids("p");
    };
    CHECK(order(false).size() == 4);
    CHECK(order(false) == order(true));
  }
}

TEST_SUITE("property") {
  TEST_CASE("what is hidden from a party does not show in anything that it reads") {
    PROPERTY("noninterference", [] {
      const Bytes bytes = *rc::gen::resize(150, rc::gen::arbitrary<Bytes>());
      const auto steps = steps_of(bytes);
      const std::string without = transcript(steps, false), with = transcript(steps, true);
      RC_ASSERT(with == without);
    });
  }
}

}  // namespace
}  // namespace sekisho::sync::tests
