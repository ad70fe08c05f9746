#!/usr/bin/env bash
# gate.sh SEKISHO OBJECTS [--data DIR]: what a node that serves OBJECTS objects over TLS takes for what somebody waits for: a start, a new
# audience, a recall, a DELETE, a definition, a post, a stop; what readers notice of it; its memory. The objects are CSAF documents of the
# folder DIR first, then generated ones of about 1.2 KB. Each line: the median of some repetitions and the worst, what it is compared with, the aim.
# Readers ask for a page every 5 ms, so that a core is left for the work.
# A time begins before the command (curl, for TAXII) is started, so it holds the start of a program; "a command that changes nothing" says how much that is.
set -euo pipefail
SEKISHO="$(readlink -f "$1")" OBJECTS="$2" DATA=""
[ "${3:-}" != --data ] || DATA="$(readlink -f "$4")"
. "$(dirname "$(readlink -f "$0")")/common.sh"
trap 'kill $(jobs -p) 2>/dev/null || true; cleanup' EXIT
PORT=$(free_port 7451)
PAGES="https://127.0.0.1:$PORT/exchange/collections/pages"
TIMES=5 ROUNDS=10 MUCH=40000 BESIDE50=""
[ "$OBJECTS" -ge 10000 ] || ROUNDS=4 MUCH=20000
CLEAR=marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487 RED=marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed
at() { "$SEKISHO" "$@" --dir "$DIR/node"; }
as() { local token="$1"; shift; curl -sS --cacert "$DIR/node/tls/ca.pem" -H "Authorization: Bearer $token" -H 'Accept: application/taxii+json;version=2.1' "$@"; }
token() { at token add "$1" --json | jq -r .secret; }
post() { as "$WRITER" -H 'Content-Type: application/taxii+json;version=2.1' --data-binary "@$1" "$PAGES/objects/"; }
seconds() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.4f", b - a }'; }
over() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", (b > 0 ? a / b : 0) }'; }
processor() { awk -v hz="$(getconf CLK_TCK)" '{ printf "%.2f", ($14 + $15) / hz }' "/proc/$PID/stat"; }  # what the node used since its start
fail() { echo "gate: $*" >&2; exit 1; }

