// Which addresses a name may lead to.
#include "node/http/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>
#include <initializer_list>

#include "tests/support/doctest.h"

namespace sekisho::node::http {
namespace {

sockaddr_storage address(const char* text) {
  sockaddr_storage out{};
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    std::memcpy(&out, &v4, sizeof v4);
  } else {
    REQUIRE(inet_pton(AF_INET6, text, &v6.sin6_addr) == 1);
    v6.sin6_family = AF_INET6;
    std::memcpy(&out, &v6, sizeof v6);
  }
  return out;
}

TEST_SUITE("unit") {
  TEST_CASE("node/http/address: what is not public, at both ends of each range, also inside an IPv6 address") {
    for (const char* text :
         {"0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.255",
          "169.254.0.0", "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1",
          "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255",
          "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::127.0.0.1", "64:ff9b::a00:1",
          "64:ff9b:1::1", "100::1", "2001::1", "2001:1ff::1", "2001:db8::1", "2002:a00:1::", "2002:7f00:1::1", "3fff::1",
          "fc00::1", "fdff::1", "fe80::1", "fec0::1", "ff02::1", "4000::1"}) {
      CAPTURE(text);
      CHECK_FALSE(is_public(address(text)));
    }
  }

  TEST_CASE("node/http/address: what is public, beside each range") {
    for (const char* text :
         {"1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255",
          "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255", "192.169.0.0", "198.17.255.255",
          "198.20.0.0", "223.255.255.255", "8.8.8.8", "::ffff:8.8.8.8", "64:ff9b::808:808", "2001:200::1", "2001:4860::1",
          "2002:808:808::1", "2a00::1", "3ffe::1"}) {
      CAPTURE(text);
      CHECK(is_public(address(text)));
    }
    CHECK(is_loopback(address("127.3.4.5")));
    CHECK(is_loopback(address("::1")));
    CHECK_FALSE(is_loopback(address("128.0.0.1")));
    CHECK_FALSE(is_loopback(address("::2")));
  }
}

}  // namespace
}  // namespace sekisho::node::http
