#include "taxii/service.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <string_view>

#include "core/ascii.h"

namespace sekisho::taxii {
namespace {

constexpr std::string_view kService = "_taxii2._tcp.";
constexpr std::size_t kMostName = 253, kMostLabel = 63;
constexpr std::uint16_t kHttps = 443;

bool is_label(std::string_view text) {
  if (text.empty() || text.size() > kMostLabel || text.front() == '-' || text.back() == '-') return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

/// Labels of letters, digits and hyphens, in lower case; the last has a letter in front, so that no address is a name (RFC 1123 §2.1).
bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > kMostName) return false;
  std::string_view last;
  while (true) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    last = text.substr(0, dot);
    if (!is_label(last)) return false;
    if (dot == text.size()) break;
    text.remove_prefix(dot + 1);
  }
  return last.front() >= 'a' && last.front() <= 'z';
}

using ascii::lower;

std::uint64_t draw(Random& random, std::uint64_t most) {
  std::array<std::uint8_t, 8> bytes{};
  random.fill(bytes, "dns/weight");
  const std::uint64_t value = std::accumulate(bytes.begin(), bytes.end(), std::uint64_t{0}, [](std::uint64_t sum, std::uint8_t b) { return sum << 8 | b; });
  return value % (most + 1);
}

/// RFC 2782, page 3: the weights of one priority, one drawn after another.
void order_by_weight(std::vector<ServiceRecord>& records, std::size_t begin, std::size_t end, Random& random) {
  const auto at = [&records](std::size_t i) { return records.begin() + static_cast<std::ptrdiff_t>(i); };
  std::stable_partition(at(begin), at(end), [](const ServiceRecord& one) { return one.weight == 0; });
  for (; begin < end; ++begin) {
    const std::uint64_t total = std::accumulate(at(begin), at(end), std::uint64_t{0}, [](std::uint64_t sum, const ServiceRecord& one) { return sum + one.weight; });
    const std::uint64_t drawn = draw(random, total);
    std::size_t chosen = begin;
    for (std::uint64_t sum = records[begin].weight; sum < drawn; sum += records[chosen].weight) ++chosen;
    std::rotate(at(begin), at(chosen), at(chosen + 1));
  }
}

void order(std::vector<ServiceRecord>& records, Random& random) {
  std::stable_sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.priority < b.priority; });
  for (std::size_t begin = 0; begin < records.size();) {
    std::size_t end = begin;
    while (end < records.size() && records[end].priority == records[begin].priority) ++end;
    order_by_weight(records, begin, end, random);
    begin = end;
  }
}

}  // namespace

Result<std::vector<std::string>> servers_of(Names& names, Random& random, const std::string& domain, const std::string& resolver) {
  const std::string name = std::string(kService) + lower(domain);
  if (!is_host_name(lower(domain)) || name.size() > kMostName) {
    return make_error(Code::kInvalidArgument, "is no domain name; write it as the DNS has it, say example.org", domain);
  }
  SEKISHO_ASSIGN(std::vector<ServiceRecord> records, names.services(name, resolver));
  if (records.size() == 1 && records.front().target.empty()) {
    return make_error(Code::kNotFound, "The domain says that it has no TAXII server.", domain);
  }
  std::erase_if(records, [](const ServiceRecord& one) { return one.port == 0 || !is_host_name(lower(one.target)); });
  if (records.empty()) return make_error(Code::kNotFound, "The domain names no host that can be called.", domain);
  order(records, random);
  std::vector<std::string> urls;
  for (const ServiceRecord& one : records) {
    std::string url = "https://" + lower(one.target) + (one.port == kHttps ? "" : ":" + std::to_string(one.port)) + "/";
    if (std::find(urls.begin(), urls.end(), url) == urls.end()) urls.push_back(std::move(url));
  }
  return urls;
}

}  // namespace sekisho::taxii
