# Sourced by the benchmarks of TAXII pages, behind common.sh: a node full of indicators with one reader, requests over distinct
# positions, and nginx with as many files of the same bytes.
TLS=$(free_port 7441); PLAIN=$(free_port $((TLS + 1))); NGX=$(free_port $((PLAIN + 1))); NGXS=$(free_port $((NGX + 1)))
BASE="http://127.0.0.1:$PLAIN"

get() { curl -sS -H "Authorization: Bearer $TOKEN" -H 'Accept: application/taxii+json;version=2.1' "$@"; }
stop() { kill "$PID"; wait "$PID" 2>/dev/null || true; }
again() { stop; serve node; }  # a restart: nothing is in memory

fill() {  # fill OBJECTS [CACHE_BYTES]: a node that serves them; sets TOKEN, BASIC, ID
  "$SEKISHO" init "$DIR/node" --org Bench --listen "127.0.0.1:$TLS" >/dev/null
  sed -i "s/^plain = .*/plain = \"127.0.0.1:$PLAIN\"/; s/^workers = .*/workers = 2/" "$DIR/node/node.toml"
  [ -z "${2:-}" ] || set_limit page_cache_bytes "$2"
  "$SEKISHO" collection add pages --dir "$DIR/node" >/dev/null
  "$SEKISHO" party add reader --kind member --read pages --attestations none --dir "$DIR/node" >/dev/null
  TOKEN=$("$SEKISHO" token add reader --json --dir "$DIR/node" | jq -r .secret)
  BASIC=$("$SEKISHO" token add reader --kind basic --id bench --json --dir "$DIR/node" | jq -r .secret)
  local from count
  for ((from = 1; from <= $1; from += count)); do  # a file is at most 1 GiB
    count=$(($1 - from + 1 < 200000 ? $1 - from + 1 : 200000))
    indicators "$count" "$from" >"$DIR/objects.json"
    "$SEKISHO" import --collection pages --dir "$DIR/node" "$DIR/objects.json" >/dev/null
  done
  rm "$DIR/objects.json"
  serve node
  ID=$(get "$BASE/exchange/collections/" | jq -r '.collections[] | select(.alias == "pages") | .id')
}

set_limit() { grep -q '^\[limits\]' "$DIR/node/node.toml" || printf '\n[limits]\n' >>"$DIR/node/node.toml"
  sed -i "/^$1 = /d; s/^\[limits\]/[limits]\n$1 = $2/" "$DIR/node/node.toml"; }

dates() {  # every date added, read through the manifest, into $DIR/dates
  local after="" page more=true
  : >"$DIR/dates"
  while [ "$more" = true ]; do
    page=$(get -G "$BASE/exchange/collections/$ID/manifest/" --data-urlencode "limit=1000" ${after:+--data-urlencode "added_after=$after"})
    jq -r '.objects[]?.date_added' <<<"$page" >>"$DIR/dates"
    after=$(tail -1 "$DIR/dates")
    more=$(jq -r '.more // false' <<<"$page")
  done
}

form() {  # form NAME PATH QUERY POSITIONS: requests over that many positions in NAME.urls, their answers in nginx's folder, in NAME.files
  local name="$1" lines step i=0
  lines=$(wc -l <"$DIR/dates"); step=$((lines / $4)); [ "$step" -ge 1 ] || step=1
  awk -v s="$step" -v n="$4" -v u="/exchange/collections/$ID/$2?$3&added_after=" \
    'NR % s == 1 || s == 1 { print u $1; if (++c == n) exit }' "$DIR/dates" | shuf --random-source=<(yes) >"$DIR/$name.urls"
  mkdir -p "$DIR/www/$name"
  while read -r url; do
    i=$((i + 1)); printf 'url = "%s%s"\noutput = "%s/www/%s/%d"\n' "$BASE" "$url" "$DIR" "$name" "$i"; echo "/$name/$i" >&3
  done <"$DIR/$name.urls" >"$DIR/$name.curlrc" 3>"$DIR/$name.files"
  get -g -K "$DIR/$name.curlrc"
}

read_all() { get -g -K <(sed 's#^output = .*#output = "/dev/null"#' "$DIR/$1.curlrc"); }  # read_all NAME: each of its pages once

start_nginx() {
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
}

cat >"$DIR/wrk.lua" <<'LUA'
local paths, i = {}, 0
for line in io.lines(os.getenv("URLS")) do paths[#paths + 1] = line end
local headers = { ["Authorization"] = os.getenv("AUTH") or "", ["Accept"] = "application/taxii+json;version=2.1" }
function request()
  i = i + 1
  return wrk.format("GET", paths[(i - 1) % #paths + 1], headers)
end
function done(summary, latency)
  if summary.errors.status > 0 then io.stderr:write("bench: ", summary.errors.status, " answers were no 2xx\n") end
  io.write(string.format("RATE %.1f %.0f\n", summary.requests / (summary.duration / 1e6), latency:percentile(99)))
end
LUA

run() { URLS="$1" AUTH="${AUTH:-Bearer $TOKEN}" wrk -t1 -c"$3" -d"$4s" -s "$DIR/wrk.lua" "$2" | sed -n 's/^RATE //p'; }
rate() { local out; out=$(run "$@"); echo "${out% *}"; }  # rate URLS BASE CONNECTIONS SECONDS
p99() { local out; out=$(run "$@"); echo "${out#* }"; }   # microseconds
over() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", (b > 0 ? a / b : 0) }'; }
