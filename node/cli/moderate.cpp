// sekisho moderate list|show|screen|enrich|approve|take-back|publish|withdraw|text. docs/specs/moderation.md.
#include "certs/keys.h"
#include "core/digest.h"
#include "core/json.h"
#include "node/cli/command.h"
#include "node/cli/operators.h"
#include "sync/moderation/moderation.h"

namespace sekisho::node::cli {
namespace {

using sync::Moderated;

void print_item_json(Console& console, const Moderated& item) {
  json::Writer w;
  w.begin_object().member("object", item.object).member("version", item.version).member("content", hex(item.content));
  w.member("state", sync::state_word(item.state)).member("since", item.since).member("by", item.by);
  w.member_int("needed", item.needed()).key("approved_by").begin_array();
  for (const std::string& name : item.approved_by) w.string(name);
  w.end_array().key("held").begin_array();
  for (const auto& held : item.held) {
    w.begin_object().key("parties").begin_array();
    for (const std::string& party : held.parties) w.string(party);
    w.end_array().member("collection", held.collection).member("rule", held.rule).member("text", held.text);
    w.member_int("needed", held.needed).end_object();
  }
  w.end_array().end_object();
  console.line(w.text());
}

std::string words_text(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

void print_item(Console& console, const Moderated& item) {
  if (console.json) return print_item_json(console, item);
  console.line(item.object + "  version " + item.version + "  " + std::string(sync::state_word(item.state)) +
               (item.by.empty() ? "" : " by " + item.by + " at " + item.since) + "  approved by " +
               std::to_string(item.approved_by.size()) + (item.held.empty() ? "" : " of " + std::to_string(item.needed())) +
               (item.approved_by.empty() ? "" : ": " + words_text(item.approved_by)));
  for (const auto& held : item.held) {
    console.line("  held from " + words_text(held.parties) + " in " + held.collection + ": " + held.text + "  [" + held.rule + "]");
  }
}

int print_items(Console& console, const Result<std::vector<Moderated>>& items) {
  if (!items.ok()) return fail(console, items.error());
  for (const Moderated& item : *items) print_item(console, item);
  return kDone;
}

int run_moderation_list(House& house, const Args& args, Console& console) {
  return print_items(console, args.has("--all") ? house.moderation.all() : house.moderation.waiting());
}

int run_moderation_show(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1) return fail(console, make_error(Code::kUsage, "give one OBJECT"));
  return print_items(console, house.moderation.show(args.positional()[0]));
}

/// The texts of `--set /name=…`.
Result<sync::ApprovedTexts> texts_of(const Args& args) {
  sync::ApprovedTexts texts;
  for (const std::string& word : args.all("--set")) {
    const std::size_t split = word.find('=');
    if (split == std::string::npos || !word.starts_with("/")) return make_error(Code::kUsage, "write --set /name=\"…\"", "--set");
    if (!texts.emplace(word.substr(0, split), word.substr(split + 1)).second) {
      return make_error(Code::kUsage, "the same text twice", word.substr(0, split));
    }
  }
  return texts;
}

int run_act(House& house, const Args& args, Console& console, sync::Act act) {
  if (args.positional().size() != 1 || !args.has("--operator") || !args.has("--key")) {
    return fail(console, make_error(Code::kUsage, "give OBJECT, --operator NAME and --key FILE"));
  }
  const auto key = key_from_file(house, args.get("--key"));
  if (!key.ok()) return fail(console, key.error());
  const sync::Which which{args.positional()[0], args.get("--version"), args.get("--content")};
  const sync::Signing by{args.get("--operator"), **key, args.get("--note")};
  auto texts = act == sync::Act::kText ? texts_of(args) : Result<sync::ApprovedTexts>(sync::ApprovedTexts());
  if (!texts.ok()) return fail(console, texts.error());
  const auto done = act == sync::Act::kText ? house.moderation.set_texts(which, by, std::move(*texts))
                                            : house.moderation.act(act, which, by);
  if (!done.ok()) return fail(console, done.error());
  print_item(console, *done);
  return kDone;
}

template <sync::Act kAct>
int run_moderate(House& house, const Args& args, Console& console) {
  return run_act(house, args, console, kAct);
}

const std::vector<OptionSpec> kSigned = {{"--version", "V", "this version (default: the newest)"},
                                         {"--content", "HEX", "this content, where one version is held with several"},
                                         {"--operator", "NAME", "who acts"},
                                         {"--key", "FILE", "that operator's private key"},
                                         {"--note", "TEXT", "why; its digest is signed"}};

std::vector<OptionSpec> with_set() {
  auto options = kSigned;
  options.push_back({"--set", "POINTER=TEXT", "the public text in the place of that one", true});
  return options;
}

}  // namespace

std::vector<Command> moderate_commands() {
  const std::string usage = "OBJECT [--version V] --operator NAME --key FILE [--note TEXT]";
  return {
      {"moderate list", "[--all]", "what hold rules keep back, from whom, and how many have approved it",
       {{"--all", "", "everything that has a state, held or not"}}, nullptr, run_moderation_list},
      {"moderate show", "OBJECT", "every version of an object, with its state", {}, nullptr, run_moderation_show},
      {"moderate screen", usage, "it was looked at", kSigned, nullptr, run_moderate<sync::Act::kScreen>},
      {"moderate enrich", usage, "something was found out about it", kSigned, nullptr, run_moderate<sync::Act::kEnrich>},
      {"moderate approve", usage, "let exactly this content through hold rules; critical or towards another ISAC needs two operators",
       kSigned, nullptr, run_moderate<sync::Act::kApprove>},
      {"moderate take-back", usage, "take your own approval back before it is published", kSigned, nullptr, run_moderate<sync::Act::kTakeBack>},
      {"moderate publish", usage, "look again whether it reaches those it was held from, and say what it still waits for", kSigned,
       nullptr, run_moderate<sync::Act::kPublish>},
      {"moderate withdraw", usage, "recall it; the note is the reason that holders read", kSigned, nullptr, run_moderate<sync::Act::kWithdraw>},
      {"moderate text", "OBJECT [--version V] --set /name=\"…\" --operator NAME --key FILE",
       "set the public texts of a version, for renditions with text = \"approved\"", with_set(), nullptr, run_moderate<sync::Act::kText>},
  };
}

}  // namespace sekisho::node::cli
