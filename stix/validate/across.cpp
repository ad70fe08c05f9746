#include "stix/validate/across.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "stix/marking_circle.h"
#include "stix/markings.h"
#include "stix/names.h"
#include "stix/validate/content.h"
#include "stix/validate/identities.h"
#include "stix/validate/object_rules.h"

namespace sekisho::stix {
namespace {

constexpr std::size_t kMostMarked = kMaxMarkingsFollowed;  ///< marked definitions that are remembered
constexpr std::size_t kMostMarkings = 10 * kMostMarked;    ///< markings of them together
constexpr std::size_t kMostTranslations = 100'000;         ///< of a named version that are remembered
constexpr std::size_t kExamples = 3;

/// The instant of a timestamp; nothing if it is none, or one with digits beyond the nanosecond.
std::optional<Instant> instant_of(const json::Value& value) {
  const auto text = value.string();
  if (!text || text->size() > 30) return std::nullopt;
  const auto time = parse_stix_time(*text);
  if (!time.ok()) return std::nullopt;
  return Instant(*time);
}

std::string place_text(const json::Position& at) {
  return "line " + std::to_string(at.line) + ", column " + std::to_string(at.column);
}

std::string counted(std::size_t count, std::string_view one, std::string_view several) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : several);
}

}  // namespace

class AcrossObjects::Work {
 public:
  Work(const SipKey& key, const ValidateOptions& options, std::size_t max_ids)
      : options_(options), max_ids_(max_ids), hash_(key), ids_(key.derived("ids"), max_ids) {}

  std::vector<Finding> add(const json::Value& object, const json::Position& begin, bool in_bundle) {
    if (!object.is_object()) return {};
    FindingLog log(options_);
    if (in_bundle) check_bundle_member(object, log);
    // A hash of everything also walks over every reference.
    const std::uint64_t content = hash_.of_object(object, [&](std::string_view id) { refer(id, begin); });
    const auto parts = split_id(object["id"].string_or({}));
    const auto type = parts ? number_of(parts->type) : std::nullopt;
    if (type && parts->type == object["type"].string_or({})) {
      define(object, {parts->uuid, *type, content}, begin, log);
      if (parts->type == "marking-definition") remember_markings(object, begin);
      if (parts->type == "language-content") remember_translation(object, begin, parts->uuid);
    }
    return log.empty() ? std::vector<Finding>{} : log.take();
  }

  std::vector<OfFile> finish(bool complete) {
    if (complete) find_dangling();
    find_circle();
    if (complete) find_stray_translations();
    if (repeated_ > 0) {
      report({}, repeated_at_, Clause::kDuplicate,
             counted(repeated_, "object stands", "objects stand") + " in the file again with the content it has, the first of them here");
    }
    if (ids_.full() || types_full_) {
      report({}, {}, Clause::kLimit,
             types_full_ ? "more than " + std::to_string(kMostTypes) + " types: objects of the others are not compared with each other"
                         : "more than " + std::to_string(max_ids_) + " ids and versions: what is new beyond is not compared");
    }
    return std::move(found_);
  }

 private:
  struct Seen {
    Uuid uuid;
    std::uint8_t type;
    std::uint64_t content;
  };
  struct Marked {
    std::vector<std::string> by;
    json::Position at;
  };
  struct Translation {
    Uuid id, target;
    Instant modified;
    std::size_t line, column, offset;
    std::uint8_t type;
  };

  std::optional<std::uint8_t> number_of(std::string_view type) {
    const auto known = types_.find(type);
    if (known != types_.end()) return known->second;
    if (types_.size() == kMostTypes) {
      types_full_ = true;
      return std::nullopt;
    }
    const auto number = static_cast<std::uint8_t>(types_.size());
    names_.push_back(types_.emplace(std::string(type), number).first->first);
    return number;
  }

  std::string id_of(std::uint8_t type, const Uuid& uuid) const { return names_[type] + "--" + uuid.to_string(); }

  void refer(std::string_view id, const json::Position& from) {
    if (!options_.ignored[static_cast<std::size_t>(Clause::kDangling)]) {
      const auto parts = split_id(id);
      if (!parts || id == kTlpExtensionId || tlp_from_marking_id(id)) return;
      const auto type = number_of(parts->type);
      if (!type || ids_.find(parts->uuid, *type) != nullptr) return;
      if (Identity* one = ids_.add(parts->uuid, *type)) {
        one->modified = static_cast<std::int64_t>(from.line);
        one->created = static_cast<std::int64_t>(from.column);
      }
    }
  }

