#include "sync/serve/egress.h"

#include <array>
#include <cstring>

#include "core/json.h"

namespace sekisho::sync {
namespace {

constexpr const char* kSpace = "egress";
constexpr std::string_view kAll = "all";
constexpr std::string_view kParty = "party/";
constexpr std::string_view kPartySign = "party.";
constexpr std::size_t kSignBytes = 128;
using Signs = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kUnexplained = "no reason is known: the disk was full, or the sign was put up by hand";

std::string key_of_stop(const std::string& party) {
  return party.empty() ? std::string(kAll) : std::string(kParty) + party;
}

std::string subject_of(const std::string& party) { return party.empty() ? std::string(kAll) : party; }

/// Of "all", or of a name behind `before`.
std::optional<std::string> party_of(std::string_view name, std::string_view before) {
  if (name == kAll) return std::string();
  if (!name.starts_with(before) || name.size() == before.size()) return std::nullopt;
  return std::string(name.substr(before.size()));
}

Egress::Stop stop_of(std::string party, const std::string& text) {
  Egress::Stop stop;
  stop.party = std::move(party);
  if (const auto document = json::Document::parse(text); document.ok()) {
    const json::Value root = (*document)->root();
    stop.reason = std::string(root["reason"].string_or(""));
    stop.at = std::string(root["at"].string_or(""));
    stop.actor = std::string(root["actor"].string_or(""));
  }
  return stop;
}

/// Without allocation: it is asked before each write.
bool sign_is_up(const StopSigns& signs, std::string_view party) {
  if (signs.up(kAll)) return true;
  if (party.empty()) return false;
  std::array<char, kSignBytes> name{};
  if (kPartySign.size() + party.size() > name.size()) return true;
  std::memcpy(name.data(), kPartySign.data(), kPartySign.size());
  std::memcpy(name.data() + kPartySign.size(), party.data(), party.size());
  return signs.up({name.data(), kPartySign.size() + party.size()});
}

}  // namespace

std::string Egress::sign_of(const std::string& party) {
  return party.empty() ? std::string(kAll) : std::string(kPartySign) + party;
}

std::string Egress::text_of(const Stop& stop) {
  json::Writer w;
  w.begin_object().member("reason", stop.reason).member("at", stop.at).member("actor", stop.actor).end_object();
  return w.take();
}

std::optional<Egress::Stop> Egress::read_sign(const std::string& name, const std::string& text) {
  auto party = party_of(name, kPartySign);
  if (!party) return std::nullopt;
  return stop_of(std::move(*party), text);
}

Egress::Egress(store::Store& store, Audit& audit, const Clock& clock, StopSigns* signs)
    : store_(store), audit_(audit), clock_(clock), signs_(signs) {
  load();
  // What cannot be written now is later; the signs hold all the same.
  [[maybe_unused]] const Status later = settle();
}

void Egress::load() {
  std::map<std::string, Stop, std::less<>> stops;
  const auto rows = store_.documents(kSpace);
  if (!rows.ok()) stops[""] = {"", "the state could not be read: " + rows.error().to_string(), "", ""};
  for (const auto& [key, value] : rows.ok() ? *rows : std::vector<std::pair<std::string, std::string>>()) {
    auto party = party_of(key, kParty);
    if (!party) {
      stops[""] = {"", "the stored stop \"" + key + "\" is not understood", "", ""};
      continue;
    }
    stops.insert_or_assign(*party, stop_of(*party, value));
  }
  const MutexLock lock(state_mutex_);
  stops_ = std::move(stops);
}

bool Egress::is_open_for(std::string_view party) const {
  if (signs_ != nullptr && sign_is_up(*signs_, party)) return false;
  const MutexLock lock(state_mutex_);
  return stops_.empty() || (stops_.find(std::string_view()) == stops_.end() && stops_.find(party) == stops_.end());
}

Status Egress::open_for(std::string_view party) const {
  if (is_open_for(party)) return {};
  const MutexLock lock(state_mutex_);
  const bool all = stops_.find(std::string_view()) != stops_.end() || (signs_ != nullptr && signs_->up(kAll));
  return make_error(Code::kUnavailable, all ? "the operator has stopped all sharing" : "the operator has stopped sharing with this party");
}

Status Egress::record(const Stop& stop, const std::string& text) {
  SEKISHO_TRY(audit_.record({"egress.stop", stop.actor, subject_of(stop.party), stop.reason}, {{kSpace, key_of_stop(stop.party), text}}));
  const MutexLock lock(state_mutex_);
  stops_.insert_or_assign(stop.party, stop);
  return {};
}

Status Egress::stop(const std::string& party, const std::string& reason, const std::string& actor) {
  Stop wanted{party, reason, format_taxii_time(clock_.now()), actor, false};
  {
    const MutexLock lock(state_mutex_);
    stops_.insert_or_assign(party, wanted);
  }
  const std::string text = text_of(wanted);
  const Status raised = signs_ == nullptr ? Status(make_error(Code::kIo, "no signs")) : signs_->raise(sign_of(party), text);
  wanted.recorded = true;
  const MutexLock change(changing_);
  const Status recorded = record(wanted, text);
  return raised.ok() ? raised : recorded;
}

Status Egress::lift(const std::string& party, const std::string& reason, const std::string& actor) {
  const MutexLock change(changing_);
  SEKISHO_TRY(settle_all());
  {
    const MutexLock lock(state_mutex_);
    if (stops_.find(party) == stops_.end()) {
      return make_error(Code::kNotFound, party.empty() ? "sharing is not stopped" : "no stop for this party", party);
    }
  }
  SEKISHO_ASSIGN(const std::string text, text_on(sign_of(party)));
  SEKISHO_TRY(audit_.record({"egress.lift", actor, subject_of(party), reason}, {{kSpace, key_of_stop(party), std::nullopt}}));
  // Only the sign that the line tells of: one that was put up since stays.
  const Status down = signs_ == nullptr ? Status() : signs_->lower(sign_of(party), text);
  if (!down.ok() && down.error().code != Code::kNotFound) return down;
  load();
  return {};
}

Result<std::string> Egress::text_on(const std::string& sign) const {
  if (signs_ == nullptr) return std::string();
  SEKISHO_ASSIGN(const auto up, signs_->list());
  for (const auto& [name, text] : up) {
    if (name == sign) return text;
  }
  return std::string();
}

Status Egress::settle() {
  const MutexLock change(changing_);
  return settle_all();
}

// Signs without a row get one, with its line; rows without a sign, which may be older than signs, get that.
Status Egress::settle_all() {
  if (signs_ == nullptr) return {};
  SEKISHO_ASSIGN(const auto up, signs_->list());
  std::map<std::string, Stop, std::less<>> known;
  {
    const MutexLock lock(state_mutex_);
    known = stops_;
  }
  for (const auto& [name, text] : up) {
    auto stop = read_sign(name, text);
    if (!stop) {
      const MutexLock lock(state_mutex_);
      stops_.insert_or_assign("", Stop{"", "the sign \"" + name + "\" in the folder stop is not understood; remove it", "", "", false});
      continue;
    }
    const auto row = known.find(stop->party);
    if (row != known.end() && row->second.recorded && (text.empty() || text_of(row->second) == text_of(*stop))) continue;
    if (text.empty()) *stop = {stop->party, kUnexplained, format_taxii_time(clock_.now()), "operator"};
    SEKISHO_TRY(record(*stop, text_of(*stop)));
  }
  for (const auto& [party, stop] : known) {
    if (!stop.recorded || stop.at.empty() || signs_->up(sign_of(party))) continue;
    SEKISHO_TRY(signs_->raise(sign_of(party), text_of(stop)));
  }
  return {};
}

std::vector<Egress::Stop> Egress::stops() const {
  std::map<std::string, Stop, std::less<>> all;
  {
    const MutexLock lock(state_mutex_);
    all = stops_;
  }
  Signs up;
  if (signs_ != nullptr) {
    auto listed = signs_->list();
    if (listed.ok()) up = std::move(*listed);
    else all.insert_or_assign("", Stop{"", listed.error().to_string(), "", "", false});
  }
  for (const auto& [name, text] : up) {
    auto stop = read_sign(name, text);
    if (!stop || all.find(stop->party) != all.end()) continue;
    stop->recorded = false;
    all.insert_or_assign(stop->party, std::move(*stop));
  }
  std::vector<Stop> out;
  for (auto& [party, stop] : all) out.push_back(std::move(stop));
  return out;
}

}  // namespace sekisho::sync
