#!/usr/bin/env bash
# A link between two nodes: attested objects sent, verified and durable at the other side, against one thread that does
# nothing but verify as many signatures; and the memory of both nodes. usage: link.sh BUILD_DIR OBJECTS
set -euo pipefail
BUILD="$(readlink -f "$1")" OBJECTS="$2"
SEKISHO="$BUILD/bin/sekisho" VERIFY="$BUILD/tests/bench/sekisho_bench_verify"
. "$(dirname "$(readlink -f "$0")")/common.sh"
at() { local node="$1"; shift; "$SEKISHO" "$@" --dir "$DIR/$node"; }
field() { jq -r ".$2" "$DIR/$1.json"; }
peak() { sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$1/status"; }

for node in giver taker; do
  "$SEKISHO" init "$DIR/$node" --org "Bench $node" --listen 127.0.0.1:0 --grpc 127.0.0.1:0 --json >"$DIR/$node.json"
  at "$node" collection add pages >/dev/null
done
at giver party add taker --kind member --read pages --identity "$(field taker identity)" --key "$(field taker key)" --tls-pin "$(field taker tls_pin)" >/dev/null
at taker party add giver --kind isac --relay --write pages --identity "$(field giver identity)" --key "$(field giver key)" --tls-pin "$(field giver tls_pin)" >/dev/null
indicators "$OBJECTS" >"$DIR/objects.json"
at giver import --collection pages "$DIR/objects.json" >/dev/null
rm "$DIR/objects.json"

serve giver; GIVER=$PID GIVER_LINKS="${READY##* }"
serve taker; TAKER=$PID
verify_before=$("$VERIFY" 20000)
start=$(date +%s%N)
at taker peer add giver --grpc "127.0.0.1:$GIVER_LINKS" >/dev/null
at taker sync --once --peer giver --json >"$DIR/sync.json"
end=$(date +%s%N)
verify_after=$("$VERIFY" 20000)
jq -n --argjson sync "$(cat "$DIR/sync.json")" --argjson a "$verify_before" --argjson b "$verify_after" --argjson ns $((end - start)) \
  --argjson giver "$(peak "$GIVER")" --argjson taker "$(peak "$TAKER")" -c \
  '($sync.accepted / ($ns / 1e9)) as $rate | (($a.per_second + $b.per_second) / 2) as $limit |
   {name: "link", objects: $sync.accepted, seconds: ($ns / 1e7 | round / 100), per_second: ($rate | round),
    verify_loop: ($limit | round), ratio: ($rate / $limit * 100 | round / 100), peak_mib: {giver: ($giver / 1024 | round), taker: ($taker / 1024 | round)}}'
[ "$(jq .accepted "$DIR/sync.json")" -ge "$OBJECTS" ] || { echo "link: not everything arrived: $(cat "$DIR/sync.json")" >&2; exit 1; }
