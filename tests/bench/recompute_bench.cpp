// What a policy change costs: everything stored worked out again for 20 audiences, against a plain scan of the same rows in
// the same run: each object read back by number, its bytes included, and the same rows read in bulk. Beside it: what
// readers of a stream wait meanwhile, a party that needs no decision, and the same with 200 streams. JSON lines.
//   sekisho_bench_recompute [objects] [folder]
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "bench_node.h"
#include "policy/compiled.h"

namespace sekisho::bench {
namespace {

constexpr std::size_t kAudiences = 20, kStreams = 200, kShare = 20;  // of the objects with 200 streams: one in so many
constexpr std::size_t kPage = 100, kIdleReads = 3000;
const std::string kOwn = "identity--5c1b0a6e-7c1b-4a6e-9c1b-5c1b0a6e7c1b";
const std::string kGreen = R"("object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"])";
const std::string kNewRule = "[[rule]]\nid = \"new\"\neffect = \"deny\"\nkinds = [\"member\"]\nlabels = [\"nobody-has-this\"]\n";

std::string member(const std::string& id) {
  return "[[party]]\nid = \"" + id + "\"\nkind = \"member\"\ncollections = [\"*\"]\nattestations = \"none\"\n";
}

/// So many members, whom rules on labels tell apart into so many audiences.
std::string rows(std::size_t members, std::size_t audiences) {
  std::string text = "\n";
  for (std::size_t i = 0; i < members; ++i) text += member("m" + std::to_string(i));
  for (std::size_t a = 0; a < audiences; ++a) {
    std::string whom;
    for (std::size_t i = a; i < members; i += audiences) whom += (whom.empty() ? "\"m" : ", \"m") + std::to_string(i) + "\"";
    text += "[[rule]]\nid = \"r" + std::to_string(a) + "\"\neffect = \"deny\"\nparties = [" + whom + "]\nlabels = [\"never-" + std::to_string(a) + "\"]\n";
  }
  return text;
}

std::shared_ptr<const policy::Compiled> compiled(const std::string& rows) {
  const std::string text = policy::initial_policy("Bench", kOwn, "isac") + rows;
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

Seconds scan_in_bulk(const store::Store& store) {
  const Watch watch;
  store::ChangeNo after = 0;
  std::size_t bytes = 0;
  const auto add = [&](const store::ChangeRow& row) {
    after = row.change.no;
    bytes += row.object.bytes.size();
  };
  while (must(store.each_change(after, kBatch, add)) != 0) {
  }
  return bytes == 0 ? Seconds{} : watch.passed();
}

double peak_megabytes() {
  struct rusage used {};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_maxrss) / 1024;
}

void print_value(const std::string& name, double value, const char* unit) {
  std::printf(R"({"name":"%s","value":%.0f,"unit":"%s"})" "\n", name.c_str(), value, unit);
  std::fflush(stdout);
}

/// Reads pages of one stream, one after the other at scattered places, until it is told to stop or has read enough.
class Reader {
 public:
  Reader(const BenchNode& node, store::StreamNo stream, store::Position length) : node_(node), stream_(stream), length_(length) {}

  void read(std::size_t most, const std::atomic<bool>& stop) {
    while (took_.size() < most && !stop) {
      at_ = at_ * 6364136223846793005U + 1442695040888963407U;
      store::StreamQuery query;
      query.after_position = (at_ >> 20) % std::max<store::Position>(1, length_ - std::min<store::Position>(length_, kPage));
      query.versions.all = true;
      query.limit = kPage;
      const auto begun = node_.clock->monotonic_micros();
      must(node_.store->read_stream(stream_, query, [](const store::StreamItem&) {}));
      took_.push_back(node_.clock->monotonic_micros() - begun);
    }
  }
  void print(const std::string& name) {
    if (took_.empty()) return;
    std::sort(took_.begin(), took_.end());
    print_value(name + ", p50", static_cast<double>(took_[took_.size() / 2]), "us");
    print_value(name + ", p99", static_cast<double>(took_[took_.size() * 99 / 100]), "us");
  }

 private:
  const BenchNode& node_;
  const store::StreamNo stream_;
  const store::Position length_;
  std::uint64_t at_ = 1;
  std::vector<std::int64_t> took_;
};

void read_meanwhile(BenchNode& node, const std::string& coming) {
  const auto from = must(node.outbound->find("m0", "bench"));
  const store::Position length = must(node.store->stream(from.stream)).length;
  std::atomic<bool> stop{false};
  Reader idle(node, from.stream, length), meanwhile(node, from.stream, length);
  idle.read(kIdleReads, stop);
  idle.print("pages of 100 while nothing is computed");
  std::thread reader([&] { meanwhile.read(10'000'000, stop); });
  must(node.release->prepare(compiled(coming), {}));
  stop = true;
  reader.join();
  meanwhile.print("pages of 100 while a policy is computed");
}

int run_streams(std::size_t count, const std::string& folder) {
  BenchNode node(folder + "/streams.db", kOwn, 's');
  node.apply(rows(kStreams, kStreams));  // each has a history of its own from here on
  node.apply(rows(kStreams, kAudiences));
  fill(node, count);
  std::size_t streams = 0;
  for (const auto& stream : must(node.store->streams())) streams += stream.collection == node.collection().no ? 1 : 0;
  std::size_t read = 0;
  const Seconds scanned = scan(*node.store, read);
  const Watch watch;
  const auto prepared = must(node.release->prepare(compiled(rows(kStreams, kAudiences) + kNewRule), {}));
  print("recompute " + std::to_string(streams) + " streams of 20 audiences, objects", read, watch.passed(), scanned);
  print_value("of which decisions", static_cast<double>(prepared.decisions), "");
  return streams == kStreams ? 0 : 1;
}

int run(std::size_t count, const std::string& folder) {
  const std::string base = rows(kAudiences, kAudiences);
  {
    BenchNode node(folder + "/node.db", kOwn, 's');
    node.apply(base);
    fill(node, count);
    std::size_t read = 0;
    const Seconds scanned = scan(*node.store, read);
    const double before = peak_megabytes();
    // One rule more, that concerns everyone: each audience is worked out again, and nothing moves.
    const Watch watch;
    const auto prepared = must(node.release->prepare(compiled(base + kNewRule), {}));
    const Seconds taken = watch.passed();
    print("recompute 20 audiences, objects", read, taken, scanned);
    print("recompute 20 audiences, objects, to a scan in bulk", read, taken, scan_in_bulk(*node.store));
    print("recompute 20 audiences, decisions", prepared.decisions, taken, scanned);
    print_value("peak memory more than before", peak_megabytes() - before, "MB");
    const Watch party;
    const auto same = must(node.release->prepare(compiled(base + member("late") + member("later")), {}));
    print("two newcomers to a new audience, decisions", same.decisions, party.passed(), scanned);
    node.apply(base + member("late"));
    const Watch joins;
    const auto none = must(node.release->prepare(compiled(base + member("late") + member("later")), {}));
    print_value("a party more in an audience: milliseconds", joins.passed().wall * 1000, "ms");
    print_value("a party more in an audience: decisions", static_cast<double>(none.decisions), "");
    read_meanwhile(node, base + member("late") + kNewRule);
    if (none.decisions != 0) return 1;
  }
  return run_streams(std::max<std::size_t>(1000, count / kShare), folder);
}

}  // namespace
}  // namespace sekisho::bench

int main(int argc, char** argv) { return sekisho::bench::in_folder(argc, argv, 200'000, sekisho::bench::run); }
