#!/usr/bin/env bash
# Six organisations on this machine exchange a quarter's reports: J-Auto-ISAC, US Auto-ISAC (gRPC link, agreement), an OEM's
# PSIRT (platinum, gRPC link), a supplier (bronze, TAXII with Basic), vendor A (signs, pushes over TAXII) and vendor B (cannot
# sign, posts with curl). Real processes, directories, keys, TLS and ports.
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
VENDORS=tests/data/vendors WEEKLY=tests/data/weekly
J="$DIR/j-auto-isac" US="$DIR/us-auto-isac" OEM="$DIR/oem-psirt" SUP="$DIR/supplier" VA="$DIR/vendor-a" VB="$DIR/vendor-b"
PIDS=() FLOWS=() failed=0

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
note() { printf '  %s\n' "$*"; }
now_ms() { date +%s%3N; }
wrong() { echo "demo: $*" >&2; failed=1; }
at() { local dir="$1"; shift; "$SEKISHO" "$@" --dir "$dir"; }
cleanup() {
  local pid
  for pid in "${PIDS[@]:-}"; do [ -n "$pid" ] && kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  [ "$QUIET" = 1 ] && rm -rf "$DIR"
  return 0
}
trap cleanup EXIT

NEXT_PORT=6441
free_port() {  # sets PORT to one nobody listens on
  while (exec 3<>"/dev/tcp/127.0.0.1/$NEXT_PORT") 2>/dev/null; do NEXT_PORT=$((NEXT_PORT + 1)); done
  PORT=$NEXT_PORT
  NEXT_PORT=$((NEXT_PORT + 1))
}
make_node() {  # make_node DIR NAME PROFILE [init options] -> DIR.json, and starts it
  local dir="$1" name="$2" profile="$3" fifo="$1.ready" line=""
  shift 3
  free_port
  "$SEKISHO" init "$dir" --org "$name" --profile "$profile" --listen "127.0.0.1:$PORT" "$@" --json >"$dir.json"
  mkfifo "$fifo"
  "$SEKISHO" serve --dir "$dir" >"$fifo" 2>"$dir.log" &
  PIDS+=($!)
  read -r line <"$fifo" || { echo "the node in $dir did not start:" >&2; cat "$dir.log" >&2; exit 1; }
  rm -f "$fifo"
  note "$name: $line, key $(field "$dir" kid)"
}
field() { jq -r ".$2" "$1.json"; }
party() { printf -- '--identity %s --key %s --tls-pin %s' "$(field "$1" identity)" "$(field "$1" key)" "$(field "$1" tls_pin)"; }
flow() { FLOWS+=("$(printf '%-13s %-13s %-22s %8s %8s %11s %8s' "$@")"); }

rm -rf "$J" "$US" "$OEM" "$SUP" "$VA" "$VB" "$DIR"/*.json "$DIR"/*.log
mkdir -p "$DIR" "$VB"

say "1. Five nodes, and vendor B, which has none"
free_port; JG=$PORT
make_node "$J" "J-Auto-ISAC" isac --grpc "127.0.0.1:$JG"
JP=$(field "$J" listen)
make_node "$US" "US Auto-ISAC" isac
make_node "$OEM" "OEM Toto Jidosha PSIRT" member
make_node "$SUP" "Supplier Kita Denso Buhin" member
make_node "$VA" "Vendor A" vendor --identity identity--7a71ef22-172b-442d-a5ce-14093a57d2a7

say "2. J-Auto-ISAC: collections, parties, licence, agreement"
for alias in weekly vendor-feeds real-feeds advisories us-auto-isac-exchange us-auto-isac-reports member-submissions; do
  at "$J" collection add "$alias" >/dev/null
done
cat >>"$J/policy.toml" <<'TOML'

[[licence]]
id = "vendor-feeds-2025"
name = "Subscription of the vendors' feeds"
resale = "must-not"
TOML
# shellcheck disable=SC2046
{
  sed -i 's/^groups = \[\]/groups = ["vulnerability-response"]/; s/^zone = .*/zone = "Asia\/Tokyo"/; s/^AMBER = "permit".*/AMBER = "need-to-know"/' "$J/policy.toml"
  at "$J" policy apply >/dev/null
  at "$J" party add us-auto-isac --name "US Auto-ISAC" --kind peer-isac --read '*' --write us-auto-isac-reports $(party "$US")
  at "$J" party add oem --name "OEM Toto Jidosha PSIRT" --kind member --class platinum --read '*' --write member-submissions $(party "$OEM")
  at "$J" party add supplier --name "Supplier Kita Denso Buhin" --kind member --class bronze --read weekly --read vendor-feeds \
    --read advisories --read us-auto-isac-reports $(party "$SUP")
  at "$J" party add vendor-a --name "Vendor A" --kind vendor --write vendor-feeds --write real-feeds --licence vendor-feeds-2025 $(party "$VA")
  at "$J" party add vendor-b --name "Vendor B" --kind vendor --write vendor-feeds --write real-feeds --unsigned --licence vendor-feeds-2025 \
    --identity identity--2000fbec-35f1-4347-8bab-6d5535382cbf
} | sed 's/^/  /'
cat >>"$J/policy.toml" <<'TOML'

