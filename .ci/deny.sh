#!/usr/bin/env bash
# Checks licenses, sources, bans (deny.toml) and, where the advisory database can be fetched, known vulnerabilities.
set -euo pipefail
cd "$(dirname "$0")/.."
deny() {
    .ci/tools.sh deny cargo deny --locked "$@"
}
deny check bans licenses sources
# The database is a Git repository on the internet. Where it cannot be fetched, only this check is skipped.
if output=$(deny fetch db 2>&1); then
    deny check advisories
else
    echo "advisories not checked, because the database cannot be fetched: ${output##*$'\n'}"
fi
