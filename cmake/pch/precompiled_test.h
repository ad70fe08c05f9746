// Read once for all tests.
#pragma once

#include "precompiled_library.h"

#include <doctest/doctest.h>
