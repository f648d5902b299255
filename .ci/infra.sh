#!/usr/bin/env bash
# Checks terraform/ without AWS: format, validity, `terraform test`, the examples, the tables in README.md; and terraform/ and the
# workflows by checkov's rules.
set -euo pipefail
cd "$(dirname "$0")/../terraform"
terraform=$PWD/../.ci/terraform.sh
"$terraform" fmt -check -recursive -diff
"$terraform" init -backend=false >/dev/null
"$terraform" validate

# The test files side by side: most of the time is the start of the provider, once for each run.
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
tests=()
for file in tests/*.tftest.hcl; do
    "$terraform" test -filter="$file" >"$logs/$(basename "$file")" 2>&1 &
    tests+=("$! $file")
done
failed=0
for test in "${tests[@]}"; do
    wait "${test%% *}" || failed=1
    log=$logs/$(basename "${test#* }")
    if [ "$failed" = 1 ]; then cat "$log"; else tail -1 "$log"; fi
done
[ "$failed" = 0 ]

for example in examples/*/; do
    "$terraform" "-chdir=$example" init -backend=false >/dev/null
    "$terraform" "-chdir=$example" validate
done

# The newest provider of version 6, where it can be had.
six=$logs/provider-6
mkdir -p "$six"
cp -r ./*.tf lists templates "$six"
printf 'terraform {\n  required_providers {\n    aws = { version = ">= 6.0" }\n  }\n}\n' >"$six/six_override.tf"
if terraform "-chdir=$six" init -input=false -backend=false >"$logs/six" 2>&1; then
    terraform "-chdir=$six" validate
    terraform "-chdir=$six" version | grep provider
else
    echo 'not checked: version 6 of the provider, which cannot be had here'
fi

../.ci/tools.sh inputs python ../.ci/inputs.py --check
../.ci/tools.sh infra checkov --directory . --framework terraform --compact --quiet --skip-download
cd ..
for workflow in .github/workflows/*.yml; do
    .ci/tools.sh infra checkov --file "$workflow" --framework github_actions --compact --quiet --skip-download
done
