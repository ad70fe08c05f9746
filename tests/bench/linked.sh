#!/usr/bin/env bash
# linked.sh SEKISHO OBJECTS: imports the same bytes unlinked, as a chain that comes from its beginning, as one that comes from its end, and
# as versions of one id, each into a fresh node with five readers; prints seconds, and the ratio to the unlinked ones.
set -euo pipefail
sekisho="$(readlink -f "$1")"
objects="$2"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

bundle() {  # bundle SHAPE
  awk -v n="$objects" -v shape="$1" '
    function id(i) { return sprintf("note--00000abc-0000-4000-8000-%012d", i) }
    function note(i, ref, version) {
      return sprintf("{\"type\":\"note\",\"spec_version\":\"2.1\",\"id\":\"%s\",\"created\":\"2026-01-01T00:00:00.000Z\",\"modified\":\"2026-01-01T%02d:%02d:%02d.000Z\",\"content\":\"%s\",\"object_refs\":[\"%s\"],\"object_marking_refs\":[\"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb\"]}", id(i), version / 3600, version / 60 % 60, version % 60, text, ref)
    }
    BEGIN {
      for (i = 0; i < 700; ++i) text = text "x"
      last = "campaign--00000abc-0000-4000-8000-999999999999"
      end = "{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":\"" last "\",\"created\":\"2026-01-01T00:00:00.000Z\",\"modified\":\"2026-01-01T00:00:00.000Z\",\"name\":\"c\",\"object_marking_refs\":[\"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb\"]}"
      printf "{\"type\":\"bundle\",\"id\":\"bundle--00000abc-0000-4000-8000-000000000005\",\"objects\":["
      if (shape != "beginning") printf "%s,", end
      for (i = 0; i < n; ++i) {
        at = shape == "end" ? n - 1 - i : i
        linked = shape == "beginning" || shape == "end"
        printf "%s%s", (i == 0 ? "" : ","), shape == "versions" ? note(0, last, i) : note(at, linked && at < n - 1 ? id(at + 1) : last, 0)
      }
      if (shape == "beginning") printf ",%s", end
      print "]}"
    }'
}

flat=""
for shape in unlinked beginning end versions; do
  node="$work/$shape"
  "$sekisho" init "$node" --org Bench >/dev/null
  "$sekisho" collection add weekly --dir "$node" >/dev/null
  for n in 1 2 3 4 5; do "$sekisho" party add "m$n" --kind member --class silver --read weekly --dir "$node" >/dev/null; done
  bundle "$shape" >"$work/in.json"
  start="$(date +%s%N)"
  "$sekisho" import --collection weekly --dir "$node" "$work/in.json" >/dev/null
  took=$(($(date +%s%N) - start))
  flat="${flat:-$took}"
  awk -v shape="$shape" -v n="$objects" -v took="$took" -v flat="$flat" 'BEGIN { printf "%-10s %7d objects %8.2f s   %.2f\n", shape, n, took / 1e9, took / flat }'
done
