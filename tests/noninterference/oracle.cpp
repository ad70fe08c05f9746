#include "oracle.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>

#include "stix/markings.h"
#include "stix/object.h"

namespace sekisho::noninterference {

namespace {

/// What the markings of an object mean, each with a definition or with none: every combination, one after the other.
class Meanings {
 public:
  /// First asked of an id: with a definition. Those of TLP mean what they mean.
  std::optional<stix::MarkingMeaning> of(std::string_view id) {
    if (const auto tlp = stix::tlp_from_marking_id(id)) return stix::MarkingMeaning{stix::MarkingMeaning::Kind::kTlp, tlp, stix::MarkingScheme::kTlp};
    const bool unknown = unknown_.try_emplace(std::string(id), false).first->second;
    if (unknown) return std::nullopt;
    return stix::MarkingMeaning{stix::MarkingMeaning::Kind::kStatement, std::nullopt, stix::MarkingScheme::kStatement};
  }
  /// False: there are no more.
  bool next() {
    for (auto& [id, unknown] : unknown_) {
      unknown = !unknown;
      if (unknown) return true;
    }
    return false;
  }

 private:
  std::map<std::string, bool> unknown_;
};

const Timestamp kEnd{kStart + 2L * kHours * 3600, 0};  // worlds are over by then

}  // namespace

Oracle::Oracle(const std::vector<Stage>& stages, const std::vector<Others>& others, const std::vector<std::string>& readers) {
  for (const Stage& stage : stages) {
    for (const Others& other : others) {
      const auto policy = compiled(stage.rows + other.rows);
      for (Timestamp at{kStart, 0}; at < kEnd;) {
        for (const std::string& reader : readers) {
          const auto audience = policy->audience(reader, at);
          if (audience.ok()) moments_.push_back({policy, at, *audience});
        }
        const auto next = policy->next_change(at);
        if (!next) break;
        at = *next;
      }
    }
  }
}

bool Oracle::ever(const Put& put, bool redacted) const {
  const auto object = stix::Object::parse(put.draft.json());
  if (!object.ok()) {
    std::fprintf(stderr, "a world's object: %s\n%s\n", object.error().to_string().c_str(), put.draft.json().c_str());
    std::exit(2);
  }
  policy::Facts facts;
  facts.object = object->get();
  facts.source = put.source;
  facts.membership_scope = put.provenance.handling.org_scope == certs::OrgScope::kIsacMembership;
  facts.onward_consent = put.provenance.handling.onward_consent;
  if (put.provenance.handling.max_hops) facts.hops_left = *put.provenance.handling.max_hops;
  Meanings meanings;
  facts.marking = [&meanings](std::string_view id) { return meanings.of(id); };
  do {
    if (ever(put, facts, redacted)) return true;
  } while (meanings.next());
  return false;
}

bool Oracle::ever(const Put& put, policy::Facts& facts, bool redacted) const {
  const bool travels = put.draft.type == "marking-definition" || put.draft.type == "extension-definition";
  std::vector<std::string> places = travels ? kOpen : std::vector<std::string>{put.collection};
  for (const Moment& moment : moments_) {
    for (const std::string& place : places) {
      facts.collection = place;
      if (!moment.policy->reads(moment.audience, place, moment.at)) continue;
      auto decision = moment.policy->decide(moment.audience, facts, moment.at);
      // What an embargo keeps back now comes when it is over; the policy may be another one then, but is one of these.
      if (decision.again && *decision.again < kEnd) decision = moment.policy->decide(moment.audience, facts, std::max(*decision.again, moment.at));
      if (decision.effect == policy::Effect::kRedact || (decision.effect == policy::Effect::kPermit && !redacted)) return true;
    }
  }
  return false;
}

}  // namespace sekisho::noninterference
