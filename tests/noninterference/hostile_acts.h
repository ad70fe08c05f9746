// The requests that deeds are: what conspirators make of what they have read, and what parties sign. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "certs/attestation.h"
#include "hostile.h"
#include "requests.h"

namespace sekisho::noninterference {

/// The public key of a party, as policy.toml has it; each name has one.
std::string x_of(const std::string& party);
/// Behind the objects an attestation of each that can be read, by this party, with all that loosens, and perhaps a limit of hops.
std::vector<std::string> attested(const std::string& party, const std::string& identity, certs::Role role, std::vector<std::string> objects,
                                  std::optional<std::uint32_t> max_hops = std::nullopt);
/// A notice of recall as a party signs it; its text is canonical already.
std::string notice_of(const std::string& party, const std::string& text);
/// POST of objects to a collection, under its alias.
Asked posted(const std::string& party, const std::string& collection, const std::vector<std::string>& objects);

/// What the conspirators have read so far, each content once, in the order in which it came.
class Loot {
 public:
  void add(const std::string& bytes);
  const std::vector<std::string>& all() const { return all_; }

 private:
  std::vector<std::string> all_;
};

/// The objects that a deed of kind kPost or kPostAgain posts; none while they have read nothing that could be posted again.
std::vector<std::string> objects_of(const Deed& deed, const Loot& loot);
/// The request that a deed is.
Asked asked_of(const Deed& deed, const Loot& loot);
/// An object with another handling, creator or version, as a forger would post it: words of `change` are loose, unowned,
/// claimed, later, revoked, spaced, nested.
std::string altered(const std::string& bytes, const std::string& change, const std::string& party);

}  // namespace sekisho::noninterference
