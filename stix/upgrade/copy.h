// Copies a value into a writer. Any thread.
#pragma once

#include "core/json.h"

namespace sekisho::stix::upgrade {

/// Without the white space between tokens; numbers and strings keep their spelling. Values nest no
/// deeper than the JSON parser lets them.
inline void copy(const json::Value& value, json::Writer& out) {
  if (value.is_object()) {
    out.begin_object();
    for (const json::Value::Entry& entry : value) {
      out.key(entry.key);
      copy(entry.value, out);
    }
    out.end_object();
  } else if (value.is_array()) {
    out.begin_array();
    for (const auto& entry : value) copy(entry.value, out);
    out.end_array();
  } else {
    out.raw(value.raw());
  }
}

}  // namespace sekisho::stix::upgrade
