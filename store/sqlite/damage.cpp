#include "store/sqlite/damage.h"

#include "core/checksum.h"

namespace sekisho::store::sqlite {

std::int64_t checksum_of(std::string_view bytes) { return static_cast<std::int64_t>(checksum(bytes)); }

bool is_sound(std::string_view bytes, std::int64_t stored_checksum) { return checksum_of(bytes) == stored_checksum; }

void Damage::note(ObjectNo no) {
  const MutexLock lock(mutex_);
  if (damaged_.size() < kMost) damaged_.insert(no);
}

void Damage::mended(ObjectNo no) {
  const MutexLock lock(mutex_);
  damaged_.erase(no);
}

bool Damage::holds(ObjectNo no) const {
  const MutexLock lock(mutex_);
  return damaged_.count(no) != 0;
}

std::vector<ObjectNo> Damage::list() const {
  const MutexLock lock(mutex_);
  return {damaged_.begin(), damaged_.end()};
}

}  // namespace sekisho::store::sqlite
