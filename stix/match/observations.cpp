// Two passes: what can be named is sorted by id, then each observed-data collects what it reaches.
#include "stix/match/observations.h"

#include <algorithm>
#include <utility>

#include "stix/object.h"

namespace sekisho::stix::match {
namespace {

constexpr std::int64_t kMaxNumberObserved = 999'999'999;

std::optional<Timestamp> time_of(const json::Value& value) {
  const auto text = value.string();
  if (!text) return std::nullopt;
  const auto time = parse_stix_time(*text);
  if (!time.ok()) return std::nullopt;
  return time.value();
}

Observed read_observed(const json::Value& object, std::size_t position) {
  Observed out;
  out.id = object["id"].string_or({});
  out.position = position;
  const auto first = time_of(object["first_observed"]);
  const auto last = time_of(object["last_observed"]);
  if (first || last) {
    out.first = first ? *first : *last;
    out.last = last ? *last : *first;
    out.timed = out.first <= out.last;
  }
  const auto count = object["number_observed"].integer();
  if (count) out.count = std::clamp<std::int64_t>(*count, 1, kMaxNumberObserved);
  return out;
}

bool is_observable(std::string_view type) {
  const Category category = category_of(type);
  return category == Category::kSco || category == Category::kUnknown;
}

}  // namespace

class ObservationReader {
 public:
  explicit ObservationReader(const ObservationLimits& limits) : limits_(limits) {}

  Result<ObservationSet> run(const std::vector<json::Value>& objects) {
    sort_objects(objects);
    keep_latest_versions();
    if (sources_.size() > limits_.max_observations) return too_many("observations");
    for (const Source& source : sources_) {
      set_.starts_.push_back(set_.reached_.size());
      set_.observed_.push_back(read_observed(source.value, source.position));
      SEKISHO_TRY(collect(source.value));
    }
    set_.starts_.push_back(set_.reached_.size());
    number_types();
    return std::move(set_);
  }

 private:
  struct Named {
    std::string_view id;
    json::Value value;
  };
  struct Source {
    json::Value value;
    std::size_t position;
    std::string_view id, version;
  };

  static Error too_many(const char* what) {
    return make_error(Code::kLimitExceeded, std::string("too many ") + what + " to match at once");
  }

  void sort_objects(const std::vector<json::Value>& objects) {
    for (std::size_t i = 0; i < objects.size(); ++i) {
      const json::Value& value = objects[i];
      const std::string_view type = value["type"].string_or({});
      const std::string_view id = value["id"].string_or({});
      if (type == "observed-data") {
        sources_.push_back({value, i, id, value["modified"].string_or({})});
      } else if (!type.empty() && !id.empty() && is_observable(type)) {
        named_.push_back({id, value});
      }
    }
    std::stable_sort(named_.begin(), named_.end(),
                     [](const Named& a, const Named& b) { return a.id < b.id; });
  }

  /// STIX timestamps differ in their fraction only, so the instants are compared, not the texts.
  void keep_latest_versions() {
    const auto later = [](const Source& a, const Source& b) {
      const auto first = parse_stix_time(a.version), second = parse_stix_time(b.version);
      return first.ok() && (!second.ok() || first.value() > second.value());
    };
    std::stable_sort(sources_.begin(), sources_.end(), [&](const Source& a, const Source& b) {
      return a.id != b.id ? a.id < b.id : later(a, b);
    });
    const auto end = std::unique(sources_.begin(), sources_.end(), [](const Source& a, const Source& b) {
      return !a.id.empty() && a.id == b.id;
    });
    sources_.erase(end, sources_.end());
    std::sort(sources_.begin(), sources_.end(),
              [](const Source& a, const Source& b) { return a.position < b.position; });
  }

  Status collect(const json::Value& source) {
    const std::size_t start = set_.reached_.size();
    const json::Value refs = source["object_refs"];
    if (refs.is_array()) {
      for (const json::Value::Entry entry : refs) {
        const std::string_view id = entry.value.string_or({});
        const auto at = std::lower_bound(named_.begin(), named_.end(), id,
                                         [](const Named& a, std::string_view b) { return a.id < b; });
        if (at != named_.end() && at->id == id) reach(at->id, at->value);
      }
    } else if (const json::Value inside = source["objects"]; inside.is_object()) {
      for (const json::Value::Entry entry : inside) {
        if (is_observable(entry.value["type"].string_or({}))) reach(entry.key, entry.value);
      }
    }
    if (set_.reached_.size() > limits_.max_objects) return too_many("observed objects");
    const auto from = set_.reached_.begin() + static_cast<std::ptrdiff_t>(start);
    std::stable_sort(from, set_.reached_.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    set_.reached_.erase(std::unique(from, set_.reached_.end(),
                                    [](const auto& a, const auto& b) { return a.key == b.key; }),
                        set_.reached_.end());
    return {};
  }

  void reach(std::string_view key, const json::Value& value) {
    if (!value["type"].string_or({}).empty()) set_.reached_.push_back({key, ObservationSet::kNoType, value});
  }

  void number_types() {
    for (const auto& object : set_.reached_) {
      const std::string_view type = object.value["type"].string_or({});
      if (set_.types_.empty() || set_.types_.back() != type) set_.types_.push_back(type);
    }
    std::sort(set_.types_.begin(), set_.types_.end());
    set_.types_.erase(std::unique(set_.types_.begin(), set_.types_.end()), set_.types_.end());
    for (auto& object : set_.reached_) object.type = set_.type_number(object.value["type"].string_or({}));
  }

  ObservationLimits limits_;
  ObservationSet set_;
  std::vector<Named> named_;
  std::vector<Source> sources_;
};

Result<ObservationSet> ObservationSet::build(const std::vector<json::Value>& objects,
                                             const ObservationLimits& limits) {
  return ObservationReader(limits).run(objects);
}

std::optional<std::size_t> ObservationSet::find(std::size_t index, std::string_view key) const {
  const auto from = reached_.begin() + static_cast<std::ptrdiff_t>(begin_of(index));
  const auto to = reached_.begin() + static_cast<std::ptrdiff_t>(end_of(index));
  const auto at = std::lower_bound(from, to, key, [](const Reached& a, std::string_view b) { return a.key < b; });
  if (at == to || at->key != key) return std::nullopt;
  return static_cast<std::size_t>(at - reached_.begin());
}

std::uint32_t ObservationSet::type_number(std::string_view type) const {
  const auto at = std::lower_bound(types_.begin(), types_.end(), type);
  return at == types_.end() || *at != type ? kNoType : static_cast<std::uint32_t>(at - types_.begin());
}

}  // namespace sekisho::stix::match
