// What `case` and `overlap` share: the node's cases as of now, and the days that a command names.
#pragma once

#include <string>
#include <vector>

#include "node/cli/command.h"
#include "store/dedup/calendar.h"
#include "store/dedup/cases.h"
#include "store/dedup/collector.h"

namespace sekisho::node::cli {

/// The node's cases. Values.
struct CaseBook {
  store::dedup::Collected collected;
  store::dedup::Clusters clusters;
  int zone_minutes = 0;  ///< of policy.toml

  const store::dedup::Item& item(std::size_t n) const { return collected.items[n]; }
  /// "vendor-a, vendor-b"
  std::string vendors_of(const store::dedup::Item& item) const;
  store::dedup::Day day_of(const store::dedup::Item& item) const;
};
/// Reads the collections that `--collection` names, or all, with progress on stderr. Errors: kNotFound
/// (collection), those of the store.
Result<CaseBook> read_cases(House& house, const Args& args, Console& console);

/// The day that option `name` gives, or `otherwise` without it. kUsage.
Result<store::dedup::Day> day_option(const Args& args, const std::string& name, store::dedup::Day otherwise);

Command overlap_command();

}  // namespace sekisho::node::cli
