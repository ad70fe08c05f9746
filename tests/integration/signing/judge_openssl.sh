#!/bin/sh
# Verifies the samples with the openssl program by the recipe of docs/specs/attestation.md section 6;
# tampered ones must fail.   judge_openssl.sh SIGNING_SAMPLE WORK_FOLDER      exit 77: no openssl here
set -eu
command -v openssl > /dev/null || { echo "skipped: no openssl program"; exit 77; }
sample=$1
work=$2
rm -rf "$work"
mkdir -p "$work"
"$sample" "$work/samples"
cd "$work"

b64url() { openssl base64 -A | tr '/+' '_-' | tr -d '='; }

# verify JWS_FILE CANONICAL_FILE PUB_PEM
verify() {
  H=$(cut -d. -f1 "$1")
  S=$(cut -d. -f3 "$1")
  printf '%s.%s' "$H" "$(b64url < "$2")" > in.txt
  printf '%s==' "$S" | tr '_-' '/+' | openssl base64 -d -A > sig.bin
  openssl pkeyutl -verify -pubin -inkey "$3" -rawin -in in.txt -sigfile sig.bin > out.txt 2>&1
}

failed=0
# expect NAME valid|invalid FILES...: "invalid" must be openssl's own word, not some other error.
expect() {
  name=$1
  wanted=$2
  shift 2
  verify "$@" || true
  case "$wanted:$(cat out.txt)" in
    valid:*"Verified Successfully"*) ;;
    invalid:*"Verification Failure"*) ;;
    *) failed=1; echo "WRONG: $name should be $wanted"; cat out.txt ;;
  esac
}

count=0
for folder in samples/*/*; do
  count=$((count + 1))
  for other in samples/*; do [ "$other" = "$(dirname "$folder")" ] || other_key=$other/address/pub.pem; done
  expect "$folder" valid "$folder/jws.txt" "$folder/canonical.json" "$folder/pub.pem"
  expect "$folder, other key" invalid "$folder/jws.txt" "$folder/canonical.json" "$other_key"
  tr 'a' 'b' < "$folder/canonical.json" > changed.json
  expect "$folder, object changed" invalid "$folder/jws.txt" changed.json "$folder/pub.pem"
  { cat "$folder/canonical.json"; echo; } > changed.json
  expect "$folder, newline added" invalid "$folder/jws.txt" changed.json "$folder/pub.pem"
  sed 's/^./f/' "$folder/jws.txt" > changed.txt
  expect "$folder, header changed" invalid changed.txt "$folder/canonical.json" "$folder/pub.pem"
  sed 's/\(\.\..\{10\}\)\(.\{5\}\)/\1AAAAA/' "$folder/jws.txt" > changed.txt
  expect "$folder, signature changed" invalid changed.txt "$folder/canonical.json" "$folder/pub.pem"
done
[ "$count" -eq 8 ] || { echo "WRONG: $count samples instead of 8"; failed=1; }
echo "$count samples judged by $(openssl version)"
exit $failed
