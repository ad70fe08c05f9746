#!/usr/bin/env bash
# Three organisations on this machine exchange reports: J-Auto-ISAC publishes, US Auto-ISAC (peer under an
# agreement) and a supplier (bronze member) pull. Real processes, directories, keys, TLS and ports.
# usage: demo.sh SEKISHO [--once] [--quiet] [--data DIR] [--dir DIR]
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
SEKISHO="$(readlink -f "$1")"
shift
ONCE=0 QUIET=0 DATA="" DIR="$PWD/demo-data"
while [ $# -gt 0 ]; do
  case "$1" in
    --once) ONCE=1 ;;
    --quiet) QUIET=1; DIR="$(mktemp -d)" ;;
    --data) DATA="$(readlink -f "$2")"; shift ;;
    --dir) DIR="$2"; shift ;;
    *) echo "demo: unknown option $1 (known: --once, --data DIR, --dir DIR)" >&2; exit 2 ;;
  esac
  shift
done
WEEKLY=tests/data/weekly
J="$DIR/j-auto-isac" US="$DIR/us-auto-isac" SUP="$DIR/supplier"
PIDS=()

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
note() { printf '  %s\n' "$*"; }
now_ms() { date +%s%3N; }
cleanup() {
  local pid
  for pid in "${PIDS[@]:-}"; do [ -n "$pid" ] && kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  [ "$QUIET" = 1 ] && rm -rf "$DIR"
  return 0
}
trap cleanup EXIT

free_port() {  # a port nobody listens on, from $1 upwards
  local port="$1"
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  echo "$port"
}

make_node() {  # make_node DIR NAME PROFILE PORT -> DIR.json
  "$SEKISHO" init "$1" --org "$2" --profile "$3" --listen "127.0.0.1:$4" --json >"$1.json"
}
field() { jq -r ".$2" "$1.json"; }

start() {  # start DIR: returns when the node says that it is ready
  local fifo="$1/ready"
  mkfifo "$fifo"
  "$SEKISHO" serve --dir "$1" >"$fifo" 2>"$1/serve.log" &
  PIDS+=($!)
  local line=""
  read -r line <"$fifo" || { echo "the node in $1 did not start:" >&2; cat "$1/serve.log" >&2; exit 1; }
  rm -f "$fifo"
}

count_table() {  # count_table LABEL FILE...: rows of `sync --json`
  jq -rs '.[] | "  \(.remote) -> \(.local): \(.received) received, \(.accepted) verified and stored, \(.duplicates) known, \(.refused) refused\(if .error then "; " + .error else "" end)"' "$1"
}

rm -rf "$J" "$US" "$SUP" "$J.json" "$US.json" "$SUP.json"
mkdir -p "$DIR"

say "1. Three nodes: directories, keys, certificates"
JP=$(free_port 6441); UP=$(free_port $((JP + 1))); SP=$(free_port $((UP + 1)))
make_node "$J" "J-Auto-ISAC" isac "$JP"
make_node "$US" "US Auto-ISAC" isac "$UP"
make_node "$SUP" "Supplier Kita Denso Buhin" member "$SP"
for node in "$J" "$US" "$SUP"; do
  start "$node"
  note "$(basename "$node")  $(field "$node" listen)  key $(field "$node" kid)"
done

say "2. J-Auto-ISAC: collections, parties, agreement"
for alias in weekly advisories us-auto-isac-exchange; do "$SEKISHO" collection add "$alias" --dir "$J" >/dev/null; done
"$SEKISHO" party add us-auto-isac --name "US Auto-ISAC" --kind peer-isac --read '*' \
  --identity "$(field "$US" identity)" --key "$(field "$US" key)" --dir "$J"
sed -i 's/^groups = \[\]/groups = ["vulnerability-response"]/; s/^AMBER = "permit".*/AMBER = "need-to-know"/' "$J/policy.toml"
"$SEKISHO" policy apply --dir "$J" >/dev/null
"$SEKISHO" party add supplier --name "Supplier Kita Denso Buhin" --kind member --class bronze --read weekly --read advisories \
  --identity "$(field "$SUP" identity)" --key "$(field "$SUP" key)" --dir "$J"
cat >>"$J/policy.toml" <<'TOML'

[[agreement]]
id = "mou-us-auto-isac"
party = "us-auto-isac"
from = 2023-10-17
purposes = ["cross-ISAC exchange"]
tlp_ceiling = "TLP:AMBER"

[[consent]]
id = "consent-us-exchange"
source = "self"
to = "us-auto-isac"
collections = ["us-auto-isac-exchange"]

[[rule]]
id = "amber-need-to-know"
effect = "need-to-know"
classes = ["platinum", "silver"]
tlp = ["TLP:AMBER"]
reason = "AMBER is for platinum and silver members"
TOML
"$SEKISHO" policy apply --dir "$J" >/dev/null
"$SEKISHO" policy check "$J/policy.toml" | sed 's/^/  /'
"$SEKISHO" token add us-auto-isac --kind bearer --id us-auto-isac --json --dir "$J" | jq -r .secret >"$US/token"
"$SEKISHO" token add supplier --kind basic --id supplier --json --dir "$J" | jq -r .secret >"$SUP/password"
chmod 600 "$US/token" "$SUP/password"

