#include "node/app/authenticator.h"

#include <array>

#include "core/digest.h"

namespace sekisho::node::app {
namespace {

constexpr std::size_t kRemembered = 4096;

Error refused() { return make_error(Code::kCredentialInvalid, "credentials are missing or wrong"); }

}  // namespace

PolicyAuthenticator::PolicyAuthenticator(const sync::Release& release, const Clock& clock, Random& random,
                                         unsigned argon_slots)
    : release_(release), clock_(clock), hasher_(argon_slots) {
  std::array<std::uint8_t, 32> key{};
  random.fill(key, "key/authenticator");
  process_key_ = std::string(as_chars(key));
  auto decoy = hasher_.hash(hex(key));
  if (decoy.ok()) decoy_hash_ = *decoy;
}

std::shared_ptr<const PolicyAuthenticator::Index> PolicyAuthenticator::index() {
  const auto policy = release_.policy();
  MutexLock lock(mutex_);
  if (index_ && index_->policy == policy) return index_;
  auto fresh = std::make_shared<Index>();
  fresh->policy = policy;
  if (policy) {
    for (const auto& party : policy->policy().parties) {
      for (const auto& credential : party.credentials) {
        const std::string& name = credential.kind == "certificate" ? credential.hash : credential.id;
        fresh->entries[credential.kind + "\n" + name] = {party.id, credential};
      }
    }
  }
  index_ = fresh;
  return fresh;
}

const PolicyAuthenticator::Entry* PolicyAuthenticator::standing(const Index& index, const std::string& key) const {
  const auto found = index.entries.find(key);
  if (found == index.entries.end() || !found->second.credential.validity.holds(clock_.now())) return nullptr;
  return &found->second;
}

bool PolicyAuthenticator::remembered(const std::string& mac, const std::string& phc) {
  MutexLock lock(mutex_);
  const auto found = verified_.find(mac);
  return found != verified_.end() && found->second == phc;
}

void PolicyAuthenticator::remember(const std::string& mac, const std::string& phc) {
  MutexLock lock(mutex_);
  if (!verified_.emplace(mac, phc).second) return;
  verified_order_.push_back(mac);
  if (verified_order_.size() > kRemembered) {
    verified_.erase(verified_order_.front());
    verified_order_.pop_front();
  }
}

Result<taxii::Principal> PolicyAuthenticator::basic(const Index& index, const taxii::Presented& shown) {
  const Entry* entry = standing(index, "basic\n" + shown.user);
  const std::string& phc = entry != nullptr ? entry->credential.hash : decoy_hash_;
  const std::string mac = std::string(as_chars(certs::hmac_sha256(process_key_, shown.user + ":" + shown.secret)));
  if (entry != nullptr && remembered(mac, phc)) return taxii::Principal{entry->party};
  // An unknown user costs as much as a wrong password.
  SEKISHO_ASSIGN(const bool matches, hasher_.verify(phc, shown.secret));
  if (!matches || entry == nullptr) return refused();
  remember(mac, phc);
  return taxii::Principal{entry->party};
}

Result<taxii::Principal> PolicyAuthenticator::bearer(const Index& index, const taxii::Presented& shown) const {
  const Entry* entry = standing(index, "bearer\n" + shown.user);
  const std::string presented = hex(sha256(shown.secret));
  const std::string expected = entry != nullptr ? entry->credential.hash : std::string(64, '0');
  if (!certs::equal_constant_time(presented, expected) || entry == nullptr) return refused();
  return taxii::Principal{entry->party};
}

Result<taxii::Principal> PolicyAuthenticator::authenticate(const taxii::HttpRequest& request) {
  const auto credentials = index();
  const auto header = taxii::header(request.headers, "authorization");
  if (header) {
    const auto shown = taxii::read_authorization(*header);
    if (!shown) return refused();
    return shown->scheme == taxii::Presented::Scheme::kBasic ? basic(*credentials, *shown) : bearer(*credentials, *shown);
  }
  if (request.connection && !request.connection->peer_certificate_sha256.empty()) {
    const Entry* entry = standing(*credentials, "certificate\n" + request.connection->peer_certificate_sha256);
    if (entry != nullptr) return taxii::Principal{entry->party};
  }
  return refused();
}

}  // namespace sekisho::node::app
