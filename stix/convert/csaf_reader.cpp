#include "stix/convert/csaf_reader.h"

#include <algorithm>
#include <string>

#include "stix/convert/identifiers.h"

namespace sekisho::stix::convert {

void CsafReader::refuse(const json::Value& parent, std::string_view key, std::string_view what) {
  if (journal_.failed()) return;
  journal_.refuse(std::string(key) + " must be " + std::string(what),
                  parent.pointer() + "/" + std::string(key));
}

std::string_view CsafReader::text(const json::Value& object, std::string_view key) {
  const json::Value value = object[key];
  if (value.exists() && !value.is_string()) refuse(object, key, "a string");
  return value.string_or("");
}

std::string_view CsafReader::need_text(const json::Value& object, std::string_view key) {
  const std::string_view value = object[key].string_or("");
  if (trimmed(value).empty()) refuse(object, key, "there, a string that is not empty");
  return value;
}

json::Value CsafReader::object(const json::Value& parent, std::string_view key) {
  const json::Value value = parent[key];
  if (!value.exists() || value.is_object()) return value;
  refuse(parent, key, "an object");
  return {};
}

json::Value CsafReader::need_object(const json::Value& parent, std::string_view key) {
  const json::Value value = parent[key];
  if (value.is_object()) return value;
  refuse(parent, key, "there, an object");
  return {};
}

json::Value CsafReader::array(const json::Value& parent, std::string_view key) {
  const json::Value value = parent[key];
  if (!value.exists() || value.is_array()) return value;
  refuse(parent, key, "a list");
  return {};
}

bool CsafReader::is_object(const json::Value& element) {
  if (element.is_object()) return true;
  if (!journal_.failed()) journal_.refuse("the element must be an object", element.pointer());
  return false;
}

std::string_view CsafReader::element_text(const json::Value& element) {
  if (!element.is_string() && !journal_.failed()) {
    journal_.refuse("the element must be a string", element.pointer());
  }
  return element.string_or("");
}

void CsafReader::rest(const json::Value& object, std::string_view what,
                      std::initializer_list<std::string_view> taken) {
  if (!object.is_object()) return;
  for (const auto& [key, value] : object) {
    if (std::find(taken.begin(), taken.end(), key) != taken.end()) continue;
    journal_.lose(
        std::string(what) + "." + shortened(key, 60) + " has no place in STIX and was left out",
        value);
  }
}

void read_notes(CsafReader& in, const json::Value& owner, Paragraphs& out) {
  for (const auto& [unused, note] : in.array(owner, "notes")) {
    if (!in.is_object(note)) return;
    const std::string_view category = in.text(note, "category");
    const std::string_view text = in.text(note, "text");
    const std::string_view title = in.text(note, "title");
    if (category == "general" || category == "legal_disclaimer") {
      in.journal().lose("A note of category " + std::string(category) + " was left out", note);
      continue;
    }
    if (category == "summary" || category == "description" || title.empty()) {
      out.add(text);
    } else {
      out.add(title, text);
    }
    in.rest(note, "note", {"category", "text", "title"});
  }
}

void read_references(CsafReader& in, const json::Value& owner, std::vector<Reference>& out) {
  for (const auto& [unused, reference] : in.array(owner, "references")) {
    if (!in.is_object(reference)) return;
    const std::string_view url = in.text(reference, "url");
    const std::string_view summary = in.text(reference, "summary");
    if (url.empty() && summary.empty()) continue;
    out.push_back(link(url, summary));
    in.rest(reference, "reference", {"url", "summary", "category"});
  }
}

}  // namespace sekisho::stix::convert
