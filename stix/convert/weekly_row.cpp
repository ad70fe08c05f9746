#include "stix/convert/weekly_row.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/time.h"
#include "stix/convert/builder.h"
#include "stix/convert/identifiers.h"
#include "stix/convert/local_time.h"
#include "stix/sharing_facts.h"

namespace sekisho::stix::convert {
namespace {

constexpr std::string_view kProjectIdentity = "identity--b49470b7-15fe-445f-85ed-d049fdbe8459";
constexpr std::string_view kLevelSchema =
    R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",)"
    R"("properties":{"extension_type":{"const":"property-extension"},)"
    R"("kind":{"enum":["threat-vulnerability","industry-trend"]},)"
    R"("level":{"enum":["critical","caution","awareness"]},)"
    R"("vendors":{"type":"array","minItems":1,"items":{"type":"string"}}},)"
    R"("required":["extension_type","kind"],"additionalProperties":false})";

/// The definition of the extension; the same bytes on every node.
std::string level_extension_definition() {
  json::Writer out;
  out.begin_object();
  out.member("type", "extension-definition")
      .member("spec_version", "2.1")
      .member("id", kWeeklyExtensionId);
  out.member("created_by_ref", kProjectIdentity)
      .member("created", kFixedTime)
      .member("modified", kFixedTime);
  out.member("name", "Report level and vendors");
  out.member(
      "description",
      "Level and kind that an information sharing organisation gives to an item of its report, and "
      "the vendors that it had the item from. "
      "critical: bears on vehicles, with high impact or attackability; caution: bears on vehicles, "
      "neither is high; awareness: worth knowing.");
  out.member("schema", kLevelSchema).member("version", "1.0.0");
  out.key("extension_types").begin_array().string("property-extension").end_array();
  out.key("object_marking_refs").begin_array().string(tlp_marking_id(Tlp::kClear)).end_array();
  out.end_object();
  return out.take();
}

class RowConverter {
 public:
  RowConverter(const WeeklyRow& row, const Mapping& mapping, const Context& context)
      : row_(row), mapping_(mapping), context_(context) {}
  Result<Converted> convert();

 private:
  const std::string& cell(Column column) const { return row_.cell(column); }
  std::string place(Column column) const {
    return "row " + std::to_string(row_.number) + ", column " + mapping_.header(column);
  }
  void refuse(Column column, const std::string& what) { journal_.refuse(what, place(column)); }
  std::string need(Column column);
  std::string word(Column column, const std::map<std::string, std::string, std::less<>>& words);
  Frame frame();
  Timestamp time(Column column, const std::string& text);
  std::optional<Tlp> marking();
  std::string organisation(Builder& out, const std::string& name);
  std::vector<std::string> vendors() const;
  std::vector<std::string> organisations(Builder& out);
  std::vector<std::string> vulnerabilities(Builder& out);
  std::vector<Reference> references(const std::string& item);
  void report(Builder& out, const std::vector<std::string>& contents, bool names_cve);

