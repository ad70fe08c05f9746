// sekisho import, export.
#include <algorithm>
#include <charconv>

#include "core/json.h"
#include "node/cli/command.h"
#include "node/cli/input.h"
#include "node/cli/report.h"
#include "stix/convert/convert.h"
#include "sync/ingest/submission.h"

namespace sekisho::node::cli {
namespace {

namespace convert = stix::convert;

/// One import run: files of one format into one collection.
struct Import {
  House& house;
  Console& console;
  store::Collection collection;
  std::string format, mapping;
  sync::Inbound::Own how;
  std::string given_by;  ///< party whose files these are, or empty
  bool quiet = false;
  sync::InboundReport total;
  std::size_t documents = 0, refused_documents = 0, losses = 0, waiting = 0;
  std::vector<std::string> pending;

  Status take(const std::vector<std::string_view>& objects, std::size_t levels) {
    how.levels = levels;
    Result<sync::InboundReport> report = given_by.empty() ? house.inbound.import_own(collection, objects, how) : take_given(objects);
    if (!report.ok()) return report.error();
    print_report(console, *report, collection.alias);
    total.add(*report);
    return {};
  }

  Result<sync::InboundReport> take_given(const std::vector<std::string_view>& objects) {
    const Machine& machine = house.machine;
    sync::Submissions submissions(house.store, house.release, house.inbound, machine.clock, machine.random, machine.log);
    return submissions.take_given(given_by, collection, objects, how.levels);
  }

  Status flush() {
    if (pending.empty()) return {};
    SEKISHO_TRY(take({pending.begin(), pending.end()}, 0));
    pending.clear();
    return {};
  }

  Status stix_file(std::string text) {
    SEKISHO_ASSIGN(const auto container, stix::open_container(std::move(text)));
    const bool bundle = container.kind == stix::Container::Kind::kBundle;
    SEKISHO_TRY(take(container.slices, sync::kBundleLevels - (bundle ? 1 : 0)));
    ++documents;
    return {};
  }

  /// In whose name a report of another format is converted.
  Result<std::string> creator() const {
    if (given_by.empty()) return house.identity_id;
    const policy::Party* party = house.release.policy()->policy().find_party(given_by);
    if (party == nullptr) return make_error(Code::kPeerUnknown, "no party of this name in the policy", given_by);
    if (party->identities.empty()) {
      return make_error(Code::kInvalidArgument, "party " + given_by + " has no identity in whose name to convert; add one to its `identities` in policy.toml", given_by);
    }
    return party->identities.front();
  }

