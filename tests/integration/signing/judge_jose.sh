#!/bin/sh
# Installs the packages named in the lock file into the build tree (once) and runs judge_jose.mjs.
#   judge_jose.sh SIGNING_SAMPLE SOURCE_FOLDER WORK_FOLDER      exit 77: no node, or no packages to be had
set -eu
sample=$1
source=$2
work=$3
command -v node > /dev/null && command -v npm > /dev/null || { echo "skipped: no node and npm"; exit 77; }
mkdir -p "$work"
cd "$work"
rm -rf samples
cp "$source/package.json" "$source/judge_jose.mjs" .
if [ ! -d node_modules ] || ! cmp -s "$source/package-lock.json" installed-lock.json; then
  cp "$source/package-lock.json" package-lock.json
  npm ci --ignore-scripts --no-audit --no-fund > npm.log 2>&1 ||
    { cat npm.log; echo "skipped: npm could not install jose and canonicalize"; exit 77; }
  cp "$source/package-lock.json" installed-lock.json
fi
"$sample" samples
node judge_jose.mjs samples
