// SARIF 2.1.0 (OASIS Standard, 27 March 2020): the log that code hosts and editors read.
#include <array>
#include <string>
#include <vector>

#include "core/json.h"
#include "node/cli/validate_report.h"

namespace sekisho::node::cli {
namespace {

constexpr std::string_view kSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";
constexpr std::string_view kStandard = "https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html";

/// A path as a relative or absolute URI reference (RFC 3986).
std::string uri_of(std::string_view path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~/!$&'()*+,;=@";
  if (path == "-") return "stdin";
  std::string out;
  for (const char c : path) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return out;
}

void write_text(json::Writer& w, std::string_view name, std::string_view text) {
  w.key(name).begin_object().member("text", text).end_object();
}

class SarifReport : public Report {
 public:
  explicit SarifReport(Console& console) : console_(console) {
    json::Writer driver;
    driver.begin_object().member("name", "sekisho validate").key("rules").begin_array();
    for (const stix::ClauseInfo& clause : stix::clauses()) {
      driver.begin_object().member("id", clause.id);
      write_text(driver, "shortDescription", clause.text);
      const bool standard = clause.section != "-";
      write_text(driver, "help",
                 standard ? "STIX 2.1 §" + std::string(clause.section) + ": " + std::string(clause.text) : std::string(clause.text));
      if (standard) driver.member("helpUri", kStandard);
      driver.key("defaultConfiguration").begin_object().member("level", severity_name(clause.severity)).end_object();
      driver.key("properties").begin_object().member("section", clause.section).end_object().end_object();
    }
    driver.end_array().end_object();
    console_.out(R"({"$schema":")" + std::string(kSchema) + R"(","version":"2.1.0","runs":[{"tool":{"driver":)" + driver.text() +
                 R"(},"columnKind":"unicodeCodePoints","results":[)");
  }

  void found(const Located& one) override {
    const stix::Finding& finding = one.finding;
    json::Writer w;
    w.begin_object().member("ruleId", stix::info(finding.clause).id);
    w.member_int("ruleIndex", static_cast<std::int64_t>(finding.clause)).member("level", severity_name(finding.severity));
    write_text(w, "message", finding.message.empty() ? stix::info(finding.clause).text : finding.message);
    w.key("locations").begin_array().begin_object().key("physicalLocation").begin_object();
    w.key("artifactLocation").begin_object().member("uri", uri_of(one.file)).end_object();
    w.key("region").begin_object().member_int("startLine", static_cast<std::int64_t>(one.at.line));
    if (one.exact) {
      w.member_int("startColumn", static_cast<std::int64_t>(one.at.column - one.at.tails));
      w.member_int("byteOffset", static_cast<std::int64_t>(one.at.offset));
    }
    w.end_object().end_object().key("logicalLocations").begin_array().begin_object();
    if (!one.object.empty()) w.member("name", one.object);
    w.member("fullyQualifiedName", one.parent + finding.pointer).member("kind", "object");
    w.end_object().end_array().end_object().end_array().end_object();
    console_.out((first_ ? "\n" : ",\n") + w.text());
    first_ = false;
  }

  void unreadable(const Error& error) override {
    errors_.push_back(error);
    console_.complain("sekisho: " + error.to_string());
  }

  void end(const Tally& tally) override {
    json::Writer w;
    w.begin_array().begin_object().member_bool("executionSuccessful", !tally.unreadable);
    if (!errors_.empty()) {
      w.key("toolExecutionNotifications").begin_array();
      for (const Error& error : errors_) {
        w.begin_object().member("level", "error");
        write_text(w, "message", error.to_string());
        w.end_object();
      }
      w.end_array();
    }
    w.end_object().end_array();
    console_.out("\n],\"invocations\":" + w.text() + "}]}\n");
  }

 private:
  Console& console_;
  bool first_ = true;
  std::vector<Error> errors_;
};

}  // namespace

std::unique_ptr<Report> make_sarif_report(Console& console) {
  return std::make_unique<SarifReport>(console);
}

}  // namespace sekisho::node::cli
