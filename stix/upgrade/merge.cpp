#include "stix/upgrade/merge.h"

#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include "core/json.h"

namespace sekisho::stix::upgrade {
namespace {

/// One member of the object that comes out.
struct Member {
  std::string_view name;
  json::Value first;
  std::string canonical;            ///< of `first`
  std::vector<json::Value> others;  ///< further lists to join with it
  bool differs = false;
};

bool is_joined(std::string_view name) {
  return name.ends_with("_refs") || name == "granular_markings";
}

void write_joined(const Member& member, json::Writer& out) {
  std::set<std::string> given;
  out.begin_array();
  const auto take = [&](const json::Value& list) {
    for (const auto& entry : list) {
      if (given.insert(json::canonical(entry.value)).second) out.raw(entry.value.raw());
    }
  };
  take(member.first);
  for (const json::Value& list : member.others) take(list);
  out.end_array();
}

class Joining {
 public:
  void add(const json::Value& object, const std::string& where, Losses& losses) {
    for (const json::Value::Entry& entry : object) {
      const auto [place, is_new] = index_.emplace(entry.key, members_.size());
      if (is_new) {
        members_.push_back({entry.key, entry.value, json::canonical(entry.value), {}, false});
        continue;
      }
      Member& member = members_[place->second];
      if (json::canonical(entry.value) == member.canonical) continue;
      if (is_joined(entry.key) && entry.value.is_array() && member.first.is_array()) {
        member.others.push_back(entry.value);
      } else if (!member.differs) {
        member.differs = true;
        losses.add(where, "Another observable of the same id has another value of " +
                              std::string(entry.key) + "; the first one stays");
      }
    }
  }

  std::string text() const {
    json::Writer out;
    out.begin_object();
    for (const Member& member : members_) {
      out.key(member.name);
      if (member.others.empty()) {
        out.raw(member.first.raw());
      } else {
        write_joined(member, out);
      }
    }
    out.end_object();
    return out.take();
  }

 private:
  std::map<std::string_view, std::size_t> index_;
  std::vector<Member> members_;
};

}  // namespace

void Merger::add(const std::string& id, std::string object, std::string where) {
  const auto [place, is_new] = index_.emplace(id, groups_.size());
  if (is_new) groups_.emplace_back();
  std::vector<Form>& forms = groups_[place->second];
  if (!forms.empty() && forms.back().object == object) return;
  forms.push_back({std::move(object), std::move(where)});
}

std::vector<std::string> Merger::take(Losses& losses) {
  std::vector<std::string> out;
  out.reserve(groups_.size());
  for (std::vector<Form>& forms : groups_) {
    out.push_back(forms.size() == 1 ? std::move(forms.front().object) : joined(forms, losses));
  }
  return out;
}

std::string Merger::joined(const std::vector<Form>& forms, Losses& losses) {
  Joining joining;
  std::vector<std::unique_ptr<const json::Document>> documents;  // own what the members view
  for (const Form& form : forms) {
    auto document = json::Document::parse(form.object);
    if (!document.ok()) continue;
    documents.push_back(std::move(document).value());
    joining.add(documents.back()->root(), form.where, losses);
  }
  return joining.text();
}

}  // namespace sekisho::stix::upgrade
