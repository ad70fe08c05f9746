#include "core/tools/errors_markdown.h"

#include <array>
#include <string_view>

#include "core/errors.h"

namespace sekisho::tools {
namespace {

constexpr int kLibraryRange = 1000;
constexpr std::array<std::string_view, 9> kLibraries = {"",      "core",  "stix", "certs", "policy",
                                                        "taxii", "store", "sync", "node"};

void append_cell(std::string& out, std::string_view text) {
  out += ' ';
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  out += " |";
}

}  // namespace

std::string errors_markdown() {
  std::string out =
      "# Errors\n\n"
      "Written by `sekisho_errors_md` from `core/errors.def`; do not edit by hand.\n"
      "Numbers and names are stable and never reused. *Again* means that the same call may succeed "
      "later.\n";
  int library = 0;
  for (const CodeInfo& row : all_codes()) {
    const int number = static_cast<int>(row.code);
    if (number / kLibraryRange != library) {
      library = number / kLibraryRange;
      out += "\n## " + std::string(kLibraries.at(static_cast<std::size_t>(library)));
      out +=
          "\n\n| Number | Name | HTTP | gRPC | Again | Meaning | What to do "
          "|\n|---|---|---|---|---|---|---|\n";
    }
    out += '|';
    append_cell(out, std::to_string(number));
    append_cell(out, "`" + std::string(row.text) + "`");
    append_cell(out, std::to_string(row.http_status));
    append_cell(out, row.grpc);
    append_cell(out, row.retryable ? "yes" : "no");
    append_cell(out, row.meaning);
    append_cell(out, row.hint);
    out += '\n';
  }
  return out;
}

}  // namespace sekisho::tools
