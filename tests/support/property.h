// rapidcheck inside doctest: PROPERTY("name", [](...) { RC_ASSERT(...); }) prints the seed on failure.
// RC_PARAMS="seed=... max_success=..." in the environment repeats a run.
#pragma once

#include <rapidcheck.h>

#include <sstream>

#include "tests/support/doctest.h"

#define PROPERTY(name, ...)                                                            \
  do {                                                                                 \
    const auto sekisho_outcome = rc::detail::checkTestable(__VA_ARGS__);               \
    std::ostringstream sekisho_text;                                                   \
    rc::detail::printResultMessage(sekisho_outcome, sekisho_text);                     \
    const bool sekisho_held = sekisho_outcome.is<rc::detail::SuccessResult>(); \
    CHECK_MESSAGE(sekisho_held, std::string(name) << ": " << sekisho_text.str());      \
  } while (false)
