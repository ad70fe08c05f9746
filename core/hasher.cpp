#include "core/hasher.h"

#include <openssl/evp.h>

#include <cstdlib>

namespace sekisho {

struct Sha256Hasher::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(evp); }
};

// As in digest.cpp: nothing can go on without hashes.
Sha256Hasher::Sha256Hasher() : context_(std::make_unique<Context>()) {
  if (context_->evp == nullptr || EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr) != 1) std::abort();
}

Sha256Hasher::Sha256Hasher(const Sha256Hasher& other) : context_(std::make_unique<Context>()) {
  if (context_->evp == nullptr || EVP_MD_CTX_copy_ex(context_->evp, other.context_->evp) != 1) std::abort();
}

Sha256Hasher::~Sha256Hasher() = default;

void Sha256Hasher::add(std::string_view bytes) {
  if (EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()) != 1) std::abort();
}

Sha256 Sha256Hasher::finish() {
  Sha256 out{};
  unsigned int size = 0;
  if (EVP_DigestFinal_ex(context_->evp, out.data(), &size) != 1 || size != out.size()) std::abort();
  return out;
}

}  // namespace sekisho
