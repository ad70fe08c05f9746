// How fast posted envelopes of 1000 objects are cut, read, judged, decided for 20 audiences and made durable,
// against plain inserts of the same rows with the same durability, in the same run. One JSON line per figure.
//   sekisho_bench_post [objects] [folder]
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "bench_node.h"
#include "certs/keys.h"
#include "core/digest.h"
#include "core/json_split.h"
#include "core/system/system.h"
#include "measure.h"
#include "sync/handling/attestation.h"
#include "sync/ingest/submission.h"

namespace sekisho::bench {
namespace {

constexpr int kAudiences = 20;
const std::string kOwn = "identity--11111111-1111-4111-8111-111111111111";
const std::string kGreen = R"("object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"])";

std::string policy_rows(const std::string& vendor_key) {
  std::string text = "\n[[party]]\nid = \"vendor\"\nkind = \"vendor\"\nwrite = [\"bench\"]\nidentities = [\"" + kCreator + "\"]\n";
  text += vendor_key.empty() ? "signs = false\n[[import]]\nid = \"open\"\neffect = \"accept\"\nsources = [\"vendor\"]\n" : "[[party.keys]]\nx = \"" + vendor_key + "\"\n";
  for (int i = 0; i < kAudiences; ++i) {
    const std::string id = "m" + std::to_string(i);
    text += "[[party]]\nid = \"" + id + "\"\nkind = \"member\"\ncollections = [\"*\"]\nattestations = \"none\"\n";
    text += "[[rule]]\nid = \"only-" + id + "\"\neffect = \"deny\"\nparties = [\"" + id + "\"]\nlabels = [\"not-for-" + id +
            "\"]\nreason = \"bench\"\n";
  }
  return text;
}

struct Hub : BenchNode {
  Hub(const std::string& path, const std::string& rows) : BenchNode(path, kOwn, 's') {
    apply(rows);
    import_creator(kGreen);
  }
  sync::Submissions submissions{*store, *release, *inbound, *clock, *random, log};
};

/// `posters` of them at once, each with every so-manieth envelope.
Seconds post(Hub& hub, const std::vector<std::string>& envelopes, std::size_t posters, std::size_t expected) {
  std::atomic<std::size_t> taken{0};
  const Watch watch;
  std::vector<std::thread> threads;
  for (std::size_t first = 0; first < posters; ++first) {
    threads.emplace_back([&, first] {
      for (std::size_t i = first; i < envelopes.size(); i += posters) {
        const auto cut = must(json::split(envelopes[i], "objects"));
        taken += must(hub.submissions.take("vendor", "bench", cut.elements)).successes.size();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Seconds passed = watch.passed();
  // Each member has a stream of its own: everything posted, and the creator.
  const std::size_t posted = envelopes.size() * kBatch;
  for (int i = 0; i < kAudiences; ++i) {
    const auto from = must(hub.outbound->find("m" + std::to_string(i), "bench"));
    if (must(hub.store->stream(from.stream)).length < posted) {
      std::fprintf(stderr, "bench: audience %d did not get everything\n", i);
      std::exit(1);
    }
  }
  if (taken == expected) return passed;
  std::fprintf(stderr, "bench: %zu of %zu were taken\n", taken.load(), expected);
  std::exit(1);
}

int run(std::size_t count, const std::string& folder) {
  const auto random = system::make_random();
  const auto vendor = must(certs::SigningKey::from_seed(std::string(32, 'v')));
  const sync::Signer signer{vendor.get(), kCreator, kKeySince};
  std::vector<stix::ObjectPtr> objects;
  std::vector<std::string> plain, attested;
  for (std::size_t i = 0; i < count; ++i) {
    objects.push_back(must(stix::Object::parse(indicator(*random, kGreen))));
    const bool first = i % kBatch == 0;
    for (auto* envelopes : {&plain, &attested}) {
      if (first) envelopes->push_back("{\"objects\":[");
      if (!first) envelopes->back() += ",";
    }
    plain.back() += objects.back()->bytes();
    attested.back() += sync::make_attestation(*objects.back(), signer, certs::Role::kCreator, {}) + "," + objects.back()->bytes();
  }
  for (auto* envelopes : {&plain, &attested}) {
    for (std::string& envelope : *envelopes) envelope += "]}";
  }
  const Seconds raw = raw_inserts(folder + "/raw.db", objects);
  for (const std::size_t posters : {1u, 2u}) {
    const std::string tag = "_" + std::to_string(posters) + (posters == 1 ? "_poster" : "_posters");
    Hub unsigned_hub(folder + "/unsigned" + tag + ".db", policy_rows(""));
    print("post_unsigned" + tag, count, post(unsigned_hub, plain, posters, count), raw);
    Hub signed_hub(folder + "/signed" + tag + ".db", policy_rows(base64url(as_chars(vendor->public_key().bytes))));
    print("post_attested" + tag, count, post(signed_hub, attested, posters, 2 * count), raw);
  }
  return 0;
}

}  // namespace
}  // namespace sekisho::bench

int main(int argc, char** argv) { return sekisho::bench::in_folder(argc, argv, 50'000, sekisho::bench::run); }
