#include "certs/tls.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <string>

#include "core/digest.h"
#include "vectors.h"

namespace sekisho::certs {

namespace {

constexpr Timestamp kNow{1'750'000'000, 0};
constexpr std::int64_t kDay = 86400;

struct Ran {
  int status = -1;
  std::string output;
};

/// Runs a shell command in a folder of the build tree; errors go to the output, too.
Ran run(const std::filesystem::path& folder, const std::string& command) {
  Ran out;
  const std::string line = "cd '" + folder.string() + "' && " + command + " 2>&1";
  std::FILE* pipe = popen(line.c_str(), "r");
  if (pipe == nullptr) return out;
  std::array<char, 4096> buffer{};
  std::size_t got = 0;
  while ((got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0)
    out.output.append(buffer.data(), got);
  out.status = pclose(pipe);
  return out;
}

bool have_openssl() {
  const bool found = run(".", "openssl version").status == 0;
  if (!found)
    std::cout << "skipped: no openssl program to check the certificates with" << std::endl;
  return found;
}

void put(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::filesystem::path fresh_folder(const std::string& name) {
  const std::filesystem::path folder =
      std::filesystem::path(SEKISHO_BINARY_DIR) / "certs_tls_test" / name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

struct Material {
  Certificate ca;
  Certificate leaf;
};

Material make_material() {
  auto ca = make_ca("Example ISAC", kNow, 3650);
  REQUIRE(ca.ok());
  auto leaf = make_leaf(*ca, "試験 ISAC", {"node.example.org", "127.0.0.1", "::1"}, kNow, 90);
  REQUIRE(leaf.ok());
  return {*ca, *leaf};
}

Code leaf_code(const Certificate& ca, const std::vector<std::string>& hosts, int days = 1) {
  const auto leaf = make_leaf(ca, "Org", hosts, kNow, days);
  REQUIRE_FALSE(leaf.ok());
  return leaf.error().code;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("certs/tls: openssl accepts the chain for its names, purposes and time only") {
    const Material made = make_material();
    if (!have_openssl()) return;
    const auto folder = fresh_folder("chain");
    put(folder / "ca.pem", made.ca.certificate_pem);
    put(folder / "leaf.pem", made.leaf.certificate_pem);
    const auto verifies = [&](const std::string& options, std::int64_t time) {
      return run(folder,
                 "openssl verify -x509_strict -no-CApath -no-CAstore -CAfile ca.pem -attime " +
                     std::to_string(time) + " " + options + " leaf.pem")
                 .status == 0;
    };
    const std::int64_t now = kNow.seconds;
    CHECK(verifies("-purpose sslserver -verify_hostname node.example.org", now));
    CHECK(verifies("-purpose sslserver -verify_ip 127.0.0.1", now));
    CHECK(verifies("-purpose sslserver -verify_ip ::1", now));
    CHECK(verifies("-purpose sslclient", now));
    CHECK(verifies("-purpose sslserver", now - 299));
    CHECK(verifies("-purpose sslserver", now + 90 * kDay - 1));
    CHECK_FALSE(verifies("-purpose sslserver", now - 301));
    CHECK_FALSE(verifies("-purpose sslserver", now + 90 * kDay + 1));
    CHECK_FALSE(verifies("-purpose sslserver -verify_hostname other.example.org", now));
    CHECK_FALSE(verifies("-purpose sslserver -verify_ip 127.0.0.2", now));
    CHECK_FALSE(verifies("-purpose smimesign", now));

    put(folder / "ca.pem",
        make_ca("Example ISAC", kNow, 3650)->certificate_pem);  // same name, other key
    CHECK_FALSE(verifies("-purpose sslserver", now));
  }

  TEST_CASE("certs/tls: openssl shows the fields that were asked for") {
    const Material made = make_material();
    if (!have_openssl()) return;
    const auto folder = fresh_folder("fields");
    put(folder / "ca.pem", made.ca.certificate_pem);
    put(folder / "leaf.pem", made.leaf.certificate_pem);
    put(folder / "leaf.key", made.leaf.key_pem);
    const std::string ca = run(folder, "openssl x509 -in ca.pem -noout -text").output;
    const std::string leaf =
        run(folder, "openssl x509 -in leaf.pem -noout -text -nameopt utf8,sep_comma_plus").output;
    for (const char* text :
         {"CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign", "prime256v1", "ecdsa-with-SHA256"}) {
      CHECK_MESSAGE(ca.find(text) != std::string::npos, text << " in " << ca);
    }
    for (const char* text :
         {"Version: 3", "CA:FALSE", "TLS Web Server Authentication, TLS Web Client Authentication",
          "DNS:node.example.org, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1", "prime256v1",
          "O=試験 ISAC", "X509v3 Authority Key Identifier"}) {
      CHECK_MESSAGE(leaf.find(text) != std::string::npos, text << " in " << leaf);
    }
    CHECK(leaf.find("Certificate Sign") == std::string::npos);
    const std::string from_key = run(folder, "openssl pkey -in leaf.key -pubout").output;
    CHECK(from_key == run(folder, "openssl x509 -in leaf.pem -noout -pubkey").output);
    std::string shown = run(folder, "openssl x509 -in leaf.pem -noout -fingerprint -sha256").output;
    shown = shown.substr(shown.find('=') + 1);
    std::erase_if(shown, [](char c) { return c == ':' || c == '\n'; });
    CHECK(from_hex(shown) == from_hex(certificate_fingerprint(made.leaf.certificate_pem).value()));
  }

  TEST_CASE("certs/tls: fingerprint and end of validity") {
    const Material made = make_material();
    const auto fingerprint = certificate_fingerprint(made.leaf.certificate_pem);
    REQUIRE(fingerprint.ok());
    CHECK(fingerprint->size() == 64);
    CHECK(*fingerprint != certificate_fingerprint(made.ca.certificate_pem).value());
    CHECK(certificate_not_after(made.leaf.certificate_pem).value() ==
          Timestamp{kNow.seconds + 90 * kDay, 0});
    CHECK(certificate_not_after(made.ca.certificate_pem).value() ==
          Timestamp{kNow.seconds + 3650 * kDay, 0});
    for (const std::string bad :
         {"", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
      REQUIRE_FALSE(certificate_fingerprint(bad).ok());
      CHECK(certificate_fingerprint(bad).error().code == Code::kInvalidArgument);
      CHECK_FALSE(certificate_not_after(bad).ok());
    }
    CHECK_FALSE(certificate_fingerprint(std::string(100'000, 'x')).ok());
  }

  TEST_CASE("certs/tls: a leaf never outlives its CA, and an expired CA makes none") {
    const auto ca = make_ca("Org", kNow, 10);
    REQUIRE(ca.ok());
    const auto leaf = make_leaf(*ca, "Org", {"a.example"}, kNow, 90);
    REQUIRE(leaf.ok());
    CHECK(certificate_not_after(leaf->certificate_pem).value() ==
          certificate_not_after(ca->certificate_pem).value());
    const auto late =
        make_leaf(*ca, "Org", {"a.example"}, Timestamp{kNow.seconds + 11 * kDay, 0}, 90);
    REQUIRE_FALSE(late.ok());
    CHECK(late.error().code == Code::kInvalidArgument);
  }

  TEST_CASE("certs/tls: every certificate has a key and serial of its own") {
    const auto ca = make_ca("Org", kNow, 10);
    std::set<std::string> keys;
    for (int i = 0; i < 5; ++i) keys.insert(make_leaf(*ca, "Org", {"a.example"}, kNow, 1)->key_pem);
    CHECK(keys.size() == 5);
  }

  TEST_CASE("certs/tls: host names that are none, and names that inject, are refused") {
    const auto ca = make_ca("Org", kNow, 10);
    const auto refused = [&](const std::string& host) {
      return leaf_code(*ca, {host}) == Code::kInvalidArgument;
    };
    for (const std::string host :
         {"", ".", "a..b", "-a.example", "a-.example", "a_b", "a b", "*", "a.*.b", "例.jp",
          "x,DNS:evil.example", "IP:1.2.3.4", "1.2.3.4/8", "a\n"}) {
      CHECK_MESSAGE(refused(host), host);
    }
    CHECK(refused(std::string(64, 'a') + ".example"));
    CHECK(refused(std::string("a.example\0.evil", 15)));
    CHECK(refused(std::string("127.0.0.1\0evil", 14)));
    CHECK(leaf_code(*ca, {}) == Code::kInvalidArgument);
    CHECK(leaf_code(*ca, std::vector<std::string>(101, "a.example")) == Code::kInvalidArgument);
    CHECK(make_leaf(*ca, "Org", {"*.example", "xn--fsq.jp", "a", "2001:db8::1"}, kNow, 1).ok());
  }

  TEST_CASE("certs/tls: wrong arguments are refused, not signed") {
    const auto ca = make_ca("Org", kNow, 10);
    const auto other = make_ca("Org", kNow, 10);
    const auto leaf = make_leaf(*ca, "Org", {"a.example"}, kNow, 1);
    CHECK(leaf_code({ca->certificate_pem, other->key_pem}, {"a.example"}) ==
          Code::kInvalidArgument);
    CHECK(leaf_code(*leaf, {"a.example"}) == Code::kInvalidArgument);  // not a CA
    CHECK(leaf_code({"", ""}, {"a.example"}) == Code::kInvalidArgument);
    CHECK(leaf_code(*ca, {"a.example"}, 0) == Code::kInvalidArgument);
    CHECK(leaf_code(*ca, {"a.example"}, 36501) == Code::kInvalidArgument);
    CHECK_FALSE(make_ca("", kNow, 1).ok());
    CHECK_FALSE(make_ca(std::string(65, 'x'), kNow, 1).ok());
    CHECK_FALSE(make_ca("\xff\xfe", kNow, 1).ok());
    CHECK_FALSE(make_ca("Org", kNow, -1).ok());
  }
}

}  // namespace sekisho::certs
