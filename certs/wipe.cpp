#include "certs/wipe.h"

#include <sodium.h>

#include <cstdlib>

namespace sekisho::certs {

void prepare_sodium() {
  static const bool kReady = sodium_init() >= 0;
  if (!kReady) std::abort();
}

SecretText::~SecretText() {
  text.resize(text.capacity());  // a moved-from short string still has its bytes beyond size()
  sodium_memzero(text.data(), text.size());
}

}  // namespace sekisho::certs
