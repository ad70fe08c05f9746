#include "certs/trust.h"

#include <utility>

namespace sekisho::certs {

Result<TrustList> TrustList::build(std::vector<PinnedKey> keys) {
  TrustList list;
  for (PinnedKey& pinned : keys) {
    std::string kid = pinned.key.thumbprint();
    if (pinned.valid_from && pinned.valid_until && *pinned.valid_from >= *pinned.valid_until) {
      return make_error(Code::kInvalidArgument, "the key's validity ends before it starts", kid);
    }
    const auto [place, added] = list.keys_.try_emplace(std::move(kid), std::move(pinned));
    if (!added) return make_error(Code::kAlreadyExists, "the key is pinned twice", place->first);
  }
  return list;
}

const PinnedKey* TrustList::find(std::string_view kid) const {
  const auto found = keys_.find(kid);
  return found == keys_.end() ? nullptr : &found->second;
}

Status TrustList::usable(std::string_view kid, std::string_view party,
                         Timestamp first_sight) const {
  const auto refuse = [&](Code code, const char* detail) -> Status {
    return make_error(code, detail, std::string(kid));
  };
  const PinnedKey* pinned = find(kid);
  if (pinned == nullptr) return refuse(Code::kKeyUnknown, "no party has this key pinned");
  if (pinned->party != party) return refuse(Code::kKeyNotAllowed, "the key is another party's");
  if (pinned->revoked_at && first_sight >= *pinned->revoked_at) {
    return refuse(Code::kKeyNotValid, "the key was revoked before the signature was first seen");
  }
  if (pinned->valid_from && first_sight < *pinned->valid_from) {
    return refuse(Code::kKeyNotValid, "the signature was first seen before the key is valid");
  }
  if (pinned->valid_until && first_sight >= *pinned->valid_until) {
    return refuse(Code::kKeyNotValid, "the key had expired when the signature was first seen");
  }
  return {};
}

}  // namespace sekisho::certs
