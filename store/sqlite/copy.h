// A copy of the whole file, made while others read and write.
#pragma once

#include <functional>
#include <string>

#include "core/result.h"
#include "store/sqlite/database.h"

namespace sekisho::store::sqlite {

/// One snapshot of `from` as a new file at `to`, mode 0600, on disk with its folder's entry when this
/// returns. On failure nothing is left there. Errors: kAlreadyExists, kIo, kStoreWrite, kStoreCorrupt.
Status copy_file(const std::string& from, const std::string& to,
                 const std::function<void(std::size_t done, std::size_t total)>& progress);

}  // namespace sekisho::store::sqlite
