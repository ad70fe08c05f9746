// sekisho collection add|list|show|remove
#include "core/json.h"
#include "node/cli/command.h"
#include "stix/markings.h"
#include "sync/ingest/anonymous/anonymous.h"
#include "sync/peer/pull.h"

namespace sekisho::node::cli {
namespace {

bool url_safe(const std::string& alias) {
  if (alias.empty() || alias.size() > 100) return false;
  for (const char c : alias) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!good) return false;
  }
  return true;
}

/// How it takes anonymous submissions, if it does.
Result<std::optional<sync::AnonymousIntake>> read_intake(House& house, const Args& args) {
  for (const char* option : {"--blur", "--smallest-set"}) {
    if (args.has(option) && !args.has("--anonymous")) return make_error(Code::kUsage, "only with --anonymous", option);
  }
  if (!args.has("--anonymous")) return std::optional<sync::AnonymousIntake>();
  sync::AnonymousIntake intake;
  const auto blur = sync::AnonymousIntake::blur_of(args.get("--blur", "day"));
  if (!blur) return make_error(Code::kUsage, "write hour, day, week or month", "--blur");
  intake.blur = *blur;
  const std::string smallest = args.get("--smallest-set", "5");
  if (smallest.empty() || smallest.size() > 4 || smallest.find_first_not_of("0123456789") != std::string::npos || std::stoul(smallest) == 0) {
    return make_error(Code::kUsage, "write how many parties must share a word, 1 or more", "--smallest-set");
  }
  intake.smallest_set = std::stoul(smallest);
  const auto ready = house.anonymous.vault();
  if (!ready.ok()) return ready.error();
  return std::optional<sync::AnonymousIntake>(intake);
}

/// Before the collection is there, so that it never is without.
Status set_intake(House& house, const std::string& alias, const std::optional<sync::AnonymousIntake>& intake) {
  store::Batch batch;
  batch.documents.push_back({sync::kAnonymousIntakes, alias, intake ? std::optional(intake->to_json()) : std::nullopt});
  const auto stored = house.store.commit(batch, house.machine.clock.now());
  return stored.ok() ? Status() : Status(stored.error());
}

Result<store::Collection> add_collection(House& house, const Args& args) {
  if (args.positional().size() != 1) return make_error(Code::kUsage, "give one ALIAS");
  store::Collection main;
  main.alias = args.positional()[0];
  if (!url_safe(main.alias)) {
    return make_error(Code::kUsage, "an alias is 1 to 100 of a-z 0-9 - _, say weekly-reports", main.alias);
  }
  main.title = args.get("--title", main.alias);
  main.description = args.get("--description");
  if (args.has("--tlp")) {
    const auto tlp = stix::tlp_from_label(args.get("--tlp"));
    if (!tlp) return make_error(Code::kUsage, "write CLEAR, GREEN, AMBER, AMBER+STRICT or RED", "--tlp");
    main.baseline_tlp = std::string(stix::tlp_label(*tlp));
  }
  if (find_collection(house, main.alias).ok()) return make_error(Code::kAlreadyExists, "there is such a collection", main.alias);
  SEKISHO_ASSIGN(const auto intake, read_intake(house, args));
  SEKISHO_TRY(set_intake(house, main.alias, intake));
  main.id = Uuid::v4(house.machine.random, "collection/" + main.alias);
  SEKISHO_ASSIGN(store::Collection made, house.store.add_collection(main));
  store::Collection companion;
  companion.alias = sync::companion_alias(main.alias);
  companion.title = main.title + " (attestations)";
  companion.description = "Signatures over the objects of " + main.alias + ".";
  companion.id = Uuid::v4(house.machine.random, "collection/" + companion.alias);
  companion.companion_of = made.no;
  const auto beside = house.store.add_collection(companion);
  if (!beside.ok()) return beside.error();
  SEKISHO_TRY(house.release.collections_changed());
  // Whatever is released here names the organisation as its creator, so the identity comes first.
  sync::Provenance provenance;
  provenance.route = "node";
  const auto identity = house.inbound.import_own(made, {house.identity_object}, {provenance});
  if (!identity.ok()) return identity.error();
  return made;
}