note() { echo "$2" >>"$DIR/$1.times"; }  # note NAME SECONDS: one repetition
median() { sort -n "$DIR/$1.times" | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
worst() { sort -n "$DIR/$1.times" | tail -1; }
row() {  # row NAME TITLE AIM [COMPARED_WITH ITS_SECONDS]
  local compared="${4:+$(over "$(median "$1")" "$5") x $4}"
  printf '%-66s %9s %9s   %s%s\n' "$2" "$(median "$1")" "$(worst "$1")" "$compared" "${3:+${compared:+; }aim $3}"
}

# Programs beside: one watches an answer, one reads pages.
watch() {  # watch NAME PATTERN URL: asks as the reader, and writes into NAME.seen when the answer first was "STATUS BYTES" of PATTERN; returns once it asks
  rm -f "$DIR/$1.seen"
  mkfifo "$DIR/$1.on"
  watching "$@" &
  read -r _ <"$DIR/$1.on"
  rm "$DIR/$1.on"
}
watching() {
  local line on="$DIR/$1.on" curl
  trap 'kill "$curl" 2>/dev/null; exit 0' TERM
  exec 4< <(exec "${ASK[@]}" --rate 250/s -o /dev/null -w '%{stderr}%{http_code} %{size_download}\n' "$3#[1-100000]" 2>&1)
  curl=$!
  while read -r line <&4; do
    [ -z "$on" ] || { echo >"$on"; on=""; }
    [[ $line == $2 ]] && { echo "$EPOCHREALTIME" >"$DIR/$1.part"; mv "$DIR/$1.part" "$DIR/$1.seen"; break; }
  done
  kill "$curl" 2>/dev/null || true
}
unwatch() { kill "$1"; wait "$1" 2>/dev/null || true; }
seen() {  # seen NAME WATCHED WATCHER START: waits for it; one repetition of NAME is how long after START it was seen
  wait "$3" || true
  [ -s "$DIR/$2.seen" ] || fail "$1 was never seen"
  note "$1" "$(seconds "$4" "$(cat "$DIR/$2.seen")")"
}
read_round() { "${ASK[@]}" -g --rate 200/s -K "$DIR/pages.curlrc" -w '%{stderr}%{http_code} %{time_total} %{time_pretransfer}\n' 2>>"$DIR/$1.pages"; }
read_pages() {  # read_pages NAME: 200 pages at scattered places, one after the other, again and again until it is ended; a handshake is no part of a page's time
  trap 'kill "$!" 2>/dev/null; exit 0' TERM
  while :; do
    "${ASK[@]}" -g --rate 200/s -K "$DIR/pages.curlrc" -w '%{stderr}%{http_code} %{time_total} %{time_pretransfer}\n' 2>>"$DIR/$1.pages" &
    wait "$!" || true
  done
}
begin_reading() { read_pages "$1" & READING=$!; PIDS+=("$READING"); until [ -s "$DIR/$1.pages" ]; do :; done; }
end_reading() { kill "$READING"; wait "$READING" 2>/dev/null || true; unset 'PIDS[-1]'; }
pages_of() {  # pages_of NAME: p50 and p99 in ms, how many, how many were no 200
  awk 'NF == 3 { if ($1 == 200) print ($2 - $3) * 1000; else ++bad } END { print "bad", bad + 0 }' "$DIR/$1.pages" | sort -k1,1n |
    awk '$1 == "bad" { bad = $2; next } { a[++n] = $1 } END { print a[int(n * 0.5 + 0.5)], a[int(n * 0.99 + 0.5)], n, bad }'
}
reading_row() {  # reading_row NAME TITLE
  local p50 p99 count bad
  read -r p50 p99 count bad < <(pages_of "$1")
  printf '  pages of 100 %-36s p50 %7.2f ms, p99 %7.2f ms   %d pages, %d of them no 200; %s and %s x idle%s; aim: p99 within 2 x idle\n' "$2" "$p50" "$p99" "$count" "$bad" \
    "$(over "$p50" "$IDLE50")" "$(over "$p99" "$IDLE99")" "${BESIDE50:+, $(over "$p50" "$BESIDE50") and $(over "$p99" "$BESIDE99") x beside commands that change nothing}"
}
memory() {  # memory TITLE
  awk -v title="$1" -v n="$COUNT" '/^Rss:/ { rss = $2 } /^Anonymous:/ { own = $2 } /^VmHWM:/ { peak = $2 }
    END { printf "%-66s %6.1f MB %6.1f MB   its own, and with mapped files; at its peak %.1f; %d bytes of its own an object; aim 400 MB at 1,000,000\n",
      title, own * 1.024e-3, rss * 1.024e-3, peak * 1.024e-3, own * 1024 / n }' "/proc/$PID/smaps_rollup" "/proc/$PID/status"
}

# Content: numbers above 900,000,000 are for what is recalled, deleted and turned.
indicator() { printf 'indicator--%08x-0000-4000-8000-%012x' "$1" "$1"; }
envelope() { sed '1s/"type":"bundle","id":"[^"]*",//'; }
reports() {  # reports SET ID: 100 reports that name ID
  jq -nc --arg set "$1" --arg id "$2" --arg clear $CLEAR '{type: "bundle", id: "bundle--00000000-0000-4000-8000-000000000001", objects: [range(100) | {type: "report", spec_version: "2.1",
    id: ("report--" + $set + "-0000-4000-8000-" + (1000000000000 + . | tostring | .[1:])), created: "2026-01-01T00:00:00.000Z", modified: "2026-01-01T00:00:00.000Z", name: "report", report_types: ["threat-report"],
    published: "2026-01-01T00:00:00Z", object_refs: [$id], object_marking_refs: [$clear]}]}'
}
definition() {  # definition SET [MARKING]
  jq -nc --arg id "marking-definition--$1-0000-4000-8000-000000000001" --arg mark "${2:-}" '{type: "marking-definition", spec_version: "2.1", id: $id, created: "2026-01-01T00:00:00.000Z",
    definition_type: "statement", definition: {statement: "Copyright 2026, Bench"}} + (if $mark == "" then {} else {object_marking_refs: [$mark]} end)'
}
campaigns() {  # campaigns SET: an envelope of a statement and 100 objects that bear it
  jq -nc --argjson definition "$(definition "$1")" --arg set "$1" --arg clear $CLEAR '{objects: ([$definition] + [range(100) | {type: "campaign", spec_version: "2.1",
    id: ("campaign--" + $set + "-0000-4000-8000-" + (1000000000000 + . | tostring | .[1:])), created: "2026-01-01T00:00:00.000Z", modified: "2026-01-01T00:00:00.000Z", name: "campaign",
    object_marking_refs: [$clear, $definition.id]}])}'
}
hundred() { local i list=""; for i in {0..99}; do list+=",$1--$2-0000-4000-8000-$(printf '%012d' "$i")"; done; echo "$PAGES/objects/?match%5Bid%5D=${list:1}"; }  # hundred TYPE SET
posted() {  # posted FILE: posts it and waits until its status is complete
  local status
  status=$(post "$1" | jq -r .id)
  until as "$WRITER" "https://127.0.0.1:$PORT/exchange/status/$status/" | grep -q '"status":"complete"'; do :; done
}

