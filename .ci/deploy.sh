#!/usr/bin/env bash
# Packages both functions and applies terraform/. Arguments are passed on to `terraform apply`.
set -euo pipefail
cd "$(dirname "$0")/.."
# A missing Terraform is reported before the build, which takes minutes.
.ci/terraform.sh version >/dev/null
.ci/package.sh
case ${ARCHITECTURE:-$(uname -m)} in
    arm64 | aarch64) architecture=arm64 ;;
    *) architecture=x86_64 ;;
esac
cd terraform
../.ci/terraform.sh init
../.ci/terraform.sh apply -var "architecture=$architecture" "$@"
printf '\nCreate the Slack app from this manifest: https://api.slack.com/apps, Create New App, From a manifest.\n\n'
../.ci/terraform.sh output -raw slack_app_manifest
