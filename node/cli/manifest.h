// What a backup says it holds. docs/specs/backup.md. Value; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/ports/files.h"
#include "core/result.h"
#include "core/time.h"
#include "core/uuid.h"

namespace sekisho::node::cli {

/// In a restored directory until its first opening has begun a new incarnation.
inline constexpr const char* kRestoredMark = "data/restored";

struct Manifest {
  struct File {
    std::string path;  ///< within the backup
    FileFacts facts;
  };
  std::string organisation, identity, incarnation, time;
  std::vector<File> files;

  std::string to_json() const;
  /// kInvalidArgument: not of this form, another format, or a path that a backup never holds.
  static Result<Manifest> from_json(const std::string& text);
};

}  // namespace sekisho::node::cli
