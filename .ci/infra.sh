#!/usr/bin/env bash
# Checks terraform/ without AWS (format, validity, `terraform test`), and terraform/ and the workflow by checkov's rules.
set -euo pipefail
cd "$(dirname "$0")/../terraform"
../.ci/terraform.sh fmt -check -recursive -diff
../.ci/terraform.sh init -backend=false >/dev/null
../.ci/terraform.sh validate
../.ci/terraform.sh test
../.ci/tools.sh infra checkov --directory . --framework terraform --compact --quiet --skip-download
cd ..
.ci/tools.sh infra checkov --file .github/workflows/ci.yml --framework github_actions --compact --quiet --skip-download
