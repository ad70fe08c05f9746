// A long list inside an object, cut into its elements without reading them: one faulty element does not
// spoil the others, and no element is read twice. Any thread.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "core/json.h"

namespace sekisho::json {

struct Split {
  std::unique_ptr<const Document> frame;   ///< the text around the list, read strictly; the list is empty in it
  std::vector<std::string_view> elements;  ///< bytes of each, in order; anything at all until it is parsed
};

/// Cuts `text`, an object whose member `list` is a list, or else just reads it. The ends of elements are found
/// by brackets and strings alone. If the frame and every element are strict JSON, then `text` is, and the
/// elements are exactly those that Document::parse finds; if `text` is strict JSON, all of them are.
/// `limits.max_values` bounds the elements as well as the frame. The slices live as long as `text`. Errors:
/// kJson*, kLimitExceeded; places behind the list are counted without its elements.
Result<Split> split(std::string_view text, std::string_view list, const ParseLimits& limits = {});

}  // namespace sekisho::json
