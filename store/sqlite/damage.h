// Objects whose stored bytes are not those that were stored. Their bytes are handed to nobody until somebody gives them again.
// Any thread.
#pragma once

#include <cstddef>
#include <set>
#include <vector>

#include "core/mutex.h"
#include "store/sqlite/database.h"
#include "store/store.h"

namespace sekisho::store::sqlite {

/// Whether bytes fit the checksum of their row.
bool is_sound(std::string_view bytes, std::int64_t stored_checksum);
/// As it is kept in a column.
std::int64_t checksum_of(std::string_view bytes);

class Damage {
 public:
  static constexpr std::size_t kMost = 10'000;  ///< remembered; what is beyond is found again at each read

  void note(ObjectNo no);
  void mended(ObjectNo no);
  bool holds(ObjectNo no) const;
  std::vector<ObjectNo> list() const;

 private:
  mutable Mutex mutex_;
  std::set<ObjectNo> damaged_ SEKISHO_GUARDED_BY(mutex_);
};

}  // namespace sekisho::store::sqlite
