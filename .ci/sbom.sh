#!/usr/bin/env bash
# Writes target/lambda/NAME-ARCHITECTURE.cdx.json for both functions: the crates that their packages contain, in the format CycloneDX.
# ARCHITECTURE is that of package.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/architecture.sh
. .ci/architecture.sh
version=0.5.7
if ! cargo cyclonedx --version 2>/dev/null | grep -q "$version"; then
    cargo install --locked --version "$version" cargo-cyclonedx
fi
mkdir -p target/lambda
for function in recompute slash-command; do
    cargo cyclonedx --format json --target "$triple" --manifest-path "functions/$function/Cargo.toml" --override-filename sbom
    mv "functions/$function/sbom.json" "target/lambda/$function-$architecture.cdx.json"
    find functions -name sbom.json -delete
    echo "target/lambda/$function-$architecture.cdx.json: the crates of $function"
done
