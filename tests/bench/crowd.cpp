// A crowd in front of a server: connections that have asked once and then are silent, and clients that send a request head at one
// octet a second. Prints READY once all are there; ends with its standard input.  usage: crowd PORT IDLE SLOW REQUEST
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

int connect_to(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    std::perror("crowd: connect");
    std::exit(1);
  }
  return fd;
}

void ask(int fd, const std::string& text) {
  char answer[4096];
  if (::send(fd, text.data(), text.size(), MSG_NOSIGNAL) < 0 || ::recv(fd, answer, sizeof answer, 0) <= 0) {
    std::perror("crowd: the server does not answer");
    std::exit(1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const int port = std::atoi(argv[1]);
  const std::string path = argv[4], head = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n";
  std::vector<int> idle, slow;
  for (int i = std::atoi(argv[2]); i > 0; --i) {
    idle.push_back(connect_to(port));
    ask(idle.back(), head + "\r\n");
  }
  for (int i = std::atoi(argv[3]); i > 0; --i) slow.push_back(connect_to(port));
  std::puts("READY");
  std::fflush(stdout);
  const std::string endless = head + "X-Slow: " + std::string(4096, 'x');
  std::vector<std::size_t> sent(slow.size());
  pollfd input{STDIN_FILENO, POLLIN, 0};
  while (::poll(&input, 1, 1000) == 0) {
    for (std::size_t i = 0; i < slow.size(); ++i) {
      if (::send(slow[i], endless.data() + sent[i]++, 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1) continue;
      ::close(slow[i]);  // the server's time limit for a head: it comes again
      slow[i] = connect_to(port);
      sent[i] = 0;
    }
  }
  return 0;
}
