// Who is calling: Basic, bearer or client certificate against the credentials of the policy in force.
// A verified Basic secret is remembered (as a MAC under a key of this process), so Argon2id runs once per
// secret, not per request; that the credential still stands is looked up every time. Any thread.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "certs/secrets.h"
#include "core/mutex.h"
#include "core/ports/clock.h"
#include "core/ports/random.h"
#include "policy/compiled.h"
#include "sync/release/release.h"
#include "taxii/authorization.h"
#include "taxii/ports.h"

namespace sekisho::node::app {

class PolicyAuthenticator : public taxii::Authenticator {
 public:
  PolicyAuthenticator(const sync::Release& release, const Clock& clock, Random& random, unsigned argon_slots);
  Result<taxii::Principal> authenticate(const taxii::HttpRequest& request) override;

 private:
  struct Entry {
    std::string party;
    policy::Credential credential;
  };
  /// Credentials of one policy: "kind\nid" (certificate: "certificate\nfingerprint").
  struct Index {
    std::shared_ptr<const policy::Compiled> policy;
    std::map<std::string, Entry> entries;
  };
  std::shared_ptr<const Index> index();
  const Entry* standing(const Index& index, const std::string& key) const;
  Result<taxii::Principal> basic(const Index& index, const taxii::Presented& shown);
  Result<taxii::Principal> bearer(const Index& index, const taxii::Presented& shown) const;
  bool remembered(const std::string& mac, const std::string& phc);
  void remember(const std::string& mac, const std::string& phc);

  const sync::Release& release_;
  const Clock& clock_;
  certs::PasswordHasher hasher_;
  std::string process_key_, decoy_hash_;
  Mutex mutex_;
  std::shared_ptr<const Index> index_ SEKISHO_GUARDED_BY(mutex_);
  std::unordered_map<std::string, std::string> verified_ SEKISHO_GUARDED_BY(mutex_);  ///< MAC -> PHC string
  std::deque<std::string> verified_order_ SEKISHO_GUARDED_BY(mutex_);
};

}  // namespace sekisho::node::app