  Status converted_file(const std::string& text) {
    convert::Context context;
    SEKISHO_ASSIGN(const std::string name, creator());
    context.identity_id = name;
    context.id_namespace = convert::organisation_namespace(name);
    Status failure;
    convert::Sink sink;
    sink.converted = [&](convert::Converted done) {
      ++documents;
      losses += done.losses.size();
      if (!quiet) {
        for (const auto& loss : done.losses) {
          console.complain(done.document_id + ": " + loss.where + ": not mapped: " + loss.what);
        }
      }
      for (std::string& object : done.objects) pending.push_back(std::move(object));
      if (pending.size() >= house.limits.batch_objects && failure.ok()) {
        failure = flush();
        console.complain("  " + std::to_string(documents) + " documents, " + std::to_string(total.accepted) + " new objects");
      }
    };
    sink.refused = [&](convert::Refused bad) {
      ++refused_documents;
      console.complain(bad.document + ": refused: " + bad.error.to_string());
    };
    SEKISHO_TRY(convert::convert(format, text, mapping, context, sink));
    SEKISHO_TRY(failure);
    return flush();
  }
};

/// What an operator enters for a party: one submission for each file. docs/specs/anonymous.md §2.
int import_anonymously(House& house, const Args& args, Console& console) {
  if (!args.has("--collection") || !args.has("--from-party") || args.positional().empty() || args.has("--from")) {
    return fail(console, make_error(Code::kUsage, "give --collection ALIAS, --from-party PARTY and STIX 2.1 files"));
  }
  const Machine& machine = house.machine;
  sync::Submissions submissions(house.store, house.release, house.inbound, machine.clock, machine.random,
                                machine.log, &house.anonymous);
  int code = kDone;
  for (const std::string& path : args.positional()) {
    auto text = read_input(machine.files, path, house.limits.max_content_length);
    if (!text.ok()) return fail(console, text.error());
    const auto container = stix::open_container(std::move(*text));
    if (!container.ok()) return fail(console, container.error());
    if (container->slices.size() > house.limits.envelope_objects) {
      return fail(console, make_error(Code::kLimitExceeded, "split it: one submission has at most 20000 objects", path));
    }
    const auto done = submissions.take(args.get("--from-party"), args.get("--collection"), container->slices,
                                       sync::Submissions::Entered{args.has("--accept-small-set")});
    if (!done.ok()) return fail(console, done.error());
    for (const auto& failure : done->failures) console.complain(failure.id + " " + failure.version + ": refused: " + failure.message);
    if (!done->failures.empty()) code = kRefused;
    if (console.json) {
      json::Writer w;
      w.begin_object().member("receipt", done->id).member_int("taken", static_cast<std::int64_t>(done->successes.size()));
      w.member_int("refused", static_cast<std::int64_t>(done->failures.size())).end_object();
      console.line(w.text());
    } else {
      console.line(std::to_string(done->successes.size()) + " taken (see also: sekisho quarantine list), " +
                   std::to_string(done->failures.size()) + " refused; receipt for the submitter: " + done->id);
    }
  }
  return code;
}

Result<std::uint32_t> hops_of(const std::string& text) {
  std::uint32_t hops = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), hops);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size()) return hops;
  return make_error(Code::kUsage, "write a whole number: how many times it may be handed on", "--max-hops");
}

/// What the options say of the whole run; `--as-owner` is on record before anything comes in.
Status prepare(Import& run, const Args& args) {
  sync::Provenance& provenance = run.how.provenance;
  provenance.route = "import";
  if (args.get("--org-scope") == "isac-membership") provenance.handling.org_scope = certs::OrgScope::kIsacMembership;
  provenance.handling.onward_consent = args.has("--onward-consent");
  if (args.has("--max-hops")) {
    SEKISHO_ASSIGN(provenance.handling.max_hops, hops_of(args.get("--max-hops")));
  }
  if (args.has("--given-by")) {
    for (const char* option : {"--as-owner", "--org-scope", "--onward-consent", "--max-hops"}) {
      if (args.has(option)) return make_error(Code::kUsage, "not with --given-by: the party speaks for itself", option);
    }
  }
  if (!args.has("--as-owner")) return {};
  if (args.get("--as-owner").empty()) return make_error(Code::kUsage, "say why: --as-owner REASON", "--as-owner");
  run.how.for_parties = true;
  std::string files;
  for (const std::string& name : args.positional()) files += (files.empty() ? "" : ", ") + name;
  return run.house.audit.record({"import.as-owner", kOperator, run.collection.alias, files + ": " + args.get("--as-owner")});
}

/// What came and reaches nobody, or not all, before something else comes.
Status tell_what_waits(Import& run, store::ChangeNo before) {
  constexpr std::size_t kListed = 20;
  SEKISHO_ASSIGN(const auto waiting, run.house.release.waiting_since(before, run.given_by));
  run.waiting = waiting.size();
  for (std::size_t i = 0; i < std::min(waiting.size(), kListed); ++i) {
    const auto& one = waiting[i];
    run.console.complain(run.collection.alias + ": " + one.id + " " + one.version + " waits: it names " + one.missing + ", which is not here");
  }
  if (waiting.size() > kListed) {
    run.console.complain(run.collection.alias + ": " + std::to_string(waiting.size() - kListed) + " more wait for what they name; see: sekisho policy why-not");
  }
  return {};
}

