#include "sync/serve/egress.h"

#include "core/json.h"

namespace sekisho::sync {
namespace {

constexpr const char* kSpace = "egress";
constexpr std::string_view kAll = "all";
constexpr std::string_view kParty = "party/";

std::string key_of_stop(const std::string& party) {
  return party.empty() ? std::string(kAll) : std::string(kParty) + party;
}

std::string subject_of(const std::string& party) { return party.empty() ? std::string(kAll) : party; }

}  // namespace

Egress::Egress(store::Store& store, Audit& audit, const Clock& clock) : store_(store), audit_(audit), clock_(clock) {
  load();
}

void Egress::load() {
  std::map<std::string, Stop, std::less<>> stops;
  const auto rows = store_.documents(kSpace);
  if (!rows.ok()) stops[""] = {"", "the state could not be read: " + rows.error().to_string(), "", ""};
  for (const auto& [key, value] : rows.ok() ? *rows : std::vector<std::pair<std::string, std::string>>()) {
    const bool one = key.starts_with(kParty) && key.size() > kParty.size();
    if (key != kAll && !one) {
      stops[""] = {"", "the stored stop \"" + key + "\" is not understood", "", ""};
      continue;
    }
    Stop stop;
    if (one) stop.party = key.substr(kParty.size());
    if (const auto document = json::Document::parse(value); document.ok()) {
      const json::Value root = (*document)->root();
      stop.reason = std::string(root["reason"].string_or(""));
      stop.at = std::string(root["at"].string_or(""));
      stop.actor = std::string(root["actor"].string_or(""));
    }
    stops.insert_or_assign(stop.party, stop);
  }
  const MutexLock lock(state_mutex_);
  stops_ = std::move(stops);
}

Status Egress::open_for(std::string_view party) const {
  const MutexLock lock(state_mutex_);
  if (stops_.empty()) return {};
  if (stops_.find(std::string_view()) != stops_.end()) {
    return make_error(Code::kUnavailable, "the operator has stopped all sharing");
  }
  if (stops_.find(party) == stops_.end()) return {};
  return make_error(Code::kUnavailable, "the operator has stopped sharing with this party");
}

Status Egress::stop(const std::string& party, const std::string& reason, const std::string& actor) {
  const MutexLock change(changing_);
  const Stop wanted{party, reason, format_taxii_time(clock_.now()), actor};
  {
    const MutexLock lock(state_mutex_);
    stops_.insert_or_assign(party, wanted);
  }
  json::Writer w;
  w.begin_object().member("reason", reason).member("at", wanted.at).member("actor", actor).end_object();
  return audit_.record({"egress.stop", actor, subject_of(party), reason}, {{kSpace, key_of_stop(party), w.take()}});
}

Status Egress::lift(const std::string& party, const std::string& reason, const std::string& actor) {
  const MutexLock change(changing_);
  {
    const MutexLock lock(state_mutex_);
    if (stops_.find(party) == stops_.end()) {
      return make_error(Code::kNotFound, party.empty() ? "sharing is not stopped" : "no stop for this party", party);
    }
  }
  SEKISHO_TRY(audit_.record({"egress.lift", actor, subject_of(party), reason}, {{kSpace, key_of_stop(party), std::nullopt}}));
  load();
  return {};
}

std::vector<Egress::Stop> Egress::stops() const {
  const MutexLock lock(state_mutex_);
  std::vector<Stop> out;
  for (const auto& [party, stop] : stops_) out.push_back(stop);
  return out;
}

}  // namespace sekisho::sync
