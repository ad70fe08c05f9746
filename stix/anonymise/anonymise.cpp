#include "stix/anonymise/anonymise.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/uuid.h"
#include "stix/markings.h"
#include "stix/names.h"
#include "stix/redact/edits.h"
#include "stix/sharing_facts.h"
#include "stix/validate/standard.h"
#include "stix/validate/validate.h"

namespace sekisho::stix::anonymise {
namespace {

constexpr std::int64_t kMicrosPerDay = 86'400'000'000;
constexpr std::size_t kUuidChars = 36;

bool one_of(std::string_view word, const std::vector<std::string_view>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::int64_t micros_of(redact::Blur blur) {
  switch (blur) {
    case redact::Blur::kNone: return 0;
    case redact::Blur::kHour: return kMicrosPerDay / 24;
    case redact::Blur::kDay: return kMicrosPerDay;
    case redact::Blur::kWeek: return 7 * kMicrosPerDay;
    case redact::Blur::kMonth: return 31 * kMicrosPerDay;  // from a first of the month: into the next one
  }
  return 0;
}

/// The end of the unit, for what must stay behind its beginning.
std::string cut_up(std::string_view time, redact::Blur blur) {
  const std::string low = cut(time, blur);
  const auto given = parse_stix_time(time), start = parse_stix_time(low);
  if (!given.ok() || !start.ok() || *given == *start) return low;
  return cut(format_stix_time(start->plus_micros(micros_of(blur))), blur);
}

bool is_id_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

/// The next STIX id in a text from `from` on: where it is and how long.
std::optional<std::pair<std::size_t, std::size_t>> next_id(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find("--", from); at != std::string_view::npos; at = text.find("--", at + 1)) {
    if (text.size() - at < 2 + kUuidChars || !Uuid::parse(text.substr(at + 2, kUuidChars))) continue;
    std::size_t start = at;
    while (start > from && is_id_char(text[start - 1]) && at - start < 250) --start;
    if (start != at) return std::pair(start, at + 2 + kUuidChars - start);
  }
  return std::nullopt;
}

/// Members of our own facts (docs/specs/policy.md §10) that may stay.
bool is_fact(std::string_view name) {
  return one_of(name, {"extension_type", "kind", "level", "vendors", "verification", "sectors", "products", "exercise", "embargo_until"});
}

using Tokens = std::vector<std::string>;

class Work {
 public:
  explicit Work(const Request& request) : request_(request), object_(*request.original), root_(object_.root()) {}

  Outcome run() {
    const bool good = takes_type() && keeps_markings();
    if (good) edit_references();
    Tokens path;
    if (good) walk(root_, path);
    if (!reason_.empty()) return refused();
    return write();
  }

 private:
  Outcome refused() const { return {Outcome::Kind::kRefused, nullptr, reason_}; }

  bool fail(std::string reason) {
    if (reason_.empty()) reason_ = std::move(reason);
    return false;
  }

  bool is_sco() const { return category_of(object_.type()) == Category::kSco; }

  bool takes_type() {
    if (object_.spec_version() != "2.1") return fail("it is not STIX 2.1; post it as such");
    if (!is_defined_type(object_.type())) return fail("its type is not of STIX 2.1 and might name its maker");
    if (object_.type() == "marking-definition" || object_.type() == "extension-definition") {
      return fail("definitions of one's own cannot be submitted anonymously");
    }
    if (object_.type() == "observed-data" && root_["objects"].exists()) {
      return fail("observed data with `objects` inside are not taken; use object_refs");
    }
    return true;
  }

  // ---- markings ---------------------------------------------------------------------------------

  /// Nothing gets looser: what an own marking covers goes with it.
  bool keeps_markings() {
    for (const std::string& id : marking_refs(object_).embedded) {
      if (!request_.keeps_marking(id)) return fail("what is embedded in it is marked with an own definition; mark it with TLP");
    }
    for (const auto& entry : root_["object_marking_refs"]) {
      if (!request_.keeps_marking(entry.value.string_or({}))) return fail("it is marked with an own definition; mark it with TLP");
    }
    for (const redact::Selections::Entry& entry : selections_.entries()) {
      const auto id = entry.marking["marking_ref"].string();
      if ((!id && entry.marking["lang"].is_string()) || (id && request_.keeps_marking(*id))) continue;
      if (!drop_selected(entry)) return false;
    }
    return true;
  }