/// Objects refused, or in conflict, are for somebody to look at.
int outcome(const Import& run) {
  return run.refused_documents == 0 && run.total.refused.empty() && run.total.conflicts == 0 ? kDone : kRefused;
}

int run_import(House& house, const Args& args, Console& console) {
  if (args.has("--anonymous")) return import_anonymously(house, args, console);
  for (const char* option : {"--from-party", "--accept-small-set"}) {
    if (args.has(option)) return fail(console, make_error(Code::kUsage, "only with --anonymous", option));
  }
  if (!args.has("--collection") || args.positional().empty()) {
    return fail(console, make_error(Code::kUsage, "give --collection ALIAS and at least one FILE"));
  }
  const auto collection = find_collection(house, args.get("--collection"));
  if (!collection.ok()) return fail(console, collection.error());
  Import run{house, console, *collection, args.get("--from", "stix2.1"), "", {}, args.get("--given-by"), args.has("--quiet"), {}, 0, 0, 0, 0, {}};
  const auto before = house.store.last_change();
  if (!before.ok()) return fail(console, before.error());
  const Status ready = prepare(run, args);
  if (!ready.ok()) return fail(console, ready.error());
  if (args.has("--mapping")) {
    auto text = house.machine.files.read(args.get("--mapping"), 1u << 20);
    if (!text.ok()) return fail(console, text.error());
    run.mapping = std::move(*text);
  }
  const std::vector<std::string> endings = run.format == "weekly" || run.format == "csv"
                                               ? std::vector<std::string>{".csv"}
                                               : std::vector<std::string>{".json", ".jsonl"};
  std::size_t files = 0;
  for (const std::string& name : args.positional()) {
    const auto paths = expand_input(house.machine.files, name, endings);
    if (!paths.ok()) return fail(console, paths.error());
    for (const std::string& path : *paths) {
      auto text = read_input(house.machine.files, path, house.limits.import_file_bytes);
      if (!text.ok()) return fail(console, text.error());
      ++files;
      const Status done = run.format == "stix2.1" ? run.stix_file(std::move(*text)) : run.converted_file(*text);
      if (!done.ok()) {
        Error error = done.error();
        error.where = path + (error.where.empty() ? "" : " " + error.where);
        return fail(console, error);
      }
    }
  }
  const Status told = tell_what_waits(run, *before);
  if (!told.ok()) return fail(console, told.error());
  if (console.json) {
    json::Writer w;
    w.begin_object().member("collection", collection->alias).member_int("files", static_cast<std::int64_t>(files));
    w.member_int("documents", static_cast<std::int64_t>(run.documents));
    w.member_int("documents_refused", static_cast<std::int64_t>(run.refused_documents));
    w.member_int("waiting", static_cast<std::int64_t>(run.waiting));
    w.member_int("not_mapped", static_cast<std::int64_t>(run.losses));
    report_members(w, run.total);
    w.end_object();
    console.line(w.text());
  } else {
    console.line(collection->alias + ": " + std::to_string(run.documents) + " documents from " + std::to_string(files) +
                 " files, " + std::to_string(run.refused_documents) + " refused; objects: " +
                 std::to_string(run.total.accepted) + " new, " + std::to_string(run.total.duplicates) + " known, " +
                 std::to_string(run.total.refused.size()) + " refused, " + std::to_string(run.total.conflicts) + " in conflict" +
                 (run.given_by.empty() ? "" : ", " + std::to_string(run.total.quarantined) + " in quarantine") + "; " + (run.waiting == 0 ? "" : std::to_string(run.waiting) + " wait for what they name; ") + std::to_string(run.losses) + " things not mapped");
  }
  return outcome(run);
}

/// A piece at a time: what has not been written when sharing is stopped is not.
int show_bundle(const House& house, const std::string& party, std::string_view bundle, Console& console) {
  constexpr std::size_t kPiece = 64u << 10;
  while (!bundle.empty()) {
    const Status open = house.egress.open_for(party);
    if (!open.ok()) return fail(console, open.error());
    console.out(bundle.substr(0, kPiece));
    bundle.remove_prefix(std::min(kPiece, bundle.size()));
  }
  return kDone;
}

