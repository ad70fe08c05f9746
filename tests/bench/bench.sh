#!/usr/bin/env bash
# ./dev bench: every figure is a ratio to a limit or a peer measured in the same run.
# usage: bench.sh BUILD_DIR [--short] [--data DIR] [--only ingest|post|link|taxii|linked|gate|pattern|match|validate|decide|recompute|timing]
#   --data: a folder of CSAF documents that gate takes before generated objects
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
BUILD="$1"
shift
SHORT=0 ONLY="" DATA=()
while [ $# -gt 0 ]; do
  case "$1" in
    --short) SHORT=1 ;;
    --only) ONLY="$2"; shift ;;
    --data) DATA=(--data "$2"); shift ;;
    *) echo "bench: unknown option $1 (known: --short, --data DIR, --only ingest|post|link|taxii|linked|gate|pattern|match|validate|decide|recompute|timing)" >&2; exit 2 ;;
  esac
  shift
done
printf 'machine: %s cores, %s\n' "$(nproc)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
if [ -z "$ONLY" ] || [ "$ONLY" = ingest ]; then
  echo "== ingest: commit and release in batches of 1000, against raw inserts of the same rows with the same durability"
  "$BUILD/tests/bench/sekisho_bench_ingest" "$([ $SHORT = 1 ] && echo 10000 || echo 200000)"
fi
if [ -z "$ONLY" ] || [ "$ONLY" = post ]; then
  echo "== post: envelopes of 1000 cut, read, judged, decided for 20 audiences and durable, against the same raw inserts"
  "$BUILD/tests/bench/sekisho_bench_post" "$([ $SHORT = 1 ] && echo 5000 || echo 50000)"
fi
if [ -z "$ONLY" ] || [ "$ONLY" = recompute ]; then
  echo "== recompute: a policy worked out again for 20 audiences over everything stored, against a plain scan of the same rows"
  "$BUILD/tests/bench/sekisho_bench_recompute" "$([ $SHORT = 1 ] && echo 5000 || echo 200000)"
fi
if [ -z "$ONLY" ] || [ "$ONLY" = decide ]; then
  echo "== decide: objects towards audiences by the policy, against the goal of 1,000,000 a second"
  "$BUILD/tests/bench/sekisho_bench_decide" "$([ $SHORT = 1 ] && echo 2000 || echo 100000)"
fi

if [ -z "$ONLY" ] || [ "$ONLY" = match ]; then
  echo "== match: patterns over observed-data, against a loop that only looks the property up and compares"
  "$BUILD/tests/bench/sekisho_bench_match" "$([ $SHORT = 1 ] && echo 2000 || echo 100000)"
fi
if [ -z "$ONLY" ] || [ "$ONLY" = link ]; then
  echo "== link: attested objects sent, verified and durable at a second node, against one thread that only verifies"
  tests/bench/link.sh "$BUILD" "$([ $SHORT = 1 ] && echo 5000 || echo 200000)"
  echo "== latency: from accepted at one node to visible at the other, against two fsyncs and a loopback round trip"
  "$BUILD/tests/bench/sekisho_bench_latency" "$([ $SHORT = 1 ] && echo 50 || echo 500)"
fi
if [ -z "$ONLY" ] || [ "$ONLY" = taxii ]; then
  if [ $SHORT = 1 ]; then tests/bench/taxii_pages.sh "$BUILD" 3000 500 1 short; else tests/bench/taxii_pages.sh "$BUILD" 100000 10000 5 whole; fi
fi
if [ -z "$ONLY" ] || [ "$ONLY" = linked ]; then
  echo "== linked: chains and versions imported, against the same bytes unlinked"
  tests/bench/linked.sh "$BUILD/bin/sekisho" "$([ $SHORT = 1 ] && echo 1000 || echo 20000)"
fi
if [ -z "$ONLY" ] || [ "$ONLY" = gate ]; then
  echo "== gate: what a serving node takes for a start, a new audience, a recall, a DELETE, a definition, a post and a stop, and what readers notice"
  tests/bench/gate.sh "$BUILD/bin/sekisho" "$([ $SHORT = 1 ] && echo 2000 || echo 100000)" "${DATA[@]}"
fi
if [ -z "$ONLY" ] || [ "$ONLY" = pattern ]; then
  echo "== pattern: STIX patterns parsed, checked, printed and normalised, against a JSON parse of the same bytes"
  "$BUILD/tests/bench/sekisho_bench_pattern" "$([ $SHORT = 1 ] && echo 20000 || echo 1000000)"
fi
if [ -z "$ONLY" ] || [ "$ONLY" = validate ]; then
  echo "== validate: objects parsed strictly and judged by every clause, against nlohmann/json building its DOM of the same bytes"
  "$BUILD/tests/bench/sekisho_bench_validate" conformance/vectors/stix/valid.jsonl "$([ $SHORT = 1 ] && echo 16 || echo 256)"
fi
if [ "$ONLY" = timing ]; then
  echo "== timing: answers about what is hidden against answers about what is not there, over TLS on loopback"
  "$BUILD/tests/noninterference/noninterference_timing" "$([ $SHORT = 1 ] && echo 1000 || echo 20000)"
fi
