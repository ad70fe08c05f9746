// Which positions of which streams one party was given. Value; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "store/store.h"

namespace sekisho::sync {

/// Which positions of which streams one party was given. A disclosure of a stream counts for those forked from it, as
/// far as they are the same.
class Disclosed {
 public:
  Disclosed(const std::vector<store::Stream>& streams, std::vector<store::Disclosure> ranges) : ranges_(std::move(ranges)) {
    for (const auto& stream : streams) {
      by_no_[stream.no] = &stream;
      by_id_[stream.id.bytes] = &stream;
    }
  }
  bool holds(store::StreamNo no, store::Position position) const {
    const auto first = by_no_.find(no);
    const store::Stream* stream = first == by_no_.end() ? nullptr : first->second;
    while (stream != nullptr) {
      for (const auto& range : ranges_) {
        if (range.stream == stream->no && range.from <= position && position <= range.to) return true;
      }
      if (!stream->parent || position > stream->parent_length) return false;
      const auto parent = by_id_.find(stream->parent->bytes);
      stream = parent == by_id_.end() ? nullptr : parent->second;
    }
    return false;
  }

 private:
  std::vector<store::Disclosure> ranges_;
  std::map<store::StreamNo, const store::Stream*> by_no_;
  std::map<std::array<std::uint8_t, 16>, const store::Stream*> by_id_;
};

}  // namespace sekisho::sync
