// The vulnerabilities of a CSAF document (CSAF 2.0 §3.2.3) with what joins them to products and
// remediations. One thread.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "stix/convert/builder.h"
#include "stix/convert/csaf_products.h"
#include "stix/convert/csaf_reader.h"

namespace sekisho::stix::convert {

class CsafVulnerabilities {
 public:
  CsafVulnerabilities(CsafReader& in, CsafProducts& products, Builder& out)
      : in_(in), products_(products), out_(out) {}
  void read(const json::Value& vulnerabilities);

 private:
  struct Names {
    std::string cve;    ///< empty if there is none
    std::string shown;  ///< the vulnerability's name
    std::string place;  ///< part of its id
  };
  using Justifications = std::map<const Product*, std::string>;

  void one(const json::Value& value, std::size_t index);
  Names names(const json::Value& value, std::size_t index);
  void identifiers(const json::Value& value, const Names& names, std::vector<Reference>& out);
  void scores(const json::Value& value, std::vector<Reference>& out);
  void score(const json::Value& cvss, const std::string& products, std::vector<Reference>& out);
  void threats(const json::Value& value, Paragraphs& out);
  Justifications flags(const json::Value& value);
  void status(const json::Value& value, const std::string& vulnerability);
  void remediations(const json::Value& value, const std::string& vulnerability);
  std::string course_of_action(const json::Value& value, std::string_view category);

  CsafReader& in_;
  CsafProducts& products_;
  Builder& out_;
  std::map<std::string, std::size_t, std::less<>> seen_;  // places, for entries with the same CVE
};

}  // namespace sekisho::stix::convert
