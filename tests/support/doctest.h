// doctest with the project's settings; the main is in tests/support/main.cpp.
#pragma once

#include <doctest/doctest.h>
