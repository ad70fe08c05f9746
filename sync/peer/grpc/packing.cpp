#include "sync/peer/grpc/packing.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>
#include <zstd.h>

#include "sekisho/sync/v1/link.pb.h"

namespace sekisho::sync {
namespace {

constexpr int kLevel = 1;
constexpr std::size_t kWorthIt = 1024;

Status unzip(const v1::Batch& batch, std::string& raw) {
  raw.resize(batch.raw_bytes());
  const std::size_t size =
      ZSTD_decompress(raw.data(), raw.size(), batch.entries().data(), batch.entries().size());
  if (ZSTD_isError(size) != 0 || size != raw.size()) {
    return make_error(Code::kSyncProtocol, "a batch does not unpack to the size it names", "batch.entries");
  }
  return {};
}

// Before anything is built from them: an empty entry takes two bytes here and fifty in memory.
Status count_entries(const std::string& raw) {
  using google::protobuf::internal::WireFormatLite;
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(raw.data()), static_cast<int>(raw.size()));
  std::size_t count = 0;
  while (const std::uint32_t tag = in.ReadTag()) {
    if (WireFormatLite::GetTagFieldNumber(tag) == v1::Entries::kEntriesFieldNumber) ++count;
    if (count > kBatchEntries) {
      return make_error(Code::kLimitExceeded, "a batch of more than " + std::to_string(kBatchEntries) + " entries", "batch");
    }
    if (!WireFormatLite::SkipField(&in, tag)) break;  // the parser will say so
  }
  if (count > 1 && raw.size() > kBatchBytes) {
    return make_error(Code::kLimitExceeded, "a batch of more than " + std::to_string(kBatchBytes) + " bytes", "batch");
  }
  return {};
}

}  // namespace

Status pack_entries(const v1::Entries& entries, bool compress, v1::Batch& batch) {
  std::string* raw = batch.mutable_entries();
  if (!entries.SerializeToString(raw)) return make_error(Code::kInternal, "entries cannot be serialised");
  batch.set_raw_bytes(static_cast<std::uint32_t>(raw->size()));
  batch.set_compression(v1::COMPRESSION_NONE);
  if (!compress || raw->size() < kWorthIt) return {};
  std::string packed(ZSTD_compressBound(raw->size()), '\0');
  const std::size_t size = ZSTD_compress(packed.data(), packed.size(), raw->data(), raw->size(), kLevel);
  if (ZSTD_isError(size) != 0) return make_error(Code::kInternal, "zstd failed");
  if (size >= raw->size()) return {};
  packed.resize(size);
  *raw = std::move(packed);
  batch.set_compression(v1::COMPRESSION_ZSTD);
  return {};
}

Status unpack_entries(const v1::Batch& batch, v1::Entries& entries) {
  if (batch.raw_bytes() > kFrameBytes) {
    return make_error(Code::kLimitExceeded, "a batch of more than " + std::to_string(kFrameBytes) + " bytes", "batch");
  }
  std::string unpacked;
  const std::string* raw = &batch.entries();
  if (batch.compression() == v1::COMPRESSION_ZSTD) {
    SEKISHO_TRY(unzip(batch, unpacked));
    raw = &unpacked;
  } else if (batch.compression() != v1::COMPRESSION_NONE) {
    return make_error(Code::kSyncProtocol, "a batch in a compression that was not offered", "batch.compression");
  } else if (raw->size() != batch.raw_bytes()) {
    return make_error(Code::kSyncProtocol, "a batch is not of the size it names", "batch.raw_bytes");
  }
  SEKISHO_TRY(count_entries(*raw));
  if (!entries.ParseFromString(*raw)) {
    return make_error(Code::kSyncProtocol, "a batch does not hold entries", "batch.entries");
  }
  return {};
}

}  // namespace sekisho::sync
