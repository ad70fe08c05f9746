#include "tests/support/doctest.h"