start_serving() {  # start_serving NODE NAME: until the first page
  local start=$EPOCHREALTIME
  serve "$1"
  until [ "$(as "$READER" -o /dev/null -w '%{http_code}' "$PAGES/objects/?limit=100" --cacert "$DIR/$1/tls/ca.pem")" = 200 ]; do :; done
  note "$2" "$(seconds "$start" "$EPOCHREALTIME")"
}
stop_serving() { kill "$PID"; wait "$PID" 2>/dev/null || true; unset 'PIDS[-1]'; }

# A node, and an empty one beside it to compare its start with.
"$SEKISHO" init "$DIR/node" --org Bench --listen "127.0.0.1:$PORT" >/dev/null
at collection add pages >/dev/null
at party add reader --kind member --read pages >/dev/null
at party add second --kind member --class silver --read pages >/dev/null
at party add vendor --kind vendor --read pages --attestations none >/dev/null
at party add writer --kind member --read pages --write pages --unsigned >/dev/null
cat >>"$DIR/node/policy.toml" <<'TOML'

[[import]]
id = "writer"
effect = "accept"
sources = ["writer"]
reason = "What it posts is to be read without an operator."
TOML
at policy apply >/dev/null
READER=$(token reader) WRITER=$(token writer)
cp -r "$DIR/node" "$DIR/empty"

