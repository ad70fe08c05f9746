#!/usr/bin/env bash
# Unity builds (docs/adr/0010-unity-and-precompiled.md): the files of one library or test program are compiled as one text,
# so a helper in an anonymous namespace has a name of its own there. The names are read at the beginning of lines, as
# .clang-format leaves them; the same alias twice is no harm.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."

# names FILE...: name, file:line and text of what anonymous namespaces hold, tab-separated.
names() {
  awk '
    FNR == 1 { inside = 0; raw = 0 }
    raw { if (index($0, ")" tag "\"")) raw = 0; next }
    match($0, /R"[A-Za-z_]*\(/) {
      tag = substr($0, RSTART + 2, RLENGTH - 3)
      if (!index(substr($0, RSTART + RLENGTH), ")" tag "\"")) raw = 1
    }
    /^namespace \{/ { inside = 1; next }
    /^\} *\/\/ namespace *$/ { inside = 0; next }
    !inside || !/^[A-Za-z_]/ || /^(namespace|static_assert|public|private|case|template|SUBCASE|TEST_CASE|TEST_SUITE)/ { next }
    {
      name = ""
      text = $0
      if (match(text, /^(struct|class|enum class|enum|union) [A-Za-z_0-9]+/)) {
        n = split(substr(text, RSTART, RLENGTH), word, " "); name = word[n]
      } else if (match(text, /^using [A-Za-z_0-9]+ =/)) {
        split(text, word, " "); name = word[2]
      } else {
        equals = match(text, /[ \]]=|[A-Za-z_0-9\]]\{/) ? RSTART : length(text) + 1
        head = substr(text, 1, equals)
        if (match(head, /[A-Za-z_0-9:~]+\(/)) name = substr(head, RSTART, RLENGTH - 1)
        else if (match(head, /[A-Za-z_0-9]+(\[[^\]]*\])* *$/)) { match(substr(head, RSTART), /^[A-Za-z_0-9]+/); at = RSTART; name = head; sub(/(\[[^\]]*\])* *$/, "", name); sub(/.*[^A-Za-z_0-9]/, "", name) }
      }
      if (name != "" && name !~ /::/ && name !~ /^operator/) printf "%s\t%s:%d\t%s\n", name, FILENAME, FNR, text
    }' "$@"
}

bad=0
# judge WHAT FILE...: a name that two of the files hold, unless both say the same alias.
judge() {
  local what="$1" found
  shift
  [ $# -gt 1 ] || return 0
  found=$(names "$@" | sort -t $'\t' -k1,1 -s | awk -F '\t' -v what="$what" '
    { split($2, place, ":") }
    $1 == name && place[1] != file && !($3 ~ /^using / && $3 == text) {
      printf "%s: [unity] `%s` stands in %s too, of the same %s: share it in a header of the folder, or say more in the name\n", $2, $1, where, what
    }
    { name = $1; file = place[1]; text = $3; where = $2 }')
  [ -z "$found" ] && return 0
  echo "$found"
  bad=1
}

for cmake in $(git ls-files -co --exclude-standard '*CMakeLists.txt'); do
  [ -f "$cmake" ] || continue
  folder=$(dirname "$cmake")
  while IFS= read -r call; do
    [ -n "$call" ] || continue
    [[ "$call" == sekisho_test* && "$call" != *" TOGETHER"* ]] && continue
    files=()
    for word in $(sed -E 's/.* SOURCES //; s/ (TOGETHER|HEADERS|PRIVATE_HEADERS|DEPS|PRIVATE_DEPS|LABELS|TIMEOUT|PROPERTIES) .*//' <<<"$call"); do
      [ -f "$folder/$word" ] && [[ "$word" == *.cpp ]] && files+=("$folder/$word")
    done
    judge "$(grep -q '^sekisho_test' <<<"$call" && echo program || echo library)" "${files[@]}"
  done < <(sed 's/#.*//' "$cmake" | tr '\n' ' ' | grep -oE 'sekisho_(library|test)\([^)]*\)')
done
exit $bad
