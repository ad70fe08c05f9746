// The CSAF documents that the tests change and convert.
#pragma once

#include <string>

namespace sekisho::tests {

/// The example of the specification.
inline const std::string kSmall =
    R"({"document":{"category":"csaf_vex","csaf_version":"2.0","title":"Example","publisher":{"category":"vendor","name":"Example","namespace":"https://example.com"},
 "distribution":{"tlp":{"label":"GREEN"}},
 "tracking":{"id":"EX-1","status":"final","version":"1","initial_release_date":"2025-07-01T09:00:00+09:00","current_release_date":"2025-07-02T00:00:00Z"}},
 "product_tree":{"full_product_names":[{"product_id":"P1","name":"Example TCU 1.0"}]},
 "vulnerabilities":[{"cve":"CVE-2025-10001","product_status":{"known_affected":["P1"]}}]})";

/// A document that uses everything that has a place.
inline const std::string kFull = R"json({
 "document":{"category":"csaf_security_advisory","csaf_version":"2.0","title":"TCU advisory","lang":"en-US",
  "publisher":{"category":"vendor","name":"Example","namespace":"https://example.com","contact_details":"psirt@example.com"},
  "distribution":{"text":"Members only","tlp":{"label":"AMBER","url":"https://www.first.org/tlp/"}},
  "aggregate_severity":{"text":"Critical"},
  "notes":[{"category":"summary","title":"Summary","text":"A summary."},{"category":"other","title":"Sectors","text":"Automotive"},
           {"category":"general","text":"Boilerplate"},{"category":"legal_disclaimer","text":"As is"}],
  "references":[{"category":"self","summary":"This document","url":"https://example.com/ex-2.json"},
                {"category":"external","summary":"Not a link","url":"see page 3"}],
  "tracking":{"id":"EX-2","aliases":["ALIAS-2"],"status":"interim","version":"2","initial_release_date":"2025-07-01T00:00:00.123456Z",
   "current_release_date":"2025-07-03T00:00:00Z","generator":{"engine":{"name":"x"}},
   "revision_history":[{"date":"2025-07-01T00:00:00Z","number":"1","summary":"Initial"}]}},
 "product_tree":{
  "branches":[{"category":"vendor","name":"Example","branches":[{"category":"product_name","name":"TCU","branches":[
    {"category":"product_version","name":"1.0","product":{"product_id":"P1","name":"Example TCU 1.0","product_identification_helper":{"cpe":"cpe:2.3:o:example:tcu:1.0:*:*:*:*:*:*:*"}}},
    {"category":"product_version_range","name":"vers:all/<2.0","product":{"product_id":"P2","name":"Example TCU before 2.0","product_identification_helper":{"cpe":"cpe:/o:example:tcu:1.9","purl":"pkg:generic/tcu@1.9"}}}]}]}],
  "full_product_names":[{"product_id":"P3","name":"Example Gateway"}],
  "relationships":[{"category":"installed_on","product_reference":"P1","relates_to_product_reference":"P3","full_product_name":{"product_id":"P4","name":"TCU 1.0 in Gateway"}}],
  "product_groups":[{"group_id":"G1","product_ids":["P1","P2"]}]},
 "vulnerabilities":[
  {"cve":"CVE-2025-10001","title":"Overflow","cwe":{"id":"CWE-787","name":"Out-of-bounds Write"},
   "ids":[{"system_name":"Example","text":"BUG-7"}],
   "notes":[{"category":"description","text":"An overflow."}],
   "discovery_date":"2025-06-01T00:00:00Z",
   "scores":[{"products":["P1"],"cvss_v3":{"version":"3.1","baseScore":9.8,"baseSeverity":"CRITICAL","vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}},
             {"products":["P2"],"cvss_v2":{"version":"2.0","baseScore":10.0,"vectorString":"AV:N/AC:L/Au:N/C:C/I:C/A:C"}}],
   "threats":[{"category":"impact","details":"Full control","group_ids":["G1"]}],
   "flags":[{"label":"vulnerable_code_not_present","product_ids":["P3"]}],
   "product_status":{"known_affected":["P1","P2"],"known_not_affected":["P3"],"fixed":["P4"]},
   "remediations":[{"category":"vendor_fix","details":"Update to 2.0.","url":"https://example.com/2.0","group_ids":["G1"],"entitlements":["Contract"],"restart_required":{"category":"vehicle"}},
                   {"category":"no_fix_planned","details":"Out of support.","product_ids":["P4"]}],
   "acknowledgments":[{"names":["A. Finder"]}]},
  {"cve":"CVE-2025-10001","remediations":[{"category":"vendor_fix","details":"Update to 2.0.","url":"https://example.com/2.0","product_ids":["P1"],"entitlements":["Contract"],"restart_required":{"category":"vehicle"}}]},
  {"ids":[{"system_name":"Example","text":"BUG-9"}],"title":"No CVE yet"}]})json";

}  // namespace sekisho::tests