int run_export(House& house, const Args& args, Console& console) {
  if (!args.has("--collection") || !args.has("--as")) {
    return fail(console, make_error(Code::kUsage, "give --collection ALIAS and --as PARTY"));
  }
  const auto from = house.outbound.find(args.get("--as"), args.get("--collection"));
  if (!from.ok()) return fail(console, from.error());
  std::string bundle = "{\"type\":\"bundle\",\"id\":\"bundle--" +
                       Uuid::v4(house.machine.random, "uuid/bundle/" + args.get("--as")).to_string() + "\"";
  std::size_t count = 0;
  sync::PageRequest request;
  request.query.limit = house.limits.page_items;
  request.query.versions.all = true;
  request.selection = "export";
  while (true) {
    const auto page = house.outbound.read(args.get("--as"), *from, request, [&](const store::StreamItem& item) {
      bundle += count++ == 0 ? ",\"objects\":[\n" : ",\n";
      bundle += item.bytes;
    });
    if (!page.ok()) return fail(console, page.error());
    if (!page->end.more) break;
    request.next = page->next;
  }
  bundle += count == 0 ? "}\n" : "\n]}\n";
  if (!args.has("-o")) return show_bundle(house, args.get("--as"), bundle, console);
  const Status open = house.egress.open_for(args.get("--as"));  // stopped since it was read: no file
  if (!open.ok()) return fail(console, open.error());
  const Status written = house.machine.files.write_atomic(args.get("-o"), bundle, 0600);
  if (!written.ok()) return fail(console, written.error());
  auto document = json::Document::parse(bundle);
  if (!document.ok()) return fail(console, document.error());
  const std::string jws =
      certs::sign_detached(*house.signer.key, certs::kTypExport, json::canonical((*document)->root()));
  const Status signed_too = house.machine.files.write_atomic(args.get("-o") + ".jws", jws + "\n", 0600);
  if (!signed_too.ok()) return fail(console, signed_too.error());
  console.line(std::to_string(count) + " objects as " + args.get("--as") + " in " + args.get("-o") +
               ", signed in " + args.get("-o") + ".jws");
  return kDone;
}

}  // namespace

std::vector<Command> exchange_commands() {
  return {
      {"import", "--collection ALIAS [--from FORMAT] FILE...", "take own reports into a collection and release them",
       {{"--collection", "ALIAS", "where they go"},
        {"--from", "FORMAT", "format of the files (default: stix2.1; see convert --list)"},
        {"--mapping", "FILE", "mapping file for csv and weekly"},
        {"--org-scope", "SCOPE", "what AMBER's organisation means: member-firm (default) or isac-membership"},
        {"--onward-consent", "", "the source consents to AMBER being passed on"},
        {"--max-hops", "N", "how many times whoever is given it may hand it on (default: without limit)"},
        {"--given-by", "PARTY", "these files came from that party, by mail say: judged as if it had sent them"},
        {"--as-owner", "REASON", "take what names a party as its creator as our own word; kept in the audit trail"},
        {"--quiet", "", "do not list what was not mapped"},
        {"--anonymous", "", "enter it for --from-party into an anonymous intake"},
        {"--from-party", "PARTY", "whose report it is; sealed"},
        {"--accept-small-set", "", "take it although few parties share its sector or product"}},
       nullptr, run_import},
      {"export", "--collection ALIAS --as PARTY [-o FILE]", "write what a party may read as a signed bundle",
       {{"--collection", "ALIAS", "which collection"},
        {"--as", "PARTY", "whose eyes; it counts as disclosed to that party"},
        {"-o", "FILE", "write here, and the signature beside it as FILE.jws"}},
       nullptr, run_export},
  };
}

}  // namespace sekisho::node::cli
