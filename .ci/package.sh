#!/usr/bin/env bash
# Builds target/lambda/recompute-ARCHITECTURE.zip and slash-command-ARCHITECTURE.zip. The zips are reproducible: the same commit
# gives the same bytes, in any folder, so that Terraform deploys a function only when its code has changed.
#
# ARCHITECTURE is arm64 or x86_64. Default: the architecture of this machine.
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=.ci/architecture.sh
. .ci/architecture.sh
need() {
    command -v "$1" >/dev/null || {
        echo "$1 is missing: $2" >&2
        exit 3
    }
}
need cargo 'install Rust from https://rustup.rs'
need python3 'install Python 3.11 or later'
if command -v rustup >/dev/null && ! rustup target list --installed | grep -qx "$triple"; then
    echo "the standard library for $triple is missing: rustup target add $triple" >&2
    exit 3
fi

# Paths of this machine would make the binaries differ from those built elsewhere.
remap="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo --remap-path-prefix=$PWD=/standings"
export RUSTFLAGS="-Ctarget-cpu=$cpu $remap"
# 2.34 is the glibc of Lambda's provided.al2023 runtime.
.ci/tools.sh package cargo lambda build --release --locked --target "$triple.2.34" --output-format binary \
    --package standings-recompute --package standings-slash-command
python3 .ci/zip_packages.py "$architecture" recompute slash-command
