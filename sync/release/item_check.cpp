// Each item by the decision on it as of now; then what it names, through others, as far as that is carried: what names something
// that the view may not be given any more is not given either, and what names that. Everything that is named is looked at once,
// whatever names it: linear in what is looked at.
#include "sync/release/item_check.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>

#include "sync/handling/attestation.h"
#include "sync/release/item_check_stand.h"
#include "sync/release/plan/planner.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kMostForms = 50'000;  // that one check looks at; about a kilobyte each

using policy::Effect;

}  // namespace

struct ItemCheck::Graph {
  explicit Graph(std::unique_ptr<Stand> given)
      : stand(std::move(given)), planner(stand->store, stand->renditions), before(stand->store, stand->renditions) {}

  /// What a stream carries, and what it names.
  struct Form {
    Place place;
    bool good = true;
    bool sure = true;                ///< that it is not
    std::vector<std::size_t> named;  ///< ids
    std::optional<std::size_t> of;   ///< its own id, where something names that
  };
  /// Named, and met as long as one form of it is good, or something else meets it.
  struct Id {
    std::string text;
    bool met = true;
    bool sure = true;  ///< what is told of it once it is not: false where several gave it, for references mean one claim
    std::size_t good = 0;
    std::vector<std::size_t> forms, named_by;
  };

  const std::unique_ptr<Stand> stand;
  Planner planner;  ///< as of now
  Planner before;   ///< as of when the streams were planned
  bool ready = false;
  std::deque<Form> forms;
  std::deque<Id> ids;
  std::size_t looked = 0, sought = 0;  ///< forms looked at, ids whose forms are known
  std::map<Place, std::size_t> form_of;
  std::unordered_map<std::string, std::size_t> id_of;
  std::vector<std::size_t> lost;  ///< ids that are met no more, and what names them has not been told
  std::optional<std::map<store::ObjectNo, store::ObjectNo>> original_of;
  std::optional<std::map<std::string, std::vector<Place>>> displaced;  ///< by id

  Status prepare() {
    if (std::exchange(ready, true)) return {};
    for (Planner* each : {&planner, &before}) {
      each->set_collections(stand->collections);
      each->set_opaque(stand->policy->policy().opaque);
      each->set_recalled(stand->recalled);
      each->set_tightened(stand->tightened);
      each->set_approvals(stand->approvals);
      SEKISHO_TRY(each->arrived_all());
    }
    return {};
  }

  Result<May> may(store::CollectionNo collection, store::ObjectNo no) {
    SEKISHO_TRY(prepare());
    SEKISHO_ASSIGN(const auto place, attested({no, collection}));
    if (!place) return May::kLeaves;
    const std::size_t form = find(*place);
    SEKISHO_TRY(look());
    if (forms[form].good) return May::kGoes;
    return forms[form].sure ? May::kLeaves : May::kDepends;
  }

  // ---- what is asked about

  /// Attestations go where what they are over goes: that one's place; nothing if it is nowhere.
  Result<std::optional<Place>> attested(const Place& place) {
    const auto loaded = planner.load(place.first);
    if (!loaded.ok() && loaded.error().code == Code::kStoreCorrupt) return std::optional(place);
    if (!loaded.ok()) return loaded.error();
    if ((*loaded)->stored.type != kAttestationType) return std::optional(place);
    const auto parsed = parse_attestation(*(*loaded)->object);
    if (!parsed.ok()) return std::optional<Place>();
    const store::Collection* where = planner.collection(place.second);
    const store::CollectionNo main = where != nullptr && where->companion_of ? *where->companion_of : place.second;
    SEKISHO_ASSIGN(const auto carried, carried_of(parsed->target_ref));
    for (const auto& [target, content] : carried) {
      if (target.second == main && hex(content) == parsed->target_sha256) return std::optional(target);
    }
    return std::optional<Place>();
  }

