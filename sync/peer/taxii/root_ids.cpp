#include "sync/peer/taxii/root_ids.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "certs/secrets.h"
#include "core/uuid.h"

namespace sekisho::sync {

std::function<std::string(std::string_view)> ids_in_root(std::string key, std::string root) {
  return [key = std::move(key), root = std::move(root)](std::string_view id) {
    const Sha256 mac = certs::hmac_sha256(key, "root-id1\n" + root + "\n" + std::string(id));
    std::array<std::uint8_t, 16> bytes{};
    std::copy_n(mac.begin(), bytes.size(), bytes.begin());
    return Uuid::shaped_v4(bytes).to_string();
  };
}

}  // namespace sekisho::sync
