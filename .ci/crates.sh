#!/usr/bin/env bash
# Checks rules about the crates of the workspace that neither the compiler nor clippy enforces:
#
# * Only standings-reader depends on Polars. Dev-dependencies are exempt: tests may write Parquet files with it.
# * The domain and the reader are pure: they depend on no crate of AWS or Lambda.
# * The slash command links no Polars and at most 200 crates. Every crate adds to the cold start, and must be trusted.
# * Every crate inherits the lints of the workspace, among them those against unwrap, expect and panic outside tests.
#   The fuzz targets are exempt, because libFuzzer's macro expands to unsafe code and a target reports by a panic.
set -euo pipefail
cd "$(dirname "$0")/.."
most_crates=200

failed=false
fail() {
    echo "error: $1" >&2
    failed=true
}

# Prints the names of a crate and of its normal dependencies. Further arguments are passed on to cargo tree.
tree() {
    cargo tree --locked --edges normal --prefix none --format '{p}' --package "$@" | cut -d' ' -f1 | sort -u
}

# One line per crate: NAME VERSION (FOLDER).
members=$(cargo tree --locked --workspace --depth 0 --prefix none --format '{p}')
while read -r crate _ folder; do
    [ -n "$crate" ] || continue
    direct=$(tree "$crate" --depth 1 --all-features)
    if [ "$crate" != standings-reader ] && grep -q '^polars' <<<"$direct"; then
        fail "$crate depends on Polars; only standings-reader may"
    fi
    folder=${folder#(}
    lints=$(grep -A1 -Fx '[lints]' "${folder%)}/Cargo.toml" || true)
    if [ "$crate" != standings-fuzz ] && ! grep -qFx 'workspace = true' <<<"$lints"; then
        fail "$crate does not inherit the lints of the workspace"
    fi
done <<<"$members"

for crate in standings-core standings-reader; do
    crates=$(tree "$crate")
    if aws=$(grep -E '(^|-)(aws|lambda)' <<<"$crates"); then
        fail "$crate depends on crates of AWS or Lambda: ${aws//$'\n'/, }"
    fi
done

crates=$(tree standings-slash-command)
if grep -q '^polars' <<<"$crates"; then
    fail 'standings-slash-command links Polars'
fi
count=$(wc -l <<<"$crates")
if [ "$count" -gt "$most_crates" ]; then
    fail "standings-slash-command links $count crates; the limit is $most_crates"
fi
echo "standings-slash-command links $count of at most $most_crates crates"
[ "$failed" = false ]
