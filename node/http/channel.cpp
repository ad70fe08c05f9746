#include "node/http/channel.h"

#include <openssl/err.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace sekisho::node::http {

Channel::Io Channel::outcome(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE: return Io::kOk;
    case SSL_ERROR_WANT_READ: return Io::kWantRead;
    case SSL_ERROR_WANT_WRITE: return Io::kWantWrite;
    case SSL_ERROR_ZERO_RETURN: return Io::kEnd;
    default: return Io::kFailed;
  }
}

Channel::Io Channel::handshake() {
  if (!ssl_) return Io::kOk;
  ERR_clear_error();
  return outcome(SSL_do_handshake(ssl_.get()));
}

Channel::Io Channel::receive(char* buffer, std::size_t size, std::size_t& got) {
  const ssize_t n = ::recv(fd_.get(), buffer, size, 0);
  if (n > 0) {
    got = static_cast<std::size_t>(n);
    return Io::kOk;
  }
  if (n == 0) return Io::kEnd;
  return errno == EAGAIN || errno == EINTR ? Io::kWantRead : Io::kFailed;
}

Channel::Io Channel::read(char* buffer, std::size_t size, std::size_t& got) {
  if (!ssl_) return receive(buffer, size, got);
  ERR_clear_error();
  return outcome(SSL_read_ex(ssl_.get(), buffer, size, &got));
}

Channel::Io Channel::write(std::span<const std::string_view> pieces, std::size_t& put) {
  if (ssl_) {
    ERR_clear_error();
    return outcome(SSL_write_ex(ssl_.get(), pieces.front().data(), pieces.front().size(), &put));
  }
  std::array<iovec, kPieces> parts;
  const std::size_t count = std::min(pieces.size(), parts.size());
  for (std::size_t i = 0; i < count; ++i) parts[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = count;
  const ssize_t n = ::sendmsg(fd_.get(), &message, MSG_NOSIGNAL);
  if (n >= 0) {
    put = static_cast<std::size_t>(n);
    return Io::kOk;
  }
  return errno == EAGAIN || errno == EINTR ? Io::kWantWrite : Io::kFailed;
}

std::span<std::string_view> Channel::rest_of(std::span<std::string_view> pieces, std::size_t put) {
  while (!pieces.empty() && put >= pieces.front().size()) {
    put -= pieces.front().size();
    pieces = pieces.subspan(1);
  }
  if (put > 0) pieces.front().remove_prefix(put);
  return pieces;
}

void Channel::end_writing() {
  if (ssl_ && SSL_is_init_finished(ssl_.get())) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
  }
  ::shutdown(fd_.get(), SHUT_WR);
}

Channel::Io Channel::drain(char* buffer, std::size_t size, std::size_t& got) {
  return receive(buffer, size, got);
}

}  // namespace sekisho::node::http