  void define(const json::Value& object, const Seen& seen, const json::Position& begin, FindingLog& log) {
    Identity* one = ids_.find(seen.uuid, seen.type);
    if (one == nullptr || !one->is(Identity::kDefined)) {
      if (const Identity* twin = ids_.find_twin(seen.uuid, seen.type)) {
        log.report(object["id"], Clause::kSameUuid,
                   "an object before has the same UUID and another type: " + id_of(twin->type, seen.uuid));
      }
      if (one == nullptr) one = ids_.add(seen.uuid, seen.type);
      if (one != nullptr) first_version(object, seen, *one);
      return;
    }
    check_created(object, *one, log);
    add_version(object, seen, *one, begin, log);
  }

  static Identity version_of(const json::Value& object, const Seen& seen) {
    Identity one;
    one.uuid = seen.uuid.bytes;
    one.type = seen.type;
    one.content = seen.content;
    one.set(Identity::kDefined);
    const json::Value modified = object["modified"];
    if (!modified.exists()) {
      one.set(Identity::kTimeless);
      one.set(Identity::kComparable);
    } else if (const auto at = instant_of(modified)) {
      one.set_modified(*at);
      one.set(Identity::kComparable);
    }
    if (object["revoked"].boolean() == true) one.set(Identity::kRevoked);
    return one;
  }

  static void first_version(const json::Value& object, const Seen& seen, Identity& one) {
    one = version_of(object, seen);
    const auto created = instant_of(object["created"]);
    one.set_created(created.value_or(Instant(INT64_MIN, 0)));
  }

  void check_created(const json::Value& object, const Identity& one, FindingLog& log) {
    const auto created = instant_of(object["created"]);
    if (one.is(Identity::kTimeless) || !created || one.created == INT64_MIN || one.created_at() == *created) return;
    log.report(object["created"], Clause::kCreatedFixed, "another version before has another created; it is the same in all");
  }

  void add_version(const json::Value& object, const Seen& seen, Identity& one, const json::Position& begin, FindingLog& log) {
    Identity now = version_of(object, seen);
    if (!now.is(Identity::kComparable)) return;
    if (!one.is(Identity::kComparable)) return take_over(one, now);
    const bool timeless = now.is(Identity::kTimeless);
    if (timeless != one.is(Identity::kTimeless) || now.modified_at() == one.modified_at()) {
      return compare(object, now, one, begin, log);
    }
    if (Identity* same = ids_.find_version(one, now.modified_at())) return compare(object, now, *same, begin, log);
    const bool newer = now.modified_at() > one.modified_at();
    if ((newer ? one : now).is(Identity::kRevoked) && !one.is(Identity::kPastRevoked)) {
      one.set(Identity::kPastRevoked);
      log.report(object["modified"], Clause::kLatest,
                 newer ? "a version before is revoked; nothing follows it"
                       : "this version is revoked, but a version before has a later modified");
    }
    Identity earlier = newer ? one : now;
    earlier.set(Identity::kVersion);
    ids_.add(earlier);
    if (newer) take_over(one, now);
  }

  /// The record of an id is that of its latest version.
  static void take_over(Identity& one, const Identity& now) {
    one.set_modified(now.modified_at());
    one.content = now.content;
    const auto of_version = Identity::kRevoked | Identity::kTimeless | Identity::kComparable;
    one.flags = static_cast<std::uint8_t>((one.flags & ~of_version) | (now.flags & of_version));
  }

  void compare(const json::Value& object, const Identity& now, const Identity& before, const json::Position& begin,
               FindingLog& log) {
    if (now.content == before.content && now.is(Identity::kTimeless) == before.is(Identity::kTimeless)) {
      if (repeated_++ == 0) repeated_at_ = begin;
      return;
    }
    log.report(object["id"], Clause::kConflict,
               now.is(Identity::kTimeless) ? "an object before has this id and another content"
                                           : "an object before has this id and modified and another content");
  }

  void remember_markings(const json::Value& object, const json::Position& begin) {
    std::vector<std::string> by;
    const std::string_view own = object["id"].string_or({});
    const auto take = [&](const json::Value& id) {
      const auto text = id.string();
      // One that marks itself is reported with the object.
      if (text && *text != own && by.size() < kMostMarkings && split_id(*text)) by.emplace_back(*text);
    };
    for (const auto& entry : object["object_marking_refs"]) take(entry.value);
    for (const auto& entry : object["granular_markings"]) take(entry.value["marking_ref"]);
    if (by.empty()) return;
    markings_ += by.size();
    if (marked_.size() >= kMostMarked || markings_ > kMostMarkings) {
      markings_full_ = true;
      return;
    }
    Marked& marked = marked_[std::string(own)];
    marked.at = begin;
    marked.by.insert(marked.by.end(), by.begin(), by.end());
  }

  void remember_translation(const json::Value& object, const json::Position& begin, const Uuid& id) {
    const auto target = split_id(object["object_ref"].string_or({}));
    const auto modified = instant_of(object["object_modified"]);
    const auto type = target && modified ? number_of(target->type) : std::nullopt;
    if (!type) return;
    if (translations_.size() >= kMostTranslations) {
      translations_full_ = true;
      return;
    }
    translations_.push_back({id, target->uuid, *modified, begin.line, begin.column, begin.offset, *type});
  }

