#include "core/system/dns_answer.h"

#include <arpa/nameser.h>
#include <resolv.h>

#include <algorithm>
#include <array>
#include <limits>

namespace sekisho::system {
namespace {

constexpr int kMostAliases = 8;
constexpr int kMostAnswers = 128;  // records of any kind that are looked at
constexpr std::uint16_t kServiceHead = 6;  // priority, weight and port, before the target

Error malformed(const std::string& name) { return make_error(Code::kConnect, "The DNS answer is not well-formed.", name); }

/// As DNS compares names: ASCII case means nothing, nor does the dot at the end.
std::string comparable(std::string_view name) {
  if (!name.empty() && name.back() == '.') name.remove_suffix(1);
  std::string out(name);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

/// A name inside a record's data, compressed or not; its text has escapes where an octet is no letter.
bool read_name(const ns_msg& message, const unsigned char* at, std::string& out) {
  std::array<char, NS_MAXDNAME> text{};
  if (::ns_name_uncompress(ns_msg_base(message), ns_msg_end(message), at, text.data(), text.size()) < 0) return false;
  out = comparable(text.data());
  return true;
}

bool read_service(const ns_msg& message, const ns_rr& record, ServiceRecord& out) {
  if (ns_rr_rdlen(record) <= kServiceHead) return false;
  const unsigned char* data = ns_rr_rdata(record);
  out.priority = static_cast<std::uint16_t>(ns_get16(data));
  out.weight = static_cast<std::uint16_t>(ns_get16(data + 2));
  out.port = static_cast<std::uint16_t>(ns_get16(data + 4));
  return read_name(message, data + kServiceHead, out.target);
}

Status check_head(const ns_msg& message, const std::string& name) {
  if (ns_msg_getflag(message, ns_f_qr) == 0) return malformed(name);
  if (ns_msg_getflag(message, ns_f_tc) != 0) return make_error(Code::kLimitExceeded, "The DNS answer does not fit into one packet.", name);
  const int code = ns_msg_getflag(message, ns_f_rcode);
  if (code == ns_r_nxdomain) return make_error(Code::kNotFound, "The DNS knows no such name.", name);
  if (code != ns_r_noerror) return make_error(Code::kConnect, "The DNS server gives no answer (code " + std::to_string(code) + ").", name);
  return {};
}

}  // namespace

Result<std::vector<ServiceRecord>> read_services(std::string_view bytes, const std::string& name) {
  ns_msg message{};
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  if (bytes.size() > std::numeric_limits<std::uint16_t>::max() || ::ns_initparse(data, static_cast<int>(bytes.size()), &message) < 0) {
    return malformed(name);
  }
  SEKISHO_TRY(check_head(message, name));
  std::string owner = comparable(name);
  std::vector<ServiceRecord> found;
  int aliases = 0;
  const int count = std::min<int>(ns_msg_count(message, ns_s_an), kMostAnswers);
  for (int i = 0; i < count && found.size() < Names::kMostRecords; ++i) {
    ns_rr record{};
    if (::ns_parserr(&message, ns_s_an, i, &record) < 0) return malformed(name);
    if (ns_rr_class(record) != ns_c_in || comparable(ns_rr_name(record)) != owner) continue;
    if (ns_rr_type(record) == ns_t_cname) {
      if (++aliases > kMostAliases || !read_name(message, ns_rr_rdata(record), owner)) return malformed(name);
    } else if (ns_rr_type(record) == ns_t_srv) {
      ServiceRecord service;
      if (!read_service(message, record, service)) return malformed(name);
      found.push_back(std::move(service));
    }
  }
  if (found.empty()) return make_error(Code::kNotFound, "The DNS has no SRV record of that name.", name);
  return found;
}

}  // namespace sekisho::system