[[agreement]]
id = "mou-us-auto-isac"
party = "us-auto-isac"
from = 2023-10-17
purposes = ["cross-ISAC exchange"]
tlp_ceiling = "TLP:AMBER"
max_hops = 1

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
at "$J" policy apply >/dev/null
at "$J" policy check "$J/policy.toml" | sed 's/^/  /'
at "$J" token add supplier --kind basic --id supplier --json | jq -r .secret >"$SUP/password"
at "$J" token add vendor-a --kind bearer --json | jq -r .secret >"$VA/token"
at "$J" token add vendor-b --kind bearer --json | jq -r .secret >"$VB/token"
chmod 600 "$SUP/password" "$VA/token" "$VB/token"

say "3. The others: what they take from J-Auto-ISAC, and what they give"
connect() {  # connect DIR KIND GIVES COLLECTION...: J-Auto-ISAC as a party that reads GIVES and writes the others here
  local dir="$1" kind="$2" gives="$3" alias
  shift 3
  for alias in $gives "$@"; do at "$dir" collection add "$alias" >/dev/null; done
  # shellcheck disable=SC2046,SC2086
  at "$dir" party add j-auto-isac --name "J-Auto-ISAC" --kind "$kind" --relay ${gives:+--read $gives} \
    $([ $# -eq 0 ] || printf -- '--write %s ' "$@") $(party "$J") >/dev/null
}
connect "$US" peer-isac us-auto-isac-reports weekly vendor-feeds advisories us-auto-isac-exchange
cat >>"$US/policy.toml" <<'TOML'

[[agreement]]
id = "mou-j-auto-isac"
party = "j-auto-isac"
from = 2023-10-17
tlp_ceiling = "TLP:AMBER"
TOML
at "$US" policy apply >/dev/null
connect "$OEM" isac member-submissions weekly vendor-feeds advisories us-auto-isac-reports us-auto-isac-exchange
connect "$SUP" isac "" weekly vendor-feeds advisories us-auto-isac-reports
connect "$VA" isac feed
at "$VA" collection add real >/dev/null
sed -i 's/^collections = \["feed"\]/collections = ["feed", "real"]/' "$VA/policy.toml"
at "$VA" policy apply >/dev/null
at "$US" peer add j-auto-isac --grpc "127.0.0.1:$JG" | sed 's/^/  US Auto-ISAC: /'
at "$OEM" peer add j-auto-isac --grpc "127.0.0.1:$JG" | sed 's/^/  OEM: /'
at "$SUP" peer add j-auto-isac --url "https://$JP/exchange/" --pin "$(field "$J" tls_pin)" --user supplier --password-file "$SUP/password" | sed 's/^/  supplier: /'
at "$VA" peer add j-auto-isac --url "https://$JP/exchange/" --pin "$(field "$J" tls_pin)" --token-file "$VA/token" --push feed=vendor-feeds --push real=real-feeds | sed 's/^/  vendor A: /'

say "4. The quarter comes in: the SOC's own items, vendor A's push, vendor B's post"
at "$J" import --collection weekly --from weekly --quiet "$VENDORS"/soc/*.csv | sed 's/^/  SOC: /'
at "$J" import --collection us-auto-isac-exchange --from weekly --quiet "$WEEKLY/2025-W39.csv" | sed 's/^/  SOC: /'
at "$VA" import --collection feed "$VENDORS"/vendor-a/*.json | sed 's/^/  vendor A: /'
at "$VA" sync --once --json >"$DIR/vendor-a.sync" 2>"$DIR/vendor-a.err" || { cat "$DIR/vendor-a.err" >&2; wrong "vendor A's push"; }
jq -r 'select(.push) | "  vendor A: \(.sent) posted with attestations, \(.refused) refused"' "$DIR/vendor-a.sync"
flow "vendor A" "J-Auto-ISAC" "TAXII push, signed" "$(jq -s 'map(.sent // 0) | add' "$DIR/vendor-a.sync")" "$(jq -s 'map(.sent // 0) | add' "$DIR/vendor-a.sync")" 0 "$(jq -s 'map(.refused // 0) | add' "$DIR/vendor-a.sync")"
vendor_b() {  # vendor_b PATH OPTION...: asks J-Auto-ISAC as a vendor without a node does
  local path=$1
  shift
  curl -sS --fail-with-body --cacert "$J/tls/ca.pem" -H "Authorization: Bearer $(cat "$VB/token")" \
    -H 'Accept: application/taxii+json;version=2.1' "$@" "https://$JP/exchange/$path"
}
post() {  # post FILE COLLECTION: and follows the status until it is complete
  local status
  status=$(vendor_b "collections/$2/objects/" -H 'Content-Type: application/taxii+json;version=2.1' --data-binary @"$1") || return
  while [ "$(jq -r .status <<<"$status")" = pending ]; do
    status=$(vendor_b "status/$(jq -r .id <<<"$status")/") || return
  done
  printf '%s\n' "$status"
}
planned() {  # planned DIR: returns once all that the node has accepted is planned
  until { at "$1" doctor --json || true; } | jq -se 'any(.[]; .check == "planning" and (.text | startswith("0 ")))' >/dev/null; do :; done
}
unset CURL_CA_BUNDLE SSL_CERT_FILE
for file in "$VENDORS"/vendor-b/*.json; do post "$file" vendor-feeds; echo; done >"$DIR/vendor-b.status" || wrong "vendor B's post"
jq -rs '"  vendor B: \(map(.success_count) | add) taken, \(map(.failure_count) | add) refused"' "$DIR/vendor-b.status"
held=$(at "$J" quarantine list --party vendor-b --json | wc -l)
note "J-Auto-ISAC: $held objects of vendor B are in quarantine (it does not sign); nobody sees them"
at "$J" quarantine release --party vendor-b --all --reason "delivery note compared by telephone" | tail -1 | sed 's/^/  J-Auto-ISAC: /'
flow "vendor B" "J-Auto-ISAC" "TAXII POST, unsigned" "$(jq -s 'map(.total_count) | add' "$DIR/vendor-b.status")" 0 "$held" "$(jq -s 'map(.failure_count) | add' "$DIR/vendor-b.status")"

say "5. The OEM submits a report; US Auto-ISAC sends items of its own under its own TLP"
head -1 "$WEEKLY/2025-W27.csv" >"$DIR/oem.csv"
echo 'OEM-2025-001,2025/9/29,,脅威・脆弱性情報,要注意,自社,生産設備の保守端末に不審な通信,保守端末から外部への通信を検知し、遮断した。,,,,AMBER' >>"$DIR/oem.csv"
at "$OEM" import --collection member-submissions --from weekly --quiet "$DIR/oem.csv" | sed 's/^/  OEM: /'
head -1 "$WEEKLY/2025-W27.csv" >"$DIR/us.csv"
cat >>"$DIR/us.csv" <<'CSV'
US-2025-0901,2025/9/22,,脅威・脆弱性情報,要注意,US SOC,Telematics back end exposed,A management interface answers without authentication.,https://us.example/a/0901,CVE-2025-990801,,GREEN
US-2025-0902,2025/9/23,,脅威・脆弱性情報,周知,US SOC,Relay kits on sale,Kits with a table of models were offered.,https://us.example/a/0902,,,CLEAR
US-2025-0903,2025/9/24,,脅威・脆弱性情報,要注意,US SOC,Dealer credentials traded,Credentials of dealer portals were offered.,https://us.example/a/0903,,,AMBER
US-2025-0904,2025/9/25,,脅威・脆弱性情報,重大,US SOC,Named victim,Details of one victim.,https://us.example/a/0904,,,RED
CSV
at "$US" import --collection us-auto-isac-reports --from weekly --quiet "$DIR/us.csv" | sed 's/^/  US Auto-ISAC: /'

if [ -n "$DATA" ]; then
  say "   … and real ones under $DATA: CISA's advisories, and what two publishers gave on the same CVE ids"
  start_ms=$(now_ms)
  mapfile -t csaf < <(find "$DATA/csaf-cisa" -name '*.jsonl.zst' -o -name '*.jsonl' -o -path '*individual*' -name '*.json' | sort)
  at "$J" import --collection advisories --from csaf --quiet "${csaf[@]}" 2> >(tail -n 3 | sed 's/^/  /' >&2) | sed 's/^/  /' || true
  note "in $(($(now_ms) - start_ms)) ms"
  real_feed() {  # real_feed FEED: what it gave, in the weekly form
    head -1 "$WEEKLY/2025-W27.csv"
    awk -F, -v feed="$1" '$2 == feed { printf "%s-%s,%s,,脅威・脆弱性情報,周知,%s,%s,%s on %s,,%s,,CLEAR\n", feed, $1, $3, feed, $4, $4, $1, $1 }' \
      <(tr -d '\r' <"$DATA/overlap-cve/cve-in-two-or-more-feeds.csv")
  }
  real_feed certcc-vu >"$DIR/real-a.csv"
  real_feed cisa-csaf >"$DIR/real-b.csv"
  at "$VA" import --collection real --from weekly --quiet "$DIR/real-a.csv" | sed 's/^/  vendor A: /'
  at "$VA" sync --once --json >"$DIR/vendor-a.real" || wrong "vendor A's push of the real feed"
  "$SEKISHO" convert weekly --identity identity--2000fbec-35f1-4347-8bab-6d5535382cbf --quiet "$DIR/real-b.csv" | jq -c '{objects}' >"$DIR/real-b.json"
  post "$DIR/real-b.json" real-feeds | jq -r '"  vendor B: \(.success_count) taken, \(.failure_count) refused"' || wrong "vendor B's post of the real feed"
  at "$J" quarantine release --party vendor-b --all --reason "delivery note compared by telephone" | tail -1 | sed 's/^/  J-Auto-ISAC: /'
fi

say "6. Everybody has all there is"
linked() {  # linked DIR NAME
  local start_ms row
  start_ms=$(now_ms)
  at "$1" sync --once --json >"$1.sync" 2>"$1.err" || { tail -3 "$1.err" >&2; wrong "$2: sync"; return; }
  row=$(cat "$1.sync")
  note "$2: link to J-Auto-ISAC complete after $(($(now_ms) - start_ms)) ms"
  flow "J-Auto-ISAC" "$2" "gRPC link" "$(jq .received <<<"$row")" "$(jq .accepted <<<"$row")" "$(jq .quarantined <<<"$row")" "$(jq .refused <<<"$row")"
  flow "$2" "J-Auto-ISAC" "gRPC link" "$(jq .sent <<<"$row")" "$(($(jq .sent <<<"$row") - $(jq .refused_there <<<"$row")))" 0 "$(jq .refused_there <<<"$row")"
}
linked "$US" "US Auto-ISAC"
planned "$J"
linked "$OEM" "OEM"
planned "$J"
start_ms=$(now_ms)
at "$SUP" sync --once --json >"$SUP.sync" 2>"$SUP.err" || { tail -3 "$SUP.err" >&2; wrong "the supplier's pull"; }
note "supplier: pulled over TAXII in $(($(now_ms) - start_ms)) ms"
total() { jq -s "map(.$1 // 0) | add" "$SUP.sync"; }
flow "J-Auto-ISAC" "supplier" "TAXII pull, Basic" "$(total received)" "$(total accepted)" "$(total quarantined)" "$(total refused)"

say "7. From accepted here to visible there"
row_now() { jq -r '.received' <<<"$(at "$1" link list --json | head -1)"; }
echo 'JA-DEMO-01,2025/9/30,,脅威・脆弱性情報,要注意,SOC,デモ用の新着情報,これは実演のために書かれた文です。,,CVE-2025-99999,,GREEN' | cat <(head -1 "$WEEKLY/2025-W27.csv") - >"$DIR/new.csv"
start_ms=$(now_ms)
at "$J" import --collection weekly --from weekly --quiet "$DIR/new.csv" >/dev/null
accepted_ms=$(now_ms)
note "J-Auto-ISAC: import command $((accepted_ms - start_ms)) ms"
for hop in "$OEM|OEM|gRPC link" "$US|US Auto-ISAC|gRPC link" "$SUP|supplier|TAXII pull"; do
  IFS='|' read -r dir name how <<<"$hop"
  start_ms=$(now_ms)
  at "$dir" sync --once --json >"$dir.sync2" 2>/dev/null || wrong "$name: second sync"
  note "$name ($how): there, verified and durable, $(($(now_ms) - start_ms)) ms after it was asked"
done

say "8. What J-Auto-ISAC withheld, and why"
for name in us-auto-isac oem supplier; do
  note "from $name:"
  at "$J" policy why-not --party "$name" | sed 's/^/    /'
done
note "US Auto-ISAC from j-auto-isac:"
at "$US" policy why-not --party j-auto-isac | sed 's/^/    /'

say "9. Same-case ratio (同一案件比率) of vendor A and vendor B"
at "$J" overlap --from 2025-07-01 --to 2025-09-30 --zone Asia/Tokyo --collection vendor-feeds | sed 's/^/  /'
at "$J" overlap --from 2025-07-01 --to 2025-09-30 --zone Asia/Tokyo --collection vendor-feeds --csv >"$DIR/overlap.csv"
tests/demo/compare_overlap.sh "$VENDORS/expected.tsv" "$DIR/overlap.csv" | sed 's/^/  /' || wrong "the ratio is not the hand count"
if [ -n "$DATA" ]; then
  shared=$(at "$J" overlap --from 1990-01-01 --to "$(date +%F)" --by quarter --collection real-feeds --csv 2>/dev/null | tail -1 | cut -d, -f12)
  common=$(awk -F, '$1 == "cisa-csaf" && $2 == "certcc-vu" { print $5 }' <(tr -d '\r' <"$DATA/overlap-cve/_pairwise.csv"))
  note "two real publishers (CERT/CC, CISA): $shared cases shared, $common CVE ids in common by an independent count"
  [ "$shared" = "$common" ] || wrong "the real feeds' count"
fi
at "$J" case list --from 2025-07-01 --to 2025-09-30 --shared --collection vendor-feeds | sed -n '2,5p' | sed 's/^/  /'

say "10. Flows"
printf '  %-13s %-13s %-22s %8s %8s %11s %8s\n' from to how objects verified quarantine refused
for line in "${FLOWS[@]}"; do printf '  %s\n' "$line"; done

say "11. Checked from stored bytes"
for node in "$J" "$US" "$OEM" "$SUP" "$VA"; do
  printf '  %s: ' "$(basename "$node")"
  at "$node" fsck || wrong "fsck of $(basename "$node")"
done
at "$J" export --collection weekly --as supplier -o "$DIR/weekly.json" >/dev/null
at "$J" export --collection weekly-attestations --as supplier -o "$DIR/weekly-attestations.json" >/dev/null
"$SEKISHO" verify "$DIR/weekly.json" "$DIR/weekly-attestations.json" --key "$(field "$J" key)" 2>&1 | sed 's/^/  the export, verified again with nothing but the public key: /' || wrong "verify"
at "$J" audit check | sed 's/^/  the operators'"'"' trail: /' || wrong "audit"

say "Where to look"
note "curl -u supplier:\$(cat $SUP/password) --cacert $J/tls/ca.pem -H 'Accept: application/taxii+json;version=2.1' https://$JP/taxii2/"
note "$SEKISHO policy explain OBJECT --party supplier --dir $J"
note "$SEKISHO link list --dir $J"
[ $failed -eq 0 ] || { echo "demo: something above went wrong" >&2; exit 1; }
if [ "$ONCE" = 0 ]; then
  note "the nodes stay up; Ctrl-C ends them"
  wait
fi
