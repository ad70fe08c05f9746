// Secrets that pass through ordinary memory are overwritten when they go. Any thread.
#pragma once

#include <string>

namespace sekisho::certs {

/// Initialises libsodium, once; every other use of it comes after. Aborts if the kernel gives no
/// entropy.
void prepare_sodium();

/// Text that is overwritten when it goes. Reserve before appending: growth would leave a copy
/// behind.
struct SecretText {
  std::string text;

  SecretText() = default;
  explicit SecretText(std::string value) : text(std::move(value)) {}
  SecretText(SecretText&&) = default;
  SecretText& operator=(SecretText&&) = delete;
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
  ~SecretText();
};

}  // namespace sekisho::certs
