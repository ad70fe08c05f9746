// sekisho backup, sekisho restore. docs/specs/backup.md.
#include "certs/attestation.h"
#include "certs/keys.h"
#include "core/json.h"
#include "node/cli/command.h"
#include "node/cli/manifest.h"

namespace sekisho::node::cli {
namespace {

constexpr std::size_t kManifestBytes = 4u << 20;

// ---- backup -----------------------------------------------------------------------------------

/// Copies one file of the node and notes it.
Status take_file(House& house, const std::string& dest, const std::string& name, Manifest& manifest) {
  SEKISHO_ASSIGN(const FileFacts facts, house.machine.files.copy(house.path(name), dest + "/" + name, 0600));
  manifest.files.push_back({name, facts});
  return {};
}

Status take_folder(House& house, const std::string& dest, const std::string& folder, Manifest& manifest) {
  SEKISHO_TRY(house.machine.files.make_directory(dest + "/" + folder, 0700));
  SEKISHO_ASSIGN(const auto names, house.machine.files.list(house.path(folder)));
  for (const std::string& name : names) {
    if (name.back() != '/') SEKISHO_TRY(take_file(house, dest, folder + "/" + name, manifest));
  }
  return {};
}

Status take_store(House& house, const std::string& dest, Console& console, Manifest& manifest) {
  const std::string path = dest + "/store.sqlite";
  std::size_t shown = 0;
  SEKISHO_TRY(house.store.backup(house.machine.files.resolved(path), [&](std::size_t done, std::size_t total) {
    const std::size_t tenth = total == 0 ? 10 : done * 10 / total;
    if (tenth <= shown) return;
    shown = tenth;
    console.complain("  store: " + std::to_string(tenth * 10) + " %");
  }));
  SEKISHO_ASSIGN(const FileFacts facts, house.machine.files.facts(path));
  manifest.files.push_back({"store.sqlite", facts});
  return {};
}

Result<Manifest> make_backup(House& house, const std::string& dest, Console& console) {
  Files& files = house.machine.files;
  Manifest manifest;
  manifest.organisation = house.organisation;
  manifest.identity = house.identity_id;
  manifest.incarnation = house.store.incarnation().to_string();
  manifest.time = format_stix_time(house.machine.clock.now(), 6);
  SEKISHO_TRY(files.make_directory(dest, 0700));
  SEKISHO_TRY(house.audit.record({"backup", kOperator, files.resolved(dest), "a copy of the node, its keys among it"}));
  SEKISHO_TRY(take_store(house, dest, console, manifest));
  {
    const MutexLock lock(house.policy_edit);
    SEKISHO_TRY(take_file(house, dest, "policy.toml", manifest));
    if (files.exists(house.operators_path())) SEKISHO_TRY(take_file(house, dest, "operators.toml", manifest));
  }
  SEKISHO_TRY(take_file(house, dest, "node.toml", manifest));
  SEKISHO_TRY(take_folder(house, dest, "keys", manifest));
  SEKISHO_TRY(take_folder(house, dest, "tls", manifest));
  const std::string text = manifest.to_json();
  SEKISHO_TRY(files.write_atomic(dest + "/manifest.jws", certs::sign_detached(*house.signer.key, certs::kTypBackup, text), 0600));
  SEKISHO_TRY(files.write_atomic(dest + "/manifest.json", text, 0600));  // last: now it is a backup
  return manifest;
}

void report(Console& console, const std::string& verb, const std::string& folder, const Manifest& manifest,
            const std::string& kid) {
  std::uint64_t bytes = 0;
  for (const auto& file : manifest.files) bytes += file.facts.size;
  if (console.json) {
    json::Writer w;
    w.begin_object().member("folder", folder).member_int("files", static_cast<std::int64_t>(manifest.files.size()));
    w.member_int("bytes", static_cast<std::int64_t>(bytes)).member("organisation", manifest.organisation);
    w.member("incarnation", manifest.incarnation).member("time", manifest.time).member("kid", kid).end_object();
    return console.line(w.text());
  }
  console.line(verb + " " + manifest.organisation + " as of " + manifest.time + ": " +
               std::to_string(manifest.files.size()) + " files, " + std::to_string(bytes) + " bytes, signed by " + kid);
}

int run_backup(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1) return fail(console, make_error(Code::kUsage, "give the folder to make"));
  const std::string& dest = args.positional()[0];
  const auto made = make_backup(house, dest, console);
  if (!made.ok()) return fail(console, made.error());
  report(console, "backed up", dest, *made, house.signer.key->kid());
  if (!console.json) console.line("it holds private keys: keep " + dest + " as secret as the node");
  return kDone;
}

// ---- restore ----------------------------------------------------------------------------------

/// The manifest, once its signature is that of the backup's own key; `kid` becomes that key's.
Result<Manifest> read_manifest(const Files& files, const std::string& backup, std::string& kid) {
  if (!files.exists(backup + "/manifest.json")) {
    return make_error(Code::kNotFound, "no manifest.json: not a backup, or one that did not end", backup);
  }
  SEKISHO_ASSIGN(const std::string text, files.read(backup + "/manifest.json", kManifestBytes));
  SEKISHO_ASSIGN(const std::string jws, files.read(backup + "/manifest.jws", 4096));
  SEKISHO_ASSIGN(const std::string pem, files.read(backup + "/keys/node.pem", 4096));
  SEKISHO_ASSIGN(const auto key, certs::SigningKey::from_pem(pem));
  const certs::KeyLookup keys = [&](std::string_view wanted) -> std::optional<certs::PublicKey> {
    if (wanted != key->kid()) return std::nullopt;
    return key->public_key();
  };
  SEKISHO_ASSIGN(kid, certs::check_detached(jws, certs::kTypBackup, text, keys));
  return Manifest::from_json(text);
}

Status same_facts(const Manifest::File& file, const FileFacts& found, const std::string& where) {
  if (found.size == file.facts.size && found.sha256 == file.facts.sha256) return {};
  return make_error(Code::kStoreCorrupt, "the file is not what the manifest says", where);
}

Status check_files(const Files& files, const std::string& backup, const Manifest& manifest) {
  for (const auto& file : manifest.files) {
    const std::string path = backup + "/" + file.path;
    SEKISHO_ASSIGN(const FileFacts found, files.facts(path));
    SEKISHO_TRY(same_facts(file, found, path));
  }
  return {};
}

Status make_folders(Files& files, const std::string& dir) {
  if (files.exists(dir)) {
    SEKISHO_ASSIGN(const auto there, files.list(dir));
    if (!there.empty()) {
      return make_error(Code::kAlreadyExists, "the folder is not empty; restore into a new one, never over a node", dir);
    }
  } else {
    SEKISHO_TRY(files.make_directory(dir, 0700));
  }
  for (const char* sub : {"/keys", "/tls", "/data"}) SEKISHO_TRY(files.make_directory(dir + sub, 0700));
  return {};
}

Status put_back(Files& files, const std::string& backup, const Manifest::File& file, const std::string& dir) {
  const std::string to = dir + "/" + (file.path == "store.sqlite" ? "data/store.sqlite" : file.path);
  SEKISHO_ASSIGN(const FileFacts copied, files.copy(backup + "/" + file.path, to, 0600));
  return same_facts(file, copied, to);
}

Status restore_to(Files& files, const std::string& backup, const Manifest& manifest, const std::string& dir) {
  SEKISHO_TRY(check_files(files, backup, manifest));
  SEKISHO_TRY(make_folders(files, dir));
  const Manifest::File* last = nullptr;
  for (const auto& file : manifest.files) {
    if (file.path == "node.toml") {
      last = &file;
    } else {
      SEKISHO_TRY(put_back(files, backup, file, dir));
    }
  }
  SEKISHO_TRY(files.write_atomic(dir + "/" + kRestoredMark, manifest.time + "\n", 0600));
  return put_back(files, backup, *last, dir);  // now it is a node
}

int run_restore(Machine& machine, const Args& args, Console& console) {
  if (args.positional().size() != 1 || !args.has("--dir")) {
    return fail(console, make_error(Code::kUsage, "give BACKUP and --dir DIR, the folder to make"));
  }
  const std::string& backup = args.positional()[0];
  const std::string dir = args.get("--dir");
  std::string kid;
  const auto manifest = read_manifest(machine.files, backup, kid);
  if (!manifest.ok()) return fail(console, manifest.error());
  if (args.has("--fingerprint") && args.get("--fingerprint") != kid) {
    return fail(console, make_error(Code::kKeyNotAllowed, "the backup is signed by " + kid, backup));
  }
  const Status done = restore_to(machine.files, backup, *manifest, dir);
  if (!done.ok()) return fail(console, done.error());
  report(console, "restored", dir, *manifest, kid);
  if (!console.json) {
    console.line("what was recalled, stopped or revoked after the backup was made is not in it: do it again before you serve");
    console.line("set the clock, be sure that the old node is off, then: sekisho serve --dir " + dir);
  }
  return kDone;
}

}  // namespace

std::vector<Command> backup_commands() {
  return {
      {"backup", "DEST", "copy the node, also while it serves, to a new folder", {}, nullptr, run_backup},
      {"restore", "BACKUP --dir DIR", "make a node of a backup, in a new folder",
       {{"--fingerprint", "KID", "the key that must have signed the backup"}}, run_restore, nullptr},
  };
}

}  // namespace sekisho::node::cli
