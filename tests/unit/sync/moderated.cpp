#include "moderated.h"

#include <algorithm>

namespace sekisho::sync::tests {

std::string graded(unsigned n, const std::string& level, int version, const std::string& text) {
  std::string json = Make{n, "GREEN", {id_of(n)}, version, text}.json();
  json.pop_back();
  return json + R"(,"extensions":{"extension-definition--0d3b8a92-069a-421d-be24-3cbcf715d45f":{"extension_type":"property-extension","level":")" +
         level + "\"}}}";
}

Desk::Desk(std::unique_ptr<store::Store> given) : world(1, std::move(given)) {
  for (const char who : {'a', 'b', 'c'}) {
    Operator one;
    one.name = std::string("op-") + who;
    one.key = test_key(who)->public_key();
    operators = must(with_operator(operators, one));
  }
  open();
}

void Desk::open() {
  recalls = std::make_unique<Recalls>(*world.store, *world.release, *world.audit, *world.egress, world.clock, world.random,
                                      world.signer());
  moderation = std::make_unique<Moderation>(*world.store, *world.release, *world.audit, *recalls, world.clock);
  take_operators();
  world.apply(member("m", "silver") + party("peer", "peer-isac") + agreement("peer", "tlp_ceiling = \"TLP:GREEN\"") + kHoldCritical);
}

void Desk::restart() {
  world.restart();
  open();
}

std::vector<std::string> Desk::take_operators() {
  return must(moderation->set_operators(must(Operators::parse(operators, "operators.toml"))));
}

Result<Moderated> Desk::try_act(Act act, char who, unsigned n, const std::string& note, const std::string& version) {
  const auto key = test_key(who);
  const Signing by{std::string("op-") + who, *key, note};
  if (act == Act::kText) return moderation->set_texts({id_of(n), version, ""}, by, {{"/name", note}});
  return moderation->act(act, {id_of(n), version, ""}, by);
}

Moderated Desk::show(unsigned n) { return must(moderation->show(id_of(n))).back(); }

bool Desk::reads(const std::string& party, unsigned n) {
  const auto ids = world.ids(party);
  return std::find(ids.begin(), ids.end(), id_of(n)) != ids.end();
}

unsigned Desk::count(const std::string& object) {
  return moderation->approvals()->count(must(stix::Object::parse(object))->content_hash());
}

std::vector<std::string> Desk::problems(const std::string& head) {
  return must(verify_audit(*world.store, *moderation->operators(), head)).problems;
}

}  // namespace sekisho::sync::tests
