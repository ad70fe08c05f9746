// DELETE: a party takes back what it sent, or what it may take back of others'. What it is answered depends on what
// it sent and what it reads alone. docs/specs/taxii-delete.md. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/ports/clock.h"
#include "core/result.h"
#include "store/store.h"
#include "sync/serve/outbound.h"
#include "sync/recall/recall.h"
#include "sync/release/release.h"

namespace sekisho::sync {

class Withdrawals {
 public:
  Withdrawals(const store::Store& store, Release& release, Outbound& outbound, Recalls& recalls, const Clock& clock)
      : store_(store), release_(release), outbound_(outbound), recalls_(recalls), clock_(clock) {}

  /// Which versions; by default the whole object, with all that may come of it.
  struct Selection {
    bool by_version = false;  ///< `versions` counts
    store::VersionFilter versions;
    std::vector<std::string> spec_versions;  ///< empty = any
  };
  /// Durable when it returns. kNotFound: neither sent into this collection and not yet withdrawn, nor read there;
  /// kTaxiiForbidden: another's, or the party may not write there; store errors.
  Status remove(const Readable& from, std::string_view object_id, const Selection& selection);

 private:
  struct Version {
    Timestamp time;
    std::string text, spec_version;
    store::ObjectNo object = 0;
  };
  Result<std::vector<Version>> sent(const Readable& from, std::string_view object_id, bool anywhere) const;
  Status remove_every_copy(const Readable& from, const std::vector<Version>& versions, bool whole);
  static std::vector<Version> chosen(const std::vector<Version>& versions, const Selection& selection);
  static bool whole(const Selection& selection) { return !selection.by_version && selection.spec_versions.empty(); }

  const store::Store& store_;
  Release& release_;
  Outbound& outbound_;
  Recalls& recalls_;
  const Clock& clock_;
};

}  // namespace sekisho::sync
