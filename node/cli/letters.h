// What the commands over dead letters share: quarantine and deadletter. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/result.h"
#include "node/cli/args.h"
#include "node/cli/console.h"
#include "node/cli/house.h"

namespace sekisho::node::cli {

/// One letter on a line, or with its payload.
void print_letter(Console& console, const store::DeadLetter& letter, bool whole);
/// All letters of a kind, oldest first.
Status each_letter(const House& house, store::LetterKind kind, const std::function<void(const store::DeadLetter&)>& visit);
/// `show`: those whose numbers are given, with their payloads.
int show_letters(House& house, const Args& args, Console& console);
/// The positional arguments as numbers of letters, at least one. kUsage.
Result<std::vector<std::uint64_t>> letter_numbers(const Args& args);

}  // namespace sekisho::node::cli
