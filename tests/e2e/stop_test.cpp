// `stop-egress` needs nothing of a node that is busy, starting, blocked or dead. docs/specs/egress.md.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "core/system/system.h"
#include "tests/e2e/harness.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;

namespace {

const std::string kObjects = "/exchange/collections/weekly/objects/";

/// A node with a collection, a party that reads it and its token.
struct Shared {
  Folder folder;
  Node node{folder / "n", "ISAC"};
  std::string token;
  explicit Shared(int indicators) {
    std::string config = read_text(node.dir + "/node.toml");
    const std::string off = "plain = \"\"";
    REQUIRE(config.find(off) != std::string::npos);
    write_text(node.dir + "/node.toml", config.replace(config.find(off), off.size(), "plain = \"127.0.0.1:0\""));
    node.must({"collection", "add", "weekly"});
    node.must({"party", "add", "acme", "--kind", "member", "--class", "silver", "--read", "weekly"});
    node.must({"party", "add", "beta", "--kind", "member", "--class", "silver", "--read", "weekly"});
    token = "Bearer " + node.token("acme");
    node.must({"import", "--collection", "weekly", indicator_file(folder / "in.json", 1, indicators, Tlp::kGreen)});
  }
  std::string stops() const { return node.must({"stop-egress", "--status", "--json"}); }
  std::vector<std::string> told() const {
    std::vector<std::string> out;
    for (const Json& line : json_lines(node.must({"audit", "--json"}))) {
      if (line.text("action").starts_with("egress.")) out.push_back(line.text("action") + " " + line.text("subject") + ": " + line.text("detail"));
    }
    return out;
  }
};

/// A client that takes what comes slowly: its receive buffer is small.
class SlowReader {
 public:
  SlowReader(std::uint16_t port, const std::string& request) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int small = 4096;
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    REQUIRE(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(::send(fd_, request.data(), request.size(), 0) == static_cast<ssize_t>(request.size()));
  }
  ~SlowReader() { ::close(fd_); }
  std::string some() {
    std::array<char, 1024> buffer{};
    const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
    return got > 0 ? std::string(buffer.data(), static_cast<std::size_t>(got)) : std::string();
  }
  std::string rest() {
    std::string all;
    for (std::string piece; !(piece = some()).empty();) all += piece;
    return all;
  }

 private:
  const int fd_;
};

std::uint16_t plain_port(const Node& node) {
  std::string port;
  for (const Json& line : json_lines(read_text(node.dir + ".log"))) {
    if (line.text("event") == "serving") port = line.text("plain_port");
  }
  return static_cast<std::uint16_t>(std::stoul(port));
}

/// Callers of the control socket that say nothing: whoever serves it one by one waits for them.
class Silence {
 public:
  explicit Silence(const Node& node) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = node.dir + "/control.sock";
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    for (int& fd : fds_) {
      fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      (void)::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
    }
  }
  ~Silence() {
    for (const int fd : fds_) ::close(fd);
  }

 private:
  std::array<int, 200> fds_{};
};

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("a stop ends a download in the middle, before the command that stops returns") {
    Shared shared(9900);
    std::string config = read_text(shared.node.dir + "/node.toml");
    const std::string items = "page_items = 1000";
    write_text(shared.node.dir + "/node.toml", config.replace(config.find(items), items.size(), "page_items = 10000"));
    shared.node.start();
    SlowReader reader(plain_port(shared.node), "GET " + kObjects + "?limit=10000 HTTP/1.1\r\nHost: localhost\r\nAuthorization: " +
                                                   shared.token + "\r\nAccept: application/taxii+json;version=2.1\r\n\r\n");
    std::string got = reader.some();
    const std::string word = "Content-Length: ";
    while (got.find("\r\n\r\n") == std::string::npos) got += reader.some();
    REQUIRE(got.starts_with("HTTP/1.1 200"));
    const std::size_t length = std::stoul(got.substr(got.find(word) + word.size()));
    REQUIRE(length > 4'000'000);
    shared.node.must({"stop-egress", "--party", "acme", "--reason", "wrong feed"});
    got += reader.rest();
    CHECK(got.size() < length);
    Caller acme(shared.node, shared.token);
    CHECK(acme.get(kObjects).status == 503);
    CHECK(shared.told() == std::vector<std::string>{"egress.stop acme: wrong feed"});
  }

  TEST_CASE("a stop while the control socket is blocked holds at once, survives kill -9, and its line follows") {
    Shared shared(3);
    shared.node.start();
    Caller acme(shared.node, shared.token);
    CHECK(acme.get(kObjects).status == 200);
    {
      const Silence silence(shared.node);
      shared.node.must({"stop-egress", "--reason", "wrong feed"});
      CHECK(acme.get(kObjects).status == 503);
      shared.node.kill9();
    }
    shared.node.start();
    CHECK(acme.get(kObjects).status == 503);
    CHECK(shared.told() == std::vector<std::string>{"egress.stop all: wrong feed"});
    shared.node.must({"stop-egress", "--lift", "--reason", "over"});
    CHECK(acme.get(kObjects).status == 200);
    shared.node.kill9();
    shared.node.start();
    CHECK(acme.get(kObjects).status == 200);
    CHECK(shared.told().size() == 2);
  }

  TEST_CASE("a stop while the node is starting, or not serving at all, holds when it serves") {
    Shared shared(3);
    shared.node.must({"stop-egress", "--party", "beta", "--reason", "not serving"});
    CHECK(shared.told() == std::vector<std::string>{"egress.stop beta: not serving"});
    {
      const auto starting = system::make_files()->lock(shared.node.dir + "/lock");
      REQUIRE(starting.ok());
      const Outcome stopped = shared.node({"stop-egress", "--party", "acme", "--reason", "starting"});
      CHECK(stopped.exit == 0);
      CHECK(stopped.out.find("sharing with acme stopped since") != std::string::npos);
      CHECK(stopped.err.find("follows") != std::string::npos);
    }
    shared.node.start();
    Caller acme(shared.node, shared.token);
    CHECK(acme.get(kObjects).status == 503);
    CHECK(shared.told() == std::vector<std::string>{"egress.stop beta: not serving", "egress.stop acme: starting"});
    CHECK(json_lines(shared.stops()).size() == 2);
    CHECK(shared.node({"stop-egress", "--party", "nobody", "--reason", "r"}).exit != 0);
    CHECK(shared.node({"stop-egress", "--lift", "--party", "nobody", "--reason", "r"}).exit != 0);
    CHECK(json_lines(shared.stops()).size() == 2);
  }
}
