#!/usr/bin/env bash
# Builds the packages of .ci/package.sh again, from a clone in another folder and without what is built here, and compares them byte by
# byte. ARCHITECTURE is that of package.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/architecture.sh
. .ci/architecture.sh
elsewhere=$(mktemp -d)
trap 'rm -rf "$elsewhere"' EXIT
git clone -q . "$elsewhere/clone"
(cd "$elsewhere/clone" && .ci/package.sh)
for function in recompute slash-command; do
    cmp "target/lambda/$function-$architecture.zip" "$elsewhere/clone/target/lambda/$function-$architecture.zip"
done
echo "both packages for $architecture are the same in $PWD and in another folder"