say "3. J-Auto-ISAC imports a quarter of weekly reports (113 items)"
start_ms=$(now_ms)
"$SEKISHO" import --collection weekly --from weekly --quiet --dir "$J" "$WEEKLY" | sed 's/^/  /'
"$SEKISHO" import --collection us-auto-isac-exchange --from weekly --quiet --dir "$J" "$WEEKLY/2025-W39.csv" | sed 's/^/  /'
note "taken, decided for each audience, attested and visible in $(($(now_ms) - start_ms)) ms"
if [ -n "$DATA" ]; then
  say "   … and every CSAF document under $DATA/csaf-cisa"
  start_ms=$(now_ms)
  mapfile -t csaf < <(find "$DATA/csaf-cisa" -name '*.jsonl.zst' -o -name '*.jsonl' -o -path '*individual*' -name '*.json' | sort)
  "$SEKISHO" import --collection advisories --from csaf --quiet --dir "$J" "${csaf[@]}" 2> >(tail -n 3 | sed 's/^/  /' >&2) | sed 's/^/  /' || true
  note "in $(($(now_ms) - start_ms)) ms"
fi

subscribe() {  # subscribe DIR KIND [peer options]
  local dir="$1" kind="$2"
  shift 2
  for alias in weekly advisories us-auto-isac-exchange; do "$SEKISHO" collection add "$alias" --dir "$dir" >/dev/null; done
  "$SEKISHO" party add j-auto-isac --name "J-Auto-ISAC" --kind "$kind" --relay --write weekly --write advisories \
    --write us-auto-isac-exchange --identity "$(field "$J" identity)" --key "$(field "$J" key)" --dir "$dir" >/dev/null
  "$SEKISHO" peer add j-auto-isac --url "https://127.0.0.1:$JP/exchange/" --pin "$(field "$J" tls_pin)" "$@" --dir "$dir" | sed 's/^/  /'
}

say "4. US Auto-ISAC and the supplier pull over TAXII 2.1 (TLS pinned), verify and store"
subscribe "$US" peer-isac --token-file "$US/token"
cat >>"$US/policy.toml" <<'TOML'

[[agreement]]
id = "mou-j-auto-isac"
party = "j-auto-isac"
from = 2023-10-17
tlp_ceiling = "TLP:AMBER"
TOML
"$SEKISHO" policy apply --dir "$US" >/dev/null
subscribe "$SUP" isac --user supplier --password-file "$SUP/password"
failed=0
for node in "$US" "$SUP"; do
  start_ms=$(now_ms)
  "$SEKISHO" sync --once --json --dir "$node" >"$node.sync" 2>"$node.sync.err" || failed=1
  echo "  $(basename "$node"), $(($(now_ms) - start_ms)) ms:"
  count_table "$node.sync" | sed 's/^/  /'
  tail -n 3 "$node.sync.err" | sed 's/^/    /' >&2
done

say "5. What J-Auto-ISAC withheld, and why"
for party in us-auto-isac supplier; do
  note "from $party:"
  "$SEKISHO" policy why-not --party "$party" --dir "$J" | sed 's/^/    /'
done

say "6. From accepted to visible"
item="$DIR/new.csv"
head -1 "$WEEKLY/2025-W27.csv" >"$item"
echo 'JA-DEMO-01,2025/9/30,,脅威・脆弱性情報,要注意,SOC,デモ用の新着情報,これは実演のために書かれた文です。,,CVE-2025-99999,,GREEN' >>"$item"
start_ms=$(now_ms)
"$SEKISHO" import --collection weekly --from weekly --quiet --dir "$J" "$item" >/dev/null
accepted_ms=$(now_ms)
"$SEKISHO" sync --once --json --dir "$US" >"$US.sync2" 2>/dev/null || failed=1
note "import command $((accepted_ms - start_ms)) ms, then pulled and verified by US Auto-ISAC $(($(now_ms) - accepted_ms)) ms later"
count_table "$US.sync2" | grep weekly | sed 's/^/  /'

say "7. Checked from stored bytes"
for node in "$J" "$US" "$SUP"; do
  printf '  %s: ' "$(basename "$node")"
  "$SEKISHO" fsck --dir "$node" || failed=1
done
"$SEKISHO" export --collection weekly --as supplier -o "$DIR/weekly.json" --dir "$J" >/dev/null
"$SEKISHO" export --collection weekly-attestations --as supplier -o "$DIR/weekly-attestations.json" --dir "$J" >/dev/null
"$SEKISHO" verify "$DIR/weekly.json" "$DIR/weekly-attestations.json" --key "$(field "$J" key)" 2>&1 | sed 's/^/  the export, verified again with nothing but the public key: /' || failed=1

say "Where to look"
note "curl -u supplier:\$(cat $SUP/password) --cacert $J/tls/ca.pem -H 'Accept: application/taxii+json;version=2.1' https://127.0.0.1:$JP/taxii2/"
note "$SEKISHO policy explain OBJECT --party supplier --dir $J"
[ $failed -eq 0 ] || { echo "demo: something above went wrong" >&2; exit 1; }
if [ "$ONCE" = 0 ]; then
  note "the nodes stay up; Ctrl-C ends them"
  wait
fi
