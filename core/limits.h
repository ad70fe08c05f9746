// Every bound of the program in one place (promise 9). Values are bytes, counts or microseconds as named.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sekisho {

struct Limits {
  // JSON and STIX
  std::size_t object_bytes = 4u << 20;           ///< one STIX object
  std::uint32_t json_depth = 100;
  std::size_t frame_bytes = 1u << 20;            ///< what stands around the objects of a streamed bundle
  std::uint64_t stream_bytes = 16ull << 30;      ///< one streamed file, unpacked
  std::size_t file_ids = 10'000'000;             ///< ids of one file that are compared with each other
  // TAXII
  std::size_t max_content_length = 10u << 20;    ///< one POST body, in octets
  std::size_t envelope_objects = 20'000;         ///< one posted envelope
  std::size_t page_items = 1000;                 ///< server cap of `limit`
  std::size_t page_bytes = 16u << 20;            ///< a page ends early rather than grow past this
  std::size_t match_values = 100;                ///< comma separated values in one match field
  std::size_t query_bytes = 8192;
  std::size_t page_cache_bytes = 256u << 20;     ///< runs of streams kept in memory for pages
  // HTTP gate
  std::size_t head_bytes = 16384;
  std::size_t header_count = 64;
  std::size_t connections = 4096;
  std::size_t gate_bytes = 512u << 20;           ///< bodies and answers held for all connections together
  std::int64_t head_deadline_micros = 10'000'000;
  std::int64_t body_deadline_micros = 60'000'000;
  std::int64_t idle_deadline_micros = 60'000'000;
  std::int64_t write_deadline_micros = 60'000'000;
  // Import
  std::size_t import_file_bytes = 1u << 30;
  std::size_t batch_objects = 1000;              ///< objects in one store transaction
};

}  // namespace sekisho
