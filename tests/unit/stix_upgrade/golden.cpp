#include "golden.h"

#include <set>

namespace sekisho::tests {
namespace {

using Objects = std::vector<stix::ObjectPtr>;

class Comparison {
 public:
  Comparison(const std::string& file, const Objects& here, const Objects& there)
      : file_(file), here_(here), there_(there) {}

  std::vector<Difference> run() {
    match(
        [](const stix::ObjectPtr& object, const Comparison&) { return std::string(object->id()); });
    for (int round = 0; round < 3; ++round) {
      match([](const stix::ObjectPtr& object, const Comparison& all) { return all.key(object); });
    }
    match_leftovers();
    for (const auto& object : here_) compare(object);
    for (const auto& object : there_) {
      if (taken_.count(object.get()) == 0) {
        note(std::string(object->type()) + " only there", "", object->canonical());
      }
    }
    return std::move(out_);
  }

 private:
  /// What an object is about; empty if that is not known (yet).
  std::string key(const stix::ObjectPtr& object) const {
    const json::Value root = object->root();
    const std::string type(object->type());
    const auto end = [&](const char* name) {
      const std::string id(root[name].string_or({}));
      const auto mapped = ids_.find(id);
      return mapped != ids_.end() ? mapped->second : known_there_.count(id) != 0 ? id : "";
    };
    if (type == "relationship") {
      const std::string source = end("source_ref"), target = end("target_ref");
      if (source.empty() || target.empty()) return {};
      return type + std::string(root["relationship_type"].string_or({})) + source + target;
    }
    if (type == "sighting") {
      const std::string of = end("sighting_of_ref");
      return of.empty() ? of : type + of;
    }
    const std::string name(root["name"].string_or(root["pattern"].string_or({})));
    return name.empty() ? name : type + name;
  }

  template <typename Key>
  void match(const Key& key_of) {
    std::multimap<std::string, stix::ObjectPtr> free;
    for (const auto& object : there_) {
      if (taken_.count(object.get()) == 0) free.emplace(key_of(object, *this), object);
    }
    for (const auto& object : here_) {
      if (ids_.count(std::string(object->id())) != 0) continue;
      const std::string key = key_of(object, *this);
      const auto found = key.empty() ? free.end() : free.find(key);
      if (found == free.end()) continue;
      pair(object, found->second);
      free.erase(found);
    }
  }

  /// One object of a type left on each side: they are the same.
  void match_leftovers() {
    std::map<std::string, Objects> left, right;
    for (const auto& object : here_) {
      if (ids_.count(std::string(object->id())) == 0)
        left[std::string(object->type())].push_back(object);
    }
    for (const auto& object : there_) {
      if (taken_.count(object.get()) == 0) right[std::string(object->type())].push_back(object);
    }
    for (const auto& [type, objects] : left) {
      if (objects.size() == 1 && right[type].size() == 1 && type != "relationship") {
        pair(objects.front(), right[type].front());
      }
    }
  }

  void pair(const stix::ObjectPtr& object, const stix::ObjectPtr& other) {
    ids_[std::string(object->id())] = other->id();
    pairs_[object.get()] = other;
    known_there_.insert(std::string(other->id()));
    taken_.insert(other.get());
  }

  std::string mapped(std::string text) const {
    for (const auto& [from, to] : ids_) {
      if (from == to) continue;
      for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
        text.replace(at, from.size(), to);
        at += to.size();
      }
    }
    return text;
  }

  void compare(const stix::ObjectPtr& object) {
    const std::string type(object->type());
    const auto found = pairs_.find(object.get());
    if (found == pairs_.end()) return note(type + " only here", object->canonical(), "");
    const json::Value other = found->second->root();
    if (object->id() != found->second->id()) {
      note(type + " id", std::string(object->id()), std::string(found->second->id()));
    }
    for (const json::Value::Entry& entry : object->root()) {
      if (entry.key == "id") continue;
      const std::string name = type + "." + std::string(entry.key);
      const std::string own = mapped(json::canonical(entry.value));
      const json::Value value = other[entry.key];
      if (!value.exists()) {
        note(name + " only here", own, "");
      } else if (own != json::canonical(value)) {
        note(name + " differs", own, json::canonical(value));
      }
    }
    for (const json::Value::Entry& entry : other) {
      if (object->root()[entry.key].exists()) continue;
      note(type + "." + std::string(entry.key) + " only there", "", json::canonical(entry.value));
    }
  }

  void note(std::string what, std::string here, std::string there) {
    out_.push_back({std::move(what), file_, std::move(here), std::move(there)});
  }

  std::string file_;
  const Objects& here_;
  const Objects& there_;
  std::map<std::string, std::string> ids_;
  std::map<const stix::Object*, stix::ObjectPtr> pairs_;
  std::set<const stix::Object*> taken_;
  std::set<std::string> known_there_;
  std::vector<Difference> out_;
};

}  // namespace

std::vector<Difference> differences(const std::string& file, const Objects& here,
                                    const Objects& there) {
  return Comparison(file, here, there).run();
}

}  // namespace sekisho::tests
