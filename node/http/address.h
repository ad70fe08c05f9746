// Which addresses a client may be led to by a name (server-side request forgery, DNS rebinding). Judged on the very
// address that is connected to. Any thread.
#pragma once

#include <sys/socket.h>

namespace sekisho::node::http {

bool is_loopback(const sockaddr_storage& address);

/// Globally reachable unicast by the IANA special-purpose registries (RFC 6890): not loopback, private, shared,
/// link-local, documentation, benchmarking, multicast or reserved; an IPv6 address that carries an IPv4 one is judged
/// by that.
bool is_public(const sockaddr_storage& address);

}  // namespace sekisho::node::http