  /// Forms of an id that the streams carry.
  Result<std::vector<std::pair<Place, Sha256>>> carried_of(std::string_view id) const {
    std::vector<std::pair<Place, Sha256>> out;
    SEKISHO_ASSIGN(const auto versions, stand->store.versions_of(id, false));
    for (const auto& version : versions) {
      SEKISHO_ASSIGN(const auto placed, stand->store.placements(version.no));
      if (placed.empty()) continue;
      for (const auto& [collection, stream] : stand->streams) {
        const bool carried = std::find(placed.begin(), placed.end(), stream) != placed.end();
        if (carried) out.push_back({{version.no, collection}, version.content});
      }
    }
    return out;
  }

  // ---- what it names, and what that names

  std::size_t find(const Place& place) {
    const auto [found, fresh] = form_of.try_emplace(place, forms.size());
    if (fresh) forms.push_back({place, true, true, {}, std::nullopt});
    return found->second;
  }
  std::size_t find(const std::string& id) {
    const auto [found, fresh] = id_of.try_emplace(id, ids.size());
    if (fresh) ids.push_back({id, true, true, 0, {}, {}});
    return found->second;
  }

  /// Everything that was found and not looked at yet, to the end; then what falls with what may not go.
  Status look() {
    const std::size_t first_form = looked, first_id = sought;
    while (looked < forms.size() || sought < ids.size()) {
      if (looked < forms.size()) {
        SEKISHO_TRY(look_at(looked++));
      } else {
        SEKISHO_TRY(seek(sought++));
      }
      if (looked > kMostForms) return make_error(Code::kUnavailable, "too much may depend on what is leaving; ask again");
    }
    for (std::size_t id = first_id; id < ids.size(); ++id) {
      const auto is_good = [this](std::size_t form) { return forms[form].good; };
      ids[id].good = static_cast<std::size_t>(std::count_if(ids[id].forms.begin(), ids[id].forms.end(), is_good));
      if (ids[id].good == 0) SEKISHO_TRY(lose(id));
    }
    for (std::size_t form = first_form; form < forms.size(); ++form) {
      const auto& named = forms[form].named;
      const auto unmet = std::find_if(named.begin(), named.end(), [this](std::size_t id) { return !ids[id].met; });
      if (unmet != named.end()) SEKISHO_TRY(fall(form, ids[*unmet].sure));
    }
    while (!lost.empty()) {
      const std::size_t id = lost.back();
      lost.pop_back();
      for (const std::size_t form : ids[id].named_by) SEKISHO_TRY(fall(form, ids[id].sure));
    }
    return {};
  }

  Status look_at(std::size_t number) {
    const Place place = forms[number].place;
    const auto loaded = planner.load(place.first);
    if (!loaded.ok()) return loaded.error().code == Code::kStoreCorrupt ? Status() : Status(loaded.error());  // withheld as damaged
    SEKISHO_ASSIGN(forms[number].good, decided(place, **loaded));
    if (!forms[number].good) return {};
    std::vector<std::string> names = is_made(**loaded) ? named_by_rendition(*(*loaded)->object, planner.opaque()) : (*loaded)->links->closure.references;
    if (!is_made(**loaded)) names.insert(names.end(), (*loaded)->named.begin(), (*loaded)->named.end());
    for (const std::string& name : names) {
      if (stand->policy->is_public_id(name)) continue;
      const std::size_t id = find(name);
      forms[number].named.push_back(id);
      ids[id].named_by.push_back(number);
    }
    return {};
  }

  Status seek(std::size_t id) {
    SEKISHO_ASSIGN(const auto held, stand->store.versions_of(ids[id].text, false));
    const auto another = [&held](const store::StoredObject& version) { return version.source != held.front().source; };
    ids[id].sure = std::none_of(held.begin(), held.end(), another);
    SEKISHO_ASSIGN(const auto carried, carried_of(ids[id].text));
    for (const auto& [place, content] : carried) {
      const std::size_t form = find(place);
      forms[form].of = id;
      ids[id].forms.push_back(form);
    }
    return {};
  }

  Status fall(std::size_t number, bool sure) {
    Form& form = forms[number];
    if (!std::exchange(form.good, false)) return {};
    form.sure = sure;
    if (!form.of) return {};
    ids[*form.of].sure = ids[*form.of].sure && sure;
    return --ids[*form.of].good == 0 ? lose(*form.of) : Status();
  }

