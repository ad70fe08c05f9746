// What anonymous submission keeps in the node's folder. docs/specs/anonymous.md §4.
#pragma once

namespace sekisho::node::cli {

/// 64 hex digits. Its folder is in no backup.
inline constexpr const char* kAnonymousSecretFile = "anonymous/secret";

}  // namespace sekisho::node::cli
