#include "stix/redact/redact.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "core/json_pointer.h"
#include "core/uuid.h"
#include "stix/folded.h"
#include "stix/names.h"
#include "stix/redact/blur.h"
#include "stix/redact/edits.h"
#include "stix/redact/id_set.h"

namespace sekisho::stix::redact {
namespace {

using Tokens = std::vector<std::string>;

bool lists(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Keys whose strings people wrote for people.
bool is_free_text(std::string_view key) {
  return key == "name" || key == "description" || key == "abstract" || key == "content" || key == "explanation" ||
         key == "objective" || key == "primary_motivation_description";
}

/// What all profiles ask for together.
struct Asked {
  bool strip_attribution = false, approved_text = false, remove_attachments = false;
  std::optional<Tlp> granular;
  Blur blur = Blur::kNone;
  Timestamp from{};
  std::vector<PlacePattern> remove;
  std::vector<std::pair<PlacePattern, const Generalisation*>> generalise;

  explicit Asked(const std::vector<const Profile*>& profiles) {
    for (const Profile* profile : profiles) {
      strip_attribution = strip_attribution || profile->strip_attribution;
      approved_text = approved_text || profile->approved_text;
      remove_attachments = remove_attachments || profile->remove_attachments;
      if (profile->granular) granular = std::min(granular.value_or(Tlp::kRed), *profile->granular);
      blur = std::max(blur, profile->blur);
      from = std::max(from, profile->from);
      for (const std::string& pointer : profile->remove) remove.emplace_back(pointer);
      for (const Generalisation& each : profile->generalise) generalise.emplace_back(PlacePattern(each.at), &each);
    }
  }
};

class Redaction {
 public:
  explicit Redaction(const Request& request)
      : request_(request), object_(*request.original), root_(object_.root()), asked_(request.profiles),
        strip_(request.strip.begin(), request.strip.end()), hidden_(hidden_ids()) {}

  Outcome run() {
    if (names_source() || is_attachment()) return withheld(reason_);
    edit_references();
    take_lost();
    if (!drop_granular()) return withheld(reason_);
    Tokens path;
    walk(root_, path);
    if (!reason_.empty() || !spares_marked_parts()) return withheld(reason_);
    if (edits_.empty() && !creator_changes_ && asked_.blur == Blur::kNone) return as_it_is();
    return write();
  }

 private:
  static Outcome withheld(std::string reason) { return {Outcome::Kind::kWithheld, nullptr, std::move(reason)}; }

  bool names_source() {
    if (!asked_.strip_attribution || !lists(request_.source_identities, object_.id())) return false;
    reason_ = "it is an identity of its source, whose name the profile keeps back";
    return true;
  }

  bool is_attachment() {
    if (!asked_.remove_attachments || object_.type() != "artifact") return false;
    reason_ = "it is an attachment, which the profile keeps back";
    return true;
  }

  bool strips(const std::string& id) const {
    return strip_.contains(id) || (asked_.strip_attribution && lists(request_.source_identities, id)) ||
           (asked_.remove_attachments && id.starts_with("artifact--"));
  }

  void edit_references() {
    for (const Reference& reference : references(object_, request_.opaque)) {
      if (reference.pointer == "/created_by_ref") {  // a rendition has its own creator, whatever else changes
        creator_changes_ = strips(reference.id) || request_.rewrite.find(reference.id) != request_.rewrite.end();
        continue;
      }
      const auto rewritten = request_.rewrite.find(reference.id);
      if (rewritten != request_.rewrite.end()) {
        edits_.replace(reference.at, rewritten->second.id);
        if (reference.pointer == "/object_ref") edits_.replace(root_["object_modified"], rewritten->second.modified);
        const bool version = reference.pointer == "/object_ref" && root_["object_modified"].exists();
        lines_.push_back("> " + reference.id + " " + rewritten->second.id + (version ? " " + rewritten->second.modified : std::string()));
      } else if (strips(reference.id)) {
        edits_.remove(whole_of(reference.at));
        lines_.push_back("- " + reference.id);
      }
    }
  }

  /// Of a translation.
  void take_lost() {
    if (object_.type() != "language-content") return;
    request_.lost.each_said(object_, [this](const json::Value& said) { edits_.remove(said); });
    if (const std::string taken = request_.lost.said(object_); !taken.empty()) lines_.push_back("- " + taken);
  }

  /// Of an external reference the whole entry goes, not only the id inside.
  json::Value whole_of(const json::Value& id) const {
    const auto after = std::upper_bound(external_.begin(), external_.end(), place_of(id),
                                        [](Place place, const json::Value& entry) { return place < place_of(entry); });
    if (after == external_.begin()) return id;
    const json::Value entry = *std::prev(after);
    return place_of(id) < place_of(entry) + entry.raw().size() ? entry : id;
  }

  static std::vector<json::Value> entries_of(const json::Value& list) {
    std::vector<json::Value> out;
    for (const auto& entry : list) out.push_back(entry.value);
    return out;
  }

  /// Whether a granular marking stays under the ceiling. What is not understood does not.
  bool under(std::string_view id) const {
    auto tlp = tlp_from_marking_id(id);
    const auto meaning = request_.meanings ? request_.meanings(id) : std::nullopt;
    if (meaning && meaning->kind == MarkingMeaning::Kind::kMismatch) return false;
    if (!tlp && meaning) {
      if (meaning->kind == MarkingMeaning::Kind::kStatement) return true;
      if (meaning->kind == MarkingMeaning::Kind::kTlp) tlp = meaning->tlp;
    }
    return tlp && *tlp <= *asked_.granular;
  }

  bool fail(std::string reason) {
    reason_ = std::move(reason);
    return false;
  }

  bool drop_granular() {
    if (!asked_.granular) return true;
    for (const Selections::Entry& entry : selections_.entries()) {
      const auto id = entry.marking["marking_ref"].string();
      if (!id && entry.marking["lang"].is_string()) continue;
      if (id && under(*id)) continue;
      if (!drop_selected(entry)) return false;
    }
    return true;
  }

  /// A marking that cannot be placed holds for the whole object (docs/specs/markings.md), which then stays here.
  bool drop_selected(const Selections::Entry& entry) {
    if (!entry.marking["selectors"].is_array() || entry.selected.empty()) return fail("a granular marking above the ceiling has no selectors");
    for (const Selections::Selected& one : entry.selected) {
      if (!one.at.exists()) return fail("a granular marking above the ceiling selects nothing that is there");
      if (kFixed.find(one.member()) != kFixed.end()) {
        return fail("a granular marking above the ceiling is on " + one.at.pointer() + ", which cannot be left out");
      }
      edits_.remove(one.at);
    }
    return true;
  }

  void walk(const json::Value& at, Tokens& path) {
    std::size_t index = 0;
    for (const auto& [key, member] : at) {
      path.push_back(at.is_object() ? std::string(key) : std::to_string(index++));
      if (!fixed(path) && !edits_.removes(member)) visit(key, member, path);
      path.pop_back();
    }
  }

  static std::string pointer_of(const Tokens& path) {
    std::string out;
    for (const std::string& token : path) json::append_token(out, token);
    return out;
  }

  /// Written by write(), or telling what holds for the object or for what is embedded in it.
  static bool fixed(const Tokens& path) {
    return (path.size() == 1 && kFixed.count(path[0]) != 0) || path.back() == "object_marking_refs" || path.back() == "granular_markings";
  }

  /// Selectors of an embedded object count the places of what was received.
  bool spares_marked_parts() {
    for (const json::Value& part : marked_parts_) {
      if (edits_.changes_below(part)) return fail("what is embedded at " + part.pointer() + " has granular markings of its own and would change; remove it whole by the profile");
    }
    return true;
  }

  void visit(std::string_view key, const json::Value& at, Tokens& path) {
    const auto matches = [&path](const PlacePattern& pattern) { return pattern.matches(path); };
    if (std::any_of(asked_.remove.begin(), asked_.remove.end(), matches) || is_attribution(path, at)) return edits_.remove(at);
    if (const auto text = at.string()) {
      visit_text(key, *text, path, at);
    } else {
      if (at.is_object() && at["granular_markings"].exists()) marked_parts_.push_back(at);
      walk(at, path);
    }
  }

  bool is_attribution(const Tokens& path, const json::Value& at) const {
    if (!asked_.strip_attribution) return false;
    if (path.size() == 1) return path[0] == "authors" || path[0] == "contact_information";
    return path.size() == 2 && path[0] == "external_references" && mentions_source(at["source_name"].string_or({}));
  }

  /// However it is written; a name that is blank hides nothing.
  bool mentions_source(std::string_view text) const {
    const Folded folded(text);
    return std::any_of(source_names_.begin(), source_names_.end(), [&folded](const std::string& name) { return folded.holds(name); });
  }

  void visit_text(std::string_view key, std::string_view text, const Tokens& path, const json::Value& at) {
    for (const auto& [pattern, generalisation] : asked_.generalise) {
      if (!pattern.matches(path)) continue;
      const auto word = generalisation->map.find(text);
      if (word != generalisation->map.end()) return edits_.replace(at, word->second);
      if (!generalisation->keep_others) return edits_.remove(at);
    }
    if (asked_.approved_text && is_free_text(key)) return approve(text, path, at);
    const bool names_version = path.size() == 1 && path[0] == "object_modified";  // turned with what it is a version of
    if (asked_.blur == Blur::kNone || names_version) return;
    if (const auto cut = blurred(text, asked_.blur); cut && *cut != text) edits_.replace(at, *cut);
  }

  /// The public text of a place. Pointers longer than that of any text are not written out.
  const std::string* approved_for(const Tokens& path) const {
    std::size_t length = 0;
    for (const std::string& token : path) length += token.size() + 1;
    const bool may_be = std::any_of(request_.approved.begin(), request_.approved.end(),
                                    [length](const auto& one) { return one.first.size() >= length; });
    const auto found = may_be ? request_.approved.find(pointer_of(path)) : request_.approved.end();
    return found == request_.approved.end() ? nullptr : &found->second;
  }

  void approve(std::string_view text, const Tokens& path, const json::Value& at) {
    if (const std::string* approved = approved_for(path)) {
      if (*approved != text) edits_.replace(at, *approved);
    } else if (path.size() > 1) {
      edits_.remove(at);  // of what is nested, such as an external reference
    } else {
      reason_ = "no public text is approved for " + pointer_of(path);
    }
  }

  /// It goes under its own id and as its creator's: what is left to hide is what its texts call the source.
  Outcome as_it_is() {
    Tokens path;
    const bool told = asked_.strip_attribution && tells_anywhere(root_, path, [this](std::string_view text, const Tokens& at) { return tells_source(text, at); });
    return told ? withheld(reason_) : Outcome{Outcome::Kind::kUnchanged, nullptr, ""};
  }

  Outcome write() {
    if (never_edited(object_.type())) {
      return withheld("a profile or a reference would change it, and " + std::string(object_.type()) + " objects are never edited");
    }
    if (!object_.root()["created"].is_string() || !object_.root()["modified"].is_string()) {
      return withheld("it has no created and modified, so a rendition could have no versions");
    }
    std::sort(lines_.begin(), lines_.end());
    lines_.erase(std::unique(lines_.begin(), lines_.end()), lines_.end());
    std::string body;
    const auto now = edits_.write(root_, leave(), selections_.places(), body);
    json::Writer head;
    head.begin_object().member("type", object_.type()).member("spec_version", "2.1");
    head.member("id", rendition_id(object_, request_.profiles, lines_, request_.hash, request_.claim)).member("created_by_ref", request_.creator);
    head.member("created", moved("created")).member("modified", modified());
    std::string text = head.take() + (body.empty() ? "" : "," + body) + granular(now) + "}";
    auto rendition = Object::parse(std::move(text));
    if (!rendition.ok()) return withheld("what is left is no object: " + rendition.error().to_string());
    Tokens path;
    const auto tells = [this](std::string_view word, const Tokens& at) { return tells_hidden(word, at) || tells_source(word, at); };
    if (tells_anywhere((*rendition)->root(), path, tells)) return withheld(reason_);
    return {Outcome::Kind::kRendition, std::move(*rendition), ""};
  }

  /// The last look: whether any name or text of it tells what it is to hide, wherever it came from.
  template <typename Tells>
  static bool tells_anywhere(const json::Value& at, Tokens& path, const Tells& tells) {
    if (const auto text = at.string()) return tells(*text, path);
    for (const auto& [key, member] : at) {
      path.push_back(at.is_object() ? std::string(key) : "*");
      if (tells(key, path) || tells_anywhere(member, path, tells)) return true;
      path.pop_back();
    }
    return false;
  }

  bool tells_hidden(std::string_view text, const Tokens& path) {
    return (hidden_.in(text) || hidden_.in(Folded(text).text())) && !fail(pointer_of(path) + " names an object that is hidden; remove the property by the profile");
  }

  bool tells_source(std::string_view text, const Tokens& path) {
    if (!asked_.strip_attribution || !mentions_source(without_uuid(text))) return false;
    return !fail(pointer_of(path) + " names its source; approve a public text, or remove the property by the profile");
  }

  /// The digits of an id are no text.
  static std::string_view without_uuid(std::string_view text) {
    constexpr std::size_t kDigits = 36;
    if (text.size() < kDigits || !Uuid::parse(text.substr(text.size() - kDigits))) return text;
    return text.substr(0, text.size() - kDigits);
  }

  /// What no text of the rendition may hold.
  IdSet hidden_ids() const {
    IdSet out;
    out.add(object_.id());
    for (const std::string& id : request_.strip) out.add(id);
    for (const auto& [id, instead] : request_.rewrite) out.add(id);
    if (asked_.strip_attribution) {
      for (const std::string& id : request_.source_identities) out.add(id);
    }
    return out;
  }

  std::vector<std::string> names_of_source() const {
    std::vector<std::string> out;
    for (const std::string& name : request_.source_names) out.push_back(folded_name(name));
    return out;
  }

  static std::set<std::string, std::less<>> leave() {
    return {"type", "spec_version", "id", "created_by_ref", "created", "modified", "granular_markings"};
  }

  Timestamp shifted(std::string_view name) const {
    const auto time = parse_stix_time(root_[name].string_or({}));
    const Timestamp at = time.ok() ? *time : Timestamp{};
    return asked_.blur == Blur::kNone ? at : at.plus_micros(shift_of(object_.id(), asked_.blur, request_.hash));
  }
  std::string moved(std::string_view name) const {
    if (asked_.blur == Blur::kNone) return std::string(root_[name].string_or({}));
    return format_stix_time(shifted(name));
  }
  /// Of versions from before the effective date too each has a time of its own behind it, in their order: a microsecond for
  /// each second since 1970.
  std::string modified() const {
    const Timestamp own = shifted("modified");
    const Timestamp least = asked_.from.plus_micros(std::max<std::int64_t>(own.seconds, 0));
    return own < least ? format_stix_time(least, 6) : moved("modified");
  }

  /// `granular_markings` as a last member, for what is still there, at its new place.
  std::string granular(const std::map<Place, std::string>& now) const {
    std::string out;
    for (const Selections::Entry& entry : selections_.entries()) {
      std::string selectors;
      for (const Selections::Selected& one : entry.selected) {
        const auto place = one.at.exists() ? now.find(place_of(one.at)) : now.end();
        if (place == now.end()) continue;
        selectors += selectors.empty() ? "" : ",";
        json::append_quoted(place->second, selectors);
      }
      if (selectors.empty()) continue;
      out += out.empty() ? ",\"granular_markings\":[{" : ",{";
      for (const auto& [key, member] : entry.marking) {
        if (key == "selectors") continue;
        json::append_quoted(key, out);
        out += ":" + std::string(member.raw()) + ",";
      }
      out += "\"selectors\":[" + selectors + "]}";
    }
    return out.empty() ? out : out + "]";
  }

  static inline const std::set<std::string, std::less<>> kFixed{"type", "spec_version", "id", "created_by_ref", "created",
                                                                "modified", "revoked", "granular_markings"};

  const Request& request_;
  const Object& object_;
  const json::Value root_;
  const Asked asked_;
  const std::unordered_set<std::string> strip_;
  const IdSet hidden_;
  const std::vector<std::string> source_names_ = names_of_source();  ///< folded
  const Selections selections_{root_};
  const std::vector<json::Value> external_ = entries_of(root_["external_references"]);  ///< in the order of the text
  std::vector<json::Value> marked_parts_;  ///< what is embedded with granular markings of its own
  Edits edits_;
  bool creator_changes_ = false;
  std::vector<std::string> lines_;  ///< edits of references, as the id counts them
  std::string reason_;
};

}  // namespace

bool never_edited(std::string_view type) {
  return type == "indicator" || type == "marking-definition" || type == "extension-definition" || category_of(type) == Category::kSco;
}

Outcome redact(const Request& request) { return Redaction(request).run(); }

std::string rendition_id(const Object& original, const std::vector<const Profile*>& profiles,
                         const std::vector<std::string>& edits, const KeyedHash& hash, std::string_view claim) {
  std::vector<std::string> names;
  for (const Profile* profile : profiles) names.push_back(profile->id);
  std::sort(names.begin(), names.end());
  std::string text = (claim.empty() ? "sekisho-rendition-1\n" : "sekisho-rendition-2\n") + std::string(original.id()) + "\n";
  if (!claim.empty()) text += std::string(claim) + "\n";
  for (const std::string& name : names) text += (&name == &names.front() ? "" : ",") + name;
  text += '\n';
  for (const std::string& line : edits) text += line + "\n";
  return std::string(original.type()) + "--" + Uuid::shaped_v4(hash(text)).to_string();
}

}  // namespace sekisho::stix::redact