FIRST=$(date +%s.%N)
import_start=$EPOCHREALTIME
if [ -n "$DATA" ]; then
  mapfile -t csaf < <(find "$DATA" -name '*.jsonl.zst' -o -name '*.jsonl' -o -path '*individual*' -name '*.json' | sort)
  [ ${#csaf[@]} -gt 0 ] || fail "no CSAF documents under $DATA"
  at import --collection pages --from csaf --quiet "${csaf[@]}" 2>/dev/null
fi
stored() { at collection show pages --json | jq '.stream_lengths | max // 0'; }
for ((from = $(stored) + 1; from <= OBJECTS; from += count)); do  # a file is at most 1 GiB
  count=$((OBJECTS - from + 1 < 200000 ? OBJECTS - from + 1 : 200000))
  indicators "$count" "$from" >"$DIR/objects.json"
  at import --collection pages "$DIR/objects.json" >/dev/null
done
LAST=$(date +%s.%N)
printf 'filled in %.1f s; ' "$(seconds "$import_start" "$EPOCHREALTIME")"
rm -f "$DIR/objects.json"
indicators 100 900000001 >"$DIR/probes.json"
at import --collection pages "$DIR/probes.json" >/dev/null
for ((i = 1; i <= TIMES; i++)); do
  reports "0000000$i" "$(indicator $((900000000 + i)))" >"$DIR/reports.json"
  at import --collection pages "$DIR/reports.json" >/dev/null
done
COUNT=$(stored)
echo "$COUNT objects towards 4 parties in 2 audiences, load $(cut -d' ' -f1 /proc/loadavg)"
awk -v a="$FIRST" -v b="$LAST" 'BEGIN { for (i = 0; i < 200; ++i) printf "@%.6f\n", a + (b - a) * i / 200 }' | date -u -f - +%Y-%m-%dT%H:%M:%S.%6NZ |
  shuf --random-source=<(yes) | while read -r date; do printf 'url = "%s/objects/?limit=100&added_after=%s"\noutput = "/dev/null"\n' "$PAGES" "$date"; done >"$DIR/pages.curlrc"
printf '%-66s %9s %9s   %s\n' "" "median s" "worst s" "compared with; aim"

# 1 Start
for ((i = 1; i <= 3; i++)); do start_serving empty start-empty; stop_serving; done
for ((i = 1; i <= 3; i++)); do start_serving node start; [ $i = 3 ] || stop_serving; done
row start "start to the first page" "1 s at 1,000,000" "the start of an empty node" "$(median start-empty)"
memory "memory after the start"

# What readers take while nothing else is done
ASK=(curl -s --cacert "$DIR/node/tls/ca.pem" -H "Authorization: Bearer $READER" -H 'Accept: application/taxii+json;version=2.1')
read_round first
for ((i = 1; i <= ROUNDS; i++)); do read_round idle; done
read -r IDLE50 IDLE99 _ < <(pages_of idle)
reading_row first "for the first time"
reading_row idle "while nothing else is done"
memory "memory after reading"
begin_reading beside
watch nothing '404 *' "$PAGES/objects/$(indicator 900000090)/"; nothing=$!
for ((i = 1; i <= TIMES * 4; i++)); do start=$EPOCHREALTIME; at collection list >/dev/null; note bare "$(seconds "$start" "$EPOCHREALTIME")"; done
unwatch "$nothing"
end_reading
BARE=$(median bare)
row bare "a command that changes nothing (collection list)" ""
reading_row beside "beside such commands and a watch"
read -r BESIDE50 BESIDE99 _ < <(pages_of beside)

# 2 A new audience
begin_reading audience
for kind in supplier government peer-isac; do
  used=$(processor)
  start=$EPOCHREALTIME
  at party add "new-$kind" --kind "$kind" --read pages >/dev/null
  note audience "$(seconds "$start" "$EPOCHREALTIME")"
  note audience-processor "$(seconds "$used" "$(processor)")"
  secret=$(token "new-$kind")
  until [ "$(as "$secret" -o "$DIR/page" -w '%{http_code}' "$PAGES/objects/?limit=100")" = 200 ] && [ "$(jq '.objects | length' "$DIR/page")" = 100 ]; do :; done
  note audience-page "$(seconds "$start" "$EPOCHREALTIME")"
done
end_reading
for kind in supplier government peer-isac; do
  start=$EPOCHREALTIME
  at party add "twin-$kind" --kind "$kind" --read pages >/dev/null
  note twin "$(seconds "$start" "$EPOCHREALTIME")"
done
row audience "party add that makes a new audience: the command" "2 s at 71,000" "party add to an audience that is there" "$(median twin)"
row audience-processor "  of that, processor time of the node" ""
row audience-page "  token add and its first page too" "2 s at 71,000"
reading_row audience "meanwhile"
memory "memory after new audiences"

# 3 Recalls
behind() {  # behind NUMBER: an envelope of one indicator, watched until the reader has it
  indicators 1 "$1" | envelope >"$DIR/behind.json"
  watch behind '200 *' "$PAGES/objects/$(indicator "$1")/"
  BEHIND=$!
}
take_back() {  # take_back NAME NUMBER ID [REPORTS]: recalls ID
  local start command gone dependents=""
  behind "$2"
  watch gone '404 *' "$PAGES/objects/$3/"; gone=$!
  [ -z "${4:-}" ] || { watch dependents '200 [0-9]' "$(hundred report "$4")"; dependents=$!; }
  start=$EPOCHREALTIME
  { at recall "$3" --reason bench >/dev/null && echo "$EPOCHREALTIME" >"$DIR/returned"; } & command=$!
  seen "$1" gone "$gone" "$start"
  post "$DIR/behind.json" >/dev/null
  [ -z "$dependents" ] || seen "$1-dependents" dependents "$dependents" "$start"
  wait "$command" || fail "the recall was refused"
  note "$1-returned" "$(seconds "$start" "$(cat "$DIR/returned")")"
  seen "$1-settled" behind "$BEHIND" "$start"
}
begin_reading recall
for ((i = 1; i <= TIMES; i++)); do take_back alone $((910000000 + i)) "$(indicator $((900000050 + i)))"; done
end_reading
begin_reading dependents
for ((i = 1; i <= TIMES; i++)); do take_back named $((920000000 + i)) "$(indicator $((900000000 + i)))" "0000000$i"; done
end_reading
row alone "recall, nothing depends on it: gone for a reader" "50 ms at 1,000,000" "a bare command" "$BARE"
row alone-returned "  the command" "" "a bare command" "$BARE"
row alone-settled "  what is posted when it is gone is there for a reader" ""
reading_row recall "meanwhile"
row named "recall, 100 reports depend on it: gone for a reader" "50 ms at 1,000,000" "a bare command" "$BARE"
row named-dependents "  the reports too" "50 ms at 1,000,000" "a bare command" "$BARE"
row named-returned "  the command" "" "a bare command" "$BARE"
row named-settled "  what is posted when it is gone is there for a reader" ""
reading_row dependents "meanwhile"

# 4 DELETE
indicators $TIMES 930000001 | envelope >"$DIR/deleted.json"
posted "$DIR/deleted.json"
begin_reading delete
for ((i = 1; i <= TIMES; i++)); do
  url="$PAGES/objects/$(indicator $((930000000 + i)))/"
  watch gone '404 *' "$url"; gone=$!
  start=$EPOCHREALTIME
  [ "$(as "$WRITER" -X DELETE -o /dev/null -w '%{http_code}' "$url")" = 200 ] || fail "DELETE was refused"
  note delete "$(seconds "$start" "$EPOCHREALTIME")"
  seen delete-gone gone "$gone" "$start"
  start=$EPOCHREALTIME
  as "$WRITER" -o /dev/null "$PAGES/objects/$(indicator 900000090)/"
  note get "$(seconds "$start" "$EPOCHREALTIME")"
done
end_reading
row delete "DELETE by its poster: the answer" "" "GET of one object" "$(median get)"
row delete-gone "  gone for a reader" "50 ms at 1,000,000" "GET of one object" "$(median get)"
reading_row delete "meanwhile"

# 5 A definition: what the poster said of a marking is outweighed by what this organisation says, which readers may not read
for ((i = 1; i <= TIMES; i++)); do campaigns "0000000$i" >"$DIR/campaigns.json"; posted "$DIR/campaigns.json"; done
begin_reading definition
for ((i = 1; i <= TIMES; i++)); do
  definition "0000000$i" $RED >"$DIR/definition.json"
  watch gone '200 [0-9]' "$(hundred campaign "0000000$i")"; gone=$!
  start=$EPOCHREALTIME
  at import --collection pages "$DIR/definition.json" >/dev/null 2>&1 || true  # it says that the poster gave this version with other content
  note definition "$(seconds "$start" "$EPOCHREALTIME")"
  seen definition-gone gone "$gone" "$start"
done
end_reading
row definition-gone "a definition that turns 100 objects: gone for a reader" "50 ms at 1,000,000" "a bare command" "$BARE"
row definition "  the command (import)" "" "a bare command" "$BARE"
reading_row definition "meanwhile"

# 7 A post of 1,000
for ((i = 1; i <= 3; i++)); do
  indicators 1000 $((940000000 + i * 1000)) >"$DIR/thousand.json"
  start=$EPOCHREALTIME
  at import --collection pages "$DIR/thousand.json" >/dev/null
  note import "$(seconds "$start" "$EPOCHREALTIME")"
  indicators 1000 $((950000000 + i * 1000)) | envelope >"$DIR/thousand.json"
  watch there '200 *' "$PAGES/objects/$(indicator $((950000999 + i * 1000)))/"; there=$!
  start=$EPOCHREALTIME
  status=$(post "$DIR/thousand.json" | sed 's/^{"id":"\([^"]*\)".*/\1/')
  note post "$(seconds "$start" "$EPOCHREALTIME")"
  until as "$WRITER" "https://127.0.0.1:$PORT/exchange/status/$status/" | grep -q '"status":"complete"'; do :; done
  note post-complete "$(seconds "$start" "$EPOCHREALTIME")"
  seen post-there there "$there" "$start"
done
row post "POST of 1,000 objects, not signed: the answer" "" "import of 1,000" "$(median import)"
row post-complete "  its status is complete" "" "import of 1,000" "$(median import)"
row post-there "  the last of them is there for another party" "" "import of 1,000" "$(median import)"

# 8 The stop, while much comes in
indicators $MUCH 960000001 >"$DIR/objects.json"
watch there '200 *' "$PAGES/objects/$(indicator 960000001)/"; there=$!
at import --collection pages "$DIR/objects.json" >/dev/null &
importing=$!
seen stop-begun there "$there" 0
beside=0
for ((i = 1; i <= 3; i++)); do
  watch shut '503 *' "$PAGES/objects/?limit=100"; shut=$!
  kill -0 "$importing" 2>/dev/null && beside=$((beside + 1))
  start=$EPOCHREALTIME
  at stop-egress --reason bench >/dev/null
  note stop-returned "$(seconds "$start" "$EPOCHREALTIME")"
  seen stop shut "$shut" "$start"
  at stop-egress --lift --reason bench >/dev/null
done
row stop "stop-egress while $MUCH are imported ($beside of 3 so): readers get 503" "100 ms" "a bare command" "$BARE"
row stop-returned "  the command" "" "a bare command" "$BARE"
wait "$importing" || fail "the import beside the stop failed"

# 9 Memory, and what a scan of everything takes
memory "memory after all that"
used=$(processor)
start=$EPOCHREALTIME
at policy preview --party reader >/dev/null
note scan "$(seconds "$start" "$EPOCHREALTIME")"
note scan-processor "$(seconds "$used" "$(processor)")"
row scan "everything that a reader may have, printed (policy preview)" ""
row scan-processor "  of that, processor time of the node" ""
echo "a new audience takes $(over "$(median audience)" "$(median scan)") of that, of processor time $(over "$(median audience-processor)" "$(median scan-processor)")"
