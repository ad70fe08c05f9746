// Chains of documents: append-only, each value bound to the one before by its hash, the head naming the last.
// A chain is a space of documents, its head the document `head` of `SPACE-head`. docs/specs/audit.md. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/result.h"
#include "store/store.h"

namespace sekisho::store {

/// First disclosures, one link for each range newly recorded; written by the store itself.
inline constexpr const char* kDisclosedChain = "disclosed";
inline constexpr const char* kChainHeadKey = "head";

/// The last link, by number and hash of its value; number 0 = the chain is empty.
struct ChainHead {
  std::uint64_t no = 0;
  std::string sha256 = std::string(64, '0');

  /// `text`: the head's document. kStoreCorrupt.
  static Result<ChainHead> from(const std::optional<std::string>& text, std::string_view space);
  std::string to_json() const;
  std::string to_string() const { return std::to_string(no) + " " + sha256; }
  bool operator==(const ChainHead&) const = default;
};

std::string chain_key(std::uint64_t no);  ///< 20 digits
std::string chain_head_space(std::string_view space);
Result<ChainHead> chain_head(const Store& store, std::string_view space);

/// The next link and the new head, to be written in one transaction; moves `head` on. `fields` writes the members
/// between `no` and `previous`.
std::vector<DocumentPut> chain_next(std::string_view space, ChainHead& head,
                                    const std::function<void(json::Writer&)>& fields);
/// The link that tells of a first disclosure.
std::vector<DocumentPut> chain_disclosure(ChainHead& head, const Disclosure& disclosure);

/// One sound link.
struct ChainLink {
  std::uint64_t no = 0;
  json::Value value;
  std::string sha256;
};
/// Walks a chain from its first link to its head. Gives each link that is in its place to `visit` and what is wrong
/// as sentences (empty = sound): altered, missing, inserted, reordered or cut off. Errors: those of the store.
Result<std::vector<std::string>> check_chain(const Store& store, std::string_view space,
                                             const std::function<void(const ChainLink&)>& visit);

}  // namespace sekisho::store