  bool drop_selected(const redact::Selections::Entry& entry) {
    const char* bad = "a granular marking of an own definition is on what cannot be left out";
    if (!entry.marking["selectors"].is_array() || entry.selected.empty()) return fail(bad);
    for (const redact::Selections::Selected& one : entry.selected) {
      if (!one.at.exists() || is_fixed(one.member())) return fail(bad);
      edits_.remove(one.at);
    }
    return true;
  }

  // ---- references -------------------------------------------------------------------------------

  static bool is_external(std::string_view pointer) { return pointer.starts_with("/external_references/"); }

  void edit_references() {
    for (const Reference& reference : references(object_)) {
      if (reference.pointer == "/created_by_ref" || is_external(reference.pointer)) continue;
      const Turn turn = request_.reference(reference.id, Mention::kReference);
      done_.insert(redact::place_of(reference.at));
      if (reference.pointer == "/object_ref") turn_modified(turn);
      if (turn.kind == Turn::Kind::kRewrite) edits_.replace(reference.at, turn.id);
      if (turn.kind == Turn::Kind::kStrip) edits_.remove(reference.at);
    }
  }

  /// Of a language-content: the version that it translates (STIX 2.1 §7.1).
  void turn_modified(const Turn& turn) {
    const json::Value modified = root_["object_modified"];
    if (turn.kind == Turn::Kind::kKeep || !modified.exists()) return;
    done_.insert(redact::place_of(modified));
    if (turn.modified.empty()) edits_.remove(modified);
    else edits_.replace(modified, turn.modified);
  }

  // ---- everything else --------------------------------------------------------------------------

  static bool is_fixed(std::string_view name) {
    return one_of(name, {"type", "spec_version", "id", "created_by_ref", "created", "modified", "revoked", "granular_markings",
                         "object_marking_refs"});
  }

  /// Whether STIX, or we, define a member at this place; nested ones but for extensions are judged by their prefix.
  bool is_stranger(const Tokens& path) const {
    const std::string& name = path.back();
    if (path.size() == 1) return !is_defined_property(object_.type(), name) || name == "authors" || name == "contact_information";
    if (name.starts_with("x_") || name.starts_with("X_") || name.starts_with("x-")) return true;
    if (path[0] == "extensions") {
      const bool own = path[1] == kSharingExtensionId || path[1] == kWeeklyExtensionId;
      if (path.size() == 2) return !own && !is_defined_extension(name);
      return path.size() == 3 && !(own ? is_fact(name) : is_defined_in_extension(path[1], name));
    }
    return path.size() == 3 && path[0] == "external_references" &&
           !one_of(name, {"source_name", "description", "url", "hashes", "external_id"});
  }

  void walk(const json::Value& at, Tokens& path) {
    std::size_t index = 0;
    for (const auto& [key, member] : at) {
      const bool named = at.is_object();
      path.push_back(named ? std::string(key) : std::to_string(index++));
      const bool fixed = path.size() == 1 && is_fixed(path[0]);
      if (!fixed && !edits_.removes(member) && done_.count(redact::place_of(member)) == 0) {
        if (named && (is_stranger(path) || request_.hidden->in(key))) edits_.remove(member);
        else visit(member, path);
      }
      path.pop_back();
    }
  }

  void visit(const json::Value& at, Tokens& path) {
    if (path.size() == 2 && path[0] == "external_references" && tells(at)) return edits_.remove(at);
    if (const auto text = at.string()) return visit_text(*text, path, at);
    walk(at, path);
  }

  /// Whether a name of the submitter, or an id of its own, stands anywhere inside.
  bool tells(const json::Value& at) const {
    if (const auto text = at.string()) return request_.hidden->in(*text) || with_new_ids(*text) != *text;
    for (const auto& entry : at) {
      if (request_.hidden->in(entry.key) || tells(entry.value)) return true;
    }
    return false;
  }

