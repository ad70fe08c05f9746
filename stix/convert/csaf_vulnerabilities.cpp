#include "stix/convert/csaf_vulnerabilities.h"

#include <utility>

#include "core/digest.h"
#include "stix/convert/identifiers.h"

namespace sekisho::stix::convert {

void CsafVulnerabilities::read(const json::Value& vulnerabilities) {
  std::size_t index = 0;
  for (const auto& [unused, value] : vulnerabilities) {
    if (in_.journal().failed()) return;
    if (in_.is_object(value)) one(value, index);
    ++index;
  }
}

void CsafVulnerabilities::one(const json::Value& value, std::size_t index) {
  const Names name = names(value, index);
  Paragraphs description;
  const std::string_view title = in_.text(value, "title");
  if (title != name.shown) description.add(title);
  read_notes(in_, value, description);
  description.add("Discovered", in_.text(value, "discovery_date"));
  description.add("Released", in_.text(value, "release_date"));
  threats(value, description);

  std::vector<Reference> references;
  identifiers(value, name, references);
  scores(value, references);
  read_references(in_, value, references);

  const std::string id = out_.id("vulnerability", name.place);
  json::Writer out = out_.open("vulnerability", id);
  out.member("name", name.shown);
  member_unless_empty(out, "description", description.text());
  out_.close(id, std::move(out), references);

  status(value, id);
  remediations(value, id);
  in_.rest(value, "vulnerability",
           {"cve", "ids", "title", "notes", "discovery_date", "release_date", "threats", "cwe",
            "scores", "references", "product_status", "flags", "remediations"});
}

CsafVulnerabilities::Names CsafVulnerabilities::names(const json::Value& value, std::size_t index) {
  Names out;
  const std::string_view cve = in_.text(value, "cve");
  if (!cve.empty()) {
    const auto id = cve_id(cve);
    if (!id || *id != cve) {
      in_.journal().refuse("cve must have the form CVE-YYYY-NNNN", value.pointer() + "/cve");
    }
    out.cve = out.shown = cve;
    out.place = "vulnerability/" + out.cve;
  } else {
    const std::string number = std::to_string(index);
    out.shown = value["ids"].at(0)["text"].string_or("");
    if (out.shown.empty()) out.shown = in_.text(value, "title");
    if (out.shown.empty()) out.shown = "Vulnerability " + std::to_string(index + 1);
    out.place = "vulnerability/" + number;
  }
  const std::size_t times = ++seen_[out.place];
  if (times > 1) out.place += "#" + std::to_string(times);
  return out;
}

void CsafVulnerabilities::identifiers(const json::Value& value, const Names& name,
                                      std::vector<Reference>& out) {
  if (!name.cve.empty()) out.push_back({"cve", {}, {}, name.cve});
  for (const auto& [unused, id] : in_.array(value, "ids")) {
    if (!in_.is_object(id)) return;
    const std::string_view system = in_.need_text(id, "system_name");
    out.push_back({std::string(system), {}, {}, std::string(in_.need_text(id, "text"))});
    in_.rest(id, "ids", {"system_name", "text"});
  }
  const json::Value cwe = in_.object(value, "cwe");
  if (!cwe.exists()) return;
  const std::string_view id = in_.need_text(cwe, "id");
  if (!is_cwe_id(id)) in_.journal().refuse("id must have the form CWE-N", cwe.pointer() + "/id");
  out.push_back({"cwe", std::string(in_.text(cwe, "name")), {}, std::string(id)});
  in_.rest(cwe, "cwe", {"id", "name"});
}

void CsafVulnerabilities::scores(const json::Value& value, std::vector<Reference>& out) {
  const json::Value list = in_.array(value, "scores");
  for (const auto& [unused, entry] : list) {
    if (!in_.is_object(entry)) return;
    const auto products = products_.named(entry, "products");
    const std::string names = list.size() > 1 ? products_.names(products) : std::string();
    for (const std::string_view key : {"cvss_v2", "cvss_v3"}) {
      const json::Value cvss = in_.object(entry, key);
      if (cvss.exists()) score(cvss, names, out);
    }
    in_.rest(entry, "scores", {"products", "cvss_v2", "cvss_v3"});
  }
}

void CsafVulnerabilities::score(const json::Value& cvss, const std::string& products,
                                std::vector<Reference>& out) {
  std::string text = "CVSS " + std::string(in_.text(cvss, "version"));
  for (const auto& [number, severity, label] :
       {std::tuple{"baseScore", "baseSeverity", " base score "},
        std::tuple{"temporalScore", "temporalSeverity", "; temporal score "},
        std::tuple{"environmentalScore", "environmentalSeverity", "; environmental score "}}) {
    const json::Value figure = cvss[number];
    if (!figure.exists()) continue;
    if (!figure.number()) {
      in_.journal().refuse("the score must be a number", figure.pointer());
      return;
    }
    text += label + std::string(figure.raw());
    const std::string_view words = in_.text(cvss, severity);
    if (!words.empty()) text += " (" + std::string(words) + ")";
  }
  if (!products.empty()) text += "; products: " + products;
  // The other members of CVSS repeat parts of the vector.
  out.push_back({"cvss", text, {}, std::string(in_.need_text(cvss, "vectorString"))});
}

void CsafVulnerabilities::threats(const json::Value& value, Paragraphs& out) {
  for (const auto& [unused, threat] : in_.array(value, "threats")) {
    if (!in_.is_object(threat)) return;
    std::string label = "Threat (" + std::string(in_.need_text(threat, "category")) + ")";
    const std::string names = products_.names(products_.named(threat));
    if (!names.empty()) label += " to " + names;
    const std::string_view date = in_.text(threat, "date");
    if (!date.empty()) label += ", " + std::string(date);
    out.add(label, in_.need_text(threat, "details"));
    in_.rest(threat, "threat", {"category", "details", "date", "product_ids", "group_ids"});
  }
}

CsafVulnerabilities::Justifications CsafVulnerabilities::flags(const json::Value& value) {
  Justifications out;
  for (const auto& [unused, flag] : in_.array(value, "flags")) {
    if (!in_.is_object(flag)) return out;
    const std::string_view label = in_.need_text(flag, "label");
    const auto products = products_.named(flag);
    if (products.empty()) in_.journal().lose("A flag without products was left out", flag);
    for (const Product* product : products) {
      std::string& text = out[product];
      text += (text.empty() ? "" : ", ") + std::string(label);
    }
    in_.rest(flag, "flag", {"label", "product_ids", "group_ids"});
  }
  return out;
}

void CsafVulnerabilities::status(const json::Value& value, const std::string& vulnerability) {
  Justifications justifications = flags(value);
  const json::Value statuses = in_.object(value, "product_status");
  if (statuses.exists()) {
    constexpr std::string_view kStatuses[] = {
        "first_affected",     "first_fixed",   "fixed",       "known_affected",
        "known_not_affected", "last_affected", "recommended", "under_investigation"};
    for (const std::string_view name : kStatuses) {
      for (const Product* product : products_.named(statuses, name)) {
        std::string text =
            name == "known_affected" ? "" : "Product status: " + std::string(name) + ".";
        const auto found = justifications.find(product);
        if (found != justifications.end()) {
          text += (text.empty() ? "Flags: " : " Flags: ") + found->second + ".";
        }
        out_.relate(name == "known_affected" ? "has" : "related-to", product->software_id,
                    vulnerability, text, name);
      }
    }
    in_.rest(statuses, "product_status",
             {"first_affected", "first_fixed", "fixed", "known_affected", "known_not_affected",
              "last_affected", "recommended", "under_investigation"});
  }
}

std::string CsafVulnerabilities::course_of_action(const json::Value& value,
                                                  std::string_view category) {
  const std::string_view details = in_.need_text(value, "details");
  Paragraphs text;
  text.add(details);
  text.add("Date", in_.text(value, "date"));
  for (const auto& [unused, entitlement] : in_.array(value, "entitlements")) {
    text.add("Entitlement", in_.element_text(entitlement));
  }
  const json::Value restart = in_.object(value, "restart_required");
  if (restart.exists()) {
    text.add("Restart required", in_.need_text(restart, "category"));
    text.add(in_.text(restart, "details"));
    in_.rest(restart, "restart_required", {"category", "details"});
  }
  std::vector<Reference> references;
  const std::string_view url = in_.text(value, "url");
  if (!url.empty()) references.push_back(link(url, {}));

  const std::string distinct = std::string(category) + "\n" + text.text() + "\n" + std::string(url);
  const std::string id = out_.id("course-of-action", "remediation/" + hex(sha256(distinct)));
  json::Writer out = out_.open("course-of-action", id);
  out.member("name", shortened(details, 80)).member("description", text.text());
  member_list(out, "labels", {std::string(category)});
  out_.close(id, std::move(out), references);
  return id;
}

void CsafVulnerabilities::remediations(const json::Value& value, const std::string& vulnerability) {
  std::map<std::string, std::size_t> times;
  for (const auto& [unused, remediation] : in_.array(value, "remediations")) {
    if (in_.journal().failed() || !in_.is_object(remediation)) return;
    const std::string_view category = in_.need_text(remediation, "category");
    const std::string action = course_of_action(remediation, category);
    const std::string names = products_.names(products_.named(remediation));
    const bool helps = category != "no_fix_planned" && category != "none_available";
    out_.relate(helps ? "mitigates" : "related-to", action, vulnerability,
                names.empty() ? names : "Products: " + names, std::to_string(++times[action]));
    in_.rest(remediation, "remediation",
             {"category", "details", "date", "entitlements", "restart_required", "url",
              "product_ids", "group_ids"});
  }
}

}  // namespace sekisho::stix::convert
