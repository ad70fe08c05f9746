// STIX validation in MB/s on one core: each object parsed strictly and judged by every clause, against nlohmann/json
// building its DOM of the same bytes. Without FILE: the objects of VECTORS (one a line) mixed with relationships and
// indicators of the usual size. Also the allocations an object costs, early and late in the run. JSON lines.
//   sekisho_bench_validate VECTORS [MEGABYTES] [FILE]
#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "allocations.h"
#include "core/json.h"
#include "core/system/system.h"
#include "core/uuid.h"
#include "measure.h"
#include "stix/object.h"
#include "stix/validate/validate.h"

using namespace sekisho;
using namespace sekisho::bench;

namespace {

std::string read_all(const char* path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    std::fprintf(stderr, "cannot read %s\n", path);
    std::exit(1);
  }
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string relationship(Random& random) {
  const auto id = [&](const char* type) { return std::string(type) + "--" + Uuid::v4(random, "bench/id").to_string(); };
  json::Writer w;
  w.begin_object().member("type", "relationship").member("spec_version", "2.1").member("id", id("relationship"));
  w.member("created_by_ref", kCreator).member("created", "2024-05-01T08:17:27.123Z").member("modified", "2024-05-02T08:17:27.456Z");
  w.member("relationship_type", "uses").member("source_ref", id("intrusion-set")).member("target_ref", id("malware"));
  w.member("description", "The group loads this after the first foothold, as two reports of members describe.");
  w.end_object();
  return w.take();
}

/// A bundle of about `bytes`: of ten objects five are relationships, two indicators, three of the vectors in turn.
std::string mixed_bundle(const char* vectors, std::size_t bytes) {
  std::vector<std::string> lines;
  std::ifstream in(vectors);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  if (lines.empty()) {
    std::fprintf(stderr, "no objects in %s\n", vectors);
    std::exit(1);
  }
  const auto random = system::make_random();
  std::string text = R"({"type":"bundle","id":"bundle--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3","objects":[)";
  for (std::size_t i = 0; text.size() < bytes; ++i) {
    if (i != 0) text += ',';
    if (i % 10 < 5) {
      text += relationship(*random);
    } else if (i % 10 < 7) {
      text += indicator(*random);
    } else {
      text += lines[(i / 10 * 3 + i % 10) % lines.size()];
    }
  }
  return text + "]}";
}

void print_rate(const char* name, std::size_t bytes, const Seconds& taken, const Seconds& reference) {
  std::printf(R"({"name":"%s","value":%.1f,"unit":"MB/processor-s","reference":%.1f,"ratio":%.2f})" "\n", name,
              static_cast<double>(bytes) / 1e6 / taken.processor, static_cast<double>(bytes) / 1e6 / reference.processor,
              reference.processor / taken.processor);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: sekisho_bench_validate VECTORS [MEGABYTES] [FILE]\n");
    return 2;
  }
  const std::size_t wanted = (argc > 2 ? static_cast<std::size_t>(std::atol(argv[2])) : 64) * 1'000'000;
  const std::string text = argc > 3 ? read_all(argv[3]) : mixed_bundle(argv[1], std::min<std::size_t>(wanted, 16'000'000));
  const std::size_t rounds = std::max<std::size_t>(1, wanted / text.size());
  const std::size_t bytes = text.size() * rounds;

  std::size_t sum = 0;
  sum += nlohmann::json::parse(text).size();  // warm
  const Watch whole;
  for (std::size_t i = 0; i < rounds; ++i) sum += nlohmann::json::parse(text).size();
  const Seconds reference = whole.passed();

  const auto container = must(stix::open_container(text));
  const std::size_t objects = container.slices.size();
  const auto parse = [&](std::string_view slice) { return must(json::Document::parse(std::string(slice))); };
  const Watch parsing;
  for (std::size_t i = 0; i < rounds; ++i) {
    for (const auto slice : container.slices) sum += parse(slice)->root().size();
  }
  print_rate("strict parse", bytes, parsing.passed(), reference);

  std::size_t findings = 0, early = 0, late = 0;
  const Watch validating;
  for (std::size_t i = 0; i < rounds; ++i) {
    const std::size_t before = allocations();
    for (const auto slice : container.slices) findings += stix::validate(parse(slice)->root()).size();
    (i == 0 ? early : late) = allocations() - before;
  }
  print_rate("validate", bytes, validating.passed(), reference);
  const auto each = [objects](std::size_t count) { return static_cast<double>(count) / static_cast<double>(objects); };
  std::printf(R"({"name":"validate, allocations an object","first_round":%.2f,"last_round":%.2f,"objects":%zu,"findings":%zu})" "\n",
              each(early), each(late == 0 ? early : late), objects, findings / rounds);
  std::printf(R"({"name":"sum","value":%zu})" "\n", sum);  // so that no work is left out
  return 0;
}
