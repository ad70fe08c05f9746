#!/usr/bin/env bash
# What compilers miss. Every rule is one line here and one sentence in CONTRIBUTING.md; no exceptions list
# that grows. Prints file:line and what to do instead.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
bad=0
sources() { git ls-files -co --exclude-standard -- "$@" | while read -r f; do [ -f "$f" ] && echo "$f"; done; }
library_code() { sources 'core/*' 'stix/*' 'certs/*' 'policy/*' 'taxii/*' 'store/*' 'sync/*' 'node/*' | grep -E '\.(h|cpp)$'; }

# forbid NAME 'PATTERN' 'INSTEAD' FILES...: comments do not count.
forbid() {
  local name="$1" pattern="$2" instead="$3" file hits
  shift 3
  [ $# -gt 0 ] || return 0
  for file in $(grep -lE -e "$pattern" -- "$@"); do  # few files hold a pattern at all
    hits=$(sed -E 's://.*$::' "$file" | grep -nE "$pattern" | head -3)
    [ -z "$hits" ] && continue
    while IFS= read -r hit; do echo "$file:${hit%%:*}: [$name] $instead"; done <<<"$hits"
    bad=1
  done
}
mapfile -t all < <(library_code)
except() { printf '%s\n' "${all[@]}" | grep -vE "$1"; }
mapfile -t no_system < <(except '^core/system/')
mapfile -t no_http < <(except '^(core/system/|node/http/|node/app/(control|control_server|links)\.cpp|sync/peer/grpc/channel\.cpp)')
mapfile -t headers < <(printf '%s\n' "${all[@]}" | grep -E '\.h$')

forbid clock '(system_clock|steady_clock|high_resolution_clock)::now|\bclock_gettime\(|\bgettimeofday\(|\btime\((NULL|nullptr|0)\)' \
  'read time through the injected Clock (core/ports/clock.h)' $(except '^core/system/')
forbid random '\bstd::random_device|\brand\(\)|\bgetrandom\(|\brandombytes_|\bstd::mt19937' \
  'draw through the injected Random (core/ports/random.h)' "${no_system[@]}"
forbid files '\bstd::(i|o)?fstream|\bfopen\(|std::filesystem|(^|[^A-Za-z0-9_>])::open\(' \
  'reach files through the injected Files (core/ports/files.h)' $(except '^(core/system/|node/main/|store/sqlite/schema\.cpp)')
forbid threads '\bstd::(thread|jthread|async)\b|this_thread::sleep|\busleep\(|\bnanosleep\(' \
  'run work through Executor and Timers (core/ports/executor.h)' $(except '^(core/system/|node/http/|node/app/(follower_thread|control_server|links)\.(h|cpp)|sync/peer/grpc/channel\.cpp)')
forbid sockets '::socket\(|<sys/socket.h>|<netinet/|<sys/epoll.h>' \
  'only node/http and the control socket open sockets' "${no_http[@]}"
forbid heavy '#include <(httplib\.h|nlohmann/json\.hpp|openssl/|sodium\.h|sqlite3\.h|toml\+\+/|zstd\.h|grpc)' \
  'a heavy header belongs in a .cpp, or in a private header of the folder that confines it' \
  $(printf '%s\n' "${headers[@]}" | grep -vE '^(store/sqlite/|node/http/|certs/|policy/)')
forbid httplib '#include <httplib\.h>' 'cpp-httplib stands behind the gate: node/http only' $(except '^node/http/')
forbid include-up '#include "\.\./' 'write the path from the root' "${all[@]}"
forbid unfinished '\b(TODO|FIXME|XXX|HACK)\b' 'finish it, or write the gap into the README' "${all[@]}"
forbid print '\bstd::(cout|cerr)\b|\bprintf\(' 'libraries return errors; commands write to their Console' $(except '^(node/main/|core/system/|stix/example/)')
forbid concrete 'store/(sqlite|memory)/' 'only node/app names a concrete store' $(except '^(store/(sqlite|memory)/|node/app/)')

mapfile -t tests < <(sources 'tests/*' | grep -E '\.(h|cpp)$')
forbid test-sleep 'sleep_for|sleep_until|\busleep\(|\bnanosleep\(' 'a test waits for an event, never for time' "${tests[@]}"

for file in $(grep -L '#pragma once' "${headers[@]}"); do echo "$file:1: [pragma] begin with #pragma once"; bad=1; done
for file in $(awk 'FNR == 1 && !/^\/\// { print FILENAME }' "${headers[@]}"); do
  echo "$file:1: [doc] open with what the header is for, thread safety, limits"; bad=1
done
while read -r lines file; do
  [ "$file" = total ] || { echo "$file:$lines: [size] split by topic: over 600 lines"; bad=1; }
done < <(wc -l "${all[@]}" | awk '$1 > 600')
for folder in core core/system stix stix/validate stix/pattern stix/match stix/upgrade stix/redact stix/convert certs policy taxii store store/dedup store/memory store/sqlite sync sync/audit sync/handling sync/release sync/serve sync/recall sync/moderation sync/ingest sync/peer sync/peer/taxii sync/peer/grpc node/http node/cli node/app tests/support tests/fuzz; do
  [ -f "$folder/README.md" ] || { echo "$folder: [readme] say in README.md what it is for and how to add to it"; bad=1; }
done

tests/lint/links.sh || bad=1
tests/lint/unity.sh || bad=1
[ $bad -eq 0 ] && echo "lint: clean (${#all[@]} files)"
exit $bad
