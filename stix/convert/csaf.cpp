// CSAF 2.0 documents, one a file or one a line (docs/specs/convert-csaf.md).
#include <algorithm>
#include <memory>
#include <utility>

#include "core/json.h"
#include "core/limits.h"
#include "core/time.h"
#include "stix/convert/builder.h"
#include "stix/convert/csaf_products.h"
#include "stix/convert/csaf_reader.h"
#include "stix/convert/csaf_vulnerabilities.h"
#include "stix/convert/formats.h"
#include "stix/convert/identifiers.h"
#include "stix/convert/lines.h"
#include "stix/names.h"

namespace sekisho::stix::convert {
namespace {

class CsafDocument {
 public:
  CsafDocument(const json::Value& root, const Context& context)
      : root_(root), document_(root["document"]), context_(context), in_(journal_) {}

  Result<Converted> convert();
  std::string id() const { return std::string(document_["tracking"]["id"].string_or("")); }

 private:
  void version();
  Frame frame();
  Timestamp date(const json::Value& tracking, std::string_view key);
  std::optional<Tlp> marking();
  std::string language();
  void publisher(Builder& out);
  void report(Builder& out, const json::Value& vulnerabilities);
  void report_references(std::vector<Reference>& out);
  void status_label(std::vector<std::string>& labels);

