// Prints docs/errors.md.
#include <cstdio>

#include "core/tools/errors_markdown.h"

int main() {
  return std::fputs(sekisho::tools::errors_markdown().c_str(), stdout) < 0 ? 1 : 0;
}
