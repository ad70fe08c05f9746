// What a backup says it holds, and what it may say.
#include "node/cli/manifest.h"

#include "tests/support/doctest.h"

namespace sekisho::node::cli {
namespace {

Manifest whole() {
  Manifest manifest;
  manifest.organisation = "A \"quoted\" ISAC";
  manifest.identity = "identity--1";
  manifest.incarnation = "i";
  manifest.time = "2026-11-22T00:00:00.000000Z";
  for (const char* path : {"store.sqlite", "node.toml", "policy.toml", "keys/node.pem", "keys/secret", "tls/ca.pem", "operators.toml"}) {
    manifest.files.push_back({path, {sha256(path), manifest.files.size()}});
  }
  return manifest;
}

TEST_SUITE("unit") {
  TEST_CASE("node/manifest: is read as it was written") {
    const Manifest written = whole();
    const auto read = Manifest::from_json(written.to_json());
    REQUIRE(read.ok());
    CHECK(read->organisation == written.organisation);
    CHECK(read->identity == written.identity);
    CHECK(read->incarnation == written.incarnation);
    CHECK(read->time == written.time);
    REQUIRE(read->files.size() == written.files.size());
    for (std::size_t i = 0; i < written.files.size(); ++i) {
      CHECK(read->files[i].path == written.files[i].path);
      CHECK(read->files[i].facts.size == written.files[i].facts.size);
      CHECK(read->files[i].facts.sha256 == written.files[i].facts.sha256);
    }
  }

  TEST_CASE("node/manifest: no path leads out of the backup or over anything else of a node") {
    for (const char* path : {"../policy.toml", "/etc/passwd", "keys/../node.toml", "keys/a/b", "keys/.hidden", "keys/",
                             "tls/..", "tls/", "data/store.sqlite", "control.sock", "", "lock", "data/restored"}) {
      CAPTURE(path);
      Manifest manifest = whole();
      manifest.files.push_back({path, {}});
      CHECK_FALSE(Manifest::from_json(manifest.to_json()).ok());
    }
  }

  TEST_CASE("node/manifest: what a node cannot be without must be named") {
    for (std::size_t i = 0; i < 5; ++i) {
      Manifest manifest = whole();
      manifest.files.erase(manifest.files.begin() + static_cast<std::ptrdiff_t>(i));
      CHECK_FALSE(Manifest::from_json(manifest.to_json()).ok());
    }
    Manifest manifest = whole();
    manifest.files.erase(manifest.files.begin() + 5);
    CHECK(Manifest::from_json(manifest.to_json()).ok());
  }

  TEST_CASE("node/manifest: another format or other values are refused") {
    const std::string good = whole().to_json();
    const auto with = [&](const std::string& from, const std::string& to) {
      std::string text = good;
      REQUIRE(text.find(from) != std::string::npos);
      text.replace(text.find(from), from.size(), to);
      return Manifest::from_json(text).ok();
    };
    CHECK(with("\"format\":1", "\"format\":1"));
    CHECK_FALSE(with("\"format\":1", "\"format\":2"));
    CHECK_FALSE(with("\"format\":1,", ""));
    CHECK_FALSE(with("\"size\":0", "\"size\":-1"));
    CHECK_FALSE(with("\"size\":0", "\"size\":\"0\""));
    CHECK_FALSE(with("\"sha256\":\"", "\"sha256\":\"00"));
    CHECK_FALSE(with("\"sha256\":\"", "\"sha256\":\"x"));
    CHECK_FALSE(Manifest::from_json("{").ok());
  }
}

}  // namespace
}  // namespace sekisho::node::cli
