// TLS material: a node's own CA, its server and client certificates (OpenSSL; RFC 5280). Any
// thread. Keys (ECDSA P-256) and serial numbers (128 bits) come from OpenSSL's own randomness: no
// behaviour depends on them. Validity starts five minutes early, for peers whose clock is behind.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"

namespace sekisho::certs {

struct Certificate {
  std::string certificate_pem;
  std::string key_pem;  ///< PKCS8; a secret
};

/// A self-signed CA for leaves only, valid 1..36500 `days` from `now`. kCryptoFailure;
/// kInvalidArgument if the organisation is not UTF-8 of 1 to 64 characters.
Result<Certificate> make_ca(std::string_view organisation, Timestamp now, int days);
/// A server+client certificate for 1..100 `hosts` (DNS names or IP addresses), signed by `ca`; it
/// ends with the CA at the latest. kCryptoFailure; kInvalidArgument names the argument.
Result<Certificate> make_leaf(const Certificate& ca, std::string_view organisation,
                              const std::vector<std::string>& hosts, Timestamp now, int days);
/// SHA-256 of the DER form in lower-case hex: what a peer pins. Of several certificates, the first.
/// kInvalidArgument.
Result<std::string> certificate_fingerprint(std::string_view pem);
/// End of validity. kInvalidArgument.
Result<Timestamp> certificate_not_after(std::string_view pem);

}  // namespace sekisho::certs
