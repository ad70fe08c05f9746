// Packed batches of the link: byte 1 is the compression, bytes 2 to 4 the size that the sender names, the rest the entries. What unpacks is
// within the limits, and packed again it unpacks to the same; a bomb costs no more than the frame's limit.
#include <google/protobuf/stubs/logging.h>

#include <cstdint>
#include <string>

#include "sekisho/sync/v1/link.pb.h"
#include "sync/peer/grpc/packing.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sekisho;
  using fuzz::require;
  if (size < 4) return 0;
  google::protobuf::SetLogHandler(nullptr);  // it tells every byte that is not UTF-8
  sync::v1::Batch batch;
  batch.set_compression(static_cast<sync::v1::Compression>(data[0] % 4));
  batch.set_raw_bytes(std::uint32_t{data[1]} << 16 | std::uint32_t{data[2]} << 8 | data[3]);
  batch.set_entries(std::string(reinterpret_cast<const char*>(data) + 4, size - 4));
  sync::v1::Entries entries;
  const Status taken = sync::unpack_entries(batch, entries);
  if (!taken.ok()) {
    require(taken.error().code == Code::kSyncProtocol || taken.error().code == Code::kLimitExceeded, "a refusal has its code");
    return 0;
  }
  require(static_cast<std::size_t>(entries.entries_size()) <= sync::kBatchEntries, "as many entries as are allowed");
  for (const bool compress : {false, true}) {
    sync::v1::Batch again;
    sync::v1::Entries read;
    require(sync::pack_entries(entries, compress, again).ok() && sync::unpack_entries(again, read).ok(), "what came can be sent on");
    require(read.SerializeAsString() == entries.SerializeAsString(), "and is the same");
  }
  return 0;
}
