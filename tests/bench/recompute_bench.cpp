// What a policy change costs: everything stored worked out again for 20 audiences, against a plain scan of the same rows
// (each object read back by number, its bytes included), in the same run. One JSON line per figure.
//   sekisho_bench_recompute [objects] [folder]
#include <string>
#include <vector>

#include "bench_node.h"
#include "policy/compiled.h"

namespace sekisho::bench {
namespace {

constexpr int kAudiences = 20;
const std::string kOwn = "identity--5c1b0a6e-7c1b-4a6e-9c1b-5c1b0a6e7c1b";
const std::string kGreen = R"("object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"])";

/// A member for each audience; rules on labels tell them apart.
std::string rows(const std::string& more) {
  std::string text = "\n";
  for (int i = 0; i < kAudiences; ++i) {
    const std::string id = "m" + std::to_string(i);
    text += "[[party]]\nid = \"" + id + "\"\nkind = \"member\"\ncollections = [\"*\"]\nattestations = \"none\"\n";
    text += "[[rule]]\nid = \"r" + id + "\"\neffect = \"deny\"\nparties = [\"" + id + "\"]\nlabels = [\"never-" + id + "\"]\n";
  }
  return text + more;
}

std::shared_ptr<const policy::Compiled> compiled(const std::string& more) {
  const std::string text = policy::initial_policy("Bench", kOwn, "isac") + rows(more);
  return policy::Compiled::compile(must(policy::load_policy(text, "policy.toml", nullptr)));
}

void fill(BenchNode& node, std::size_t count) {
  node.import_creator(kGreen);
  const store::CollectionNo no = node.collection().no;
  for (std::size_t at = 0; at < count; at += kBatch) {
    store::Batch batch;
    for (std::size_t i = at; i < std::min(at + kBatch, count); ++i) {
      batch.objects.push_back({must(stix::Object::parse(indicator(*node.random, kGreen))), "", no, R"({"route":"import"})"});
    }
    must(node.store->commit(batch, node.clock->now()));
    must(node.release->advance());
  }
}

Seconds scan(const store::Store& store, std::size_t& read) {
  const Watch watch;
  store::ChangeNo after = 0;
  for (auto changes = must(store.changes(after, kBatch)); !changes.empty(); changes = must(store.changes(after, kBatch))) {
    for (const auto& change : changes) {
      after = change.no;
      read += must(store.object(change.object)).bytes.empty() ? 0 : 1;
    }
  }
  return watch.passed();
}

int run(std::size_t count, const std::string& folder) {
  BenchNode node(folder + "/node.db", kOwn, 's');
  node.apply(rows(""));
  fill(node, count);
  std::size_t read = 0;
  const Seconds scanned = scan(*node.store, read);
  // One rule more, that concerns everyone: each audience is worked out again, and nothing moves.
  const std::string rule = "[[rule]]\nid = \"new\"\neffect = \"deny\"\nkinds = [\"member\"]\nlabels = [\"nobody-has-this\"]\n";
  const Watch watch;
  const auto prepared = must(node.release->prepare(compiled(rule), {}));
  const Seconds taken = watch.passed();
  print("recompute 20 audiences, objects", read, taken, scanned);
  print("recompute 20 audiences, decisions", prepared.decisions, taken, scanned);
  const Watch party;
  const auto same = must(node.release->prepare(compiled("[[party]]\nid = \"late\"\nkind = \"member\"\ncollections = [\"*\"]\nattestations = \"none\"\n"
                                                        "[[party]]\nid = \"later\"\nkind = \"member\"\ncollections = [\"*\"]\nattestations = \"none\"\n"), {}));
  print("two newcomers to a new audience, decisions", same.decisions, party.passed(), scanned);
  return 0;
}

}  // namespace
}  // namespace sekisho::bench

int main(int argc, char** argv) { return sekisho::bench::in_folder(argc, argv, 200'000, sekisho::bench::run); }
