// A collection downloaded whole by our TAXII client: pages fetched, checked and cut into objects, nothing verified or stored.
//   sekisho_bench_download ORIGIN TOKEN ALIAS LIMIT
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "core/system/system.h"
#include "node/http/client.h"
#include "taxii/client.h"

namespace {

using namespace sekisho;

template <typename T>
T must(Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::fprintf(stderr, "download: %s\n", result.error().to_string().c_str());
  std::exit(1);
}

long peak_kilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  system::keep_freed_memory();  // as the node does
  const auto clock = system::make_clock();
  node::http::ClientTrust trust;
  trust.allow_plain_loopback = true;
  const auto transport = node::http::make_transport(trust, *clock);
  const taxii::Credentials credentials{"bearer", "", argv[2]};
  taxii::Client client(*transport, "sekisho-bench", credentials);
  const auto roots = must(client.discover(argv[1]));
  const auto root = must(client.root(roots.at(0)));
  taxii::RemoteCollection wanted;
  for (auto& one : must(client.collections(root))) {
    if (one.alias == argv[3]) wanted = std::move(one);
  }
  std::size_t objects = 0, bytes = 0, pages = 0;
  long early = 0;
  taxii::PullState state;
  const auto begin = std::chrono::steady_clock::now();
  while (true) {
    taxii::RemotePage page = must(client.objects(root, wanted, state, static_cast<std::size_t>(std::atol(argv[4]))));
    objects += page.objects.size();
    bytes += page.body->size();
    if (++pages == 20) early = peak_kilobytes();
    state = std::move(page.after);
    if (!page.more) break;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("{\"objects\":%zu,\"bytes\":%zu,\"pages\":%zu,\"seconds\":%.3f,\"peak_kb_after_20_pages\":%ld,\"peak_kb\":%ld}\n", objects, bytes,
              pages, seconds, early, peak_kilobytes());
  return 0;
}
