// The entries of a batch as bytes: a serialised v1::Entries, perhaps compressed with zstd, within limits.
// docs/specs/sync.md §3. Any thread.
#pragma once

#include <cstddef>
#include <string>

#include "core/result.h"

namespace sekisho::sync::v1 {
class Batch;
class Entries;
}  // namespace sekisho::sync::v1

namespace sekisho::sync {

inline constexpr std::size_t kBatchEntries = 1000;
inline constexpr std::size_t kBatchBytes = 4u << 20;  ///< of the serialised entries; a single one may be larger
inline constexpr std::size_t kFrameBytes = 8u << 20;

/// Fills entries, compression and raw_bytes of the batch. kInternal if a library fails.
Status pack_entries(const v1::Entries& entries, bool compress, v1::Batch& batch);
/// kLimitExceeded (size or count), kSyncProtocol (unknown compression, not what raw_bytes says, not Entries).
Status unpack_entries(const v1::Batch& batch, v1::Entries& entries);

}  // namespace sekisho::sync
