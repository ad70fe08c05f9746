#include "sync/handling/settled_ids.h"

#include "core/json.h"

namespace sekisho::sync {

std::string SettledId::to_json() const {
  json::Writer w;
  w.begin_object().member("party", party).member("reason", reason).member("at", at).member("actor", actor);
  w.member_bool("open", open).end_object();
  return w.take();
}

Result<SettledId> SettledId::from_json(const std::string& id, const std::string& value) {
  const auto document = json::Document::parse(value);
  if (!document.ok()) return make_error(Code::kStoreCorrupt, "whose claim of an id counts is not readable", id);
  const json::Value root = (*document)->root();
  const auto text = [&root](std::string_view key) { return std::string(root[key].string_or("")); };
  if (text("party").empty()) return make_error(Code::kStoreCorrupt, "whose claim of an id counts is not readable", id);
  return SettledId{id, text("party"), text("reason"), text("at"), text("actor"), root["open"].boolean().value_or(false)};
}

Result<std::shared_ptr<const SettledIds>> SettledIds::load(const store::Store& store) {
  auto out = std::make_shared<SettledIds>();
  SEKISHO_ASSIGN(const auto rows, store.documents(kSettledSpace));
  for (const auto& [id, value] : rows) {
    SEKISHO_ASSIGN(SettledId settled, SettledId::from_json(id, value));
    out->all_.emplace(id, std::move(settled));
  }
  return std::shared_ptr<const SettledIds>(std::move(out));
}

}  // namespace sekisho::sync