  void report(std::string object, const json::Position& at, Clause clause, std::string message) {
    if (options_.ignored[static_cast<std::size_t>(clause)]) return;
    OfFile one;
    one.object = std::move(object);
    one.finding.clause = clause;
    one.finding.severity = info(clause).severity;
    if (options_.strict && one.finding.severity == Severity::kWarning) one.finding.severity = Severity::kError;
    one.finding.position = at;
    one.finding.message = std::move(message);
    found_.push_back(std::move(one));
  }

  void find_dangling() {
    if (ids_.full() || types_full_) return;  // an object may be there and not be known
    std::size_t count = 0;
    json::Position first;
    std::string examples;
    for (const Identity& one : ids_.all()) {
      if (one.is(Identity::kDefined)) continue;
      json::Position at;
      at.line = static_cast<std::size_t>(one.modified);
      at.column = static_cast<std::size_t>(one.created);
      if (count == 0) first = at;
      if (count++ < kExamples) examples += (count == 1 ? "" : ", ") + id_of(one.type, Uuid{one.uuid}) + " (" + place_text(at) + ")";
    }
    if (count == 0) return;
    report({}, first, Clause::kDangling,
           counted(count, "id is", "ids are") + " referred to and not in the file: " + examples + (count > kExamples ? ", ..." : ""));
  }

  void find_circle() {
    std::vector<std::string> all;
    for (const auto& [id, marked] : marked_) all.push_back(id);
    const auto circle = marking_circle(all, [&](std::string_view id) -> std::optional<std::vector<std::string>> {
      const auto known = marked_.find(id);
      if (known == marked_.end()) return std::nullopt;
      return known->second.by;
    });
    if (markings_full_ || !circle.ok()) {
      report({}, {}, Clause::kLimit, "more marking-definitions that are marked than are followed: their circles are not all known");
    }
    if (!circle.ok() || circle->empty()) return;
    std::string way;
    std::string last = circle->front();
    for (const std::string& id : *circle) {
      if (marked_.find(id)->second.at.offset > marked_.find(last)->second.at.offset) last = id;
      if (way.size() < 1000) way += id + " is marked by ";
    }
    report(last, marked_.find(last)->second.at, Clause::kMarkingCircle, "a circle of markings: " + way + circle->front());
  }

  void find_stray_translations() {
    std::size_t strays = 0;
    for (const Translation& one : translations_) {
      Identity* const target = ids_.find(one.target, one.type);
      if (target == nullptr || !target->is(Identity::kDefined) || !target->is(Identity::kComparable)) continue;
      const bool timeless = target->is(Identity::kTimeless);
      if (!timeless && (target->modified_at() == one.modified || ids_.find_version(*target, one.modified) != nullptr)) continue;
      if (++strays > FindingLog::kMostOfEach) continue;
      json::Position at;
      at.line = one.line;
      at.column = one.column;
      at.offset = one.offset;
      report("language-content--" + one.id.to_string(), at, Clause::kObjectModified,
             "object_modified names no version of " + id_of(one.type, one.target) + " that is in the file");
    }
    if (strays > FindingLog::kMostOfEach) {
      report({}, {}, Clause::kLeftOut, std::to_string(strays - FindingLog::kMostOfEach) + " further translations of no version in the file");
    }
    if (translations_full_) {
      report({}, {}, Clause::kLimit, "more than " + std::to_string(kMostTranslations) + " translations: the others are not compared");
    }
  }

  ValidateOptions options_;
  std::size_t max_ids_;
  ContentHash hash_;
  Identities ids_;
  std::map<std::string, std::uint8_t, std::less<>> types_;
  std::vector<std::string> names_;
  bool types_full_ = false;
  std::size_t repeated_ = 0;
  json::Position repeated_at_;
  std::map<std::string, Marked, std::less<>> marked_;
  std::size_t markings_ = 0;
  bool markings_full_ = false;
  std::vector<Translation> translations_;
  bool translations_full_ = false;
  std::vector<OfFile> found_;
};

AcrossObjects::AcrossObjects(const SipKey& key, const ValidateOptions& options, std::size_t max_ids)
    : work_(std::make_unique<Work>(key, options, max_ids)) {}
AcrossObjects::~AcrossObjects() = default;

std::vector<Finding> AcrossObjects::add(const json::Value& object, const json::Position& begin, bool in_bundle) {
  return work_->add(object, begin, in_bundle);
}

std::vector<AcrossObjects::OfFile> AcrossObjects::finish(bool complete) {
  return work_->finish(complete);
}

}  // namespace sekisho::stix
