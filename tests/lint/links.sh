#!/usr/bin/env bash
# Link rules: each library's DEPS and PRIVATE_DEPS against the table below (docs/ARCHITECTURE.md shows it),
# and no dependency that no file of the library uses.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
bad=0
# library: what it may link of ours
allowed() {
  case "$1" in
    core) echo "" ;;
    core/system) echo "core" ;;
    stix) echo "core" ;;
    certs) echo "core" ;;
    stix/pattern) echo "core stix" ;;
    stix/match) echo "core stix stix/pattern" ;;
    stix/validate) echo "core stix stix/pattern" ;;
    stix/upgrade) echo "core stix stix/pattern" ;;
    stix/redact) echo "core stix" ;;
    stix/anonymise) echo "core stix stix/redact stix/validate" ;;
    stix/convert) echo "core stix stix/upgrade" ;;
    taxii) echo "core stix" ;;
    store) echo "core stix" ;;
    policy) echo "core stix stix/redact stix/validate" ;;
    core/tools) echo "core" ;;
    store/dedup | store/memory | store/sqlite) echo "core stix store" ;;
    sync/audit) echo "core store" ;;
    sync/handling) echo "core stix certs policy store sync/audit" ;;
    sync/release/views) echo "core policy store" ;;
    sync/release/plan) echo "core stix stix/redact stix/validate certs policy store sync/audit sync/handling sync/release/views" ;;
    sync/release/policy_change) echo "core policy store sync/handling sync/release/views sync/release/plan" ;;
    sync/release) echo "core policy store sync/audit sync/handling sync/release/views sync/release/plan sync/release/policy_change" ;;
    sync/serve) echo "core certs store sync/audit sync/handling sync/release" ;;
    sync/recall) echo "core certs policy store sync/audit sync/handling sync/release sync/release/plan sync/release/policy_change sync/serve" ;;
    sync/moderation) echo "core stix certs store sync/audit sync/handling sync/release sync/release/plan sync/recall" ;;
    sync/ingest) echo "core stix stix/redact stix/anonymise stix/validate certs policy store sync/audit sync/handling sync/release sync/serve sync/recall" ;;
    sync/peer) echo "core store sync/handling sync/serve sync/ingest" ;;
    sync/peer/taxii) echo "core certs taxii sync/serve sync/ingest sync/peer" ;;
    sync/peer/grpc) echo "core stix certs policy store proto sync/handling sync/release sync/serve sync/recall sync/ingest" ;;
    node/http) echo "core certs taxii" ;;
    node/cli) echo "core certs stix stix/pattern stix/validate stix/convert policy store store/dedup sync/audit sync/handling sync/release sync/serve sync/recall sync/moderation sync/ingest sync/peer sync/peer/taxii sync/peer/grpc taxii node/http" ;;
    node/app) echo "core core/system certs stix stix/convert policy store store/sqlite sync/release sync/serve sync/ingest sync/peer sync/peer/taxii sync/peer/grpc taxii node/http node/cli" ;;
    *) echo "UNKNOWN" ;;
  esac
}
for cmake in $(git ls-files -co --exclude-standard '*CMakeLists.txt' | grep -vE '^(tests|CMakeLists|node/main|proto)'); do
  [ -f "$cmake" ] || continue
  text=$(tr '\n' ' ' <"$cmake")
  library=$(sed -nE 's/.*sekisho_library\(([a-z/_]+).*/\1/p' <<<"$text")
  [ -n "$library" ] || continue
  may=$(allowed "$library")
  if [ "$may" = UNKNOWN ]; then echo "$cmake: [links] add $library to the table in tests/lint/links.sh and docs/ARCHITECTURE.md"; bad=1; continue; fi
  call=$(sed -E "s/.*sekisho_library\(//; s/\).*//" <<<"$text")
  for dep in $(grep -oE 'sekisho_[a-z_]+' <<<"$call" | sort -u); do
    [ "$dep" = sekisho_compiler ] && continue
    path=$(sed -E 's/^sekisho_//; s/^(stix|store|sync|node|core)_/\1\//; s/^sync\/(release|peer)_/sync\/\1\//' <<<"$dep")
    if [[ " $may " != *" $path "* ]]; then echo "$cmake: [links] $library may not link $path"; bad=1; fi
    folder=$(dirname "$cmake")
    included="$path"
    [ "$path" = proto ] && included="sekisho/sync/v1"  # what is generated there
    if ! grep -qhE "#include \"$included/(anonymous/)?[^/]+\.(h|def)\"|#include \"$path/(ports)/" "$folder"/*.h "$folder"/*.cpp "$folder"/anonymous/*.h "$folder"/anonymous/*.cpp 2>/dev/null; then
      echo "$cmake: [links] $library links $path but no file includes it"; bad=1
    fi
  done
done
exit $bad
