// SHA-256 of bytes that come in pieces. One thread at a time.
#pragma once

#include <memory>
#include <string_view>

#include "core/digest.h"

namespace sekisho {

class Sha256Hasher {
 public:
  Sha256Hasher();
  ~Sha256Hasher();
  Sha256Hasher(const Sha256Hasher& other);  ///< goes on from what the other was given
  Sha256Hasher& operator=(const Sha256Hasher&) = delete;

  void add(std::string_view bytes);
  Sha256 finish();  ///< of all that was added; once

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace sekisho
