// A hostile DNS server's answer to the question for _taxii2._tcp.example.org. What is read is bounded, and what becomes of it are HTTPS URLs
// of host names, best first, none twice; an address in digits is never one.
#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "core/ports/random.h"
#include "core/system/dns_answer.h"
#include "taxii/service.h"
#include "tests/fuzz/require.h"

namespace {

using namespace sekisho;
using sekisho::fuzz::require;

const std::string kName = "_taxii2._tcp.example.org";

struct Counting : Random {
  std::uint8_t next = 7;
  void fill(std::span<std::uint8_t> out, std::string_view) override {
    for (auto& byte : out) byte = next = static_cast<std::uint8_t>(next * 5 + 3);
  }
};

struct Answered : Names {
  std::vector<ServiceRecord> records;
  Result<std::vector<ServiceRecord>> services(const std::string& name, const std::string&) override {
    require(name == kName, "the name of the service is asked for");
    return records;
  }
};

void check_url(const std::string& url) {
  require(url.rfind("https://", 0) == 0 && url.back() == '/' && url.size() <= 8 + 253 + 6 + 1, "an HTTPS URL");
  const std::string host = url.substr(8, url.find_first_of(":/", 8) - 8);
  require(!host.empty() && std::all_of(host.begin(), host.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; }),
          "a host name has letters, digits, hyphens and dots");
  const std::size_t last = host.rfind('.') == std::string::npos ? 0 : host.rfind('.') + 1;
  require(host[last] >= 'a' && host[last] <= 'z', "an address is no name");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto records = system::read_services({reinterpret_cast<const char*>(data), size}, kName);
  if (!records.ok()) {
    const Code code = records.error().code;
    require(code == Code::kConnect || code == Code::kNotFound || code == Code::kLimitExceeded, "a refusal has its code");
    return 0;
  }
  require(!records->empty() && records->size() <= Names::kMostRecords, "so many records are read, and no more");
  Answered names;
  names.records = *records;
  Counting random;
  const auto urls = taxii::servers_of(names, random, "Example.ORG", "");
  if (!urls.ok()) {
    require(urls.error().code == Code::kNotFound, "none that can be called");
    return 0;
  }
  require(!urls->empty() && urls->size() <= records->size(), "as many servers as records");
  require(std::set<std::string>(urls->begin(), urls->end()).size() == urls->size(), "none twice");
  for (const std::string& url : *urls) check_url(url);
  return 0;
}
