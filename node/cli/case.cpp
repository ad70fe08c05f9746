// sekisho case list|show|explain
#include <algorithm>
#include <limits>
#include <set>

#include "core/json.h"
#include "node/cli/cases.h"

namespace sekisho::node::cli {
namespace {

namespace dedup = store::dedup;

constexpr std::size_t kNoticesShown = 20;

std::set<std::string> vendors_of(const CaseBook& book, const dedup::Case& one) {
  std::set<std::string> out;
  for (const std::size_t n : one.items) {
    for (const dedup::VendorNo vendor : book.item(n).vendors) out.insert(book.collected.vendors[vendor]);
  }
  return out;
}

std::string title_of(const House& house, const dedup::Item& item) {
  const auto keys = dedup::stored_keys(house.store, item.object);
  return keys.ok() && !keys->title.empty() ? keys->title : "(no title)";
}

/// The value behind a key, as the first of its items has it.
Result<std::string> value_of(const House& house, const CaseBook& book, const dedup::Link& link) {
  SEKISHO_ASSIGN(const auto found, dedup::evidence(house.store, book.item(link.items.front()), link.key));
  std::set<std::string> values;
  for (const auto& one : found) values.insert(one.value);
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? "" : ", ") + value;
  return out;
}

/// What joined nothing and what could not be read, on stderr.
Status print_notices(const House& house, const CaseBook& book, Console& console) {
  std::size_t shown = 0;
  for (const auto& refused : book.clusters.refused) {
    if (++shown > kNoticesShown) break;
    SEKISHO_ASSIGN(const std::string value, value_of(house, book, refused.link));
    console.complain("no key: " + std::string(dedup::kind_name(refused.link.key.kind)) + " " + value + " (" +
                     std::to_string(refused.link.items.size()) + " items): " + std::string(dedup::reason_text(refused.reason)));
  }
  const auto rest = [&console](std::size_t all, const std::string& what) {
    if (all > kNoticesShown) console.complain("and " + std::to_string(all - kNoticesShown) + " more " + what);
  };
  rest(book.clusters.refused.size(), "that are no key");
  shown = 0;
  for (const auto& [id, problem] : book.collected.problems) {
    if (++shown > kNoticesShown) break;
    console.complain("not read: " + id + " " + problem.pointer + ": " + problem.what);
  }
  rest(book.collected.problem_count, "that could not be read");
  return {};
}

void item_json(json::Writer& w, const House& house, const CaseBook& book, const dedup::Item& item) {
  w.begin_object().member("id", item.id).member("day", dedup::day_text(book.day_of(item)));
  w.member("time", format_stix_time(item.time)).key("vendors").begin_array();
  for (const dedup::VendorNo vendor : item.vendors) w.string(book.collected.vendors[vendor]);
  w.end_array().member("title", title_of(house, item)).end_object();
}

std::string item_line(const House& house, const CaseBook& book, const dedup::Item& item) {
  return dedup::day_text(book.day_of(item)) + "  " + book.vendors_of(item) + "  " + item.id + "  " + title_of(house, item);
}

void print_case(const House& house, const CaseBook& book, const dedup::Case& one, Console& console) {
  const dedup::Item& first = book.item(one.items.front());
  const auto vendors = vendors_of(book, one);
  if (console.json) {
    json::Writer w;
    w.begin_object().member("case", one.id).member("day", dedup::day_text(book.day_of(first))).key("vendors").begin_array();
    for (const std::string& vendor : vendors) w.string(vendor);
    w.end_array().member_int("items", static_cast<std::int64_t>(one.items.size()));
    w.member("title", title_of(house, first)).end_object();
    console.line(w.text());
    return;
  }
  std::string names;
  for (const std::string& vendor : vendors) names += (names.empty() ? "" : ", ") + vendor;
  console.line(one.id + "  " + dedup::day_text(book.day_of(first)) + "  " + names + "  " +
               std::to_string(one.items.size()) + (one.items.size() == 1 ? " item  " : " items  ") + title_of(house, first));
}

Status list(House& house, const Args& args, Console& console) {
  if (!args.positional().empty()) return make_error(Code::kUsage, "nothing more is expected", args.positional()[0]);
  SEKISHO_ASSIGN(const dedup::Day from, day_option(args, "--from", std::numeric_limits<dedup::Day>::min()));
  SEKISHO_ASSIGN(const dedup::Day to, day_option(args, "--to", std::numeric_limits<dedup::Day>::max()));
  SEKISHO_ASSIGN(const CaseBook book, read_cases(house, args, console));
  SEKISHO_TRY(print_notices(house, book, console));
  std::size_t cases = 0, items = 0;
  for (const dedup::Case& one : book.clusters.cases) {
    const dedup::Day day = book.day_of(book.item(one.items.front()));
    if (day < from || day > to) continue;
    if (args.has("--shared") && vendors_of(book, one).size() < 2) continue;
    ++cases;
    items += one.items.size();
    print_case(house, book, one, console);
  }
  console.complain(std::to_string(cases) + " cases of " + std::to_string(items) + " items");
  return {};
}

/// The one case whose name begins as the argument does.
Result<const dedup::Case*> find_case(const CaseBook& book, const Args& args) {
  if (args.positional().size() != 1) return make_error(Code::kUsage, "give one CASE, as `case list` shows");
  const std::string& name = args.positional()[0];
  const dedup::Case* found = nullptr;
  for (const dedup::Case& one : book.clusters.cases) {
    if (name.empty() || one.id.compare(0, name.size(), name) != 0) continue;
    if (one.id == name) return &one;
    if (found != nullptr) return make_error(Code::kUsage, "several cases begin so; give more of the name", name);
    found = &one;
  }
  if (found == nullptr) return make_error(Code::kNotFound, "no such case; `case list` shows them", name);
  return found;
}

Status show(House& house, const Args& args, Console& console) {
  SEKISHO_ASSIGN(const CaseBook book, read_cases(house, args, console));
  SEKISHO_ASSIGN(const dedup::Case* one, find_case(book, args));
  if (console.json) {
    json::Writer w;
    w.begin_object().member("case", one->id).key("items").begin_array();
    for (const std::size_t n : one->items) item_json(w, house, book, book.item(n));
    console.line(w.end_array().end_object().text());
    return {};
  }
  print_case(house, book, *one, console);
  for (const std::size_t n : one->items) console.line("  " + item_line(house, book, book.item(n)));
  return {};
}

/// One key of a case: its value, and where it stands in each item.
Status print_link(const House& house, const CaseBook& book, const dedup::Link& link, std::string_view refusal, Console& console) {
  SEKISHO_ASSIGN(const std::string value, value_of(house, book, link));
  if (refusal.empty()) console.line("  joined by " + std::string(dedup::kind_name(link.key.kind)) + " " + value);
  else console.line("  not joined by " + std::string(dedup::kind_name(link.key.kind)) + " " + value + ": " + std::string(refusal));
  for (const std::size_t n : link.items) {
    const dedup::Item& item = book.item(n);
    console.line("    " + item.id + "  " + book.vendors_of(item) + "  " + dedup::day_text(book.day_of(item)));
    SEKISHO_ASSIGN(const auto found, dedup::evidence(house.store, item, link.key));
    for (const auto& one : found) {
      console.line("      " + one.value + " at " + (one.object_id == item.id ? "" : one.object_id + " ") + one.pointer);
    }
  }
  return {};
}

Status link_json(json::Writer& w, const House& house, const CaseBook& book, const dedup::Link& link, std::string_view refusal) {
  SEKISHO_ASSIGN(const std::string value, value_of(house, book, link));
  w.begin_object().member("kind", dedup::kind_name(link.key.kind)).member("value", value).member_bool("joins", refusal.empty());
  if (!refusal.empty()) w.member("why_not", refusal);
  w.key("items").begin_array();
  for (const std::size_t n : link.items) {
    SEKISHO_ASSIGN(const auto found, dedup::evidence(house.store, book.item(n), link.key));
    w.begin_object().member("id", book.item(n).id).key("at").begin_array();
    for (const auto& one : found) {
      w.begin_object().member("object", one.object_id).member("pointer", one.pointer).member("value", one.value).end_object();
    }
    w.end_array().end_object();
  }
  w.end_array().end_object();
  return {};
}

Status explain(House& house, const Args& args, Console& console) {
  SEKISHO_ASSIGN(const CaseBook book, read_cases(house, args, console));
  SEKISHO_ASSIGN(const dedup::Case* one, find_case(book, args));
  std::vector<std::pair<const dedup::Link*, std::string_view>> links;
  for (const dedup::Link& link : one->links) links.emplace_back(&link, "");
  for (const auto& refused : book.clusters.refused) {
    const bool ours = std::any_of(one->items.begin(), one->items.end(), [&](std::size_t n) {
      return std::binary_search(refused.link.items.begin(), refused.link.items.end(), n);
    });
    if (ours) links.emplace_back(&refused.link, dedup::reason_text(refused.reason));
  }
  if (console.json) {
    json::Writer w;
    w.begin_object().member("case", one->id).key("keys").begin_array();
    for (const auto& [link, refusal] : links) SEKISHO_TRY(link_json(w, house, book, *link, refusal));
    console.line(w.end_array().end_object().text());
    return {};
  }
  print_case(house, book, *one, console);
  if (one->items.size() == 1) console.line("  one item: no other has a key of it");
  for (const auto& [link, refusal] : links) SEKISHO_TRY(print_link(house, book, *link, refusal, console));
  return {};
}

template <Status (*kRun)(House&, const Args&, Console&)>
int run_case(House& house, const Args& args, Console& console) {
  const Status done = kRun(house, args, console);
  return done.ok() ? kDone : fail(console, done.error());
}

}  // namespace

std::vector<Command> cases_commands() {
  const OptionSpec collection{"--collection", "ALIAS", "only from this one; repeat for more", true};
  return {
      {"case list", "[--from D] [--to D] [--shared] [--collection ALIAS]...", "list cases: reports about one matter",
       {{"--from", "D", "first day, such as 2025-07-01"}, {"--to", "D", "last day"},
        {"--shared", "", "only cases that two vendors or more gave"}, collection},
       nullptr, run_case<list>},
      {"case show", "CASE", "show the reports of a case", {collection}, nullptr, run_case<show>},
      {"case explain", "CASE", "show why the reports of a case are together", {collection}, nullptr, run_case<explain>},
      overlap_command(),
  };
}

}  // namespace sekisho::node::cli
