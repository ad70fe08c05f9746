#!/usr/bin/env bash
# linked.sh SEKISHO OBJECTS: imports the same bytes unlinked, as a chain that comes from its beginning, as one that comes from its end, and
# as versions of one id, each into a fresh node with five readers; marking-definitions alone, and as many that each bear the next; and, where
# a peer ISAC gets renditions besides, notes and versions once more. Prints seconds, and the ratio to the unlinked ones of the same kind.
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
    function mark(i) { return sprintf("marking-definition--00000abc-0000-4000-8000-%012d", i) }
    function defined(i, bears) {
      return sprintf("{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":\"%s\",\"created\":\"2026-01-01T00:00:00.000Z\",\"definition_type\":\"statement\",\"definition\":{\"statement\":\"%s\"},\"object_marking_refs\":[\"%s\"]}", mark(i), text, bears)
    }
    BEGIN {
      for (i = 0; i < 700; ++i) text = text "x"
      last = "campaign--00000abc-0000-4000-8000-999999999999"
      clear = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"
      end = "{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":\"" last "\",\"created\":\"2026-01-01T00:00:00.000Z\",\"modified\":\"2026-01-01T00:00:00.000Z\",\"name\":\"c\",\"object_marking_refs\":[\"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb\"]}"
      printf "{\"type\":\"bundle\",\"id\":\"bundle--00000abc-0000-4000-8000-000000000005\",\"objects\":["
      if (shape != "beginning") printf "%s,", end
      for (i = 0; i < n; ++i) {
        at = shape == "end" ? n - 1 - i : i
        linked = shape == "beginning" || shape == "end"
        if (shape == "definitions" || shape == "marked") one = defined(i, shape == "marked" && i < n - 1 ? mark(i + 1) : clear)
        else if (shape ~ /^versions/) one = note(0, last, i)
        else one = note(at, linked && at < n - 1 ? id(at + 1) : last, 0)
        printf "%s%s", (i == 0 ? "" : ","), one
      }
      if (shape == "beginning") printf ",%s", end
      print "]}"
    }'
}

flat=""
for shape in unlinked beginning end versions definitions marked unlinked-profile versions-profile; do
  node="$work/$shape"
  "$sekisho" init "$node" --org Bench >/dev/null
  "$sekisho" collection add weekly --dir "$node" >/dev/null
  for n in 1 2 3 4 5; do "$sekisho" party add "m$n" --kind member --class silver --read weekly --dir "$node" >/dev/null; done
  if [[ "$shape" == *-profile ]]; then
    "$sekisho" party add peer --kind peer-isac --read weekly --dir "$node" >/dev/null
    printf '[[agreement]]\nid = "mou"\nparty = "peer"\nprofile = "p"\n\n[[profile]]\nid = "p"\nfrom = 2026-01-01\nattribution = "strip"\nblur = "day"\n' >>"$node/policy.toml"
    "$sekisho" policy apply --dir "$node" >/dev/null
  fi
  bundle "$shape" >"$work/in.json"
  start="$(date +%s%N)"
  "$sekisho" import --collection weekly --dir "$node" "$work/in.json" >/dev/null
  took=$(($(date +%s%N) - start))
  case "$shape" in unlinked | definitions | unlinked-profile) flat="$took" ;; esac
  awk -v shape="$shape" -v n="$objects" -v took="$took" -v flat="$flat" 'BEGIN { printf "%-16s %7d objects %8.2f s   %.2f\n", shape, n, took / 1e9, took / flat }'
done
