// Judges one file as a stream: each object, the bundle around them, and the objects against each other. Memory grows
// with the largest object and the number of ids. docs/specs/validate.md. One thread at a time.
#pragma once

#include <string>

#include "core/ports/files.h"
#include "core/sip_hash.h"
#include "node/cli/console.h"
#include "node/cli/validate_report.h"
#include "stix/validate/validate.h"

namespace sekisho::node::cli {

struct Judging {
  stix::ValidateOptions options;
  bool quiet = false;     ///< errors only
  bool progress = false;  ///< a line on console.err now and then
  SipKey key;             ///< as AcrossObjects
};

/// `path`: a file, or "-".
void judge_file(const Files& files, const std::string& path, const Judging& judging, Report& report, Tally& tally,
                Console& console);

}  // namespace sekisho::node::cli
