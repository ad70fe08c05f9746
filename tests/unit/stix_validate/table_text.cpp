#include "table_text.h"

#include <algorithm>
#include <map>

#include "checks.h"

namespace sekisho::stix::checks {
namespace {

std::string check_name(const Kind& kind) {
  using namespace kind_checks;
  static const std::map<Kind::Check, std::string> names = {
      {text, "string"},         {boolean, "boolean"},       {integer, "integer"},
      {number, "float"},        {timestamp, "timestamp"},   {version_time, "timestamp.000"},
      {binary, "binary"},       {hex, "hex"},               {hashes, "hashes"},
      {reference_hashes, "hashes!"}, {whole_second, "timestamp without fraction"},
      {text_dictionary, "dictionary of strings"}, {media_type, "media type"}, {language, "language"},     {encoding, "character-set"},
      {dictionary, "dictionary"}, {header_fields, "dictionary of lists"}, {reference, "reference"},
      {open_vocab, "open"},     {closed_enum, "enum"},      {nested, "nested"},
      {exactly, "exactly"},     {any_object, "object"},     {unchecked, "-"},
  };
  const auto found = names.find(kind.check);
  return found == names.end() ? "?" : found->second;
}

std::string bounds(const Kind& kind) {
  const auto whole = [](double number) { return std::to_string(static_cast<long long>(number)); };
  std::string out;
  if (kind.least > -kSafeInteger) out += " >=" + whole(kind.least);
  if (kind.most < kSafeInteger) out += " <=" + whole(kind.most);
  return out;
}

std::string target_names(const Targets& targets) {
  std::vector<std::string_view> types(targets.types.begin(), targets.types.end());
  std::sort(types.begin(), types.end());
  std::string out;
  for (const std::string_view type : types) out += " " + std::string(type);
  if ((targets.classes & kSdoClass) != 0) out += " SDO";
  if ((targets.classes & kSroClass) != 0) out += " SRO";
  if ((targets.classes & kScoClass) != 0) out += " SCO";
  return out;
}

std::string kind_text(const Kind& kind) {
  std::string out = kind.list ? "list of " : "";
  out += check_name(kind);
  if (kind.check == kind_checks::integer || kind.check == kind_checks::number) out += bounds(kind);
  if (kind.check == kind_checks::reference) out += target_names(kind.targets);
  if (kind.vocabulary != nullptr) out += " " + std::string(kind.vocabulary->name);
  if (kind.shape != nullptr) out += " " + std::string(kind.shape->name);
  if (!kind.literal.empty()) out += " " + std::string(kind.literal);
  return out;
}

}  // namespace

std::string table_text() {
  std::string out;
  for (const auto& [row, use] : common_properties()) {
    out += "common." + std::string(row.name) + "\t" + std::string(use) + "\t" + kind_text(row.kind) + "\n";
  }
  for (const Shape* shape : shapes()) {
    for (const Property& row : shape->properties) {
      out += std::string(shape->name) + "." + std::string(row.name) +
             (row.need == Need::kRequired ? "\tR\t" : "\tO\t") + kind_text(row.kind) + "\n";
    }
  }
  return out;
}

}  // namespace sekisho::stix::checks
