#!/usr/bin/env bash
# package.sh SOURCE BUILD FOLDER CMAKE [options]: installs sekisho_stix from BUILD into FOLDER, which is made anew, builds
# stix/example against it, and compares what the programs say. Prints what differs.
set -euo pipefail
source="$1" build="$2" folder="$3" cmake="$4"
shift 4
example="$source/stix/example"
prefix="$folder/prefix"
fail() { echo "$*" >&2; exit 1; }

# What stix/README.md shows is what is built here, to the byte: each block of C++ below the line that names its file.
shown=0
for file in "$example"/*.cpp; do
  name="stix/example/$(basename "$file")"
  awk -v name="$name" '$0 == "```" { inside = 0 } inside { print } /^```cpp$/ && index(last, name) { inside = 1 } { last = $0 }' \
    "$source/stix/README.md" | diff - "$file" || fail "stix/README.md does not show $name as it is"
  shown=$((shown + 1))
done
[ "$shown" -eq 5 ] || fail "expected five samples, found $shown"

rm -rf "$folder"
mkdir -p "$folder"
"$cmake" --install "$build" --component sekisho_stix --prefix "$prefix" >/dev/null

# Only public headers, and none that drags a library in.
! grep -rlE '#include <(nlohmann|re2|unicode|openssl|toml|rapidcheck|doctest)' "$prefix/include" || fail "a heavy header is installed"
for private in stix/validate/finding_log.h stix/pattern/lexer.h stix/match/plan.h core/json_parser.h; do
  [ -f "$source/$private" ] || fail "$private is gone: name another private header here"
  [ ! -e "$prefix/include/sekisho/$private" ] || fail "$private is private and yet installed"
done

# A version that another minor version asks for is not this one.
version_file=$(find "$prefix" -name sekisho_stix-config-version.cmake)
for asked in 0.1 0.2 1.0; do
  printf 'set(PACKAGE_FIND_VERSION %s)\nset(PACKAGE_FIND_VERSION_MAJOR %s)\nset(PACKAGE_FIND_VERSION_MINOR %s)\ninclude("%s")\nmessage("%s ${PACKAGE_VERSION_COMPATIBLE}")\n' \
    "$asked" "${asked%.*}" "${asked#*.}" "$version_file" "$asked" >"$folder/version.cmake"
  "$cmake" -D CMAKE_SIZEOF_VOID_P=8 -P "$folder/version.cmake" 2>&1
done >"$folder/versions.txt"
printf '0.1 TRUE\n0.2 FALSE\n1.0 FALSE\n' | diff - "$folder/versions.txt" || fail "the version file answers wrongly"

"$cmake" -S "$example" -B "$folder/build" -G Ninja "-DCMAKE_PREFIX_PATH=$prefix" "$@" >"$folder/configure.log" 2>&1 \
  || { cat "$folder/configure.log"; fail "the example does not find the package"; }
"$cmake" --build "$folder/build" >"$folder/build.log" 2>&1 || { cat "$folder/build.log"; fail "the example does not build"; }
for file in "$example"/*.cpp; do
  name=$(basename "$file" .cpp)
  echo "== $name"
  timeout 20 "$folder/build/$name" || fail "$name fails"
done >"$folder/output.txt" 2>&1
diff "$(dirname "$0")/output.txt" "$folder/output.txt" || fail "the example says something else"
echo "five samples built against $prefix"
