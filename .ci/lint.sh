#!/usr/bin/env bash
# Lints the scripts: shell with shellcheck, Python with ruff (ruff.toml), and the Justfile by parsing it.
set -euo pipefail
cd "$(dirname "$0")/.."
.ci/tools.sh lint shellcheck .ci/run .ci/*.sh
.ci/tools.sh lint ruff check
.ci/tools.sh lint ruff format --check
.ci/tools.sh lint just --summary >/dev/null
