// sekisho overlap: how much vendors repeat each other (docs/specs/overlap.md).
#include <algorithm>
#include <cstdio>

#include "core/json.h"
#include "node/cli/cases.h"
#include "store/dedup/overlap.h"

namespace sekisho::node::cli {
namespace {

namespace dedup = store::dedup;

constexpr std::size_t kMaxPeriods = 1200;

/// What the command found, and how to name it.
struct Report {
  CaseBook book;
  bool by_quarter = false, pairs = false;
  std::vector<dedup::Overlap> periods;

  const std::string& vendor(dedup::VendorNo no) const { return book.collected.vendors[no]; }
};

std::string count_text(std::size_t n) { return std::to_string(n); }

/// One decimal only where there is a half day.
std::string days_text(double days) {
  char out[32];
  std::snprintf(out, sizeof out, days == static_cast<double>(static_cast<dedup::Day>(days)) ? "%.0f" : "%.1f", days);
  return out;
}

// ---- text -----------------------------------------------------------------------------------------

/// Columns on a screen: two for a Japanese character.
std::size_t columns(std::string_view text) {
  std::size_t out = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) out += byte >= 0xE3 ? 2 : 1;
  }
  return out;
}

std::string left(std::string_view text, std::size_t width) {
  return std::string(text) + std::string(columns(text) < width ? width - columns(text) : 0, ' ');
}

std::string right(const std::string& text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}

std::string shown(const dedup::Ratio& ratio) {
  return right(ratio.percent(), 5) + " %  (" + count_text(ratio.numerator) + "/" + count_text(ratio.denominator) + ")";
}

void print_pair(const Report& report, const dedup::PairOverlap& pair, Console& console) {
  const std::string a = report.vendor(pair.a), b = report.vendor(pair.b);
  const std::string headline = "同一案件比率 same cases (Jaccard)";
  const std::size_t width = std::max(columns(headline), columns(a) + columns(b) + 6) + 2;
  const auto row = [&](const std::string& label, const dedup::Ratio& ratio) {
    console.line("    " + left(label, width) + shown(ratio));
  };
  console.line("  " + a + " and " + b);
  row(headline, pair.jaccard());
  row("Dice", pair.dice());
  row(a + " in " + b, pair.a_in_b());
  row(b + " in " + a, pair.b_in_a());
  row(a + " over " + b, pair.a_over_b());
  row(b + " over " + a, pair.b_over_a());
  if (const auto lead = pair.median_lead()) {
    const std::string who = *lead == 0 ? "neither is ahead" : (*lead > 0 ? a : b) + " is ahead";
    console.line("    " + left("median lead", width) + right(days_text(*lead < 0 ? -*lead : *lead), 5) + " day(s), " + who);
  }
  if (!report.pairs) return;
  for (const dedup::SharedCase& one : pair.shared) {
    const dedup::Item& item_a = report.book.item(one.item_a);
    const dedup::Item& item_b = report.book.item(one.item_b);
    console.line("      " + report.book.clusters.cases[one.case_index].id + "  " + dedup::day_text(report.book.day_of(item_a)) +
                 " " + item_a.id + "  " + dedup::day_text(report.book.day_of(item_b)) + " " + item_b.id);
  }
}

void print_report_text(const Report& report, Console& console) {
  for (const dedup::Overlap& one : report.periods) {
    console.line(one.period.label + "  " + one.period.japanese_label + "  " + dedup::day_text(one.period.first) + " to " +
                 dedup::day_text(one.period.last) + ": " + count_text(one.items) + " items, " + count_text(one.cases) + " cases");
    std::size_t width = 6;
    for (const auto& volume : one.volumes) width = std::max(width, columns(report.vendor(volume.vendor)));
    if (!one.volumes.empty()) console.line("  " + left("vendor", width) + "  items  cases  only there");
    for (const dedup::Volume& volume : one.volumes) {
      console.line("  " + left(report.vendor(volume.vendor), width) + right(count_text(volume.items), 7) +
                   right(count_text(volume.cases), 7) + "  " + shown(volume.exclusive()));
    }
    for (const dedup::PairOverlap& pair : one.pairs) print_pair(report, pair, console);
    if (&one != &report.periods.back()) console.line("");
  }
}

// ---- CSV ------------------------------------------------------------------------------------------

