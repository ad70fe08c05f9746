// Real CSAF documents by others, where they lie beside the checkout.
#include <zstd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <unordered_map>

#include "check.h"
#include "core/digest.h"
#include "stix/convert/convert.h"
#include "tests/support/data.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::tests;

namespace {

std::string decompressed(const std::string& bytes) {
  std::string out;
  ZSTD_DStream* stream = ZSTD_createDStream();
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  std::string chunk(1u << 20, '\0');
  while (in.pos < in.size) {
    ZSTD_outBuffer to{chunk.data(), chunk.size(), 0};
    const std::size_t outcome = ZSTD_decompressStream(stream, &to, &in);
    REQUIRE(ZSTD_isError(outcome) == 0);
    out.append(chunk, 0, to.pos);
  }
  ZSTD_freeDStream(stream);
  return out;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE(
      "convert/csaf: every CISA advisory converts, validly, and no two fight over an object") {
    const std::string path = shared_data("csaf-cisa/cisa-ics-advisories.jsonl.zst");
    if (path.empty()) return;
    const std::string lines = decompressed(read_file(path));
    std::map<std::string, std::size_t> types, losses;
    std::unordered_map<std::string, std::string> content;  // id and version -> content hash
    std::size_t documents = 0, refused = 0, collisions = 0;
    const stix::convert::Sink sink{
        [&](stix::convert::Converted document) {
          ++documents;
          for (const auto& loss : document.losses)
            ++losses[loss.what.substr(0, loss.what.find_first_of(".(", 24))];
          for (const auto& object : checked(document)) {
            ++types[std::string(object->type())];
            const std::string hash(as_chars(object->content_hash()));
            const auto [entry, fresh] =
                content.emplace(std::string(object->id()) + std::string(object->version()), hash);
            if (!fresh && entry->second != hash) ++collisions;
          }
        },
        [&](stix::convert::Refused document) {
          ++refused;
          std::cout << "refused " << document.document << ": " << document.error.to_string()
                    << "\n";
        }};
    const auto status = stix::convert::convert("csaf", lines, {}, node_context(), sink);
    CHECK(status.ok());
    std::cout << "CISA advisories: " << documents << " converted, " << refused << " refused;";
    for (const auto& [type, count] : types) std::cout << " " << count << " " << type;
    std::cout << "; " << content.size() << " distinct; " << losses.size() << " kinds of losses\n";
    CHECK(documents + refused == 1655);
    CHECK(refused == 0);
    CHECK(collisions == 0);
    CHECK(types["report"] == 1655);
    CHECK(types["vulnerability"] == 4717);
  }

  TEST_CASE(
      "convert/csaf: published examples and test cases convert or are refused with a reason") {
    for (const char* folder :
         {"csaf-oasis-examples", "csaf-oasis-testcases", "csaf-vex-redhat", "csaf-openvex-pairs"}) {
      const std::string path = shared_data(folder);
      if (path.empty()) continue;
      std::size_t documents = 0, refused = 0;
      for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
        if (entry.path().extension() != ".json") continue;
        const std::string bytes = read_file(entry.path().string());
        const auto outcome = converted("csaf", bytes);
        documents += outcome.documents.size();
        refused += outcome.refused.size();
        for (const auto& document : outcome.documents) checked(document);
        for (const auto& document : outcome.refused) {
          CHECK_FALSE(document.error.detail.empty());
          // A CSAF 2.0 document is refused for cause only; the others in these folders are other
          // formats.
          CHECK_MESSAGE(bytes.find("\"csaf_version\"") == std::string::npos,
                        entry.path().string() << " " << document.error.to_string());
        }
      }
      std::cout << folder << ": " << documents << " converted, " << refused << " refused\n";
      CHECK(documents > 0);
    }
  }
}
