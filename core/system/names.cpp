// The DNS by libresolv: one question over UDP, few times, never over TCP, whose waiting cannot be bounded there.
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include "core/system/dns_answer.h"
#include "core/system/system.h"

namespace sekisho::system {
namespace {

constexpr int kSecondsEach = 2, kRounds = 2, kMostServers = 3;  // 12 seconds in all
constexpr std::size_t kAnswerBytes = 4096, kMostName = 253;

std::optional<sockaddr_in> parse_resolver(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  sockaddr_in out{};
  out.sin_family = AF_INET;
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data() + colon + 1, end, port);
  if (error != std::errc() || stopped != end || port == 0) return std::nullopt;
  out.sin_port = htons(port);
  return ::inet_pton(AF_INET, text.substr(0, colon).c_str(), &out.sin_addr) == 1 ? std::optional(out) : std::nullopt;
}

/// libresolv's state of one question.
class Resolver {
 public:
  ~Resolver() {
    if (open_) ::res_nclose(&state_);
  }
  Status open(const std::string& server) {
    if (::res_ninit(&state_) != 0) return make_error(Code::kConnect, "The machine's DNS settings cannot be read.");
    open_ = true;
    state_.options |= RES_IGNTC | RES_USE_EDNS0;
    state_.retrans = kSecondsEach;
    state_.retry = kRounds;
    state_.nscount = std::min(state_.nscount, kMostServers);
    if (server.empty()) return {};
    const auto address = parse_resolver(server);
    if (!address) return make_error(Code::kInvalidArgument, "write ADDRESS:PORT, say 127.0.0.1:53", "resolver");
    state_.nscount = 1;
    state_.nsaddr_list[0] = *address;
    return {};
  }
  Result<std::string> ask(const std::string& name) {
    if (name.size() > kMostName) return make_error(Code::kInvalidArgument, "is longer than a name can be", name);
    std::array<unsigned char, kAnswerBytes> answer{};
    const int size = ::res_nquery(&state_, name.c_str(), ns_c_in, ns_t_srv, answer.data(), static_cast<int>(answer.size()));
    if (size >= 0) return std::string(reinterpret_cast<const char*>(answer.data()), std::min(answer.size(), static_cast<std::size_t>(size)));
    switch (state_.res_h_errno) {
      case HOST_NOT_FOUND: return make_error(Code::kNotFound, "The DNS knows no such name.", name);
      case NO_DATA: return make_error(Code::kNotFound, "The DNS has no SRV record of that name.", name);
      case TRY_AGAIN: return make_error(Code::kTimeout, "No DNS server gives an answer.", name);
      default: return make_error(Code::kConnect, "The DNS server cannot be asked.", name);
    }
  }

 private:
  struct __res_state state_ {};
  bool open_ = false;
};

class SystemNames : public Names {
 public:
  Result<std::vector<ServiceRecord>> services(const std::string& name, const std::string& resolver) override {
    Resolver dns;
    SEKISHO_TRY(dns.open(resolver));
    SEKISHO_ASSIGN(const std::string answer, dns.ask(name));
    return read_services(answer, name);
  }
};

}  // namespace

std::unique_ptr<Names> make_names() { return std::make_unique<SystemNames>(); }

}  // namespace sekisho::system
