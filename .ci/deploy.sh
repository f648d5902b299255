#!/usr/bin/env bash
# Deploys terraform/ with the packages of a release, or else with packages of this checkout, which are built first.
#
#     .ci/deploy.sh [VERSION] [ARGUMENT...]
#
# VERSION is that of a release, such as v1.4.0; an older one rolls back. The arguments are passed on to `terraform apply`. The
# architecture and the place of the packages are those of the variables, in terraform.tfvars or among the arguments.
set -euo pipefail
cd "$(dirname "$0")/.."
terraform() { .ci/terraform.sh -chdir=terraform "$@"; }

version=
if [[ ${1-} =~ ^v[0-9] ]]; then
    version=$1
    shift
fi
terraform init
# Arguments that set variables, in both notations.
variables=()
arguments=("$@")
for ((i = 0; i < ${#arguments[@]}; i++)); do
    case ${arguments[i]} in
        -var | -var-file) variables+=("${arguments[i]}" "${arguments[i + 1]-}") ;;
        -var=* | -var-file=*) variables+=("${arguments[i]}") ;;
    esac
done
value_of() { terraform console "${variables[@]+"${variables[@]}"}" <<<"$1" | tr -d '"'; }

architecture=$(value_of var.architecture)
package=()
if [ -n "$version" ]; then
    python3 .ci/download.py "$version" "$architecture"
    package=(-var "package={dir=\"$PWD/target/packages/$version\"}")
elif [ "$(value_of 'length(var.package)')" = 0 ]; then
    ARCHITECTURE=$architecture .ci/package.sh
fi
terraform apply "$@" "${package[@]+"${package[@]}"}"
printf '\nCreate the Slack app from this manifest: https://api.slack.com/apps, Create New App, From a manifest.\n\n'
terraform output -raw slack_app_manifest
