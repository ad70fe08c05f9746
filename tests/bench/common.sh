# Sourced by the benchmarks that run whole nodes: a folder and processes that end with the script, ports, content.
DIR="$(mktemp -d)"
PIDS=()
cleanup() { for pid in "${PIDS[@]:-}"; do [ -n "$pid" ] && kill "$pid" 2>/dev/null || true; done; wait 2>/dev/null || true; rm -rf "$DIR"; }
trap cleanup EXIT

free_port() { local p="$1"; while (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null; do p=$((p + 1)); done; echo "$p"; }

serve() {  # serve NODE: sets PID, and READY to what it says when it is ready
  mkfifo "$DIR/ready"
  "$SEKISHO" serve --dir "$DIR/$1" >"$DIR/ready" 2>>"$DIR/$1.log" &
  PID=$!
  PIDS+=("$PID")
  read -r READY <"$DIR/ready" || { cat "$DIR/$1.log" >&2; exit 1; }
  rm -f "$DIR/ready"
}

indicators() {  # indicators N [FROM]: a bundle of N indicators of about 1.2 KB, TLP:CLEAR; the first has the number FROM (1)
  awk -v n="$1" -v from="${2:-1}" 'BEGIN {
    printf "{\"type\":\"bundle\",\"id\":\"bundle--00000000-0000-4000-8000-000000000000\",\"objects\":["
    pad = ""; for (i = 0; i < 85; i++) pad = pad "observed ";
    for (i = from; i < from + n; i++) {
      if (i > from) printf ",\n"
      printf "{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--%08x-0000-4000-8000-%012x\",\"created\":\"2026-01-01T00:00:00.000Z\",\"modified\":\"2026-01-01T00:00:00.000Z\",\"name\":\"indicator %d\",\"description\":\"%s\",\"indicator_types\":[\"malicious-activity\"],\"pattern\":\"[ipv4-addr:value = '"'"'198.51.%d.%d'"'"']\",\"pattern_type\":\"stix\",\"valid_from\":\"2026-01-01T00:00:00Z\",\"object_marking_refs\":[\"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487\"]}", i, i, i, pad, int(i / 256) % 256, i % 256
    }
    printf "]}\n" }'
}
