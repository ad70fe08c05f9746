// Read once for all tests.
#pragma once

#include "library.h"

#include <doctest/doctest.h>
