// Pages of items: envelope (TAXII 2.1 §3.7), manifest (§5.3.1) and versions (§5.8.1), written into
// one string while the source gives the items. One thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "taxii/ports.h"

namespace sekisho::taxii {

/// What a collection holds (§5.2.1 media_types); a manifest entry names one of them.
inline constexpr std::array<std::string_view, 2> kContentTypes = {
    "application/stix+json;version=2.1", "application/stix+json;version=2.0"};

enum class Listing : std::uint8_t { kEnvelope, kManifest, kVersions };

class PageWriter {
 public:
  /// `limit`: how many items may come at most.
  PageWriter(Listing listing, std::size_t limit) : listing_(listing), limit_(limit) {}
  void add(const Item& item);
  /// The finished resource; no list if nothing was added (§2). Only an envelope has `next`.
  std::string finish(const PageInfo& page);

 private:
  void add_manifest_entry(const Item& item);
  Listing listing_;
  std::size_t limit_;
  std::string out_ = "{";
  bool any_ = false;
};

}  // namespace sekisho::taxii
