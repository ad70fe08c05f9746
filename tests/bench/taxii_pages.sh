#!/usr/bin/env bash
# TAXII pages of 100 objects over distinct positions, against nginx serving as many files with the same bytes.
# usage: taxii_pages.sh BUILD_DIR OBJECTS POSITIONS SECONDS
set -euo pipefail
BUILD="$(readlink -f "$1")" OBJECTS="$2" POSITIONS="$3" SECONDS_EACH="$4"
SEKISHO="$BUILD/bin/sekisho"
command -v wrk >/dev/null && command -v nginx >/dev/null || { echo "taxii pages: skipped, wrk and nginx are not installed (./dev bench installs them)"; exit 0; }
. "$(dirname "$(readlink -f "$0")")/common.sh"
TLS=$(free_port 7441); PLAIN=$(free_port $((TLS + 1))); NGX=$(free_port $((PLAIN + 1))); NGXS=$(free_port $((NGX + 1)))

indicators "$OBJECTS" >"$DIR/objects.json"
"$SEKISHO" init "$DIR/node" --org Bench --listen "127.0.0.1:$TLS" >/dev/null
sed -i "s/^plain = .*/plain = \"127.0.0.1:$PLAIN\"/; s/^workers = .*/workers = 2/" "$DIR/node/node.toml"
"$SEKISHO" collection add pages --dir "$DIR/node" >/dev/null
"$SEKISHO" party add reader --kind member --read pages --attestations none --dir "$DIR/node" >/dev/null
TOKEN=$("$SEKISHO" token add reader --json --dir "$DIR/node" | jq -r .secret)
"$SEKISHO" import --collection pages --dir "$DIR/node" "$DIR/objects.json" >/dev/null
rm "$DIR/objects.json"
serve node
BASE="http://127.0.0.1:$PLAIN"
get() { curl -sS -H "Authorization: Bearer $TOKEN" -H 'Accept: application/taxii+json;version=2.1' "$@"; }
ID=$(get "$BASE/exchange/collections/" | jq -r '.collections[] | select(.alias == "pages") | .id')
# Positions: the dates of every (OBJECTS / POSITIONS)-th object, read through the manifest.
step=$((OBJECTS / POSITIONS)); [ "$step" -ge 1 ] || step=1
after="" ; : >"$DIR/dates"
while :; do
  page=$(get -G "$BASE/exchange/collections/$ID/manifest/" --data-urlencode "limit=1000" ${after:+--data-urlencode "added_after=$after"})
  jq -r '.objects[]?.date_added' <<<"$page" >>"$DIR/dates"
  after=$(tail -1 "$DIR/dates")
  [ "$(jq -r '.more // false' <<<"$page")" = true ] || break
done
awk -v s="$step" -v n="$POSITIONS" 'NR % s == 1 || s == 1 { print "/exchange/collections/'"$ID"'/objects/?limit=100&added_after=" $1; if (++c == n) exit }' "$DIR/dates" >"$DIR/urls"
count=$(wc -l <"$DIR/urls")
mkdir -p "$DIR/www"
i=0
while read -r url; do i=$((i + 1)); printf 'url = "%s%s"\noutput = "%s/www/%d"\n' "$BASE" "$url" "$DIR" "$i"; echo "/$i" >&3; done <"$DIR/urls" >"$DIR/curlrc" 3>"$DIR/nginx-urls"
get -K "$DIR/curlrc"
cat >"$DIR/nginx.conf" <<CONF
worker_processes 2; daemon off; pid $DIR/nginx.pid; error_log $DIR/nginx.log;
events { worker_connections 1024; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; default_type application/taxii+json; open_file_cache max=20000; open_file_cache_valid 600s;
  client_body_temp_path $DIR; proxy_temp_path $DIR; fastcgi_temp_path $DIR; uwsgi_temp_path $DIR; scgi_temp_path $DIR;
  server { listen 127.0.0.1:$NGX; root $DIR/www; }
  server { listen 127.0.0.1:$NGXS ssl; root $DIR/www; ssl_certificate $DIR/node/tls/server.pem; ssl_certificate_key $DIR/node/tls/server-key.pem; ssl_protocols TLSv1.3; } }
CONF
chmod -R a+rX "$DIR"
nginx -c "$DIR/nginx.conf" 2>>"$DIR/nginx.log" &
PIDS+=($!)
until (exec 3<>"/dev/tcp/127.0.0.1/$NGX") 2>/dev/null; do :; done
cat >"$DIR/wrk.lua" <<'LUA'
local paths, i = {}, 0
for line in io.lines(os.getenv("URLS")) do paths[#paths + 1] = line end
local headers = { ["Authorization"] = "Bearer " .. (os.getenv("TOKEN") or ""), ["Accept"] = "application/taxii+json;version=2.1" }
function request() i = i % #paths + 1; return wrk.format("GET", paths[i], headers) end
function done(summary)
  if summary.errors.status > 0 then io.stderr:write("bench: ", summary.errors.status, " answers were no 2xx\n") end
  io.write(string.format("RATE %.1f\n", summary.requests / (summary.duration / 1e6)))
end
LUA
rate() { URLS="$1" TOKEN="$TOKEN" wrk -t1 -c8 -d"${SECONDS_EACH}s" -s "$DIR/wrk.lua" "$2" | sed -n 's/^RATE //p'; }
bytes=$(wc -c <"$DIR/www/1")
echo "== TAXII pages of 100 objects (about $bytes bytes), $OBJECTS objects, $count distinct positions, 8 connections, ${SECONDS_EACH}s each"
line() { awk -v n="$1" -v a="$2" -v b="$3" 'BEGIN { printf "%-28s %10.0f pages/s   nginx %10.0f   ratio %.3f\n", n, a, b, a / b }'; }
kill "$PID"; wait "$PID" 2>/dev/null || true; serve node
cold=$(rate "$DIR/urls" "$BASE"); warm=$(rate "$DIR/urls" "$BASE"); ngx=$(rate "$DIR/nginx-urls" "http://127.0.0.1:$NGX")
line "plain, after restart" "$cold" "$ngx"; line "plain, warm" "$warm" "$ngx"
kill "$PID"; wait "$PID" 2>/dev/null || true; serve node
cold=$(rate "$DIR/urls" "https://127.0.0.1:$TLS"); warm=$(rate "$DIR/urls" "https://127.0.0.1:$TLS"); ngx=$(rate "$DIR/nginx-urls" "https://127.0.0.1:$NGXS")
line "TLS 1.3, after restart" "$cold" "$ngx"; line "TLS 1.3, warm" "$warm" "$ngx"