  void visit_text(std::string_view text, const Tokens& path, const json::Value& at) {
    if (parse_stix_time(text).ok()) {
      const bool end = path.back() == "valid_until" || path.back() == "stop_time";
      const std::string now = end ? cut_up(text, request_.blur) : cut(text, request_.blur);
      if (now != text) edits_.replace(at, now);
      return;
    }
    const std::string turned = with_new_ids(text), clean = request_.hidden->masked(turned);
    if (clean == text) return;
    if (is_sco() || path[0] == "pattern") {
      fail("it holds a name or an id of the submitter in a place that is never edited");
      return;
    }
    masked_ = masked_ || clean.find(kMask) != std::string::npos;
    edits_.replace(at, clean);
  }

  std::string with_new_ids(std::string_view text) const {
    std::string out;
    std::size_t done = 0;
    while (const auto found = next_id(text, done)) {
      const std::string_view id = text.substr(found->first, found->second);
      const Turn turn = request_.reference(id, Mention::kText);
      out.append(text.substr(done, found->first - done));
      out += turn.kind == Turn::Kind::kKeep ? id : turn.kind == Turn::Kind::kRewrite ? std::string_view(turn.id) : kMask;
      done = found->first + found->second;
    }
    return out.append(text.substr(done));
  }

  // ---- the new object ---------------------------------------------------------------------------

  Outcome write() {
    const std::set<std::string, std::less<>> leave{"type", "spec_version", "id", "created_by_ref", "created", "modified", "granular_markings"};
    std::string body;
    const auto now = edits_.write(root_, leave, selections_.places(), body);
    json::Writer head;
    head.begin_object().member("type", object_.type()).member("spec_version", "2.1").member("id", request_.id);
    if (!is_sco()) {
      head.member("created_by_ref", request_.creator).member("created", request_.created).member("modified", request_.modified);
    }
    auto made = Object::parse(head.take() + (body.empty() ? "" : "," + body) + granular(now) + "}");
    if (!made.ok() || !acceptable(validate(**made))) {
      fail("without what tells of the submitter it would not be valid STIX; send its references in the same envelope");
      return refused();
    }
    if (leaks((*made)->root())) {
      fail("a name or an id of the submitter would be left in it");
      return refused();
    }
    return {masked_ ? Outcome::Kind::kMasked : Outcome::Kind::kClean, std::move(*made),
            masked_ ? "it named its submitter; the names are masked" : ""};
  }

  /// The last look, over the finished object, whatever was thought of above.
  bool leaks(const json::Value& at) const {
    const auto text = at.string();
    if (text) return tells_of(*text);
    for (const auto& entry : at) {
      if (tells_of(entry.key) || leaks(entry.value)) return true;
    }
    return false;
  }
  bool tells_of(std::string_view text) const {
    return request_.hidden->in(text) || (request_.id != object_.id() && text.find(object_.id()) != std::string_view::npos);
  }

  // ---- granular markings that stay: their selectors follow what moved -----------------------------

  std::string granular(const std::map<redact::Place, std::string>& now) const {
    json::Writer w;
    w.begin_array();
    for (const redact::Selections::Entry& entry : selections_.entries()) {
      std::vector<std::string_view> selectors;
      for (const redact::Selections::Selected& one : entry.selected) {
        const auto place = one.at.exists() ? now.find(redact::place_of(one.at)) : now.end();
        if (place != now.end()) selectors.push_back(place->second);
      }
      if (selectors.empty()) continue;
      w.begin_object();
      for (const char* name : {"marking_ref", "lang"}) {
        if (const auto text = entry.marking[name].string()) w.member(name, *text);
      }
      w.key("selectors").begin_array();
      for (const std::string_view selector : selectors) w.string(selector);
      w.end_array().end_object();
    }
    w.end_array();
    return w.text() == "[]" ? "" : ",\"granular_markings\":" + w.text();
  }

  const Request& request_;
  const Object& object_;
  const json::Value root_;
  redact::Edits edits_;
  const redact::Selections selections_{root_};
  std::set<redact::Place> done_;  ///< references, which were looked at
  bool masked_ = false;
  std::string reason_;
};

}  // namespace

Outcome anonymise(const Request& request) { return Work(request).run(); }

std::string cut(std::string_view time, redact::Blur blur) {
  if (blur == redact::Blur::kNone) return std::string(time);
  return redact::blurred(time, blur).value_or(std::string(time));
}

}  // namespace sekisho::stix::anonymise
