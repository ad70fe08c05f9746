#include "core/errors.h"

#include <algorithm>
#include <array>

namespace sekisho {
namespace {

constexpr std::array kCatalogue = {
#define SEKISHO_ERROR(number, name, text, http, grpc, retryable, meaning, hint) \
  CodeInfo{Code::name, text, http, grpc, retryable, meaning, hint},
#include "core/errors.def"
#undef SEKISHO_ERROR
};

constexpr bool ascending() {
  for (std::size_t i = 1; i < kCatalogue.size(); ++i) {
    if (kCatalogue[i - 1].code >= kCatalogue[i].code) return false;
  }
  return true;
}
static_assert(ascending(), "core/errors.def lists its rows in ascending order, each number once");
static_assert(kCatalogue.front().code == Code::kInternal, "info() falls back to the first row");

}  // namespace

std::span<const CodeInfo> all_codes() {
  return kCatalogue;
}

const CodeInfo& info(Code code) {
  const auto* row =
      std::lower_bound(kCatalogue.begin(), kCatalogue.end(), code,
                       [](const CodeInfo& each, Code wanted) { return each.code < wanted; });
  return row != kCatalogue.end() && row->code == code ? *row : kCatalogue.front();
}

}  // namespace sekisho
