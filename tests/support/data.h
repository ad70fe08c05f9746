// Real files by others, used when they lie beside the checkout; tests pass without them.
#pragma once

#include <string>

namespace sekisho::tests {

/// Path of `name` under the data folder beside the checkout (SEKISHO_DATA overrides where), or empty
/// after printing that the check is skipped.
std::string shared_data(const std::string& name);
std::string read_file(const std::string& path);

}  // namespace sekisho::tests
