#include "core/result.h"

namespace sekisho {

std::string Error::to_string() const {
  std::string text(info(code).text);
  if (!where.empty()) text += " at " + where;
  if (!detail.empty()) text += ": " + detail;
  return text;
}

}  // namespace sekisho
