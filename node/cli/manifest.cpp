#include "node/cli/manifest.h"

#include <algorithm>

#include "core/json.h"

namespace sekisho::node::cli {
namespace {

constexpr std::int64_t kFormat = 1;

Error wrong(const std::string& why) { return make_error(Code::kInvalidArgument, why, "manifest.json"); }

/// A name that stays within its folder.
bool plain_name(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string_view::npos;
}

bool belongs(const std::string& path) {
  if (path == "store.sqlite" || path == "node.toml" || path == "policy.toml" || path == "operators.toml") return true;
  const std::string folder = path.substr(0, 5);
  if (folder == "keys/") return plain_name(std::string_view(path).substr(5));
  return path.substr(0, 4) == "tls/" && plain_name(std::string_view(path).substr(4));
}

Result<Manifest::File> file_of(const json::Value& value) {
  Manifest::File file;
  file.path = std::string(value["path"].string_or(""));
  if (!belongs(file.path)) return wrong("names a file that a backup does not hold: " + file.path);
  const auto size = value["size"].integer();
  const auto hash = from_hex(value["sha256"].string_or(""));
  if (!size || *size < 0 || !hash || hash->size() != file.facts.sha256.size()) {
    return wrong("size or hash of " + file.path + " is not one");
  }
  file.facts.size = static_cast<std::uint64_t>(*size);
  std::copy(hash->begin(), hash->end(), file.facts.sha256.begin());
  return file;
}

}  // namespace

std::string Manifest::to_json() const {
  json::Writer w;
  w.begin_object().member_int("format", kFormat).member("organisation", organisation).member("identity", identity);
  w.member("incarnation", incarnation).member("time", time).key("files").begin_array();
  for (const File& file : files) {
    w.begin_object().member("path", file.path).member_int("size", static_cast<std::int64_t>(file.facts.size));
    w.member("sha256", hex(file.facts.sha256)).end_object();
  }
  w.end_array().end_object();
  return w.take();
}

Result<Manifest> Manifest::from_json(const std::string& text) {
  const auto document = json::Document::parse(text);
  if (!document.ok()) return wrong("is not JSON: " + document.error().to_string());
  const json::Value root = (*document)->root();
  if (root["format"].integer() != kFormat) return wrong("is of a format that this program does not know");
  Manifest manifest;
  manifest.organisation = std::string(root["organisation"].string_or(""));
  manifest.identity = std::string(root["identity"].string_or(""));
  manifest.incarnation = std::string(root["incarnation"].string_or(""));
  manifest.time = std::string(root["time"].string_or(""));
  for (const auto& entry : root["files"]) {
    SEKISHO_ASSIGN(File file, file_of(entry.value));
    manifest.files.push_back(std::move(file));
  }
  for (const char* needed : {"store.sqlite", "node.toml", "policy.toml", "keys/node.pem", "keys/secret"}) {
    const bool there = std::any_of(manifest.files.begin(), manifest.files.end(),
                                   [&](const File& file) { return file.path == needed; });
    if (!there) return wrong(std::string("does not name ") + needed);
  }
  return manifest;
}

}  // namespace sekisho::node::cli