std::string field(std::string text) {
  if (!text.empty() && std::string_view("=+-@").find(text[0]) != std::string_view::npos) text.insert(0, "'");
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string csv_fields(const std::vector<std::string>& fields) {
  std::string out;
  for (const std::string& one : fields) out += (&one == &fields.front() ? "" : ",") + one;
  return out;
}

void print_pair_csv(const Report& report, const dedup::Overlap& one, const dedup::PairOverlap& pair, Console& console) {
  const auto volume = [&](dedup::VendorNo no) {
    return *std::find_if(one.volumes.begin(), one.volumes.end(), [no](const auto& v) { return v.vendor == no; });
  };
  const dedup::Volume a = volume(pair.a), b = volume(pair.b);
  const auto lead = pair.median_lead();
  console.line(csv_fields({field(one.period.label), dedup::day_text(one.period.first), dedup::day_text(one.period.last),
                       field(report.vendor(pair.a)), field(report.vendor(pair.b)), count_text(a.items), count_text(b.items),
                       count_text(a.cases), count_text(b.cases), count_text(a.alone), count_text(b.alone), count_text(pair.shared.size()),
                       count_text(pair.united()), pair.jaccard().percent(), pair.dice().percent(), pair.a_in_b().percent(),
                       pair.b_in_a().percent(), pair.a_over_b().percent(), pair.b_over_a().percent(),
                       lead ? days_text(*lead) : ""}));
}

void print_shared_csv(const Report& report, const dedup::Overlap& one, const dedup::PairOverlap& pair, Console& console) {
  for (const dedup::SharedCase& shared : pair.shared) {
    const dedup::Item& a = report.book.item(shared.item_a);
    const dedup::Item& b = report.book.item(shared.item_b);
    console.line(csv_fields({field(one.period.label), field(report.vendor(pair.a)), field(report.vendor(pair.b)),
                         report.book.clusters.cases[shared.case_index].id, a.id, dedup::day_text(report.book.day_of(a)), b.id,
                         dedup::day_text(report.book.day_of(b)), std::to_string(shared.lead)}));
  }
}

void print_csv(const Report& report, Console& console) {
  console.line(report.pairs ? "period,vendor_a,vendor_b,case,item_a,day_a,item_b,day_b,lead_days"
                            : "period,from,to,vendor_a,vendor_b,items_a,items_b,cases_a,cases_b,alone_a,alone_b,shared,united,"
                              "jaccard,dice,a_in_b,b_in_a,a_over_b,b_over_a,median_lead_days");
  for (const dedup::Overlap& one : report.periods) {
    for (const dedup::PairOverlap& pair : one.pairs) {
      if (report.pairs) print_shared_csv(report, one, pair, console);
      else print_pair_csv(report, one, pair, console);
    }
  }
}

// ---- JSON -----------------------------------------------------------------------------------------

void ratio_json(json::Writer& w, std::string_view name, const dedup::Ratio& ratio) {
  w.key(name).begin_object().member_int("numerator", static_cast<std::int64_t>(ratio.numerator));
  w.member_int("denominator", static_cast<std::int64_t>(ratio.denominator)).member("percent", ratio.percent()).end_object();
}

void pair_json(json::Writer& w, const Report& report, const dedup::PairOverlap& pair) {
  w.begin_object().member("a", report.vendor(pair.a)).member("b", report.vendor(pair.b));
  w.member_int("cases_a", static_cast<std::int64_t>(pair.cases_a)).member_int("cases_b", static_cast<std::int64_t>(pair.cases_b));
  w.member_int("shared", static_cast<std::int64_t>(pair.shared.size())).member_int("united", static_cast<std::int64_t>(pair.united()));
  ratio_json(w, "jaccard", pair.jaccard());
  ratio_json(w, "dice", pair.dice());
  ratio_json(w, "a_in_b", pair.a_in_b());
  ratio_json(w, "b_in_a", pair.b_in_a());
  ratio_json(w, "a_over_b", pair.a_over_b());
  ratio_json(w, "b_over_a", pair.b_over_a());
  w.key("median_lead_days");
  if (const auto lead = pair.median_lead()) w.real(*lead);
  else w.null();
  w.key("shared_cases").begin_array();
  for (const dedup::SharedCase& one : pair.shared) {
    w.begin_object().member("case", report.book.clusters.cases[one.case_index].id);
    w.member("item_a", report.book.item(one.item_a).id).member("item_b", report.book.item(one.item_b).id);
    w.member_int("lead_days", one.lead).end_object();
  }
  w.end_array().end_object();
}

void print_report_json(const Report& report, Console& console) {
  json::Writer w;
  w.begin_object().member_int("zone_minutes", report.book.zone_minutes).member("by", report.by_quarter ? "quarter" : "month");
  w.member("headline", "jaccard").key("periods").begin_array();
  for (const dedup::Overlap& one : report.periods) {
    w.begin_object().member("label", one.period.label).member("label_ja", one.period.japanese_label);
    w.member("from", dedup::day_text(one.period.first)).member("to", dedup::day_text(one.period.last));
    w.member_int("items", static_cast<std::int64_t>(one.items)).member_int("cases", static_cast<std::int64_t>(one.cases));
    w.key("volumes").begin_array();
    for (const dedup::Volume& volume : one.volumes) {
      w.begin_object().member("vendor", report.vendor(volume.vendor));
      w.member_int("items", static_cast<std::int64_t>(volume.items)).member_int("cases", static_cast<std::int64_t>(volume.cases));
      ratio_json(w, "exclusive", volume.exclusive());
      w.end_object();
    }
    w.end_array().key("pairs").begin_array();
    for (const dedup::PairOverlap& pair : one.pairs) pair_json(w, report, pair);
    w.end_array().end_object();
  }
  console.line(w.end_array().end_object().text());
}

// ---- the command ----------------------------------------------------------------------------------

Status overlap(House& house, const Args& args, Console& console) {
  if (!args.positional().empty()) return make_error(Code::kUsage, "nothing more is expected", args.positional()[0]);
  if (!args.has("--from") || !args.has("--to")) return make_error(Code::kUsage, "give --from D and --to D, such as 2025-07-01");
  SEKISHO_ASSIGN(const dedup::Day from, day_option(args, "--from", 0));
  SEKISHO_ASSIGN(const dedup::Day to, day_option(args, "--to", 0));
  if (to < from) return make_error(Code::kUsage, "--to lies before --from", "--to " + args.get("--to"));
  const std::string by = args.get("--by", "month");
  if (by != "month" && by != "quarter") return make_error(Code::kUsage, "write --by month or --by quarter", "--by " + by);
  if (args.has("--csv") && console.json) return make_error(Code::kUsage, "give --csv or --json, not both", "--csv");
  const auto zone = args.has("--zone") ? policy::zone_minutes(args.get("--zone")) : std::nullopt;
  if (args.has("--zone") && !zone) {
    return make_error(Code::kUsage, "write UTC, Asia/Tokyo or an offset such as +09:00", "--zone " + args.get("--zone"));
  }
  auto spans = dedup::periods(from, to, by == "quarter" ? dedup::Grain::kQuarter : dedup::Grain::kMonth);
  if (spans.size() > kMaxPeriods) return make_error(Code::kUsage, "more than 1,200 periods; choose a shorter range", "--to " + args.get("--to"));
  if (spans.size() > 1) spans.push_back(dedup::whole(from, to));
  Report report;
  SEKISHO_ASSIGN(report.book, read_cases(house, args, console));
  if (zone) report.book.zone_minutes = *zone;
  report.by_quarter = by == "quarter";
  report.pairs = args.has("--pairs");
  for (const dedup::Period& span : spans) {
    report.periods.push_back(dedup::measure(report.book.collected.items, report.book.clusters, span, report.book.zone_minutes));
  }
  if (console.json) print_report_json(report, console);
  else if (args.has("--csv")) print_csv(report, console);
  else print_report_text(report, console);
  return {};
}

int run_overlap(House& house, const Args& args, Console& console) {
  const Status done = overlap(house, args, console);
  return done.ok() ? kDone : fail(console, done.error());
}

}  // namespace

Command overlap_command() {
  return {"overlap", "--from D --to D [--by month|quarter] [--zone Z] [--collection ALIAS]... [--pairs] [--csv]",
          "how much vendors repeat each other",
          {{"--from", "D", "first day, such as 2025-07-01"},
           {"--to", "D", "last day"},
           {"--by", "PERIOD", "month (default) or quarter, of the Japanese fiscal year"},
           {"--zone", "Z", "UTC, Asia/Tokyo or an offset such as +09:00 (default: that of policy.toml)"},
           {"--collection", "ALIAS", "only from this one; repeat for more", true},
           {"--pairs", "", "the shared cases too"},
           {"--csv", "", "one line per period and pair of vendors"}},
          nullptr,
          run_overlap};
}

}  // namespace sekisho::node::cli