  /// No form of it goes.
  Status lose(std::size_t number) {
    Id& id = ids[number];
    const bool never = id.forms.empty() && stand->left->count(id.text) == 0;  // met in another way from the beginning
    SEKISHO_ASSIGN(const bool stays, never ? Result<bool>(true) : meets_displaced(id.text));
    if (!stays && std::exchange(id.met, false)) lost.push_back(number);
    return {};
  }

  // ---- the decision on one

  static bool is_made(const Loaded& loaded) {
    return loaded.provenance.route == kRenditionRoute || loaded.provenance.route == kDuplicateRoute;
  }

  Result<bool> decided(const Place& place, const Loaded& loaded) {
    if (is_apparatus(loaded.stored.id)) {
      SEKISHO_ASSIGN(const auto came, stand->store.arrival(place.first, place.second));
      if (!came) return true;
    }
    const store::Collection* where = planner.collection(place.second);
    if (where == nullptr || !stand->policy->reads(stand->audience, where->alias, stand->now)) return false;
    if (is_made(loaded)) return decided_for(place, loaded);
    const auto decision = planner.decide(*stand->policy, stand->audience, loaded, place.second, stand->now, Planner::Reasons::kOmit);
    if (decision.effect != Effect::kRedact) return decision.effect == Effect::kPermit;
    // The profiles change nothing in it, or it would not be here: as long as they are the same.
    const auto then = before.decide(*stand->policy, stand->planned_for, loaded, place.second, stand->planned_at, Planner::Reasons::kOmit);
    return then.effect == Effect::kRedact && then.profiles == decision.profiles;
  }

  /// What this node made goes by what it was made of, as long as that is redacted in the same way.
  Result<bool> decided_for(const Place& place, const Loaded& made) {
    if (!original_of) {
      SEKISHO_ASSIGN(const auto pairs, stand->store.renditions());
      original_of.emplace();
      for (const auto& [of, one] : pairs) (*original_of)[one] = of;
    }
    const auto original = original_of->find(place.first);
    if (original == original_of->end()) return false;
    const auto loaded = planner.load(original->second);
    if (!loaded.ok()) return loaded.error().code == Code::kStoreCorrupt ? Result<bool>(false) : Result<bool>(loaded.error());
    const auto decision = planner.decide(*stand->policy, stand->audience, **loaded, place.second, stand->now, Planner::Reasons::kOmit);
    if (decision.effect != Effect::kRedact) return decision.effect == Effect::kPermit;
    return made.provenance.route == kDuplicateRoute || profile_names(decision.profiles) == made.provenance.profiles;
  }

  /// Displaced versions meet references as long as they may be read.
  Result<bool> meets_displaced(const std::string& id) {
    if (!displaced) {
      displaced.emplace();
      SEKISHO_ASSIGN(const auto holds, stand->store.holds(stand->view));
      for (const auto& hold : holds) {
        const Awaited awaited = Awaited::from_text(hold.missing);
        if (!awaited.is_displaced()) continue;
        SEKISHO_ASSIGN(const LoadedPtr loaded, planner.load(hold.object));
        (*displaced)[loaded->stored.id].emplace_back(hold.object, hold.collection);
      }
    }
    const auto found = displaced->find(id);
    if (found == displaced->end()) return false;
    for (const Place& place : found->second) {
      SEKISHO_ASSIGN(const LoadedPtr loaded, planner.load(place.first));
      const auto decision = planner.decide(*stand->policy, stand->audience, *loaded, place.second, stand->now, Planner::Reasons::kOmit);
      if (decision.effect == Effect::kPermit || decision.effect == Effect::kRedact) return true;
    }
    return false;
  }
};

ItemCheck::ItemCheck(std::unique_ptr<Stand> stand) : graph_(std::make_unique<Graph>(std::move(stand))) {}
ItemCheck::~ItemCheck() = default;

Result<ItemCheck::May> ItemCheck::may(store::CollectionNo collection, store::ObjectNo object) { return graph_->may(collection, object); }

}  // namespace sekisho::sync
