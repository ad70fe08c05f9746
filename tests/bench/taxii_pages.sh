#!/usr/bin/env bash
# TAXII pages over distinct positions, against nginx serving as many files with the same bytes, in one run.
# usage: taxii_pages.sh BUILD_DIR OBJECTS POSITIONS SECONDS whole|short|size|download
#   cold: the first second after a restart, in which hardly a position comes twice if there are enough of them.
#   warm: when every page has been read once.
#   size: pages of 100 alone, to compare collections of several sizes; download: everything once, alone.
set -euo pipefail
BUILD="$(readlink -f "$1")" OBJECTS="$2" POSITIONS="$3" SECONDS_EACH="$4" WHOLE="${5:-whole}"
SEKISHO="$BUILD/bin/sekisho"
command -v wrk >/dev/null && command -v nginx >/dev/null || { echo "taxii pages: skipped, wrk and nginx are not installed (./dev bench installs them)"; exit 0; }
HERE="$(dirname "$(readlink -f "$0")")"
. "$HERE/common.sh"
. "$HERE/pages.sh"

fill "$OBJECTS" $((OBJECTS * 1600 + (64 << 20)))
dates
if [ "$WHOLE" != download ]; then
  form p100 objects/ limit=100 "$POSITIONS"
  form p1000 objects/ limit=1000 $((POSITIONS / 10))
  form types objects/ "limit=100&match%5Btype%5D=indicator" $((POSITIONS / 10))
  form versions objects/ "limit=100&match%5Bversion%5D=all" $((POSITIONS / 10))
  form manifest manifest/ limit=100 $((POSITIONS / 10))
  start_nginx
fi
echo "== TAXII pages, $OBJECTS objects, $POSITIONS positions of 100, $((POSITIONS / 10)) of the rest, ${SECONDS_EACH}s each, load $(cut -d' ' -f1 /proc/loadavg)"
[ "$WHOLE" = download ] || printf '%-26s %4s %9s %9s %9s   cold/nginx warm/nginx (aims 0.4, 0.7; filtered and manifest 0.3)\n' "" conn cold warm nginx

line() {  # line NAME TITLE CONNECTIONS BASE NGINX_BASE
  local cold warm ngx
  again
  cold=$(rate "$DIR/$1.urls" "$4" "$3" 1)
  read_all "$1"
  warm=$(rate "$DIR/$1.urls" "$4" "$3" "$SECONDS_EACH")
  ngx=$(rate "$DIR/$1.files" "$5" "$3" "$SECONDS_EACH")
  printf '%-26s %4d %9.0f %9.0f %9.0f   %s %s\n' "$2" "$3" "$cold" "$warm" "$ngx" "$(over "$cold" "$ngx")" "$(over "$warm" "$ngx")"
}
both() { line "$1" "$2, plain" "$3" "$BASE" "http://127.0.0.1:$NGX"; line "$1" "$2, TLS 1.3" "$3" "https://127.0.0.1:$TLS" "https://127.0.0.1:$NGXS"; }

unread() {  # cold for every page
  set_limit page_cache_bytes 0
  again
  local none ngx
  none=$(rate "$DIR/p100.urls" "$BASE" 8 "$SECONDS_EACH"); ngx=$(rate "$DIR/p100.files" "http://127.0.0.1:$NGX" 8 "$SECONDS_EACH")
  printf '%-26s %4d %9.0f %9s %9.0f   %s\n' "no memory for pages, plain" 8 "$none" "" "$ngx" "$(over "$none" "$ngx")"
}
download() {  # everything once, by our client and by curl, page after page
  local ours peak begin end curl_seconds
  again
  cat "$DIR/node/data/store.sqlite" >/dev/null  # for both the file lies in memory, and nothing in the node's
  ours=$("$BUILD/tests/bench/sekisho_bench_download" "$BASE" "$TOKEN" pages 1000)
  peak=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$PID/status")
  awk 'NR % 1000 == 0 { print $1 }' "$DIR/dates" | awk -v u="$BASE/exchange/collections/$ID/objects/?limit=1000&added_after=" -v b="$BASE/exchange/collections/$ID/objects/?limit=1000" \
    'BEGIN { print "url = \"" b "\"\noutput = \"/dev/null\"" } { print "url = \"" u $1 "\"\noutput = \"/dev/null\"" }' >"$DIR/curlrc"
  again
  cat "$DIR/node/data/store.sqlite" >/dev/null
  begin=$(date +%s%N); get -g -K "$DIR/curlrc"; end=$(date +%s%N)
  curl_seconds=$(awk -v ns=$((end - begin)) 'BEGIN { printf "%.3f", ns / 1e9 }')
  echo "download whole, pages of 1000: $ours; server peak $peak kB; curl, the same pages: $curl_seconds s, ratio of rates $(over "$curl_seconds" "$(jq -r .seconds <<<"$ours")") (aim 0.5)"
}
case "$WHOLE" in
  download) download; exit 0 ;;
  size) both p100 "100 objects" 8; download; unread; exit 0 ;;
  short)
    both p100 "100 objects" 8
    for one in p1000 types versions manifest; do line "$one" "$one, plain" 8 "$BASE" "http://127.0.0.1:$NGX"; done ;;
  *)
    for connections in 1 8 64; do both p100 "100 objects" "$connections"; done
    for connections in 1 8 64; do both p1000 "1000 objects" "$connections"; done
    both types "match[type]" 8; both versions "match[version]=all" 8; both manifest "manifest" 8 ;;
esac

bearer=$(rate "$DIR/p100.urls" "$BASE" 8 "$SECONDS_EACH")
basic=$(AUTH="Basic $(printf 'bench:%s' "$BASIC" | base64 -w0)" rate "$DIR/p100.urls" "$BASE" 8 "$SECONDS_EACH")
echo "Basic $basic, bearer $bearer pages/s, ratio $(over "$basic" "$bearer") (aim 0.9)"

before=$(p99 "$DIR/p100.urls" "$BASE" 4 "$SECONDS_EACH")
exec 9> >("$BUILD/tests/bench/sekisho_bench_crowd" "$PLAIN" 1000 200 /taxii2/ >"$DIR/crowd" 2>&1; :)
until grep -q . "$DIR/crowd" 2>/dev/null; do :; done
amid=$(p99 "$DIR/p100.urls" "$BASE" 4 "$SECONDS_EACH")
echo "p99 of 4 clients: $before us alone, $amid us amid 1000 idle connections and 200 of one octet a second ($(cat "$DIR/crowd")), ratio $(over "$amid" "$before") (aim: within 5)"
exec 9>&-

download
[ "$WHOLE" = short ] || unread
