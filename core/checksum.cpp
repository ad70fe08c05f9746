#include "core/checksum.h"

#define XXH_INLINE_ALL  // compiled here, so that nothing is linked
#include <xxhash.h>

namespace sekisho {

std::uint64_t checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace sekisho