  json::Value root_;
  json::Value document_;
  const Context& context_;
  Journal journal_;
  CsafReader in_;
};

void CsafDocument::version() {
  if (!root_.is_object() || !document_.is_object()) {
    journal_.refuse("no CSAF document: the file must be an object with an object `document`",
                    "/document");
    return;
  }
  const std::string_view version = in_.need_text(document_, "csaf_version");
  if (version == "2.0" || journal_.failed()) return;
  journal_.fail(make_error(Code::kConvertUnsupported,
                           version == "2.1"
                               ? "CSAF 2.1 is not read yet; ask the publisher for CSAF 2.0"
                               : "csaf_version must be \"2.0\"",
                           "/document/csaf_version"));
}

Timestamp CsafDocument::date(const json::Value& tracking, std::string_view key) {
  const std::string_view text = in_.need_text(tracking, key);
  if (journal_.failed()) return {};
  const auto time = parse_rfc3339(text);
  if (time.ok()) return *time;
  journal_.refuse(std::string(key) + " must be an RFC 3339 time such as 2025-07-01T09:00:00Z",
                  "/document/tracking/" + std::string(key));
  return {};
}

std::optional<Tlp> CsafDocument::marking() {
  const json::Value distribution = in_.object(document_, "distribution");
  in_.rest(distribution, "distribution", {"tlp", "text"});
  const json::Value tlp = in_.object(distribution, "tlp");
  in_.rest(tlp, "tlp", {"label", "url"});
  const std::string_view label = in_.text(tlp, "label");
  if (label.empty()) {
    journal_.lose(
        "The document has no TLP label: its objects carry no marking and are treated as TLP:AMBER",
        "/document/distribution");
    return std::nullopt;
  }
  const auto known = tlp_from_label(label);
  if (!known)
    journal_.refuse("label must be WHITE, GREEN, AMBER or RED", "/document/distribution/tlp/label");
  return known;
}

std::string CsafDocument::language() {
  const std::string_view lang = in_.text(document_, "lang");
  if (lang.empty() || is_language_tag(lang)) return std::string(lang);
  journal_.lose("The language tag is not one that STIX allows and was left out", document_["lang"]);
  return {};
}

Frame CsafDocument::frame() {
  const json::Value tracking = in_.need_object(document_, "tracking");
  Frame out;
  out.format = "csaf";
  out.document_id = in_.need_text(tracking, "id");
  const Timestamp first = date(tracking, "initial_release_date");
  const Timestamp current = date(tracking, "current_release_date");
  if (current < first) {
    journal_.refuse("current_release_date must not be before initial_release_date",
                    "/document/tracking/current_release_date");
  }
  out.created = format_stix_time(first);
  out.modified = format_stix_time(current);
  out.tlp = marking();
  out.lang = language();
  return out;
}

void CsafDocument::publisher(Builder& out) {
  const json::Value publisher = in_.need_object(document_, "publisher");
  const std::string_view name = in_.need_text(publisher, "name");
  const std::string_view space = in_.need_text(publisher, "namespace");
  const std::optional<Tlp> tlp = out.frame().tlp;
  const std::string id =
      object_id(context_.id_namespace, "identity",
                {"csaf", "publisher", "identity", space, name, tlp ? tlp_label(*tlp) : "unmarked"});
  Reference reference{"csaf-publisher", {}, {}, {}};
  (is_uri(space) ? reference.url : reference.external_id) = space;
  out.organisation(id, name, {reference});
  in_.rest(publisher, "publisher", {"name", "namespace"});
}

void CsafDocument::report_references(std::vector<Reference>& out) {
  const json::Value tracking = document_["tracking"];
  const std::string publisher(document_["publisher"]["name"].string_or(""));
  out.push_back({publisher,
                 "version " + std::string(in_.need_text(tracking, "version")),
                 {},
                 std::string(in_.text(tracking, "id"))});
  for (const auto& [unused, alias] : in_.array(tracking, "aliases")) {
    out.push_back({publisher, "alias", {}, std::string(in_.element_text(alias))});
  }
  read_references(in_, document_, out);
  in_.rest(tracking, "tracking",
           {"id", "version", "status", "aliases", "initial_release_date", "current_release_date"});
}

void CsafDocument::status_label(std::vector<std::string>& labels) {
  const std::string_view status = in_.need_text(document_["tracking"], "status");
  if (status == "final") return;
  if (status == "draft" || status == "interim") {
    labels.push_back("csaf-status-" + std::string(status));
    return;
  }
  journal_.refuse("status must be draft, interim or final", "/document/tracking/status");
}

void CsafDocument::report(Builder& out, const json::Value& vulnerabilities) {
  Paragraphs description;
  read_notes(in_, document_, description);
  const json::Value aggregate = in_.object(document_, "aggregate_severity");
  if (aggregate.exists()) {
    description.add("Aggregate severity", in_.need_text(aggregate, "text"));
    in_.rest(aggregate, "aggregate_severity", {"text"});
  }
  description.add("Distribution", in_.text(document_["distribution"], "text"));
  std::vector<Reference> references;
  report_references(references);
  std::vector<std::string> labels{std::string(in_.need_text(document_, "category"))};
  status_label(labels);

  const std::vector<std::string> contents = out.ids();
  const std::string id = out.id("report", "report");
  json::Writer object = out.open("report", id);
  object.member("name", in_.need_text(document_, "title"));
  member_unless_empty(object, "description", description.text());
  member_list(object, "report_types",
              {vulnerabilities.size() > 0 ? "vulnerability" : "threat-report"});
  object.member("published", out.frame().created);
  member_list(object, "object_refs", contents);
  member_list(object, "labels", labels);
  out.close(id, std::move(object), references);
  in_.rest(document_, "document",
           {"category", "csaf_version", "title", "publisher", "tracking", "distribution", "lang",
            "notes", "references", "aggregate_severity"});
  in_.rest(root_, "top level", {"document", "product_tree", "vulnerabilities"});
}

Result<Converted> CsafDocument::convert() {
  version();
  if (journal_.failed()) return *journal_.error();
  Builder out(context_, frame(), journal_);
  publisher(out);
  if (journal_.failed()) return *journal_.error();
  CsafProducts products(in_, out);
  products.read(in_.object(root_, "product_tree"));
  const json::Value vulnerabilities = in_.array(root_, "vulnerabilities");
  CsafVulnerabilities(in_, products, out).read(vulnerabilities);
  report(out, vulnerabilities);
  if (journal_.failed()) return *journal_.error();
  return Converted{id(), out.take_objects(), journal_.losses()};
}

void convert_csaf_text(std::string_view text, std::string name, const Context& context,
                 const Sink& sink) {
  if (text.size() > context.max_document_bytes) {
    sink.refused({std::move(name),
                  make_error(Code::kLimitExceeded, "the document is longer than " +
                                                       std::to_string(context.max_document_bytes) +
                                                       " bytes; split it")});
    return;
  }
  const auto parsed = json::Document::parse(std::string(text));
  if (!parsed.ok()) {
    sink.refused({std::move(name), parsed.error()});
    return;
  }
  CsafDocument document((*parsed)->root(), context);
  auto converted = document.convert();
  if (converted.ok()) {
    sink.converted(std::move(converted).value());
    return;
  }
  const std::string id = document.id();
  sink.refused({id.empty() ? std::move(name) : id, converted.error()});
}

}  // namespace

Status convert_csaf(std::string_view bytes, const Context& context, const Sink& sink) {
  each_document(bytes, [&](std::string_view text, std::string name) {
    convert_csaf_text(text, std::move(name), context, sink);
  });
  return {};
}

}  // namespace sekisho::stix::convert
