#!/usr/bin/env bash
# Destroys what terraform/ has deployed, unless something of it is protected. Terraform itself would delete everything else first, and
# then fail. Arguments are passed on to `terraform destroy`.
set -euo pipefail
cd "$(dirname "$0")/.."
terraform() { .ci/terraform.sh -chdir=terraform "$@"; }

protected=$(terraform output -json protected | python3 -c 'import json, sys; print("\n".join("  " + name for name in json.load(sys.stdin)))')
if [ -n "${protected// /}" ]; then
    printf 'Nothing was destroyed, because these are protected:\n%s\nTo destroy them, too: just deploy -var force_destroy=true; just destroy -var force_destroy=true\n' "$protected" >&2
    exit 1
fi
terraform destroy "$@"
