// A node that is open: what commands work with. node/app builds it and owns the parts.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "certs/keys.h"
#include "certs/secrets.h"
#include "core/limits.h"
#include "core/log.h"
#include "core/mutex.h"
#include "core/ports/clock.h"
#include "core/ports/files.h"
#include "core/ports/names.h"
#include "core/ports/random.h"
#include "node/cli/links.h"
#include "node/http/client.h"
#include "store/store.h"
#include "sync/ingest/anonymous/anonymous.h"
#include "sync/audit/audit.h"
#include "sync/serve/egress.h"
#include "sync/ingest/inbound.h"
#include "sync/moderation/ids.h"
#include "sync/moderation/moderation.h"
#include "sync/serve/outbound.h"
#include "sync/release/policy_changes.h"
#include "sync/recall/recall.h"
#include "sync/release/release.h"
#include "taxii/http.h"

namespace sekisho::node::cli {

/// The ports that commands without a node need too.
struct Machine {
  Clock& clock;
  Random& random;
  Files& files;
  Log& log;
  Names& names;
};

struct House {
  Machine machine;
  std::string dir;
  std::string organisation, identity_id;
  std::string identity_object;  ///< the organisation as a STIX identity, marked CLEAR
  std::string listen;           ///< address:port as configured
  std::string api_root;
  Limits limits;
  store::Store& store;
  sync::Release& release;
  sync::Inbound& inbound;
  sync::Outbound& outbound;
  sync::Audit& audit;
  sync::Egress& egress;
  sync::Recalls& recalls;
  sync::Moderation& moderation;
  sync::Ids& ids;
  sync::Anonymous& anonymous;
  const sync::Signer& signer;
  Mutex& policy_edit;           ///< held while policy.toml or operators.toml is taken into force and written; not while it is worked out
  LinkControl& links;
  std::function<std::unique_ptr<taxii::HttpTransport>(http::ClientTrust)> transport;

  std::string path(const std::string& name) const { return dir + "/" + name; }
  std::string policy_path() const { return path("policy.toml"); }
  std::string operators_path() const { return path("operators.toml"); }
};

/// Who acts: a command is from the user whose node it is. docs/specs/audit.md.
inline constexpr const char* kOperator = "operator";

/// The document that says which operators.toml the trail has told of last.
inline constexpr const char* kOperatorsSpace = "operators";
inline constexpr const char* kOperatorsDigest = "digest";

/// Changes policy.toml: reads it, lets `edit` make the new text, checks that, computes the streams, writes the file and
/// switches; a switch that fails puts the old file back. Nobody waits while the streams are computed. kUnavailable: the file changed meanwhile, again and again. Errors: those of `edit`, kPolicyInvalid (nothing changed), store errors.
using PolicyEdit = std::function<Result<std::string>(const std::string& text)>;
Result<sync::InForce> edit_policy(House& house, const PolicyEdit& edit);
/// What prepares and takes policies here.
sync::PolicyChanges policy_changes(House& house);
/// Takes a prepared policy into force and writes policy.toml; house.policy_edit is held.
Result<sync::InForce> take_policy(House& house, sync::Candidate candidate, const std::string& action, const sync::Watch& watch);
/// The collection of that alias or id. kNotFound says which command makes one.
Result<store::Collection> find_collection(const House& house, const std::string& alias_or_id);

}  // namespace sekisho::node::cli
