// What the commands of operators share: dates and keys on the command line, edits of operators.toml.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "certs/keys.h"
#include "core/time.h"
#include "node/cli/args.h"
#include "node/cli/house.h"

namespace sekisho::node::cli {

inline constexpr std::size_t kKeyFileBytes = 4096;  ///< of a file with one key

/// A date or an instant; nothing if the option is not given. kUsage.
Result<std::optional<Timestamp>> date_option(const Args& args, const std::string& name);

/// Changes operators.toml: reads it, lets `edit` make the new text, writes it, verifies every approval again, and
/// tells the trail. Gives the objects whose approvals became fewer. Errors: those of `edit`, kConfig, kIo, of the store.
Result<std::vector<std::string>> edit_operators(House& house, const std::function<Result<std::string>(const std::string&)>& edit,
                                                const sync::AuditLine& line);

/// The private key in a file. kUsage, kIo.
Result<std::unique_ptr<certs::SigningKey>> key_from_file(House& house, const std::string& path);

/// Who acts (`--operator`), as the trail tells it. Where operators.toml lists anybody, only one of them, shown by the private
/// key (`--operator-key FILE`); else the name is taken as typed. kUsage, kIo, kKeyUnknown, kKeyNotValid.
Result<std::string> acting_operator(House& house, const Args& args);

}  // namespace sekisho::node::cli
