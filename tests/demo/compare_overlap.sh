#!/usr/bin/env bash
# Compares `sekisho overlap --csv` with the figures counted by hand. usage: compare_overlap.sh EXPECTED.tsv OVERLAP.csv
set -euo pipefail
awk '
  BEGIN { FS = "\t" }
  FNR == NR { if (FNR > 1) { expected[$1] = $4 "," $5 "," $6 "," $7 "," $8; order[++n] = $1 } next }
  FNR == 1 { for (i = 1; i <= split($0, name, ","); i++) column[name[i]] = i; next }
  { split($0, f, ","); found[f[column["period"]]] = f[column["cases_a"]] "," f[column["cases_b"]] "," f[column["shared"]] "," f[column["united"]] "," f[column["jaccard"]] }
  END {
    bad = 0
    for (i = 1; i <= n; i++) {
      p = order[i]; same = expected[p] == found[p]; bad += !same
      split(expected[p], e, ",")
      printf "%s: %s of %s cases shared, %s %% counted by hand: %s\n", p, e[3], e[4], e[5], same ? "the same" : "BUT the node says " found[p]
    }
    exit bad != 0
  }' "$1" "$2"
