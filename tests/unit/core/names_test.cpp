// The DNS port over a server on loopback, and the reading of its answers.
#include "core/ports/names.h"

#include "core/system/dns_answer.h"
#include "core/system/system.h"
#include "tests/peers/name_server.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using sekisho::tests::NameAnswer;
using sekisho::tests::NameServer;

namespace {

const std::string kName = "_taxii2._tcp.example.org";

NameAnswer answer_to(std::string_view question) { return NameAnswer(question); }
std::string asked() { return NameAnswer::question(kName); }

Code code_of(const std::string& message) {
  const auto read = system::read_services(message, kName);
  REQUIRE_FALSE(read.ok());
  return read.error().code;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("core/system: SRV records are asked for at the resolver named, whatever the case of the answer") {
    NameServer server([](std::string_view question) {
      return answer_to(question).service("_TAXII2._tcp.Example.ORG", {10, 5, 6443, "Taxii.example.org"}).service(kName, {0, 1, 443, ""}).bytes();
    });
    const auto names = system::make_names();
    const auto found = names->services(kName, server.address());
    REQUIRE_MESSAGE(found.ok(), found.error().to_string());
    REQUIRE(found->size() == 2);
    CHECK((*found)[0].priority == 10);
    CHECK((*found)[0].weight == 5);
    CHECK((*found)[0].port == 6443);
    CHECK((*found)[0].target == "taxii.example.org");
    CHECK((*found)[1].target.empty());
    CHECK(server.questions() == 1);
    for (const std::string resolver : {"127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "localhost:53", "[::1]:53", "127.0.0.1:5x"}) {
      CHECK(names->services(kName, resolver).error().code == Code::kInvalidArgument);
    }
    CHECK(names->services(std::string(300, 'a'), server.address()).error().code == Code::kInvalidArgument);
  }

  TEST_CASE("core/system: what a DNS server refuses, cuts off or spoils is an error of its own") {
    const auto names = system::make_names();
    const auto code = [&names](const NameServer::Answer& answer) {
      NameServer server(answer);
      const auto found = names->services(kName, server.address());
      REQUIRE_FALSE(found.ok());
      return found.error().code;
    };
    CHECK(code([](auto question) { return answer_to(question).flags(0x8183).bytes(); }) == Code::kNotFound);
    CHECK(code([](auto question) { return answer_to(question).bytes(); }) == Code::kNotFound);
    CHECK(code([](auto question) { return answer_to(question).flags(0x8380).service(kName, {0, 0, 1, "a"}).bytes(); }) == Code::kLimitExceeded);
    CHECK(code([](auto question) { return answer_to(question).flags(0x8182).bytes(); }) == Code::kTimeout);  // it fails: others are asked, and none is left
    CHECK(code_of(NameAnswer(asked()).flags(0x8182).bytes()) == Code::kConnect);
  }

  TEST_CASE("core/system: aliases are followed a few times, records of others passed over, and only so many taken") {
    const auto chain = [](int length) {
      NameAnswer answer(asked());
      std::string owner = kName;
      for (int i = 0; i < length; ++i) {
        const std::string next = "alias" + std::to_string(i) + ".example.net";
        answer.alias(owner, next);
        owner = next;
      }
      return answer.service(owner, {1, 2, 3, "host.example.net"}).bytes();
    };
    CHECK(system::read_services(chain(8), kName)->front().target == "host.example.net");
    CHECK(code_of(chain(9)) == Code::kConnect);
    CHECK(code_of(NameAnswer(asked()).service("_taxii2._tcp.example.net", {1, 2, 3, "evil.example.net"}).bytes()) == Code::kNotFound);
    NameAnswer many(asked());
    for (int i = 0; i < 200; ++i) many.service(kName, {1, 1, static_cast<std::uint16_t>(i + 1), "h"});
    CHECK(system::read_services(many.bytes(), kName)->size() == Names::kMostRecords);
  }

  TEST_CASE("core/system: every cut and every turned octet of an answer is read or refused") {
    const std::string good = NameAnswer(asked()).alias(kName, "a.example.org").service("a.example.org", {1, 2, 3, "host.example.org"}).bytes();
    REQUIRE(system::read_services(good, kName).ok());
    for (std::size_t size = 0; size < good.size(); ++size) CHECK_FALSE(system::read_services(good.substr(0, size), kName).ok());
    std::size_t read = 0;
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (const int turn : {0x01, 0x80, 0xc0, 0xff}) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ turn);
        const auto found = system::read_services(bad, kName);
        if (found.ok()) CHECK(found->size() == 1);
        ++read;
      }
    }
    CHECK(read == good.size() * 4);
    CHECK(code_of(asked()) == Code::kConnect);  // a question is no answer
    CHECK(code_of(std::string(70'000, '\0')) == Code::kConnect);
  }
}
