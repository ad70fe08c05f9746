#include "certs/secrets.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/fakes.h"
#include "vectors.h"

// Sanitizers map terabytes of shadow and end the program when an allocation is refused.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SEKISHO_UNDER_SANITIZER 1
#elif defined(__has_feature)
#define SEKISHO_UNDER_SANITIZER \
  (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define SEKISHO_UNDER_SANITIZER 0
#endif

namespace sekisho::certs {

TEST_SUITE("unit") {
  TEST_CASE("certs/secrets: HMAC-SHA-256 of RFC 4231") {
    CHECK(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(hex(hmac_sha256(std::string(131, '\xaa'),
                          "Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    CHECK(hex(hmac_sha256("", "")) ==
          "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  }

  TEST_CASE("certs/secrets: constant-time comparison compares") {
    CHECK(equal_constant_time("", ""));
    CHECK(equal_constant_time("abc", "abc"));
    CHECK_FALSE(equal_constant_time("abc", "abd"));
    CHECK_FALSE(equal_constant_time("abc", "Abc"));
    CHECK_FALSE(equal_constant_time("abc", "abcd"));
    CHECK_FALSE(equal_constant_time("abc", ""));
    CHECK_FALSE(equal_constant_time(std::string("a\0b", 3), std::string("a\0c", 3)));
  }

  TEST_CASE("certs/secrets: derived keys differ by purpose and by master") {
    const std::string cursor = derive_key("master", "cursor");
    CHECK(cursor.size() == 32);
    CHECK(cursor == derive_key("master", "cursor"));
    CHECK(cursor != derive_key("master", "rendition"));
    CHECK(cursor != derive_key("Master", "cursor"));
    CHECK(cursor == as_chars(hmac_sha256("master", "cursor")));
  }

  TEST_CASE("certs/secrets: passwords are hashed with Argon2id and verified") {
    PasswordHasher hasher(1);
    const auto phc = hasher.hash("correct horse");
    REQUIRE(phc.ok());
    CHECK(phc->starts_with("$argon2id$v=19$m=65536,t=2,p=1$"));
    CHECK(phc->find("correct") == std::string::npos);
    CHECK(hasher.verify(*phc, "correct horse").value());
    CHECK_FALSE(hasher.verify(*phc, "correct horsE").value());
    CHECK_FALSE(hasher.verify(*phc, "").value());
    CHECK(hasher.hash("correct horse").value() != *phc);  // salted
  }

  TEST_CASE("certs/secrets: a stored hash of another kind is an error, not a wrong password") {
    PasswordHasher hasher(1);
    const auto refused = [&](const std::string& phc) {
      const auto answer = hasher.verify(phc, "x");
      return !answer.ok() && answer.error().code == Code::kCryptoFailure;
    };
    CHECK(refused(""));
    CHECK(refused("x"));
    CHECK(refused("$argon2id$v=19$m=65536,t=2,p=1$"));
    // Right password, but 4 TiB of memory asked for.
    CHECK(
        refused("$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    CHECK(
        refused("$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    const std::string phc = hasher.hash("x").value();
    CHECK(hasher.verify(phc, "x").value());
    CHECK(refused(phc + "A"));
    CHECK(refused(phc + '\0'));
    CHECK(refused(phc.substr(0, phc.size() - 1)));
    CHECK(refused(phc + std::string(200, 'A')));
  }

#if !SEKISHO_UNDER_SANITIZER
  TEST_CASE("certs/secrets: refused memory is an error, not a wrong password") {
    PasswordHasher hasher(1);
    const std::string phc = hasher.hash("x").value();
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      const rlimit little{1 << 20, 1 << 20};
      if (setrlimit(RLIMIT_AS, &little) != 0) _exit(3);
      const auto hashed = hasher.hash("x");
      const auto verified = hasher.verify(phc, "x");
      const bool right = !hashed.ok() && hashed.error().code == Code::kCryptoFailure &&
                         !verified.ok() && verified.error().code == Code::kCryptoFailure;
      _exit(right ? 0 : 1);
    }
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
#endif

  TEST_CASE("certs/secrets: without a free slot nothing is computed, and slots come back") {
    PasswordHasher none(0);
    REQUIRE_FALSE(none.hash("x").ok());
    CHECK(none.hash("x").error().code == Code::kUnavailable);
    REQUIRE_FALSE(none.verify("anything", "x").ok());
    CHECK(none.verify("anything", "x").error().code == Code::kUnavailable);

    PasswordHasher one(1);
    const std::string phc = one.hash("x").value();
    CHECK_FALSE(one.verify("damaged", "x").ok());  // an error gives its slot back, too
    CHECK(one.verify(phc, "x").value());
    std::vector<std::thread> threads;
    std::vector<int> outcome(8, 0);
    for (std::size_t i = 0; i < outcome.size(); ++i) {
      threads.emplace_back([&, i] {
        const auto answer = one.verify(phc, "x");
        outcome[i] =
            answer.ok() ? (*answer ? 1 : -1) : (answer.error().code == Code::kUnavailable ? 2 : -2);
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const int result : outcome) CHECK(result > 0);
    CHECK(std::count(outcome.begin(), outcome.end(), 1) >= 1);
    CHECK(one.verify(phc, "x").value());
  }

  TEST_CASE("certs/secrets: tokens are 32 bytes of the purpose's randomness") {
    tests::FakeRandom random(7);
    const std::string first = make_token(random, "token/a");
    CHECK(from_base64url(first).value().size() == 32);
    CHECK(make_token(random, "token/a") != first);
    tests::FakeRandom same(7);
    make_token(same, "token/b");
    CHECK(make_token(same, "token/a") == first);  // other purposes do not disturb it
  }
}

}  // namespace sekisho::certs
