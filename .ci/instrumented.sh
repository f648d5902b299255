#!/usr/bin/env bash
# Calls rustc with the coverage instrumentation that libFuzzer needs. Cargo runs this as RUSTC_WORKSPACE_WRAPPER, so it
# applies to the crates of this workspace and not to their dependencies.
exec "$@" --cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares
