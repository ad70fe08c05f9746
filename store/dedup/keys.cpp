#include "store/dedup/keys.h"

#include <algorithm>
#include <utility>

#include "stix/sharing_facts.h"
#include "store/dedup/url.h"

namespace sekisho::store::dedup {
namespace {


class Reader {
 public:
  explicit Reader(const json::Value& object) : object_(object) {}

  ObjectKeys read() {
    read_head();
    for (const Cve& cve : cves_in(out_.title)) add(out_.cves, cve.to_string(), "/name", kMaxIdentifiers);
    std::size_t index = 0;
    for (const auto [unused, reference] : object_["external_references"]) {
      read_reference(reference, "/external_references/" + std::to_string(index++));
    }
    for (const auto [unused, name] : object_["extensions"][stix::kWeeklyExtensionId]["vendors"]) {
      if (const auto text = name.string(); text && !text->empty()) out_.vendors.emplace_back(*text);
    }
    index = 0;
    for (const auto [unused, reference] : object_["object_refs"]) read_object_ref(reference.string_or(""), index++);
    return std::move(out_);
  }

 private:
  void problem(std::string pointer, std::string what) { out_.problems.push_back({std::move(pointer), std::move(what)}); }

  void read_head() {
    out_.title = object_["name"].string_or("");
    out_.created_by = object_["created_by_ref"].string_or("");
    out_.revoked = object_["revoked"].boolean().value_or(false);
    out_.is_case = object_["type"].string_or("") == "grouping" && object_["context"].string_or("") == "same-case";
    for (const std::string_view name : {"published", "created"}) {
      const auto text = object_[name].string();
      if (!text) continue;
      const auto time = parse_stix_time(*text);
      if (time.ok()) {
        out_.time = *time;
        return;
      }
    }
    problem("/created", "no time: neither published nor created can be read");
  }

  void add(std::vector<Found>& list, std::string value, const std::string& pointer, std::size_t limit) {
    const bool known = std::any_of(list.begin(), list.end(), [&](const Found& found) { return found.value == value; });
    if (known) return;
    if (list.size() >= limit) {
      if (!over_) problem(pointer, "more than " + std::to_string(limit) + " keys of one kind; the rest is left out");
      over_ = true;
      return;
    }
    list.push_back({std::move(value), pointer});
  }

  /// Whether the text was a link.
  bool add_url(std::string_view text, const std::string& pointer) {
    auto url = canonical_url(text);
    if (url && !is_home_page(*url)) add(out_.urls, std::move(*url), pointer, kMaxUrls);
    return url.has_value();
  }

  void read_reference(const json::Value& reference, const std::string& pointer) {
    const std::string_view id = reference["external_id"].string_or("");
    if (const auto cve = parse_cve(id)) {
      add(out_.cves, cve->to_string(), pointer + "/external_id", kMaxIdentifiers);
    } else if (auto advisory = advisory_id(id)) {
      add(out_.advisories, std::move(*advisory), pointer + "/external_id", kMaxIdentifiers);
    } else if (const std::string_view source = reference["source_name"].string_or(""); source == "cve" || source == "CVE") {
      problem(pointer + "/external_id", "given as a CVE id, but it is none");
    }
    if (const auto url = reference["url"].string()) {
      if (!add_url(*url, pointer + "/url")) problem(pointer + "/url", "no http or https link: it is no key");
    }
    // A defanged link may not stand in `url`, so it comes as the whole description.
    add_url(reference["description"].string_or(""), pointer + "/description");
  }

  void read_object_ref(std::string_view id, std::size_t index) {
    if (id.substr(0, kVulnerabilityPrefix.size()) != kVulnerabilityPrefix) return;
    if (const auto uuid = Uuid::parse(id.substr(kVulnerabilityPrefix.size()))) {
      out_.vulnerabilities.push_back(*uuid);
    } else {
      problem("/object_refs/" + std::to_string(index), "no id of a vulnerability");
    }
  }

  const json::Value& object_;
  ObjectKeys out_;
  bool over_ = false;
};

}  // namespace

bool is_item_type(std::string_view type) { return type == "report" || type == "grouping" || type == "incident"; }

ObjectKeys read_keys(const json::Value& object) { return Reader(object).read(); }

}  // namespace sekisho::store::dedup