int run_add(House& house, const Args& args, Console& console) {
  const auto made = add_collection(house, args);
  if (!made.ok()) return fail(console, made.error());
  if (console.json) {
    json::Writer w;
    w.begin_object().member("id", made->id.to_string()).member("alias", made->alias).member("title", made->title);
    w.end_object();
    console.line(w.text());
  } else {
    console.line("collection " + made->alias + " " + made->id.to_string());
  }
  return kDone;
}

int run_list(House& house, const Args&, Console& console) {
  const auto all = house.store.collections();
  if (!all.ok()) return fail(console, all.error());
  for (const auto& collection : *all) {
    if (console.json) {
      json::Writer w;
      w.begin_object().member("id", collection.id.to_string()).member("alias", collection.alias);
      w.member("title", collection.title).member("baseline", collection.baseline_tlp);
      w.member_bool("companion", collection.companion_of.has_value()).end_object();
      console.line(w.text());
    } else if (!collection.companion_of) {
      console.line(collection.id.to_string() + "  " + collection.alias + "  " + collection.title +
                   (collection.baseline_tlp.empty() ? "" : "  " + collection.baseline_tlp));
    }
  }
  return kDone;
}

int run_show(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1) return fail(console, make_error(Code::kUsage, "give one ALIAS"));
  const auto collection = find_collection(house, args.positional()[0]);
  if (!collection.ok()) return fail(console, collection.error());
  const auto intake = sync::anonymous_intake(house.store, collection->alias);
  if (!intake.ok()) return fail(console, intake.error());
  const auto streams = house.store.streams();
  if (!streams.ok()) return fail(console, streams.error());
  json::Writer w(!console.json);
  w.begin_object().member("id", collection->id.to_string()).member("alias", collection->alias);
  w.member("title", collection->title).member("description", collection->description);
  w.member("baseline", collection->baseline_tlp);
  if (*intake) w.key("anonymous").raw((*intake)->to_json());
  w.key("stream_lengths").begin_array();
  for (const auto& stream : *streams) {
    if (stream.collection == collection->no) w.integer(static_cast<std::int64_t>(stream.length));
  }
  w.end_array().end_object();
  console.line(w.text());
  return kDone;
}

int run_remove(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1) return fail(console, make_error(Code::kUsage, "give one ALIAS"));
  const auto collection = find_collection(house, args.positional()[0]);
  if (!collection.ok()) return fail(console, collection.error());
  const Status removed = house.store.remove_collection(collection->no);
  if (!removed.ok()) return fail(console, removed.error());
  const Status forgotten = set_intake(house, collection->alias, std::nullopt);
  if (!forgotten.ok()) return fail(console, forgotten.error());
  const Status changed = house.release.collections_changed();
  return changed.ok() ? kDone : fail(console, changed.error());
}

}  // namespace

std::vector<Command> collection_commands() {
  return {
      {"collection add", "ALIAS [--title TEXT] [--description TEXT] [--tlp LABEL] [--anonymous]",
       "make a collection, and the one beside it that carries its attestations",
       {{"--title", "TEXT", "shown to callers"},
        {"--description", "TEXT", "shown to callers"},
        {"--tlp", "LABEL", "baseline marking: nothing in it counts as looser"},
        {"--anonymous", "", "what parties post becomes ours, and who posted it is sealed"},
        {"--blur", "UNIT", "with --anonymous: hour, day (default), week or month"},
        {"--smallest-set", "N", "with --anonymous: parties that must share a sector or product (default 5)"}},
       nullptr, run_add},
      {"collection list", "", "list collections", {}, nullptr, run_list},
      {"collection show", "ALIAS", "show one collection and how long its streams are", {}, nullptr, run_show},
      {"collection remove", "ALIAS", "remove an empty collection", {}, nullptr, run_remove},
  };
}

}  // namespace sekisho::node::cli
