#include "policy/matrix.h"

#include "core/json.h"
#include "policy/tlp_table.h"
#include "stix/names.h"

namespace sekisho::policy {
namespace {

Result<stix::ObjectPtr> probe(const std::string& type, stix::Tlp tlp) {
  json::Writer w;
  w.begin_object().member("type", type).member("spec_version", "2.1").member("id", type + "--00000000-0000-4000-8000-000000000000");
  w.member("created", "2026-01-01T00:00:00.000Z").member("modified", "2026-01-01T00:00:00.000Z");
  w.key("object_marking_refs").begin_array().string(stix::tlp_marking_id(tlp)).end_array().end_object();
  return stix::Object::parse(w.take());
}

std::string collection_for(const Party& party, const std::string& wanted) {
  if (!wanted.empty()) return wanted;
  return party.collections.empty() || party.collections.front() == "*" ? "any" : party.collections.front();
}

HopRule asked(const Policy& policy, std::string_view kind, stix::Tlp tlp) {
  const auto row = policy.hops.find(kind);
  if (row == policy.hops.end()) return HopRule::kNever;
  const auto cell = row->second.find(tlp);
  return cell == row->second.end() ? HopRule::kNever : cell->second;
}

std::size_t& count_of(MatrixCell& cell, Effect effect) {
  switch (effect) {
    case Effect::kPermit: return cell.permitted;
    case Effect::kRedact: return cell.redacted;
    case Effect::kHold: return cell.held;
    case Effect::kDeny: break;
  }
  return cell.denied;
}

}  // namespace

Result<std::vector<MatrixRow>> matrix(const Compiled& policy, const MatrixQuestion& question, Timestamp now) {
  std::array<stix::ObjectPtr, 5> probes;
  for (const stix::Tlp tlp : kLabels) {
    auto object = probe(question.type, tlp);
    if (!object.ok()) return make_error(Code::kUsage, "\"" + question.type + "\" is no STIX type; write one such as report");
    probes[static_cast<std::size_t>(tlp)] = std::move(*object);
  }
  std::vector<MatrixRow> rows;
  for (const std::string_view kind : kKinds) {
    MatrixRow row;
    row.kind = kind;
    for (const stix::Tlp tlp : kLabels) {
      MatrixCell& cell = row.cells[static_cast<std::size_t>(tlp)];
      cell.asks = hop_rule_name(asked(policy.policy(), kind, tlp));
      cell.loosest = hop_rule_name(loosest(kind, tlp));
    }
    for (const Party& party : policy.policy().parties) {
      const auto audience = policy.audience(party.id, now);
      if (party.kind != kind || !audience.ok()) continue;
      ++row.parties;
      for (std::size_t i = 0; i < probes.size(); ++i) {
        Facts facts;
        facts.object = probes[i].get();
        facts.source = question.source;
        facts.collection = collection_for(party, question.collection);
        const Effect effect = policy.decide(*audience, facts, now).effect;
        MatrixCell& cell = row.cells[i];
        ++count_of(cell, effect);
      }
    }
    if (row.parties != 0 || policy.policy().hops.contains(kind)) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace sekisho::policy