  const WeeklyRow& row_;
  const Mapping& mapping_;
  const Context& context_;
  Journal journal_;
};

std::string RowConverter::need(Column column) {
  if (cell(column).empty()) refuse(column, "the cell is empty; every row needs it");
  return cell(column);
}

std::string RowConverter::word(Column column,
                               const std::map<std::string, std::string, std::less<>>& words) {
  const auto found = words.find(fold_width(cell(column)));
  if (found != words.end()) return found->second;
  std::string known;
  for (const auto& [value, unused] : words) known += (known.empty() ? "" : ", ") + value;
  refuse(column, "the value is none of: " + known);
  return {};
}

Timestamp RowConverter::time(Column column, const std::string& text) {
  const auto time = parse_local_time(text, mapping_.utc_offset_minutes);
  if (!time && !text.empty())
    refuse(column, "no date; write it as 2025-07-01, 2025/7/1 or 2025年7月1日");
  return time.value_or(Timestamp{});
}

std::optional<Tlp> RowConverter::marking() {
  const std::string label = fold_width(cell(Column::kTlp));
  if (label.empty()) {
    journal_.lose(
        "The row has no TLP label: its objects carry no marking and are treated as TLP:AMBER",
        mapping_.header(Column::kTlp).empty() ? "row " + std::to_string(row_.number)
                                              : place(Column::kTlp));
    return std::nullopt;
  }
  const auto tlp = tlp_from_label(label);
  if (!tlp) refuse(Column::kTlp, "no TLP label; write CLEAR, GREEN, AMBER, AMBER+STRICT or RED");
  return tlp;
}

Frame RowConverter::frame() {
  Frame out;
  out.format = mapping_.name;
  out.document_id = fold_width(need(Column::kItem));
  const Timestamp created = time(Column::kDate, need(Column::kDate));
  const std::string& updated = cell(Column::kUpdated);
  const Timestamp modified = updated.empty() ? created : time(Column::kUpdated, updated);
  if (modified < created) refuse(Column::kUpdated, "the update lies before the date of the row");
  out.created = format_stix_time(created);
  out.modified = format_stix_time(modified);
  out.tlp = marking();
  out.lang = mapping_.language;
  return out;
}

std::string RowConverter::organisation(Builder& out, const std::string& name) {
  const std::optional<Tlp> tlp = out.frame().tlp;
  const std::string id =
      object_id(context_.id_namespace, "identity",
                {"organisation", "identity", name, tlp ? tlp_label(*tlp) : "unmarked"});
  out.organisation(id, name, {});
  return id;
}

/// Folded names of the vendors, once each; the publisher where the row names none.
std::vector<std::string> RowConverter::vendors() const {
  std::vector<std::string> out;
  for (const std::string& name : split(cell(Column::kVendor), mapping_.separators)) {
    std::string folded = fold_width(name);
    if (std::find(out.begin(), out.end(), folded) == out.end()) out.push_back(std::move(folded));
  }
  if (out.empty() && !mapping_.publisher.empty()) out.push_back(fold_width(mapping_.publisher));
  return out;
}

std::vector<std::string> RowConverter::organisations(Builder& out) {
  std::vector<std::string> ids;
  std::set<std::string> seen;
  const auto add = [&](const std::string& name) {
    if (journal_.failed() || !seen.insert(fold_width(name)).second) return;
    ids.push_back(organisation(out, fold_width(name)));
  };
  for (const std::string& name : vendors()) add(name);
  for (const std::string& name : split(cell(Column::kOems), mapping_.separators)) add(name);
  return ids;
}

std::vector<std::string> RowConverter::vulnerabilities(Builder& out) {
  std::vector<std::string> ids;
  std::set<std::string> seen;
  for (const std::string& text : split(cell(Column::kCves), mapping_.separators)) {
    if (journal_.failed()) break;
    const auto cve = cve_id(text);
    if (!cve) {
      journal_.lose("Text that is no CVE id was left out: " + shortened(text, 60),
                    place(Column::kCves));
      continue;
    }
    if (!seen.insert(*cve).second) continue;
    std::string id = out.id("vulnerability", "vulnerability/" + *cve);
    json::Writer object = out.open("vulnerability", id);
    object.member("name", *cve);
    out.close(id, std::move(object), {{"cve", {}, {}, *cve}});
    ids.push_back(std::move(id));
  }
  return ids;
}

std::vector<Reference> RowConverter::references(const std::string& item) {
  std::vector<Reference> out{{mapping_.source_name, {}, {}, item}};
  for (const std::string& url : split(cell(Column::kUrls), " \t　")) {
    const bool defanged = url.substr(0, 4) == "hxxp";
    out.push_back(defanged ? Reference{"reference", url, {}, {}} : link(url, {}));
  }
  return out;
}

void RowConverter::report(Builder& out, const std::vector<std::string>& contents, bool names_cve) {
  const bool trend = word(Column::kKind, mapping_.kinds) == "trend";
  json::Writer extension;
  extension.begin_object().key(kWeeklyExtensionId).begin_object();
  extension.member("extension_type", "property-extension");
  extension.member("kind", trend ? "industry-trend" : "threat-vulnerability");
  if (!cell(Column::kLevel).empty()) {
    extension.member("level", word(Column::kLevel, mapping_.levels));
  } else {
    journal_.lose("The row has no level", mapping_.header(Column::kLevel).empty()
                                              ? "row " + std::to_string(row_.number)
                                              : place(Column::kLevel));
  }
  if (const auto names = vendors(); !names.empty()) member_list(extension, "vendors", names);
  extension.end_object().end_object();

  std::vector<std::string> types{trend ? "industry-trend" : "threat-report"};
  if (names_cve) types.emplace_back("vulnerability");
  const std::string id = out.id("report", "report");
  json::Writer object = out.open("report", id);
  object.member("name", need(Column::kTitle));
  member_unless_empty(object, "description", cell(Column::kText));
  member_list(object, "report_types", types);
  object.member("published", out.frame().created);
  member_list(object, "object_refs", contents);
  out.close(id, std::move(object), references(out.frame().document_id), extension.text());
}

Result<Converted> RowConverter::convert() {
  Builder out(context_, frame(), journal_);
  if (journal_.failed()) return *journal_.error();
  out.add(std::string(kProjectIdentity), identity_object(kProjectIdentity, "sekisho", kFixedTime));
  out.add(std::string(kWeeklyExtensionId), level_extension_definition());
  std::vector<std::string> contents = organisations(out);
  const std::vector<std::string> cves = vulnerabilities(out);
  contents.insert(contents.end(), cves.begin(), cves.end());
  if (contents.empty()) {
    journal_.refuse(
        "the report has nothing to refer to; name a vendor, or set `publisher` in the mapping",
        "row " + std::to_string(row_.number));
  }
  report(out, contents, !cves.empty());
  for (const std::string& header : row_.unmapped) {
    journal_.lose("The column " + header + " is not mapped and was left out",
                  "row " + std::to_string(row_.number));
  }
  if (journal_.failed()) return *journal_.error();
  return Converted{out.frame().document_id, out.take_objects(), journal_.losses()};
}

}  // namespace

Result<Converted> convert_row(const WeeklyRow& row, const Mapping& mapping,
                              const Context& context) {
  return RowConverter(row, mapping, context).convert();
}

}  // namespace sekisho::stix::convert
