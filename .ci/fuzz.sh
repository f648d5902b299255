#!/usr/bin/env bash
# Fuzzes one target, or each of them, for a number of seconds:
#
#     .ci/fuzz.sh [reader|event|request|command|all] [SECONDS] [LIBFUZZER_OPTION...]
#
# Only the crates of this workspace are instrumented. Everything else is used as `cargo test` has built it, which works
# with the stable compiler and saves the minutes that instrumenting Polars would take.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:-all}
seconds=${2:-30}
work=target/fuzz

declare -A seeds=(
    [reader]='fixtures/sales fixtures/bad fixtures/exports fixtures/parquet'
    [event]='fixtures/events'
    [request]='fixtures/api-gateway fixtures/slack'
    [command]='functions/fuzz/seeds/command'
)
if [ "$target" = all ]; then
    targets=(reader event request command)
elif [ -n "${seeds[$target]-}" ]; then
    targets=("$target")
else
    echo "unknown fuzz target: $target (reader, event, request, command or all)" >&2
    exit 2
fi

# Building the integration test `seeds` makes Cargo build the fuzz targets too, with the features that `cargo test` uses.
CARGO_INCREMENTAL=0 RUSTC_WORKSPACE_WRAPPER=$PWD/.ci/instrumented.sh \
    cargo test --no-run --locked --features standings-fuzz/libfuzzer --test seeds

for target in "${targets[@]}"; do
    mkdir -p "$work/corpus/$target" "$work/found"
    echo "fuzzing $target for $seconds seconds"
    # libFuzzer adds new inputs to the first corpus folder. Inputs that fail are written to target/fuzz/found.
    # shellcheck disable=SC2086 # several seed folders
    "target/debug/fuzz-$target" "$work/corpus/$target" ${seeds[$target]} \
        -artifact_prefix="$work/found/$target-" -max_total_time="$seconds" -max_len=4096 \
        -timeout=60 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=1 "${@:3}"
done
