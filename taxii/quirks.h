// What a server does otherwise than TAXII 2.1, as data of the peer. docs/specs/quirks.md (TAXII 2.1 §3.2,
// §3.4, §3.5). Value; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace sekisho::taxii {

struct Quirks {
  enum class AddedAfter : std::uint8_t { kExclusive, kInclusive, kIgnored };
  enum class DateHeaders : std::uint8_t { kExact, kLoose, kManifest, kNone };
  enum class Next : std::uint8_t { kSound, kOnce, kBroken };

  AddedAfter added_after = AddedAfter::kExclusive;
  bool shared_dates = false;
  DateHeaders date_headers = DateHeaders::kExact;
  std::int64_t date_unit = 0;  ///< microseconds; with kLoose
  Next next = Next::kSound;
  bool more_untold = false;
  std::size_t limit = 0;  ///< never ask for more; 0 = no such bound
  bool whole = false;
  static constexpr std::size_t kMostMediaTypes = 8;
  std::vector<std::string> media_types;  ///< taken besides TAXII's; "" = none given
  std::int64_t overlap_seconds = 0;

  bool operator==(const Quirks&) const = default;

  /// Whether a query may give again what the last one ended with, so that asking for more helps.
  bool gives_again() const;
  /// How far before the last date a query begins.
  std::int64_t step_back_micros() const;
  bool takes_media_type(std::string_view content_type) const;

  std::string to_json() const;
  /// kInvalidArgument names the member.
  static Result<Quirks> from_json(std::string_view text);
};

/// `type/subtype` of a Content-Type in lower case, without parameters; empty if it is none.
std::string bare_media_type(std::string_view content_type);

}  // namespace sekisho::taxii
